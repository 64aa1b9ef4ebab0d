"""Inputs that are searched for, on a namespace like a student's."""

import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import torch
from hypothesis import strategies as st

from autograder.checks import CheckFailed, NotReached, Student, close, given, tensors
from autograder.judging.current_check import Running, Stream, running
from autograder.judging.in_kernel import Kernel

SEEN: list[torch.Tensor] = []


@given(z=tensors((1, 4), 3, low=-200, high=200))
def check_exponential(student: Student, z: torch.Tensor) -> None:
    """Exp(z), for any z."""
    SEEN.append(z)
    close("exp(z)", student.call("exp", z), z.double().exp().clamp(max=1e30))


def judge(exp: Any, *, hidden: bool = False, seed: str = "s") -> str:
    """What is told of this function; the inputs that were tried are in SEEN."""
    SEEN.clear()
    names = {"exp": exp} if exp else {}
    with running(Running(Stream(seed), hidden=hidden)):
        try:
            check_exponential(student=Student(Kernel(names)))
        except (CheckFailed, NotReached) as problem:
            return str(problem)
    return ""


def right(z: torch.Tensor) -> torch.Tensor:
    """What is asked for."""
    return z.double().exp().clamp(max=1e30)


def test_right_answers_pass_on_many_inputs() -> None:
    """All examples are tried, of all sizes, within the bounds."""
    assert judge(right) == ""
    assert len(SEEN) == 25
    assert {tuple(z.shape) for z in SEEN} >= {(1, 3), (4, 3)}
    assert all(z.abs().max() <= 200 for z in SEEN)


def test_the_smallest_failing_input_is_shown() -> None:
    """It is shrunk, and shown in a visible check alone."""

    def wrong(z: torch.Tensor) -> torch.Tensor:
        return right(z).clamp(min=0.1)

    told = judge(wrong)
    assert ", for z = [[" in told
    assert len(SEEN) <= 101
    assert told.count("0.0") >= 2
    assert ", for" not in judge(wrong, hidden=True)
    assert judge(wrong, hidden=True)


def test_the_inputs_depend_on_the_stream_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The same seed draws the same, another others, whoever was judged before; no file is made."""
    monkeypatch.chdir(tmp_path)
    judge(right)
    first = [z.tolist() for z in SEEN]
    judge(lambda z: z)
    judge(right)
    assert [z.tolist() for z in SEEN] == first
    judge(right, seed="other")
    assert [z.tolist() for z in SEEN] != first
    assert not list(tmp_path.iterdir())


def test_an_answer_that_changes_its_mind_fails() -> None:
    """A function that fails for an input only sometimes is told what it did then."""
    calls = []

    def moody(z: torch.Tensor) -> torch.Tensor:
        calls.append(z)
        return right(z) if len(calls) % 3 else right(z) + 1

    assert "exp(z) is" in judge(moody)
    assert judge(None) == "exp is not defined"


def test_students_need_no_hypothesis() -> None:
    """The vocabulary is imported without it."""
    code = "import sys, autograder.checks; sys.exit('hypothesis' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_whole_numbers_can_be_drawn() -> None:
    """A dtype of whole numbers is filled with such."""
    seen = []

    @given(examples=5, target=tensors(4, low=0, high=2, dtype=torch.long), k=st.just(3))
    def check_target(target: torch.Tensor, k: int) -> None:
        seen.append(target)
        assert k == 3

    check_target()
    assert all(t.dtype is torch.long and t.max() <= 2 for t in seen)
