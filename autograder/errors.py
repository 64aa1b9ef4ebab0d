"""What can go wrong, and who has to act.

AutograderError               exit code 3: ours
├── UsageError                exit code 2: the command was called wrongly
├── CourseError               exit code 1: an instructor must mend an assignment
├── SubmissionError           exit code 1: one hand-in cannot be read; the others go on
├── EvidenceError             what a box sent is not evidence
├── BoxError                  the box failed, and not through the submission
└── ConfinementError          exit code 2: student code cannot be confined here
"""

from collections.abc import Sequence
from dataclasses import dataclass


class AutograderError(Exception):
    """Something that a person has to know about, in a sentence that says what to do."""

    exit_code = 3


class UsageError(AutograderError):
    """The command was called in a way that cannot work."""

    exit_code = 2


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing to mend in an assignment: where it is, what it is, and the remedy."""

    where: str
    what: str
    remedy: str

    def __str__(self) -> str:
        return f"{self.where}: {self.what}\n    {self.remedy}"


class CourseError(AutograderError):
    """An assignment has problems; all of them are listed at once."""

    exit_code = 1

    def __init__(self, problems: Sequence[Problem]) -> None:
        super().__init__("\n".join(str(problem) for problem in problems))
        self.problems = tuple(problems)


def require_none(problems: Sequence[Problem]) -> None:
    """Raises CourseError with all of these problems, if there are some."""
    if problems:
        raise CourseError(problems)


class SubmissionError(AutograderError):
    """A hand-in cannot be read: one sentence for the student, `remedy` for the assistant."""

    exit_code = 1

    def __init__(self, sentence: str, remedy: str = "Ask for the notebook again.") -> None:
        super().__init__(sentence)
        self.remedy = remedy


class EvidenceError(AutograderError):
    """A message that crossed the trust line breaks the format."""


class BoxError(AutograderError):
    """The box failed for a reason that is not the submission's."""


class ConfinementError(AutograderError):
    """Student code cannot be confined here."""

    exit_code = 2
