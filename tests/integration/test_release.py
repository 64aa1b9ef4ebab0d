"""A release holds what students may see, and is the same whoever makes it."""

import json
import shutil
from base64 import b64encode
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

import pytest
from tiny_course import ANSWER, HIDDEN, source_cells, write_notebook

from autograder.config import Course
from autograder.errors import AutograderError, CourseError
from autograder.gradebook import Entry, class_points, record
from autograder.model import Check
from autograder.notebooks.assignment import read_assignment
from autograder.notebooks.cells import Cell
from autograder.releasing import (
    check_assignment,
    find_faults,
    release,
    solutions,
    solved,
)
from autograder.revising import Words


def folder(path: Path) -> dict[str, bytes]:
    """All files below a folder."""
    return {
        str(file.relative_to(path)): file.read_bytes() for file in path.rglob("*") if file.is_file()
    }


def test_nbgrader_makes_the_same_release(
    course: Course, checks: Sequence[Check], nbgrader: Callable[..., str]
) -> None:
    """`autograder release` and `nbgrader generate_assignment` write the same bytes, every time."""
    made = folder(release(course, "hw", checks))
    assert set(made) == {"hw.ipynb", "data.csv", "checks/check_curve.py"}
    assert b"<your_code_here>" in made["hw.ipynb"]
    for secret in (b"x = t - 1.5", b"stale", b"turns around", b"rerun"):
        assert secret not in b"".join(made.values())
    assert folder(release(course, "hw", checks)) == made
    nbgrader("generate_assignment", "hw", "--force")
    assert folder(course.release("hw")) == made
    assert not list(course.scratch.iterdir())


def test_a_refused_release_leaves_the_old_one(
    course: Course, checks: Sequence[Check], nbgrader: Callable[..., str]
) -> None:
    """Points that do not sum up stop both commands, with the same words."""
    made = folder(release(course, "hw", checks))
    write_notebook(course.source("hw") / "hw.ipynb", source_cells(points=4))
    words = "hw.ipynb, cell curve: worth 4 points, but its checks sum to 3"
    with pytest.raises(CourseError, match=words):
        release(course, "hw", checks)
    said = nbgrader("generate_assignment", "hw", "--force", good=False)
    assert words in said
    assert "Traceback" not in said
    assert folder(course.release("hw")) == made
    assert not list(course.scratch.iterdir())


def test_marks_go_along_with_a_release(
    course: Course, checks: Sequence[Check], tiny_release: Path
) -> None:
    """nbgrader's own database is changed by its own command, with the instructor's words."""
    shutil.copytree(tiny_release, course.root, dirs_exist_ok=True)
    record(course, "hw", [Entry("ann", {"curve": 2, "why": 1}, {"curve": "Nearly."})])
    cells = source_cells()[:4]
    for cell, name in zip(cells[2:], ("bend_answer", "bend"), strict=True):
        cell["metadata"]["nbgrader"]["grade_id"] = name
        cell["id"] = name
    cells[3]["source"] = 'check("bend")'
    write_notebook(course.source("hw") / "hw.ipynb", cells)
    bent = [replace(check, exercise="bend") for check in checks]
    with pytest.raises(AutograderError, match="--rename curve=bend"):
        release(course, "hw", bent)
    words = Words.read(["why"], ["curve=bend"])
    made = release(course, "hw", bent, words)
    assert [one.id for one in read_assignment(made / "hw.ipynb").exercises] == ["bend"]
    assert class_points(course, "hw") == {"ann": {"bend": 2, "late penalty": 0}}
    assert [path.name for path in (course.root / "dropped").iterdir()] == ["hw-why-1.csv"]


def told(course: Course, checks: Sequence[Check]) -> list[str]:
    """What stands in the way of a release."""
    with pytest.raises(CourseError) as caught:
        check_assignment(course, "hw", checks)
    return [f"{problem.where}: {problem.what}" for problem in caught.value.problems]


@pytest.mark.parametrize(
    "extra",
    [
        "x = t - 1.5 * torch.cos(17 * t)",
        "    x = t - 1.5*torch.cos(17*t)",
        "# was: x = t - 1.5 * torch.cos(17 * t)",
    ],
)
def test_a_solution_line_outside_its_markers_stops_the_release(
    course: Course, checks: Sequence[Check], extra: str
) -> None:
    """Cell and line are named, in a notebook and in a file."""
    write_notebook(course.source("hw") / "hw.ipynb", source_cells(f"{ANSWER}\n{extra}"))
    (course.source("hw") / "notes.py").write_text(f"\n{extra}\n")
    problem = "the release would contain line 2 of the solution in cell curve_answer"
    assert told(course, checks) == [
        f"hw.ipynb, cell curve_answer, line 3: {problem}",
        f"notes.py, line 2: {problem}",
    ]


def test_a_solution_line_that_a_given_cell_shows_is_no_secret(
    course: Course, checks: Sequence[Check]
) -> None:
    """What the text itself tells may be repeated."""
    cells = source_cells(f"{ANSWER}\nx = t - 1.5 * torch.cos(17 * t)")
    cells[0]["source"] += "\n`x = t - 1.5 * torch.cos(17 * t)`"
    write_notebook(course.source("hw") / "hw.ipynb", cells)
    check_assignment(course, "hw", checks)


