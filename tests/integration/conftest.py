"""A tiny course on disk, for the real nbgrader."""

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from tiny_course import CHECKS, CONFIG, HIDDEN, STAND_IN, VISIBLE, source_cells, write_notebook

from autograder.config import Course, find_course
from autograder.gradebook import nbgrader_environment
from autograder.model import Check


@pytest.fixture
def checks() -> tuple[Check, ...]:
    """The checks of the tiny assignment, as the judge would list them."""
    return CHECKS


@pytest.fixture
def course(tmp_path: Path) -> Course:
    """A course with the assignment `hw`, ready to be released."""
    root = tmp_path / "course"
    write_notebook(root / "source" / "hw" / "hw.ipynb", source_cells())
    exchange = tmp_path / "exchange"
    exchange.mkdir(mode=0o777)
    exchange.chmod(0o777)
    listed = json.dumps(
        [{name: getattr(check, name) for name in check.__slots__} for check in CHECKS]
    )
    files = {
        "autograder.toml": 'course = "tiny"\nseed = "s"\n',
        "source/hw/data.csv": "a,b,c\n1,2,3\n4,5,6\n",
        "checks/hw/visible/check_curve.py": VISIBLE,
        "checks/hw/hidden/check_curve_more.py": HIDDEN,
        "checks/hw/hidden/rest.csv": "a,b,c\n7,8,9.50\n",
        "stand_in.py": STAND_IN.format(checks=listed),
        "nbgrader_config.py": CONFIG.format(
            root=str(root), stand_in=str(root / "stand_in.py"), exchange=str(exchange)
        ),
    }
    for name, text in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")
    return find_course(root)


@pytest.fixture
def nbgrader(course: Course) -> Callable[..., str]:
    """Runs one of nbgrader's own commands in the course."""

    def run(*arguments: str, cwd: Path = course.root, good: bool = True) -> str:
        done = subprocess.run(
            [sys.executable, "-m", "nbgrader", *arguments],
            cwd=cwd, env=nbgrader_environment(), capture_output=True, text=True, check=False,
        )  # fmt: skip
        assert (done.returncode == 0) == good, done.stderr
        return done.stderr + done.stdout

    return run
