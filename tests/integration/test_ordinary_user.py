"""Grading needs no root and no namespaces, and where walls are missing it stops and says so."""

import json
import os
import resource
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from tiny_course import class_course
from tiny_course import hand_in as hand_in_answer
from users import as_ordinary_user, hand_over

from autograder.config import find_course
from autograder.guest import syscalls

ROOT = Path(__file__).parents[2]
BY_ROOT = os.geteuid() == 0
NEEDED = (sys.base_prefix, sys.prefix, str(ROOT))
# The check that reruns the answer elsewhere is the one that it does not pass.
POINTS = {"curve": 1}
ANSWER = "s = torch.linspace(0, 1, 5)\nx = s - 1.5 * torch.cos(17 * s)"


GRADE = ("-m", "autograder", "grade", "hw", "--dry-run", "--json")


def run(
    folder: Path, *command: str, cwd: Path, become: Callable[[], None]
) -> "subprocess.CompletedProcess[str]":
    """Run Python as somebody whose home is `folder`."""
    return subprocess.run(
        [sys.executable, *command],
        cwd=cwd,
        env={"PATH": os.environ["PATH"], "HOME": str(folder), "PYTHONDONTWRITEBYTECODE": "1"},
        preexec_fn=become,
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.fixture
def home(tiny_release: Path) -> Iterator[Path]:
    """A folder of the ordinary user's own, with a course and one submission in it.

    Not `tmp_path`: pytest closes the folder around it to others whenever a session starts.
    """
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        class_course(home, {"ada": ANSWER}, tiny_release)
        hand_over(home)
        yield home


@pytest.mark.skipif(os.geteuid() != 0, reason="they run as an ordinary user already")
def test_the_box_holds_for_an_ordinary_user(home: Path) -> None:
    """Every test of the box passes for a user without any privilege."""
    arguments = ("-m", "pytest", "-q", "-p", "no:cacheprovider", f"--basetemp={home}/base")
    tests = [
        f"tests/integration/test_{name}.py"
        for name in ("box", "box_endings", "questions", "shared_data")
    ]
    done = run(home, *arguments, *tests, cwd=ROOT, become=as_ordinary_user(*NEEDED))
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-1000:]


def without_administration() -> None:
    """Give up CAP_SYS_ADMIN for this process and what it starts."""
    syscalls.prctl(syscalls.PR_CAPBSET_DROP, 21)


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can be a root without rights")
def test_a_root_without_rights_can_grade(home: Path) -> None:
    """In a plain container Landlock and seccomp are walls enough, as for an ordinary user."""
    done = run(home, *GRADE, cwd=home, become=without_administration)
    assert done.returncode == 0, done.stderr
    (grade,) = json.loads(done.stdout)["grades"]
    assert grade["points"] == POINTS
    assert grade["missing_walls"] == []


HOLDS_ALL_THREADS = """
import threading, time
threading.stack_size(65536)
never = threading.Event()
try:
    for _ in range(600): threading.Thread(target=never.wait, daemon=True).start()
except RuntimeError: pass
time.sleep(2)
"""
NESTS = "import os\nfor _ in range(1500): os.mkdir('a' * 99); os.chdir('a' * 99)\n"


def hand_in(home: Path, student: str, answer: str) -> None:
    """Hand in an answer, as the ordinary user."""
    hand_in_answer(find_course(home), student, answer)
    hand_over(home)


@pytest.mark.parametrize("namespaces", [True, False])
def test_what_one_box_takes_costs_no_other(home: Path, namespaces: bool) -> None:
    """Where all processes together have a limit, honest work is run again, and has its share.

    Folders without end are removed, however deep, and stop no later command: in a plain container
    too, where Landlock and seccomp are walls enough.
    """
    hand_in(home, "mallory", HOLDS_ALL_THREADS + ANSWER)
    hand_in(home, "nora", NESTS + ANSWER)
    hand_in(home, "zoe", ANSWER)
    ordinary = as_ordinary_user(*NEEDED, namespaces=namespaces)

    def become_one_of_few() -> None:
        ordinary()
        if BY_ROOT:  # the processes of whoever else runs this are counted too
            resource.setrlimit(resource.RLIMIT_NPROC, (60, 60))

    for become in (become_one_of_few, ordinary):
        done = run(home, *GRADE, "--jobs", "2", cwd=home, become=become)
        # Where there is too little for all, who takes it may be withheld, and nobody else.
        assert done.returncode in ((0, 3) if become is become_one_of_few else (0,)), done.stderr
        assert "could not be removed" not in done.stderr
        grades = {one["student"]: one for one in json.loads(done.stdout)["grades"]}
        assert grades.keys() == {"ada", "mallory", "nora", "zoe"}
        assert (grades["ada"]["points"], grades["zoe"]["points"]) == (POINTS, POINTS)
        assert grades["ada"]["missing_walls"] == []
        assert list((home / ".autograder/scratch").iterdir()) == []


@pytest.fixture
def wall_less() -> Callable[[], None]:
    """An ordinary user on a machine that has neither namespaces, nor Landlock, nor seccomp."""
    return as_ordinary_user(*NEEDED, namespaces=False, filters=False)


def test_grading_refuses_where_nothing_confines(home: Path, wall_less: Callable[[], None]) -> None:
    """Without the essential walls nothing is run, and the message says what there is to do."""
    done = run(home, *GRADE, cwd=home, become=wall_less)
    assert done.returncode == 2, done.stderr
    assert done.stdout == ""
    assert "files and network and processes" in done.stderr
    for remedy in ("autograder doctor", "--accept-weaker-box", "--unconfined"):
        assert remedy in done.stderr
    asked = run(home, "-m", "autograder", "doctor", "--json", cwd=home, become=wall_less)
    assert asked.returncode == 1, asked.stderr
    examined = json.loads(asked.stdout)
    assert examined["missing_walls"] == ["files", "network", "processes"]
    assert [layer["name"] for layer in examined["layers"] if layer["on"]] == ["rlimits"]


@pytest.mark.parametrize(
    ("option", "missing", "said"),
    [
        ("--unconfined", ["files", "network", "processes"], "can read, change and send"),
        ("--accept-weaker-box", ["files", "network", "processes"], "without a wall for files"),
    ],
)
def test_a_weaker_box_has_to_be_asked_for(
    home: Path, wall_less: Callable[[], None], option: str, missing: list[str], said: str
) -> None:
    """Said explicitly, it grades all the same, and every grade says what was missing."""
    done = run(home, *GRADE, option, cwd=home, become=wall_less)
    assert done.returncode == 0, done.stderr
    assert said in done.stderr
    (grade,) = json.loads(done.stdout)["grades"]
    assert grade["points"] == POINTS
    assert grade["missing_walls"] == missing
