"""The nouns of the sentence: checks, findings and grades, frozen and free of dependencies."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any


class Verdict(StrEnum):
    """What one check came to."""

    PASSED = "passed"
    FAILED = "failed"
    NOT_REACHED = "not reached"
    INCONCLUSIVE = "inconclusive"


class Ending(StrEnum):
    """How a run stopped."""

    FINISHED = "finished"
    TIMED_OUT = "timed out"
    OUT_OF_MEMORY = "out of memory"
    DIED = "died"
    LIED = "lied"
    BOX_FAILED = "box failed"
    NOT_RUN = "not run"


@dataclass(frozen=True, slots=True)
class Check:
    """A trusted function that judges one aspect of an exercise."""

    id: str
    exercise: str
    title: str
    points: float
    hidden: bool


@dataclass(frozen=True, slots=True)
class Measured:
    """What a check measured, and where it gives all points and where none: for authors alone."""

    name: str
    value: float
    full: float
    none: float

    @property
    def excess(self) -> float:
        """How far the value lies on the worse side of `full`, as a share of that."""
        sign = 1 if self.full <= self.none else -1
        return sign * (self.value - self.full) / (abs(self.full) or 1)


@dataclass(frozen=True, slots=True)
class Finding:
    """A verdict with its share of the points, its sentence and its hint."""

    check: Check
    verdict: Verdict
    share: float = 0.0
    sentence: str = ""
    hint: str = ""
    measured: tuple[Measured, ...] = ()

    @classmethod
    def read(cls, tree: Mapping[str, Any]) -> "Finding":
        """A finding from plain data.  Raises KeyError, TypeError or ValueError if it is none."""
        own = dict(tree)
        own["check"] = Check(**own["check"])
        own["verdict"] = Verdict(own["verdict"])
        own["measured"] = tuple(Measured(**one) for one in own["measured"])
        return cls(**own)

    @property
    def points(self) -> float:
        """The points that the check earned."""
        return self.check.points * self.share


@dataclass(frozen=True, slots=True)
class Grade:
    """All findings of one submission, how its run ended, and which walls its box did not have.

    `blank` are the written exercises without an answer: nobody has to read them.
    """

    student: str
    assignment: str
    findings: tuple[Finding, ...]
    ending: Ending
    notes: tuple[str, ...] = ()
    missing_walls: tuple[str, ...] = ()
    blank: tuple[str, ...] = ()

    @classmethod
    def read(cls, tree: Mapping[str, Any]) -> "Grade":
        """A grade from plain data.  Raises KeyError, TypeError or ValueError if it is none."""
        own = dict(tree)
        for name in ("notes", "missing_walls", "blank"):
            own[name] = tuple(own[name])
        own["findings"] = tuple(Finding.read(one) for one in tree["findings"])
        own["ending"] = Ending(tree["ending"])
        return cls(**own)

    def of(self, exercise: str) -> tuple[Finding, ...]:
        """The findings of one exercise, in the order in which its checks ran."""
        return tuple(finding for finding in self.findings if finding.check.exercise == exercise)

    def points(self, exercise: str) -> float | None:
        """The points of one exercise, or None while its grade is withheld."""
        return total(self.of(exercise))

    def all_points(self, exercises: Iterable[str]) -> dict[str, float | None]:
        """The points of these exercises, and zero for those that were left blank."""
        return {name: self.points(name) for name in exercises} | dict.fromkeys(self.blank, 0.0)

    @property
    def withheld(self) -> bool:
        """Whether some points are not decided, because we failed or a person must look."""
        return any(finding.verdict is Verdict.INCONCLUSIVE for finding in self.findings)


def total(findings: Iterable[Finding]) -> float | None:
    """The points earned, rounded to a thousandth; None if a finding is inconclusive, or of none."""
    findings = tuple(findings)
    if not findings or any(finding.verdict is Verdict.INCONCLUSIVE for finding in findings):
        return None
    return round(sum(finding.points for finding in findings), 3)
