"""Earlier releases: what they said and lacked, no student changed or left out.

.autograder/releases/hw.ipynb.json holds for each cell the digests of all texts that it had, and for
each release the types and ids of its cells in their order.
"""

import hashlib
import json
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass, field
from itertools import pairwise
from pathlib import Path
from typing import Any

from autograder.files import write_whole
from autograder.notebooks.cells import Cell, Notebook
from autograder.notebooks.matching import ANSWERED, plain

_MOST = 100  # texts of one cell, and releases


@dataclass(frozen=True, slots=True)
class Earlier:
    """What is known of all releases of an assignment, the one that stands among them."""

    texts: Mapping[str, Sequence[str]] = field(default_factory=dict)  # digests, by the cell's id
    layouts: Sequence[Sequence[str]] = ()  # of each release its cells' types and ids

    @property
    def ids(self) -> set[str]:
        """The ids of all cells that there were."""
        return {place.partition(" ")[2] for layout in self.layouts for place in layout}

    def gave(self, cell: Cell, claim: Cell) -> bool:
        """Whether a release gave this text in this cell."""
        return digest(claim) in {digest(cell), *self.texts.get(cell.id, ())}

    def lacked(self, cell: Cell) -> bool:
        """Whether there was a release without this cell."""
        return any(_place(cell) not in layout for layout in self.layouts)

    def ordered(self, cells: Sequence[Cell]) -> bool:
        """Whether cells stood in this order in a release."""
        names = [_place(cell) for cell in cells]
        for layout in self.layouts:
            places = [layout.index(one) for one in names if one in layout]
            if all(one < other for one, other in pairwise(places)):
                return True
        return False


def remember(folder: Path, notebook: Notebook) -> Earlier:
    """All that is known of the releases of a notebook, this one among them.

    What is damaged, or cannot be written, is no obstacle: then less is known.
    """
    path = folder / f"{notebook.name}.json"
    known = _read(path)
    texts = {name: list(own) for name, own in known.texts.items()}
    for cell in notebook.cells:
        text = digest(cell)
        if cell.kind not in ANSWERED and text not in texts.get(cell.id, ()):
            texts[cell.id] = [*texts.get(cell.id, ()), text][-_MOST:]
    layout = [_place(cell) for cell in notebook.cells]
    layouts = [*(one for one in known.layouts if one != layout), layout][-_MOST:]
    now = Earlier(texts, layouts)
    if now != known:
        with suppress(OSError):
            write_whole(path, json.dumps(asdict(now), indent=1))
    return now


def digest(cell: Cell) -> str:
    """A digest of what a person sees of a cell's text."""
    return hashlib.sha256(plain(cell.source).encode()).hexdigest()


def _place(cell: Cell) -> str:
    return f"{cell.type} {cell.id}"


def _read(path: Path) -> Earlier:
    try:
        told = json.loads(path.read_text("utf-8"))
        texts = {name: _words(own) for name, own in told["texts"].items()}
        return Earlier(texts, [_words(one) for one in told["layouts"]])
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return Earlier()


def _words(told: Any) -> list[str]:
    if not isinstance(told, list):
        raise TypeError("no list")
    return list(map(str, told))
