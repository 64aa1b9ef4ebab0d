"""Rebuilding a submission: the release's cells in their order, with the student's answers in them.

    release     given  answer  grade  given
                  |      ^       |      |        answers are found by grade_id, else by the id of
    submission  given  answer  added  given      their cell, else by what the cell holds; what the
                                                 student added stays behind the cell it followed

A student's metadata is never believed: type, kind and points of a cell are the release's.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import count

from autograder.notebooks.cells import Cell, Kind, Notebook
from autograder.notebooks.stubs import STUB, has_stub

_ALIKE = 0.6
_MOST_LINES = 20_000
_NAMED = 5
_ANSWERED = frozenset({Kind.ANSWER, Kind.WRITTEN})


@dataclass(frozen=True, slots=True)
class Rebuilt:
    """The cells to run, what the student should know about them, and who needs a person."""

    cells: tuple[Cell, ...]
    notes: tuple[str, ...]
    ambiguous: frozenset[str]  # ids of exercises with several different answers

    def answered(self, exercise: str) -> bool:
        """Whether the answer cells of the exercise hold something, and no unfilled stub."""
        cells = (cell for cell in self.cells if cell.kind is Kind.ANSWER)
        own = [cell.source for cell in cells if cell.exercise == exercise]
        return any(map(str.strip, own)) and not any(map(has_stub, own))


@dataclass(frozen=True, slots=True)
class _Choice:
    """Which of the cells that claim to be one answer is taken; `others` stay as added cells."""

    source: str
    others: tuple[Cell, ...] = ()
    note: str = ""
    ambiguous: bool = False


def rebuild(release: Notebook, submission: Notebook) -> Rebuilt:
    """The notebook to run for a submission."""
    matched = _match(release.cells, submission.cells)
    claims: dict[int, list[Cell]] = defaultdict(list)
    for place, cell in enumerate(submission.cells):
        if place in matched:
            claims[matched[place]].append(cell)
    choices = {place: _choose(cell, claims[place]) for place, cell in enumerate(release.cells)}
    kept = {id(cell) for choice in choices.values() for cell in choice.others}
    added: dict[int, list[Cell]] = defaultdict(list)
    anchor = -1
    for place, cell in enumerate(submission.cells):
        anchor = matched.get(place, anchor)
        if place not in matched or id(cell) in kept:
            added[anchor].append(cell)
    cells = list(added[-1])
    for place, cell in enumerate(release.cells):
        cells += [replace(cell, source=choices[place].source), *added[place]]
    return Rebuilt(
        cells=_with_ids(cells, {cell.id for cell in release.cells}),
        notes=tuple(_notes(release, claims, choices)),
        ambiguous=frozenset(
            cell.exercise for place, cell in enumerate(release.cells) if choices[place].ambiguous
        ),
    )


def _match(release: Sequence[Cell], handed: Sequence[Cell]) -> dict[int, int]:
    """For each submitted cell that stands for a cell of the release: which one."""
    answers = {cell.grade_id: place for place, cell in enumerate(release) if cell.grade_id}
    claimed = ((place, answers.get(cell.grade_id)) for place, cell in enumerate(handed))
    matched = {place: there for place, there in claimed if there is not None}
    for key in (lambda cell: cell.id), _source:
        matched |= _one_each(release, handed, key, matched)
    return matched | _by_likeness(release, handed, matched)


def _open(release: Sequence[Cell], matched: Mapping[int, int]) -> list[int]:
    taken = set(matched.values())
    return [place for place in range(len(release)) if place not in taken]


def _one_each(
    release: Sequence[Cell],
    handed: Sequence[Cell],
    key: Callable[[Cell], str],
    matched: Mapping[int, int],
) -> dict[int, int]:
    """Cells with the same key, in their order; further copies are the student's own cells."""
    wanted: dict[str, list[int]] = defaultdict(list)
    for place in _open(release, matched):
        wanted[key(release[place])].append(place)
    return {
        place: wanted[key(cell)].pop(0)
        for place, cell in enumerate(handed)
        if place not in matched and wanted[key(cell)]
    }


