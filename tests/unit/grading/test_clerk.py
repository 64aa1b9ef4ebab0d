"""A class with a real ledger, and a workshop that only says what each comes to."""

from pathlib import Path
from threading import Event
from typing import Any

import pytest

from autograder.config import Course, Settings
from autograder.errors import AutograderError, SubmissionError
from autograder.grading import clerk
from autograder.grading.clerk import ClassGraded, grade_class
from autograder.grading.graded_submission import Graded
from autograder.grading.tapes import Tape
from autograder.grading.workshop import Options
from autograder.model import Check, Ending, Finding, Grade, Verdict
from autograder.notebooks.cells import Cell, Kind, Notebook
from autograder.notebooks.rebuilding import Rebuilt
from autograder.notebooks.submission import Submission, read_submission

CHECK = Check("curve.x", "curve", "x is right", 1, hidden=False)


@pytest.mark.parametrize(
    ("verdict", "final", "problems", "code"),
    [
        (Verdict.PASSED, True, [], 0),
        (Verdict.FAILED, True, [], 0),
        (Verdict.FAILED, False, [], 0),
        (Verdict.INCONCLUSIVE, True, [], 1),
        (Verdict.INCONCLUSIVE, False, [], 3),
        (Verdict.PASSED, True, [SubmissionError("no notebook")], 1),
        (Verdict.PASSED, True, [AutograderError("a full disk")], 3),
    ],
)
def test_the_exit_code_says_who_has_to_act(
    verdict: Verdict, final: bool, problems: list[AutograderError], code: int
) -> None:
    """3 for a failure of ours, which the next run may mend; 1 where a person must look."""
    done = ClassGraded(("curve",), problems=problems)
    for student, found in (("ann", Verdict.PASSED), ("bob", verdict)):
        grade = Grade(student, "hw", (Finding(CHECK, found),), Ending.FINISHED)
        done.add(grade, "new", final=final or student == "ann")
    assert done.exit_code == code


class FakeWorkshop:
    """A workshop in which everyone passes, and which remembers who was run or judged."""

    options = Options()
    notebook = Notebook("hw.ipynb", (Cell("g", "code", "", Kind.GRADE, "curve", 1),))
    final = True
    ran: list[tuple[str, bool]]
    closed = False

    def __init__(self, course: Course, assignment: str, _: Options) -> None:
        self.course, self.assignment = course, assignment
        self.place = course.release("hw")

    def __enter__(self) -> "FakeWorkshop":
        return self

    def __exit__(self, *_: object) -> None:
        """Nothing to end."""

    def begin(self, *, boxes: bool = True) -> None:
        """Nothing to start."""

    start = begin

    def read(self, student: str) -> Submission:
        """What lies there now."""
        return read_submission(self.course.submitted("hw", student), "hw.ipynb")

    def close(self) -> None:
        """Remember that what runs was ended."""
        FakeWorkshop.closed = True

    def grade(self, student: str, kept: Tape | None = None, *, alone: bool = True) -> Graded:
        """Full points, for the bytes that are there now."""
        self.ran.append((student, kept is not None))
        grade = Grade(student, "hw", (Finding(CHECK, Verdict.PASSED, 1),), Ending.FINISHED)
        handed_in = "" if kept else self.read(student).digest
        return Graded(
            grade, kept or Tape(Rebuilt(())), final=self.final, handed_in=handed_in,
            from_evidence=kept is not None,
        )  # fmt: skip


@pytest.fixture
def course(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Course:
    """A course in which two have handed in, and the workshop in the place of the real one."""
    monkeypatch.setattr(clerk, "Workshop", FakeWorkshop)
    monkeypatch.setattr(clerk, "judge_reference", lambda *_: {})
    monkeypatch.setattr(FakeWorkshop, "ran", [], raising=False)
    monkeypatch.setattr(FakeWorkshop, "closed", False)
    made = Course(tmp_path, Settings("c", "s"))
    for student in ("ann", "bob"):
        hand_in(made, student, f"first of {student}")
    return made


def hand_in(course: Course, student: str, text: str) -> None:
    """Hand in, or hand in anew."""
    folder = course.submitted("hw", student)
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "hw.ipynb").write_text(text)


