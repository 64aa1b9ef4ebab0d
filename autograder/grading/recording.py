"""Writing a class down: autograded notebooks as they come, the gradebook in batches by one hand."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from autograder.config import Course
from autograder.gradebook import Entry, generate_feedback, record, write_autograded
from autograder.grading.grading import Graded, Options, Workshop, grade
from autograder.model import Ending, Grade
from autograder.notebooks import Exercise, compose

BATCH = 25


@dataclass(slots=True)
class ClassGraded:
    """All grades of a class, and what the gradebook learns of them."""

    exercises: tuple[Exercise, ...]
    grades: list[Grade] = field(default_factory=list)
    entries: list[Entry] = field(default_factory=list)

    @property
    def exit_code(self) -> int:
        """3 if a failure of ours withheld a grade, 1 if a person must look at one, else 0."""
        endings = {grade.ending for grade in self.grades}
        if Ending.BOX_FAILED in endings:
            return 3
        return 1 if any(grade.withheld for grade in self.grades) else 0

    def as_json(self, notebook: Path | None) -> list[dict[str, Any]]:
        """The grades as plain data; `notebook` is where the one notebook was written, if it was."""
        return [
            {
                "student": grade.student,
                "assignment": grade.assignment,
                "ending": grade.ending.value,
                "points": dict(entry.points),
                "comments": dict(entry.comments),
                "notes": list(grade.notes),
                "missing_walls": list(grade.missing_walls),
                "withheld": grade.withheld,
                "findings": [
                    {
                        "check": finding.check.id,
                        "exercise": finding.check.exercise,
                        "title": finding.check.title,
                        "verdict": finding.verdict.value,
                        "points": round(finding.points, 3),
                        "of": finding.check.points,
                        "sentence": finding.sentence,
                        "hint": finding.hint,
                    }
                    for finding in grade.findings
                ],
                "notebook": str(notebook) if notebook else None,
            }
            for grade, entry in zip(self.grades, self.entries, strict=True)
        ]


def grade_class(
    course: Course,
    assignment: str,
    students: Sequence[str],
    options: Options,
    *,
    dry_run: bool = False,
    feedback: bool = False,
    notebook: Path | None = None,
    tell: Callable[[Grade], None] = lambda _: None,
) -> ClassGraded:
    """Grade these students and, unless it is a dry run, write all that follows from it.

    The graded notebook of a class of one also goes to `notebook`.  `tell` hears of each grade as
    it comes; what is returned is in the order in which the students were given.
    """
    with Workshop(course, assignment, options) as workshop:
        frame = workshop.place / workshop.notebook.name
        done = ClassGraded(
            tuple(exercise for exercise in workshop.notebook.exercises if not exercise.written)
        )
        names = [exercise.id for exercise in done.exercises]
        waiting: list[Entry] = []
        for graded in grade(workshop, students):
            student = graded.grade.student
            entry = _entry(graded, names)
            text = compose(frame, graded.cells, graded.outputs, graded.counts)
            done.grades.append(graded.grade)
            done.entries.append(entry)
            if notebook is not None:
                notebook.write_text(text, encoding="utf-8")
            if not dry_run:
                write_autograded(course, assignment, student, text)
                waiting.append(entry)
                if len(waiting) >= BATCH:
                    record(course, assignment, waiting)
                    waiting.clear()
            tell(graded.grade)
        if waiting:
            record(course, assignment, waiting)
    _sort(done, students)
    if feedback and not dry_run:
        generate_feedback(course, assignment, students)
    return done


def _entry(graded: Graded, exercises: Sequence[str]) -> Entry:
    points = {name: graded.grade.points(name) for name in exercises}
    return Entry(graded.grade.student, points, graded.comments(exercises))


def _sort(done: ClassGraded, students: Sequence[str]) -> None:
    place = {student: number for number, student in enumerate(students)}
    done.grades.sort(key=lambda grade: place[grade.student])
    done.entries.sort(key=lambda entry: place[entry.student])
