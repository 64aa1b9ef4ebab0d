"""Reads an instructor's notebook by nbgrader's metadata, and lists its problems."""

import ast
import json
import math
import re
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from autograder.errors import CourseError, Problem, require_none
from autograder.model import Check
from autograder.notebooks.answer_files import find_file_problems, numbered, read_answer_files
from autograder.notebooks.attachments import read_attachments
from autograder.notebooks.cells import ID, Cell, Kind, Notebook, name_of
from autograder.notebooks.stubs import MarkerError, find_regions, has_stub, without_markers

_SCHEMA = 3
_IMPORTS = re.compile(r"^\s*(?:from\s+autograder\s+import\s.*\bcheck\b|check\s*=)", re.MULTILINE)
_KINDS = {
    # cell type, grade, solution
    ("code", False, True): Kind.ANSWER,
    ("code", True, False): Kind.GRADE,
    ("markdown", True, True): Kind.WRITTEN,
}


def read_assignment(path: Path, answers: Sequence[str] = ()) -> Notebook:
    """The notebook of a source or release folder, the parts of its answer files first.

    CourseError lists what cannot be understood.
    """
    try:
        tree = json.loads(path.read_text("utf-8"))
        cells, is_old = list(tree["cells"]), (tree["nbformat"], tree["nbformat_minor"]) < (4, 5)
    except FileNotFoundError as error:
        problem = Problem(str(path.name), "the notebook is missing", "Write it, or restore it.")
        raise CourseError([problem]) from error
    except (ValueError, KeyError, TypeError) as error:
        problem = Problem(path.name, "this is not a notebook", "Save it again from Jupyter.")
        raise CourseError([problem]) from error
    problems: list[Problem] = []
    if is_old:
        remedy = "Save it as nbformat 4.5 or later, with ids that stay: a release depends on them."
        problems.append(Problem(path.name, "its cells have no ids", remedy))
    good: list[Cell] = []
    for place, cell in enumerate(cells, 1):
        try:
            good.append(_read_cell(cell, place, path.name, problems))
        except (AttributeError, KeyError, TypeError, ValueError):
            remedy = "Write the cell again in Jupyter."
            problems.append(Problem(f"{path.name}, cell {place}", "the cell is damaged", remedy))
    require_none(problems)
    return Notebook(path.name, (*read_answer_files(path.parent, answers), *good))


def read_release(place: Path, assignment: str, answers: Sequence[str]) -> Notebook:
    """The notebook that submissions are rebuilt from.  Raises CourseError when there is none."""
    path = place / f"{assignment}.ipynb"
    if not path.is_file():
        remedy = f"Make it: autograder release {assignment}"
        raise CourseError([Problem(f"release/{assignment}", "there is no release", remedy)])
    return read_assignment(path, answers)


def read_solution(path: Path, answers: Sequence[str]) -> tuple[Cell, ...]:
    """The cells of a source with its solutions, and without their markers."""
    cells = read_assignment(path, answers).cells
    return numbered(replace(cell, source=without_markers(cell.source)) for cell in cells)


def find_problems(notebook: Notebook) -> list[Problem]:
    """All that must be mended in a source notebook before it can be released."""
    return [
        *_repeated(notebook, "cell id", lambda cell: cell.id),
        *_repeated(notebook, "grade_id", lambda cell: cell.grade_id),
        *_pairing(notebook),
        *_without_import(notebook),
        *find_file_problems(notebook),
        *(problem for cell in notebook.cells for problem in _in_cell(notebook.name, cell)),
    ]


def find_mismatches(notebook: Notebook, checks: Sequence[Check]) -> list[Problem]:
    """Checks of no exercise, and grade cells to whose points their checks do not add up."""
    grades = {cell.grade_id: cell for cell in notebook.cells if cell.kind is Kind.GRADE}
    remedy = f"Its exercise is one of: {', '.join(grades)}."
    problems = [
        Problem(check.id, f"there is no exercise {check.exercise} in {notebook.name}", remedy)
        for check in checks
        if check.exercise not in grades
    ]
    for name, cell in grades.items():
        given = sum(check.points for check in checks if check.exercise == name)
        if not math.isclose(given, cell.points):
            what = f"worth {cell.points:g} points, but its checks sum to {given:g}"
            remedy = f"Change the points of {name} here, or those of its checks."
            problems.append(Problem(place_of(notebook.name, cell), what, remedy))
    return problems


def place_of(name: str, cell: Cell, line: int | None = None) -> str:
    """How a message names a place in a notebook or an answer file."""
    if cell.file:
        return cell.line(line) if line else f"{cell.file}, {cell.id}"
    return f"{name}, {name_of(cell)}" + (f", line {line}" if line else "")


def _read_cell(raw: Any, place: int, name: str, problems: list[Problem]) -> Cell:
    source = raw.get("source", "")
    source = source if isinstance(source, str) else "".join(source)
    own = raw.get("metadata", {}).get("nbgrader")
    pictures = read_attachments(raw.get("attachments"))
    known = str(raw.get("id") or f"number {place}")
    cell = Cell(known, raw["cell_type"], source, attachments=pictures)
    if not ID.fullmatch(cell.id):
        remedy = "Give it a lasting id of letters, digits, - and _."
        problems.append(Problem(place_of(name, cell), "the cell has no usable id", remedy))
    if own is None:
        return cell
    found = [Problem(place_of(name, cell), *wrong) for wrong in _wrong_metadata(cell, own)]
    problems.extend(found)
    if found:
        return cell
    kind = _KINDS[cell.type, own["grade"], own["solution"]]
    points = float(own["points"]) if own["grade"] else 0.0
    return replace(cell, kind=kind, grade_id=own["grade_id"], points=points)


