"""Both graders as their users run them, and how long that takes."""

import os
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path


def ours(assignment: str, students: Sequence[str], *, jobs: int = 1) -> list[str]:
    """Our command, so that it runs what it knows already as well."""
    wanted = [part for student in students for part in ("--student", student)]
    command = [sys.executable, "-m", "autograder", "grade", assignment, "--force"]
    return [*command, "--jobs", str(jobs), *wanted]


def stock(assignment: str, pattern: str) -> list[str]:
    """nbgrader's own command, for the students whose names are like `pattern`."""
    command = [sys.executable, "-m", "nbgrader", "autograde", assignment, "--force"]
    return [*command, "--student", pattern]


def seconds(course: Path, command: Sequence[str]) -> float:
    """How long a command takes.  Stops the benchmark with its output where it fails."""
    start = time.perf_counter()
    done = subprocess.run(  # noqa: S603 - our own commands
        command, cwd=course, env=environment(), capture_output=True, text=True, check=False
    )
    if done.returncode:
        sys.exit(f"{command}\n{done.stdout}{done.stderr}")
    return time.perf_counter() - start


def environment() -> dict[str, str]:
    """The environment with its programs on the path: nbgrader calls alembic by name."""
    path = f"{Path(sys.prefix, 'bin')}{os.pathsep}{os.environ['PATH']}"
    return os.environ | {"PATH": path}
