"""The ledger: what was run, what was found, and which of it stands, in one SQLite file.

    runs       key -> evidence, seconds          of a submission, whoever handed it in
    findings   key -> verdicts, ending, notes    of a run, by some checks
    current    assignment, student -> both keys, and what of it has been written elsewhere

A process may be killed at any instant: what is kept is kept in one transaction.  Several may read
and write at a time.  Keys are digests of all that the content depends on, so nothing grows stale.
"""

import json
import sqlite3
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass, field, replace
from itertools import count
from pathlib import Path
from typing import Any

from autograder.errors import AutograderError
from autograder.files import locked
from autograder.model import Grade

_OURS, _VERSION = 0x41475244, 2
_WAIT_SECONDS = 60
_WHAT_IT_IS = """
SELECT application_id, user_version, (SELECT count(*) FROM sqlite_master)
FROM pragma_application_id, pragma_user_version
"""
_SCHEMA = f"""
BEGIN;
CREATE TABLE runs (
    key TEXT PRIMARY KEY, evidence BLOB NOT NULL, playable INTEGER NOT NULL, seconds REAL NOT NULL
);
CREATE TABLE findings (
    key TEXT PRIMARY KEY, run TEXT NOT NULL, final INTEGER NOT NULL, told TEXT NOT NULL
);
CREATE TABLE current (
    assignment TEXT NOT NULL, student TEXT NOT NULL, handed_in TEXT NOT NULL, run TEXT NOT NULL,
    findings TEXT NOT NULL, written TEXT NOT NULL DEFAULT '', PRIMARY KEY (assignment, student)
);
PRAGMA application_id = {_OURS};
PRAGMA user_version = {_VERSION};
COMMIT;
"""
# What the first version kept besides, and nobody read.
_FROM_VERSION_1 = f"""
BEGIN IMMEDIATE;
ALTER TABLE runs DROP COLUMN attempts;
ALTER TABLE runs DROP COLUMN peak_mib;
ALTER TABLE runs DROP COLUMN layers;
ALTER TABLE runs DROP COLUMN made;
ALTER TABLE findings DROP COLUMN made;
PRAGMA user_version = {_VERSION};
COMMIT;
"""
_DAMAGED = {sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB}


@dataclass(frozen=True, slots=True)
class KeptRun:
    """One run: its evidence as bytes, and whether that is enough to judge again."""

    key: str
    evidence: bytes
    playable: bool
    seconds: float = 0.0


@dataclass(frozen=True, slots=True)
class Judged:
    """What the checks found in a run; `final` says that asking once more would change nothing."""

    key: str
    run: str
    grade: Grade  # of whoever handed it in first
    asked: Mapping[str, Sequence[str]] = field(default_factory=dict)  # digests, by check
    final: bool = True

    def of(self, student: str) -> Grade:
        """The grade that a student has for it."""
        return replace(self.grade, student=student)


@dataclass(frozen=True, slots=True)
class Current:
    """What stands for one student: keys, and the mark of what was written of it elsewhere."""

    handed_in: str
    run: str
    findings: str
    written: str = ""
    seconds: float = 0.0


