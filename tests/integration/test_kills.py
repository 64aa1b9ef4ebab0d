"""Kill it anywhere: the same command again completes what was begun, and nothing is left behind."""

import json
import os
import random
import secrets
import shutil
import signal
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from tiny_course import class_course

from autograder.config import Course, find_course
from autograder.gradebook import nbgrader_environment
from autograder.grading.clerk import ClassGraded, grade_class
from autograder.grading.workshop import Options

HERE = Path(__file__).parent
STUDENTS = {
    "ann": "x = t - 1.5 * torch.cos(17 * t)",
    "bob": "x = t",
    "cleo": "import os; os._exit(0)",
    "dan": "import time; time.sleep(0.4)\nx = t - 1.5 * torch.cos(17 * t)",
}
BEFORE, AFTER = "before", "after"
KEEPING = [("ledger.Ledger.keep", BEFORE), ("ledger.Ledger.keep", AFTER)]
WRITING = [
    ("grading.results.write_autograded", BEFORE),
    ("gradebook.Path.rename", AFTER),
    ("grading.results.record", BEFORE),
    ("gradebook._record", AFTER),
    ("grading.results.record", AFTER),
]
# The command, with a wrapper around one of its functions that ends the process in the n-th call.
KILLED_AT = """
import importlib, os, signal, sys
from autograder import cli

place, when, number, *arguments = sys.argv[1:]
calls = iter(range(int(number)))
import autograder.grading
name, _, step = place.rpartition(".")
try:
    owner = importlib.import_module("autograder." + name)
except ImportError:
    module, _, kind = name.rpartition(".")
    owner = getattr(importlib.import_module("autograder." + module), kind)
real = getattr(owner, step)

def wrapped(*args, **options):
    last = next(calls, None) == int(number) - 1
    if last and when == "before":
        os.kill(os.getpid(), signal.SIGKILL)
    done = real(*args, **options)
    if last:
        os.kill(os.getpid(), signal.SIGKILL)
    return done

setattr(owner, step, wrapped)
sys.argv[1:] = arguments
cli.main()
"""


@pytest.fixture(scope="module")
def course(tmp_path_factory: pytest.TempPathFactory, tiny_release: Path) -> Course:
    """A released course with a small class."""
    return class_course(tmp_path_factory.mktemp("kills") / "course", STUDENTS, tiny_release)


@pytest.fixture(scope="module")
def undisturbed(
    course: Course, tmp_path_factory: pytest.TempPathFactory, started_once: None
) -> dict[str, Any]:
    """What an undisturbed run makes of the class."""
    own = copy(course, tmp_path_factory.mktemp("undisturbed"))
    done = grade_class(own, "hw", own.students("hw"), Options(jobs=2))
    assert done.exit_code == 0
    return state(own) | {"root": own.root}


def copy(course: Course, place: Path) -> Course:
    """The course at another place."""
    shutil.copytree(course.root, place / "course", dirs_exist_ok=True)
    return find_course(place / "course")


