"""Grading needs no root, and where nothing can be confined it says so and stops."""

import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from users import as_ordinary_user, hand_over

from autograder.guest import syscalls

ROOT = Path(__file__).parents[2]
NEEDED = (sys.base_prefix, sys.prefix, str(ROOT))
ANSWER = "x = t - 1.5 * torch.cos(17 * t)\ny = t"


def run(
    folder: Path, *command: str, cwd: Path, namespaces: bool = True
) -> "subprocess.CompletedProcess[str]":
    """Run Python as an ordinary user whose home is `folder`."""
    return subprocess.run(
        [sys.executable, *command],
        cwd=cwd,
        env={"PATH": os.environ["PATH"], "HOME": str(folder), "PYTHONDONTWRITEBYTECODE": "1"},
        preexec_fn=as_ordinary_user(*NEEDED, namespaces=namespaces),
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.fixture
def home() -> Iterator[Path]:
    """A folder of the ordinary user's own, with a course and one submission in it.

    Not `tmp_path`: pytest closes the folder around it to others whenever a session starts.
    """
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        for name in ("source", "checks", "release"):
            shutil.copytree(ROOT / name, home / name)
        shutil.copy(ROOT / "autograder.toml", home)
        shutil.copytree(ROOT / "release/backprop", home / "submitted/ada/backprop")
        path = home / "submitted/ada/backprop/backprop.ipynb"
        tree = json.loads(path.read_text())
        for cell in tree["cells"]:
            if cell["id"] == "parametric-curve-answer":
                cell["source"] = ANSWER
        path.write_text(json.dumps(tree))
        hand_over(home)
        yield home


@pytest.mark.skipif(os.geteuid() != 0, reason="test_box.py runs as an ordinary user already")
def test_the_box_holds_for_an_ordinary_user(home: Path) -> None:
    """Every test of the box passes for a user without any privilege."""
    arguments = ("-m", "pytest", "-q", "-p", "no:cacheprovider", f"--basetemp={home}/base")
    done = run(home, *arguments, "tests/integration/test_box.py", cwd=ROOT)
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-1000:]


def test_grading_refuses_where_nothing_confines(home: Path) -> None:
    """Without namespaces nothing is run, and the message says what there is to do."""
    arguments = ("-m", "autograder", "grade", "backprop", "--dry-run", "--json")
    done = run(home, *arguments, cwd=home, namespaces=False)
    assert done.returncode == 2, done.stderr
    assert done.stdout == ""
    assert "--unconfined" in done.stderr


def test_unconfined_grading_has_to_be_asked_for(home: Path) -> None:
    """Said explicitly, it grades all the same, and warns of what that means."""
    arguments = ("-m", "autograder", "grade", "backprop", "--dry-run", "--json", "--unconfined")
    done = run(home, *arguments, cwd=home, namespaces=False)
    assert done.returncode == 0, done.stderr
    assert "can read, change and send whatever you can" in done.stderr
    (grade,) = json.loads(done.stdout)["grades"]
    assert grade["points"] == {
        "parametric_curve": 2,
        "nonlinear_regression": 0,
        "deeper_network": 0,
    }


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can be a root without rights")
def test_root_in_a_plain_container_is_refused_too(home: Path) -> None:
    """A root that may not make namespaces is told the same, before anything runs."""
    done = subprocess.run(
        [sys.executable, "-m", "autograder", "grade", "backprop", "--dry-run"],
        cwd=home,
        preexec_fn=without_administration,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 2, done.stderr
    assert "--unconfined" in done.stderr
    assert "Traceback" not in done.stderr


def without_administration() -> None:
    """Give up CAP_SYS_ADMIN for this process and what it starts."""
    syscalls.prctl(syscalls.PR_CAPBSET_DROP, 21)
