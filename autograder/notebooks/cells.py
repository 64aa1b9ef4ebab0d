"""A notebook as we see it: its cells, each with the part it plays, and the exercises they make."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum

_SHOWN = 40
ID = re.compile(r"[A-Za-z0-9_-]{1,64}")  # of cells, and of what nbgrader grades
# Ids that a program makes: JupyterLab's and nbformat's.
_MADE = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}|[0-9a-f]{8}")
ANSWER = re.compile(r"(?P<exercise>.+?)_answer(?:_\d+)?")


class Kind(StrEnum):
    """The part that a cell plays."""

    GIVEN = "given"
    ANSWER = "answer"
    GRADE = "grade"
    WRITTEN = "written"
    ADDED = "added"


Attachments = Mapping[
    str, Mapping[str, str]
]  # by name and MIME type, in base64, as nbformat has it


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell: `type` is code, markdown or raw, `points` are those of a grade or written cell.

    A part of an answer file is one too: it has a `file`, with so many lines `before` it.
    """

    id: str
    type: str
    source: str
    kind: Kind = Kind.GIVEN
    grade_id: str = ""
    points: float = 0.0
    attachments: Attachments = field(default_factory=dict, hash=False)  # pictures in its text
    file: str = ""
    before: int = field(default=0, compare=False)

    @property
    def exercise(self) -> str:
        """The exercise that the cell belongs to, or an empty string."""
        if self.kind is Kind.ANSWER:
            match = ANSWER.fullmatch(self.grade_id)
            return match["exercise"] if match else ""
        return self.grade_id if self.kind in {Kind.GRADE, Kind.WRITTEN} else ""

    def line(self, number: int) -> str:
        """A line, counted from 1, as a student finds it."""
        own = f"line {number} of {self.grade_id}"
        return f"{self.file}, line {self.before + number}" if self.file else own


def begins(cell: Cell) -> str:
    """How a cell begins, in quotes: by this a person knows it who sees no ids."""
    first = next((line for line in cell.source.split("\n") if line.strip()), "").strip()
    return f"`{first[:_SHOWN]}`"


def label(cell: Cell) -> str:
    """What a person calls a cell: its grade_id, its id if somebody chose it, or how it begins."""
    if cell.file and not cell.grade_id:
        return f"{'at the top' if cell.id == head_of(cell.file) else cell.id} of {cell.file}"
    return cell.grade_id or (begins(cell) if _MADE.fullmatch(cell.id) else cell.id)


def head_of(file: str) -> str:
    """The id of what stands at the top of an answer file."""
    return file.removesuffix(".py")


def name_of(cell: Cell) -> str:
    """The same in a sentence, such as cell curve, or the cell that begins `import torch`."""
    if cell.file:
        return f"the part {label(cell)}"
    return f"{'the cell that begins' if label(cell) == begins(cell) else 'cell'} {label(cell)}"


@dataclass(frozen=True, slots=True)
class Exercise:
    """What has a score of its own; one without answer cells is written and graded by hand."""

    id: str
    points: float
    answers: tuple[Cell, ...]

    @property
    def written(self) -> bool:
        """Whether a person reads the answer."""
        return not self.answers


@dataclass(frozen=True, slots=True)
class Notebook:
    """The cells of a notebook in their order; `name` is its file's name, for messages."""

    name: str
    cells: tuple[Cell, ...]

    @property
    def exercises(self) -> tuple[Exercise, ...]:
        """The exercises in the order of their grade cells."""
        return tuple(self._exercises())

    def _exercises(self) -> Iterator[Exercise]:
        for cell in self.cells:
            if cell.kind in {Kind.GRADE, Kind.WRITTEN}:
                answers = (other for other in self.cells if other.kind is Kind.ANSWER)
                own = tuple(other for other in answers if other.exercise == cell.grade_id)
                yield Exercise(cell.grade_id, cell.points, own)
