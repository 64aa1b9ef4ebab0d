"""All problems of an assignment are told at once, each with its place."""

import json
from pathlib import Path
from typing import Any

import pytest

from autograder.errors import CourseError
from autograder.model import Check
from autograder.notebooks.assignment import find_mismatches, find_problems, read_assignment
from autograder.notebooks.cells import Cell, Kind
from autograder.notebooks.writing import compose

IMPORT = "import torch\nfrom autograder import check"
SOLVED = "### BEGIN SOLUTION\nx = 1\n### END SOLUTION"
GRADE: dict[str, Any] = {"grade": True, "locked": True, "solution": False, "points": 4}
SOLUTION: dict[str, Any] = {"grade": False, "locked": False, "solution": True}


def cell(id_: str, source: str = "", type_: str = "code", **own: Any) -> dict[str, Any]:
    """A cell as it stands in a file."""
    metadata = {"nbgrader": {"schema_version": 3, **own}} if own else {}
    return {"id": id_, "cell_type": type_, "source": source, "metadata": metadata}


def answer(source: str = SOLVED, **others: Any) -> dict[str, Any]:
    """An answer cell with a solution."""
    return cell("a", source, **SOLUTION | {"grade_id": "ex_answer"} | others)


def grade(**others: Any) -> dict[str, Any]:
    """A grade cell."""
    return cell("g", 'check("ex")', **GRADE | {"grade_id": "ex"} | others)


def written(tmp_path: Path, *cells: dict[str, Any], **others: Any) -> Path:
    """A notebook file with these cells."""
    path = tmp_path / "hw.ipynb"
    tree = {"cells": cells, "metadata": {"x": 1}, "nbformat": 4, "nbformat_minor": 5} | others
    path.write_text(json.dumps(tree), "utf-8")
    return path


def problems(tmp_path: Path, *cells: dict[str, Any]) -> str:
    """All problems of these cells, as they are told."""
    return "\n".join(map(str, find_problems(read_assignment(written(tmp_path, *cells)))))


def test_a_sound_assignment_has_no_problems(tmp_path: Path) -> None:
    """Given, answer, grade and written cells are told apart by nbgrader's metadata."""
    own = {"grade": True, "locked": False, "solution": True, "grade_id": "why", "points": 2}
    given = cell("i", "Hi", "markdown"), cell("s", IMPORT)
    cells = *given, answer(), grade(), cell("w", "Why?", "markdown", **own)
    notebook = read_assignment(written(tmp_path, *cells))
    assert find_problems(notebook) == []
    assert [part.kind for part in notebook.cells] == [
        "given",
        "given",
        "answer",
        "grade",
        "written",
    ]
    first, second = notebook.exercises
    assert (first.id, first.points, [part.id for part in first.answers]) == ("ex", 4, ["a"])
    assert (second.id, second.points, second.written) == ("why", 2, True)


def test_what_cannot_be_understood_is_listed_at_once(tmp_path: Path) -> None:
    """An instructor sees every broken cell, not the first."""
    cells = (
        cell("", "x"),
        cell("old", **GRADE | {"schema_version": 1}),
        cell("task", type_="markdown", **GRADE | {"task": True}),
        answer(grade_id="не id"),
        grade(points=0),
        cell("free", **GRADE | {"locked": False, "grade_id": "free", "points": float("inf")}),
    )
    with pytest.raises(CourseError) as caught:
        read_assignment(written(tmp_path, *cells, nbformat_minor=4))
    told = [str(problem) for problem in caught.value.problems]
    assert len(told) == 8
    for words in ("no ids", "cell number 1", "another version", "cell task", "grade_id", "worth 0"):
        assert any(words in text for text in told), words


def test_a_damaged_cell_is_named(tmp_path: Path) -> None:
    """By its number, whatever it is in the place of a cell."""
    damaged: list[Any] = [3, {"id": "a"}, cell("a") | {"metadata": None}, cell("a") | {"source": 7}]
    with pytest.raises(CourseError) as caught:
        read_assignment(written(tmp_path, cell("fine"), *damaged))
    told = [problem.where for problem in caught.value.problems]
    assert told == [f"hw.ipynb, cell {number}" for number in (2, 3, 4, 5)]


@pytest.mark.parametrize("text", ["", "[]", '{"cells": 1}', "nonsense"])
def test_a_broken_or_missing_notebook_is_a_course_error(tmp_path: Path, text: str) -> None:
    """Whatever stands there, the instructor gets a sentence."""
    path = tmp_path / "hw.ipynb"
    with pytest.raises(CourseError, match="missing"):
        read_assignment(path)
    for broken in (text, '{"cells": [], "nbformat": "4", "nbformat_minor": 5}'):
        path.write_text(broken)
        with pytest.raises(CourseError, match="not a notebook"):
            read_assignment(path)


