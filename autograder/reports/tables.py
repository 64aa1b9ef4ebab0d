"""A class at a glance."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from autograder.model import Ending, Grade

if TYPE_CHECKING:
    from rich.table import Table


def class_table(grades: Sequence[Grade], exercises: Sequence[str]) -> "Table":
    """One row for each student: points for each exercise, their sum, the ending, and notes.

    Withheld points stay blank, and the row says that it needs attention.
    """
    from rich.table import Table  # here, since a student's install has no rich
    from rich.text import Text

    table = Table(title=f"{len(grades)} submissions")
    table.add_column("student")
    for exercise in exercises:
        table.add_column(exercise, justify="right")
    table.add_column("total", justify="right")
    table.add_column("ending")
    table.add_column("notes")
    for grade in grades:
        table.add_row(*(Text(cell) for cell in _cells(grade, exercises)))
    return table


def _cells(grade: Grade, exercises: Sequence[str]) -> list[str]:
    points = [grade.points(exercise) for exercise in exercises]
    known = [number for number in points if number is not None]
    withheld = grade.withheld or grade.ending is Ending.BOX_FAILED
    whole = "" if withheld else f"{round(sum(known), 3):g}"
    notes = [*(["needs attention"] if withheld else []), *grade.notes]
    shown = ["" if number is None else f"{number:g}" for number in points]
    return [grade.student, *shown, whole, str(grade.ending), "; ".join(notes)]
