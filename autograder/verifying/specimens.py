"""Judging the judge: labelled specimens, each with the points and the ending that it must get.

    # title = "Cosine in both lines"        the head of a specimen is TOML behind "# "
    # student = "carl"
    # ending = "finished"
    # own_seed = ["deeper_network"]         full points there hold by the seed in the answer alone
    # [points]
    # parametric_curve = 2                  or [low, high] where points are interpolated

    # %% parametric_curve_answer            then its answer cells; the others stay as released
    x = ...

A file that no notebook can be poured from, such as a broken one, has the head in a TOML beside it.
A folder with the specimen's name holds what is handed in beside the notebook; without one, that is
what the reference has.
"""

import re
import shutil
import tomllib
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from autograder.errors import Problem, require_none
from autograder.model import Grade
from autograder.notebooks.answer_files import join
from autograder.notebooks.cells import Notebook
from autograder.notebooks.submission import Submission
from autograder.notebooks.writing import compose

_CELL = re.compile(r"^# %% (?P<grade_id>[A-Za-z0-9_-]+)[ \t]*\n", re.MULTILINE)
SLACK = 5e-4
_NONE = Submission({})


@dataclass(frozen=True, slots=True)
class Specimen:
    """A labelled submission: its title, its answers, and the points and ending that it must get."""

    name: str
    title: str
    student: str
    ending: str
    points: dict[str, tuple[float, float]]
    answers: dict[str, str]
    own_seed: Collection[str] = ()
    file: Path | None = None
    beside: Path | None = None

    def hand_in(
        self, folder: Path, release: Path, notebook: Notebook, files: Submission = _NONE
    ) -> None:
        """Write the submission into a folder, poured into the release or as the file that it is.

        `files` are those that the reference would hand in.
        """
        folder.mkdir(parents=True, exist_ok=True)
        target = folder / notebook.name
        if self.file is not None:
            target.write_bytes(self.file.read_bytes())
        else:
            self._pour(target, release, notebook)
        if self.beside and self.beside.is_dir():
            shutil.copytree(self.beside, folder, dirs_exist_ok=True)
        else:
            files.write(folder, wanted=True)

    def _pour(self, target: Path, release: Path, notebook: Notebook) -> None:
        cells = [
            replace(cell, source=self.answers.get(cell.grade_id, cell.source))
            for cell in notebook.cells
        ]
        target.write_text(compose(release, cells, {}), encoding="utf-8")
        for name, text in join(cells).items():
            target.with_name(name).write_text(text, encoding="utf-8")

    def disagreements(self, grade: Grade) -> list[str]:
        """How a grade differs from the stated one; empty if it agrees."""
        found = []
        if grade.ending != self.ending:
            found.append(f"ending {grade.ending}, stated {self.ending}")
        for exercise, (low, high) in self.points.items():
            points = grade.points(exercise)
            if points is None or not low - SLACK <= points <= high + SLACK:
                stated = f"{low:g}" if low == high else f"{low:g} to {high:g}"
                got = "withheld" if points is None else f"{points:g}"
                found.append(f"{exercise} {got}, stated {stated}")
        return found


def read_specimens(folder: Path) -> tuple[Specimen, ...]:
    """All specimens of an assignment.  Raises CourseError with every one that cannot be read."""
    problems: list[Problem] = []
    found = []
    for path in sorted([*folder.glob("*.py"), *folder.glob("*.toml")]):
        try:
            found.append(_read(path))
        except (ValueError, KeyError, TypeError) as error:
            remedy = "See the head of another specimen."
            problems.append(Problem(f"specimens/{path.name}", f"{error!r} in its head", remedy))
    students = [specimen.student for specimen in found]
    problems += [
        Problem(f"specimens of {student}", "two share a student", "Rename one.")
        for student in sorted({name for name in students if students.count(name) > 1})
    ]
    require_none(problems)
    return tuple(found)


def disagreements(specimens: Sequence[Specimen], grades: Sequence[Grade]) -> dict[str, list[str]]:
    """The differences of each specimen that did not get its stated grade."""
    by_student = {grade.student: grade for grade in grades}
    found = {}
    for specimen in specimens:
        grade = by_student.get(specimen.student)
        differs = specimen.disagreements(grade) if grade else ["it was not graded"]
        if differs:
            found[specimen.name] = differs
    return found


def _read(path: Path) -> Specimen:
    head, *parts = _CELL.split(path.read_text("utf-8"))
    file = path.with_suffix(".ipynb") if path.suffix == ".toml" else None
    if file is None:
        lines = (line.removeprefix("#").removeprefix(" ") for line in head.splitlines())
        head = "\n".join(lines)
    known = tomllib.loads(head)
    points = {}
    for exercise, stated in known.get("points", {}).items():
        low, high = stated if isinstance(stated, list) else (stated, stated)
        points[exercise] = (float(low), float(high))
    return Specimen(
        name=path.stem,
        title=str(known["title"]),
        student=str(known["student"]),
        ending=str(known["ending"]),
        points=points,
        answers=dict(zip(parts[::2], (part.strip("\n") for part in parts[1::2]), strict=True)),
        own_seed=tuple(known.get("own_seed", ())),
        file=file,
        beside=path.with_suffix(""),
    )
