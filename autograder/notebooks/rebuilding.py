"""Rebuilding a submission: the release's cells in their order, with the student's answers in them.

    release     given  answer  grade  given
                  |      ^       |      |        answers are found as `matching.py` says; what the
    submission  given  answer  added  given      student added stays behind the cell it followed

A student's metadata is never believed: type, kind and points of a cell are the release's.
"""

from collections import defaultdict
from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum
from itertools import count, pairwise

from autograder.notebooks.answer_files import numbered
from autograder.notebooks.cells import Attachments, Cell, Kind, Notebook, begins, label
from autograder.notebooks.earlier import Earlier
from autograder.notebooks.matching import ANSWERED, are_pieces, divide, match, plain
from autograder.notebooks.strays import find_strays, written_beside
from autograder.notebooks.stubs import has_stub
from autograder.notebooks.unfilled import without_stubs

_NAMED = 5
_NOTHING = Earlier()
_CAME = "or a part of it, was added after this notebook was made: a person will decide."


class Care(StrEnum):
    """What was done about something odd."""

    REPAIRED = "repaired"
    GUESSED = "guessed"
    UNANSWERED = "unanswered"
    UNDECIDED = "undecided"
    LEFT_OUT = "left out"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class Note:
    """One oddity, in a sentence for the student, and what was done about it."""

    care: Care
    sentence: str


@dataclass(frozen=True, slots=True)
class Rebuilt:
    """The cells to run, what the student should know about them, and who needs a person."""

    cells: tuple[Cell, ...]
    oddities: tuple[Note, ...] = ()
    ambiguous: frozenset[str] = frozenset()  # ids of exercises with several different answers
    untouched: frozenset[str] = frozenset()  # and of those whose answers are as they were given
    blank: frozenset[str] = frozenset()  # and of written ones without an answer
    unasked: frozenset[str] = frozenset()  # and of those that came after the hand-in was begun
    unread: frozenset[str] = frozenset()  # and of those in an answer file that cannot be read
    files: Mapping[str, str] = field(default_factory=dict)  # that were asked for; what is wrong

    @property
    def notes(self) -> tuple[str, ...]:
        """The sentences of all notes."""
        return tuple(note.sentence for note in self.oddities)

    def answered(self, exercise: str) -> bool:
        """Whether anything that can run was written into an answer cell of the exercise."""
        cells = (cell for cell in self.cells if cell.kind is Kind.ANSWER)
        own = [cell.source for cell in cells if cell.exercise == exercise]
        return exercise not in self.untouched and any(without_stubs(one).strip() for one in own)


@dataclass(frozen=True, slots=True)
class _Choice:
    """Which of the cells that claim to be one answer is taken; `others` stay as added cells."""

    source: str
    attachments: Attachments
    others: tuple[Cell, ...] = ()
    note: Note | None = None


def rebuild(release: Notebook, submission: Notebook, earlier: Earlier = _NOTHING) -> Rebuilt:
    """The notebook to run for a submission; `earlier` are the releases that it may be made from."""
    handed, divided = divide(release.cells, submission.cells)
    matched, guessed = match(release.cells, handed)
    claims: dict[int, list[Cell]] = defaultdict(list)
    for place, cell in enumerate(handed):
        if place in matched:
            claims[matched[place]].append(cell)
    choices = {place: _choose(cell, claims[place]) for place, cell in enumerate(release.cells)}
    strays = find_strays(release.cells, handed, matched, _open_answers(release, choices))
    for place, there in strays.items():
        choices[place] = _stray(release.cells[place], handed[there])
    kept = {id(cell) for choice in choices.values() for cell in choice.others}
    taken = set(strays.values())
    before: dict[int, list[Cell]] = defaultdict(list)
    added: dict[int, list[Cell]] = defaultdict(list)
    anchor = -1
    for place, cell in enumerate(handed):
        anchor = matched.get(place, anchor)
        if place not in taken and (place not in matched or id(cell) in kept):
            # An answer below its stub may rest on what stands between the two.
            between = anchor in strays and place < strays[anchor]
            (before if between else added)[anchor].append(cell)
    cells = list(added[-1])
    for place, cell in enumerate(release.cells):
        own = replace(cell, source=choices[place].source, attachments=choices[place].attachments)
        cells += [*before[place], own, *added[place]]
    cells = list(numbered(_with_ids(cells, {cell.id for cell in release.cells})))
    lines = {cell.id: cell.before for cell in cells}
    placed = tuple(replace(cell, before=lines[cell.id]) for cell in release.cells)
    release = replace(release, cells=placed)
    order = [matched[place] for place in sorted(matched)]
    moved = any(there > later for there, later in pairwise(order))
    unasked = _unasked(release, claims, strays, earlier)
    notes = [
        *_notes(release, claims, choices, earlier, unasked),
        *_on_places(release, divided, guessed, claims),
        *([_MOVED] if moved and not earlier.ordered([release.cells[i] for i in order]) else []),
    ]
    undecided = {place for place, choice in choices.items() if choice.others}
    return Rebuilt(
        cells=tuple(cells),
        oddities=tuple(notes),
        ambiguous=frozenset(release.cells[place].exercise for place in undecided),
        untouched=_untouched(release, choices),
        blank=frozenset(_blank(release, choices)) - unasked,
        unasked=unasked,
    )


