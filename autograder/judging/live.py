"""The visible checks in the student's own kernel, on the names that are defined there now."""

import random
import sys
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import torch
from IPython.core.getipython import get_ipython
from IPython.utils.capture import capture_output

from autograder.errors import UsageError
from autograder.judging.in_kernel import Kernel
from autograder.judging.session import Session, hold
from autograder.judging.students import Student
from autograder.model import Finding

FOLDER = "checks"


def examine(exercise: str) -> tuple[Finding, ...]:
    """Run the visible checks of one exercise on the live names of this kernel.

    Raises UsageError, with the remedy, when there are no such checks beside the notebook.
    """
    folder = Path.cwd() / FOLDER
    if not any(folder.glob("check_*.py")):
        raise UsageError(
            f"There is no folder `{FOLDER}` with checks beside this notebook. Fetch the assignment"
            " again, or copy the folder here; your notebook stays as it is."
        )
    session = Session(folder.resolve(), data=Path.cwd())
    findings: list[Finding] = []
    with _undisturbed(folder.resolve()), capture_output():
        student = Student(Kernel(names()))
        hold(session, lambda held: findings.extend(held.judge(exercise, student)))
    if not findings:
        raise UsageError(_nothing(exercise, session))
    return tuple(findings)


def _nothing(exercise: str, session: Session) -> str:
    if session.problems:
        where = "; ".join(f"{problem.where}: {problem.what}" for problem in session.problems)
        return f"The checks beside this notebook cannot be read ({where}). Fetch them again."
    known = ", ".join(dict.fromkeys(check.exercise for check in session.checks))
    return f"There is no exercise called {exercise!r} here. There are: {known}."


def names() -> dict[str, object]:
    """What the notebook has defined."""
    shell = get_ipython()
    return shell.user_ns if shell else vars(sys.modules["__main__"])


@contextmanager
def _undisturbed(folder: Path) -> Iterator[None]:
    """Give the kernel back its random numbers, modes, paths, warnings and modules."""
    generators = random.getstate(), np.random.get_state()
    path, before = list(sys.path), set(sys.modules)
    dtype = torch.get_default_dtype()
    in_use = torch.cuda.is_initialized()  # type: ignore[no-untyped-call]  # torch has no types here
    devices = range(torch.cuda.device_count()) if in_use else ()
    try:
        with (
            warnings.catch_warnings(),
            torch.random.fork_rng(devices),
            torch.set_grad_enabled(mode=True),
        ):
            yield
    finally:
        random.setstate(generators[0])
        np.random.set_state(generators[1])
        torch.set_default_dtype(dtype)
        sys.path[:] = path
        for name in set(sys.modules) - before:
            if Path(str(getattr(sys.modules[name], "__file__", ""))).is_relative_to(folder):
                del sys.modules[name]
