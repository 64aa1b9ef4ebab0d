"""Locks that no kill leaves behind, and folders that somebody clears away."""

import subprocess
import sys
from pathlib import Path

from autograder.files import locked, workplace

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
