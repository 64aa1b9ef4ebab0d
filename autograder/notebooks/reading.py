"""Reading what a student handed in: any bytes at all become a notebook or one clear sentence.

Nothing here trusts the file: only sources, and the ids that help to match cells, are taken from it.
"""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from autograder.errors import SubmissionError
from autograder.files import map_plain, read_plain
from autograder.notebooks.cells import Cell, Kind, Notebook

LARGEST_FILE = 512 * 2**20
LARGEST_TEXT = 8 * 2**20  # without outputs; as Python objects it takes thirty times as much
MOST_CELLS = 2000
_MOST_BRACKETS = 4_000_000  # in the outputs of one file: a second or two
_UNFIT = re.compile("[\0\ud800-\udfff]")
_ID = re.compile(r"[A-Za-z0-9_-]{1,64}")
# In JSON a quote inside a string has a backslash before it: what looks like a key is one.
_BULK = re.compile(rb'"(?:outputs|attachments|widgets)"\s*+:\s*+(?=[\[{])')
_BRACKET = re.compile(rb'(?:[^"\[\]{}]++|"(?:[^"\\]++|\\.)*+")*+([\[\]{}])', re.DOTALL)
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


def read_submission(path: Path) -> Notebook:
    """The notebook in a file, every cell of kind ADDED until a release says what it is."""
    name = name_of(path)
    data = read_plain(path, LARGEST_TEXT)
    whole = data is not None
    data = _without_bulk(path, name) if data is None else data
    try:
        tree = json.loads(data)  # in whichever coding of Unicode it is
    except (ValueError, RecursionError) as error:
        raise _no_notebook(name, data, getattr(error, "lineno", 1) if whole else None) from error
    cells = list(_raw_cells(tree))
    if not cells:
        raise SubmissionError(
            f"{name} is JSON but not a notebook with cells: hand in the .ipynb file."
        )
    if len(cells) > MOST_CELLS:
        raise SubmissionError(f"{name} has more than {MOST_CELLS} cells: remove what is not yours.")
    return Notebook(name, tuple(_cell(cell, name, place) for place, cell in enumerate(cells, 1)))


def name_of(path: Path) -> str:
    """A file's name as a sentence can bear it: it may hold bytes that are no text."""
    return "".join(letter if letter.isprintable() else "\ufffd" for letter in path.name)


def _without_bulk(path: Path, name: str) -> bytes:
    """A file too large to be held, without what the cells showed."""
    data = map_plain(path, LARGEST_FILE)
    if data is None:
        raise SubmissionError(
            f"{name} is a link, no plain file, or larger than {LARGEST_FILE // 2**20} MiB: "
            "hand in the notebook itself, with its outputs cleared.",
            "Look at what lies there, and ask for the notebook again.",
        )
    with data:
        pieces, room = [], LARGEST_TEXT
        for start, end in _kept(data):
            room -= end - start
            if room < 0:
                raise SubmissionError(
                    f"{name} is larger than {LARGEST_TEXT // 2**20} MiB even without its outputs: "
                    "keep data in files of their own."
                )
            pieces.append(data[start:end])
    return b"[]".join(pieces)


def _kept(data: Any) -> Iterator[tuple[int, int]]:
    """Where the pieces between outputs and other bulky values stand."""
    start, room = 0, _MOST_BRACKETS
    while found := _BULK.search(data, start):
        yield start, found.end()
        start, depth = found.end() + 1, 1
        while depth:
            token = _BRACKET.match(data, start)
            room -= 1
            if token is None or not room:  # what follows is lost, and the rest no JSON
                return
            start = token.end()
            depth += 1 if token[1] in b"[{" else -1
    yield start, len(data)


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
    )


def _id(value: object) -> str:
    return value if isinstance(value, str) and _ID.fullmatch(value) else ""
