"""The ledger keeps what it was given, whole or not at all, and says what is wrong with its file."""

import sqlite3
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from autograder.errors import AutograderError
from autograder.ledger import Current, Judged, KeptRun, Ledger
from autograder.model import Check, Ending, Finding, Grade, Verdict

CHECK = Check("curve.x", "curve", "x is right", 2, hidden=True)
FOUND = Finding(CHECK, Verdict.PASSED, 0.5, "nearly", "look again")
RUN = KeptRun("r1", b"evidence", playable=True, seconds=1.5)
GRADE = Grade("bob", "hw", (FOUND,), Ending.DIED, ("Яна's note",), ("memory",))
JUDGED = Judged("f1", "r1", GRADE, {"curve.x": ["q1"]})


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Where a ledger stands."""
    return tmp_path / ".autograder" / "ledger.db"


def test_what_is_kept_is_there_for_the_next(path: Path) -> None:
    """Runs, findings and what stands, as they were given; what was not kept is not there."""
    with Ledger(path) as ledger:
        ledger.keep(JUDGED, RUN)
        ledger.settle("hw", {"ann": Current("h", "r1", "f1"), "bob": Current("h", "r2", "f2", "w")})
    with Ledger(path) as ledger:
        assert (ledger.run("r1"), ledger.judged("f1")) == (RUN, JUDGED)
        assert (ledger.run("r2"), ledger.judged("f2")) == (None, None)
        assert ledger.current("hw") == {
            "ann": Current("h", "r1", "f1", "", 1.5),
            "bob": Current("h", "r2", "f2", "w", 0.0),
        }
        assert (ledger.current("other"), ledger.assignments("ann")) == ({}, ["hw"])
    assert (JUDGED.of("ann").student, JUDGED.of("ann").points("curve")) == ("ann", 1)


def test_findings_of_an_old_run_stay_beside_new_ones(path: Path) -> None:
    """A run without enough evidence is known, but cannot be judged again."""
    with Ledger(path) as ledger:
        ledger.keep(JUDGED, KeptRun("r1", b"", playable=False))
        assert (ledger.has_run("r1"), ledger.has_run("r1", playable=True)) == (True, False)
        ledger.keep(JUDGED, RUN)
        assert ledger.has_run("r1", playable=True)
        assert not ledger.has_run("r2")


def test_two_read_and_write_at_a_time(path: Path) -> None:
    """nbgrader's button may grade one submission while a class is graded."""
    with Ledger(path) as one, Ledger(path) as other:
        one.keep(JUDGED, RUN)
        assert other.judged("f1") == JUDGED
        other.settle("hw", {"ann": Current("h", "r1", "f1")})
        assert "ann" in one.current("hw")


