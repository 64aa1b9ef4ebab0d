"""What a student handed in, read once and within a budget: names and bytes, and nothing else.

    counts          regular files, each by its path inside the folder
    does not        links, devices, pipes and sockets; hidden files and left-overs of systems;
                    what is over the budget
    a notebook      that is large is kept without what its cells showed

The ledger's key, the notebook, the files in the box and the pictures in the feedback all come from
these bytes: it makes no difference if the folder changes meanwhile.
"""

import hashlib
import os
import re
import stat
from collections.abc import Mapping
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from typing import BinaryIO

from autograder.notebooks.bulk import LARGEST_FILE, TooLargeError, condense
from autograder.text import legible

MOST_ENTRIES = 5000  # files and folders that are looked at
MOST_FILES = 1000  # files that are kept
MOST_BYTES = 64 << 20  # of all that is kept
LARGEST_WHOLE = 8 << 20  # a notebook that is kept with its outputs
DEEPEST = 16  # folders inside each other
LONGEST_PATH = 1000  # bytes
_NAMED = 3
_NOTEBOOK = re.compile(
    r"(?!\.)(?!.*-checkpoint).*\.ipynb(\.txt|\.json)?", re.IGNORECASE | re.DOTALL
)
_LEFT_OVER = {"__MACOSX", "__pycache__", "checks"}
_LINK = "a link"
_SPECIAL = "no plain file"
_UNREADABLE = "cannot be read"
_OVER = f"more than the {MOST_BYTES >> 20} MiB or {MOST_FILES} files that a hand-in may hold"
_CROWDED = f"more than {MOST_ENTRIES} files in all"
_DEEP = f"more than {DEEPEST} folders inside each other, or too long a path"


@dataclass(frozen=True, slots=True)
class Submission:
    """The files of a hand-in by their paths, such as `figures/a.png`, and a digest of them all.

    `left_out` says of other paths why they do not count.
    """

    files: Mapping[str, bytes]
    left_out: Mapping[str, str] = field(default_factory=dict)
    condensed: frozenset[str] = frozenset()  # large notebooks, which are kept without outputs

    @property
    def digest(self) -> str:
        """A digest of all paths with their contents, or the reasons why they do not count."""
        found = hashlib.sha256()
        for name in sorted({*self.files, *self.left_out}):
            held = self.files.get(name)
            why = self.left_out.get(name, "")
            for part in (os.fsencode(name), why.encode(), b"" if held is None else held):
                found.update(b"%d:" % len(part) + part)
        return found.hexdigest()

    @property
    def notebooks(self) -> list[str]:
        """The paths of all files with a notebook's name, read or left out."""
        return sorted(name for name in (*self.files, *self.left_out) if is_notebook(name))

    @property
    def sentences(self) -> list[str]:
        """What was left out, in a sentence for each reason."""
        names: dict[str, list[str]] = {}
        for name, why in self.left_out.items():
            names.setdefault(why, []).append(legible(name[-80:]))
        return [
            f"Left out of your hand-in: {', '.join(own[:_NAMED])}"
            f"{f' and {len(own) - _NAMED} more' if len(own) > _NAMED else ''} ({why})."
            for why, own in names.items()
        ]

    def write(self, folder: Path) -> None:
        """Write the files into a folder of ours, where anyone may read them."""
        for name, data in self.files.items():
            place = folder / name
            place.parent.mkdir(mode=0o755, parents=True, exist_ok=True)
            place.write_bytes(data)
            place.chmod(0o644)


def is_notebook(path: str) -> bool:
    """Whether a file is called like a notebook, and not like a checkpoint."""
    return bool(_NOTEBOOK.fullmatch(path.rpartition("/")[2]))