def _unasked(
    release: Notebook,
    claims: Mapping[int, Sequence[Cell]],
    strays: Container[int],
    earlier: Earlier,
) -> frozenset[str]:
    """The exercises with an answer that is missing, and that was not in every release.

    Whoever has a check cell that came with it was asked.
    """
    missing, asked = set(), set()
    for place, cell in enumerate(release.cells):
        if cell.exercise and earlier.lacked(cell):
            there = any(one.type == cell.type for one in claims.get(place, ()))
            if cell.kind is Kind.GRADE:
                asked |= {cell.exercise} if there else set()
            elif not there and place not in strays:
                missing.add(cell.exercise)
    return frozenset(missing - asked)


def _blank(release: Notebook, choices: Mapping[int, _Choice]) -> Iterator[str]:
    """The written exercises in whose cell nothing was written and no picture pasted."""
    for place, cell in enumerate(release.cells):
        own = choices[place]
        given = plain(own.source) in ("", plain(cell.source))
        if cell.kind is Kind.WRITTEN and given and own.attachments == cell.attachments:
            yield cell.exercise


def _open_answers(release: Notebook, choices: Mapping[int, _Choice]) -> list[int]:
    """The places of the answers that are as they were given, or empty."""
    return [
        place
        for place, cell in enumerate(release.cells)
        if cell.kind is Kind.ANSWER and plain(choices[place].source) in ("", plain(cell.source))
    ]


def _untouched(release: Notebook, choices: Mapping[int, _Choice]) -> frozenset[str]:
    """The exercises of which no answer cell was touched."""
    untouched = set(_open_answers(release, choices))
    answers = {place: cell for place, cell in enumerate(release.cells) if cell.kind is Kind.ANSWER}
    touched = {cell.exercise for place, cell in answers.items() if place not in untouched}
    return frozenset(cell.exercise for cell in answers.values()) - touched


def _stray(cell: Cell, found: Cell) -> _Choice:
    sentence = (
        f"The answer {cell.grade_id} was left open, and your cell that begins {begins(found)} "
        f"holds an answer: it was used. Write answers in {cell.file or 'their own cells'}."
    )
    return _Choice(written_beside(found), {}, note=Note(Care.GUESSED, sentence))


_MOVED = Note(Care.REPAIRED, "Cells were in another order: they were put back in the given one.")


def _choose(cell: Cell, claims: Sequence[Cell]) -> _Choice:
    if cell.kind not in ANSWERED or not claims:
        return _Choice(cell.source, cell.attachments)
    if len(claims) == 1:
        return _Choice(claims[0].source, claims[0].attachments)
    name = cell.grade_id
    different = {plain(claim.source): claim for claim in reversed(claims)}
    touched = [claim for text, claim in different.items() if text not in ("", plain(cell.source))]
    touched.reverse()
    if len(touched) > 1 and cell.type == "code" and are_pieces(cell, touched):
        note = f"The answer {name} was in {len(touched)} cells: they were joined in their order."
        source = "\n".join(claim.source for claim in touched)
        return _Choice(source, {}, note=Note(Care.REPAIRED, note))
    filled = [claim for claim in touched if has_stub(claim.source) is None]
    if len(filled) > 1:
        first, *others = filled
        note = f"There are {len(filled)} different answers to {name}: a person will look at them."
        return _Choice(first.source, first.attachments, tuple(others), Note(Care.UNDECIDED, note))
    taken = (filled or touched or claims)[0]
    which = "the one that is filled in" if len(different) > 1 else "one of them"
    note = f"The answer {name} was found {len(claims)} times: {which} was used."
    return _Choice(taken.source, taken.attachments, note=Note(Care.REPAIRED, note))


