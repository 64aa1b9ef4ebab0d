"""What Python's functions do instead, in a box without a root of its own, where seccomp refuses it.

No filter can tell whose file a call is about, so none changes rights, owners or times.  Programs
that copy or unpack files would stop at that: what they set for files in the work folder is not
set, and no error.  About all other files the error stays.
"""

import os
import threading
from collections.abc import Callable
from functools import partial, wraps
from multiprocessing import context
from pathlib import Path
from typing import Any

_CHANGES = ("chmod", "fchmod", "chown", "fchown", "lchown", "utime")


def substitute(work: str) -> None:
    """From here on, honest programs in this folder meet no error that a root would spare them."""
    # A lock between processes is a file in a folder of the machine's.  Here there is one process.
    context.BaseContext.Lock = lambda _: threading.Lock()  # type: ignore[assignment, return-value]  # enough of one
    home = Path(work).resolve()
    for name in _CHANGES:
        change = getattr(os, name)
        forgiving = _forgiving(change, home)
        for able in (os.supports_fd, os.supports_dir_fd, os.supports_follow_symlinks):
            if change in able:
                able.add(forgiving)
        setattr(os, name, forgiving)
    os.truncate = partial(_truncate, os.truncate)


def _forgiving(change: Callable[..., None], home: Path) -> Callable[..., None]:
    @wraps(change)
    def changed(path: Any, *rest: Any, **named: Any) -> None:
        try:
            change(path, *rest, **named)
        except PermissionError:
            follow = named.get("follow_symlinks", True) and change.__name__ != "lchown"
            place = _place(path, named.get("dir_fd"), follow=follow)
            if place != home and home not in place.parents:
                raise

    return changed


def _place(path: Any, folder: int | None, *, follow: bool) -> Path:
    """Where a path or a descriptor leads, or where the link itself stands."""
    if isinstance(path, int):
        return _behind(path)
    whole = (Path.cwd() if folder is None else _behind(folder)) / os.fsdecode(path)
    return whole.resolve() if follow else whole.parent.resolve() / whole.name


def _behind(descriptor: int) -> Path:
    return Path(f"/proc/self/fd/{descriptor}").readlink()


def _truncate(by_path: Callable[[Any, int], None], path: Any, length: int) -> None:
    """A file that may be written to can be truncated, by its descriptor."""
    if isinstance(path, int):
        by_path(path, length)
        return
    with Path(os.fsdecode(path)).open("r+b") as file:
        file.truncate(length)