def _wrong_metadata(cell: Cell, own: Any) -> Iterator[tuple[str, str]]:
    if own.get("schema_version") != _SCHEMA:
        yield "its nbgrader metadata is of another version", "Run `nbgrader update`."
        return
    if (cell.type, own.get("grade"), own.get("solution")) not in _KINDS or own.get("task"):
        yield (
            "the cell is no grade cell, no answer cell and no written answer",
            "Choose one of the three, or `-` for a given cell, in Jupyter's nbgrader toolbar.",
        )
        return
    if own["grade"] != own.get("locked") and not own["solution"]:
        yield "a grade cell is not locked", "Choose `Autograder tests` for it in the toolbar."
    if not isinstance(own.get("grade_id"), str) or not ID.fullmatch(own["grade_id"]):
        yield "its grade_id is not usable", "Use letters, digits, - and _ only."
    points = own.get("points")
    if own["grade"] and not (
        isinstance(points, int | float) and not isinstance(points, bool) and 0 < points < math.inf
    ):
        yield f"it cannot be worth {points!r} points", "Give it a number of points above zero."


def _repeated(notebook: Notebook, what: str, key: Callable[[Cell], str]) -> Iterator[Problem]:
    for name, count in Counter(filter(None, map(key, notebook.cells))).items():
        if count > 1:
            files = (cell.file or notebook.name for cell in notebook.cells if key(cell) == name)
            where = " and ".join(dict.fromkeys(files))
            yield Problem(where, f"{count} cells have the {what} {name}", "Give each its own.")


def _pairing(notebook: Notebook) -> Iterator[Problem]:
    grades = {cell.grade_id: cell for cell in notebook.cells if cell.kind is Kind.GRADE}
    for cell in notebook.cells:
        where = place_of(notebook.name, cell)
        if cell.kind is Kind.ANSWER and cell.exercise not in grades:
            remedy = "Call it <exercise>_answer, after the grade_id of the grade cell."
            yield Problem(where, f"the answer {cell.grade_id} belongs to no grade cell", remedy)
    for exercise in notebook.exercises:
        if exercise.id not in grades:
            continue
        where = place_of(notebook.name, grades[exercise.id])
        if not exercise.answers:
            remedy = f"Add one with the grade_id {exercise.id}_answer."
            yield Problem(where, f"{exercise.id} has no answer cell", remedy)
        elif exercise.answers[0].grade_id != f"{exercise.id}_answer":
            remedy = f"Call the first one {exercise.id}_answer; comments go there."
            yield Problem(where, f"the answers of {exercise.id} are out of order", remedy)


def _without_import(notebook: Notebook) -> Iterator[Problem]:
    """What a student's first check would say: that `check` is not defined."""
    for cell in notebook.cells:
        if cell.type == "code" and not cell.file and _IMPORTS.search(cell.source):
            return
        if cell.kind is Kind.GRADE:
            remedy = "Write `from autograder import check` into a given cell above it."
            yield Problem(place_of(notebook.name, cell), "no cell above it imports check", remedy)
            return


def _in_grade_cell(name: str, cell: Cell) -> Iterator[Problem]:
    """A grade cell is never run where points are decided: it holds the one line for students."""
    match _statements(cell.source):
        case [ast.Expr(ast.Call(ast.Name("check"), [ast.Constant(str(exercise))], []))]:
            if exercise == cell.grade_id:
                return
            what = f"it checks {exercise}, which is another exercise"
        case _:
            what = "a grade cell holds other code than its check"
    remedy = f'Leave only check("{cell.grade_id}") in it; move other code into a given cell.'
    yield Problem(place_of(name, cell), what, remedy)


def _statements(source: str) -> list[ast.stmt]:
    try:
        return ast.parse(source).body
    except (SyntaxError, ValueError):
        return []


def _in_cell(name: str, cell: Cell) -> Iterator[Problem]:
    if cell.kind is Kind.GRADE:
        yield from _in_grade_cell(name, cell)
    solved = cell.kind in {Kind.ANSWER, Kind.WRITTEN}
    try:
        regions = find_regions(cell.source)
    except MarkerError as error:
        remedy = "Put ### BEGIN SOLUTION and ### END SOLUTION around it, each on its own line."
        yield Problem(place_of(name, cell, error.line), str(error), remedy)
        return
    if regions and not solved:
        remedy = "Move it into an answer cell."
        where = place_of(name, cell, regions[0].start)
        yield Problem(where, "a solution stands outside the answer cells", remedy)
    if cell.kind is Kind.ANSWER and not regions:
        remedy = "Put ### BEGIN SOLUTION and ### END SOLUTION around what students write."
        yield Problem(place_of(name, cell), "an answer cell has no solution in it", remedy)
    if cell.type == "code" and (line := has_stub(cell.source)):
        remedy = "The source holds the solution; the release gets the stub."
        yield Problem(place_of(name, cell, line), "the source holds a stub", remedy)
    for line, text in enumerate(cell.source.split("\n"), 1):
        if "HIDDEN TESTS" in text or "MARK SCHEME" in text:
            remedy = "Write a hidden check: this text would be copied into every graded folder."
            yield Problem(place_of(name, cell, line), f"{text.strip()} is not used here", remedy)
