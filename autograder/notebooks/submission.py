"""What a student handed in, read once and within a budget: names and bytes, and nothing else.

    counts          regular files, each by its path inside the folder
    does not        links, devices, pipes and sockets; hidden files and left-overs of systems;
                    what is over the budget
    a notebook      that is large is kept without what its cells showed
    a file          that the assignment asks for has a budget of its own

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

from autograder.config import PASSED_OVER
from autograder.files import read_plain, unfit
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
_LINK = "a link"
_FOLDER = "a folder"
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
    wanted: tuple[str, ...] = ()  # the files that the assignment asks for

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
            if name not in self.wanted:
                names.setdefault(why, []).append(legible(name[-80:]))
        return [
            f"Left out of your hand-in: {', '.join(own[:_NAMED])}"
            f"{f' and {len(own) - _NAMED} more' if len(own) > _NAMED else ''} ({why})."
            for why, own in names.items()
        ]

    @property
    def lacking(self) -> dict[str, str]:
        """The files that were asked for, and did not come as they should: what to tell of each."""
        return {
            name: unfit(name, self.left_out.get(name, "empty" if name in self.files else "missing"))
            for name in self.wanted
            if not self.files.get(name)
        }

    def write(self, folder: Path, *, wanted: bool) -> None:
        """Write the wanted files, or the others, into a folder of ours, where all may read them."""
        for name, data in self.files.items():
            if (name in self.wanted) == wanted:
                place = folder / name
                place.parent.mkdir(mode=0o755, parents=True, exist_ok=True)
                place.write_bytes(data)
                place.chmod(0o644)


def is_notebook(path: str) -> bool:
    """Whether a file is called like a notebook, and not like a checkpoint."""
    return bool(_NOTEBOOK.fullmatch(path.rpartition("/")[2]))


def read_wanted(folder: Path, wanted: Mapping[str, int]) -> Submission:
    """Of an instructor's folder only the files that students have to hand in."""
    found = ((name, read_plain(folder / name, most)) for name, most in wanted.items())
    return Submission({name: data for name, data in found if data}, wanted=tuple(wanted))


def read_submission(folder: Path, first: str, wanted: Mapping[str, int] = {}) -> Submission:
    """What lies in a student's folder: the file called `first`, then the others by their names.

    Whatever is there, something is returned; a folder that is a link is not followed.  `wanted` are
    the files that were asked for, with the bytes that each may have: no other takes their room.
    """
    reading = _Reading(MOST_ENTRIES, MOST_BYTES, LARGEST_FILE, wanted)
    try:
        place = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW)
    except FileNotFoundError:
        return Submission({}, wanted=tuple(wanted))
    except NotADirectoryError:
        return Submission({}, {first: "the folder is a link"})
    except OSError as problem:
        return Submission({}, {first: f"the folder cannot be opened: {problem.strerror}"})
    try:
        for name in (first, *(one for one in wanted if "/" not in one)):
            reading.take(place, name, name)
        reading.look_into(place, "", 1)
    finally:
        os.close(place)
    reading.find_wanted()
    files, left_out = reading.files, reading.left_out
    return Submission(files, left_out, frozenset(reading.condensed), tuple(wanted))


@dataclass(slots=True)
class _Reading:
    """One hand-in while it is read, and what is left of its budget."""

    entries: int
    room: int
    bulk: int  # bytes of large notebooks
    wanted: Mapping[str, int]
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
            if entry.name[0] == "." or entry.name in PASSED_OVER:
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
            elif path in self.wanted:
                self.left_out[path] = _FOLDER
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
                room = self.wanted.get(path, self.room)
                self._put(path, file.read(room + 1) if size <= room else None)

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
        own = self.wanted.get(path)
        room = own or (self.room if len(self.files) < MOST_FILES else -1)
        if data is None or len(data) > room:
            self.left_out[path] = f"larger than {own >> 20} MiB" if own else _OVER
            return
        self.room -= 0 if own else len(data)
        self.files[path] = data

    def find_wanted(self) -> None:
        """Take a wanted file from a folder if it lies in one alone, as with the whole hand-in."""
        for name in self.wanted.keys() - self.files.keys() - self.left_out.keys():
            found = [data for path, data in self.files.items() if path.endswith(f"/{name}")]
            if len(found) == 1:
                self._put(name, found[0])
