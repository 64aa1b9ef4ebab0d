"""A class at a glance, and as a file for others."""

import csv
import io
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from autograder.model import Ending, Grade, Verdict
from autograder.text import counted, legible

if TYPE_CHECKING:
    from rich.table import Table

_LEAST_NAME, _LEAST_NUMBER = 8, 6


def class_table(
    grades: Sequence[Grade], exercises: Sequence[str], why: Mapping[str, str], *, width: int
) -> "Table":
    """One row for each student: points for each exercise, their sum, the ending, and why.

    Withheld points stay blank.  `why` has a word by student: why it was run, kept or withheld.
    In less than its own width the names are broken, and the numbers stay whole.
    """
    from rich.table import Table  # here, since a student's install has no rich
    from rich.text import Text

    rows = [[*_cells(grade, exercises), why[grade.student]] for grade in grades]
    heads = ["student", *exercises, "total", "ending", "why"]
    widths = [max(map(len, column)) for column in zip(heads, *rows, strict=True)]
    if sum(widths) + 3 * len(widths) >= width:
        heads = [name.replace("_", "_\n") for name in heads]
    table = Table(title=counted(len(grades), "submission"))
    table.add_column("student", overflow="fold", min_width=min(_LEAST_NAME, widths[0]))
    for name, own in zip(heads[1:-2], widths[1:-2], strict=True):
        least = min(_LEAST_NUMBER, own)
        table.add_column(name, justify="right", overflow="fold", min_width=least)
    for name in heads[-2:]:
        table.add_column(name, no_wrap=True)
    for row in rows:
        table.add_row(*map(Text, row))
    return table


def layers_table(layers: Sequence[Mapping[str, Any]]) -> "Table":
    """One row for each layer of a box: on or off, and what an attacker and an operator could do."""
    from rich.table import Table  # as above

    table = Table(title="the box on this machine")
    for name in ("layer", "is", "without it an attacker could", "to mend it"):
        table.add_column(name, overflow="fold")
    for layer in layers:
        mend = "" if layer["on"] else layer["remedy"]
        table.add_row(layer["name"], "on" if layer["on"] else "off", layer["without"], mend)
    return table


def class_notes(grades: Sequence[Grade]) -> list[str]:
    """What there is to say about single submissions, a line each; withheld ones last, in sight.

    Of a withheld grade it says what no student reads: which check could not decide, and why.
    """
    lines = []
    for grade in sorted(grades, key=lambda grade: grade.withheld):
        name = legible(grade.student)
        start = f"{name} needs attention: " if grade.withheld else f"{name}: "
        run = grade.ending is not Ending.NOT_RUN
        why = {
            finding.sentence: f"{finding.check.id}: {finding.sentence}" if run else finding.sentence
            for finding in reversed(grade.findings)
            if finding.verdict is Verdict.INCONCLUSIVE and finding.sentence not in grade.notes
        }
        lines += [start + said for said in (*grade.notes, *reversed(why.values()))]
    return lines


def class_csv(points: Mapping[str, Mapping[str, float | None]], exercises: Sequence[str]) -> str:
    """A class as CSV; what is not decided stays blank, and so does a sum that it belongs to."""
    columns = [*exercises, "late penalty"]
    rows: list[list[str | float | None]] = [["student", *columns, "total"]]
    for student, own in points.items():
        numbers = [own.get(name) for name in columns]
        known = [number for number in numbers if number is not None]
        whole = max(0.0, round(sum(known[:-1]) - known[-1], 3)) if None not in numbers else None
        rows.append([student, *numbers, whole])
    return as_csv(rows)


def as_csv(rows: Iterable[Sequence[str | float | None]]) -> str:
    """Rows as CSV: None stays blank, and no text is a formula or steers a terminal."""
    file = io.StringIO()
    csv.writer(file, lineterminator="\n").writerows(map(_shown, rows))
    return file.getvalue()


def _shown(row: Iterable[str | float | None]) -> list[str]:
    return [
        legible(_harmless(one), lines=True) if isinstance(one, str) else
        "" if one is None else f"{one:g}" for one in row
    ]  # fmt: skip


def _harmless(text: str) -> str:
    """Text that no spreadsheet takes for a formula."""
    return f"'{text}" if text.startswith(("=", "+", "-", "@", "\t", "\r")) else text


def _cells(grade: Grade, exercises: Sequence[str]) -> list[str]:
    points = [grade.points(exercise) for exercise in exercises]
    known = [number for number in points if number is not None]
    whole = "" if grade.withheld else f"{round(sum(known), 3):g}"
    shown = ["" if number is None else f"{number:g}" for number in points]
    return [legible(grade.student), *shown, whole, str(grade.ending)]
