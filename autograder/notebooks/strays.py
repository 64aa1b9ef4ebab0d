"""Answers that were written beside their place: the stub is as it was given, the answer elsewhere.

In a cell below it, in the check cell or after it, or in a cell at the end: whichever of these makes
what the answer makes, and the last of them, as a kernel would have it.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace

from autograder.notebooks.cells import Cell, Kind
from autograder.notebooks.matching import MOST_LINES, are_alike, lines_of, names_made, plain
from autograder.notebooks.stubs import has_stub

_CHECK = re.compile(r"^[ \t]*check\(.*\)[ \t;]*$", re.MULTILINE)


def find_strays(
    release: Sequence[Cell],
    handed: Sequence[Cell],
    matched: Mapping[int, int],
    wanted: Iterable[int],
) -> dict[int, int]:
    """For answers of the release that are missing in their places: where among the submitted cells.

    A submitted cell that stands for one of the release is none, but for a check cell.
    """
    free: dict[int, Cell] = {}
    for place, cell in enumerate(handed):
        given = release[matched[place]] if place in matched else None
        if cell.type == "code" and (given is None or given.kind is Kind.GRADE):
            text = written_beside(cell) if given else cell.source
            if text.strip() and not has_stub(text):
                free[place] = replace(cell, source=text)
    if sum(cell.source.count("\n") + 1 for cell in free.values()) > MOST_LINES:
        return {}
    anchors = list(_anchors(len(handed), matched))
    found: dict[int, int] = {}
    for answer in wanted:
        near = range(answer, _next_answer(release, answer))
        fitting = [place for place in free if _fits(release[answer], free[place])]
        chosen = [place for place in fitting if anchors[place] in near] or fitting
        if chosen:
            found[answer] = chosen[-1]
            del free[chosen[-1]]
    return found


def written_beside(check_cell: Cell) -> str:
    """What a student wrote into a check cell besides the check."""
    return _CHECK.sub("", check_cell.source).strip("\n")


def _fits(answer: Cell, other: Cell) -> bool:
    made = names_made(answer, lines_of(answer))
    makes_all = bool(made) and names_made(answer, lines_of(other)) == made
    return plain(other.source) != plain(answer.source) and (makes_all or are_alike(answer, other))


def _anchors(count: int, matched: Mapping[int, int]) -> Iterator[int]:
    """For each submitted cell the place in the release of the last one, up to it, that has one."""
    anchor = -1
    for place in range(count):
        anchor = matched.get(place, anchor)
        yield anchor


def _next_answer(release: Sequence[Cell], answer: int) -> int:
    later = (n for n in range(answer + 1, len(release)) if release[n].kind is Kind.ANSWER)
    return next(later, len(release))
