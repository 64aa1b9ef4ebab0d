"""Writing down what follows from the ledger: notebooks as they come, the gradebook in batches."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace

from autograder.config import Course
from autograder.errors import AutograderError
from autograder.gradebook import Entry, EntryError, record, recorded, write_autograded
from autograder.grading.graded_submission import comments
from autograder.grading.keys import Keys
from autograder.ledger import Current, Ledger
from autograder.model import Grade
from autograder.text import legible

BATCH = 25


class Writer:
    """The one hand that writes, and marks in the ledger what is written.

    What cannot be written of one student is left out; a gradebook that cannot be used ends the
    writing and nothing else.  `problems` has a sentence for each.
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
        self._stopped = False
        self.problems: list[AutograderError] = []

    def add(self, grade: Grade, now: Current, text: Callable[[], str], *, anew: bool) -> None:
        """Write what stands for a student now: only what is missing, unless it is made `anew`."""
        student = grade.student
        written = replace(now, written=self.keys.mark(now.findings))
        if not anew and self._is_written(student, written):
            return
        self.ledger.settle(self.assignment, {student: now})
        if self._stopped:
            return
        try:
            write_autograded(self.course, self.assignment, student, text())
        except AutograderError as problem:
            self.problems.append(problem)
            return
        entry = Entry(
            student,
            grade.all_points(self.exercises),
            comments(grade, self.exercises),
            unchanged=_is_unchanged(self._before.get(student), now),
        )
        self._waiting[student] = (entry, written)
        if len(self._waiting) >= BATCH:
            self.flush()

    def flush(self) -> None:
        """Write what still waits: all at once, and if somebody's entry is refused one by one."""
        waiting, self._waiting = self._waiting, {}
        try:
            self._record(waiting)
        except EntryError:
            for student, one in waiting.items():
                try:
                    self._record({student: one})
                except EntryError as problem:
                    said = f"{legible(student)} is graded, but not in the gradebook: {problem}."
                    self.problems.append(EntryError(said))

    def _record(self, waiting: Mapping[str, tuple[Entry, Current]]) -> None:
        """Write these, or none.  Raises EntryError."""
        if not waiting or self._stopped:
            return
        try:
            record(self.course, self.assignment, [entry for entry, _ in waiting.values()])
        except EntryError:
            raise
        except AutograderError as problem:
            self._stopped = True
            self.problems.append(problem)
        else:
            now = {student: current for student, (_, current) in waiting.items()}
            self.ledger.settle(self.assignment, now)

    def _is_written(self, student: str, wanted: Current) -> bool:
        before = self._before.get(student)
        notebook = self.course.autograded(self.assignment, student) / f"{self.assignment}.ipynb"
        return (
            before is not None
            and replace(before, seconds=wanted.seconds) == wanted
            and student in self._recorded
            and notebook.is_file()
        )


def standing(course: Course, assignment: str, student: str) -> Current | None:
    """What stands for a student in the ledger."""
    with Ledger(course.ledger) as ledger:
        return ledger.current(assignment).get(student)


@contextmanager
def written(
    course: Course, assignment: str, student: str, before: Current | None
) -> Iterator[bool]:
    """While somebody else writes what stands now; then it is marked as written.

    Says whether the gradebook knew these very bytes, if `before` is what stood before.
    """
    now = standing(course, assignment, student)
    yield now is not None and _is_unchanged(before, now)
    if now is not None:
        mark = Keys(course, assignment, ()).mark(now.findings)
        with Ledger(course.ledger) as ledger:
            ledger.settle(assignment, {student: replace(now, written=mark)})


def _is_unchanged(before: Current | None, now: Current) -> bool:
    """Whether the gradebook knows these very bytes."""
    return before is not None and bool(before.written) and before.handed_in == now.handed_in
