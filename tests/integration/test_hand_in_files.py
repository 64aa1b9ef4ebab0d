"""A file that students train is handed in beside the notebook, and read in the box alone."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest
import torch
from tiny_course import write_notebook
from trained_course import CHECKS, SETTINGS, cells, released, save, trained_course

from autograder.boxes.box import Box
from autograder.config import Course, find_course
from autograder.errors import CourseError
from autograder.grading.clerk import ClassGraded, grade_class
from autograder.grading.workshop import Options
from autograder.releasing import check_assignment, find_faults
from autograder.triaging import triage

pytestmark = pytest.mark.usefixtures("started_once")


def cut(path: Path) -> None:
    """Weights of which the second half is lost."""
    save(path)
    path.write_bytes(path.read_bytes()[:700])


def linked(path: Path) -> None:
    """A link to weights that are right."""
    save(path.with_name("elsewhere.pth"))
    path.symlink_to("elsewhere.pth")


def in_a_folder(path: Path) -> None:
    """The whole hand-in in a folder, as an archive was unpacked."""
    inner = path.with_name("hw")
    inner.mkdir()
    path.with_name("hw.ipynb").rename(inner / "hw.ipynb")
    save(inner / path.name)


def saved_again(path: Path) -> None:
    """The notebook trains once more when it is graded, and writes over what was handed in."""
    save(path, bias=9)
    weights = '{"weight": torch.tensor([[1.0, -2.0]]), "bias": torch.tensor([3.0])}'
    answer = f'net = torch.nn.Linear(2, 1)\ntorch.save({weights}, "net.pth")'
    write_notebook(path.with_name("hw.ipynb"), cells(answer, line="x = 3"))


HAND_INS: dict[str, Callable[[Path], object]] = {
    "right": save,
    "wrong": lambda path: save(path, bias=4),
    "missing": lambda path: None,
    "empty": lambda path: path.touch(),
    "link": linked,
    "folder": lambda path: path.mkdir(),
    "large": lambda path: torch.save(torch.zeros(1 << 19), path),
    "cut": cut,
    "page": lambda path: path.write_text("<html>not found</html>"),
    "other": lambda path: torch.save({"w": torch.zeros(1)}, path),
    "inside": in_a_folder,
    "again": saved_again,
}
POINTS = dict.fromkeys(HAND_INS, 0.0) | {"right": 2.0, "inside": 2.0, "again": 2.0}


@pytest.fixture(scope="module")
def course(tmp_path_factory: pytest.TempPathFactory) -> Course:
    """A released course with a class."""
    return released(tmp_path_factory.mktemp("trained") / "course", HAND_INS)


@pytest.fixture(scope="module")
def done(course: Course, started_once: None) -> ClassGraded:
    """Everybody's grade."""
    return grade_class(course, "hw", list(HAND_INS), Options(2))


def test_the_files_bytes_decide(done: ClassGraded) -> None:
    """Weights earn what they can do; without them the other exercise keeps its point."""
    assert {name: grade.points("net") for name, grade in done.grades.items()} == POINTS
    assert {grade.points("curve") for grade in done.grades.values()} == {1.0}
    assert not done.problems


SAID = {
    "missing": "net.pth is missing: hand it in, beside the notebook.",
    "empty": "net.pth is empty: save it again, and hand in the file itself, beside the notebook.",
    "link": "net.pth is a link: save it again, and hand in the file itself, beside the notebook.",
    "folder": "net.pth is a folder: save it again, and hand in the file itself, beside the "
    "notebook.",
    "large": "net.pth is larger than 1 MiB: hand in a smaller one, beside the notebook.",
    "cut": "net.pth is damaged, or of another kind than the notebook reads: save it again, and "
    "hand in the file itself, beside the notebook.",
}
SAID["page"] = SAID["cut"]


@pytest.mark.parametrize("name", SAID)
def test_what_is_wrong_with_a_file_is_told(done: ClassGraded, course: Course, name: str) -> None:
    """In the notes, and in the finding of the exercise that rests on it."""
    grade = done.grades[name]
    assert SAID[name] in grade.notes
    (finding,) = grade.of("net")
    assert f"({SAID[name].removesuffix('.')})" in finding.sentence


