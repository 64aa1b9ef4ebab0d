"""What does it cost?  CPU seconds and memory of the solution, measured from inside its box."""

import math
from itertools import pairwise

from autograder.config import RunLimits
from autograder.notebooks.cells import Cell, Kind
from autograder.verifying.case import Answer, Case

HEADROOM = 5
_TIGHT = 2
_ROUNDED_MIB = 256
# CPU seconds of the box, CPU seconds of the questions that it has answered, its peak in MiB.
_METER = """\
import resource as _r
_own, _asked = (_r.getrusage(who) for who in (_r.RUSAGE_SELF, _r.RUSAGE_CHILDREN))
print(_own.ru_utime + _own.ru_stime, _asked.ru_utime + _asked.ru_stime, _own.ru_maxrss / 1024)
"""


def costs(case: Case, limits: RunLimits) -> Answer:
    """Run the solution with a meter after each cell, and name limits that leave room."""
    code = [Cell("", "code", "")] + [one for one in case.notebook() if one.type == "code"]
    meters = [Cell(f"meter-{one.id}", "code", _METER, Kind.ADDED) for one in code]
    both = [cell for pair in zip(code, meters, strict=True) for cell in pair]
    ((outputs, _),) = case.each(case.bench.solve, [both], "cost")
    read = [[float(word) for word in outputs[one.id][0]["text"].split()] for one in meters]
    rows, own, slowest = [], 0.0, 0.0
    for cell, (before, after) in zip(code[1:], pairwise(read), strict=True):
        seconds = after[0] - before[0]
        slowest = max(slowest, seconds)
        own += seconds * (cell.kind is Kind.ANSWER)
        if cell.kind is Kind.GRADE:
            rows.append((cell.exercise, own, after[1] - before[1], after[2] - read[0][2]))
            own = 0.0
    whole, asked, mib = (last - first for first, last in zip(read[0], read[-1], strict=True))
    rows.append(("the whole notebook", whole, asked, mib))
    needed = {
        "cell_seconds": (slowest, 1),
        "notebook_seconds": (whole + asked, 1),
        "memory_mib": (mib, _ROUNDED_MIB),
    }
    sensible = ", ".join(
        f"{name} = {math.ceil(HEADROOM * used / step) * step}"
        for name, (used, step) in needed.items()
    )
    return Answer(
        "cost",
        ("exercise", "CPU seconds", "of its questions", "MiB so far"),
        [(name, f"{one:.1f}", f"{two:.1f}", f"{three:.0f}") for name, one, two, three in rows],
        [
            f"{name} is {getattr(limits, name):g}; the solution alone needs {used:.1f}."
            for name, (used, _) in needed.items()
            if getattr(limits, name) < _TIGHT * used
        ],
        [f"Limits with room for {HEADROOM} times as much: {sensible}."],
    )
