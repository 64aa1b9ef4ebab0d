"""The pictures in a notebook's text, attached to the cells that show them.

Pasted ones are attachments already.  Files handed in beside the notebook become some, so that no
file has to lie beside the graded one.
"""

import binascii
import re
from base64 import b64decode, b64encode
from collections.abc import Iterable, Mapping
from dataclasses import replace
from urllib.parse import quote

from autograder.notebooks.cells import Attachments, Cell
from autograder.notebooks.submission import Submission

MOST = 50
MOST_BYTES = 24 << 20
LONGEST_NAME = 200  # letters
_KINDS = {
    # MIME type: how such a file begins, and the endings of its name
    "image/png": (re.compile(rb"\x89PNG\r\n\x1a\n"), ("png",)),
    "image/jpeg": (re.compile(rb"\xff\xd8\xff"), ("jpg", "jpeg")),
    "image/gif": (re.compile(rb"GIF8[79]a"), ("gif",)),
    "image/webp": (re.compile(rb"RIFF....WEBP", re.DOTALL), ("webp",)),
}
_ENDINGS = {ending: mime for mime, (_, endings) in _KINDS.items() for ending in endings}


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
        mime = _ENDINGS.get(path.lower().rpartition(".")[2], "")
        if mime and _fits(path) and _is_picture(mime, data) and _names(text, path):
            room -= len(data)
            if room >= 0 and len(pictures) < MOST:
                pictures[path] = {mime: b64encode(data).decode()}
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


def _is_picture(mime: str, data: bytes) -> bool:
    return mime in _KINDS and _KINDS[mime][0].match(data) is not None


def _is_encoded(mime: object, data: object) -> bool:
    if not isinstance(mime, str) or not isinstance(data, str):
        return False
    try:
        return _is_picture(mime, b64decode(data.replace("\n", ""), validate=True))
    except (ValueError, binascii.Error):
        return False
