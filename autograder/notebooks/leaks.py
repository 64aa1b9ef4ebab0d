"""What a release must not hold: lines of a solution, of a hidden check, or of hidden data.

Short lines and lines that anybody would write (`else:`, `return x`, imports) are no secrets.
"""

import ast
import re
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from autograder.errors import Problem
from autograder.notebooks.assignment import place_of
from autograder.notebooks.cells import Kind, Notebook, name_of
from autograder.notebooks.stubs import solution_lines

_TRIVIAL = re.compile(
    r".{0,5}|\W*|(else:|try:|finally:|pass|break|continue|return\w*|import.*|from.*)"
)
_LONG = 16
_FEWEST_NUMBERS = 3
_REMEDY = (
    "Remove it from the release. Keep solutions between their markers; a line that students may "
    "see can be repeated in a given cell."
)
_SEPARATORS = re.compile(r"[,;\s]+")


def find_leaks(
    source: Notebook, released: Notebook, visible: Mapping[str, str], files: Mapping[str, str],
    hidden: Path,
) -> list[Problem]:  # fmt: skip
    """Every line of a release that contains a secret; `visible` and `files` map names to texts."""
    given = [cell.source for cell in released.cells if cell.kind is Kind.GIVEN]
    checks = dict(_hidden_checks(hidden, _squashed([*given, *visible.values()])))
    secrets = checks | dict(_solution(source, _squashed(given)))
    rows = dict(_hidden_rows(hidden))
    pieces = [
        (place_of(released.name, cell), cell.source, checks if cell.kind is Kind.GIVEN else secrets)
        for cell in released.cells
    ]
    pieces += [(name, text, secrets) for name, text in {**visible, **files}.items()]
    return [
        Problem(f"{where}, line {number}", f"the release would contain {origin}", _REMEDY)
        for where, text, telling in pieces
        for number, line in enumerate(text.split("\n"), 1)
        for origin in (_told(line, telling), rows.get(_row(line)))
        if origin
    ]


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
                yield text, f"line {number} of the solution in {name_of(cell)}"


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


def _row(line: str) -> tuple[float, ...]:
    """The numbers of a row of data, however they are written; empty for any other line."""
    fields = _SEPARATORS.split(line.strip(" \t\r,;[]()"))
    if len(fields) < _FEWEST_NUMBERS:
        return ()
    try:
        return tuple(map(float, fields))
    except ValueError:
        return ()


def _squashed(texts: Iterable[str]) -> set[str]:
    return {_squash(line) for text in texts for line in text.split("\n")}


def _squash(line: str) -> str:
    return "".join(line.split())
