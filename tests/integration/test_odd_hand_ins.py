"""Odd hand-ins in a class: each gets what it deserves and a sentence, and nobody else pays."""

import json
import os
import socket
import subprocess
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from tiny_course import class_course, hand_in

from autograder.config import Course
from autograder.grading.clerk import ClassGraded, grade_class
from autograder.grading.workshop import Options
from autograder.model import Grade
from autograder.triaging import Triaged, triage

RIGHT = "x = t - 1.5 * torch.cos(17 * t)"
WRONG = "x = t"
NOTEBOOK = "hw.ipynb"
Make = Callable[[Path], object]

pytestmark = pytest.mark.usefixtures("started_once")


def nested(folder: Path, name: str, depth: int) -> None:
    """Folders inside each other, made from inside: no path leads there."""
    place = os.open(folder, os.O_RDONLY)
    for _ in range(depth):
        os.mkdir(name, dir_fd=place)
        inner = os.open(name, os.O_RDONLY, dir_fd=place)
        os.close(place)
        place = inner
    os.close(place)


def many_files(folder: Path) -> None:
    """20,500 names of one empty file."""
    (folder / "one.csv").touch()
    for number in range(20_500):
        (folder / f"{number}.csv").hardlink_to(folder / "one.csv")


def sparse(path: Path, gib: int, head: bytes = b"") -> None:
    """A file that has a size and takes no room."""
    with path.open("wb") as file:
        file.write(head)
        os.truncate(file.fileno(), gib << 30)


def sparse_files(folder: Path) -> None:
    """Many of them."""
    for number in range(40):
        sparse(folder / f"{number}.bin", 16)


def socket_at(path: Path) -> None:
    """A socket as a file, bound from its folder: a path of its own may be too long."""
    place = os.open(path.parent, os.O_RDONLY)
    with socket.socket(socket.AF_UNIX) as own:
        own.bind(f"/proc/self/fd/{place}/{path.name}")
    os.close(place)


def another_notebook(path: Path, source: str, cells: int = 1) -> None:
    """Code cells of one's own, put before the answer in a right hand-in."""
    tree = json.loads(path.read_text("utf-8"))
    own: dict[str, Any] = {
        "cell_type": "code",
        "metadata": {},
        "outputs": [],
        "execution_count": None,
    }
    tree["cells"][1:1] = [{**own, "source": source.format(n=n)} for n in range(cells)]
    path.write_text(json.dumps(tree), "utf-8")


def text_in(path: Path, text: str) -> None:
    """A text cell of one's own in a right hand-in."""
    tree = json.loads(path.read_text("utf-8"))
    tree["cells"].insert(1, {"cell_type": "markdown", "metadata": {}, "source": text})
    path.write_text(json.dumps(tree), "utf-8")


def moved(folder: Path, inner: str) -> None:
    """The notebook in a folder inside the student's."""
    (folder / inner).mkdir()
    (folder / NOTEBOOK).rename(folder / inner / NOTEBOOK)


def instead(path: Path, make: Make) -> None:
    """Something else in the place of the notebook."""
    path.unlink()
    make(path)


LONG = "n" * 300
LINES = "print(missing{n})\n" + "\n".join(f"a{n}, b{n} = missing, 1" for n in range(500))
# What is added to a right hand-in, or put in its place, what it gets, and words of its sentence.
ODD: dict[str, tuple[Make, float | None, str]] = {
    "deep folders": (lambda at: nested(at, "d", 1000), 3, "too long a path"),
    "long paths": (lambda at: nested(at, "n" * 250, 17), 3, "too long a path"),
    "20,500 files": (many_files, 3, "more than"),
    "sparse files": (sparse_files, 3, "more than"),
    "link to a long name": (lambda at: (at / "a.csv").symlink_to(LONG), 3, "a link"),
    "link with a long name": (lambda at: (at / LONG[:255]).symlink_to("a"), 3, "a link"),
    "pipe": (lambda at: os.mkfifo(at / "a.csv"), 3, "no plain file"),
    "socket": (lambda at: socket_at(at / "a.csv"), 3, "no plain file"),
    "long names in text": (lambda at: text_in(at / NOTEBOOK, f"![]({LONG}) [a]({LONG})"), 3, ""),
    "no such attachment": (lambda at: text_in(at / NOTEBOOK, "![](attachment:a.png)"), 3, ""),
    "folder hw.html": (lambda at: (at / "hw.html").mkdir(), 3, ""),
    "much is shown": (
        lambda at: another_notebook(at / NOTEBOOK, "print('x' * (12 << 20))", 30), 3, "",
    ),
    "missing names": (lambda at: another_notebook(at / NOTEBOOK, LINES, 20), 3, ""),
    "notebook in specimens": (lambda at: moved(at, "specimens"), 3, "in the folder specimens"),
    "notebook in __pycache__": (lambda at: moved(at, "__pycache__"), None, "no notebook"),
    "notebook is a folder": (
        lambda at: instead(at / NOTEBOOK, Path.mkdir), None, "no notebook",
    ),
    "notebook is a pipe": (lambda at: instead(at / NOTEBOOK, os.mkfifo), None, "no plain file"),
    "notebook is a link": (
        lambda at: instead(at / NOTEBOOK, lambda path: path.symlink_to(LONG)), None, "a link",
    ),
    "notebook is sparse": (
        lambda at: sparse(at / NOTEBOOK, 400, b'{"cells": [],' + b" " * 5000), None, "larger than",
    ),
    "notebook is zeros": (lambda at: sparse(at / NOTEBOOK, 1), None, NOTEBOOK),
    "nothing": (lambda at: (at / NOTEBOOK).unlink(), None, "no notebook"),
}  # fmt: skip
NAMES = ("[a-c]", " edge ", "line\nbreak", "AD\\name", "e" * 200, "\u202egnirts", "-flag", "%s{}")


