"""Why a cell stopped, in words that help: what is absent while grading, whose name is missing."""

import re
from collections.abc import Mapping, Sequence

from autograder.notebooks import Cell, Kind

_NAMELESS = re.compile(r"name '(\w{1,80})' is not defined")
_LONGEST_LINE = 300
_ABSENT = (
    # what the message holds, what the student is told
    (r"StdinNotImplemented|EOFError", "nobody answers input() while grading"),
    (r"compiled with CUDA|NVIDIA driver|No CUDA GPUs|cuda\.is_available\(\) is False",
     "there is no GPU here: use the device that the notebook chooses"),
    (r"urlopen|Max retries|name resolution|not resolve|unreachable|Name or service|socket|"
     r"Connection(Error|Refused|Reset|Aborted| [a-z]+ed\b)",
     "there is no network while grading: use the files beside the notebook"),
    (r"No module named 'google", "Colab's own modules are not there while grading"),
    (r"No module named", "nothing can be installed while grading: use what is given"),
)  # fmt: skip


def explain(failure: str, cell: Cell, cells: Sequence[Cell], stopped: Mapping[str, str]) -> str:
    """What stopped a cell, with a reason if we know one; `stopped` says it of cells by their id."""
    missing = _NAMELESS.search(failure) if failure.startswith("NameError") else None
    if missing:
        return failure + _origin(missing[1], cell, cells, stopped)
    reasons = (reason for pattern, reason in _ABSENT if re.search(pattern, failure))
    reason = next(reasons, "")
    return f"{failure} ({reason})" if reason else failure


def _origin(name: str, cell: Cell, cells: Sequence[Cell], stopped: Mapping[str, str]) -> str:
    """Where a missing name should have come from: a cell that stopped, or one further down."""
    # One name or several before `=`, or what `def`, `class` and `import` bring.
    makes = re.compile(
        rf"[ \t]*(?:(?:def|class|import|from)\b.*\b)?(?:\w+\s*,\s*)*{name}\s*(?:[=,(:]|$)"
    )
    makers = [
        one
        for one in cells
        if one.type == "code"
        # A long line is written by no person, and would take the square of its length.
        and any(makes.match(line) for line in one.source.split("\n") if len(line) <= _LONGEST_LINE)
    ]
    for one in makers:
        if one.id in stopped:
            return f"; {name} comes from {_called(one)}, which stopped with {stopped[one.id]}"
    place = cells.index(cell)
    for one in makers:
        if cells.index(one) > place:
            return (
                f"; {name} is made further down, in {_called(one)}: a notebook is run from the top"
            )
    return ""


def _called(cell: Cell) -> str:
    """How a student knows the cell."""
    if cell.kind is Kind.ADDED:
        first = next((line for line in cell.source.split("\n") if line.strip()), "").strip()
        return f"your cell that begins with `{first[:40]}`"
    return f"the answer {cell.grade_id}" if cell.grade_id else f"the cell {cell.id}"
