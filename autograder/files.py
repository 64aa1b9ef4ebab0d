"""Files and folders: what strangers wrote, what is half made, and who may write."""

import fcntl
import os
import shutil
import stat
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
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


@contextmanager
def locked(path: Path, waiting: Callable[[], None] = lambda: None) -> Iterator[None]:
    """Holds a lock that the kernel lets go of with its process; `waiting` is told before a wait."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("ab") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            waiting()
            fcntl.flock(file, fcntl.LOCK_EX)
        yield


@contextmanager
def workplace(scratch: Path) -> Iterator[Path]:
    """A folder for what is half made; it goes with the block, or after a kill with the next one."""
    scratch.mkdir(parents=True, exist_ok=True)
    every = os.open(scratch, os.O_RDONLY)
    try:
        fcntl.flock(every, fcntl.LOCK_EX)
        for left in scratch.iterdir():
            _remove_if_nobodys(left)
        folder = Path(tempfile.mkdtemp(dir=scratch))
        own = os.open(folder, os.O_RDONLY)
        fcntl.flock(own, fcntl.LOCK_EX)
    finally:
        os.close(every)
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)
        os.close(own)


def _remove_if_nobodys(folder: Path) -> None:
    try:
        descriptor = os.open(folder, os.O_RDONLY | os.O_NOFOLLOW)
    except OSError:
        return  # its owner has removed it meanwhile
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        shutil.rmtree(folder, ignore_errors=True)
    except BlockingIOError:
        return
    finally:
        os.close(descriptor)


def _open(path: str, flags: int) -> int:
    """Neither follows a link nor waits for the other end of a FIFO."""
    return os.open(path, flags | os.O_NOFOLLOW | os.O_NONBLOCK)
