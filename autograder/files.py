"""Opening files that strangers wrote."""

import mmap
import os
import stat
from pathlib import Path


def read_plain(path: Path, largest: int) -> bytes | None:
    """The bytes of a regular file, or None if it is none, is a link, or is over `largest` bytes."""
    try:
        with open(path, "rb", opener=_open) as file:
            if not stat.S_ISREG(os.fstat(file.fileno()).st_mode):
                return None
            data = file.read(largest + 1)
    except OSError:
        return None
    return data if len(data) <= largest else None


def map_plain(path: Path, largest: int) -> mmap.mmap | None:
    """The same for a file too large to be held: its bytes stay on disk until they are looked at."""
    try:
        with open(path, "rb", opener=_open) as file:
            plain = stat.S_ISREG(os.fstat(file.fileno()).st_mode)
            if not plain or not 0 < os.fstat(file.fileno()).st_size <= largest:
                return None
            return mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
    except OSError:
        return None


def _open(path: str, flags: int) -> int:
    """Neither follows a link nor waits for the other end of a FIFO."""
    return os.open(path, flags | os.O_NOFOLLOW | os.O_NONBLOCK)