def run(
    course: Course,
    *victims: tuple[str, float],
    start: Sequence[str] = (),
    how: int = signal.SIGKILL,
) -> dict[str, Any]:
    """Grade the class, with kills or without."""
    command = [sys.executable, *(start or ("-m", "autograder")), "grade", "hw", "--jobs", "2"]
    task = json.dumps({"command": command, "victims": victims, "how": how})
    done = subprocess.run(
        [sys.executable, str(HERE / "killing.py"), task],
        cwd=course.root, env=nbgrader_environment() | {"COLUMNS": "100"},
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    told: dict[str, Any] = json.loads(done.stdout)
    return told


def state(course: Course) -> dict[str, Any]:
    """All that grading leaves: points and comments, notebooks, and files that should not be."""
    from autograder.gradebook import opened

    with opened(course) as book:
        grades = {}
        for submission in book.assignment_submissions("hw"):
            notebook = book.find_submission_notebook("hw", "hw", submission.student.id)
            points = sorted((one.name, one.auto_score) for one in notebook.grades)
            comments = sorted((one.name, one.auto_comment or "") for one in notebook.comments)
            grades[submission.student.id] = (points, comments)
    folder = course.root / "autograded"
    files = {
        str(path.relative_to(folder)): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }
    own = {path.name for path in course.ledger.parent.iterdir()}
    left = [*course.scratch.iterdir(), *(own - {"ledger.db", "scratch", *LOCKS})]
    return {"grades": grades, "files": files, "left": left}


SEED = os.environ.get("SEED") or secrets.token_hex(4)
LOCKS = ("course.lock", "gradebook.lock", "ledger.lock")


@pytest.fixture
def chance(request: pytest.FixtureRequest) -> random.Random:
    """When to kill; a test that fails prints the seed with which it draws the same again."""
    print(f"SEED={SEED}")
    return random.Random(f"{SEED} {request.node.name}")  # noqa: S311 - no secret


def complete(course: Course, undisturbed: dict[str, Any]) -> ClassGraded:
    """Grade again: all is as if nothing had happened."""
    done = grade_class(course, "hw", course.students("hw"), Options(jobs=2))
    assert (done.exit_code, done.problems) == (0, [])
    assert state(course) == {name: undisturbed[name] for name in ("grades", "files", "left")}
    return done


def killed_at(place: str, when: str, number: int, own: Course) -> None:
    """Grade the class up to a step, and end there as nobody should."""
    script = own.root.parent / "killed.py"
    script.write_text(KILLED_AT)
    done = run(own, start=(str(script), place, when, str(number)))
    assert (done["code"], done["left"]) == (-9, []), done["err"]


def test_a_kill_while_grades_are_kept_loses_nothing(
    course: Course, undisturbed: dict[str, Any], tmp_path: Path
) -> None:
    """Before and after a grade goes into the ledger; then all is complete."""
    own = copy(course, tmp_path)
    for place, when in KEEPING:
        killed_at(place, when, 2 if when == BEFORE else 1, own)
    complete(own, undisturbed)


def test_a_kill_while_results_are_written_loses_nothing(
    course: Course, undisturbed: dict[str, Any], tmp_path: Path
) -> None:
    """Before, within and after notebooks and gradebook; no student code runs again for it."""
    own = copy(course, tmp_path)
    shutil.copytree(undisturbed["root"] / ".autograder", own.ledger.parent, dirs_exist_ok=True)
    for place, when in WRITING:
        killed_at(place, when, 1 if "record" in place else 2, own)
        (own.autograded("hw", "bob") / "hw.ipynb").unlink(missing_ok=True)
    done = complete(own, undisturbed)
    assert done.why == dict.fromkeys(STUDENTS, "kept")


@pytest.mark.parametrize(("early", "late"), [("template", "judge"), ("judges", "box")])
def test_what_the_clerk_started_may_die_at_any_instant(
    early: str,
    late: str,
    course: Course,
    undisturbed: dict[str, Any],
    tmp_path: Path,
    chance: random.Random,
) -> None:
    """The submissions that it hit are tried again, in the same run, and nobody loses a point."""
    own = copy(course, tmp_path)
    done = run(own, (early, chance.uniform(0, 3)), (late, chance.uniform(0, 0.3)))
    assert done["struck"]
    assert (done["code"], done["left"]) == (0, []), done["err"]
    assert state(own) == {name: undisturbed[name] for name in ("grades", "files", "left")}


def test_the_clerk_may_die_at_any_instant(
    course: Course, undisturbed: dict[str, Any], tmp_path: Path, chance: random.Random
) -> None:
    """Killed, and then interrupted from the keyboard, whenever it is; then all is complete."""
    own = copy(course, tmp_path)
    assert run(own, ("clerk", chance.uniform(0, 8)))["left"] == []
    stopped = run(own, ("template", chance.uniform(0, 3)), how=signal.SIGINT)
    assert (stopped["code"], stopped["left"]) in ((130, []), (0, []))
    assert ("The same command continues from there" in stopped["err"]) == (stopped["code"] == 130)
    assert "Traceback" not in stopped["err"]
    complete(own, undisturbed)
