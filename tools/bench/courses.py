"""Three assignments in a course for each grader, with the same answers handed in to both.

    backprop   the homework with its live plots, and specimens of it
    light      one function; nothing is drawn
    heavy      a network trained on synthetic rows for seconds; nothing is drawn

Stock nbgrader runs tests that stand in the notebook's own cells, where its users write them.
"""

import shutil
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from autograder.notebooks.assignment import read_assignment
from autograder.notebooks.cells import Cell, Kind, Notebook
from autograder.notebooks.writing import compose
from autograder.verifying.specimens import read_specimens
from tools.bench.commands import seconds

ROOT = Path(__file__).resolve().parents[2]
_PLAIN = "c = get_config()\nc.CourseDirectory.course_id = 'bench'\nc.Execute.timeout = 300\n"
_SPECIMENS = (
    "perfect", "numpy_cosine", "math_loop", "one_over_x", "root_and_x", "square_alone",
    "exponential", "linear_stack",
)  # fmt: skip
_BACKPROP_TESTS = {
    "parametric_curve": (
        "assert torch.allclose(x, t - 1.5 * torch.cos(17 * t), atol=1e-3)\n"
        "assert torch.allclose(y, t - 1.5 * torch.sin(25 * t), atol=1e-3)\n2"
    ),
    "nonlinear_regression": "assert ((predict(x) - y) ** 2).mean() < 0.9 * y.var()\n4",
    "deeper_network": (
        "assert (model(torch.randn(50, features_train.shape[1])).std() > 0).item()\n4"
    ),
}
_SOLUTION = "### BEGIN SOLUTION\n{}\n### END SOLUTION"
_LIGHT_SETUP = "import torch\n\nfrom autograder import check"
_LIGHT_ANSWER = "def softplus(x):\n    return torch.log1p(torch.exp(x))"
_LIGHT_CHECK = '''"""light, exercise softplus."""

import torch

from autograder.checks import close, exercise, points

pytestmark = exercise("softplus")


@points(2)
def check_values(student, rng):
    """softplus(x) is right."""
    x = torch.randn(100, generator=rng)
    close("softplus(x)", student.call("softplus", x), torch.nn.functional.softplus(x))
'''
_LIGHT_TEST = (
    "x = torch.randn(100)\nassert torch.allclose(softplus(x), torch.nn.functional.softplus(x))\n2"
)
_HEAVY_SETUP = """\
import torch
from torch import nn

from autograder import check

torch.manual_seed(0)
rows = torch.randn(400, 13)
target = torch.sin(rows.sum(dim=1, keepdim=True))"""
_HEAVY_ANSWER = """\
model = nn.Sequential(
    nn.Linear(13, 64), nn.ReLU(), nn.Linear(64, 32), nn.ReLU(), nn.Linear(32, 1)
)
optimizer = torch.optim.Adam(model.parameters(), lr=0.01)
losses = []
for step in range(STEPS):
    loss = ((model(rows) - target) ** 2).mean()
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
    losses.append(loss.item())"""
_HEAVY_CHECK = '''"""heavy, exercise training."""

from autograder.checks import below, exercise, points

pytestmark = exercise("training")


@points(2)
def check_the_training_gets_somewhere(student):
    """The training gets somewhere."""
    below("the last loss", student["losses"][-1], full=5, none=6)
'''
_HEAVY_TEST = "assert losses[-1] < 5\n2"
STEPS = 16_000  # seconds of training
MIXED_STEPS = (6400, 4800, 3200, 3200, *[800] * 6, *[10] * 8)


@dataclass(frozen=True, slots=True)
class Pair:
    """A course for each grader, with one assignment in it and the same class."""

    name: str
    ours: Path
    stock: Path
    students: tuple[str, ...]


