"""Files and folders: what strangers wrote, what is half made, and who may write."""

import fcntl
import itertools
import os
import re
import secrets
import stat
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from functools import cache
from pathlib import Path

_PICTURES = {
    "png": re.compile(rb"\x89PNG\r\n\x1a\n"),
    "jpeg": re.compile(rb"\xff\xd8\xff"),
    "gif": re.compile(rb"GIF8[79]a"),
    "webp": re.compile(rb"RIFF.{4}WEBP", re.DOTALL),
}


def picture_kind(data: bytes) -> str | None:
    """Whether data begin like a picture that pages show, and like which: png, jpeg, gif, webp."""
    return next((kind for kind, begin in _PICTURES.items() if begin.match(data)), None)


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


def unfit(name: str, why: str) -> str:
    """What a student is told of a file that was asked for: it is `missing`, `a link` and so on."""
    what = why if why.startswith("cannot") else f"is {why}"
    remedies = {"missing": "hand it in", "larger": "hand in a smaller one"}
    remedy = remedies.get(why.split()[0], "save it again, and hand in the file itself")
    return f"{name} {what}: {remedy}, beside the notebook."


def find_ways_out(folder: Path) -> list[str]:
    """The links below a folder that a box, which sees this folder alone, cannot follow."""
    found, home = [], folder.resolve()
    for place, folders, names in os.walk(folder):
        for path in (Path(place, name) for name in [*folders, *names]):
            if path.is_symlink() and path.exists():
                inside = path.resolve().is_relative_to(home) and not path.readlink().is_absolute()
                found += [] if inside else [str(path.relative_to(folder))]
    return sorted(found)


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
        if not remove(folder):
            _tell_what_stays(folder)
        os.close(own)


def write_folder(target: Path, files: Mapping[str, bytes], scratch: Path) -> None:
    """Makes a folder of these files aside, and puts it in the place of the one that stood."""
    with workplace(scratch) as aside:
        made = aside / "made"
        made.mkdir()
        for name, data in files.items():
            place = made / name
            place.parent.mkdir(parents=True, exist_ok=True)
            place.write_bytes(data)
        move_in(made, target)


def move_in(made: Path, target: Path) -> None:
    """Moves a folder from a workplace to where it belongs; what stood there goes with that."""
    target.parent.mkdir(parents=True, exist_ok=True)
    if target.exists() or target.is_symlink():
        target.rename(made.with_name("old"))
    made.rename(target)


def write_whole(path: Path, text: str) -> None:
    """Writes a file of which a kill leaves the old text or the new one."""
    path.parent.mkdir(parents=True, exist_ok=True)
    fresh = path.with_suffix(".fresh")
    fresh.write_text(text, "utf-8")
    fresh.replace(path)


def _remove_if_nobodys(folder: Path) -> None:
    try:
        descriptor = _open_folder(folder)
    except FileNotFoundError:
        return  # its owner has removed it meanwhile
    except OSError:
        _tell_what_stays(folder)
        return
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        if not remove(folder):
            _tell_what_stays(folder)
    except BlockingIOError:
        return
    finally:
        os.close(descriptor)


@cache
def _tell_what_stays(folder: Path) -> None:
    print(f"autograder: {folder} could not be removed; delete it by hand.", file=sys.stderr)


def remove(folder: Path) -> bool:
    """Remove a folder with all that a stranger left in it; whether nothing is left.

    No link is followed, and nothing is too deep: each folder in it is first moved to its top, so
    that every path is short.
    """
    try:
        top = _open_folder(folder)
    except OSError:
        return not os.path.lexists(folder)
    try:
        fresh = (f"{secrets.token_hex(8)}-{number}" for number in itertools.count())
        waiting = _clear(top, top, fresh)
        while waiting:
            name = waiting.pop()
            with suppress(OSError):
                inside = _open_folder(name, top)
                try:
                    waiting += _clear(inside, top, fresh)
                finally:
                    os.close(inside)
                os.rmdir(name, dir_fd=top)
        folder.rmdir()
    except OSError:
        return False
    finally:
        os.close(top)
    return True


def _clear(folder: int, top: int, fresh: Iterator[str]) -> list[str]:
    """Remove the files of a folder, move its folders to the top, and say what they are called."""
    found = []
    with os.scandir(folder) as entries:
        listed = [(entry.name, entry.is_dir(follow_symlinks=False)) for entry in entries]
    for name, is_folder in listed:
        with suppress(OSError):
            if not is_folder:
                os.unlink(name, dir_fd=folder)
            elif folder == top:
                found.append(name)
            else:
                found.append(_move(name, folder, next(fresh), top))
    return found


def _move(name: str, folder: int, fresh: str, top: int) -> str:
    try:
        os.rename(name, fresh, src_dir_fd=folder, dst_dir_fd=top)
    except PermissionError:  # its own `..` changes: that must be allowed in it
        os.close(_open_folder(name, folder))
        os.rename(name, fresh, src_dir_fd=folder, dst_dir_fd=top)
    return fresh


def _open_folder(path: Path | str, within: int | None = None) -> int:
    """A descriptor of a folder, in which its owner may do everything from here on."""
    flags = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW
    try:
        descriptor = os.open(path, flags, dir_fd=within)
    except PermissionError:
        place = os.open(path, flags | os.O_PATH, dir_fd=within)
        try:
            Path(f"/proc/self/fd/{place}").chmod(stat.S_IRWXU)
            return os.open(f"/proc/self/fd/{place}/.", os.O_RDONLY | os.O_DIRECTORY)
        finally:
            os.close(place)
    if os.fstat(descriptor).st_mode & stat.S_IRWXU != stat.S_IRWXU:
        with suppress(OSError):
            os.fchmod(descriptor, stat.S_IRWXU)
    return descriptor


def _open(path: str, flags: int) -> int:
    """Neither follows a link nor waits for the other end of a FIFO."""
    return os.open(path, flags | os.O_NOFOLLOW | os.O_NONBLOCK)
