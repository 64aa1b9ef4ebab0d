"""What runs, findings and written results depend on, as digests: the same key, the same content."""

import hashlib
import os
import platform
import stat
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from autograder.boxes.shared_data import listed
from autograder.config import Course

# What evidence means.  Raise it when a box would show or answer something else than before to the
# same notebook and question: in what runs or is rebuilt, how it is seeded, how values cross.  Every
# submission then runs anew.
EVIDENCE = 2
# What judging means.  Raise it when the same checks would find something else in the same evidence,
# another sentence too, or ask otherwise.  All evidence is then judged anew, and nothing runs again.
JUDGING = 2
# Tests hold both against a recorded tape; `python -m tools.record` records it anew.

_PACKAGE = Path(__file__).parents[1]
_WRITES = ("gradebook.py", "reports", "sanitizing")
_LIBRARIES = ("torch", "numpy", "scipy", "scikit-learn", "matplotlib", "ipython")
_PASSED_OVER = {"__pycache__", "specimens"}


@dataclass(frozen=True, slots=True)
class Key:
    """A submission's bytes, its run, and what these checks find in it."""

    handed_in: str
    run: str
    findings: str


class Keys:
    """The keys of one assignment; what all submissions share is read once.

    `how` is all that the way of grading adds, such as the device.
    """

    def __init__(self, course: Course, assignment: str, how: Iterable[object]) -> None:
        self.assignment = assignment
        settings = course.settings
        self._run = digest(
            platform.python_version(),
            *map(_version, _LIBRARIES),
            EVIDENCE,
            folder_digest(course.release(assignment)),
            settings.seed,
            sorted(asdict(settings.limits_of(assignment)).items()),
            settings.answers_of(assignment),
            sorted(settings.files_of(assignment)),
            settings.warm,
            [(name, listed(Path(path))) for name, path in sorted(settings.data.items())],
            *how,
        )
        self._findings = digest(
            *map(_version, ("pytest", "hypothesis")),
            JUDGING,
            folder_digest(course.checks(assignment)),
            folder_digest(course.source(assignment)),
        )
        config = course.root / "nbgrader_config.py"
        self._written = digest(
            *map(source_digest, _WRITES),
            settings.gradebook,
            config.read_bytes() if config.is_file() else b"",
        )

    def of(self, handed_in: str) -> Key:
        """The keys of a submission with this digest."""
        run = digest(self.assignment, self._run, handed_in)
        return Key(handed_in, run, digest(run, self._findings))

    def mark(self, findings: str) -> str:
        """What is noted once these findings stand in gradebook and notebook."""
        return digest(findings, self._written)


def digest(*parts: object) -> str:
    """A digest of parts, each told apart from the next."""
    found = hashlib.sha256()
    for part in parts:
        data = part if isinstance(part, bytes) else repr(part).encode("utf-8", "surrogatepass")
        found.update(b"%d:" % len(data) + data)
    return found.hexdigest()


def source_digest(name: str) -> str:
    """A digest of a part of this package."""
    path = _PACKAGE / name
    return folder_digest(path) if path.is_dir() else _file_digest(path)


def folder_digest(folder: Path) -> str:
    """A digest of what an instructor wrote below a folder; links and others by their kind."""
    found: list[object] = []
    for place, folders, names in os.walk(folder):
        folders[:] = sorted(set(folders) - _PASSED_OVER)
        found.append(os.path.relpath(place, folder))
        links = [name for name in folders if Path(place, name).is_symlink()]
        found += [(name, _file_digest(Path(place, name))) for name in sorted([*names, *links])]
    return digest(*found)


def _file_digest(path: Path) -> str:
    try:
        kind = path.lstat().st_mode
        if stat.S_ISLNK(kind):
            return f"link to {path.readlink()}"
        if not stat.S_ISREG(kind):
            return f"kind {stat.S_IFMT(kind)}"
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError as problem:
        return f"unreadable: {problem.errno}"


def _version(library: str) -> str:
    try:
        return version(library)
    except PackageNotFoundError:
        return ""