def test_nothing_is_told_of_a_file_that_is_there(done: ClassGraded) -> None:
    """A file that can be read, and is of another network, is not called damaged."""
    for name in ("right", "wrong", "other", "again"):
        assert done.grades[name].notes == ()
    assert "Missing key(s)" in done.grades["other"].of("net")[0].sentence


def test_assistants_see_it_before_anything_is_run(course: Course, done: ClassGraded) -> None:
    """Triage names what is missing, and refuses nobody."""
    seen = {one.student: one for one in triage(course, "hw", list(HAND_INS))}
    assert [note.sentence for note in seen["missing"].notes] == [SAID["missing"]]
    assert not any(one.needs_a_person for one in seen.values())


def test_another_file_is_another_hand_in(course: Course, done: ClassGraded) -> None:
    """What was graded is kept until the file changes, although the notebook is the same."""
    assert grade_class(course, "hw", ["wrong"], Options()).why == {"wrong": "kept"}
    save(course.submitted("hw", "wrong") / "net.pth", bias=3.001)
    again = grade_class(course, "hw", ["wrong"], Options())
    assert again.why == {"wrong": "changed"}
    assert again.grades["wrong"].points("net") == 2


def test_a_release_keeps_the_references_file_back(course: Course) -> None:
    """Students get the name and the limit, and nothing that was trained."""
    files = {
        str(path.relative_to(course.release("hw"))) for path in course.release("hw").rglob("*.*")
    }
    assert files == {"hw.ipynb", "data.csv", "checks/check_curve.py", "checks/course.json"}
    told = json.loads((course.release("hw") / "checks/course.json").read_text())
    assert told == {"files": {"net.pth": 1 << 20}}
    assert find_faults(course, "hw", CHECKS) == []


READ = """\
import json, pickle
import numpy as np, torch
torch.save(torch.zeros(99), "net.pth")
data = open("net.pth", "rb").read()
open("cut.pth", "wb").write(data[:400])
open("page.html", "w").write("<html>")
path = "cut.pth"
def load(place):
    return torch.load(place)
"""
RAISING = {
    "torch.load(path)": "cut.pth",
    "load('cut.pth')": "cut.pth",
    "torch.nn.Linear(1, 1).load_state_dict(torch.load(path))": "cut.pth",
    "with open(path, 'rb') as file: torch.load(file)": "cut.pth",
    "np.load('page.html')": "page.html",
    "json.load(open('page.html'))": "page.html",
    "with open('page.html', 'rb') as file: pickle.load(file)": "page.html",
    "torch.load('none.pth')": "",
    "torch.save(lambda: 0, 'net.pth')": "",
    "torch.nn.Linear(1, 1).load_state_dict({path: torch.zeros(1)})": "",
    "load('cut.pth' if 1 / 0 else '')": "",
}


def test_a_failure_names_the_file_that_was_read(box: Box) -> None:
    """Whatever reads it and however it is named; not one that is written, or only mentioned."""
    assert box.run(READ).failure is None
    for source, name in RAISING.items():
        failure = box.run(source).failure or ""
        assert failure.endswith(f" (while it read {name})") == bool(name), failure


def problems(course: Course) -> list[str]:
    """What an instructor has to mend."""
    try:
        check_assignment(course, "hw", CHECKS)
    except CourseError as error:
        return [f"{problem.where}: {problem.what}" for problem in error.problems]
    return []


def test_what_is_wrong_with_the_references_file_is_a_problem(tmp_path: Path) -> None:
    """It is absent, or too large, or given away under another name."""
    course = trained_course(tmp_path)
    assert problems(course) == []
    source = course.source("hw")
    (source / "start.pth").write_bytes((source / "net.pth").read_bytes())
    assert problems(course) == ["start.pth: is the reference's net.pth"]
    (source / "start.pth").unlink()
    torch.save(torch.zeros(1 << 19), source / "net.pth")
    assert problems(course) == ["source/hw/net.pth: has 2.0 MiB, and 1 MiB are allowed"]
    (source / "net.pth").write_bytes(b"")
    (absent,) = problems(course)
    assert absent.startswith("source/hw/net.pth: is in `files`, and there is no such file")
    (tmp_path / "autograder.toml").write_text(SETTINGS.replace('"net.pth"', '"a/../b", "/etc/x"'))
    with pytest.raises(CourseError, match=r"cannot be 'a/../b'(?s:.*)cannot be '/etc/x'"):
        find_course(tmp_path)