def read_submission(folder: Path, first: str) -> Submission:
    """What lies in a student's folder: the file called `first`, then the others by their names.

    Whatever is there, something is returned; a folder that is a link is not followed.
    """
    reading = _Reading(MOST_ENTRIES, MOST_BYTES, LARGEST_FILE)
    try:
        place = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW)
    except FileNotFoundError:
        return Submission({})
    except NotADirectoryError:
        return Submission({}, {first: "the folder is a link"})
    except OSError as problem:
        return Submission({}, {first: f"the folder cannot be opened: {problem.strerror}"})
    try:
        reading.take(place, first, first)
        reading.look_into(place, "", 1)
    finally:
        os.close(place)
    return Submission(reading.files, reading.left_out, frozenset(reading.condensed))


@dataclass(slots=True)
class _Reading:
    """One hand-in while it is read, and what is left of its budget."""

    entries: int
    room: int
    bulk: int  # bytes of large notebooks
    files: dict[str, bytes] = field(default_factory=dict)
    left_out: dict[str, str] = field(default_factory=dict)
    condensed: set[str] = field(default_factory=set)

    def look_into(self, place: int, before: str, depth: int) -> None:
        """Take the files of an open folder, then those of the folders in it."""
        with os.scandir(place) as found:
            entries = sorted(islice(found, self.entries + 1), key=lambda entry: entry.name)
        if len(entries) > self.entries:
            self.entries = 0
            self.left_out[before.rstrip("/") or "the folder"] = _CROWDED
            return
        self.entries -= len(entries)
        folders = []
        for entry in entries:
            if entry.name[0] == "." or entry.name in _LEFT_OVER:
                continue
            if entry.is_dir(follow_symlinks=False):
                folders.append(entry.name)
            else:
                self.take(place, entry.name, before + entry.name)
        for name in folders:
            self._enter(place, name, before + name, depth)

    def _enter(self, place: int, name: str, path: str, depth: int) -> None:
        if depth > DEEPEST or len(os.fsencode(path)) > LONGEST_PATH:
            self.left_out[path[:LONGEST_PATH]] = _DEEP
            return
        try:
            inner = os.open(name, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW, dir_fd=place)
        except OSError:
            self.left_out[path] = _UNREADABLE
            return
        try:
            self.look_into(inner, f"{path}/", depth + 1)
        finally:
            os.close(inner)

    def take(self, place: int, name: str, path: str) -> None:
        """Keep one file of an open folder, unless it is there already, or say why not."""
        if path in self.files or path in self.left_out:
            return
        try:
            # Looked at before it is opened: to open a device can do something.
            kind = os.stat(name, dir_fd=place, follow_symlinks=False).st_mode
            if stat.S_ISREG(kind):
                self._keep(place, name, path)
            elif not stat.S_ISDIR(kind):
                self.left_out[path] = _LINK if stat.S_ISLNK(kind) else _SPECIAL
        except FileNotFoundError:
            return
        except OSError:
            self.left_out[path] = _UNREADABLE

    def _keep(self, place: int, name: str, path: str) -> None:
        # Neither follows a link nor waits for the other end of a pipe, whatever it is by now.
        flags = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK
        with os.fdopen(os.open(name, flags, dir_fd=place), "rb") as file:
            size = os.fstat(file.fileno()).st_size
            if not stat.S_ISREG(os.fstat(file.fileno()).st_mode):
                self.left_out[path] = _SPECIAL
            elif is_notebook(path) and size > LARGEST_WHOLE:
                self._keep_condensed(file, path, size)
            else:
                self._put(path, file.read(self.room + 1) if size <= self.room else None)

    def _keep_condensed(self, file: BinaryIO, path: str, size: int) -> None:
        self.bulk -= size
        try:
            data = condense(file, LARGEST_FILE if self.bulk >= 0 else 0)
        except TooLargeError as problem:
            self.left_out[path] = str(problem)
        else:
            self.condensed.add(path)
            self._put(path, data)

    def _put(self, path: str, data: bytes | None) -> None:
        if data is None or len(data) > self.room or len(self.files) == MOST_FILES:
            self.left_out[path] = _OVER
            return
        self.room -= len(data)
        self.files[path] = data
