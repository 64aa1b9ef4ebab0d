"""Limits for a whole process tree, where a part of the cgroup v2 hierarchy is delegated to us."""

import os
from contextlib import suppress
from pathlib import Path

_NEEDED = ("memory", "pids")
_PROCESSES = 512
MIB = 1 << 20


def delegated(mounts: Path = Path("/proc/self/mounts"), own: str | None = None) -> Path | None:
    """A folder in which groups with limits can be made, or None where nothing is delegated.

    Only leaves may hold processes: this process moves into one beside the groups that it makes.
    """
    try:
        lines = (line.split() for line in mounts.read_text().splitlines())
        top = next(Path(words[1]) for words in lines if words[2] == "cgroup2")
        own = own or Path("/proc/self/cgroup").read_text()
        inside = next(line[3:] for line in own.splitlines() if line.startswith("0::"))
        home = top / inside.lstrip("/")
        if not set(_NEEDED) <= set((home / "cgroup.controllers").read_text().split()):
            return None
        leaf = home / "autograder-clerk"
        leaf.mkdir(exist_ok=True)
        (leaf / "cgroup.procs").write_text(str(os.getpid()))
        switched_on = " ".join(f"+{name}" for name in _NEEDED)
        (home / "cgroup.subtree_control").write_text(switched_on)
    except (OSError, StopIteration):
        return None
    return home


def put_into_group(home: Path, pid: int, memory_mib: int) -> Path:
    """Make a group for one box and move its process there.  Raises OSError."""
    group = home / f"autograder-box-{pid}"
    group.mkdir(exist_ok=True)
    limits = {
        "memory.max": memory_mib * MIB,
        "memory.swap.max": 0,
        "memory.oom.group": 1,
        "pids.max": _PROCESSES,
        "cgroup.procs": pid,
    }
    for name, amount in limits.items():
        if name != "memory.swap.max" or (group / name).exists():
            (group / name).write_text(str(amount))
    return group


def end_group(group: Path) -> None:
    """Kill the processes that are left in a group, and remove the group."""
    with suppress(OSError):
        (group / "cgroup.kill").write_text("1")
    with suppress(OSError):
        group.rmdir()