def backprop(folder: Path, number: int) -> Pair:
    """The homework with its live plots; at most eight submissions, all different."""
    pair = _pair(folder, "backprop", min(number, len(_SPECIMENS)))
    for part in ("source", "checks"):
        shutil.copytree(ROOT / part, pair.ours / part)
    shutil.copytree(ROOT / "source", pair.stock / "source")
    specimens = {one.name: one for one in read_specimens(ROOT / "checks/backprop/specimens")}
    _hand_in(pair, _BACKPROP_TESTS, [specimens[name].answers for name in _SPECIMENS[:number]])
    return pair


def light(folder: Path, number: int) -> Pair:
    """A notebook that imports torch and defines one function."""
    pair = _pair(folder, "light", number)
    _write_sources(pair, "softplus", _LIGHT_SETUP, _LIGHT_ANSWER, _LIGHT_CHECK)
    answers = [{"softplus_answer": f"{_LIGHT_ANSWER}  # {place}"} for place in range(number)]
    _hand_in(pair, {"softplus": _LIGHT_TEST}, answers)
    return pair


def heavy(folder: Path, steps: Sequence[int]) -> Pair:
    """A notebook that trains a network, each submission for so many steps."""
    pair = _pair(folder, "heavy", len(steps))
    _write_sources(
        pair, "training", _HEAVY_SETUP, _HEAVY_ANSWER.replace("STEPS", "10"), _HEAVY_CHECK
    )
    answers = [
        {"training_answer": f"{_HEAVY_ANSWER.replace('STEPS', str(own))}  # {place}"}
        for place, own in enumerate(steps)
    ]
    _hand_in(pair, {"training": _HEAVY_TEST}, answers)
    return pair


def _pair(folder: Path, name: str, number: int) -> Pair:
    students = tuple(f"s{place:04}" for place in range(number))
    return Pair(name, folder / "ours", folder / "stock", students)


def _write_sources(pair: Pair, exercise: str, setup: str, answer: str, check: str) -> None:
    cells = (
        Cell("setup", "code", setup),
        Cell("answer", "code", _SOLUTION.format(answer), Kind.ANSWER, f"{exercise}_answer"),
        Cell("grade", "code", f'check("{exercise}")', Kind.GRADE, exercise, 2.0),
    )
    frame = ROOT / "source/backprop/backprop.ipynb"
    for course in (pair.ours, pair.stock):
        write(course / "source" / pair.name / f"{pair.name}.ipynb", compose(frame, cells, {}))
    write(pair.ours / "checks" / pair.name / "hidden" / f"check_{exercise}.py", check)


def _hand_in(pair: Pair, tests: dict[str, str], answers: Sequence[dict[str, str]]) -> None:
    """Release in both courses, and hand the same answers in to both."""
    name = f"{pair.name}.ipynb"
    for file in ("autograder.toml", "nbgrader_config.py"):
        shutil.copy(ROOT / file, pair.ours / file)
    write(pair.stock / "nbgrader_config.py", _PLAIN)
    source = pair.stock / "source" / pair.name / name
    with_tests = _changed(read_assignment(source), lambda cell: tests.get(cell.grade_id))
    write(source, compose(source, with_tests, {}))
    seconds(pair.ours, [sys.executable, "-m", "autograder", "release", pair.name])
    seconds(pair.stock, [sys.executable, "-m", "nbgrader", "generate_assignment", pair.name])
    for course in (pair.ours, pair.stock):
        release = course / "release" / pair.name / name
        for student, own in zip(pair.students, answers, strict=True):
            cells = _changed(read_assignment(release), lambda cell, own=own: own.get(cell.grade_id))
            target = course / "submitted" / student / pair.name / name
            write(target, compose(release, cells, {}))


def _changed(notebook: Notebook, source: Callable[[Cell], str | None]) -> list[Cell]:
    return [replace(cell, source=source(cell) or cell.source) for cell in notebook.cells]


def write(path: Path, text: str) -> None:
    """Write a file, and the folders that it needs."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
