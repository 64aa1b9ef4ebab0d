"""Seconds per submission, beside stock nbgrader, in one run on the same submissions.

Both commands are timed on one submission and on eight.  The difference, divided by seven, is what
a submission costs; the rest is what starting costs.  Stock nbgrader runs tests that stand in the
notebook's own cells, which is where its users write them.
"""

import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from statistics import median

from autograder.boxes import Template
from autograder.examining import small_box
from autograder.notebooks import Cell, Kind, Notebook, compose, read_assignment
from autograder.verifying import read_specimens

ROOT = Path(__file__).resolve().parent.parent
PLAIN = "c = get_config()\nc.CourseDirectory.course_id = 'bench'\nc.Execute.timeout = 120\n"
SPECIMENS = (
    "perfect", "numpy_cosine", "math_loop", "one_over_x", "root_and_x", "square_alone",
    "exponential", "linear_stack",
)  # fmt: skip
IN_NOTEBOOK = {
    "parametric_curve": (
        "assert torch.allclose(x, t - 1.5 * torch.cos(17 * t), atol=1e-3)\n"
        "assert torch.allclose(y, t - 1.5 * torch.sin(25 * t), atol=1e-3)\n2"
    ),
    "nonlinear_regression": "assert ((predict(x) - y) ** 2).mean() < 0.9 * y.var()\n4",
    "deeper_network": (
        "assert (model(torch.randn(50, features_train.shape[1])).std() > 0).item()\n4"
    ),
}
LIGHT_ANSWER = (
    "def softplus(x):\n    ### BEGIN SOLUTION\n    return torch.log(1 + torch.exp(x))\n"
    "    ### END SOLUTION"
)
LIGHT_CHECK = '''"""light, exercise softplus."""

import torch

from autograder.checks import close, exercise, points

pytestmark = exercise("softplus")


@points(2)
def check_values(student, rng):
    """softplus(x) is right."""
    x = torch.randn(100, generator=rng)
    close("softplus(x)", student.call("softplus", x), torch.nn.functional.softplus(x))
'''
LIGHT_TEST = (
    "x = torch.randn(100)\nassert torch.allclose(softplus(x), torch.nn.functional.softplus(x))\n2"
)


@dataclass(frozen=True, slots=True)
class Timing:
    """Seconds of one command: to start, and for each submission."""

    start: float
    each: float


def main() -> None:
    """Measure both assignments with both graders, and print what came out."""
    with tempfile.TemporaryDirectory() as folder:
        rows = []
        for name, prepare in (("backprop", backprop), ("light", light)):
            ours, stock = Path(folder, name, "ours"), Path(folder, name, "stock")
            prepare(ours, stock)
            command = [sys.executable, "-m", "autograder", "grade", name, "--jobs", "1", "--force"]
            mine = measure(ours, command, repeat=3)
            command = [sys.executable, "-m", "nbgrader", "autograde", name, "--force"]
            rows.append((name, measure(stock, command), mine))
    print(f"{'':<10}{'stock nbgrader':>24}{'autograder --jobs 1':>24}{'ratio':>9}")
    print(f"{'':<10}{'start s':>12}{'each s':>12}{'start s':>12}{'each s':>12}")
    for name, stock_time, our_time in rows:
        ratio = stock_time.each / our_time.each
        figures = (stock_time.start, stock_time.each, our_time.start, our_time.each)
        print(f"{name:<10}" + "".join(f"{figure:>12.2f}" for figure in figures) + f"{ratio:>9.1f}")

    bare, full = layers()
    print(f"a box, started and ended: {bare:.1f} ms bare, {full:.1f} ms with every layer")


def layers(repeat: int = 40) -> tuple[float, float]:
    """Milliseconds from the fork of a box to its end, without any layer and with all; medians."""
    with Template() as template:
        found = template.find_layers()
        template.wait_until_warm()
        timed: dict[tuple[str, ...], list[float]] = {(): [], found: []}
        for _ in range(repeat):
            for own, milliseconds in timed.items():
                start = time.perf_counter()
                with small_box(template, own):
                    pass
                milliseconds.append((time.perf_counter() - start) * 1000)
        return median(timed[()]), median(timed[found])


