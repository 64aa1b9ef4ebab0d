"""Telling what a machine had too little of: processes, memory, room on a disk, open files."""

import re
import signal
from pathlib import Path
from threading import Thread

_SCARCE = re.compile(
    r"can't start new thread|Resource temporarily unavailable|\[Errno (11|23)\]|"
    r"Too many open files in system"
)
_DISK = re.compile(r"\[Errno (28|122)\]|No space left on device|Disk quota exceeded")
_MEMORY = re.compile(r"\[Errno 12\]|MemoryError|[Cc]an(no|')t allocate memory")
# How libraries end a process that gets no thread, or no page of a file.
CODES = (1, -signal.SIGABRT, -signal.SIGBUS)


def is_scarce(failure: str, *, own_disk: bool) -> bool:
    """Whether a failure shows a shortage that other programs may have caused.

    A box has a limit of memory of its own, and perhaps a disk.
    """
    kinds = [_SCARCE]
    if not own_disk:
        kinds.append(_DISK)
    if _memory_is_promised_once():
        kinds.append(_MEMORY)
    return any(kind.search(failure) for kind in kinds)


def no_room() -> bool:
    """Whether the machine has no room for a new thread, or may refuse memory to anyone."""
    try:
        Thread(target=int).start()
    except RuntimeError:
        return True
    return _memory_is_promised_once()


def _memory_is_promised_once() -> bool:
    """Whether this kernel refuses memory that it may not have, instead of killing later."""
    return Path("/proc/sys/vm/overcommit_memory").read_text().strip() == "2"
