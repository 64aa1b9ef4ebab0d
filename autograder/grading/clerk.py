"""A class graded with the ledger: what is known is looked up, the rest is run, all is written down.

    ledger --known?--> kept | judged again | run --> ledger --> autograded/, gradebook, feedback/

What stands to the right of the ledger is derived from it, by one hand, and can be made again.
"""

import sys
from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager, ExitStack, closing, suppress
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from typing import Any

from autograder.config import Course
from autograder.errors import AutograderError, CourseError, Problem
from autograder.evidence.values import FormatError
from autograder.feedback import generate_feedback
from autograder.files import locked
from autograder.gradebook import prepare
from autograder.grading.graded_submission import Graded, comments
from autograder.grading.keys import Key, Keys
from autograder.grading.reference import judge_reference, keep, withhold
from autograder.grading.results import Writer
from autograder.grading.tapes import Tape, unpack
from autograder.grading.workers import grade
from autograder.grading.workshop import Options, Workshop
from autograder.ledger import Current, Judged, Ledger
from autograder.model import Ending, Grade
from autograder.notebooks.assignment import read_release
from autograder.notebooks.cells import Notebook

JUDGED, ASKED = "judged", "asked"
_TOLD = 20
_BROKEN = "These exercises are withheld for everyone: mend the check, the solution or the limits."


