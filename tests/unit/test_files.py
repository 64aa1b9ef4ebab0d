"""Locks that no kill leaves behind, and folders that somebody clears away."""

import errno
import os
import subprocess
import sys
from pathlib import Path

import pytest

from autograder.boxes import disk
from autograder.files import find_ways_out, locked, remove, workplace

HOLD = """
import sys, time
from pathlib import Path
from autograder.files import {name}
with {name}(Path(sys.argv[1])) as held:
    print(held, flush=True)
    time.sleep(60)
"""


def hold(name: str, path: Path) -> "subprocess.Popen[str]":
    """Another process that holds this, once it says so."""
    process = subprocess.Popen(
        [sys.executable, "-c", HOLD.format(name=name), str(path)], stdout=subprocess.PIPE, text=True
    )
    assert process.stdout is not None
    process.stdout.readline()
    return process


def test_links_that_a_box_cannot_follow_are_found(tmp_path: Path) -> None:
    """Those that lead out, or begin at the root; one to nothing is missing for everyone."""
    release = tmp_path / "release"
    (release / "data").mkdir(parents=True)
    (tmp_path / "far").mkdir()
    (release / "data/a.csv").write_text("")
    for name, target in {
        "in": "data", "data/up": "../data/a.csv", "gone": "nothing", "lost": "../nothing",
        "out": "../far", "data/out": "../../far", "root": str(release / "data"),
        "data/twice": "../out",
    }.items():  # fmt: skip
        (release / name).symlink_to(target)
    assert find_ways_out(release) == ["data/out", "data/twice", "out", "root"]


def test_a_lock_goes_with_its_process(tmp_path: Path) -> None:
    """Who comes second waits, and says so; a kill lets go."""
    said = []
    with hold("locked", tmp_path / "lock") as other:

        def waiting() -> None:
            said.append("waiting")
            other.kill()

        with locked(tmp_path / "lock", waiting):
            assert said == ["waiting"]


def test_what_a_kill_left_behind_is_cleared_away(tmp_path: Path) -> None:
    """The folder of a process that lives stays; that of one that was killed goes with the next."""
    with hold("workplace", tmp_path / "scratch") as dead:
        (left,) = (tmp_path / "scratch").iterdir()
        (left / "half made").write_text("")
        with workplace(tmp_path / "scratch") as own:
            assert set(left.parent.iterdir()) == {left, own}
        assert not own.exists()
        dead.kill()
    with workplace(tmp_path / "scratch") as own:
        assert list(left.parent.iterdir()) == [own]
    assert not list(left.parent.iterdir())


def deep(folder: Path, depth: int, leaf: str = "file") -> None:
    """Folders in folders, deeper than any path is long, with a file in the last one."""
    here = os.open(folder, os.O_RDONLY)
    for _ in range(depth):
        os.mkdir("a" * 200, dir_fd=here)
        there = os.open("a" * 200, os.O_RDONLY, dir_fd=here)
        os.close(here)
        here = there
    os.close(os.open(leaf, os.O_CREAT | os.O_WRONLY, dir_fd=here))
    os.close(here)


def test_whatever_a_stranger_left_is_removed(tmp_path: Path) -> None:
    """Folders a thousand deep, closed ones, links out of them, and names that are no text."""
    kept = tmp_path / "kept"
    kept.mkdir()
    (kept / "file").write_text("x")
    left = tmp_path / "left"
    closed = left / "closed/inside/innermost"
    closed.mkdir(parents=True)
    (closed / "file").write_text("x")
    (left / "link").symlink_to(kept)
    (closed / "link").symlink_to(kept)
    os.mkfifo(left / "fifo")
    (left / os.fsdecode(b"\xff")).mkdir()
    deep(left, 1500)
    for folder, mode in ((closed, 0), (closed.parent, 0o500), (closed.parent.parent, 0o300)):
        folder.chmod(mode)
    assert remove(left)
    assert not left.exists()
    assert (kept / "file").read_text() == "x"
    assert remove(left)


def test_what_cannot_be_removed_stops_nobody(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """It is said once where it is, and the next command begins all the same."""
    (tmp_path / "scratch/left").mkdir(parents=True)
    monkeypatch.setattr("autograder.files.remove", lambda _: False)
    for _ in range(2):
        with workplace(tmp_path / "scratch"):
            pass
    assert capsys.readouterr().err.count("scratch/left could not be removed") == 1


@pytest.mark.parametrize(
    ("wrote", "full"),
    [
        ("few", False),
        ("deep", True),
        ("closed", True),
        ("many", True),
        ("large", True),
    ],
)
def test_a_folder_is_full_when_it_holds_too_much_or_hides_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, wrote: str, full: bool
) -> None:
    """Files, bytes, and what could be behind folders that nobody can look into."""
    (tmp_path / "a/b").mkdir(parents=True)
    (tmp_path / "a/b/file").write_bytes(bytes(100_000))
    monkeypatch.setattr(disk, "FILES", 50)
    monkeypatch.setattr(disk, "DISK_MIB", 1)
    match wrote:
        case "deep":
            deep(tmp_path, 100)
        case "many":
            for number in range(50):
                (tmp_path / f"{number}").touch()
        case "large":
            (tmp_path / "large").write_bytes(bytes(1 << 20))
        case "closed":

            def refuse(_: str) -> None:
                raise PermissionError(errno.EACCES, "closed")

            monkeypatch.setattr("autograder.boxes.disk.os.scandir", refuse)
    found = disk.is_full(tmp_path)
    monkeypatch.undo()
    assert remove(tmp_path)  # pytest could not
    assert found is full
