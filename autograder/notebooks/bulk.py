"""Large notebooks without what their cells showed: the rest is what a student wrote.

Outputs and widgets become empty lists; nothing is parsed, and the file is never held as a whole.
"""

import mmap
import re
import tempfile
from collections.abc import Iterator
from typing import BinaryIO

LARGEST_FILE = 512 * 2**20
LARGEST_REST = 32 * 2**20  # without outputs: text, and pictures that were pasted into it
_MOST_BRACKETS = 4_000_000  # in the outputs of one file: a second or two
_HEAD = 4096
_OBJECT = re.compile(rb"(?:\xef\xbb\xbf)?\s*\{[^\0]*", re.DOTALL)
# In JSON a quote inside a string has a backslash before it: what looks like a key is one.
_BULK = re.compile(rb'"(?:outputs|widgets)"\s*+:\s*+(?=[\[{])')
_BRACKET = re.compile(rb'(?:[^"\[\]{}]++|"(?:[^"\\]++|\\.)*+")*+([\[\]{}])', re.DOTALL)


class TooLargeError(Exception):
    """The file is over the limits, and how."""


def condense(file: BinaryIO, most: int) -> bytes:
    """The notebook in an open file of at most `most` bytes, without its outputs.

    Of a file that does not begin like a notebook, only the beginning.  Raises TooLargeError.
    """
    head = file.read(_HEAD)
    if not _OBJECT.fullmatch(head):
        return head
    file.seek(0)
    # A copy: the file itself may be cut off while it is mapped, which ends a process.
    with tempfile.TemporaryFile() as copy:
        _copy(file, copy, most)
        with mmap.mmap(copy.fileno(), 0, access=mmap.ACCESS_READ) as data:
            pieces, room = [], LARGEST_REST
            for start, end in _kept(data):
                room -= end - start
                if room < 0:
                    raise TooLargeError(
                        f"larger than {LARGEST_REST >> 20} MiB even without its outputs: "
                        "keep data in other files"
                    )
                pieces.append(data[start:end])
    return b"[]".join(pieces)


def _copy(file: BinaryIO, copy: BinaryIO, most: int) -> None:
    while piece := file.read(1 << 20):
        most -= len(piece)
        if most < 0:
            raise TooLargeError(f"larger than {LARGEST_FILE >> 20} MiB: clear its outputs")
        copy.write(piece)
    copy.flush()


def _kept(data: mmap.mmap) -> Iterator[tuple[int, int]]:
    """Where the pieces between outputs and other bulky values stand."""
    start, room = 0, _MOST_BRACKETS
    while found := _BULK.search(data, start):
        yield start, found.end()
        start, depth = found.end() + 1, 1
        while depth:
            token = _BRACKET.match(data, start)
            room -= 1
            if not room:
                raise TooLargeError("too much in its outputs: clear them")
            if token is None:  # what follows is lost, and the rest no JSON
                return
            start = token.end()
            depth += 1 if token[1] in b"[{" else -1
    yield start, len(data)
