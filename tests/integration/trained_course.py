"""A course whose assignment asks for a trained network beside the notebook, `net.pth`."""

from collections.abc import Callable
from pathlib import Path

import torch
from tiny_course import PLAIN, cell, write_course, write_notebook

from autograder.config import Course
from autograder.model import Check
from autograder.releasing import release

CHECKS = (
    Check("net.fits", "net", "it predicts", 2, hidden=True),
    Check("curve.x", "curve", "x is a line", 1, hidden=False),
)
SETTINGS = """\
course = "trained"
seed = "s"
[assignments.hw]
files = ["net.pth"]
[assignments.hw.limits]
hand_in_mib = 1
"""
HIDDEN = '''\
import torch

from autograder.checks import close, exercise, points


@points(2)
@exercise("net")
def check_fits(student, rng):
    """It predicts rows that nobody has seen."""
    x = torch.randn(20, 2, generator=rng)
    close("prediction", student.predict("net", x)[:, 0], x[:, 0] - 2 * x[:, 1] + 3, atol=0.01)
'''
VISIBLE = '''\
from autograder.checks import close, exercise, points


@points(1)
@exercise("curve")
def check_x(student):
    """x is three."""
    close("x", student["x"], 3)
'''
SETUP = "import torch\n\nfrom autograder import check"
MAKE = "### BEGIN SOLUTION\nnet = torch.nn.Linear(2, 1)\n### END SOLUTION"
LOAD = 'net.load_state_dict(torch.load("net.pth"))'
LINE = "### BEGIN SOLUTION\nx = 3\n### END SOLUTION"


def cells(make: str = MAKE, load: str = LOAD, line: str = LINE) -> list[dict[str, object]]:
    """The cells of the assignment."""
    answer = {"grade": False, "locked": False, "solution": True}
    grade = {"grade": True, "locked": True, "solution": False}
    return [
        cell("setup", "code", SETUP),
        cell("net-answer", "code", make, **answer, grade_id="net_answer"),
        cell("load", "code", load),
        cell("net-grade", "code", 'check("net")', **grade, grade_id="net", points=2),
        cell("curve-answer", "code", line, **answer, grade_id="curve_answer"),
        cell("curve-grade", "code", 'check("curve")', **grade, grade_id="curve", points=1),
    ]


def save(path: Path, bias: float = 3.0) -> None:
    """Save the weights that are right with a bias of 3."""
    weights = {"weight": torch.tensor([[1.0, -2.0]]), "bias": torch.tensor([bias])}
    torch.save(weights, path)


def trained_course(root: Path, settings: str = SETTINGS) -> Course:
    """The course, not released yet."""
    course = write_course(root, {"autograder.toml": settings, "nbgrader_config.py": PLAIN})
    for path in (root / "checks/hw").glob("*/*"):
        path.unlink()
    (root / "checks/hw/hidden/check_net.py").write_text(HIDDEN)
    (root / "checks/hw/visible/check_curve.py").write_text(VISIBLE)
    write_notebook(root / "source/hw/hw.ipynb", cells())
    save(root / "source/hw/net.pth")
    return course


def released(root: Path, hand_ins: dict[str, Callable[[Path], object]]) -> Course:
    """The course, released, and a right notebook of each student, with what was done beside it."""
    course = trained_course(root)
    release(course, "hw", CHECKS)
    for student, make in hand_ins.items():
        path = course.submitted("hw", student) / "hw.ipynb"
        write_notebook(path, cells("net = torch.nn.Linear(2, 1)", line="x = 3"))
        make(path.with_name("net.pth"))
    return course
