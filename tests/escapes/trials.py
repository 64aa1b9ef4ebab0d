"""What both sides of the suite do with an attack: hand it in, and see what it got."""

import json
import re
from collections.abc import Mapping, Sequence
from typing import Any

import pytest
from attack_files import Attack
from attacked_course import EXERCISES
from canaries import Target

from autograder.evidence.shown import left_out, letters
from autograder.grading.graded_submission import Graded, comments
from autograder.reports.wording import as_markdown
from autograder.sanitizing.elements import clean_html
from autograder.sanitizing.markdown import clean_markdown

_REACHED = re.compile(r"^reached: .*", re.MULTILINE)


def name_of(attack: Attack) -> str:
    """How a test of it is called."""
    return f"{attack.group}-{attack.name}"


def hand_in(attack: Attack, target: Target) -> None:
    """Hand the attack in, in place of the last one; skip it where this user cannot."""
    target.clear()
    try:
        attack.hand_in(target.submission, target.places)
    except PermissionError:
        if attack.needs != "root":
            raise
        pytest.skip("only root can hand this in")


def success(
    attack: Attack,
    target: Target,
    points: Mapping[str, float | None],
    outputs: Sequence[Mapping[str, Any]],
    words: str = "",
) -> set[str]:
    """What an attack got that it does not deserve; the canaries are mended."""
    text = "".join(one["text"] for one in outputs if one["output_type"] == "stream")
    found = target.touched() | target.shown(json.dumps(outputs) + words)
    found |= set(_REACHED.findall(text))
    return found | attack.exceeded(points)


def outputs_of(graded: Graded) -> list[Mapping[str, Any]]:
    """All that the student's cells showed."""
    return [output for outputs in graded.shown()[0].values() for output in outputs]


def letters_shown(graded: Graded) -> int:
    """How much its cells showed in all, besides the sentences that something was left out."""
    outputs = [output for shown in graded.tape.shown()[0].values() for output in shown]
    return sum(letters(output) for output in outputs if output != left_out())


def read_by_people(graded: Graded) -> str:
    """What students and assistants read: comments, notes, and the cleaned parts of the page."""
    texts = comments(graded.grade, EXERCISES).values()
    parts = [*map(clean_markdown, map(as_markdown, texts)), *graded.grade.notes]
    parts += [
        clean_markdown(cell.source) for cell in graded.tape.rebuilt.cells if cell.type == "markdown"
    ]
    for output in outputs_of(graded):
        data = output.get("data", {})
        parts += [clean_html(data[kind]) for kind in data if kind in ("text/html", "text/latex")]
        parts += [clean_markdown(data[kind]) for kind in data if kind == "text/markdown"]
    return "\n".join(parts)


def told(graded: Graded) -> str:
    """For whoever mends a test: what became of it."""
    findings = [(one.check.id, one.verdict.value, one.sentence) for one in graded.grade.findings]
    return f"{findings} {graded.grade.notes} {outputs_of(graded)}"[:3000]
