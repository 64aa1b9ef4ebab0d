"""The pictures that a notebook's text shows: of all files handed in, the only ones a page needs."""

import re
from collections.abc import Iterable
from urllib.parse import quote

from autograder.notebooks.cells import Cell
from autograder.notebooks.submission import Submission

MOST = 50
MOST_BYTES = 8 << 20
LONGEST_PATH = 200  # letters
_KINDS = {
    # ending: the MIME type, and how such a file begins
    "png": ("image/png", re.compile(rb"\x89PNG\r\n\x1a\n")),
    "jpg": ("image/jpeg", re.compile(rb"\xff\xd8\xff")),
    "jpeg": ("image/jpeg", re.compile(rb"\xff\xd8\xff")),
    "gif": ("image/gif", re.compile(rb"GIF8[79]a")),
    "webp": ("image/webp", re.compile(rb"RIFF....WEBP", re.DOTALL)),
}


def find_pictures(submission: Submission, cells: Iterable[Cell]) -> dict[str, bytes]:
    """The files that markdown cells name and that are PNG, JPEG, GIF or WebP, by their paths."""
    text = "\n".join(cell.source for cell in cells if cell.type == "markdown")
    found: dict[str, bytes] = {}
    room = MOST_BYTES
    candidates = [path for path, data in submission.files.items() if _is_picture(path, data)]
    for path in candidates[:MOST]:
        data = submission.files[path]
        if len(data) <= room and names(text, path):
            room -= len(data)
            found[path] = data
    return found


def names(text: str, path: str) -> bool:
    """Whether a text names a file, as it is or as in an address."""
    return path in text or quote(path) in text


def mime_of(path: str) -> str:
    """The MIME type that a picture's ending stands for."""
    return _KINDS[_ending(path)][0]


def _is_picture(path: str, data: bytes) -> bool:
    """Whether a file is what its name says, and has a name that a page can bear."""
    kind = _KINDS.get(_ending(path))
    fits = len(path) <= LONGEST_PATH and path.isprintable()
    return fits and kind is not None and kind[1].match(data) is not None


def _ending(path: str) -> str:
    return path.lower().rpartition(".")[2]