@pytest.mark.parametrize(
    ("cells", "words"),
    [
        ([answer()], "cell ex_answer: the answer ex_answer belongs to no grade cell"),
        ([grade()], "ex has no answer cell"),
        ([answer(grade_id="ex_answer_2"), grade()], "out of order"),
        ([answer(), grade(), grade()], "2 cells have the grade_id ex"),
        ([answer(), grade(), grade()], "2 cells have the cell id g"),
        ([answer("x = 1"), grade()], "no solution in it"),
        ([answer("x\n### BEGIN SOLUTION"), grade()], "cell ex_answer, line 2: a solution begins"),
        (
            [answer(), grade(), cell("i", "\n" + SOLVED)],
            "cell i, line 2: a solution stands outside",
        ),
        ([answer(SOLVED + "\ny = <your_code_here>"), grade()], "line 4: the source holds a stub"),
        ([answer(SOLVED + "\n### BEGIN HIDDEN TESTS"), grade()], "line 4"),
    ],
)
def test_what_must_be_mended_is_named(tmp_path: Path, cells: list[Any], words: str) -> None:
    """Each rule of an assignment has a place and a remedy."""
    assert words in problems(tmp_path, *cells)


@pytest.mark.parametrize(
    "source",
    [
        'check("typo")', 'check("ex"); extra()', 'x = 1\ncheck("ex")', "check(ex)", "", "check(",
        'check("ex", 1)', 'other("ex")', 'check("ex").show()', 'if 1:\n    check("ex")',
    ],
)  # fmt: skip
def test_a_grade_cell_holds_its_check_alone(tmp_path: Path, source: str) -> None:
    """A typo would tell students nothing, and other code would never run where points are made."""
    told = problems(tmp_path, cell("s", IMPORT), answer(), grade() | {"source": source})
    assert "hw.ipynb, cell ex: " in told
    assert 'Leave only check("ex") in it' in told
    fine = '# Look at it:\ncheck("ex")  # again\n'
    assert problems(tmp_path, cell("s", IMPORT), answer(), grade() | {"source": fine}) == ""


def test_check_has_to_be_imported_before_it_is_used(tmp_path: Path) -> None:
    """Otherwise all that a student's first check says is a NameError."""
    for source in ("import torch", "# from autograder import check", "from autograder import x"):
        told = problems(tmp_path, cell("s", source), answer(), grade(), cell("t", IMPORT))
        assert "cell ex: no cell above it imports check" in told
    fine = "try:\n    from autograder import x, check\nexcept ImportError:\n    check = print"
    assert problems(tmp_path, cell("s", fine), answer(), grade()) == ""


def test_a_cell_is_called_as_a_person_knows_it(tmp_path: Path) -> None:
    """By its grade_id, by an id that somebody chose, or else by how it begins."""
    told = []
    for made in ("setup", "0f3c9a1e", "123e4567-e89b-12d3-a456-426614174000"):
        text = f"\nimport torch  # {'long' * 20}\n{SOLVED}"
        told += problems(tmp_path, cell(made, text), answer(), grade()).split("\n")
    where = [line.partition(": ")[0] for line in told if "outside" in line]
    named = "hw.ipynb, the cell that begins `import torch  # longlonglonglonglonglong`, line 3"
    assert where == ["hw.ipynb, cell setup, line 3", named, named]


def test_what_is_written_is_read_again(tmp_path: Path) -> None:
    """Kinds, points and outputs survive; nothing else of the frame but its kernel does."""
    frame = written(tmp_path, metadata={"kernelspec": {"name": "python3"}, "student": "x"})
    cells = (
        Cell("i", "markdown", "Hi\nyou"),
        Cell("a", "code", "x", Kind.ANSWER, "ex_answer"),
        Cell("g", "code", "check()", Kind.GRADE, "ex", 2.5),
        Cell("w", "markdown", "Because.", Kind.WRITTEN, "why", 2.0),
        Cell("mine", "code", "print(1)"),
    )
    output = {"output_type": "stream", "name": "stdout", "text": "1\n"}
    path = tmp_path / "out.ipynb"
    path.write_text(compose(frame, cells, {"mine": [output]}), "utf-8")
    assert read_assignment(path).cells == cells
    tree = json.loads(path.read_text("utf-8"))
    assert tree["cells"][4]["outputs"] == [output]
    assert tree["metadata"] == {"kernelspec": {"name": "python3"}}


def test_points_and_exercises_must_agree(tmp_path: Path) -> None:
    """Also where an exercise has no answer cell yet, which is told with the rest."""
    notebook = read_assignment(written(tmp_path, grade()))
    checks = [Check("a", "ex", "", 3, hidden=False), Check("b", "exx", "", 1, hidden=False)]
    assert [problem.what for problem in find_mismatches(notebook, checks)] == [
        "there is no exercise exx in hw.ipynb",
        "worth 4 points, but its checks sum to 3",
    ]
    assert find_mismatches(notebook, [Check("a", "ex", "", 4, hidden=False)]) == []
