"""What a process may still do once it is confined, as the kernel tells."""

import json
import os
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path

import pytest

from autograder.guest.confinement import Profile

CONFINED = """
import json, os, sys
from autograder.guest.confinement import Profile, available, confine
profile = Profile(**json.loads(sys.argv[1]))
if len(available(profile.layers)) == len(profile.layers):
    status = os.open("/proc/self/status", os.O_RDONLY)  # later it may not open its own
    confine(profile, (status,))
    print(os.pread(status, 1 << 16, 0).decode())
"""
ANOTHER = """
import os, sys
from autograder.guest.confinement import become_nobody
status = os.open("/proc/self/status", os.O_RDONLY)
become_nobody(7, sys.argv[1])
print(os.pread(status, 1 << 16, 0).decode())
"""
PROFILE = Profile(
    layers=[], slot=0, folders=[], work="", memory_mib=512, file_mib=8, cpu_seconds=60, device="cpu"
)


def confined(work: Path, layers: Sequence[str]) -> dict[str, str]:
    """What the kernel says of a process that has confined itself with these layers."""
    profile = asdict(PROFILE) | {"layers": layers, "work": str(work)}
    done = subprocess.run(
        [sys.executable, "-c", CONFINED, json.dumps(profile)],
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    if not done.stdout:
        pytest.skip(f"this machine cannot do all of {layers}")
    return status(done.stdout)


def status(text: str) -> dict[str, str]:
    """The fields of a process's status."""
    lines = (line.split(":", 1) for line in text.splitlines() if ":" in line)
    return {name: value.strip() for name, value in lines}


@pytest.mark.parametrize(
    "layers", [["landlock"], ["seccomp"], ["user", "mount", "rlimits", "seccomp"]]
)
def test_a_box_has_no_capability_and_gets_none(tmp_path: Path, layers: list[str]) -> None:
    """Whoever grades: none is in effect, none can be taken up, and no program brings one."""
    told = confined(tmp_path, layers)
    sets = ("CapInh", "CapPrm", "CapEff", "CapAmb")
    assert {name: int(told[name], 16) for name in sets} == dict.fromkeys(sets, 0)
    assert told["NoNewPrivs"] == "1"
    assert told["Seccomp"] == ("2" if "seccomp" in layers else "0")


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can give a box a user of its own")
def test_a_user_of_its_own_could_not_even_be_given_a_capability(tmp_path: Path) -> None:
    """It is none of ours, has no group, and its set of those that could come back is empty."""
    done = subprocess.run(
        [sys.executable, "-c", ANOTHER, str(tmp_path)], capture_output=True, text=True, check=True
    )
    told = status(done.stdout)
    assert {int(told[name], 16) for name in ("CapPrm", "CapEff", "CapBnd")} == {0}
    assert "0" not in [*told["Uid"].split(), *told["Gid"].split(), *told["Groups"].split()]
