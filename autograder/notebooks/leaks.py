"""What a release must not hold: lines of a solution, of a hidden check, or of hidden data.

Short lines and lines that anybody would write (`else:`, `return x`, imports) are no secrets.
"""

import ast
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from autograder.errors import Problem
from autograder.notebooks.assignment import place_of
from autograder.notebooks.cells import Kind, Notebook
from autograder.notebooks.stubs import solution_lines

_TRIVIAL = re.compile(
    r".{0,5}|\W*|(else:|try:|finally:|pass|break|continue|return\w*|import.*|from.*)"
)
_LONG = 16
_FEWEST_NUMBERS = 3
_SEPARATORS = re.compile(r"[,;\s]+")


@dataclass(frozen=True, slots=True)
class Piece:
    """A text that students get: a given or other cell, or a file."""

    where: str
    text: str
    given: bool = False


def find_leaks(
    source: Notebook, released: Notebook, visible: Mapping[str, str], files: Mapping[str, str],
    hidden: Path,
) -> list[Problem]:  # fmt: skip
    """Every line of a release that tells a secret; `visible` and `files` map names to texts."""
    pieces = [
        Piece(place_of(released.name, cell), cell.source, cell.kind is Kind.GIVEN)
        for cell in released.cells
    ]
    given = [piece.text for piece in pieces if piece.given]
    open_lines = _squashed([*given, *visible.values()])
    pieces += [Piece(name, text) for name, text in {**visible, **files}.items()]
    solutions = dict(_solution(source, _squashed(given)))
    checks = dict(_hidden_checks(hidden, open_lines))
    rows = dict(_hidden_rows(hidden))
    return [
        problem
        for piece in pieces
        for number, line in enumerate(piece.text.split("\n"), 1)
        for problem in _in_line(piece, number, line, solutions, checks, rows)
    ]


def _in_line(
    piece: Piece, number: int, line: str,
    solutions: Mapping[str, str], checks: Mapping[str, str], rows: Mapping[tuple[float, ...], str],
) -> Iterator[Problem]:  # fmt: skip
    where = f"{piece.where}, line {number}"
    if not piece.given and (origin := _told(line, solutions)):
        remedy = "Move the markers around it, or say it in a given cell if students may know it."
        yield Problem(where, f"the release would hold {origin}", remedy)
    if origin := _told(line, checks):
        yield Problem(where, f"the release would hold {origin}", "Take it out of what is released.")
    if (row := _row(line)) and row in rows:
        remedy = "Take the row out of what is released, or out of the hidden data."
        yield Problem(where, f"the release would hold {rows[row]}", remedy)


def _told(line: str, secrets: Mapping[str, str]) -> str | None:
    text = _squash(line)
    if text in secrets:
        return secrets[text]
    longer = (
        origin for secret, origin in secrets.items() if len(secret) >= _LONG and secret in text
    )
    return next(longer, None)


def _solution(source: Notebook, given: set[str]) -> Iterator[tuple[str, str]]:
    for cell in source.cells:
        if cell.kind not in {Kind.ANSWER, Kind.WRITTEN}:
            continue
        for number, line in solution_lines(cell.source, written=cell.kind is Kind.WRITTEN):
            text = _squash(line)
            if not _TRIVIAL.fullmatch(text) and not any(text in known for known in given):
                yield text, f"line {number} of the solution in cell {cell.id}"


def _hidden_checks(hidden: Path, open_lines: set[str]) -> Iterator[tuple[str, str]]:
    """The lines of check functions; what a body shares with an open text is no secret."""
    for path in sorted(hidden.rglob("*.py")):
        text = path.read_text("utf-8")
        lines = text.split("\n")
        for node in _functions(text):
            title = ast.get_docstring(node) or ""
            for number in range(node.lineno, (node.end_lineno or node.lineno) + 1):
                line = _squash(lines[number - 1])
                own = number == node.lineno or (title and _squash(title.split("\n")[0]) in line)
                if len(line) >= _LONG and (own or line not in open_lines):
                    yield line, f"line {number} of the hidden {path.name}"


def _functions(text: str) -> Iterator[ast.FunctionDef]:
    try:
        body = ast.parse(text).body
    except SyntaxError:  # told, with its place, when the checks are collected
        return
    for node in body:
        if isinstance(node, ast.FunctionDef) and node.name.startswith("check_"):
            yield node


def _hidden_rows(hidden: Path) -> Iterator[tuple[tuple[float, ...], str]]:
    for path in sorted(hidden.rglob("*")):
        if not path.is_file() or path.suffix in {".py", ".pyc"}:
            continue
        try:
            lines = path.read_text("utf-8").split("\n")
        except UnicodeDecodeError:  # not text: it is compared as a whole file
            continue
        for number, line in enumerate(lines, 1):
            if row := _row(line):
                yield row, f"row {number} of the hidden {path.name}"


def _row(line: str) -> tuple[float, ...] | None:
    """The numbers of a row of data, however they are written."""
    fields = _SEPARATORS.split(line.strip(" \t\r,;[]()"))
    if len(fields) < _FEWEST_NUMBERS:
        return None
    try:
        return tuple(map(float, fields))
    except ValueError:
        return None


def _squashed(texts: Iterable[str]) -> set[str]:
    return {_squash(line) for text in texts for line in text.split("\n")}


def _squash(line: str) -> str:
    return "".join(line.split())
