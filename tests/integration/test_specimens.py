"""backprop, graded for real: every specimen gets what it states, again and again."""

from collections.abc import Iterator
from dataclasses import replace

import pytest
from figures import AT_ONCE, alike
from sample_course import Once, sample_course, specimens_of

from autograder.config import Course
from autograder.grading.graded_submission import Graded, comments
from autograder.grading.workers import grade
from autograder.grading.workshop import Options, Workshop
from autograder.notebooks.assignment import read_assignment
from autograder.notebooks.cells import Cell, Kind
from autograder.notebooks.rebuilding import rebuild
from autograder.verifying.specimens import Specimen, disagreements

SPECIMENS = specimens_of("backprop")
QUICK = ("cosine_twice", "untouched", "early_exit", "broken", "printed_points")
DRAWN = ("linear_stack", "shrinking_steps")
# Each question gets a fork of its own.
ALONE = "from autograder.guest import serving as _box\n_box._passes = lambda *_: False\n"
# A loop without end is one after a second as well as after ten.
ENDLESS = {"endless_loop": {"cell_seconds": 1, "probe_seconds": 1}}


@pytest.fixture(scope="module")
def course(tmp_path_factory: pytest.TempPathFactory) -> Course:
    """A copy of the sample course with the committed release, and its specimens handed in."""
    return sample_course(tmp_path_factory.mktemp("course"), "backprop", SPECIMENS, DRAWN)


@pytest.fixture(scope="module")
def workshop(course: Course, started_once: None) -> Iterator[Workshop]:
    """Both templates, warm."""
    with Workshop(course, "backprop", Options(jobs=1)) as workshop:
        yield workshop


@pytest.fixture(scope="module")
def once(workshop: Workshop) -> Once:
    """Each specimen as it was graded the first time."""
    return Once(workshop)


@pytest.mark.parametrize("specimen", SPECIMENS, ids=lambda specimen: specimen.name)
def test_a_specimen_gets_what_it_states(
    once: Once, specimen: Specimen, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Points and ending are those in the specimen's head."""
    limits = replace(once.workshop.limits, **ENDLESS.get(specimen.name, {}))
    monkeypatch.setattr(once.workshop, "limits", limits)
    assert specimen.disagreements(once(specimen.student).grade) == []


def students(*names: str) -> list[str]:
    """The students of some specimens."""
    return [one.student for one in SPECIMENS if one.name in names]


def test_findings_do_not_depend_on_the_number_of_jobs(course: Course, once: Once) -> None:
    """One worker and two, a second time and another order: the same findings to the last byte."""
    names = students(*QUICK)
    alone = {name: once(name).grade for name in names}
    with Workshop(course, "backprop", Options(jobs=2)) as parallel:
        together = {done.grade.student: done.grade for done in grade(parallel, names[::-1])}
    assert repr(sorted(alone.items())) == repr(sorted(together.items()))


def test_replayed_reruns_find_the_same(course: Course, once: Once) -> None:
    """Where a box cannot be forked, a second box runs the answer again and finds the same."""
    (student,) = students("early_exit")
    options = Options(jobs=1, replay_probes=True)
    with Workshop(course, "backprop", options) as replaying:
        assert repr(replaying.grade(student).grade) == repr(once(student).grade)


@pytest.mark.parametrize("specimen", DRAWN)
def test_without_what_makes_it_fast_nothing_changes(
    workshop: Workshop, once: Once, specimen: str
) -> None:
    """Findings, and every picture and word of the notebook, are the same to the last byte."""
    (student,) = students(specimen)
    usual = once(student)
    rebuilt = usual.tape.rebuilt
    cells = (Cell("at_once", "code", AT_ONCE + ALONE, Kind.ADDED), *rebuilt.cells)
    other = workshop.grade_cells(student, replace(rebuilt, cells=cells))
    assert len(other.tape.answers) > len(usual.tape.answers)
    assert repr(other.grade) == repr(usual.grade)

    def shown(known: list[Graded], cells: tuple[Cell, ...]) -> dict[str, object]:
        done = (
            known.pop() if known else workshop.grade_cells(student, replace(rebuilt, cells=cells))
        )
        return {name: told for name, told in done.shown()[0].items() if name != "at_once"}

    ones, others = [usual], [other]
    assert alike(lambda: shown(ones, rebuilt.cells), lambda: shown(others, cells))


def test_what_a_student_reads_holds_nothing_of_ours(once: Once, course: Course) -> None:
    """Feedback names no path, no traceback of ours and no hidden number."""
    secrets = (course.checks("backprop") / "hidden" / "housing_hidden.csv").read_text().split()[1:]
    for name in students("cosine_twice", "early_exit", "constant", "broken", "diverged"):
        graded = once(name)
        words = "\n".join(comments(graded.grade, ["parametric_curve", "deeper_network"]).values())
        assert str(course.root) not in words
        assert "site-packages" not in words
        assert "Traceback" not in words
        assert not any(row in words for row in secrets)


def test_the_rebuilt_notebook_is_the_release_with_answers(course: Course) -> None:
    """What stands in the autograded notebook of a specimen are the release's own cells."""
    release = read_assignment(course.release("backprop") / "backprop.ipynb")
    assert [cell.id for cell in rebuild(release, release).cells] == [c.id for c in release.cells]


def test_a_missing_specimen_is_a_disagreement() -> None:
    """A specimen that was not graded is told, and so is a wrong number of points."""
    specimen = SPECIMENS[0]
    assert disagreements([specimen], []) == {specimen.name: ["it was not graded"]}