class Ledger:
    """The ledger of a course.  Use it as a context manager, in one thread.

    Raises AutograderError where the file cannot be read or written.  One that is damaged, or not
    ours, is moved aside, and standard error says so.  One of the first version is brought up to
    date.
    """

    def __init__(self, path: Path) -> None:
        self.path = path

    def __enter__(self) -> "Ledger":
        try:
            with locked(self.path.with_name("ledger.lock")), self._guarded():
                self._open()
        except OSError as problem:
            raise self._unusable(problem) from problem
        return self

    def __exit__(self, *_: object) -> None:
        self._file.close()

    def run(self, key: str) -> KeptRun | None:
        """A run that was kept."""
        rows = self._rows("SELECT key, evidence, playable, seconds FROM runs WHERE key = ?", key)
        return KeptRun(*rows[0]) if rows else None

    def has_run(self, key: str, *, playable: bool = False) -> bool:
        """Whether this run was kept, perhaps with evidence enough to judge it again."""
        rows = self._rows("SELECT playable FROM runs WHERE key = ?", key)
        return any(is_playable or not playable for (is_playable,) in rows)

    def judged(self, key: str) -> Judged | None:
        """What was found under this key."""
        rows = self._rows("SELECT key, run, final, told FROM findings WHERE key = ?", key)
        return _read(*rows[0]) if rows else None

    def current(self, assignment: str) -> dict[str, Current]:
        """What stands for each student, with the seconds that the run took."""
        rows = self._rows(
            "SELECT student, handed_in, run, findings, written, coalesce(seconds, 0)"
            " FROM current LEFT JOIN runs ON runs.key = run WHERE assignment = ?",
            assignment,
        )
        return {student: Current(*rest) for student, *rest in rows}

    def assignments(self, student: str) -> list[str]:
        """The assignments in which something stands for a student."""
        query = "SELECT assignment FROM current WHERE student = ? ORDER BY assignment"
        return [name for (name,) in self._rows(query, student)]

    def keep(self, judged: Judged, run: KeptRun | None = None) -> None:
        """Keep findings, and the run if it is a new one: both or nothing."""
        told = {"grade": asdict(judged.grade), "asked": dict(judged.asked)}
        with self._guarded(), self._file:
            if run is not None:
                self._file.execute(
                    "INSERT OR REPLACE INTO runs (key, evidence, playable, seconds)"
                    " VALUES (?, ?, ?, ?)",
                    (run.key, run.evidence, run.playable, run.seconds),
                )
            self._file.execute(
                "INSERT OR REPLACE INTO findings (key, run, final, told) VALUES (?, ?, ?, ?)",
                (judged.key, judged.run, judged.final, json.dumps(told, ensure_ascii=False)),
            )

    def settle(self, assignment: str, students: Mapping[str, Current]) -> None:
        """Say what stands for these students: all or nothing."""
        rows = (
            (assignment, student, now.handed_in, now.run, now.findings, now.written)
            for student, now in students.items()
        )
        with self._guarded(), self._file:
            self._file.executemany(
                "INSERT OR REPLACE INTO current (assignment, student, handed_in, run, findings,"
                " written) VALUES (?, ?, ?, ?, ?, ?)",
                rows,
            )

    def _rows(self, query: str, key: str) -> list[tuple[Any, ...]]:
        with self._guarded():
            return self._file.execute(query, (key,)).fetchall()

    def _open(self) -> None:
        self._file = sqlite3.connect(self.path, timeout=_WAIT_SECONDS)
        try:
            kind, version, tables = self._file.execute(_WHAT_IT_IS).fetchone()
        except sqlite3.DatabaseError as problem:
            if not _is_damaged(problem):
                raise
            kind, version, tables = None, None, None
        if (kind, version) == (_OURS, 1):
            self._file.executescript(_FROM_VERSION_1)
            version = _VERSION
        if (kind, version) != (_OURS, _VERSION) and tables != 0:
            print(f"{self._put_aside()} A new ledger is begun.", file=sys.stderr)
            self._file = sqlite3.connect(self.path, timeout=_WAIT_SECONDS)
            tables = 0
        if tables == 0:
            self._file.execute("PRAGMA journal_mode = WAL")
            self._file.executescript(_SCHEMA)
        # A kill loses nothing, a power cut little.
        self._file.execute("PRAGMA synchronous = NORMAL")

    @contextmanager
    def _guarded(self) -> Iterator[None]:
        try:
            yield
        except sqlite3.Error as problem:
            if _is_damaged(problem):
                told = f"{self._put_aside()} Run the same command again."
                raise AutograderError(told) from problem
            if isinstance(problem, sqlite3.OperationalError):
                raise self._unusable(problem) from problem
            raise AutograderError(
                f"The ledger {self.path} was used wrongly ({problem}). What it holds is safe: this "
                "is a mistake of ours, please report it."
            ) from problem

    def _unusable(self, problem: Exception) -> AutograderError:
        return AutograderError(
            f"The ledger {self.path} cannot be used ({problem}). What it holds is safe: make room "
            "or let this user write there, and run the same command again."
        )

    def _put_aside(self) -> str:
        """Close the file and give it another name; a sentence that says so."""
        self._file.close()
        names = (self.path.with_name(f"ledger-aside-{number}.db") for number in count(1))
        target = next(name for name in names if not name.exists())
        for suffix in ("", "-wal", "-shm"):
            with suppress(FileNotFoundError):
                Path(f"{self.path}{suffix}").rename(f"{target}{suffix}")
        return (
            f"The ledger {self.path} is damaged, or not one of this version: it now is "
            f"{target.name}, and what it kept is graded anew."
        )


def _is_damaged(problem: sqlite3.Error) -> bool:
    """Whether it is the file that is broken, and not our use of it."""
    # What Python's own module refuses has no code; the upper bits say more than is needed.
    return getattr(problem, "sqlite_errorcode", 0) & 0xFF in _DAMAGED


def _read(key: str, run: str, final: int, told: str) -> Judged | None:
    """Findings as they were kept; None where the text is none of ours: they are made anew."""
    try:
        tree = json.loads(told)
        return Judged(key, run, Grade.read(tree["grade"]), tree["asked"], bool(final))
    except (ValueError, KeyError, TypeError):
        return None
