"""Writing down what follows from the ledger: notebooks as they come, the gradebook in batches."""

from collections.abc import Callable, Sequence
from dataclasses import replace

from autograder.config import Course
from autograder.errors import AutograderError
from autograder.gradebook import Entry, record, recorded, write_autograded
from autograder.grading.graded import comments
from autograder.grading.keys import Keys
from autograder.ledger import Current, Ledger
from autograder.model import Grade

BATCH = 25


class Writer:
    """The one hand that writes, and marks in the ledger what is written.

    A problem, such as a full disk, ends the writing and nothing else; what is damaged is left out.
    `finish` raises the first.
    """

    def __init__(
        self, course: Course, assignment: str, ledger: Ledger, exercises: Sequence[str], keys: Keys
    ) -> None:
        self.course = course
        self.assignment = assignment
        self.ledger = ledger
        self.exercises = exercises
        self.keys = keys
        self._before = ledger.current(assignment)
        self._recorded = recorded(course, assignment)
        self._waiting: dict[str, tuple[Entry, Current]] = {}
        self._problem: AutograderError | None = None
        self._left_out: list[AutograderError] = []

    def add(self, grade: Grade, now: Current, text: Callable[[], str], *, anew: bool) -> None:
        """Write what stands for a student now: only what is missing, unless it is made `anew`."""
        student = grade.student
        written = replace(now, written=self.keys.mark(now.findings))
        if not anew and self._is_written(student, written):
            return
        self.ledger.settle(self.assignment, {student: now})
        if self._problem:
            return
        try:
            shown = text()
        except AutograderError as problem:
            self.leave_out(problem)
            return
        try:
            write_autograded(self.course, self.assignment, student, shown)
            points = {name: grade.points(name) for name in self.exercises}
            entry = Entry(student, points, comments(grade, self.exercises))
            self._waiting[student] = (entry, written)
            if len(self._waiting) >= BATCH:
                self._flush()
        except AutograderError as problem:
            self._problem = problem

    def leave_out(self, problem: AutograderError) -> None:
        """Go on without one student's results, which cannot be read."""
        self._left_out.append(problem)

    def finish(self) -> None:
        """Write what still waits."""
        if self._problem:
            raise self._problem
        self._flush()
        if self._left_out:
            raise self._left_out[0]

    def _flush(self) -> None:
        if self._waiting:
            record(self.course, self.assignment, [entry for entry, _ in self._waiting.values()])
            now = {student: current for student, (_, current) in self._waiting.items()}
            self.ledger.settle(self.assignment, now)
            self._waiting.clear()

    def _is_written(self, student: str, wanted: Current) -> bool:
        before = self._before.get(student)
        notebook = self.course.autograded(self.assignment, student) / f"{self.assignment}.ipynb"
        return (
            before is not None
            and replace(before, seconds=wanted.seconds) == wanted
            and student in self._recorded
            and notebook.is_file()
        )
