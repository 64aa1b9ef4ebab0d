"""Earlier releases: who hands in their text did not change it, the instructor did since.

.autograder/releases/hw.json holds for each cell the digests of all texts that it had.
"""

import hashlib
import json
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

from autograder.notebooks.cells import Cell, Notebook
from autograder.notebooks.matching import ANSWERED, plain

Earlier = Mapping[str, frozenset[str]]  # the digests of a cell's texts, by its id
_MOST = 100  # texts of one cell


def remember(folder: Path, notebook: Notebook) -> Earlier:
    """All texts that the given cells of a release ever had, this one's among them.

    What is damaged, or cannot be written, is no obstacle: then less is known.
    """
    path = folder / f"{notebook.name}.json"
    known = _read(path)
    now = {cell.id: digest(cell) for cell in notebook.cells if cell.kind not in ANSWERED}
    new = {name: text for name, text in now.items() if text not in known.get(name, [])}
    for name, text in new.items():
        known[name] = [*known.get(name, []), text][-_MOST:]
    if new:
        with suppress(OSError):
            folder.mkdir(parents=True, exist_ok=True)
            fresh = path.with_suffix(".fresh")
            fresh.write_text(json.dumps(known, indent=1), "utf-8")
            fresh.replace(path)
    return {name: frozenset(texts) for name, texts in known.items()}


def digest(cell: Cell) -> str:
    """A digest of what a person sees of a cell's text."""
    return hashlib.sha256(plain(cell.source).encode()).hexdigest()


def _read(path: Path) -> dict[str, list[str]]:
    try:
        told = json.loads(path.read_text("utf-8"))
    except (OSError, ValueError):
        return {}
    pairs = told.items() if isinstance(told, dict) else ()
    return {name: list(map(str, texts)) for name, texts in pairs if isinstance(texts, list)}
