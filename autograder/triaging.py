"""The story before the grading: what would be repaired, guessed or refused; nothing is run."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from autograder.config import Course
from autograder.errors import SubmissionError
from autograder.notebooks.assignment import read_release
from autograder.notebooks.earlier import remember
from autograder.notebooks.rebuilding import Care, Note
from autograder.notebooks.receiving import receive
from autograder.notebooks.submission import read_submission
from autograder.text import legible


@dataclass(frozen=True, slots=True)
class Triaged:
    """What is odd about one hand-in; `remedy` is for the assistant if it is refused."""

    student: str
    notes: tuple[Note, ...]
    remedy: str = ""

    @property
    def needs_a_person(self) -> bool:
        """Whether some of its points would be withheld."""
        return any(note.care in {Care.UNDECIDED, Care.REFUSED} for note in self.notes)

    @property
    def lines(self) -> list[str]:
        """What an assistant reads."""
        name = legible(self.student)
        lines = [f"{name} {note.care}: {note.sentence}" for note in self.notes]
        return [*lines, f"    {self.remedy}"] if self.remedy else lines


def triage(course: Course, assignment: str, students: Sequence[str]) -> Iterator[Triaged]:
    """Look at what these students handed in.  Raises CourseError if there is no release."""
    answers = course.settings.answers_of(assignment)
    release = read_release(course.release(assignment), assignment, answers)
    earlier = remember(course.releases, release)
    wanted = course.settings.files_of(assignment)
    for student in students:
        try:
            folder = course.submitted(assignment, student)
            submission = read_submission(folder, release.name, wanted)
            rebuilt = receive(submission, release, earlier)
        except SubmissionError as problem:
            yield Triaged(student, (Note(Care.REFUSED, str(problem)),), problem.remedy)
        else:
            yield Triaged(student, rebuilt.oddities)
