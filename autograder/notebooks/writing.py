"""Writes a notebook: our cells and their outputs, in the release's frame."""

import json
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from autograder.notebooks.cells import Cell, Kind

Output = Mapping[str, Any]  # as nbformat 4 defines an output
_FLAGS = {
    # grade, locked, solution
    Kind.ANSWER: (False, False, True),
    Kind.GRADE: (True, True, False),
    Kind.WRITTEN: (True, False, True),
}


def compose(
    frame: Path,
    cells: Iterable[Cell],
    outputs: Mapping[str, Sequence[Output]],
    counts: Mapping[str, int] = {},
) -> str:
    """The text of a notebook: metadata from the trusted notebook `frame`, the rest by cell id.

    Parts of answer files are left out.
    """
    metadata = json.loads(frame.read_text("utf-8")).get("metadata", {})
    tree = {
        "cells": [
            _cell(cell, outputs.get(cell.id), counts.get(cell.id))
            for cell in cells
            if not cell.file
        ],
        "metadata": {
            key: metadata[key] for key in ("kernelspec", "language_info") if key in metadata
        },
        "nbformat": 4,
        "nbformat_minor": 5,
    }
    return json.dumps(tree, ensure_ascii=False, indent=1, sort_keys=True) + "\n"


def _cell(cell: Cell, outputs: Sequence[Output] | None, count: int | None) -> dict[str, Any]:
    made: dict[str, Any] = {
        "cell_type": cell.type,
        "id": cell.id,
        "metadata": _metadata(cell),
        "source": cell.source.splitlines(keepends=True),
    }
    if cell.type == "code":
        made |= {"execution_count": count, "outputs": [dict(output) for output in outputs or ()]}
    elif cell.attachments:
        made["attachments"] = {name: dict(bundle) for name, bundle in cell.attachments.items()}
    return made


def _metadata(cell: Cell) -> dict[str, Any]:
    if cell.kind not in _FLAGS:
        return {}
    grade, locked, solution = _FLAGS[cell.kind]
    own = {"grade": grade, "grade_id": cell.grade_id, "locked": locked, "schema_version": 3}
    own |= {"solution": solution} | ({"points": _number(cell.points)} if grade else {})
    return {"nbgrader": own}


def _number(points: float) -> float:
    return int(points) if points == int(points) else points