def test_hidden_checks_and_hidden_rows_stop_the_release(
    course: Course, checks: Sequence[Check]
) -> None:
    """A line of a hidden check or a hidden row, however it is written, is named by its place."""
    with (course.source("hw") / "data.csv").open("a") as data:
        data.write("7.0, 8, 9.5\n")
    cells = source_cells()
    cells[1]["source"] += '\n# student.rerun("curve", t=t)\nd = [7, 8, 9.5]'
    cells[1]["source"] += "\n# t = torch.linspace(2, 3, 7)"
    cells[1]["source"] += "\n7, 8, 9.5"
    write_notebook(course.source("hw") / "hw.ipynb", cells)
    would = "the release would contain"
    assert told(course, checks) == [
        f"hw.ipynb, cell setup, line 8: {would} line 11 of the hidden check_curve_more.py",
        f"hw.ipynb, cell setup, line 9: {would} row 2 of the hidden rest.csv",
        f"data.csv, line 4: {would} row 2 of the hidden rest.csv",
    ]


def test_a_hidden_file_among_the_visible_stops_the_release(
    course: Course, checks: Sequence[Check]
) -> None:
    """A check or data file in the wrong folder is found as a whole."""
    (course.checks("hw") / "visible" / "check_more.py").write_text(HIDDEN)
    (course.checks("hw") / "hidden" / "rest.bin").write_bytes(b"\xff\x00\x01")
    (course.source("hw") / "more.bin").write_bytes(b"\xff\x00\x01")
    problems = told(course, checks)
    assert "checks/check_more.py: is the hidden check_curve_more.py" in problems
    assert "more.bin: is the hidden rest.bin" in problems


def test_checks_and_exercises_must_agree(course: Course, checks: Sequence[Check]) -> None:
    """A check of no exercise, and a second notebook, are told together."""
    write_notebook(course.source("hw") / "old.ipynb", [])
    problems = told(course, [*checks, replace(checks[0], exercise="curvy")])
    assert problems == [
        "source/hw/old.ipynb: is a second notebook",
        "check_x: there is no exercise curvy in hw.ipynb",
    ]


def test_a_notebook_with_another_name_is_told(course: Course, checks: Sequence[Check]) -> None:
    """Hand-ins and marks go by the name of the folder."""
    path = course.source("hw") / "hw.ipynb"
    path.rename(path.with_name("curve.ipynb"))
    assert told(course, checks) == ["source/hw/curve.ipynb: is not called like its folder"]


def test_the_reference_is_executed_without_its_markers(course: Course) -> None:
    """`solutions/` holds the source as a reader wants it, with the outputs of its run."""

    printed = {"output_type": "stream", "name": "stdout", "text": "1"}

    def run(cells: Sequence[Cell]) -> tuple[dict[str, list[dict[str, str]]], dict[str, int]]:
        assert "SOLUTION" not in "".join(cell.source for cell in cells)
        return {"curve-answer": [printed]}, {"curve-answer": 2}

    path = solutions(course, "hw", run) / "hw.ipynb"
    assert [cell.id for cell in read_assignment(path).cells][2] == "curve-answer"
    cells = json.loads(path.read_text("utf-8"))["cells"]
    assert [cell.get("outputs") for cell in cells[1:4]] == [[], [printed], []]
    assert [cell.get("execution_count") for cell in cells[1:4]] == [None, 2, None]


def test_nothing_but_what_was_verified_is_released(course: Course, checks: Sequence[Check]) -> None:
    """A solution as a picture, in a cell's metadata or in widget state stays behind; given ones go.

    So do pictures that no text shows any more.
    """
    png = {"image/png": b64encode(b"\x89PNG\r\n\x1a\n key").decode()}
    cells = source_cells()
    cells[0]["source"] += "\n![net](attachment:net.png)"
    cells[0]["attachments"] = {"net.png": png, "old.png": png}
    cells[4]["source"] = "![key](attachment:key.png)"
    cells[4]["attachments"] = {"key.png": png}
    cells[1]["metadata"] |= {"note": "x = t - 1.5", "tags": ["setup"]}
    path = course.source("hw") / "hw.ipynb"
    write_notebook(path, cells)
    tree = json.loads(path.read_text())
    tree["metadata"]["widgets"] = {"state": {"a": {"value": "x = t - 1.5"}}}
    path.write_text(json.dumps(tree))
    made = json.loads((release(course, "hw", checks) / "hw.ipynb").read_text())
    assert [cell.get("attachments") for cell in made["cells"]] == [{"net.png": png}, *[None] * 4]
    assert set(made["metadata"]) == {"kernelspec"}
    assert made["cells"][1]["metadata"] == {"tags": ["setup"]}
    assert find_faults(course, "hw", checks) == []
    made["metadata"]["widgets"] = {}
    (course.release("hw") / "hw.ipynb").write_text(json.dumps(made))
    assert "is out of date" in find_faults(course, "hw", checks)[0]


def test_a_cell_that_stops_is_a_problem(course: Course) -> None:
    """Of the reference no cell may raise, given ones and those after the last check included."""
    error = {"output_type": "error", "ename": "NameError", "evalue": "w", "traceback": []}
    with pytest.raises(CourseError, match="cell setup: the cell stops with NameError"):
        solved(course, "hw", lambda _: ({"setup": [error]}, {}))
