"""Text of strangers: names and sentences as a terminal, a table or a file can bear them."""

import json
from collections.abc import Callable
from typing import Any
from unicodedata import category

# Persian and emoji need them, and they move nothing.
_JOINERS = "\u200c\u200d"


def legible(text: str, *, lines: bool = False) -> str:
    """The text with every letter that could steer a terminal or turn a line written as an escape.

    Line breaks stay if `lines` are wanted; spaces of any width become plain ones.
    """
    kept = f"{_JOINERS}\n" if lines else _JOINERS
    return _printable(text, kept, _escaped)


def as_json(tree: Any) -> str:
    """Plain data as JSON to be printed: the same data, with no letter that steers a terminal."""
    text = json.dumps(tree, ensure_ascii=False, indent=1)
    return _printable(text, "\n", lambda letter: json.dumps(letter)[1:-1])


def counted(number: int, noun: str) -> str:
    """A number with its noun, such as 1 submission or 2 submissions."""
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def _printable(text: str, kept: str, escape: Callable[[str], str]) -> str:
    known = (one if one.isprintable() or one in kept else escape(one) for one in text)
    return "".join(known)


def _escaped(letter: str) -> str:
    return " " if category(letter) == "Zs" else letter.encode("unicode_escape").decode("ascii")