@dataclass(frozen=True, slots=True)
class Class:
    """What became of a class: its grades, and what was said of each hand-in beforehand."""

    course: Course
    done: ClassGraded
    triaged: dict[str, Triaged]


@pytest.fixture(scope="module")
def graded(
    tmp_path_factory: pytest.TempPathFactory, tiny_release: Path, started_once: None
) -> Iterator[Class]:
    """A class of odd hand-ins, with an honest one before and one behind them."""
    root = tmp_path_factory.mktemp("budgets") / "course"
    names = ["ann", *ODD, *NAMES, "zoe"]
    course = class_course(root, dict.fromkeys(names, RIGHT), tiny_release)
    for name, (make, _, _) in ODD.items():
        make(course.submitted("hw", name))
    seen = {one.student: one for one in triage(course, "hw", names)}
    done = grade_class(course, "hw", names, Options(jobs=2))
    written = grade_class(course, "hw", names, Options(), feedback=True)
    assert "new" not in written.why.values()
    yield Class(course, done, seen)
    # Deeper than pytest's own way of cleaning up.
    subprocess.run(["/bin/rm", "-rf", "--", course.root / "submitted"], check=True)


def test_nobody_else_pays(graded: Class) -> None:
    """The honest work before and behind has its points, and no failure is ours."""
    assert [graded.done.grades[name].points("curve") for name in ("ann", "zoe")] == [3, 3]
    assert graded.done.exit_code == 1
    assert sorted(graded.done.grades) == sorted(["ann", *ODD, *NAMES, "zoe"])


@pytest.mark.parametrize("name", ODD)
def test_an_odd_hand_in_gets_what_it_deserves_and_a_sentence(graded: Class, name: str) -> None:
    """Points where there is an answer; and what does not count is said, before and after."""
    _, points, words = ODD[name]
    grade = graded.done.grades[name]
    assert grade.points("curve") == points, grade.notes
    if words:
        assert words in said(grade)
        assert words in " ".join(graded.triaged[name].lines)


@pytest.mark.parametrize("name", NAMES)
def test_a_name_that_a_folder_can_bear_is_graded(graded: Class, name: str) -> None:
    """Brackets, edge spaces, line breaks, backslashes: it is a student like any other."""
    assert graded.done.grades[name].points("curve") == 3
    assert not graded.triaged[name].notes


@pytest.mark.parametrize("name", ["ann", *ODD, *NAMES])
def test_everybody_has_a_page(graded: Class, name: str) -> None:
    """Whatever was handed in and whoever did, there is feedback to read."""
    assert (graded.course.feedback("hw", name) / "hw.html").is_file()


def said(grade: Grade) -> str:
    """All sentences of a grade."""
    return " ".join([*grade.notes, *(finding.sentence for finding in grade.findings)])


def test_points_belong_to_the_bytes_that_earned_them(tmp_path: Path, tiny_release: Path) -> None:
    """A hand-in that changes between being looked at and being run gives nobody its points."""
    waiting = {f"other{n}": f"x = {n}" for n in range(4)}
    changing = {"better": WRONG, "worse": RIGHT}
    course = class_course(tmp_path / "course", waiting | changing, tiny_release)

    def change(grade: Grade) -> None:
        if grade.student == "other0":  # all digests are taken, and these two are not run yet
            hand_in(course, "better", RIGHT)
            hand_in(course, "worse", WRONG)

    done = grade_class(course, "hw", [*waiting, *changing], Options(), dry_run=True, tell=change)
    assert [done.grades[name].points("curve") for name in changing] == [3, 0]
    for name, answer in {"right": RIGHT, "wrong": WRONG}.items():
        hand_in(course, name, answer)
    later = grade_class(course, "hw", ["right", "wrong"], Options(), dry_run=True)
    assert [grade.points("curve") for grade in later.grades.values()] == [3, 0]
    assert set(later.why.values()) == {"kept"}


def test_an_empty_hand_in_is_like_no_other(tmp_path: Path, tiny_release: Path) -> None:
    """A notebook in any folder is part of what is handed in: nobody else gets its points."""
    folders = ("specimens", "__pycache__", "checks", ".hidden", "more")
    students = {name.strip("_."): name for name in folders}
    course = class_course(tmp_path / "course", dict.fromkeys(students, RIGHT), tiny_release)
    for student, folder in students.items():
        moved(course.submitted("hw", student), folder)
    course.submitted("hw", "nobody").mkdir(parents=True)
    first = grade_class(course, "hw", list(students), Options(), dry_run=True)
    assert {first.grades[name].points("curve") for name in ("specimens", "more")} == {3}
    then = grade_class(course, "hw", ["nobody"], Options(), dry_run=True)
    assert then.grades["nobody"].points("curve") is None
    assert "no notebook" in said(then.grades["nobody"])
