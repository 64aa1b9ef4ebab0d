"""A grade with its evidence, and both in words: for the notebook and for the gradebook."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from autograder.grading.tapes import Tape
from autograder.model import Ending, Grade
from autograder.notebooks.answer_files import on_page
from autograder.notebooks.cells import Cell, Kind
from autograder.notebooks.writing import compose
from autograder.reports.wording import exercise_html, exercise_text, unticked

BLANK = "Nothing was written here."
Outputs = Mapping[str, Sequence[Mapping[str, Any]]]


@dataclass(frozen=True, slots=True)
class Graded:
    """A submission's grade, and the evidence for it.

    `final` says that grading once more would change nothing; `stalled` that others may have had
    what it lacked: time, room for a thread, or whatever let us fail.
    """

    grade: Grade
    tape: Tape
    asked: Mapping[str, Sequence[str]] = field(default_factory=dict)
    final: bool = True
    stalled: bool = False
    from_evidence: bool = False
    seconds: float = 0.0
    attempts: int = 1
    handed_in: str = ""  # a digest of the bytes that were graded; empty for kept evidence

    @property
    def decided(self) -> Grade:
        """The grade; of a run that lacked what others had, one that decides nothing."""
        if not self.stalled:
            return self.grade
        return replace(self.grade, ending=Ending.BOX_FAILED, notes=("it only waited",))

    def shown(self) -> tuple[Outputs, Mapping[str, int]]:
        """What each cell shows, the findings in the grade cells, and the execution counts."""
        outputs, counts = self.tape.shown()
        return outputs | _findings_shown(self.tape.rebuilt.cells, self.grade), counts

    def probes(self) -> dict[str, list[Mapping[str, Any]]]:
        """What each check asked, in the closed format."""
        answers = self.tape.answers
        return {
            check: [answers[key].body["asked"]["probe"] for key in keys if key in answers]
            for check, keys in self.asked.items()
        }

    def text(self, frame: Path) -> str:
        """The graded notebook, in the frame of the release."""
        return compose(frame, on_page(self.tape.rebuilt.cells), *self.shown())


def _findings_shown(cells: Sequence[Cell], grade: Grade) -> dict[str, list[dict[str, Any]]]:
    """The findings as the outputs of the grade cells."""
    shown = {}
    for number, cell in enumerate((cell for cell in cells if cell.kind is Kind.GRADE), 1):
        name, findings = title(number, cell.exercise), grade.of(cell.exercise)
        data = {
            "text/html": exercise_html(name, findings),
            "text/plain": exercise_text(name, findings),
        }
        shown[cell.id] = [{"output_type": "display_data", "metadata": {}, "data": data}]
    return shown


def comments(grade: Grade, exercises: Sequence[str]) -> dict[str, str]:
    """What a student reads per exercise; notes on the whole notebook stand with the first."""
    texts = {
        name: exercise_text(title(number, name), grade.of(name), ticks=False)
        for number, name in enumerate(exercises, 1)
    }
    texts |= dict.fromkeys(grade.blank, BLANK)
    if grade.notes and exercises:
        texts[exercises[0]] = "\n".join([*map(unticked, grade.notes), "", texts[exercises[0]]])
    return texts


def title(number: int, exercise: str) -> str:
    """What heads the findings of an exercise."""
    return f"Exercise {number}, {exercise}"
