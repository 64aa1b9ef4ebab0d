"""The pictures in a notebook's text, attached to the cells that show them.

Pasted ones are attachments already.  Files handed in beside the notebook become some, so that no
file has to lie beside the graded one.
"""

import binascii
from base64 import b64decode, b64encode
from collections.abc import Iterable, Mapping
from dataclasses import replace
from urllib.parse import quote

from autograder.files import picture_kind
from autograder.notebooks.cells import Attachments, Cell
from autograder.notebooks.submission import Submission

MOST = 50
MOST_BYTES = 24 << 20
LONGEST_NAME = 200  # letters
_ENDINGS = {"png": "png", "jpg": "jpeg", "jpeg": "jpeg", "gif": "gif", "webp": "webp"}


def read_attachments(raw: object) -> Attachments:
    """Those of a cell's attachments that are pictures, whatever the file says."""
    found: dict[str, dict[str, str]] = {}
    for name, bundle in list(raw.items())[:MOST] if isinstance(raw, dict) else ():
        pictures = bundle.items() if isinstance(bundle, dict) else ()
        good = {mime: data for mime, data in pictures if _is_encoded(mime, data)}
        if good and isinstance(name, str) and _fits(name):
            found[name] = good
    return found


def attach_files(cells: Iterable[Cell], submission: Submission) -> tuple[Cell, ...]:
    """The cells, and to those of text the pictures attached that they name and that lie beside."""
    cells = tuple(cells)
    text = "\n".join(cell.source for cell in cells if cell.type == "markdown")
    pictures: dict[str, Mapping[str, str]] = {}
    room = MOST_BYTES
    for path, data in submission.files.items():
        kind = _ENDINGS.get(path.lower().rpartition(".")[2])
        if kind and kind == picture_kind(data) and _fits(path) and _names(text, path):
            room -= len(data)
            if room >= 0 and len(pictures) < MOST:
                pictures[path] = {f"image/{kind}": b64encode(data).decode()}
    return tuple(_with(cell, pictures) for cell in cells) if pictures else cells


def kept(attachments: Attachments, source: str) -> dict[str, Mapping[str, str]]:
    """The attachments that a text shows."""
    return {name: data for name, data in attachments.items() if _names(source, name)}


def _with(cell: Cell, pictures: Attachments) -> Cell:
    if cell.type != "markdown":
        return cell
    return replace(cell, attachments=kept(pictures, cell.source) | dict(cell.attachments))


def _names(text: str, name: str) -> bool:
    return name in text or quote(name) in text


def _fits(name: str) -> bool:
    return len(name) <= LONGEST_NAME and name.isprintable()


def _is_encoded(mime: object, data: object) -> bool:
    if not isinstance(mime, str) or not isinstance(data, str):
        return False
    try:
        kind = picture_kind(b64decode(data.replace("\n", ""), validate=True))
    except (ValueError, binascii.Error):
        return False
    return kind is not None and mime == f"image/{kind}"
