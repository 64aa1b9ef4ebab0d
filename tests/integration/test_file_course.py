"""Answer files end to end: in the student's kernel, in a release, in a class."""

import json
import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from test_student_check import CHECKS, run, shown
from tiny_course import PLAIN

from autograder.config import Course, find_course
from autograder.gradebook import class_points, opened
from autograder.grading.clerk import grade_class
from autograder.grading.workshop import Options
from autograder.model import Check, Finding
from autograder.releasing import find_faults, release
from autograder.revising import Words

SMALL = Path(__file__).parents[2] / "docs/examples/small-course"
LISTED = (
    Check("leaky.leaky", "leaky", "leaky", 2, hidden=False),
    Check("gate.gate", "gate", "gate", 2, hidden=False),
)
STUB = "<your_code_here>"
LEAKY, GATE = "torch.where(x > 0, x, SLOPE * x)", "(self.weight * leaky(x)).sum()"

FILE = """\
import torch

# %% curve_answer
def curve(scale=1):
    return <your_code_here>


# %% slope_answer
def f(t):
    return <your_code_here>


class Line:
    def __call__(self, t):
        return f(t)
"""


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """A folder as a student has it, with an answer file."""
    (tmp_path / "checks").mkdir()
    (tmp_path / "checks" / "check_curve.py").write_text(CHECKS)
    (tmp_path / "curves.py").write_text(FILE)
    return tmp_path


def saves(*answers: str) -> str:
    """The cell of a student who saves the file with these in the place of its stubs."""
    head, *rest = FILE.split("<your_code_here>")
    text = head + "".join(map("".join, zip(answers, rest, strict=True)))
    return f"from pathlib import Path; _ = Path('curves.py').write_text({text!r})"


def printed(cell: Any) -> str:
    """What a cell printed, in however many pieces it came."""
    return "".join(output.text for output in cell.outputs if output.output_type == "stream")


def test_a_file_counts_as_it_is_saved(home: Path) -> None:
    """Open, right, broken, right: each cell has the file as it is now, and exercises go on."""
    (home / "early.py").write_text("from math import pi\n")
    cells = run(
        home,
        "import early\nfrom autograder import check",
        "from curves import curve as mine, f, Line\nimport curves",
        'check("slope")',
        saves("<your_code_here>", "2 * t"),
        'check("slope")',
        saves("1 +", "2 * t"),
        'check("slope")',
        "print(f(1))",
        saves("-scale * torch.arange(4.0)", "2 * t"),
        'x = mine(); check("curve")',
        "line = Line(); print(f is curves.f, mine is curves.curve)",
        saves("0", "2 * t") + "; Path('early.py').write_text('pi = 3')",
        "print(early.pi)",
        'check("slope")',
    )
    assert "a stub is not filled in yet" in shown(cells[2])
    assert "2 of 2 points" in shown(cells[4])
    assert "curves.py, line 5: SyntaxError: invalid syntax. Mend it" in shown(cells[6])
    assert printed(cells[7]).endswith("then run this cell again.\n2\n")
    assert "1 of 1 point" in shown(cells[9])
    assert printed(cells[10]) == "True True\n"
    assert printed(cells[12]).startswith("`line` was made before curves.py was saved")
    assert printed(cells[12]).endswith("\n3\n")
    assert "2 of 2 points" in shown(cells[13])


@pytest.fixture
def course(tmp_path: Path) -> Course:
    """The guide's course with answers in a file, ready to be released."""
    shutil.copytree(SMALL, tmp_path / "course")
    (tmp_path / "course/nbgrader_config.py").write_text(PLAIN)
    return find_course(tmp_path / "course")


def hand_in(course: Course, student: str, leaky: str, gate: str) -> Path:
    """Hands in the release with these in the place of the stubs; the file's path."""
    shutil.copytree(course.release("gates"), course.submitted("gates", student))
    path = course.submitted("gates", student) / "gates.py"
    head, middle, end = path.read_text().split(STUB)
    path.write_text(head + leaky + middle + gate + end)
    return path


def graded(course: Course) -> tuple[dict[str, dict[str, Finding]], dict[str, tuple[str, ...]]]:
    """The findings of each student by exercise, and the notes."""
    students = course.students("gates")
    grades = grade_class(course, "gates", students, Options(), feedback=True).grades
    found = {who: {f.check.exercise: f for f in one.findings} for who, one in grades.items()}
    return found, {who: one.notes for who, one in grades.items()}


def verdicts(found: Mapping[str, Finding]) -> str:
    """What was found of both exercises, in two words."""
    return f"{found['leaky'].verdict}, {found['gate'].verdict}"


