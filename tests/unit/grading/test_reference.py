"""What the reference itself does not earn is withheld from all, and it runs only when it must."""

import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest

from autograder.config import Course, Settings
from autograder.grading.graded_submission import Graded
from autograder.grading.keys import Key, Keys
from autograder.grading.reference import judge_reference, keep, withhold
from autograder.grading.tapes import Tape
from autograder.grading.workshop import Options, Workshop
from autograder.ledger import Ledger
from autograder.model import Check, Ending, Finding, Grade, Verdict
from autograder.notebooks.cells import Notebook
from autograder.notebooks.rebuilding import Rebuilt

CHECKS = [Check(f"{name}.x", name, "x is right", 2, hidden=False) for name in ("curve", "later")]
PASSED = [Finding(check, Verdict.PASSED, 1) for check in CHECKS]
HALF = Finding(CHECKS[0], Verdict.PASSED, 0.5, "a part of the way there")
FAILED = Finding(CHECKS[0], Verdict.FAILED, sentence="not right")
BROKEN = Finding(CHECKS[0], Verdict.INCONCLUSIVE, sentence="a mistake of the check")


class Reference(Workshop):
    """A workshop whose reference comes to what is said, and which counts its runs."""

    def __init__(self, course: Course, findings: Sequence[Finding], *, final: bool = True) -> None:
        super().__init__(course, "hw", Options())
        self.notebook = Notebook("hw.ipynb", ())
        self.grade_now = Grade("reference", "hw", tuple(findings), Ending.FINISHED)
        self.final = final
        self.runs = 0

    def grade_cells(self, *_: Any, **options: Any) -> Graded:
        """The grade that was said."""
        self.runs += "kept" not in options
        return Graded(
            self.grade_now, Tape(Rebuilt(())), final=self.final, from_evidence="kept" in options
        )


@pytest.fixture
def course(tmp_path: Path) -> Course:
    """A course with a source."""
    made = Course(tmp_path, Settings("c", "s"))
    made.source("hw").mkdir(parents=True)
    tree = {"cells": [], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}
    (made.source("hw") / "hw.ipynb").write_text(json.dumps(tree))
    return made


@pytest.fixture
def ledger(course: Course) -> Iterator[Ledger]:
    """Its ledger."""
    with Ledger(course.ledger) as opened:
        yield opened


def judge(workshop: Workshop, ledger: Ledger) -> dict[str, str]:
    """What is withheld, and why."""
    return judge_reference(workshop, ledger, Keys(workshop.course, "hw", ()))


@pytest.mark.parametrize(
    ("finding", "why"),
    [
        (PASSED[0], None),
        (HALF, "the reference solution gets 1 of 2 for curve.x: a part of the way there"),
        (FAILED, "the reference solution gets 0 of 2 for curve.x: not right"),
        (BROKEN, None),
    ],
)
def test_what_the_reference_does_not_earn_is_withheld(
    finding: Finding, why: str | None, course: Course, ledger: Ledger
) -> None:
    """A part is enough, and the reason is told; a check that breaks is withheld as it is."""
    broken = judge(Reference(course, [finding, PASSED[1]]), ledger)
    assert broken == ({"curve": why} if why else {})
    grade = withhold(Grade("ann", "hw", tuple(PASSED), Ending.FINISHED), broken)
    assert grade.all_points(["curve", "later"]) == {"curve": None if why else 2, "later": 2}


def test_a_reference_runs_once(course: Course, ledger: Ledger) -> None:
    """As long as nothing changes that it depends on."""
    workshop = Reference(course, [FAILED])
    assert [judge(workshop, ledger) for _ in range(2)][1].keys() == {"curve"}
    assert workshop.runs == 1


def test_a_reference_that_we_failed_decides_nothing(course: Course, ledger: Ledger) -> None:
    """It is run again the next time, and its evidence is not judged by."""
    workshop = Reference(course, [FAILED], final=False)
    assert [judge(workshop, ledger) for _ in range(2)] == [{}, {}]
    assert workshop.runs == 2


def test_evidence_that_may_not_count_is_not_judged_by(ledger: Ledger) -> None:
    """What was not final, or too much to be kept, runs again; what was there is not kept twice."""
    grade = Grade("ann", "hw", (), Ending.FINISHED)
    for final, complete in ((True, True), (False, True), (True, False)):
        tape = Tape(Rebuilt(()), complete=complete)
        keep(ledger, Graded(grade, tape, final=final), Key("h", "r", "f"))
        assert ledger.has_run("r", playable=True) is (final and complete)
    keep(ledger, Graded(grade, Tape(Rebuilt(())), from_evidence=True), Key("h", "other", "f"))
    assert not ledger.has_run("other")
