"""Reading what a student handed in: any bytes at all become a notebook or one clear sentence.

Nothing here trusts the file: only sources, and the ids that help to match cells, are taken from it.
"""

import codecs
import json
import os
import re
import stat
import unicodedata
from pathlib import Path
from typing import Any

from autograder.errors import SubmissionError
from autograder.notebooks.cells import Cell, Kind, Notebook

LARGEST_BYTES = 32 * 2**20
MOST_CELLS = 2000
_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
    (b"{\0", "utf-16-le"),
    (b"\0{", "utf-16-be"),
)
_STRANGERS = (
    (b"PK\x03\x04", "a zip archive", "unpack it and hand in the .ipynb file inside"),
    (b"%PDF", "a PDF", "hand in the .ipynb file it was made from"),
    (b"\x1f\x8b", "a compressed archive", "unpack it and hand in the .ipynb file inside"),
    (b"\x89PNG", "a picture", "hand in the .ipynb file"),
)
_UNFIT = re.compile("[\0\ud800-\udfff]")
_CELL_ID = re.compile(r"[A-Za-z0-9_-]{1,64}")
_GRADE_ID = re.compile(r"[A-Za-z0-9_-]{1,256}")


def find_notebook(folder: Path, assignment: str) -> Path:
    """The notebook in what a student handed in: by its name, or the only one there is."""
    found = sorted(path for path in folder.glob("*.ipynb") if not path.name.startswith("."))
    wanted = f"{assignment}.ipynb"
    named = [path for path in found if path.name == wanted] or [
        path for path in found if _same_name(path.name, wanted)
    ]
    candidates = named or found
    if not candidates:
        raise SubmissionError(f"There is no notebook: hand in {wanted}.")
    if len(candidates) > 1:
        names = ", ".join(path.name for path in candidates)
        raise SubmissionError(
            f"There are several notebooks ({names}): hand in one, called {wanted}."
        )
    return candidates[0]


def read_submission(path: Path) -> Notebook:
    """The notebook in a file, every cell of kind ADDED until a release says what it is."""
    name = path.name
    return Notebook(name, _cells(_parse(_decode(_read(path), name), name), name))


def _read(path: Path) -> bytes:
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
    except OSError as error:
        raise SubmissionError(
            f"{path.name} cannot be opened as a plain file: hand in the notebook itself, no link."
        ) from error
    with os.fdopen(descriptor, "rb") as file:
        if not stat.S_ISREG(os.fstat(descriptor).st_mode):
            raise SubmissionError(f"{path.name} is not a plain file: hand in the notebook itself.")
        data = file.read(LARGEST_BYTES + 1)
    if len(data) > LARGEST_BYTES:
        raise SubmissionError(
            f"{path.name} is larger than {LARGEST_BYTES // 2**20} MiB: "
            "clear its outputs, save it and hand it in again."
        )
    return data


def _decode(data: bytes, name: str) -> str:
    if not data.strip():
        raise SubmissionError(f"{name} is empty: save the notebook and hand it in again.")
    for start, what, remedy in _STRANGERS:
        if data.startswith(start):
            raise SubmissionError(f"{name} is {what}, not a notebook: {remedy}.")
    encoding = next((coding for mark, coding in _MARKS if data.startswith(mark)), "utf-8")
    try:
        return data.decode(encoding).lstrip("\ufeff")
    except UnicodeDecodeError as error:
        raise SubmissionError(
            f"{name} is not text in UTF-8: open it in Jupyter, save it and hand it in again."
        ) from error


def _parse(text: str, name: str) -> dict[str, Any]:
    if text.lstrip().startswith("<") and not text.lstrip().startswith("<<<<"):
        raise SubmissionError(
            f"{name} is a web page, not a notebook: download the notebook itself, as .ipynb."
        )
    try:
        tree = json.loads(text)
    except RecursionError as error:
        raise SubmissionError(f"{name} is nested too deeply to be a notebook.") from error
    except ValueError as error:
        raise SubmissionError(_why_no_json(text, error, name)) from error
    if not isinstance(tree, dict):
        raise SubmissionError(f"{name} is JSON but not a notebook: hand in the .ipynb file.")
    return tree


def _why_no_json(text: str, error: ValueError, name: str) -> str:
    merge = re.search(r"^(<<<<<<<|=======|>>>>>>>)", text, re.MULTILINE)
    if merge:
        line = text.count("\n", 0, merge.start()) + 1
        return (
            f"{name} holds an unresolved merge in line {line}: "
            "resolve it, open the notebook to see that it is whole, and hand it in again."
        )
    line = getattr(error, "lineno", 1)
    return (
        f"{name} is not a notebook (it breaks off or is damaged in line {line}): "
        "open it in Jupyter, save it and hand it in again."
    )


def _cells(tree: dict[str, Any], name: str) -> tuple[Cell, ...]:
    found = tree.get("cells")
    if found is None and isinstance(tree.get("worksheets"), list):
        sheets = (sheet for sheet in tree["worksheets"] if isinstance(sheet, dict))
        lists = [sheet.get("cells") for sheet in sheets]
        found = [cell for some in lists if isinstance(some, list) for cell in some]
    if not isinstance(found, list):
        raise SubmissionError(f"{name} has no cells: it is JSON, but not a notebook.")
    if len(found) > MOST_CELLS:
        raise SubmissionError(f"{name} has more than {MOST_CELLS} cells: remove what is not yours.")
    return tuple(_cell(cell, name, place) for place, cell in enumerate(found, 1))


def _cell(cell: object, name: str, place: int) -> Cell:
    if not isinstance(cell, dict):
        raise SubmissionError(f"Cell {place} of {name} is damaged: save it again from Jupyter.")
    kind = cell.get("cell_type")
    source = _text(cell.get("source", cell.get("input", "")), name, place)
    if kind == "heading":
        level = cell.get("level")
        source = "#" * (level if type(level) is int and 1 <= level <= 6 else 1) + " " + source
    known = {"code": "code", "markdown": "markdown", "heading": "markdown"}
    return Cell(
        id=_matching(cell.get("id"), _CELL_ID),
        type=known.get(kind, "raw") if isinstance(kind, str) else "raw",
        source=source,
        kind=Kind.ADDED,
        grade_id=_claimed(cell.get("metadata")),
    )


def _claimed(metadata: object) -> str:
    own = metadata.get("nbgrader") if isinstance(metadata, dict) else None
    return _matching(own.get("grade_id") if isinstance(own, dict) else None, _GRADE_ID)


def _matching(value: object, pattern: re.Pattern[str]) -> str:
    return value if isinstance(value, str) and pattern.fullmatch(value) else ""


def _text(source: object, name: str, place: int) -> str:
    if isinstance(source, list) and all(isinstance(line, str) for line in source):
        source = "".join(source)
    if not isinstance(source, str):
        raise SubmissionError(
            f"Cell {place} of {name} holds no text: open it in Jupyter and save it again."
        )
    return _UNFIT.sub("\ufffd", source.replace("\r\n", "\n").replace("\r", "\n"))


def _same_name(first: str, second: str) -> bool:
    return (
        unicodedata.normalize("NFKC", first).casefold()
        == unicodedata.normalize("NFKC", second).casefold()
    )
