"""The course that is attacked: three exercises, and the honest answers to them.

curve    a tensor                       visible values, and a rerun on another t
bump     a function with a gradient     visible values, and gradients elsewhere
model    a predictor                    error on given rows, and on rows that stay with the judge
"""

import json
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from autograder.config import Course, find_course

ASSIGNMENT = "hw"
EXERCISES = ("curve", "bump", "model")
FULL = 3.0
NEIGHBOURS = ("honest", "honest2", "honest3")
HONEST = {
    "curve_answer": "x = t - 1.5 * torch.cos(17 * t)",
    "bump_answer": "def bump(v):\n    return v * torch.sin(v)",
    "model_answer": """\
def powers(rows):
    return torch.cat([rows**0, rows, rows**2], 1)


weights = torch.linalg.lstsq(powers(X), y[:, None]).solution


def model(rows):
    return (powers(rows) @ weights).flatten()""",
}
_STUBS = {
    "curve_answer": "x = <your_code_here>",
    "bump_answer": "def bump(v):\n    return <your_code_here>",
    "model_answer": "model = <your_code_here>",
}
_SETUP = """\
import torch

t = torch.linspace(-1, 1, 50)
lines = open("rows.csv").read().split()
table = torch.tensor([[float(number) for number in line.split(",")] for line in lines])
X, y = table[:, :1], table[:, 1]"""
_VISIBLE = '''\
"""What students see of it."""

import torch

from autograder.checks import close, exercise, points, tensor


@exercise("curve")
@points(1)
def check_x(student):
    """x follows the formula."""
    t = torch.linspace(-1, 1, 50)
    close("x", student["x"], t - 1.5 * torch.cos(17 * t), atol=1e-3)


@exercise("bump")
@points(1)
def check_bump(student):
    """bump follows the formula."""
    v = torch.linspace(0, 3, 20)
    close("bump(v)", student.call("bump", v), v * torch.sin(v), atol=1e-3)


@exercise("model")
@points(1)
def check_model(student, data):
    """The error on the given rows is small."""
    lines = (data / "rows.csv").read_text().split()
    table = torch.tensor([[float(number) for number in line.split(",")] for line in lines])
    found = tensor("model(X)", student.predict("model", table[:, :1]))
    close("model(X)", found, table[:, 1], atol=0.1)
'''
_HIDDEN = '''\
"""What they do not see."""

from pathlib import Path

import torch

from autograder.checks import close, exercise, points, tensor

ROWS = Path(__file__).with_name("secret_rows.csv")


@exercise("curve")
@points(2)
def check_x_elsewhere(student, rng):
    """x follows the formula for any t."""
    t = torch.rand(30, generator=rng) * 4 - 2
    close("x", student.rerun("curve", t=t)["x"], t - 1.5 * torch.cos(17 * t), atol=1e-3)


@exercise("bump")
@points(2)
def check_gradient(student, rng):
    """The gradient of bump is right."""
    v = torch.rand(30, generator=rng) * 3
    right, slope = v * torch.sin(v), torch.sin(v) + v * torch.cos(v)
    bump, held = student.theirs("bump"), student.lend(v, requires_grad=True)
    first = bump(held)
    close("bump(v)", first, right, atol=1e-3)
    for gradient in (*student.grad("bump", v), *first.gradients(held)):
        assert gradient is not None, "no gradient flows"
        close("the gradient", gradient, slope, atol=1e-3)
    close("bump(v), asked once more,", bump(v), right, atol=1e-3)


@exercise("model")
@points(2)
def check_unseen_rows(student):
    """The error on rows that nobody has seen is small."""
    lines = ROWS.read_text().split()
    table = torch.tensor([[float(number) for number in line.split(",")] for line in lines])
    found = tensor("model(X)", student.predict("model", table[:, :1]))
    close("model(X)", found, table[:, 1], atol=0.1)
'''


def make_course(root: Path, secrets: dict[str, str]) -> Course:
    """Write the course, with its secrets where real courses have theirs."""
    given, unseen = (_rows(step / 20 + shift for step in range(-40, 41)) for shift in (0, 0.013))
    unseen += f"\n0.421337,-0.06{secrets['hidden rows']}"
    files = {
        "autograder.toml": f'course = "attacked"\nseed = "{secrets["seed"]}"\n'
        f'data = {{ rows = "{root}/shared" }}\n[limits]\n'
        "cell_seconds = 1\nnotebook_seconds = 6\nprobe_seconds = 1\nmemory_mib = 300\n"
        "file_mib = 8\noutput_mib = 2\n",
        "gradebook.db": secrets["gradebook"],
        f"source/{ASSIGNMENT}/rows.csv": given,
        f"release/{ASSIGNMENT}/rows.csv": given,
        f"checks/{ASSIGNMENT}/visible/check_all.py": _VISIBLE,
        f"checks/{ASSIGNMENT}/hidden/check_more.py": _HIDDEN,
        f"checks/{ASSIGNMENT}/hidden/secret_rows.csv": unseen,
        "home/notes.txt": secrets["home"],
        "shared/rows.csv": "1,2\n",
    }
    frame = pour({})
    files[f"release/{ASSIGNMENT}/{ASSIGNMENT}.ipynb"] = json.dumps(frame)
    other = pour(HONEST, [("added", f"# {secrets['other submission']}")])
    for name in NEIGHBOURS:
        files[f"submitted/{name}/{ASSIGNMENT}/{ASSIGNMENT}.ipynb"] = json.dumps(other)
    for name, text in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")
    return find_course(root)


def _rows(places: Iterable[float]) -> str:
    return "\n".join(f"{x:.6f},{2 * x * x - x:.6f}" for x in places)


def pour(answers: dict[str, str], cells: Sequence[tuple[str, str]] = ()) -> dict[str, Any]:
    """The release's notebook with these answers, and with an attack's cells in their places.

    A cell called `added` stands before the answer that follows it, or before all of them.
    """
    made = [_cell("setup", _SETUP)]
    waiting: list[str] = []
    own: dict[str, str] = {}
    before: dict[str, list[str]] = {}
    for name, source in cells:
        if name in _STUBS:
            before[name], waiting = waiting, []
            own[name] = source
        else:
            waiting.append(source)
    made += [_cell("", source) for source in waiting]
    for exercise in EXERCISES:
        name = f"{exercise}_answer"
        made += [_cell("", source) for source in before.get(name, ())]
        source = own.get(name, answers.get(name, _STUBS[name]))
        made.append(_cell(name, source, solution=True))
        made.append(_cell(exercise, f'check("{exercise}")', grade=True))
    return {"cells": made, "metadata": {}, "nbformat": 4, "nbformat_minor": 5}


def _cell(name: str, source: str, *, grade: bool = False, solution: bool = False) -> dict[str, Any]:
    own: dict[str, Any] = {"grade": grade, "solution": solution, "locked": grade}
    own |= {"schema_version": 3, "grade_id": name} | ({"points": FULL} if grade else {})
    metadata = {"nbgrader": own} if grade or solution else {}
    cell = {"cell_type": "code", "metadata": metadata, "outputs": [], "source": source}
    return cell | {"execution_count": None} | ({"id": name} if name else {})
