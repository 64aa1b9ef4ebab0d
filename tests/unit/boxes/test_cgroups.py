"""Groups with limits, in a folder that looks like a delegated part of the hierarchy."""

import os
from pathlib import Path

import pytest

from autograder.boxes.cgroups import MIB, delegated, end_group, put_into_group

CONTROLLERS = "cpu memory pids"


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """The group that this process is in."""
    home = tmp_path / "user.slice/clerk"
    home.mkdir(parents=True)
    (home / "cgroup.controllers").write_text(CONTROLLERS)
    return home


def found(tmp_path: Path, kind: str = "cgroup2") -> Path | None:
    """What is delegated where the hierarchy is mounted at a folder."""
    mounts = tmp_path / "mounts"
    mounts.write_text(f"proc /proc proc rw 0 0\ncgroup {tmp_path} {kind} rw 0 0\n")
    return delegated(mounts, "1:net:/other\n0::/user.slice/clerk\n")


def test_the_clerk_moves_aside_and_switches_the_limits_on(tmp_path: Path, home: Path) -> None:
    """Groups beside a group with processes can have limits only if those are in a leaf."""
    assert found(tmp_path) == home
    assert (home / "autograder-clerk/cgroup.procs").read_text() == str(os.getpid())
    assert (home / "cgroup.subtree_control").read_text() == "+memory +pids"


def test_without_delegation_there_are_no_groups(tmp_path: Path, home: Path) -> None:
    """A controller that is missing, another hierarchy, or a folder of somebody else."""
    (home / "cgroup.controllers").write_text("cpu memory")
    assert found(tmp_path) is None
    assert not (home / "autograder-clerk").exists()
    (home / "cgroup.controllers").write_text(CONTROLLERS)
    assert found(tmp_path, "cgroup") is None
    (home / "autograder-clerk").write_text("in the way")
    assert found(tmp_path) is None


def test_a_box_has_limits_before_it_is_in_its_group(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Memory and processes are bounded, swap where there is a limit for it, and the box moves."""
    (home / "autograder-box-17").mkdir()
    (home / "autograder-box-17/memory.swap.max").write_text("max")
    written: list[str] = []
    real = Path.write_text

    def write(self: Path, text: str) -> int:
        written.append(self.name)
        return real(self, text)

    monkeypatch.setattr(Path, "write_text", write)
    group = put_into_group(home, 17, 300)
    told = {path.name: path.read_text() for path in group.iterdir()}
    assert told.pop("memory.max") == str(300 * MIB)
    assert told.pop("pids.max").isdigit()
    assert told == {"memory.swap.max": "0", "memory.oom.group": "1", "cgroup.procs": "17"}
    assert written[-1] == "cgroup.procs"
    other = put_into_group(home, 18, 300)
    assert not (other / "memory.swap.max").exists()


def test_what_is_left_in_a_group_is_killed(home: Path) -> None:
    """And the group goes; one that is gone already is no problem."""
    group = home / "autograder-box-17"
    group.mkdir()
    end_group(group)
    assert (group / "cgroup.kill").read_text() == "1"
    (group / "cgroup.kill").unlink()
    group.rmdir()
    end_group(group)
    assert not group.exists()
