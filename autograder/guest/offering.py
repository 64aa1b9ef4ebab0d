"""Given files, laid out for a box: by links, or as copies where its user could not read them."""

import os
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

COPIED_BYTES, COPIED_FILES = 128 << 20, 5000  # of a box's own disk, which also holds what it writes
_READ, _ENTER = 0o4, 0o1
_OWN = 0o777


@dataclass(slots=True)
class _Giving:
    """One folder on its way: what the box can read by itself, and what may still be copied."""

    is_open: Callable[[Path, int], bool]
    copied: bool
    room: int
    files: int

    def count(self, entry: Path, size: int) -> None:
        """Count one more copy.  Raises OSError where it is one too many."""
        self.room -= size
        self.files -= 1
        if self.room < 0 or self.files < 0:
            raise OSError(
                f"{entry}: others may not read it, and it is too much to be copied for each box: "
                "chmod -R go+rX the folder it lies in"
            )


def offer(folder: Path, *, to_another: bool, walled: bool, copied: bool = False) -> None:
    """Lay out in the current folder what a folder holds, but for names that are taken here.

    What is `copied` may be changed.  The box will have another user or fewer rights than this
    process, which can read more.  Raises OSError where something can neither be linked nor copied.
    """

    def is_open(path: Path, rights: int) -> bool:
        return _is_open(path, rights, to_another=to_another)

    ways = (folder,) if walled else (folder, *folder.parents)
    # Without a root of its own another user is given no path into somebody's home.
    reached = (walled or not to_another) and all(is_open(way, _ENTER) for way in ways)
    giving = _Giving(is_open, copied, COPIED_BYTES, COPIED_FILES)
    _lay_out(folder, Path(), giving, reached=reached and not copied)


def _lay_out(folder: Path, here: Path, giving: _Giving, *, reached: bool) -> None:
    """Lay out a folder, which the box's user perhaps reaches by itself."""
    for entry in sorted(folder.iterdir()):
        place = here / entry.name
        joins = _joins(entry, place)
        if (os.path.lexists(place) and not joins) or not entry.exists():
            continue
        if entry.is_symlink():
            place.symlink_to(entry.readlink())  # to what is laid out beside it
        elif reached and not joins and _is_all_open(entry, giving):
            place.symlink_to(entry)
        elif entry.is_dir():
            if not joins:
                giving.count(entry, 0)
                place.mkdir()
                place.chmod(_OWN if giving.copied else 0o755)
            _lay_out(entry, place, giving, reached=reached and giving.is_open(entry, _ENTER))
        elif entry.is_file():
            giving.count(entry, entry.stat().st_size)
            shutil.copyfile(entry, place)
            place.chmod(0o666 if giving.copied else 0o644)


def _joins(entry: Path, place: Path) -> bool:
    """Whether a folder's files go into one that holds what may be changed."""
    folders = not (entry.is_symlink() or place.is_symlink()) and entry.is_dir() and place.is_dir()
    return folders and place.stat().st_mode & _OWN == _OWN


def _is_all_open(entry: Path, giving: _Giving) -> bool:
    """Whether the box can read this, and all that lies below it, by a link to it."""
    if entry.is_symlink():
        return False
    if not entry.is_dir():
        return giving.is_open(entry, _READ)
    return giving.is_open(entry, _READ | _ENTER) and all(
        _is_all_open(one, giving) for one in entry.iterdir()
    )


def _is_open(path: Path, rights: int, *, to_another: bool) -> bool:
    """Whether the box's user has rights (the bits for others) without the template's capabilities.

    A box of root that stays root is closed out of what another owns, as any other user is.
    """
    if not to_another and os.geteuid() != 0:
        return os.access(path, os.X_OK if rights == _ENTER else os.R_OK)
    found = path.stat()
    own = not to_another and found.st_uid == 0
    wanted = rights << 6 if own else rights
    return found.st_mode & wanted == wanted
