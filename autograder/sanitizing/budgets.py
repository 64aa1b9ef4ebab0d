"""What one page takes of one student's notebook, so that none is slow to make or to show.

Whatever is over a bound is shown as plain text.
"""

import html
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

CELL_MARKDOWN = 40_000  # characters, without the data of pictures
CELL_HTML = 200_000
CELL_TAGS = 4_000
NESTING = 100
FORMULA_CHARACTERS = 2_000
CODE_CHARACTERS = 50_000  # highlighted; the slowest thing on a page
CODE_LINE = 300
COLOURS = 2_000
MOST_OUTPUTS = 2_000
_ESCAPED = 20  # what a sign costs that a page has to write as a name, in characters
_WHOLE = {
    "markdown": 150_000,
    "html": 1_000_000,
    "tags": 20_000,  # opening and closing
    "formulas": 30_000,
    "code": CODE_CHARACTERS,
    "colours": 10_000,
    "pictures": 32 * 2**20,
    "text": 8 * 2**20,
}
_TOO_MUCH = "This is too much to lay out; it is shown as it was written."
_NOT_SHOWN = "This page is full: this part is not shown."


@dataclass(frozen=True, slots=True)
class Page:
    """One page while it is made: its remaining budget, and the folder of its pictures."""

    folder: Path | None = None
    left: dict[str, int] = field(default_factory=lambda: dict(_WHOLE))

    def take(self, **amounts: int) -> bool:
        """Whether the page has room for all of this; then it is taken."""
        if any(self.left[kind] < amount for kind, amount in amounts.items()):
            return False
        for kind, amount in amounts.items():
            self.left[kind] -= amount
        return True

    def plain(self, text: str, why: str = _TOO_MUCH) -> str:
        """A text as HTML without any layout, with the reason."""
        shown = self.escaped(text)
        return f"<p><em>{_NOT_SHOWN if shown is None else why}</em></p><pre>{shown or ''}</pre>"

    def escaped(self, text: str) -> str | None:
        """A text that stands on a page as it is, or None where the page has no room for it."""
        cost = len(text) + _ESCAPED * sum(map(text.count, "<>&"))
        return html.escape(text, quote=False) if self.take(text=cost) else None


def page_of(resources: Any, *, ours: bool = False) -> Page:
    """The page that nbconvert is making, kept in its resources and created at the first call.

    Findings and comments (`ours`) have a budget of their own, which no cell can use up.
    """
    key = "autograder's own" if ours else "autograder"
    page = resources.get(key)
    if not isinstance(page, Page):
        place = (resources.get("metadata") or {}).get("path")
        page = resources[key] = Page(Path(place) if place else None)
    return page