@pytest.mark.parametrize("kind", ["noise", "foreign", "other version"])
def test_a_file_that_is_no_ledger_is_moved_aside(
    kind: str, path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """It is kept under another name, standard error says so, and a new ledger is begun."""
    path.parent.mkdir()
    if kind == "noise":
        path.write_bytes(b"no database at all" * 100)
    else:
        file = sqlite3.connect(path)
        file.execute("CREATE TABLE theirs (a)")
        if kind == "other version":
            file.execute("PRAGMA application_id = 1095189060")
            file.execute("PRAGMA user_version = 99")
        file.commit()
        file.close()
    before = path.read_bytes()
    with Ledger(path) as ledger:
        ledger.keep(JUDGED, RUN)
        assert ledger.judged("f1") == JUDGED
    assert path.with_name("ledger-aside-1.db").read_bytes() == before
    assert "ledger-aside-1.db" in capsys.readouterr().err


def test_damage_that_shows_later_is_told_with_a_remedy(path: Path) -> None:
    """The file is moved aside, and the same command begins a new one."""
    with Ledger(path) as ledger:
        for number in range(200):
            ledger.keep(JUDGED, KeptRun(f"r{number}", b"x" * 5000, playable=True))
    data = bytearray(path.read_bytes())
    data[8192:] = b"\xff" * (len(data) - 8192)
    path.write_bytes(data)
    with Ledger(path) as ledger, pytest.raises(AutograderError, match="Run the same command again"):
        [ledger.run(f"r{number}") for number in range(200)]
    with Ledger(path) as ledger:
        assert ledger.run("r1") is None


def in_another_thread(ledger: Ledger) -> None:
    """Use a connection that is another thread's."""
    with ThreadPoolExecutor(1) as pool:
        pool.submit(ledger.run, "r1").result()


SLIPS: dict[str, Callable[[Ledger], object]] = {
    "a value that is missing": lambda ledger: ledger.keep(replace(JUDGED, run=None)),  # type: ignore[arg-type]  # a slip
    "a value of no known type": lambda ledger: ledger.settle("hw", {"a": Current(GRADE, "", "")}),  # type: ignore[arg-type]  # a slip
    "a column that is not there": lambda ledger: ledger._rows("SELECT x FROM runs", "r1"),
    "too few values": lambda ledger: ledger._rows("SELECT key FROM runs WHERE key = ? + ?", "r1"),
    "another thread": in_another_thread,
}


@pytest.mark.parametrize("slip", SLIPS)
def test_a_slip_of_ours_costs_no_ledger(slip: str, path: Path) -> None:
    """Nobody is graded anew for a mistake in a query: a file that is not damaged stays."""
    with Ledger(path) as ledger:
        ledger.keep(JUDGED, RUN)
        with pytest.raises(AutograderError, match="What it holds is safe"):
            SLIPS[slip](ledger)
        assert (ledger.run("r1"), ledger.judged("f1")) == (RUN, JUDGED)
    with Ledger(path) as ledger:
        assert ledger.run("r1") == RUN
    assert not list(path.parent.glob("ledger-aside*"))


def test_a_ledger_that_somebody_holds_is_not_taken_for_a_damaged_one(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Not even where it cannot be looked into at all."""
    monkeypatch.setattr("autograder.ledger._WAIT_SECONDS", 0)
    with Ledger(path) as ledger:
        ledger.keep(JUDGED, RUN)
    with closing(sqlite3.connect(path)) as other:
        other.execute("PRAGMA journal_mode = DELETE")
        other.execute("BEGIN EXCLUSIVE")
        with pytest.raises(AutograderError, match="locked"), Ledger(path):
            pass
    with Ledger(path) as ledger:
        assert ledger.run("r1") == RUN


def test_a_ledger_of_the_first_version_is_brought_up_to_date(
    path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """It had columns that nobody read; all else in it stands, and it is no ledger of others."""
    path.parent.mkdir()
    with closing(sqlite3.connect(path)) as file, file:
        file.executescript(VERSION_1)
    for _ in range(2):
        with Ledger(path) as ledger:
            assert ledger.run("r0") == KeptRun("r0", b"old", playable=True, seconds=2.5)
            assert ledger.current("hw") == {"ann": Current("h", "r0", "f0", "w", 2.5)}
            ledger.keep(JUDGED, RUN)
            assert ledger.run("r1") == RUN
    assert capsys.readouterr().err == ""


VERSION_1 = """
CREATE TABLE runs (
    key TEXT PRIMARY KEY, evidence BLOB NOT NULL, playable INTEGER NOT NULL, seconds REAL NOT NULL,
    attempts INTEGER NOT NULL, peak_mib INTEGER NOT NULL, layers TEXT NOT NULL,
    made TEXT NOT NULL DEFAULT CURRENT_TIMESTAMP
);
CREATE TABLE findings (
    key TEXT PRIMARY KEY, run TEXT NOT NULL, final INTEGER NOT NULL, told TEXT NOT NULL,
    made TEXT NOT NULL DEFAULT CURRENT_TIMESTAMP
);
CREATE TABLE current (
    assignment TEXT NOT NULL, student TEXT NOT NULL, handed_in TEXT NOT NULL, run TEXT NOT NULL,
    findings TEXT NOT NULL, written TEXT NOT NULL DEFAULT '', PRIMARY KEY (assignment, student)
);
PRAGMA application_id = 1095193156;
PRAGMA user_version = 1;
INSERT INTO runs (key, evidence, playable, seconds, attempts, peak_mib, layers)
VALUES ('r0', CAST('old' AS BLOB), 1, 2.5, 1, 300, 'mount seccomp');
INSERT INTO current VALUES ('hw', 'ann', 'h', 'r0', 'f0', 'w');
"""


def test_findings_that_cannot_be_read_are_none(path: Path) -> None:
    """They are made anew instead of stopping the class."""
    with Ledger(path) as ledger:
        ledger.keep(JUDGED, RUN)
        ledger._file.execute("UPDATE findings SET told = '{\"findings\": [{}]}'")
        assert ledger.judged("f1") is None


def test_a_file_that_cannot_be_used_is_told_with_a_remedy(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A folder in its place, a full disk, somebody who never lets go: where, what, what now."""
    monkeypatch.setattr("autograder.ledger._WAIT_SECONDS", 0)
    with Ledger(path) as ledger:
        ledger.keep(JUDGED, RUN)
        ledger._file.execute("PRAGMA max_page_count = 1")
        with pytest.raises(AutograderError, match=r"full.*make room"):
            ledger.keep(JUDGED, KeptRun("r2", b"x" * 100_000, playable=True))
        ledger._file.execute("PRAGMA max_page_count = 100000")
        other = sqlite3.connect(path)
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(AutograderError, match="locked"):
            ledger.keep(JUDGED, KeptRun("r2", b"", playable=True))
        other.close()
        assert ledger.run("r1") == RUN
        assert ledger.run("r2") is None
    path.unlink()
    path.mkdir()
    with pytest.raises(AutograderError, match=r"ledger\.db cannot be used"), Ledger(path):
        pass
