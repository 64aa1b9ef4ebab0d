"""backprop, graded for real: every specimen gets what it states, again and again."""

import json
import shutil
import subprocess
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest

from autograder.config import Course, find_course
from autograder.gradebook import nbgrader_environment
from autograder.grading import Options, Workshop, comments, grade
from autograder.notebooks import read_assignment, rebuild
from autograder.verifying import Specimen, disagreements, read_specimens

ROOT = Path(__file__).parents[2]
ASSIGNMENTS = ("backprop", "layers")
SPECIMENS = read_specimens(ROOT / "checks/backprop/specimens")
QUICK = ("cosine_twice", "untouched", "early_exit", "broken", "printed_points")


@pytest.fixture(scope="module")
def course(tmp_path_factory: pytest.TempPathFactory) -> Course:
    """A copy of the sample course with the committed release, and its specimens handed in."""
    root = tmp_path_factory.mktemp("course")
    for name in ("source", "checks", "release"):
        shutil.copytree(ROOT / name, root / name)
    for name in ("autograder.toml", "nbgrader_config.py"):
        shutil.copy(ROOT / name, root / name)
    course = find_course(root)
    hand_in(course, "backprop", SPECIMENS)
    return course


def hand_in(course: Course, name: str, specimens: Sequence[Specimen]) -> None:
    """Hand in the specimens of an assignment, each as a student's."""
    frame = course.release(name) / f"{name}.ipynb"
    notebook = read_assignment(frame)
    for specimen in specimens:
        specimen.hand_in(course.submitted(name, specimen.student), frame, notebook)


@pytest.fixture(scope="module")
def workshop(course: Course) -> Iterator[Workshop]:
    """Both templates, warm."""
    with Workshop(course, "backprop", Options(jobs=1)) as workshop:
        yield workshop


@pytest.mark.parametrize("specimen", SPECIMENS, ids=lambda specimen: specimen.name)
def test_a_specimen_gets_what_it_states(workshop: Workshop, specimen: Specimen) -> None:
    """Points and ending are those in the specimen's head."""
    graded = workshop.grade(specimen.student)
    assert specimen.disagreements(graded.grade) == []


def students(*names: str) -> list[str]:
    """The students of some specimens."""
    return [one.student for one in SPECIMENS if one.name in names]


def test_findings_do_not_depend_on_the_number_of_jobs(workshop: Workshop, course: Course) -> None:
    """One worker and two, a second time and another order: the same findings to the last byte."""
    names = students(*QUICK)
    alone = {name: workshop.grade(name).grade for name in names}
    with Workshop(course, "backprop", Options(jobs=2)) as parallel:
        together = {done.grade.student: done.grade for done in grade(parallel, names[::-1])}
    assert repr(sorted(alone.items())) == repr(sorted(together.items()))


def test_replayed_reruns_find_the_same(workshop: Workshop, course: Course) -> None:
    """Where a box cannot be forked, a second box runs the answer again and finds the same."""
    (student,) = students("early_exit")
    with Workshop(course, "backprop", Options(jobs=1, replay_probes=True)) as replaying:
        assert repr(replaying.grade(student).grade) == repr(workshop.grade(student).grade)


def test_nothing_of_a_student_stays_for_the_next(workshop: Workshop) -> None:
    """The untouched release gets nothing, also right after a perfect answer."""
    (perfect,), (untouched,) = students("perfect"), students("untouched")
    assert workshop.grade(perfect).grade.points("parametric_curve") == 4
    graded = workshop.grade(untouched)
    assert graded.grade.points("parametric_curve") == 0
    assert {finding.sentence for finding in graded.grade.findings} == {"not answered yet"}


def test_what_a_student_reads_holds_nothing_of_ours(workshop: Workshop, course: Course) -> None:
    """Feedback names no path, no traceback of ours and no hidden number."""
    secrets = (course.checks("backprop") / "hidden" / "housing_hidden.csv").read_text().split()[1:]
    for name in students("cosine_twice", "early_exit", "constant", "broken", "diverged"):
        graded = workshop.grade(name)
        words = "\n".join(comments(graded.grade, ["parametric_curve", "deeper_network"]).values())
        assert str(course.root) not in words
        assert "site-packages" not in words
        assert "Traceback" not in words
        assert not any(row in words for row in secrets)


@pytest.mark.parametrize("name", ASSIGNMENTS)
def test_the_release_is_what_the_source_gives(name: str, tmp_path: Path) -> None:
    """The committed release is, byte for byte, what `autograder release` makes."""
    root = tmp_path / "fresh"
    for folder in (f"source/{name}", f"checks/{name}"):
        shutil.copytree(ROOT / folder, root / folder)
    for file in ("autograder.toml", "nbgrader_config.py"):
        shutil.copy(ROOT / file, root / file)
    done = command(root, "release", name)
    assert done.returncode == 0, done.stderr
    assert files(root / "release" / name) == files(ROOT / "release" / name)
    made, committed = (outline(place / f"solutions/{name}/{name}.ipynb") for place in (root, ROOT))
    assert made == committed


def command(root: Path, *arguments: str) -> "subprocess.CompletedProcess[str]":
    """Run `autograder` in a course."""
    return subprocess.run(
        [sys.executable, "-m", "autograder", *arguments],
        cwd=root,
        env=nbgrader_environment(),
        capture_output=True,
        text=True,
        check=False,
    )


def files(folder: Path) -> dict[str, bytes]:
    """All files below a folder."""
    found = (path for path in sorted(folder.rglob("*")) if path.is_file())
    return {str(path.relative_to(folder)): path.read_bytes() for path in found}


def outline(path: Path) -> list[tuple[str, str, list[Any]]]:
    """The cells of the solutions, their outputs by structure: pixels and floats vary."""
    tree = json.loads(path.read_text())
    return [
        (
            cell["id"],
            "".join(cell["source"]),
            [
                (output["output_type"], sorted(output.get("data", {})))
                for output in cell.get("outputs", [])
            ],
        )
        for cell in tree["cells"]
    ]


def test_a_class_is_graded_by_the_command(course: Course) -> None:
    """`autograder grade` writes notebooks, gradebook and feedback, and says who needs a person."""
    root = course.root
    assert command(root, "release", "backprop").returncode == 0
    chosen = [one for one in SPECIMENS if one.name in QUICK]
    named = [word for one in chosen for word in ("--student", one.student)]
    done = command(root, "grade", "backprop", *named, "--json", "--feedback")
    assert done.returncode == 1, done.stderr
    assert "needs attention" in " ".join(done.stderr.split())
    told = json.loads(done.stdout)["grades"]
    assert {one["student"] for one in told} == {one.student for one in chosen}
    for one in chosen:
        page = course.feedback("backprop", one.student) / "backprop.html"
        assert page.is_file()
        assert (course.autograded("backprop", one.student) / "backprop.ipynb").is_file()
    again = command(root, "grade", "backprop", *named, "--json", "--dry-run", "--jobs", "1")
    assert json.loads(again.stdout)["grades"] == told


def test_the_rebuilt_notebook_is_the_release_with_answers(course: Course) -> None:
    """What stands in the autograded notebook of a specimen are the release's own cells."""
    release = read_assignment(course.release("backprop") / "backprop.ipynb")
    assert [cell.id for cell in rebuild(release, release).cells] == [c.id for c in release.cells]


def test_a_missing_specimen_is_a_disagreement() -> None:
    """A specimen that was not graded is told, and so is a wrong number of points."""
    specimen = SPECIMENS[0]
    assert disagreements([specimen], []) == {specimen.name: ["it was not graded"]}
