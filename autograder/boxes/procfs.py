"""Facts about a box's process from /proc: CPU time, threads, children, and time spent waiting."""

import os
from contextlib import suppress
from pathlib import Path

_TICKS = os.sysconf("SC_CLK_TCK")


def look(pid: int) -> tuple[float, bool]:
    """CPU seconds of a process and of its ended children; whether it waits for a CPU or a disk."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return 0.0, False
    return sum(map(int, fields[11:15])) / _TICKS, fields[0] in "RD"


def children(pid: int) -> list[int]:
    """The children of its threads, if the kernel lists them."""
    found: list[int] = []
    for place in Path(f"/proc/{pid}/task").glob("*/children"):
        with suppress(OSError):
            found += map(int, place.read_text().split())
    return found


def threads(pid: int) -> int:
    """How many threads the process of a thread has; none when it is gone."""
    with suppress(OSError):
        return Path(f"/proc/{pid}/task").stat().st_nlink - 2
    return 0


def delayed(pid: int) -> float | None:
    """Seconds that its threads and children waited for a CPU; None if the kernel does not count."""
    nanoseconds = 0
    for process in (pid, *children(pid)):
        for place in Path(f"/proc/{process}/task").glob("*/schedstat"):
            with suppress(OSError, IndexError):
                nanoseconds += int(place.read_text().split()[1])
    told = Path("/proc/self/schedstat").exists()
    return nanoseconds / 1e9 if told else None
