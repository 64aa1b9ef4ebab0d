"""A tiny course, and a stand-in for `autograder` that needs no box."""

import json
import shutil
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Any

from autograder.config import Course, find_course
from autograder.model import Check
from autograder.releasing import release

SETUP = "import torch\nfrom autograder import check\n\nt = torch.linspace(0, 1, 5)"
CHECKS = (
    Check("check_x", "curve", "x follows the formula", 1, hidden=False),
    Check("check_x_again", "curve", "x follows it elsewhere", 2, hidden=True),
)
ANSWER = """\
### BEGIN SOLUTION
x = t - 1.5 * torch.cos(17 * t)
### END SOLUTION
print(x)"""
VISIBLE = '''\
import torch

from autograder.checks import close, exercise, points

pytestmark = exercise("curve")


@points(1)
def check_x(student):
    """x follows the formula."""
    t = torch.linspace(0, 1, 5)
    close("x", student["x"], t - 1.5 * torch.cos(17 * t), atol=1e-3)
'''
HIDDEN = '''\
import torch

from autograder.checks import close, exercise, points

pytestmark = exercise("curve")


@points(2)
def check_x_again(student):
    """x follows it elsewhere."""
    t = torch.linspace(2, 3, 7)
    close("x", student.rerun("curve", t=t)["x"], t - 1.5 * torch.cos(17 * t), atol=1e-3)
'''
CONFIG = """\
from pathlib import Path
import sys
from autograder.nbgrader_plugins import configure

configure(get_config(), Path({root!r}))
c = get_config()
c.VerifyRelease.command = c.GradeInBox.command = [sys.executable, {stand_in!r}]
c.Exchange.root = {exchange!r}
"""
PLAIN = """\
import sys
from pathlib import Path
from autograder.nbgrader_plugins import configure

configure(get_config(), Path(__file__).parent)
c = get_config()
c.VerifyRelease.command = [sys.executable, "-c", ""]
"""
# What `autograder` does, without boxes: it knows the checks, and gives full points.
STAND_IN = """\
import json, sys
from pathlib import Path
from autograder.config import find_course
from autograder.errors import AutograderError, SubmissionError
from autograder.model import Check
from autograder.notebooks.assignment import read_assignment
from autograder.notebooks.receiving import receive
from autograder.notebooks.submission import read_submission
from autograder.notebooks.writing import compose
from autograder.releasing import check_assignment

course = find_course(Path.cwd())
if sys.argv[1] == "problems":
    checks = [Check(**check) for check in json.loads({checks!r})]
    try:
        check_assignment(course, sys.argv[2], checks)
    except AutograderError as error:
        sys.exit(str(error))
    sys.exit(0)
name, student, target = sys.argv[2], sys.argv[4], sys.argv[-1]
assert [sys.argv[1], *sys.argv[3::2][:2]] == ["for-nbgrader", "--student", "--json"]
frame = course.release(name) / (name + ".ipynb")
handed = read_submission(course.submitted(name, student), frame.name)
grade = {{"student": student, "assignment": name, "ending": "finished", "withheld": False}}
grade |= {{"points": {{"curve": 2.5, "why": None}}, "comments": {{"curve": "Nearly."}}}}
try:
    rebuilt = receive(handed, read_assignment(frame))
except SubmissionError as problem:
    refused = {{"ending": "not run", "notes": [str(problem)], "findings": []}}
    print(json.dumps({{"grades": [grade | refused]}}))
    sys.exit(1)
Path(target).write_text(compose(frame, rebuilt.cells, {{}}), "utf-8")
print(json.dumps({{"grades": [grade | {{"notes": list(rebuilt.notes), "notebook": target}}]}}))
"""


def cell(id_: str, kind: str, source: str, **own: Any) -> dict[str, Any]:
    """A cell as Jupyter saves it, with stale outputs."""
    metadata = {"nbgrader": {"schema_version": 3, **own}} if own else {}
    made: dict[str, Any] = {"id": id_, "cell_type": kind, "source": source, "metadata": metadata}
    if kind == "code":
        stale = {"output_type": "stream", "name": "stdout", "text": "stale"}
        made |= {"execution_count": 7, "outputs": [stale]}
    return made


def source_cells(answer: str = ANSWER, *, points: float = 3) -> list[dict[str, Any]]:
    """The cells of the tiny assignment."""
    solution = {"grade": False, "locked": False, "solution": True, "grade_id": "curve_answer"}
    grade = {"grade": True, "locked": True, "solution": False, "grade_id": "curve"}
    written = {"grade": True, "locked": False, "solution": True, "grade_id": "why", "points": 2}
    return [
        cell("intro", "markdown", "# A curve"),
        cell(
            "setup",
            "code",
            "import torch\n\nfrom autograder import check\n\nt = torch.linspace(0, 1, 5)",
        ),
        cell("curve-answer", "code", answer, **solution),
        cell("curve-grade", "code", 'check("curve")', **grade, points=points),
        cell("why", "markdown", "Because it turns around itself.", **written),
    ]


def write_notebook(path: Path, cells: list[dict[str, Any]]) -> None:
    """Saves cells as a notebook."""
    kernel = {"display_name": "Python 3", "language": "python", "name": "python3"}
    metadata = {"kernelspec": kernel}
    tree = {"cells": cells, "metadata": metadata, "nbformat": 4, "nbformat_minor": 5}
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(tree), "utf-8")


def write_course(root: Path, files: Mapping[str, str] = MappingProxyType({})) -> Course:
    """Writes a course with the assignment `hw`, ready to be released, and further files."""
    write_notebook(root / "source" / "hw" / "hw.ipynb", source_cells())
    own = {
        "autograder.toml": 'course = "tiny"\nseed = "s"\n',
        "source/hw/data.csv": "a,b,c\n1,2,3\n4,5,6\n",
        "checks/hw/visible/check_curve.py": VISIBLE,
        "checks/hw/hidden/check_curve_more.py": HIDDEN,
        "checks/hw/hidden/rest.csv": "a,b,c\n7,8,9.50\n",
    }
    for name, text in {**own, **files}.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")
    return find_course(root)


def class_course(root: Path, answers: Mapping[str, str], released: Path | None = None) -> Course:
    """A released course with a class of hand-ins, by student; its checks are not run for it.

    `released` holds what releasing it adds, if that was done before.
    """
    course = write_course(root, {"nbgrader_config.py": PLAIN})
    if released:
        shutil.copytree(released, root, dirs_exist_ok=True)
    else:
        release(course, "hw", CHECKS)
    for student, answer in answers.items():
        hand_in(course, student, answer)
    return course


def hand_in(course: Course, student: str, answer: str) -> Path:
    """Hands in the release with an answer in the place of the stub; the notebook's path."""
    path = course.submitted("hw", student) / "hw.ipynb"
    path.parent.mkdir(parents=True, exist_ok=True)
    tree = json.loads((course.release("hw") / "hw.ipynb").read_text("utf-8"))
    for cell in tree["cells"]:
        if cell["id"] == "curve-answer":
            cell["source"] = answer
    path.write_text(json.dumps(tree), "utf-8")
    return path
