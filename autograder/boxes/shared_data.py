"""The data that a course shares with its students: whether a box could read them, and a digest."""

import os
import stat
from collections.abc import Iterator
from pathlib import Path

from autograder.config import FILE, Course
from autograder.errors import Problem

_SECRET = {"source", "checks", "solutions", "submitted", "autograded", "feedback", "dropped"}
_SECRET |= {".autograder", "gradebook.db", FILE}
_READ, _ENTER = 0o4, 0o1


def find_data_problems(course: Course, *, whole: bool = True) -> list[Problem]:
    """What keeps boxes from the shared data, or would show them what they may not see.

    Only `whole`, each file is looked at.
    """
    return [
        Problem(f"{FILE}, data.{name}", what, remedy)
        for name, path in course.settings.data.items()
        for what, remedy in [next(_wrong(course, Path(path), whole=whole), ("", ""))]
        if what
    ]


def listed(place: Path) -> list[tuple[str, int, int]]:
    """All files of shared data, with sizes and times: who changes one changes this."""
    found = [(path, path.lstat()) for path in _below(place)]
    return sorted((str(path), own.st_size, own.st_mtime_ns) for path, own in found)


def _wrong(course: Course, place: Path, *, whole: bool) -> Iterator[tuple[str, str]]:
    home = Path(os.path.realpath(place))
    inside = home.relative_to(course.root).parts if home.is_relative_to(course.root) else ()
    if course.root.is_relative_to(home) or _SECRET & {*inside[:1]}:
        yield f"{place} holds what no box may see", "Move the data into a folder of their own."
    elif not os.access(place, os.F_OK):
        yield f"there is nothing at {place}", "Put the data there, or write where they are."
    for one in _below(home) if whole else ():
        if one.is_symlink() and one.exists() and not one.resolve().is_relative_to(home):
            yield f"{one} is a link that leads out", "Put there what it names."
        elif not one.is_symlink() and not _is_open(one):
            yield f"a box cannot read {one}", f"Let everybody read it: chmod -R go+rX {place}"


def _below(place: Path) -> Iterator[Path]:
    yield from [place] if os.path.lexists(place) else []
    for folder, folders, names in os.walk(place):
        yield from (Path(folder, name) for name in [*folders, *names])


def _is_open(path: Path) -> bool:
    """Whether a box's user, who is another one where root grades, can read it."""
    mode = path.stat().st_mode
    rights = _READ | _ENTER * stat.S_ISDIR(mode)
    return os.access(path, rights) and (os.geteuid() != 0 or mode & rights == rights)
