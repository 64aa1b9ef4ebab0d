"""A tiny course on disk, for the real nbgrader."""

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from tiny_course import CHECKS, CONFIG, STAND_IN, write_course

from autograder.config import Course
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
    exchange = tmp_path / "exchange"
    exchange.mkdir(mode=0o777)
    exchange.chmod(0o777)
    listed = json.dumps(
        [{name: getattr(check, name) for name in check.__slots__} for check in CHECKS]
    )
    config = CONFIG.format(
        root=str(root), stand_in=str(root / "stand_in.py"), exchange=str(exchange)
    )
    files = {"stand_in.py": STAND_IN.format(checks=listed), "nbgrader_config.py": config}
    return write_course(root, files)


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
