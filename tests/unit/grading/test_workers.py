"""One submission that breaks us does not stop the others."""

from concurrent.futures import Future
from contextlib import nullcontext
from dataclasses import replace
from pathlib import Path
from threading import Event
from types import SimpleNamespace
from typing import Any

import pytest

from autograder.boxes.layers import LAYERS
from autograder.config import Course, Settings
from autograder.errors import BoxError, ConfinementError, CourseError
from autograder.grading.graded_submission import Graded
from autograder.grading.running import Run
from autograder.grading.tapes import Tape
from autograder.grading.template_pool import MOST, Warm
from autograder.grading.workers import grade
from autograder.grading.workshop import ATTEMPTS, Options, Workshop, _require_walls
from autograder.model import Check, Ending, Finding, Grade, Verdict
from autograder.notebooks.cells import Cell, Kind, Notebook
from autograder.notebooks.rebuilding import Rebuilt
from autograder.reports.tables import class_notes

CHECK = Check("curve.x", "curve", "x is right", 1, hidden=False)
CELLS = (
    Cell("a", "code", "x = 1", Kind.ANSWER, "curve_answer"),
    Cell("g", "code", "", Kind.GRADE, "curve", 1),
)
FOUND = [Finding(CHECK, Verdict.PASSED, 1)]
OURS = [Finding(CHECK, Verdict.INCONCLUSIVE)]


class Broken(Workshop):
    """A workshop whose box breaks for one student in a way that nobody foresaw."""

    def __init__(self, course: Course) -> None:
        super().__init__(course, "hw", Options())
        self._checks = (CHECK,)
        self.notebook = Notebook("hw.ipynb", CELLS)

    def grade_cells(self, *_: object, **__: object) -> None:  # type: ignore[override]
        """Fail."""
        raise RuntimeError("nobody thought of this")


