"""Why a cell stopped, in words that help: what is absent while grading, whose name is missing."""

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from functools import cached_property
from itertools import islice

from autograder.notebooks.cells import Cell, Kind, begins, name_of

READING = " (while it read {})"  # as the box says it
_NAMELESS = re.compile(r"name '(\w{1,80})' is not defined|^(\w{1,80}) is not defined$")
_LONGEST_LINE, _MOST_LINES = 300, 20_000
_NAME = re.compile(r"\w+")
# What a line makes: a function or a class, imported names, targets before `=`, a loop's own.
_MAKES = re.compile(
    r"[ \t]*+(?:(?:async[ \t]++)?(?:def|class)[ \t]++(\w++)|(?:import|from)[ \t](.*)"
    r"|(?:async[ \t]++)?for[ \t]++(\w++(?:[ \t]*+,[ \t]*+\w++)*+)[ \t]++in\b"
    r"|(\w++(?:[ \t]*+,[ \t]*+\w++)*+)[ \t]*+(?::[^=]*+)?=(?!=))"
)
_ABSENT = (
    # what the message holds, what the student is told
    (r"StdinNotImplemented|EOFError(?!.*while it read)", "nobody answers input() while grading"),
    (r"compiled with CUDA|NVIDIA driver|No CUDA GPUs|cuda\.is_available\(\) is False",
     "there is no GPU here: use the device that the notebook chooses"),
    (r"urlopen|Max retries|name resolution|not resolve|unreachable|Name or service|socket|"
     r"Connection(Error|Refused|Reset|Aborted| [a-z]+ed\b)",
     "there is no network while grading: use the files beside the notebook"),
    (r"No module named 'google", "Colab's own modules are not available while grading"),
    (r"No module named|raised ModuleNotFoundError$",
     "nothing can be installed while grading: use what the notebook imports"),
    (r"Operation not permitted|raised PermissionError$",
     "while grading there is one process, which changes no files but its own"),
)  # fmt: skip


class Makers:
    """Which cells make a name, looked up once for a whole notebook when it is first asked.

    `files` are those that were asked for, each with what is wrong with it.
    """

    def __init__(self, cells: Sequence[Cell], files: Mapping[str, str] = {}) -> None:
        self.files = dict(files)
        self.places = {cell.id: place for place, cell in enumerate(cells)}
        self._cells = cells

    def of(self, name: str) -> Iterable[Cell]:
        """The cells that make a name, in their order."""
        return self._found.get(name, {}).values()

    @cached_property
    def _found(self) -> dict[str, dict[str, Cell]]:
        found: dict[str, dict[str, Cell]] = defaultdict(dict)
        code = ((cell, cell.source.split("\n")) for cell in self._cells if cell.type == "code")
        every = ((cell, line) for cell, lines in code for line in lines)
        # More lines, or a longer one, are written by no person.
        for cell, line in islice(every, _MOST_LINES):
            if len(line) <= _LONGEST_LINE and (made := _MAKES.match(line)):
                for name in _NAME.findall(next(filter(None, made.groups()))):
                    found[name][cell.id] = cell
        return found


def explain(failure: str, cell: Cell, makers: Makers, stopped: Mapping[str, str]) -> str:
    """What stopped a cell, with a reason if we know one; `stopped` says it of cells by their id."""
    if failure.startswith("NameError") and _NAMELESS.search(failure):
        return failure + origin(failure, cell, makers, stopped)
    if name := unreadable(failure, makers.files):
        where = failure.removesuffix(READING.format(name)).partition(":")[0]
        return f"{where} ({makers.files[name].rstrip('.')})"
    return failure + _absent(failure, makers)


def unreadable(failure: str, files: Iterable[str]) -> str:
    """The file of those asked for whose content a failure comes from, if there is one."""
    return next((name for name in files if failure.endswith(READING.format(name))), "")


def _absent(failure: str, makers: Makers) -> str:
    """What there is not while grading that a failure comes from, in brackets."""
    of_files = (why.rstrip(".") for name, why in makers.files.items() if why and name in failure)
    if told := next(of_files, ""):
        return f" ({told})"
    reasons = (reason for pattern, reason in _ABSENT if re.search(pattern, failure))
    reason = next(reasons, "")
    return f" ({reason})" if reason else ""


def origin(sentence: str, cell: Cell, makers: Makers, stopped: Mapping[str, str]) -> str:
    """Where what a finding misses should have come from, or why there is no such thing.

    A name comes from a cell that stopped, or from one further down.
    """
    missing = _NAMELESS.search(sentence)
    if missing is None:
        return _absent(sentence, makers) if " raised " in sentence else ""
    name = missing[1] or missing[2]
    making = list(makers.of(name))
    for one in making:
        if one.id in stopped:
            return f"; {name} comes from {called(one)}, which stopped with {stopped[one.id]}"
    for one in making:
        if makers.places[one.id] > makers.places[cell.id]:
            return f"; {name} is defined further down, in {called(one)}: cells run from the top"
    return ""


def called(cell: Cell) -> str:
    """How a student knows the cell."""
    if cell.kind is Kind.ADDED:
        return f"your cell that begins with {begins(cell)}"
    return f"the answer {cell.grade_id}" if cell.grade_id else name_of(cell)
