"""A class at a glance."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from autograder.model import Grade

if TYPE_CHECKING:
    from rich.table import Table


def class_table(grades: Sequence[Grade], exercises: Sequence[str]) -> "Table":
    """One row for each student: points for each exercise, their sum, and the ending.

    Withheld points stay blank, and the row says that it needs attention.
    """
    from rich.table import Table  # here, since a student's install has no rich
    from rich.text import Text

    table = Table(title=f"{len(grades)} submissions")
    table.add_column("student")
    for name in (*exercises, "total"):
        table.add_column(name, justify="right", overflow="fold")
    table.add_column("ending")
    for grade in grades:
        table.add_row(*(Text(cell) for cell in _cells(grade, exercises)))
    return table


def class_notes(grades: Sequence[Grade]) -> list[str]:
    """What there is to say about single submissions, a line each; withheld ones first."""
    ordered = sorted(grades, key=lambda grade: not grade.withheld)
    return [f"{grade.student}: {note}" for grade in ordered for note in grade.notes]


def _cells(grade: Grade, exercises: Sequence[str]) -> list[str]:
    points = [grade.points(exercise) for exercise in exercises]
    known = [number for number in points if number is not None]
    whole = "" if grade.withheld else f"{round(sum(known), 3):g}"
    shown = ["" if number is None else f"{number:g}" for number in points]
    ending = f"{grade.ending}, needs attention" if grade.withheld else str(grade.ending)
    return [grade.student, *shown, whole, ending]
