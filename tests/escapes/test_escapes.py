"""One runner for all attacks: each fails in a box, and each succeeds where something is missing."""

import json
import os
import re
import subprocess
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest
from attack_files import GROUPS, Attack, read_attacks
from attacked_course import EXERCISES, FULL
from canaries import ATTACKER, Target
from naive_judge import judge

from autograder.boxes import LAYERS, Reply
from autograder.evidence import FrameReader, Limits, Message
from autograder.gradebook import _as_markdown
from autograder.grading import Graded, Options, Workshop, grade
from autograder.sanitizing import clean_html, clean_markdown

ATTACKS = read_attacks()
Weakened = Callable[[frozenset[str]], Workshop]
SHELL_SECONDS = 20
_REACHED = re.compile(r"^reached: .*", re.MULTILINE)

# Those of one weakened box together: it takes seconds to become warm.
BY_REALITY = sorted(ATTACKS, key=lambda attack: sorted(attack.left_out or LAYERS))


@pytest.fixture(scope="session")
def target(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Target]:
    """The course, its canaries and its secrets."""
    target = Target(tmp_path_factory.mktemp("attacked"))
    yield target
    target.close()


@pytest.fixture(scope="session")
def workshop(target: Target) -> Iterator[Workshop]:
    """Boxes with every layer, two at a time: an attack, and honest work beside it."""
    with Workshop(target.course, "hw", Options(jobs=2)) as workshop:
        yield workshop


@pytest.fixture(scope="session")
def weakened(target: Target) -> Iterator[Weakened]:
    """Boxes with some layers left out; one set at a time is kept warm."""
    made: dict[frozenset[str], Workshop] = {}
    stack = ExitStack()

    def make(left_out: frozenset[str]) -> Workshop:
        if left_out not in made:
            made.clear()
            stack.close()
            options = Options(layers=frozenset(LAYERS) - left_out)
            made[left_out] = stack.enter_context(Workshop(target.course, "hw", options))
        return made[left_out]

    with stack:
        yield make


def name_of(attack: Attack) -> str:
    """How a test of it is called."""
    return f"{attack.group}-{attack.name}"


@pytest.mark.xdist_group("escapes")
@pytest.mark.parametrize("attack", ATTACKS, ids=name_of)
def test_an_attack_gets_what_it_deserves(
    attack: Attack, target: Target, workshop: Workshop, tmp_path: Path
) -> None:
    """Exactly the stated points and ending; nothing reached, touched, shown or left behind."""
    if attack.left_out and not attack.left_out & set(workshop.layers):
        pytest.skip("this machine has none of the layers that stop it")
    hand_in(attack, target, tmp_path)
    for _ in range(attack.times):
        done = {one.grade.student: one for one in grade(workshop, [ATTACKER, "honest"])}
        graded, honest = done[ATTACKER], done["honest"]
        points = {name: graded.grade.points(name) for name in EXERCISES}
        assert graded.grade.ending.value == attack.ending, told(graded)
        assert attack.is_right(points), told(graded)
        assert success(attack, target, points, outputs_of(graded), read_by_people(graded)) == set()
        assert [word for word in attack.unseen if word in read_by_people(graded)] == []
        assert not left_behind(workshop)
        assert [honest.grade.points(name) for name in EXERCISES] == [FULL] * 3, told(honest)