def measure(course: Path, command: list[str], repeat: int = 1) -> Timing:
    """Time a command on the first submission and on all eight; medians of the repetitions."""
    one = median(seconds(course, [*command, "--student", "s0"]) for _ in range(repeat))
    everyone = median(seconds(course, command) for _ in range(repeat))
    each = (everyone - one) / (len(SPECIMENS) - 1)
    return Timing(one - each, each)


def seconds(course: Path, command: list[str]) -> float:
    """How long a command takes.  Stops the benchmark with its output where it fails."""
    start = time.perf_counter()
    done = run(course, command)
    if done.returncode:
        sys.exit(f"{command}\n{done.stdout}{done.stderr}")
    return time.perf_counter() - start


def run(course: Path, command: list[str]) -> "subprocess.CompletedProcess[str]":
    """Run a command in a course, with the environment's programs on the path."""
    path = f"{Path(sys.prefix, 'bin')}{os.pathsep}{os.environ['PATH']}"
    return subprocess.run(  # noqa: S603 - our own commands
        command, cwd=course, env=os.environ | {"PATH": path}, capture_output=True, text=True,
        check=False,
    )  # fmt: skip


def backprop(ours: Path, stock: Path) -> None:
    """The homework with its live plots, and eight specimens of it."""
    for folder in ("source", "checks"):
        shutil.copytree(ROOT / folder, ours / folder)
    shutil.copytree(ROOT / "source", stock / "source")
    specimens = {one.name: one for one in read_specimens(ROOT / "checks/backprop/specimens")}
    answers = [specimens[name].answers for name in SPECIMENS]
    hand_in(ours, stock, "backprop", IN_NOTEBOOK, answers)


def light(ours: Path, stock: Path) -> None:
    """A notebook that imports torch, defines one function, and draws nothing."""
    cells = (
        Cell("setup", "code", "import torch\n\nfrom autograder import check"),
        Cell("answer", "code", LIGHT_ANSWER, Kind.ANSWER, "softplus_answer"),
        Cell("grade", "code", 'check("softplus")', Kind.GRADE, "softplus", 2.0),
    )
    frame = ROOT / "source/backprop/backprop.ipynb"
    for course in (ours, stock):
        write(course / "source/light/light.ipynb", compose(frame, cells, {}))
    write(ours / "checks/light/hidden/check_softplus.py", LIGHT_CHECK)
    answer = "def softplus(x):\n    return torch.log1p(torch.exp(x))  # {}"
    answers = [{"softplus_answer": answer.format(number)} for number in range(len(SPECIMENS))]
    hand_in(ours, stock, "light", {"softplus": LIGHT_TEST}, answers)


def hand_in(
    ours: Path,
    stock: Path,
    name: str,
    tests: dict[str, str],
    answers: list[dict[str, str]],
) -> None:
    """Release in both courses, and hand the same answers in to both."""
    for file in ("autograder.toml", "nbgrader_config.py"):
        shutil.copy(ROOT / file, ours / file)
    write(stock / "nbgrader_config.py", PLAIN)
    source = stock / "source" / name / f"{name}.ipynb"
    with_tests = _changed(read_assignment(source), lambda cell: tests.get(cell.grade_id))
    write(source, compose(source, with_tests, {}))
    seconds(ours, [sys.executable, "-m", "autograder", "release", name])
    seconds(stock, [sys.executable, "-m", "nbgrader", "generate_assignment", name])
    for course in (ours, stock):
        release = course / "release" / name / f"{name}.ipynb"
        for number, own in enumerate(answers):
            cells = _changed(read_assignment(release), lambda cell, own=own: own.get(cell.grade_id))
            target = course / "submitted" / f"s{number}" / name / f"{name}.ipynb"
            write(target, compose(release, cells, {}))


def _changed(notebook: Notebook, source: Callable[[Cell], str | None]) -> list[Cell]:
    return [replace(cell, source=source(cell) or cell.source) for cell in notebook.cells]


def write(path: Path, text: str) -> None:
    """Write a file, and the folders that it needs."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
