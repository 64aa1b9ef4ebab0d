"""The visible checks in the student's own kernel, on the names that are defined there now."""

import json
import random
import sys
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
import torch
from IPython.core.getipython import get_ipython
from IPython.utils.capture import capture_output

from autograder.config import TOLD
from autograder.errors import UsageError
from autograder.files import unfit
from autograder.judging.in_kernel import Kernel
from autograder.judging.session import Session, hold
from autograder.judging.students import Student
from autograder.model import Finding

FOLDER = "checks"
_LOADERS: dict[str, Callable[[Path], Any]] = {
    ".pt": lambda path: torch.load(path, map_location="cpu", weights_only=True),
    ".npy": lambda path: np.load(path, allow_pickle=False),
    ".npz": lambda path: dict(np.load(path, allow_pickle=False)),
    ".json": lambda path: json.loads(path.read_bytes()),
}
_LOADERS[".pth"] = _LOADERS[".pt"]
# Of classes, which may be those of the notebook: it alone can load them.
_UNSURE = ("Unsupported global", "Object arrays")


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


def lacking() -> tuple[str, ...]:
    """What is wrong with the files that have to be handed in beside this notebook."""
    if not Path(TOLD).is_file():
        return ()
    wanted = json.loads(Path(TOLD).read_bytes()).get("files", {})
    found = {name: _flaw(Path(name), most) for name, most in wanted.items()}
    return tuple(unfit(name, why) for name, why in found.items() if why)


def _flaw(path: Path, most: int) -> str:
    if path.is_symlink() or path.is_dir():
        return "a link" if path.is_symlink() else "a folder"
    if not path.exists():
        return "missing"
    size = path.stat().st_size
    if not 0 < size <= most:
        return f"larger than {most >> 20} MiB" if size else "empty"
    try:
        with warnings.catch_warnings(action="ignore"):
            _LOADERS.get(path.suffix, Path.stat)(path)
    except Exception as problem:
        return "" if any(words in str(problem) for words in _UNSURE) else "damaged"
    return ""


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
