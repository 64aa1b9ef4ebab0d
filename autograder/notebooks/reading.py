"""Reading what a student handed in: any bytes at all become a notebook or one clear sentence.

Nothing here trusts the file: only sources, and the ids that help to match cells, are taken from it.
"""

import json
import re
from collections.abc import Iterator
from io import BytesIO
from typing import Any

from autograder.errors import SubmissionError
from autograder.evidence.frames import PARTS, count_parts
from autograder.notebooks.attachments import read_attachments
from autograder.notebooks.bulk import LARGEST_FILE, TooLargeError, condense
from autograder.notebooks.cells import ID, Cell, Kind, Notebook
from autograder.text import legible

MOST_CELLS = 2000
LARGEST_TEXT = 8 << 20  # of all cells
_UNFIT = re.compile("[\0\ud800-\udfff]")
_OTHERS = (
    # how a file begins, what it is, what the student does, what the assistant can do
    (rb"PK\x03\x04", "a zip archive", "unpack it and hand in the .ipynb file that is inside",
     "Unpack it in the student's folder and grade again, or ask for the notebook itself."),
    (rb"%PDF", "a PDF", "hand in the .ipynb file that it was printed from", ""),
    (rb"\s*<", "a web page", "download the file itself, not the page that shows it", ""),
    (rb"\s*\Z", "empty", "save it in Jupyter and hand it in again", ""),
    (rb"\s*[!-Z\\-z|}~]", "a text or a program", "hand in the .ipynb file itself", ""),
)  # fmt: skip
_TYPES = {"code": "code", "markdown": "markdown", "heading": "markdown"}
_CONFLICT = re.compile(rb"^<<<<<<< ", re.MULTILINE)


def read_notebook(name: str, data: bytes, *, whole: bool = True) -> Notebook:
    """The notebook in the bytes of a file, every cell of kind ADDED until a release says its part.

    Of what is not the `whole` file no line is named.  Raises SubmissionError.
    """
    name = legible(name.rpartition("/")[2])
    try:
        if count_parts(data) > PARTS:
            data, whole = _smaller(data), False
        tree = json.loads(data)  # in whichever coding of Unicode it is
    except TooLargeError as error:
        raise SubmissionError(f"{name} was not read ({error}).") from error
    except (ValueError, RecursionError) as error:
        raise _no_notebook(name, data, getattr(error, "lineno", 1) if whole else None) from error
    cells = list(_raw_cells(tree))
    if not cells:
        raise SubmissionError(
            f"{name} is JSON but not a notebook with cells: hand in the .ipynb file."
        )
    if len(cells) > MOST_CELLS:
        raise SubmissionError(f"{name} has more than {MOST_CELLS} cells: remove your extra ones.")
    own = tuple(_cell(cell, name, place) for place, cell in enumerate(cells, 1))
    if sum(len(cell.source) for cell in own) > LARGEST_TEXT:
        raise SubmissionError(
            f"{name} has more than {LARGEST_TEXT >> 20} MiB of text: keep data in other files."
        )
    return Notebook(name, own)


def _smaller(data: bytes) -> bytes:
    """A file of very many parts, without its outputs.  Raises TooLargeError."""
    data = condense(BytesIO(data), LARGEST_FILE)
    if count_parts(data) > PARTS:
        raise TooLargeError("too many parts for a notebook: keep data in other files")
    return data


def _no_notebook(name: str, data: bytes, line: int | None) -> SubmissionError:
    conflict = _CONFLICT.search(data)
    for start, what, remedy, for_staff in () if conflict else _OTHERS:
        if re.match(start, data):
            said = f"{name} is {what}, not a notebook: {remedy}."
            return SubmissionError(said, for_staff or "Ask for the .ipynb file.")
    if conflict:
        line = data.count(b"\n", 0, conflict.start()) + 1
        why, remedy = f"a merge left its marks in line {line}", "settle the merge in an editor, "
    else:
        place = "" if line is None else f" in line {line}"
        why, remedy = f"it breaks off or is damaged{place}", ""
    return SubmissionError(
        f"{name} is not a notebook ({why}): {remedy}open it in Jupyter, save it and "
        "hand it in again.",
        "Ask for the notebook again, or mend a copy by hand if the student cannot.",
    )


def _raw_cells(tree: Any) -> Iterator[Any]:
    """The cells of nbformat 4, or of the worksheets of nbformat 3."""
    tree = tree if isinstance(tree, dict) else {}
    sheets = tree.get("worksheets")
    for sheet in sheets if isinstance(sheets, list) else [tree]:
        cells = sheet.get("cells") if isinstance(sheet, dict) else None
        yield from cells if isinstance(cells, list) else ()


def _cell(cell: Any, name: str, place: int) -> Cell:
    known = isinstance(cell, dict)
    source = cell.get("source", cell.get("input")) if known else 0  # nbformat 3 says `input`
    source = "" if source is None else source
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
        type=_TYPES.get(type_, "raw") if isinstance(type_, str) else "raw",
        source=_UNFIT.sub("\ufffd", source.replace("\r\n", "\n").replace("\r", "\n")),
        kind=Kind.ADDED,
        grade_id=_id(own.get("grade_id")) if isinstance(own, dict) else "",
        attachments=read_attachments(cell.get("attachments")),
    )


def _id(value: object) -> str:
    return value if isinstance(value, str) and ID.fullmatch(value) else ""
