"""Answer files: a `.py` beside the notebook as cells that run before it, and cells as a file again.

    import torch              the head, given
    # %% linear_answer        an answer up to the next marker, with solution and stub as in a cell
    # %% loading              any other name: given

A part is a cell with a `file`: what matches answers, looks for leaks, makes mutants and shows
findings treats it as any other cell.
"""

import ast
import re
import sys
from collections.abc import Callable, Container, Iterable, Iterator
from dataclasses import replace
from importlib.machinery import PathFinder
from itertools import groupby
from pathlib import Path

from autograder.errors import Problem, require_none
from autograder.notebooks.cells import ANSWER, ID, Cell, Kind, Notebook, head_of
from autograder.notebooks.unfilled import without_stubs

_MARKER = re.compile(r"#[ \t]*%%[ \t]*(.*?)[ \t]*")


def split(file: str, text: str, known: Container[str] | None = None) -> tuple[Cell, ...]:
    """The parts of a file as cells; a marker counts if it has a name, of those `known` if given."""
    parts: list[tuple[str, int, list[str]]] = [(head_of(file), 0, [])]
    for number, line in enumerate(text.split("\n"), 1):
        found = _MARKER.fullmatch(line)
        if found and ID.fullmatch(found[1]) and (known is None or found[1] in known):
            parts.append((found[1], number, []))
        else:
            parts[-1][2].append(line)
    return tuple(_part(file, name, before, "\n".join(own)) for name, before, own in parts)


def _part(file: str, name: str, before: int, source: str) -> Cell:
    is_answer = bool(before and ANSWER.fullmatch(name))
    kind, grade_id = (Kind.ANSWER, name) if is_answer else (Kind.GIVEN, "")
    return Cell(name, "code", source, kind, grade_id, file=file, before=before)


def join(
    cells: Iterable[Cell], text: Callable[[Cell], str] = lambda cell: cell.source
) -> dict[str, str]:
    """The answer files that these cells are the parts of, by name."""
    files: dict[str, list[str]] = {}
    for cell in cells:
        if cell.file:
            lines = files.setdefault(cell.file, [])
            lines += [f"# %% {cell.id}"] * _is_marked(cell)
            lines += [text(cell)] if cell.source or _is_marked(cell) else []
    return {file: "\n".join(lines) for file, lines in files.items()}


def numbered(cells: Iterable[Cell]) -> tuple[Cell, ...]:
    """The cells, those of files first and with the number of lines before them."""
    done, lines = list[Cell](), dict[str, int]()
    for cell in sorted(cells, key=lambda cell: not cell.file):
        before = lines.get(cell.file, 0) + _is_marked(cell)
        if cell.source or _is_marked(cell):
            lines[cell.file] = before + cell.source.count("\n") + 1
        done.append(replace(cell, before=before) if cell.file else cell)
    return tuple(done)


def _is_marked(cell: Cell) -> bool:
    """Whether a line above the part names it; what was added is a part of what it follows."""
    return bool(cell.file) and cell.kind is not Kind.ADDED and cell.id != head_of(cell.file)


def importable(cell: Cell) -> str:
    """A part as it can be imported, with as many lines: what holds an unfilled stub is left out."""
    return without_stubs(cell.source) or "\n" * cell.source.count("\n")


def on_page(cells: Iterable[Cell]) -> list[Cell]:
    """The cells of a notebook to read: parts of files stand above the check of their exercise."""
    page, cells = list[Cell](), tuple(cells)
    parts = [cell for cell in cells if cell.file and cell.source.strip()]
    for cell in (one for one in cells if not one.file):
        answers = [part for part in parts if part.exercise == cell.exercise]
        if cell.kind is Kind.GRADE and answers:
            above = parts[: parts.index(answers[-1]) + 1]
            own = [part for part in above if part.exercise in {"", cell.exercise}]
            page += map(_titled, own)
            parts = [part for part in parts if part not in own]
        page.append(cell)
    return [*page, *map(_titled, parts)]


def _titled(part: Cell) -> Cell:
    source = part.source.rstrip()
    last = part.before + source.count("\n") + 1
    title = f"# {part.file}, lines {part.before + 1} to {last}"
    return replace(part, source=f"{title}\n{source}", file="")


def read_answer_files(folder: Path, names: Iterable[str]) -> tuple[Cell, ...]:
    """The parts of a source's or release's answer files.  Raises CourseError with all problems."""
    problems, found = [], list[Cell]()
    for name in names:
        try:
            found += split(name, (folder / name).read_text("utf-8-sig"))
        except (UnicodeDecodeError, OSError) as problem:
            where = "/".join((folder / name).parts[-3:])
            what = f"the answer file cannot be read ({getattr(problem, 'strerror', 'no UTF-8')})"
            remedy = "Save it as UTF-8 text and release again, or take it out of `answers`."
            problems.append(Problem(where, what, remedy))
    require_none(problems)
    return tuple(found)


def find_file_problems(notebook: Notebook) -> Iterator[Problem]:
    """What must be mended in the answer files of a source, besides what is asked of all cells."""
    code = [cell.source for cell in notebook.cells if cell.type == "code" and not cell.file]
    for file, own in groupby((cell for cell in notebook.cells if cell.file), lambda one: one.file):
        stem, parts = head_of(file), list(own)
        # The first path is the current folder, which may be that of the source.
        if stem in sys.stdlib_module_names or PathFinder.find_spec(stem, sys.path[1:]):
            remedy = "Rename the file: `import` would find the other one."
            yield Problem(file, f"there is a module called {stem} already", remedy)
        imports = re.compile(rf"^\s*(from|import)\s+{stem}\b", re.MULTILINE)
        if not any(map(imports.search, code)):
            remedy = f"Write `from {stem} import ...` into a given cell above the check."
            yield Problem(file, f"no cell of {notebook.name} imports it", remedy)
        if not any(cell.kind is Kind.ANSWER for cell in parts):
            remedy = "Put `# %% <exercise>_answer` above each answer, on a line of its own."
            yield Problem(file, "no part of it is an answer", remedy)
        yield from (problem for cell in parts for problem in _in_part(cell))


def _in_part(cell: Cell) -> Iterator[Problem]:
    for number, line in enumerate(cell.source.split("\n"), cell.before + 1):
        if (found := _MARKER.fullmatch(line.lstrip())) is not None:
            remedy = "Write `# %% <name>` at the left margin, with letters, digits, - and _."
            yield Problem(f"{cell.file}, line {number}", f"{found[0]} begins no part", remedy)
    try:
        ast.parse(cell.source)
    except (SyntaxError, ValueError) as problem:
        place, what = cell.before + (getattr(problem, "lineno", 0) or 0), str(problem.args[0])
        remedy = "Each part is Python by itself: a marker stands between functions or classes."
        yield Problem(f"{cell.file}, line {place}", f"syntax error: {what}", remedy)