@pytest.mark.usefixtures("started_once")
def test_a_class_hands_in_files(course: Course) -> None:
    """Each file gets what it deserves and a sentence with its lines; nobody else pays for it."""
    release(course, "gates", LISTED)
    line = (course.release("gates") / "gates.py").read_text().split("\n").index(
        f"    return {STUB}"
    ) + 1
    hand_in(course, "right", LEAKY, GATE)
    hand_in(course, "open", STUB, "(self.weight * torch.relu(x)).sum()")
    hand_in(course, "stopped", f"{LEAKY}\n\n\nundefined_name", GATE)
    hand_in(course, "broken", "(1", "self.weight")
    hand_in(course, "gone", LEAKY, GATE).unlink()
    hand_in(course, "binary", LEAKY, GATE).write_bytes(b"\0\1\2")
    helped = hand_in(course, "helped", "math.fsum([0]) + low(x)", GATE)
    text = helped.read_text().replace(
        "SLOPE = 0.01", f"import math\n\nSLOPE = 0.01\nlow = lambda x: {LEAKY}"
    )
    helped.write_text(text)
    found, notes = graded(course)
    assert {student: verdicts(one) for student, one in found.items()} == {
        "right": "passed, passed",
        "open": "not reached, failed",
        "stopped": "passed, passed",
        "broken": "not reached, failed",
        "gone": "not reached, not reached",
        "binary": "inconclusive, inconclusive",
        "helped": "passed, passed",
    }
    assert (
        f"SyntaxError in gates.py, line {line}: '(' was never closed"
        in found["broken"]["leaky"].sentence
    )
    assert (
        notes["gone"][0] == "There is no gates.py among your files: hand it in beside the notebook."
    )
    assert "gates.py was not read: it is no text" in "".join(notes["binary"])
    assert notes["helped"] == ()
    assert str(course.root) not in str(found)
    assert class_points(course, "gates")["right"] == {"leaky": 2, "gate": 2, "late penalty": 0}
    pages(course, line)


def pages(course: Course, line: int) -> None:
    """What staff and students see of a file."""
    path = course.autograded("gates", "stopped") / "gates.ipynb"
    cells = {cell["id"]: cell for cell in json.loads(path.read_text("utf-8"))["cells"]}
    assert list(cells)[3:6] == ["gates", "leaky_answer", "leaky"]
    source = "".join(cells["leaky_answer"]["source"])
    assert source.startswith(f"# gates.py, lines {line - 2} to {line + 3}\ndef leaky(x):")
    assert cells["leaky_answer"]["outputs"][0]["ename"] == "NameError"
    assert cells["imports"]["execution_count"] == 1
    page = (course.feedback("gates", "stopped") / "gates.html").read_text("utf-8")
    assert f"# gates.py, lines {line - 2} to {line + 3}" in page
    with opened(course) as book:
        comment = book.find_comment("leaky_answer", "gates", "gates", "right")
        assert "2 of 2 points" in comment.auto_comment


def test_a_release_has_stubs_and_moves_marks(course: Course) -> None:
    """nbgrader copies the file with its solutions, and what students get has none of them."""
    made = release(course, "gates", LISTED)
    assert STUB in (made / "gates.py").read_text()
    assert "torch.where" not in "".join(path.read_text() for path in made.rglob("*.*"))
    assert find_faults(course, "gates", LISTED) == []
    own = hand_in(course, "ada", LEAKY, GATE)
    with opened(course) as book:
        book.update_or_create_submission("gates", book.update_or_create_student("ada").id)
    source = course.source("gates")
    for path in (source / "gates.py", source / "gates.ipynb"):
        path.write_text(
            path.read_text().replace("gate_answer", "door_answer").replace('"gate', '"door')
        )
    notebook = source / "gates.ipynb"
    notebook.write_text(notebook.read_text().replace('check(\\"gate', 'check(\\"door'))
    renamed = (LISTED[0], Check("door.gate", "door", "gate", 2, hidden=False))
    release(course, "gates", renamed, Words(renamed={"door": "gate"}))
    with opened(course) as book:
        names = {cell.name for cell in book.find_notebook("gates", "gates").solution_cells}
    assert names == {"leaky_answer", "door_answer"}
    assert own.exists()


def test_a_leak_in_a_file_stops_a_release(course: Course) -> None:
    """A solution that is repeated in a data file is found, as one of a cell is."""
    (course.source("gates") / "notes.txt").write_text(f"return {LEAKY}\n")
    (fault,) = find_faults(course, "gates", LISTED)
    assert "notes.txt, line 1: the release would contain line" in fault
    assert "of the solution in the part leaky_answer" in fault