def graded(course: Course, **options: Any) -> ClassGraded:
    """The class, tried: nothing but the ledger is written."""
    return grade_class(course, "hw", ["ann", "bob"], Options(), dry_run=True, **options)


def test_what_is_known_is_not_run_again(course: Course) -> None:
    """But by force, or where the hand-in has changed."""
    assert graded(course).why == {"ann": "new", "bob": "new"}
    assert graded(course).why == {"ann": "kept", "bob": "kept"}
    hand_in(course, "bob", "second")
    assert graded(course).why["ann"] == "kept"
    assert graded(course, force=True).why == {"ann": "forced", "bob": "forced"}
    ran = [student for student, _ in FakeWorkshop.ran]
    assert (ran.count("ann"), ran.count("bob")) == (2, 3)


def test_what_is_not_final_is_tried_again(course: Course, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever we failed at may come out otherwise."""
    monkeypatch.setattr(FakeWorkshop, "final", False)
    graded(course)
    monkeypatch.setattr(FakeWorkshop, "final", True)
    assert graded(course).why == {"ann": "retried", "bob": "retried"}
    assert graded(course).why == {"ann": "kept", "bob": "kept"}


def test_what_the_reference_does_not_earn_is_withheld_from_all(
    course: Course, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Also from those who passed, and the command says why."""
    monkeypatch.setattr(clerk, "judge_reference", lambda *_: {"curve": "it gets nothing"})
    done = graded(course)
    assert [grade.points("curve") for grade in done.grades.values()] == [None, None]
    assert "it gets nothing" in str(done.problems[0])


def test_what_was_graded_stands_under_its_own_key(
    course: Course, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Who hands in anew while the class is graded is not taken for graded with other bytes."""
    real = FakeWorkshop.grade

    def grade(self: FakeWorkshop, student: str, *rest: Any, **more: Any) -> Graded:
        if student == "ann":
            hand_in(course, "ann", "while it runs")
        return real(self, student, *rest, **more)

    monkeypatch.setattr(FakeWorkshop, "grade", grade)
    assert graded(course).why == {"ann": "new", "bob": "new"}
    assert graded(course).why["ann"] == "kept"
    monkeypatch.setattr(FakeWorkshop, "grade", real)
    hand_in(course, "ann", "first of ann")
    assert graded(course).why["ann"] == "new"


def first_ann(monkeypatch: pytest.MonkeyPatch, problem: Exception | None = None) -> Event:
    """Let bob begin, and perhaps fail, when the event is set."""
    real, told = FakeWorkshop.grade, Event()

    def grade(self: FakeWorkshop, student: str, *rest: Any, **more: Any) -> Graded:
        if student == "bob":
            told.wait(60)
            if problem:
                raise problem
        return real(self, student, *rest, **more)

    monkeypatch.setattr(FakeWorkshop, "grade", grade)
    return told


def test_an_interrupt_keeps_what_is_done(course: Course, monkeypatch: pytest.MonkeyPatch) -> None:
    """What runs is ended, nothing is an error, and the next command has what is done already."""
    told = first_ann(monkeypatch)

    def interrupt(_: Grade) -> None:
        told.set()
        raise KeyboardInterrupt

    done = graded(course, tell=interrupt)
    assert (done.stopped, list(done.why), done.problems) == (True, ["ann"], [])
    assert FakeWorkshop.closed
    assert graded(course).why == {"ann": "kept", "bob": "new"}


def test_what_stops_a_class_under_way_takes_no_grade_back(
    course: Course, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is told beside the grades; before the first one there is nothing else to tell."""
    problem = AutograderError("the disk is full")
    told = first_ann(monkeypatch, problem)
    done = graded(course, tell=lambda _: told.set())
    assert (list(done.grades), done.problems, done.exit_code) == (["ann"], [problem], 3)
    with pytest.raises(AutograderError, match="the disk is full"):
        grade_class(course, "hw", ["bob"], Options(), dry_run=True)
