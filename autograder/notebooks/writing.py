"""Writing a notebook: our cells and what they printed, in the release's frame."""

import json
from base64 import b64encode
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from types import MappingProxyType
from typing import Any

from autograder.notebooks.cells import Cell, Kind
from autograder.notebooks.pictures import mime_of, names

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
    counts: Mapping[str, int] = MappingProxyType({}),
    *,
    pictures: Mapping[str, bytes] = MappingProxyType({}),
) -> str:
    """The text of a notebook: metadata from the trusted notebook `frame`, the rest by cell id.

    `pictures` are attached to the markdown cells that name them, so that no file has to lie beside.
    """
    metadata = json.loads(frame.read_text("utf-8")).get("metadata", {})
    tree = {
        "cells": [
            _cell(cell, outputs.get(cell.id), counts.get(cell.id)) | _attached(cell, pictures)
            for cell in cells
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
    return made


def _attached(cell: Cell, pictures: Mapping[str, bytes]) -> dict[str, Any]:
    if cell.type != "markdown":
        return {}
    named = {path: data for path, data in pictures.items() if names(cell.source, path)}
    attached = {path: {mime_of(path): b64encode(data).decode()} for path, data in named.items()}
    return {"attachments": attached} if attached else {}


def _metadata(cell: Cell) -> dict[str, Any]:
    if cell.kind not in _FLAGS:
        return {}
    grade, locked, solution = _FLAGS[cell.kind]
    own = {"grade": grade, "grade_id": cell.grade_id, "locked": locked, "schema_version": 3}
    own |= {"solution": solution} | ({"points": _number(cell.points)} if grade else {})
    return {"nbgrader": own}


def _number(points: float) -> float:
    return int(points) if points == int(points) else points
