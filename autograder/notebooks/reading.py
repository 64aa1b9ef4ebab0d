"""Reading what a student handed in: any bytes at all become a notebook or one clear sentence.

Nothing here trusts the file: only sources, and the ids that help to match cells, are taken from it.
"""

import json
import re
from pathlib import Path
from typing import Any

from autograder.errors import SubmissionError
from autograder.files import read_plain
from autograder.notebooks.cells import Cell, Kind, Notebook

LARGEST_BYTES = 32 * 2**20
MOST_CELLS = 2000
_UNFIT = re.compile("[\0\ud800-\udfff]")
_ID = re.compile(r"[A-Za-z0-9_-]{1,64}")


def find_notebook(folder: Path, assignment: str) -> Path:
    """The notebook in what a student handed in: by its name, or the only one there is."""
    found = sorted(path for path in folder.glob("*.ipynb") if not path.name.startswith("."))
    wanted = f"{assignment}.ipynb"
    found = [path for path in found if path.name == wanted] or found
    if not found:
        raise SubmissionError(f"There is no notebook: hand in {wanted}.")
    if len(found) > 1:
        names = ", ".join(map(_name, found))
        raise SubmissionError(
            f"There are several notebooks ({names}): hand in one, called {wanted}."
        )
    return found[0]


def read_submission(path: Path) -> Notebook:
    """The notebook in a file, every cell of kind ADDED until a release says what it is."""
    name = _name(path)
    data = read_plain(path, LARGEST_BYTES)
    if data is None:
        raise SubmissionError(
            f"{name} is a link, no plain file, or larger than {LARGEST_BYTES // 2**20} MiB: "
            "hand in the notebook itself, with its outputs cleared."
        )
    try:
        tree = json.loads(data)  # in whichever coding of Unicode it is
    except (ValueError, RecursionError) as error:
        line = getattr(error, "lineno", 1)
        raise SubmissionError(
            f"{name} is not a notebook (it breaks off or is damaged in line {line}): "
            "open it in Jupyter, save it and hand it in again."
        ) from error
    cells = tree.get("cells") if isinstance(tree, dict) else None
    if not isinstance(cells, list):
        raise SubmissionError(f"{name} is JSON but not a notebook: hand in the .ipynb file.")
    if len(cells) > MOST_CELLS:
        raise SubmissionError(f"{name} has more than {MOST_CELLS} cells: remove what is not yours.")
    return Notebook(name, tuple(_cell(cell, name, place) for place, cell in enumerate(cells, 1)))


def _name(path: Path) -> str:
    """A file's name as a sentence can bear it: it may hold bytes that are no text."""
    return "".join(letter if letter.isprintable() else "\ufffd" for letter in path.name)


def _cell(cell: Any, name: str, place: int) -> Cell:
    source = cell.get("source", "") if isinstance(cell, dict) else None
    if isinstance(source, list) and all(isinstance(line, str) for line in source):
        source = "".join(source)
    if not isinstance(source, str):
        raise SubmissionError(
            f"Cell {place} of {name} holds no text: open it in Jupyter and save it again."
        )
    type_, metadata = cell.get("cell_type"), cell.get("metadata")
    own = metadata.get("nbgrader") if isinstance(metadata, dict) else None
    return Cell(
        id=_id(cell.get("id")),
        type=type_ if type_ in ("code", "markdown") else "raw",
        source=_UNFIT.sub("\ufffd", source.replace("\r\n", "\n").replace("\r", "\n")),
        kind=Kind.ADDED,
        grade_id=_id(own.get("grade_id")) if isinstance(own, dict) else "",
    )


def _id(value: object) -> str:
    return value if isinstance(value, str) and _ID.fullmatch(value) else ""
