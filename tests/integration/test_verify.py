"""An assignment examined for real: mutants, seeds and threads in boxes."""

import json
import shutil
import subprocess
import sys

import pytest

from autograder.config import Course
from autograder.gradebook import nbgrader_environment
from autograder.model import Check
from autograder.notebooks.assignment import read_assignment
from autograder.notebooks.writing import compose
from autograder.releasing import find_faults, released_notebook, visible_checks

pytestmark = pytest.mark.xdist_group("verify")

SPECIMENS = {
    "other": ("curve = 3\n", "x = t - 1.5 * torch.sin(17 * t + torch.pi / 2)"),
    "sine": ("curve = 0\n", "x = t - 1.5 * torch.sin(17 * t)"),
    "unfair": ("curve = 1\n", "x = t - 1.5 * torch.cos(17 * t)"),
}
MARK = """\
[[mutant]]
exercise = "curve"
kind = "detached graph"
reason = "nothing is differentiated"
"""


def prepare(course: Course) -> None:
    """The release as nbgrader would make it, specimens, and a mark."""
    frame = course.source("hw") / "hw.ipynb"
    text = compose(frame, released_notebook(read_assignment(frame)).cells, {})
    made = {"hw.ipynb": text.encode()} | visible_checks(course, "hw")
    for name, data in made.items():
        path = course.release("hw") / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
    shutil.copy(course.source("hw") / "data.csv", course.release("hw"))
    (course.checks("hw") / "equivalent.toml").write_text(MARK)
    (course.checks("hw") / "specimens").mkdir()
    for name, (points, answer) in SPECIMENS.items():
        head = f'title = "t"\nstudent = "{name}"\nending = "finished"\n[points]\n{points}'
        commented = "".join(f"# {line}\n" for line in head.splitlines())
        path = course.checks("hw") / "specimens" / f"{name}.py"
        path.write_text(f"{commented}\n# %% curve_answer\n{answer}\n")


def test_an_assignment_is_examined(course: Course) -> None:
    """What is unfair and what survives is told, the rest is well, and the exit code says so."""
    prepare(course)
    done = subprocess.run(
        [sys.executable, "-m", "autograder", "verify", "hw", "--runs", "1", "--jobs", "1", "--json",
         "--report", "report.md", "--suggest"],
        cwd=course.root, env=nbgrader_environment(), capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 1, done.stderr
    told = {answer["question"]: answer for answer in json.loads(done.stdout)}
    assert told["specimens"]["wrong"] == ["unfair: curve 3, stated 1"]
    assert [row[2] for row in told["liars"]["rows"]] == ["0 of 3"] * 3
    assert "curve.x" in told["liars"]["notes"][0]
    assert told["strictness"]["wrong"] == ["curve: fewer than 95% of the wrong answers are found."]
    assert told["liars"]["wrong"] == []
    survivor = "+x = t - 1.5 * torch.cos(-17 * t)"
    assert [survivor in note for note in told["strictness"]["notes"]] == [False, True]
    assert [row[1:3] for row in told["stability"]["rows"]] == [["1", "0"], ["1", "0"]]
    assert [row[-1] for row in told["thresholds"]["rows"]] == ["5.00%", "5.00%"]
    assert told["parity"]["rows"][0][1:] == ["2", "4", "0"]
    assert told["leaks"]["wrong"] == told["cost"]["wrong"] == []
    assert [row[0] for row in told["cost"]["rows"]] == ["curve", "the whole notebook"]
    assert survivor in (course.root / "report.md").read_text()


def test_an_unknown_question_is_no_question(course: Course) -> None:
    """A wrong --only is a wrong call."""
    done = subprocess.run(
        [sys.executable, "-m", "autograder", "verify", "hw", "--only", "luck"],
        cwd=course.root, env=nbgrader_environment(), capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 2
    assert "luck" in done.stderr


def test_a_release_that_is_out_of_date_is_told(course: Course, checks: tuple[Check, ...]) -> None:
    """What students get must be what the source gives now."""
    prepare(course)
    assert find_faults(course, "hw", checks) == []
    (course.release("hw") / "data.csv").write_text("old")
    (told,) = find_faults(course, "hw", checks)
    assert "autograder release hw" in told
