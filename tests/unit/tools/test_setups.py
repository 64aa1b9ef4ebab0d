"""`make escapes` says in one line for each set-up whether it holds, fails, or cannot be made."""

import os
import subprocess
import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path

import pytest

from autograder.guest import syscalls

ROOT = Path(__file__).parents[3]
CAP_SYS_ADMIN = 21
pytestmark = pytest.mark.skipif(os.geteuid() != 0, reason="only root can become the others")


def run(*arguments: str, become: Callable[[], None] | None = None) -> tuple[int, list[str]]:
    """The exit code of the command, and its lines."""
    done = subprocess.run(
        [sys.executable, "-m", "tools.escapes", *arguments],
        cwd=ROOT, capture_output=True, text=True, check=False, preexec_fn=become,
    )  # fmt: skip
    assert not done.stderr
    return done.returncode, done.stdout.splitlines()


def test_a_suite_in_which_nothing_ran_has_failed() -> None:
    """Each set-up has its line at the end, and the exit code is 1."""
    code, lines = run("-k", "no_such_attack")
    assert code == 1
    assert [line.split()[:2] for line in lines[-3:]] == [
        [name, "FAILED"] for name in ("root", "ordinary", "container")
    ]


def test_the_callers_own_set_up_can_be_left_out() -> None:
    """`make test` has run it."""
    lines = run("--others", "-k", "no_such_attack")[1]
    assert [line.split()[0] for line in lines[-2:]] == ["ordinary", "container"]


def test_what_cannot_be_made_is_skipped_and_said() -> None:
    """A root without rights, as in a container, cannot become the others, and it is no failure."""
    become = partial(syscalls.prctl, syscalls.PR_CAPBSET_DROP, CAP_SYS_ADMIN)
    code, (line,) = run("--as", "ordinary", become=become)
    assert code == 75
    assert line.startswith("this set-up cannot be made here: ")