def _notes(
    release: Notebook,
    claims: Mapping[int, Sequence[Cell]],
    choices: Mapping[int, _Choice],
    earlier: Earlier,
    unasked: Container[str],
) -> Iterator[Note]:
    for place, cell in enumerate(release.cells):
        own, choice = claims.get(place, ()), choices[place]
        if choice.note:
            yield choice.note
        if cell.exercise in unasked:
            if cell.kind is not Kind.ANSWER:
                yield Note(Care.UNDECIDED, f"The exercise {cell.exercise}, {_CAME}")
        elif cell.kind not in ANSWERED:
            continue
        elif not own and not choice.note:
            sentence = f"The answer {cell.grade_id} is missing: it counts as not answered."
            yield Note(Care.UNANSWERED, sentence)
        elif plain(choice.source) != plain(cell.source) and cell.kind is Kind.ANSWER:
            yield from _on_stub(cell, choice.source)
    given = [
        (cell, claims.get(place, ()))
        for place, cell in enumerate(release.cells)
        if cell.kind not in ANSWERED and cell.exercise not in unasked
    ]
    yield from _on_given(given, earlier)


def _on_given(given: Sequence[tuple[Cell, Sequence[Cell]]], earlier: Earlier) -> Iterator[Note]:
    """What the student did to given cells: what a release said or lacked is none of it."""
    changed, missing = [], []
    for cell, own in given:
        if not own and not earlier.lacked(cell):
            missing.append(label(cell))
        elif own and not any(earlier.gave(cell, claim) for claim in own):
            changed.append(label(cell))
    if changed:
        yield Note(Care.REPAIRED, f"{_named('cell', changed)} changed and put back as given.")
    if missing:
        yield Note(Care.REPAIRED, f"{_named('cell', missing)} missing and put back.")


def _on_stub(cell: Cell, source: str) -> Iterator[Note]:
    if (line := has_stub(source)) is not None:
        what = "the rest of the cell was run" if without_stubs(source) else "nothing of it can run"
        place = f"Line {line} of the answer {cell.grade_id}"
        if cell.file:
            place, what = cell.line(line), what.replace("the cell", cell.grade_id)
        yield Note(Care.UNANSWERED, f"{place} is not filled in yet: {what}.")


def _on_places(
    release: Notebook,
    divided: Sequence[str],
    guessed: Iterable[int],
    claims: Mapping[int, Sequence[Cell]],
) -> Iterator[Note]:
    """What was found in an unusual place or shape."""
    cells = enumerate(release.cells)
    answers = {place: cell.grade_id for place, cell in cells if cell.kind in ANSWERED}
    lost = [
        answers[place]
        for place in sorted(guessed)
        if place in answers and not any(one.grade_id == answers[place] for one in claims[place])
    ]
    retyped = [
        name
        for place, name in answers.items()
        if any(claim.type != release.cells[place].type for claim in claims.get(place, ()))
    ]
    if lost:
        sentence = f"{_named('answer', lost)} found by content or place, without an id."
        yield Note(Care.GUESSED, sentence)
    if divided:
        sentence = f"{_named('answer', divided)} in one cell with another: they were separated."
        yield Note(Care.REPAIRED, sentence)
    if retyped:
        yield Note(Care.REPAIRED, f"{_named('answer', retyped)} in a cell of another type.")


def _named(what: str, ids: Sequence[str]) -> str:
    if len(ids) == 1:
        return f"The {what} {ids[0]} was"
    rest = len(ids) - _NAMED
    return f"The {what}s {', '.join(ids[:_NAMED])}{f' and {rest} more' if rest > 0 else ''} were"


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
            done.append(replace(cell, id=own, grade_id=""))
        else:
            done.append(cell)
    return tuple(done)
