"""The sample course, copied, with the specimens of one of its assignments handed in."""

import shutil
from collections.abc import Sequence
from pathlib import Path

from autograder.config import Course, find_course
from autograder.grading.graded_submission import Graded
from autograder.grading.workshop import Workshop
from autograder.notebooks.assignment import read_assignment
from autograder.notebooks.submission import read_wanted
from autograder.verifying.specimens import Specimen, read_specimens

ROOT = Path(__file__).parents[2]


def specimens_of(name: str) -> tuple[Specimen, ...]:
    """The specimens of an assignment."""
    return tuple(read_specimens(ROOT / "checks" / name / "specimens"))


def sample_course(root: Path, name: str, specimens: Sequence[Specimen] = ()) -> Course:
    """A course with one assignment and its committed release, these specimens handed in."""
    for folder in ("source", "checks", "release"):
        shutil.copytree(ROOT / folder / name, root / folder / name)
    for file in ("autograder.toml", "nbgrader_config.py"):
        shutil.copy(ROOT / file, root)
    course = find_course(root)
    frame = course.release(name) / f"{name}.ipynb"
    notebook = read_assignment(frame)
    files = read_wanted(course.source(name), course.settings.files_of(name))
    for specimen in specimens:
        specimen.hand_in(course.submitted(name, specimen.student), frame, notebook, files)
    return course


class Once:
    """Grades what is asked for, each student once: several tests look at the same grade."""

    def __init__(self, workshop: Workshop) -> None:
        self.workshop = workshop
        self._done: dict[str, Graded] = {}

    def __call__(self, student: str) -> Graded:
        """What grading this student came to."""
        if student not in self._done:
            self._done[student] = self.workshop.grade(student)
        return self._done[student]
