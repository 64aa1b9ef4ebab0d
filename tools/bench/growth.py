"""What grows, or should not: memory while a class is graded, time with its size and workers."""

import subprocess
import time
from collections.abc import Iterator, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

from tools.bench.commands import environment, ours, seconds
from tools.bench.courses import Pair

_MARKS = {"autograder.guest": ("template", "box"), "autograder.judging.judge": ("judges", "judge")}
_TICK_SECONDS = 0.02
_TRIAL_MIB = 4  # a child that tries a layer before the template is warm has less than that


def memory(pair: Pair, students: Sequence[str]) -> dict[str, Any]:
    """MiB while a class is graded by one worker.

    Of clerk and templates all that is not a file's, at its peak; of each box, in their order, the
    peak of what it does not share with the template.  A box of which nothing could be read is
    left out: only root may look.
    """
    peaks: dict[str, int] = {}
    boxes: dict[int, int] = {}
    command = ours(pair.name, students)
    clerk = subprocess.Popen(  # noqa: S603 - our own command
        command, cwd=pair.ours, env=environment(),
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    while clerk.poll() is None:
        time.sleep(_TICK_SECONDS)
        for name, process in below(clerk.pid):
            if name == "box":
                boxes[process] = max(boxes.get(process, 0), private_mib(process))
            elif name in ("clerk", "template", "judges"):
                peaks[name] = max(peaks.get(name, 0), anonymous_mib(process))
    return peaks | {"boxes": [peak for peak in boxes.values() if peak > _TRIAL_MIB]}


def below(clerk: int) -> Iterator[tuple[str, int]]:
    """The clerk and the processes below it, each with its name; a question's fork has none."""
    yield "clerk", clerk
    for template in _children(clerk):
        for mark, (name, fork) in _MARKS.items():
            if mark in _command(template):
                yield name, template
                yield from ((fork, child) for child in _children(template))


def private_mib(process: int) -> int:
    """The memory that a process has written to and shares with nobody."""
    return _mib(Path(f"/proc/{process}/smaps_rollup"), "Private_Dirty")


def anonymous_mib(process: int) -> int:
    """The memory of a process that is no file's, with what its forks share."""
    return _mib(Path(f"/proc/{process}/status"), "RssAnon")


def _mib(file: Path, key: str) -> int:
    with suppress(OSError, StopIteration):
        lines = file.read_text().splitlines()
        return int(next(line for line in lines if line.startswith(key)).split()[1]) >> 10
    return 0


def _children(process: int) -> list[int]:
    found: list[int] = []
    for place in Path(f"/proc/{process}/task").glob("*/children"):
        with suppress(OSError):
            found += map(int, place.read_text().split())
    return found


def _command(process: int) -> str:
    with suppress(OSError):
        return Path(f"/proc/{process}/cmdline").read_text()
    return ""


def workers(pair: Pair, repeat: int) -> dict[str, list[float]]:
    """Seconds for a mixed class with one and with two workers, without the start; in turns."""
    shortest = pair.students[-1:]  # it took next to nothing: what it takes is the start
    seconds(pair.ours, ours(pair.name, pair.students, jobs=2))  # so that the timings are known
    found: dict[str, list[float]] = {"one": [], "two": []}
    for _ in range(repeat):
        begin = seconds(pair.ours, ours(pair.name, shortest))
        for jobs, name in ((1, "one"), (2, "two")):
            whole = seconds(pair.ours, ours(pair.name, pair.students, jobs=jobs))
            found[name].append(whole - begin)
    return found


def scaling(pair: Pair, sizes: Sequence[int]) -> dict[str, float]:
    """Seconds for classes of these sizes, with one worker."""
    return {str(size): seconds(pair.ours, ours(pair.name, pair.students[:size])) for size in sizes}
