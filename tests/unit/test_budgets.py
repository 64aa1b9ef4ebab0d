"""The worst that each budget admits costs the clerk seconds, and never minutes or gigabytes.

Each case is read by a process of its own, which tells the CPU seconds and the memory it took.
"""

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from autograder.notebooks.bulk import LARGEST_FILE
from autograder.notebooks.reading import LARGEST_TEXT, MOST_CELLS

SECONDS, MIB = 20, 800  # several times what was measured, a fraction of what it once took
ROOT = Path(__file__).parents[2]
RELEASE = ROOT / "release/backprop"
READ = """
import resource, sys, time
from pathlib import Path
from autograder.errors import SubmissionError
from autograder.notebooks.assignment import read_release
from autograder.notebooks.receiving import receive
from autograder.notebooks.submission import read_submission
release = read_release(Path(sys.argv[1]), "backprop", ())
submission = read_submission(Path(sys.argv[2]), "backprop.ipynb")
submission.digest
try:
    said = " ".join(receive(submission, release).notes)
except SubmissionError as problem:
    said = str(problem)
"""
EXPLAIN = """
import resource, sys, time
from autograder.grading.failures import Makers, explain
from autograder.notebooks.cells import Cell, Kind
cells = [
    Cell(f"c{n}", "code", "\\n".join(f"v{n}_{k} = w{k}, v" for k in range(1000)), Kind.ADDED)
    for n in range(2000)
]
stopped, makers = {}, Makers(cells)
for cell in cells:
    said = explain("NameError: name 'v1_1' is not defined", cell, makers, stopped)
    stopped[cell.id] = said
"""
PARSE = """
import resource, struct, sys
from autograder.evidence.frames import FrameReader, Limits
from autograder.evidence.values import FormatError
said = "taken"
for inner in ("[]," * 10_000_000, "[]," * 490_000, '"\\\\",",' * 4_000_000, "1.25e-300," * 900_000):
    header = b'{"body":{"a":[' + inner.encode() + b'1]},"blobs":[]}'
    reader = FrameReader(Limits(header=1 << 25))
    try:
        reader.feed(b"AG1\\n" + struct.pack("<I", len(header)) + header)
        reader.next()
    except FormatError as problem:
        said = str(problem)
"""
TELL = """
usage = resource.getrusage(resource.RUSAGE_SELF)
# Not ru_maxrss: that is the memory of whoever started this, if it had more.
status = dict(line.split(":", 1) for line in open("/proc/self/status"))
print(usage.ru_utime + usage.ru_stime, int(status["VmHWM"].split()[0]) >> 10, said)
"""


def cost(code: str, *arguments: str) -> str:
    """What a process says that runs this code, within seconds and memory."""
    done = subprocess.run(
        [sys.executable, "-c", code + TELL, *arguments],
        cwd=ROOT, capture_output=True, text=True, check=True,
    )  # fmt: skip
    seconds, mib, said = done.stdout.split(" ", 2)
    assert float(seconds) < SECONDS
    assert int(mib) < MIB
    return said.strip()


def outputs(text: str) -> Callable[[Path], None]:
    """A notebook whose one cell showed this again and again; what it costs grows with its size."""

    def make(path: Path) -> None:
        with path.open("w") as file:
            file.write('{"cells": [{"cell_type": "code", "source": "x", "outputs": [')
            for _ in range(LARGEST_FILE // 4 // 2**20):
                file.write(text * (2**20 // len(text)))
            file.write("1]}]}")

    return make


def cells(source: str, number: int = MOST_CELLS) -> Callable[[Path], None]:
    """A notebook of as many such cells as fit."""

    def make(path: Path) -> None:
        fitting = min(number, LARGEST_TEXT // (len(json.dumps(source)) + 60))
        own = [{"cell_type": "code", "source": source} for _ in range(fitting)]
        path.write_text(json.dumps({"cells": own, "nbformat": 4, "nbformat_minor": 5}))

    return make


LINES = "\n".join(f"x{number} = y, z" for number in range(9))
WORST = {
    "outputs of quotes": (outputs(r'"\"\"a",'), "missing"),
    "outputs of brackets": (outputs("[],"), "too much in its outputs"),
    "outputs that never end": (outputs(r'"\"\"'), "breaks off or is damaged"),
    "many cells of many lines": (cells(LINES), "missing"),
    "many empty cells": (cells(""), "missing"),
    "one cell of one line": (cells("a, " * 2_500_000, 1), "missing"),
    "cells of spaces": (cells(" " * 4000), "missing"),
    "cells of stubs": (cells("x = <your_code_here>\n" * 10), "missing"),
}


@pytest.mark.parametrize(("make", "words"), WORST.values(), ids=WORST)
def test_the_worst_notebook_costs_seconds(
    make: Callable[[Path], None], words: str, tmp_path: Path
) -> None:
    """It is read and rebuilt, or refused with a sentence."""
    make(tmp_path / "backprop.ipynb")
    assert words in cost(READ, str(RELEASE), str(tmp_path))
    (tmp_path / "backprop.ipynb").unlink()


def test_many_notebooks_cost_seconds(tmp_path: Path) -> None:
    """Thirty that fill the budget, each with another answer."""
    for number in range(30):
        cells(f"x = {number}\n" * 300)(tmp_path / f"n{number}.ipynb")
    assert "several notebooks" in cost(READ, str(RELEASE), str(tmp_path))


def test_explaining_every_cell_costs_seconds() -> None:
    """Two thousand cells of a thousand lines that all miss a name."""
    assert "is defined further down" in cost(EXPLAIN) or "comes from" in cost(EXPLAIN)


def test_the_worst_messages_cost_seconds() -> None:
    """Tens of MiB of JSON that would be a gigabyte of objects are refused unread."""
    assert cost(PARSE) in {"taken", "a header has too many parts"}
