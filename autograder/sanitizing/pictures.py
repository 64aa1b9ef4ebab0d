"""Pictures in what a student wrote: only data that begin like a picture get onto a page.

A picture that stands in a text as data is lifted out of it, so that what reads the text is not
slowed down by it, and put back by number in the end.
"""

import binascii
import re
from base64 import b64decode, b64encode
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import unquote

from autograder.files import picture_kind, read_plain
from autograder.sanitizing.budgets import Page

LARGEST = 8 * 2**20
_DATA = re.compile(r"data:image/(?:png|jpe?g|gif|webp);base64,([A-Za-z0-9+/]+={0,2})", re.I)
_LIFTED = "picture:"
_NAMED = (".png", ".jpg", ".jpeg", ".gif", ".webp")
_LONGEST = 1000
_LOOK = 4096  # what it costs to look for one, in bytes


@dataclass(frozen=True, slots=True)
class Pictures:
    """Where the pictures of one cell come from: its text, its attachments, the page's folder."""

    page: Page
    attachments: Mapping[str, Any] = field(default_factory=dict)
    lifted: list[str] = field(default_factory=list)

    def lift(self, text: str) -> str:
        """The text with a number in the place of each picture's data."""

        def number(found: re.Match[str]) -> str:
            self.lifted.append(found[1])
            return f"{_LIFTED}{len(self.lifted) - 1}"

        return _DATA.sub(number, text)

    def find(self, source: str) -> str | None:
        """What a page shows for the source of a picture: its data, or None."""
        scheme, colon, name = source.partition(":")
        if not self.page.take(pictures=_LOOK):
            return None
        if not colon:
            # A file that was handed in is attached to the cell that names it.
            handed_in = _attached(self.attachments, unquote(source))
            data = self._decoded(handed_in) if handed_in else self._beside(source)
        elif scheme == "attachment":
            data = self._decoded(_attached(self.attachments, unquote(name)))
        elif scheme == _LIFTED[:-1] and name.isdecimal() and int(name[:9]) < len(self.lifted):
            data = self._decoded(self.lifted[int(name[:9])])
        else:
            data = None
        kind = picture_kind(data or b"")
        return f"data:image/{kind};base64,{b64encode(data).decode()}" if data and kind else None

    def _room(self, size: int) -> bool:
        """Whether the page has room for so many bytes; the first that are too many fill it."""
        if self.page.take(pictures=size):
            return True
        self.page.left["pictures"] = 0
        return False

    def _decoded(self, text: str) -> bytes | None:
        return decoded("".join(text.split())) if self._room(len(text)) else None

    def _beside(self, source: str) -> bytes | None:
        """A file in the page's folder, by a path that leads down and through no link."""
        name = unquote(source)
        parts = [part for part in name.split("/") if part != "."]
        good = name.isprintable() and len(name) <= _LONGEST and name.lower().endswith(_NAMED)
        if self.page.folder is None or not good or "\\" in name or not all(parts) or ".." in parts:
            return None
        path = self.page.folder.joinpath(*parts)
        above = path.parents[: len(parts) - 1]
        try:
            data = None if any(map(Path.is_symlink, above)) else read_plain(path, LARGEST)
        except (OSError, ValueError):
            return None
        return data if data is not None and self._room(len(data)) else None


def decoded(text: str) -> bytes | None:
    """The bytes of Base64, or None if it is none, or too much."""
    if len(text) > LARGEST * 4 // 3 + 4:
        return None
    try:
        return b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        return None


def _attached(attachments: Mapping[str, Any], name: str) -> str:
    bundle = attachments.get(name) if isinstance(attachments, Mapping) else None
    texts = list(bundle.values()) if isinstance(bundle, Mapping) else []
    text = texts[0] if texts else ""
    return "".join(map(str, text)) if isinstance(text, list) else str(text)