def test_our_mistake_withholds_one_grade(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """An error of ours is told to who runs us, costs the student nothing, and the class goes on."""
    course = Course(tmp_path, Settings("c", "s"))
    for student in ("ann", "bob"):
        folder = course.submitted("hw", student)
        folder.mkdir(parents=True)
        (folder / "hw.ipynb").write_text('{"cells": [{}]}')
    all_graded = list(grade(Broken(course), ["ann", "bob", "nobody"]))
    done = [graded.grade for graded in all_graded]
    # What is not there will not be there the next time; our mistake may be mended until then.
    assert {one.grade.student: one.final for one in all_graded} == {
        "ann": False,
        "bob": False,
        "nobody": True,
    }
    assert {one.student: one.ending for one in done} == {
        "ann": Ending.BOX_FAILED,
        "bob": Ending.BOX_FAILED,
        "nobody": Ending.NOT_RUN,
    }
    assert all(one.points("curve") is None for one in done)
    assert "nobody thought of this" in capsys.readouterr().err
    (ann,) = (one for one in done if one.student == "ann")
    assert ann.notes == ()
    assert "nobody thought of this" in class_notes([ann])[0]


def test_our_mistake_leaves_the_evidence_that_there_was(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Who was judged by it is judged by it again, once the mistake is mended."""
    broken = Broken(Course(tmp_path, Settings("c", "s")))
    assert broken.grade("ann", Tape(Rebuilt(CELLS))).from_evidence
    assert not broken.grade("nobody").from_evidence
    assert "nobody thought of this" in capsys.readouterr().err


class NoJudge(Warm[Any]):
    """Judges that do not start."""

    def __init__(self) -> None:
        super().__init__(lambda _: None)
        self.renewed: list[list[Any]] = []

    def lent(self) -> Any:
        """Fail, as on a machine that is full."""
        raise BoxError("no room")

    def renew(self, used: Any) -> None:
        """Remember what failed."""
        self.renewed.append(used)


def test_a_judge_that_does_not_start_is_a_failure_of_ours(tmp_path: Path) -> None:
    """It is tried again with fresh templates, withheld in the end, and others have its place."""
    workshop = Workshop(Course(tmp_path, Settings("c", "s")), "hw", Options())
    workshop._checks = (CHECK,)
    workshop.judges = judges = NoJudge()
    done = workshop.grade_cells("ann", Rebuilt(CELLS))
    assert (done.grade.ending, done.grade.points("curve"), done.final) == (
        Ending.BOX_FAILED,
        None,
        False,
    )
    assert (done.attempts, len(judges.renewed)) == (ATTEMPTS, ATTEMPTS - 1)
    assert workshop._slots.qsize() == 1


@pytest.mark.parametrize(
    ("layers", "options", "refused"),
    [
        (("seccomp", "landlock", "rlimits"), Options(), False),
        (("seccomp", "rlimits"), Options(), True),
        (("seccomp", "landlock"), Options(), True),
        ((), Options(), True),
        ((), Options(accept_weaker_box=True), False),
        ((), Options(layers=frozenset()), False),
    ],
)
def test_nothing_runs_where_a_wall_is_missing_unasked(
    layers: tuple[str, ...], options: Options, *, refused: bool
) -> None:
    """An operator may accept a weaker box, or ask for certain layers."""
    with pytest.raises(ConfinementError) if refused else nullcontext():
        _require_walls(layers, options)


def test_all_boxes_of_a_class_have_the_same_layers(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A template that could try less for want of room is none to grade by."""
    found = [tuple(LAYERS), tuple(LAYERS), tuple(LAYERS)[1:]]
    fake = SimpleNamespace(find_layers=lambda: found.pop(0), wait_until_warm=lambda: None)
    monkeypatch.setattr("autograder.grading.workshop.Template", lambda *_, **__: fake)
    workshop = Workshop(Course(tmp_path, Settings("c", "s")), "hw", Options())
    workshop._scratch = tmp_path
    made: list[Any] = []
    assert [workshop._start_template(made), workshop._start_template(made)] == [fake, fake]
    with pytest.raises(BoxError, match="too full"):
        workshop._start_template(made)


@pytest.mark.parametrize("points", [1, 2])
def test_checks_that_do_not_fit_the_notebook_grade_nobody(
    points: float, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Their points must sum up to those of the grade cell."""
    fake = SimpleNamespace(checks=lambda: (CHECK,))
    monkeypatch.setattr("autograder.grading.workshop.JudgeTemplate", lambda *_, **__: fake)
    workshop = Workshop(Course(tmp_path, Settings("c", "s")), "hw", Options())
    workshop._scratch = tmp_path
    workshop.notebook = Notebook("hw.ipynb", (CELLS[0], replace(CELLS[1], points=points)))
    with pytest.raises(CourseError) if points != 1 else nullcontext():
        workshop._start_judges([])
    assert bool(workshop._checks) is (points == 1)


class Flaky(Workshop):
    """A workshop whose attempts come to what is said beforehand."""

    def __init__(self, course: Course, *runs: Run) -> None:
        super().__init__(course, "hw", Options())
        self.runs = list(runs)

    def _run(self, used: Any, *_: object, **__: object) -> Run:
        done = self.runs.pop(0)
        box = {"stalled": done is STALLED, "killed": False, "waited": 0.0}
        used.boxes.append(SimpleNamespace(**box))
        return done


FAILED = Run(findings=OURS, ending=Ending.BOX_FAILED)
STALLED = Run(findings=FOUND)
UNHEARD = Run(findings=OURS, unheard=True)
SILENT = Run(findings=OURS, silent=True)


@pytest.mark.parametrize(
    ("runs", "attempts", "points", "final"),
    [
        ([Run(findings=FOUND)], 1, 1, True),
        ([FAILED, UNHEARD, Run(findings=FOUND)], 3, 1, True),
        ([FAILED, FAILED, FAILED, Run(findings=FOUND)], 3, None, False),
        ([UNHEARD, UNHEARD, UNHEARD], 3, None, False),
        ([STALLED], 1, 1, False),
        ([SILENT], 1, None, False),
    ],
)
def test_what_we_broke_is_tried_again_and_then_withheld(
    runs: list[Run], attempts: int, points: float | None, final: bool, tmp_path: Path
) -> None:
    """Twice more; what may come out otherwise the next time is not final."""
    workshop = Flaky(Course(tmp_path, Settings("c", "s")), *runs)
    done = workshop.grade_cells("ann", Rebuilt(CELLS))
    assert (done.attempts, done.grade.points("curve"), done.final) == (attempts, points, final)


@pytest.mark.parametrize(
    "finding",
    [
        Finding(CHECK, Verdict.PASSED, 0.5, "a part of the way there"),
        Finding(CHECK, Verdict.FAILED),
        Finding(CHECK, Verdict.NOT_REACHED),
        Finding(CHECK, Verdict.INCONCLUSIVE),
    ],
)
def test_a_reference_must_earn_every_point(finding: Finding, tmp_path: Path) -> None:
    """A check that its own solution does not pass in full would cost every student points."""
    course = Course(tmp_path, Settings("c", "s"))
    assert "g" in Flaky(course, Run(findings=FOUND)).solve(CELLS)[0]
    with pytest.raises(CourseError, match="the reference solution gets 0"):
        Flaky(course, Run(findings=[*FOUND, finding])).solve(CELLS)


@pytest.mark.parametrize("ending", [one for one in Ending if one is not Ending.FINISHED])
def test_a_reference_must_run_to_its_end(ending: Ending, tmp_path: Path) -> None:
    """Also where all is judged before it ends, as by a last cell that was given to all."""
    runs = [Run(findings=FOUND, ending=ending)] * ATTEMPTS
    with pytest.raises(CourseError, match=f"ended early .{ending}."):
        Flaky(Course(tmp_path, Settings("c", "s")), *runs).solve(CELLS)


class Waiting(Workshop):
    """A workshop each of whose runs is killed after so many seconds by the clock."""

    def __init__(self, course: Course, seconds: float) -> None:
        super().__init__(course, "hw", Options())
        self.seconds = seconds

    def _run(self, used: Any, *_: object, **__: object) -> Run:
        waited = used.waited + self.seconds
        used.boxes.append(SimpleNamespace(stalled=False, killed=True, waited=waited))
        return Run(findings=FOUND, ending=Ending.OUT_OF_MEMORY)


@pytest.mark.parametrize(("seconds", "attempts"), [(1, 3), (290, 3), (310, 2), (590, 2), (610, 1)])
def test_all_attempts_together_have_one_budget_by_the_clock(
    seconds: float, attempts: int, tmp_path: Path
) -> None:
    """None begins when less is left than an honest run may need; the last one counts."""
    workshop = Waiting(Course(tmp_path, Settings("c", "s")), seconds)
    done = workshop.grade_cells("ann", Rebuilt(CELLS))
    assert (done.attempts, done.grade.ending, done.final) == (
        attempts,
        Ending.OUT_OF_MEMORY,
        False,
    )


class Shared(Workshop):
    """A workshop in which one student lacks something whenever somebody else is at work."""

    def __init__(self, course: Course, jobs: int) -> None:
        super().__init__(course, "hw", Options(jobs=jobs))
        self.asked: list[tuple[str, bool]] = []

    def grade(self, student: str, kept: Tape | None = None, *, alone: bool = True) -> Graded:
        """Say how it was asked for."""
        self.asked.append((student, alone))
        stalled = student == "ann" and not alone
        grade = Grade(student, "hw", tuple(FOUND), Ending.DIED if stalled else Ending.FINISHED)
        return Graded(grade, Tape(Rebuilt(CELLS)), final=not stalled, stalled=stalled)


@pytest.mark.parametrize("jobs", [1, 2])
def test_what_lacked_something_beside_others_is_run_again_alone(tmp_path: Path, jobs: int) -> None:
    """Once, after all others, and that counts; where it was alone, it counts at once."""
    workshop = Shared(Course(tmp_path, Settings("c", "s")), jobs)
    done = list(grade(workshop, ["ann", "bob"]))
    assert {one.grade.student: one.grade.ending for one in done} == {
        "ann": Ending.FINISHED,
        "bob": Ending.FINISHED,
    }
    asked = [("ann", jobs == 1), ("bob", jobs == 1)] + [("ann", True)] * (jobs > 1)
    assert sorted(workshop.asked) == sorted(asked)
    assert workshop.asked[-1] == asked[-1]


class Kettle:
    """Something warm."""

    def __init__(self, made: list["Kettle"]) -> None:
        made.append(self)
        self.gone = self.closed = self.grown = False

    def close(self) -> None:
        """Let it cool."""
        self.closed = True


def test_a_template_that_failed_is_replaced_for_all() -> None:
    """Once, however many it failed; one that lives stays for those who still use it."""
    made: list[Kettle] = []

    def start(own: list[Kettle]) -> Kettle:
        made.append(Kettle(own))
        return made[-1]

    warm = Warm(start)  # type: ignore[type-var]  # a fake
    first = warm.get()
    assert warm.get() is first
    warm.renew([first])
    second = warm.get()
    warm.renew([first])
    assert (warm.get(), first.closed) == (second, False)
    for _ in range(MOST):
        warm.renew([warm.get()])
    last = warm.get()
    assert len(made) == MOST
    last.gone = True
    warm.renew([last])
    assert warm.get() is not last
    warm.close()
    assert all(kettle.closed for kettle in made)
    with pytest.raises(BoxError, match="stopped"):
        warm.get()


def test_a_template_that_has_grown_ends_with_its_last_user() -> None:
    """The next one gets a fresh one, and nobody loses what he uses."""
    warm = Warm(Kettle)  # type: ignore[type-var]  # a fake
    with warm.lent() as first:
        with warm.lent() as same:
            assert same is first
            first.grown = True
        assert not first.closed
        with warm.lent() as second:
            assert second is not first
        assert not first.closed
    assert (first.closed, second.closed) == (True, False)
    warm.close()


def test_templates_begin_while_the_clerk_goes_on(tmp_path: Path) -> None:
    """To begin waits for neither; to start waits for both."""
    workshop, go = Workshop(Course(tmp_path, Settings("c", "s")), "hw", Options()), Event()

    def start(made: list[Any]) -> Any:
        made.append(Kettle([]))
        go.wait(10)
        return made[-1]

    workshop.templates, workshop.judges = Warm(start), Warm(start)
    workshop.begin()
    begun: list[Future[Any]] = [workshop.templates.begin(), workshop.judges.begin()]
    assert not any(future.done() for future in begun)
    go.set()
    workshop.start()
    assert all(future.done() for future in begun)
    workshop.close()


def test_a_start_that_fails_is_tried_once_more() -> None:
    """Whatever ended it; then it is told, and the next one starts anew."""
    problems = [BoxError("one"), BoxError("two"), BoxError("three")]

    def start(made: list[Kettle]) -> Kettle:
        if problems:
            raise problems.pop(0)
        return Kettle(made)

    warm = Warm(start)  # type: ignore[type-var]  # a fake
    with pytest.raises(BoxError, match="two"):
        warm.get()
    warm.renew([])
    assert isinstance(warm.get(), Kettle)
    warm.close()


def test_who_stops_listening_ends_what_runs(tmp_path: Path) -> None:
    """A class that is broken off leaves no template, and starts nobody who still waited."""
    ran: list[str] = []
    shop = Broken(Course(tmp_path, Settings("c", "s")))
    real = shop.grade

    def remembered(student: str, *rest: Any, **more: Any) -> Graded:
        ran.append(student)
        return real(student, *rest, **more)

    vars(shop)["grade"] = remembered
    everyone = [f"student{number}" for number in range(20)]
    done = grade(shop, everyone)
    next(done)
    done.close()
    assert len(ran) < len(everyone)
    with pytest.raises(BoxError, match="stopped"):
        shop.templates.get()