@dataclass(slots=True)
class ClassGraded:
    """The grades of a class, and in a word each why it was run, or was not."""

    exercises: tuple[str, ...]
    grades: dict[str, Grade] = field(default_factory=dict)
    why: dict[str, str] = field(default_factory=dict)
    problems: list[AutograderError] = field(default_factory=list)  # what was left undone
    ours: bool = False  # a failure of ours withheld a grade
    stopped: bool = False

    def add(self, grade: Grade, why: str, *, final: bool) -> None:
        """Add a grade; `final` says that grading once more would change nothing."""
        self.grades[grade.student] = grade
        self.why[grade.student] = why
        self.ours |= grade.withheld and not final

    @property
    def exit_code(self) -> int:
        """3 if a failure of ours left something undone, 1 if a person must look, else 0."""
        withheld = any(grade.withheld for grade in self.grades.values())
        return max(3 * self.ours, 1 * withheld, *(one.exit_code for one in self.problems), 0)

    def as_json(self, notebook: Path | None) -> list[dict[str, Any]]:
        """The grades as plain data; `notebook` is where the one notebook was written, if it was."""
        return [
            {
                "student": grade.student,
                "assignment": grade.assignment,
                "ending": grade.ending.value,
                "points": {name: grade.points(name) for name in self.exercises},
                "blank": list(grade.blank),
                "comments": comments(grade, self.exercises),
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
            for grade in self.grades.values()
        ]


@dataclass(frozen=True, slots=True)
class _Plan:
    """What is known of a submission, and in a word why it is run, judged or kept."""

    key: Key
    why: str
    known: Judged | None = None
    seconds: float = 0.0


def grade_class(
    course: Course,
    assignment: str,
    students: Sequence[str],
    options: Options,
    *,
    dry_run: bool = False,
    force: bool = False,
    feedback: bool = False,
    notebook: Path | None = None,
    stands: bool = False,
    tell: Callable[[Grade], None] = lambda _: None,
) -> ClassGraded:
    """Grade these students and, unless it is a dry run, write all that follows from it.

    Every grade goes into the ledger, and what is there is not run again, unless by `force`.  The
    graded notebook of a class of one also goes to `notebook`.  What a dry run comes to `stands` if
    whoever asks, such as nbgrader, writes it down: then `sync_class` goes by it.  `tell` hears of
    each grade as it comes; what is returned is in the order in which the students were given.  An
    interrupt from the keyboard ends it early, with all that is done written down.  What stops it
    after some are graded is among the problems of what is returned.
    """
    with ExitStack() as stack:
        if not dry_run:
            stack.enter_context(_one_at_a_time(course))
        ledger = stack.enter_context(Ledger(course.ledger))
        workshop = stack.enter_context(Workshop(course, assignment, options))
        keys = Keys(course, assignment, options.how)
        done = ClassGraded(exercises_of(workshop.notebook))
        grading = _Grading(workshop, ledger, notebook, tell, dry_run, stands, keys, done)
        try:
            grading.whole(students, force=force)
        except KeyboardInterrupt:
            done.stopped = True
        except AutograderError as problem:
            if not done.grades:
                raise
            done.problems.append(problem)
        grading.finish()
    done.grades = {student: done.grades[student] for student in students if student in done.grades}
    if feedback and not dry_run and not done.stopped:
        try:
            generate_feedback(course, assignment, list(done.grades))
        except AutograderError as problem:
            done.problems.append(problem)
    return done


@dataclass(slots=True)
class _Grading:
    """One class on its way through ledger and workshop."""

    workshop: Workshop
    ledger: Ledger
    notebook: Path | None
    tell: Callable[[Grade], None]
    dry_run: bool
    stands: bool
    keys: Keys
    done: ClassGraded
    plans: dict[str, _Plan] = field(default_factory=dict)
    broken: Mapping[str, str] = field(default_factory=dict)
    writer: Writer | None = None

    def whole(self, students: Sequence[str], *, force: bool) -> None:
        """Take what is known, and grade the others, those that took longest first."""
        course, assignment = self.workshop.course, self.workshop.assignment
        before = self.ledger.current(assignment)
        self.plans = {one: self._plan(one, before.get(one), force=force) for one in students}
        todo = [student for student in students if not self.plans[student].known]
        todo.sort(key=lambda student: -self.plans[student].seconds)
        boxes = any(self.plans[one].why != JUDGED for one in todo)
        if todo:
            self.workshop.begin(boxes=boxes)
        if todo and not self.dry_run:
            prepare()  # while the templates are warming up
        if not self.dry_run:
            self.writer = Writer(course, assignment, self.ledger, self.done.exercises, self.keys)
        for student, plan in self.plans.items():
            if plan.known:
                self._take(student, plan.known, plan.why)
        if not todo:
            return
        self.workshop.start(boxes=boxes)
        self.broken = judge_reference(self.workshop, self.ledger, self.keys)
        if self.broken:
            broken = self.broken.items()
            problems = [Problem(f"{assignment}, {name}", why, _BROKEN) for name, why in broken]
            self.done.problems.append(CourseError(problems))
        with closing(grade(self.workshop, todo, self._evidence)) as graded:
            for one in graded:
                self._keep(one)

    def finish(self) -> None:
        """Write what waits to be written."""
        if self.writer:
            self.writer.flush()
            self.done.problems += self.writer.problems

    def _plan(self, student: str, before: Current | None, *, force: bool) -> _Plan:
        submission = self.workshop.read(student)
        key = self.keys.of(submission.digest)
        known = self.ledger.judged(key.findings)
        seconds = before.seconds if before else 0.0
        if force:
            return _Plan(key, "forced", seconds=seconds)
        if known and known.final and self.ledger.has_run(key.run):
            return _Plan(key, "kept", known)
        if self.ledger.has_run(key.run, playable=True):
            why = JUDGED
        elif known:
            why = "retried"
        elif before is None:
            why = "new"
        elif before.run == key.run:
            why = ASKED
        else:
            why = "changed" if before.handed_in != key.handed_in else "setup"
        return _Plan(key, why, seconds=seconds)

    def _evidence(self, student: str) -> Tape | None:
        """The evidence by which a student's work can be judged again."""
        plan = self.plans[student]
        if plan.why == JUDGED and (kept := self.ledger.run(plan.key.run)):
            with suppress(FormatError):
                return unpack(kept.evidence)
        return None

    def _keep(self, graded: Graded) -> None:
        graded = replace(graded, grade=withhold(graded.grade, self.broken))
        student = graded.grade.student
        plan = self.plans[student]
        # What was graded may be other than what was planned: it stands under its own key.
        key = self.keys.of(graded.handed_in) if graded.handed_in else plan.key
        self.plans[student] = replace(plan, key=key)
        asked = plan.why == JUDGED and not graded.from_evidence
        judged = keep(self.ledger, graded, key)
        self._take(student, judged, ASKED if asked else plan.why, graded)

    def _take(self, student: str, judged: Judged, why: str, graded: Graded | None = None) -> None:
        grade = judged.of(student)
        self.done.add(grade, "withheld" if grade.withheld else why, final=judged.final)

        frame = self.workshop.place / self.workshop.notebook.name
        text = partial(_text, self.ledger, judged, grade, frame, graded)
        key = self.plans[student].key
        now = Current(key.handed_in, key.run, key.findings)
        if self.writer:
            self.writer.add(grade, now, text, anew=graded is not None)
        elif self.stands and grade.ending is not Ending.NOT_RUN:
            self.ledger.settle(self.workshop.assignment, {student: now})
        if self.notebook is not None:
            self.notebook.write_text(text(), encoding="utf-8")
        self.tell(grade)


def sync_class(course: Course, assignment: str, *, feedback: bool = False) -> int:
    """Write notebooks and gradebook again from the ledger alone; the number of submissions.

    Raises AutograderError with all that could not be written.
    """
    with _one_at_a_time(course), Ledger(course.ledger) as ledger:
        frame = course.release(assignment) / f"{assignment}.ipynb"
        names = exercises_of(
            read_release(frame.parent, assignment, course.settings.answers_of(assignment))
        )
        writer = Writer(course, assignment, ledger, names, Keys(course, assignment, ()))
        current = ledger.current(assignment)
        for student, now in current.items():
            judged = ledger.judged(now.findings)
            if judged is None:
                writer.problems.append(AutograderError(_damaged(student)))
                continue
            grade = judged.of(student)
            shown = partial(_text, ledger, judged, grade, frame)
            writer.add(grade, replace(now, written=""), shown, anew=True)
        writer.flush()
    if feedback:
        generate_feedback(course, assignment, sorted(current))
    if writer.problems:
        raise AutograderError(told(writer.problems))
    return len(current)


def told(problems: Sequence[AutograderError]) -> str:
    """Problems as a person reads them: each once, and not hundreds."""
    different = list(dict.fromkeys(map(str, problems)))
    more = len(different) - _TOLD
    return "\n".join([*different[:_TOLD], *([f"... and {more} more."] if more > 0 else [])])


def recall(ledger: Ledger, judged: Judged, grade: Grade) -> Graded:
    """A grade with its evidence, from the ledger.  Raises AutograderError if that is damaged."""
    if kept := ledger.run(judged.run):
        with suppress(FormatError):
            return Graded(grade, unpack(kept.evidence), judged.asked)
    raise AutograderError(_damaged(grade.student))


def exercises_of(notebook: Notebook) -> tuple[str, ...]:
    """The ids of the exercises that checks judge."""
    return tuple(exercise.id for exercise in notebook.exercises if not exercise.written)


def _text(
    ledger: Ledger, judged: Judged, grade: Grade, frame: Path, graded: Graded | None = None
) -> str:
    """The graded notebook, if need be from the ledger, in the frame of the release."""
    return (graded or recall(ledger, judged, grade)).text(frame)


def _damaged(student: str) -> str:
    return (
        f"The ledger's record of {student} is damaged: grade the submission again, with "
        f"autograder grade and --force --student {student}."
    )


def _one_at_a_time(course: Course) -> AbstractContextManager[None]:
    """Only one writes a course's results; others wait, and say so."""

    def say() -> None:
        print("Another autograder command writes in this course: waiting for it.", file=sys.stderr)

    return locked(course.ledger.with_name("course.lock"), say)
