"""The check that is running now, how it may end early, and what it has recorded so far."""

import hashlib
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import Any

import torch

from autograder.asking.questions import Question
from autograder.asking.tensors import thaw
from autograder.evidence.values import Array
from autograder.model import Measured


class CheckFailed(AssertionError):  # noqa: N818 - a verdict, not an error
    """What was handed in is not right; the sentence and the hint are for the student."""

    def __init__(self, sentence: str, hint: str = "") -> None:
        super().__init__(sentence)
        self.sentence = sentence
        self.hint = hint


class StudentRaised(CheckFailed):
    """The student's own code raised while it answered a question.

    ``kinds`` are the names of its exception's class and of its bases.  The message is the student's
    own, and may hold what hidden inputs were: compare it, and show it to nobody.
    """

    def __init__(self, sentence: str, *, kinds: Sequence[str] = (), message: str = "") -> None:
        super().__init__(sentence)
        self.kinds = kinds
        self.message = message


class NoAttributeError(StudentRaised, AttributeError):
    """An object of the student's has no such attribute, as `hasattr` and `getattr` know it."""


class NoLengthError(StudentRaised, TypeError):
    """An object of the student's has no length, as `list` knows it, which asks for one first."""


class NotReached(Exception):  # noqa: N818 - a verdict, not an error
    """The answer that a check needs does not exist; the sentence says why."""


@dataclass(slots=True)
class Stream:
    """Random numbers that only this check has: the same wherever and whenever it runs."""

    course_seed: str = ""
    assignment: str = ""
    check: str = ""

    def seed(self, purpose: str = "inputs") -> int:
        """A number of 63 bits that nobody knows who does not know the course seed."""
        text = "\0".join((self.course_seed, self.assignment, self.check, purpose))
        return int.from_bytes(hashlib.sha256(text.encode()).digest()[:8], "big") >> 1

    def generator(self, purpose: str = "inputs") -> torch.Generator:
        """A generator on the CPU, started from this stream's seed."""
        return torch.Generator().manual_seed(self.seed(purpose))


@dataclass(slots=True)
class Running:
    """What the words of the vocabulary know about the check that uses them."""

    stream: Stream = field(default_factory=Stream)
    device: str = "cpu"
    hidden: bool = False
    shares: list[float] = field(default_factory=list)
    sentences: list[str] = field(default_factory=list)
    measured: dict[str, Measured] = field(default_factory=dict)  # by name, the worst
    before: Callable[[], Any] | None = None  # what a name held before its exercise ran again
    asked: Question | None = None  # the last question
    replicas: dict[str, Any] = field(default_factory=dict)  # by home and rerun

    @property
    def share(self) -> float:
        """The smallest share recorded; 1 if none was."""
        return min(self.shares, default=1.0)

    @property
    def inputs(self) -> tuple[torch.Tensor, ...]:
        """The tensors that the last question gave to the student's work."""
        values: dict[str, Any] = self.asked.values if self.asked else {}
        given = [*values.get("arguments", ()), *values.get("replaced", {}).values()]
        return tuple(thaw(value) for value in given if isinstance(value, Array))

    def measure(self, name: str, value: float, *, full: float = 1, none: float = 1) -> None:
        """Remember for the author what a threshold was held against."""
        # Six digits: the last ones of a sum depend on where in memory its terms lie.
        value, full, none = (float(f"{one:.6g}") for one in (value, full, none))
        new = Measured(name, value, full, none)
        self.measured[name] = max(self.measured.get(name, new), new, key=lambda one: one.excess)


_running: ContextVar[Running | None] = ContextVar("running", default=None)


def current() -> Running:
    """The running check; outside of one, a record that nobody reads."""
    return _running.get() or Running()


@contextmanager
def running(check: Running) -> Iterator[Running]:
    """Make a check the running one."""
    token = _running.set(check)
    try:
        yield check
    finally:
        _running.reset(token)
