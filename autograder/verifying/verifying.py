"""Seven questions: is it fair, strict, deaf to words, stable, alike elsewhere, tight, and cheap?"""

import tempfile
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

from autograder.config import Course
from autograder.model import Check
from autograder.notebooks.assignment import read_assignment
from autograder.notebooks.submission import read_wanted
from autograder.verifying.case import Answer, Case, Open
from autograder.verifying.costs import costs
from autograder.verifying.liars import liars
from autograder.verifying.specimens import disagreements, read_specimens
from autograder.verifying.stability import parity, stability
from autograder.verifying.strictness import strictness

QUESTIONS = ("specimens", "strictness", "liars", "stability", "parity", "leaks", "cost")


def verify(
    course: Course,
    assignment: str,
    open_: Open,
    leaks: Callable[[Sequence[Check]], Sequence[str]],
    *,
    only: Collection[str],
    runs: int,
    jobs: int,
    devices: Sequence[str],
    track: Callable[..., Iterable[Any]],
    error: float,
    suggest: bool,
) -> Iterator[Answer]:
    """Answer the questions, one after the other.

    `open_` lends a workshop for a course and a device, `leaks` says what a release gives away,
    `devices` are those to compare with the CPU, and `track` is rich's, which draws a bar.
    """
    with tempfile.TemporaryDirectory() as place:
        aside = _aside(course, Path(place))
        files = course.settings.answers_of(assignment)
        source = read_assignment(course.source(assignment) / f"{assignment}.ipynb", files)
        specimens = read_specimens(course.checks(assignment) / "specimens")
        with open_(aside, "cpu") as bench:
            case = Case(aside, source, specimens, bench, open_, runs, jobs, track, error, suggest)
            answers: dict[str, Callable[[], Iterable[Answer]]] = {
                "specimens": lambda: [fairness(case, assignment)],
                "strictness": lambda: [strictness(case, assignment)],
                "liars": lambda: [liars(case)],
                "stability": lambda: stability(case),
                "parity": lambda: [parity(case, devices)],
                "leaks": lambda: [Answer("leaks", wrong=leaks(bench.checks))],
                "cost": lambda: [costs(case, course.settings.limits_of(assignment))],
            }
            yield from (answer for name in QUESTIONS if name in only for answer in answers[name]())


def fairness(case: Case, assignment: str) -> Answer:
    """Hand in every specimen, and compare with the points and the ending that it states."""
    frame = case.course.release(assignment) / case.source.name
    notebook = read_assignment(frame, case.course.settings.answers_of(assignment))
    students = [one.student for one in case.specimens]
    wanted = case.course.settings.files_of(assignment)
    files = read_wanted(case.course.source(assignment), wanted)
    for one in case.specimens:
        one.hand_in(case.course.submitted(assignment, one.student), frame, notebook, files)
    graded = case.track(
        case.bench.grade_all(students), total=len(students), description="specimens"
    )
    found = disagreements(case.specimens, list(graded))
    row = (str(len(students)), str(len(students) - len(found)))
    wrong = [f"{name}: {'; '.join(how)}" for name, how in found.items()]
    return Answer("specimens", ("specimens", "get what they state"), [row], wrong)


def report(assignment: str, answers: Sequence[Answer]) -> str:
    """What was found, as Markdown."""
    return "\n".join([f"# What verify says of {assignment}", "", *(a.markdown() for a in answers)])


def _aside(course: Course, place: Path) -> Course:
    """The same course in a folder where hand-ins can be written."""
    for name in ("source", "checks", "release"):
        (place / name).symlink_to(course.root / name)
    return Course(place, course.settings)
