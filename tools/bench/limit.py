"""The limit: a student's own cells in a fork of one warm process, one after the other, and no more.

Nothing is confined, asked, judged or written; of the figures only those that stay are drawn.

    python -m tools.bench.limit ASSIGNMENT RELEASE      then on standard input, line by line:
    folder of a hand-in  ->  {"seconds": from the fork to its end, "drawing": of them for figures}
"""

import json
import os
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Self

from tools.bench.commands import environment

_ROOT = Path(__file__).resolve().parents[2]


class Limit:
    """The warm process of one assignment.  Use it as a context manager."""

    def __init__(self, course: Path, assignment: str) -> None:
        self._course = course
        self._assignment = assignment
        release = course / "release" / assignment
        self._process = subprocess.Popen(  # noqa: S603 - our own module
            [sys.executable, "-m", "tools.bench.limit", assignment, str(release)],
            cwd=_ROOT, env=environment() | {"OMP_NUM_THREADS": "1"}, text=True,
            stdin=subprocess.PIPE, stdout=subprocess.PIPE,
        )  # fmt: skip

    def run(self, students: Sequence[str]) -> list[dict[str, float]]:
        """What each submission takes: `seconds` in all, and `drawing`."""
        assert self._process.stdin  # noqa: S101 - they are pipes
        assert self._process.stdout  # noqa: S101 - they are pipes
        told = []
        for student in students:
            print(
                self._course / "submitted" / student / self._assignment,
                file=self._process.stdin,
                flush=True,
            )
            line = self._process.stdout.readline()
            if not line:
                sys.exit("the limit ended while it was measured; its message is above")
            told.append(json.loads(line))
        return told

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._process.communicate()


def main(assignment: str, release: Path) -> None:
    """Warm up, then run what is named on standard input."""
    from autograder.grading.tapes import runnable
    from autograder.guest.warming import warm
    from autograder.notebooks.assignment import read_release
    from autograder.notebooks.receiving import receive
    from autograder.notebooks.submission import read_submission

    notebook = read_release(release, assignment, ())
    os.chdir(release)
    shell = warm("cpu")
    told = os.fdopen(os.dup(1), "w")
    for line in sys.stdin:
        submission = read_submission(Path(line.strip()), notebook.name)
        sources = [one.source for one in runnable(receive(submission, notebook).cells)]
        print(json.dumps(_fork(shell, sources)), file=told, flush=True)


def _fork(shell: Any, sources: Sequence[str]) -> dict[str, float]:
    reading, writing = os.pipe()
    start = time.perf_counter()
    child = os.fork()
    if child == 0:
        try:
            os.write(writing, json.dumps(_run(shell, sources)).encode())
        finally:
            os._exit(0)
    os.close(writing)
    os.waitpid(child, 0)
    seconds = time.perf_counter() - start
    with os.fdopen(reading) as pipe:
        return {"seconds": seconds, "drawing": json.loads(pipe.read())}


def _run(shell: Any, sources: Sequence[str]) -> float:
    """Run the cells in the child; the seconds in which figures were drawn."""
    from matplotlib.backend_bases import FigureCanvasBase

    from autograder.guest.serving import seed
    from autograder.guest.shell import run_cell

    drawing, draw = 0.0, FigureCanvasBase.print_figure

    def timed(*arguments: Any, **options: Any) -> Any:
        nonlocal drawing
        start = time.perf_counter()
        try:
            return draw(*arguments, **options)
        finally:
            drawing += time.perf_counter() - start

    FigureCanvasBase.print_figure = timed  # type: ignore[method-assign]  # in this child alone
    output = os.memfd_create("output")
    for stream in (1, 2):
        os.dup2(output, stream)
    seed(0, "cpu")
    for source in sources:
        run_cell(shell, source, output)
    return drawing


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]))
