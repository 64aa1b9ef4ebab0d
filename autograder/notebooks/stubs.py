"""Stubs: a solution becomes `<your_code_here>`, and an unfilled stub is seen before it can run.

A stub is deliberately not Python: it must never run by accident.
"""

import ast
import re

STUB = "<your_code_here>"
WRITTEN_STUB = "*Your answer here.*"
_MARKER = re.compile(r"\s*#+\s*(BEGIN|END) SOLUTION\s*")
_SIMPLE_TARGETS = (ast.Name, ast.Attribute)
_TOKENS = re.compile(
    r"""
      (?P<quote>\"\"\"|''')(?:\\.|(?!(?P=quote))[^\\])*+(?:(?P=quote)|\\?\Z)
    | "(?:\\.|[^"\\\n])*+"?
    | '(?:\\.|[^'\\\n])*+'?
    | \#[^\n]*
    | (?P<stub><\s*your_code_here\s*>)
    """,
    re.VERBOSE | re.DOTALL,
)


class MarkerError(ValueError):
    """A marker of a solution is out of place; `line` counts from 1."""

    def __init__(self, line: int, what: str) -> None:
        super().__init__(what)
        self.line = line


def find_regions(source: str) -> list[range]:
    """The lines (from 0) of each solution in a cell; MarkerError if the markers do not pair."""
    regions = []
    begun = 0
    for number, line in enumerate(source.split("\n"), 1):
        if "BEGIN SOLUTION" not in line and "END SOLUTION" not in line:
            continue
        marker = _MARKER.fullmatch(line)
        if not marker:
            raise MarkerError(number, "a marker is not alone on its line")
        if marker[1] == "BEGIN":
            if begun:
                raise MarkerError(number, f"a solution begins inside the one of line {begun}")
            begun = number
        else:
            if not begun:
                raise MarkerError(number, "a solution ends without a beginning")
            regions.append(range(begun, number - 1))
            begun = 0
    if begun:
        raise MarkerError(begun, "a solution begins without an end")
    return regions


def replace_solutions(source: str, *, written: bool = False) -> str:
    """The cell as students get it; a written answer without markers is all solution."""
    lines = source.split("\n")
    regions = find_regions(source)
    if written and not regions:
        return WRITTEN_STUB
    for region in reversed(regions):
        stubs = [WRITTEN_STUB] if written else _stubs(lines[region.start : region.stop])
        lines[region.start - 1 : region.stop + 1] = stubs
    return "\n".join(lines)


def without_markers(source: str) -> str:
    """The cell with its solutions, for reading and running."""
    return "\n".join(line for line in source.split("\n") if not _MARKER.fullmatch(line))


def solution_lines(source: str, *, written: bool = False) -> list[tuple[int, str]]:
    """The lines of all solutions in a cell, with their numbers from 1."""
    lines = source.split("\n")
    regions = find_regions(source)
    if written and not regions:
        regions = [range(len(lines))]
    return [(number + 1, lines[number]) for region in regions for number in region]


def find_stubs(source: str) -> list[tuple[int, int]]:
    """Where unfilled stubs begin and end in code, not in a comment or string."""
    return [token.span() for token in _TOKENS.finditer(source) if token["stub"]]


def has_stub(source: str) -> int | None:
    """The first line (from 1) that holds an unfilled stub."""
    stubs = find_stubs(source)
    return source.count("\n", 0, stubs[0][0]) + 1 if stubs else None


def _stubs(lines: list[str]) -> list[str]:
    first = next((line for line in lines if line.strip()), "")
    indent = first[: len(first) - len(first.lstrip())]
    wrapped = "\n".join(["if 1:" if indent else "", *lines])
    try:
        body = ast.parse(wrapped).body
    except (SyntaxError, ValueError):
        return [indent + STUB]
    if indent and isinstance(body[0], ast.If):
        body = body[0].body
    stubs = [_stub(statement, wrapped) for statement in body]
    if None in stubs or not stubs:
        return [indent + STUB]
    return [f"{indent}{stub}" for stub in stubs]


def _stub(statement: ast.stmt, source: str) -> str | None:
    """What takes the place of one statement; None where only a stub line can."""
    match statement:
        case ast.Return():
            return f"return {STUB}"
        case ast.Assign(targets=targets) if all(_is_simple(target) for target in targets):
            return " = ".join([*(_written(target, source) for target in targets), STUB])
        case ast.AnnAssign(target=target, annotation=kind, value=ast.expr()) if _is_simple(target):
            return f"{_written(target, source)}: {_written(kind, source)} = {STUB}"
    return None


def _is_simple(target: ast.expr) -> bool:
    if isinstance(target, ast.Tuple | ast.List):
        return all(_is_simple(part) for part in target.elts)
    if isinstance(target, ast.Starred):
        return _is_simple(target.value)
    return isinstance(target, _SIMPLE_TARGETS)


def _written(node: ast.expr, source: str) -> str:
    return " ".join((ast.get_source_segment(source, node) or ast.unparse(node)).split())