def _by_likeness(
    release: Sequence[Cell], handed: Sequence[Cell], matched: Mapping[int, int]
) -> dict[int, int]:
    """Cells whose ids are gone and whose text was changed; all that are equally like a cell."""
    free = {place: set(_lines(cell)) for place, cell in enumerate(handed) if place not in matched}
    if sum(map(len, free.values())) > _MOST_LINES:  # more than a person would read
        return {}
    found: dict[int, int] = {}
    for wanted in _open(release, matched):
        cell = release[wanted]
        if cell.kind is Kind.WRITTEN:
            continue
        low = max((place for place, there in matched.items() if there < wanted), default=-1)
        high = min((p for p, there in matched.items() if there > wanted), default=len(handed))
        scores = {
            place: (score, low < place < high)
            for place, lines in free.items()
            if handed[place].type == cell.type and place not in found
            if (score := _likeness(cell, lines)) >= _ALIKE
        }
        best = max(scores.values(), default=None)
        found |= {place: wanted for place, score in scores.items() if score == best}
    return found


def _likeness(cell: Cell, lines: set[str]) -> float:
    """The share of the cell's lines that stand among `lines`; a stub stands for any text."""
    hits = []
    for line in _lines(cell):
        start, stub, _ = line.partition(STUB)
        if stub and start.strip():
            hits.append(any(line.startswith(start.rstrip()) for line in lines))
        elif not stub:
            hits.append(line in lines)
    return sum(hits) / len(hits) if hits else 0.0


def _choose(cell: Cell, claims: Sequence[Cell]) -> _Choice:
    if cell.kind not in _ANSWERED or not claims:
        return _Choice(cell.source)
    if len(claims) == 1:
        return _Choice(claims[0].source)
    filled = {_plain(claim.source): claim for claim in reversed(claims) if _filled(claim, cell)}
    name = cell.grade_id
    if len(filled) > 1:
        first, *others = reversed(filled.values())
        note = f"There are {len(filled)} different answers to {name}: a person will look at them."
        return _Choice(first.source, tuple(others), note, ambiguous=True)
    taken = next(iter(filled.values()), claims[0])
    which = "the one that is filled in" if len(set(map(_source, claims))) > 1 else "one of them"
    note = f"The answer {name} was there {len(claims)} times: {which} was taken."
    return _Choice(taken.source, note=note)


def _filled(claim: Cell, cell: Cell) -> bool:
    text = _plain(claim.source)
    return bool(text) and text != _plain(cell.source) and has_stub(claim.source) is None


def _notes(
    release: Notebook, claims: Mapping[int, Sequence[Cell]], choices: Mapping[int, _Choice]
) -> Iterable[str]:
    changed, missing = [], []
    for place, cell in enumerate(release.cells):
        own = claims.get(place, ())
        if not own and cell.kind in _ANSWERED:
            yield f"The answer {cell.grade_id} is missing: it counts as not answered."
        elif not own:
            missing.append(cell.id)
        elif cell.kind not in _ANSWERED and _plain(cell.source) not in map(_source, own):
            changed.append(cell.id)
        if choices[place].note:
            yield choices[place].note
    if changed:
        yield f"{_named(changed)} changed and put back as given."
    if missing:
        yield f"{_named(missing)} missing and put back."


def _named(ids: Sequence[str]) -> str:
    if len(ids) == 1:
        return f"The cell {ids[0]} was"
    rest = len(ids) - _NAMED
    return f"The cells {', '.join(ids[:_NAMED])}{f' and {rest} more' if rest > 0 else ''} were"


def _with_ids(cells: Iterable[Cell], given: set[str]) -> tuple[Cell, ...]:
    """The cells, each added one with an id of its own and no other metadata."""
    used = set(given)
    done = []
    for number, cell in enumerate(cells):
        if cell.kind is Kind.ADDED:
            own, numbers = cell.id, count(number)
            while not own or own in used:
                own = f"added-{next(numbers)}"
            used.add(own)
            done.append(Cell(own, cell.type, cell.source, Kind.ADDED))
        else:
            done.append(cell)
    return tuple(done)


def _lines(cell: Cell) -> list[str]:
    return [text for line in cell.source.split("\n") if (text := line.strip())]


def _plain(source: str) -> str:
    return "\n".join(line.rstrip() for line in source.split("\n")).strip()


def _source(cell: Cell) -> str:
    return _plain(cell.source)