@pytest.mark.xdist_group("weakened")
@pytest.mark.parametrize("attack", BY_REALITY, ids=name_of)
def test_an_attack_is_real(
    attack: Attack,
    target: Target,
    weakened: Weakened,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Where something is missing that a box has, the attack has what it is after."""
    how, _, what = attack.real.partition(": ")
    if how == "cannot be shown":
        pytest.skip(f"not shown to be real: {what}")
    if how == "bare" and os.geteuid() != 0:
        pytest.skip("a box without layers has the rights of an ordinary user, not root's")
    hand_in(attack, target, tmp_path)
    if how == "run":
        text = shell(what, target)
        assert "reached:" in text or target.shown(text), text
    elif how == "trusting reader":
        trust_what_boxes_say(monkeypatch)
        assert weakened(frozenset(LAYERS)).grade(ATTACKER).grade.ending.value != attack.ending
    else:
        found, details = gain(attack, target, weakened, tmp_path)
        assert found, details


def gain(
    attack: Attack, target: Target, weakened: Weakened, tmp_path: Path
) -> tuple[set[str], object]:
    """What the attack gets in its weakened box or under a usual judge, and the details of it."""
    points: Mapping[str, float | None]
    shown: Sequence[Mapping[str, Any]]
    for _ in range(attack.times):
        if attack.left_out is not None:
            graded = weakened(attack.left_out).grade(ATTACKER)
            points = {name: graded.grade.points(name) for name in EXERCISES}
            shown = outputs_of(graded)
        else:
            points, shown = judged_in_process(attack, target, weakened, tmp_path)
        found = success(attack, target, points, shown)
    if attack.left_out is None:
        found |= attack.lost(points)
    return found, (points, shown)


def test_the_suite_is_whole() -> None:
    """There are many attacks, in every group, and few whose reality is only stated."""
    assert {attack.group for attack in ATTACKS} == set(GROUPS)
    assert len(ATTACKS) >= 70
    assert sum(attack.real.startswith("cannot") for attack in ATTACKS) <= len(ATTACKS) / 8


def test_the_page_on_security_counts_them() -> None:
    """docs/security.md tells how many attacks each group has."""
    page = (Path(__file__).parents[2] / "docs/security.md").read_text("utf-8")
    told = re.findall(r"^\| `(\w+)` \| (\d+) \|", page, re.MULTILINE)
    count = Counter(attack.group for attack in ATTACKS)
    assert told == [(group, str(count[group])) for group in GROUPS]


def hand_in(attack: Attack, target: Target, tmp_path: Path) -> None:
    """Hand the attack in, in place of the last one."""
    if target.submission.is_symlink() or target.submission.exists():
        target.submission.rename(tmp_path / "last")
    attack.hand_in(target.submission, target.places)


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


def judged_in_process(
    attack: Attack, target: Target, weakened: Weakened, tmp_path: Path
) -> tuple[dict[str, float | None], list[dict[str, Any]]]:
    """What a judge of the usual kind makes of it."""
    work = tmp_path / "work"
    work.mkdir()
    workshop = weakened(frozenset(LAYERS))
    tree = json.loads((target.submission / "hw.ipynb").read_text())
    box = workshop._box(0, target.submission, str(work))
    try:
        return judge(box, tree, attack.real.split()[-1], work)
    finally:
        box.close()


def trust_what_boxes_say(monkeypatch: pytest.MonkeyPatch) -> None:
    """Take the strictness away with which the clerk reads."""

    def trusting(message: Message, *_: object, **__: object) -> Reply:
        return Reply(message.body, message.blobs)

    monkeypatch.setattr("autograder.boxes.box.checked_reply", trusting)
    monkeypatch.setattr("autograder.boxes.box.Limits", lambda **_: Limits(count=10**9))
    monkeypatch.setattr(FrameReader, "empty", property(lambda _: True))


def shell(command: str, target: Target) -> str:
    """What a command prints in the folder that was handed in."""
    done = subprocess.run(
        ["/bin/sh", "-c", command], cwd=target.submission, capture_output=True, text=True,
        timeout=SHELL_SECONDS, check=False, errors="replace",
    )  # fmt: skip
    return done.stdout + done.stderr


def outputs_of(graded: Graded) -> list[Mapping[str, Any]]:
    """All that the student's cells showed."""
    return [output for outputs in graded.outputs.values() for output in outputs]


def read_by_people(graded: Graded) -> str:
    """What students and assistants read: comments, notes, and the cleaned parts of the page."""
    comments = graded.comments(EXERCISES).values()
    parts = [*map(clean_markdown, map(_as_markdown, comments)), *graded.grade.notes]
    parts += [clean_markdown(cell.source) for cell in graded.cells if cell.type == "markdown"]
    for output in outputs_of(graded):
        data = output.get("data", {})
        parts += [clean_html(data[kind]) for kind in data if kind in ("text/html", "text/latex")]
        parts += [clean_markdown(data[kind]) for kind in data if kind == "text/markdown"]
    return "\n".join(parts)


def told(graded: Graded) -> str:
    """For whoever mends a test: what became of it."""
    findings = [(one.check.id, one.verdict.value, one.sentence) for one in graded.grade.findings]
    return f"{findings} {graded.grade.notes} {outputs_of(graded)}"[:3000]


def left_behind(workshop: Workshop) -> list[int]:
    """Processes of boxes that live on: below the template, or without a parent."""
    template = workshop.template._process.pid
    parents, ours = {}, set()
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                parents[int(entry.name)] = int(
                    (entry / "stat").read_text().rpartition(")")[2].split()[1]
                )
                if b"autograder.guest" in (entry / "cmdline").read_bytes():
                    ours.add(int(entry.name))
            except OSError:
                continue
    boxes = {pid for pid, parent in parents.items() if parent == template}
    if os.geteuid() != 0:  # the first one only watches over the template
        boxes = {pid for pid, parent in parents.items() if parent in boxes}
    return sorted(boxes | {pid for pid in ours if parents[pid] == 1})
