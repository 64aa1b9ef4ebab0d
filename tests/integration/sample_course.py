"""The sample course, copied, with the specimens of one of its assignments handed in."""

import json
import shutil
from collections.abc import Collection, Sequence
from pathlib import Path

from autograder.config import Course, find_course
from autograder.grading.graded_submission import Graded
from autograder.grading.workshop import Workshop
from autograder.notebooks.assignment import read_assignment
from autograder.notebooks.submission import read_wanted
from autograder.verifying.case import UNDRAWN
from autograder.verifying.specimens import Specimen, read_specimens

ROOT = Path(__file__).parents[2]


def specimens_of(name: str) -> tuple[Specimen, ...]:
    """The specimens of an assignment."""
    return tuple(read_specimens(ROOT / "checks" / name / "specimens"))


def sample_course(
    root: Path, name: str, specimens: Sequence[Specimen] = (), drawn: Collection[str] = ()
) -> Course:
    """A course with one assignment and its committed release, these specimens handed in.

    Figures are half of what a run costs, and no verdict depends on them: only those that are named
    in `drawn` draw theirs.
    """
    for folder in ("source", "checks", "release"):
        shutil.copytree(ROOT / folder / name, root / folder / name)
    for file in ("autograder.toml", "nbgrader_config.py"):
        shutil.copy(ROOT / file, root)
    course = find_course(root)
    frame = course.release(name) / f"{name}.ipynb"
    notebook = read_assignment(frame)
    files = read_wanted(course.source(name), course.settings.files_of(name))
    for specimen in specimens:
        handed_in = course.submitted(name, specimen.student)
        specimen.hand_in(handed_in, frame, notebook, files)
        if specimen.file is None and specimen.name not in drawn:
            leave_undrawn(handed_in / notebook.name)
    return course


def leave_undrawn(path: Path) -> None:
    """Put a cell into a hand-in after which no figure is drawn."""
    tree = json.loads(path.read_text("utf-8"))
    own = {"id": UNDRAWN.id, "source": UNDRAWN.source, "metadata": {}, "outputs": []}
    tree["cells"].insert(0, {"cell_type": "code", "execution_count": None, **own})
    path.write_text(json.dumps(tree), "utf-8")


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
