"""Which submitted cell stands for which cell of the release.

By its grade_id, else the id of the cell, else its whole text; else by the lines that it holds, in
one cell or in several pieces; else by its place, as the only one between two that are known.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace

from autograder.notebooks.cells import Cell, Kind
from autograder.notebooks.stubs import STUB

_ALIKE = 0.6
MOST_LINES = 20_000  # more than a person would read
# What a line at the left margin makes: a function, a class, or the names before one `=`.
_MAKES = re.compile(
    r"(?:async\s+)?(?:def|class)\s+\w+|[\w.]+(?:\s*,\s*[\w.]+)*(?:\s*:[^=\n]+)?\s*=(?!=)"
)
ANSWERED = frozenset({Kind.ANSWER, Kind.WRITTEN})
Places = dict[int, int]  # of submitted cells, in the release


def match(release: Sequence[Cell], handed: Sequence[Cell]) -> tuple[Places, set[int]]:
    """For each submitted cell that stands for one of the release: which; and which were guessed."""
    matched = _by_ids_and_text(release, handed)
    known = set(matched.values())
    free = (cell for place, cell in enumerate(handed) if place not in matched)
    if sum(cell.source.count("\n") + 1 for cell in free) > MOST_LINES:
        return matched, set()
    for find in (_by_likeness, _in_pieces, _by_place):
        matched |= find(release, handed, matched)
    return matched, set(matched.values()) - known


def divide(release: Sequence[Cell], handed: Sequence[Cell]) -> tuple[list[Cell], list[str]]:
    """The submitted cells, with merged ones divided, and the names of the divided answers."""
    cells = list(handed)
    found: list[str] = []
    if sum(cell.source.count("\n") for cell in cells) > MOST_LINES:
        return cells, found
    matched = _by_ids_and_text(release, cells)
    for wanted in _open(release, matched):
        for place, there in matched.items():
            pieces = _divided(cells[place], release[there], release[wanted], there < wanted)
            if pieces and cells[place].file == release[wanted].file:
                cells[place : place + 1] = pieces
                found += [release[wanted].grade_id] if release[wanted].kind is Kind.ANSWER else []
                matched = _by_ids_and_text(release, cells)
                break
    return cells, found


def are_pieces(cell: Cell, claims: Iterable[Cell]) -> bool:
    """Whether the answer was divided among them: no two make the same thing."""
    made = Counter(name for claim in claims for name in names_made(cell, lines_of(claim)))
    return bool(made) and max(made.values()) == 1


def plain(source: str) -> str:
    """The text without invisible differences: spaces at line ends, empty lines at both ends."""
    return "\n".join(line.rstrip() for line in source.split("\n")).strip()


def _by_ids_and_text(release: Sequence[Cell], handed: Sequence[Cell]) -> Places:
    answers = {cell.grade_id: place for place, cell in enumerate(release) if cell.grade_id}
    claimed = ((place, answers.get(cell.grade_id)) for place, cell in enumerate(handed))
    matched = {place: there for place, there in claimed if there is not None}
    for place in _mistaken(release, handed, matched):
        del matched[place]
    for key in (lambda cell: cell.id), (lambda cell: cell.file + plain(cell.source)):
        matched |= _one_each(release, handed, key, matched)
    return matched


def _mistaken(release: Sequence[Cell], handed: Sequence[Cell], matched: Places) -> list[int]:
    """Copied cells that kept an id but hold the answer of another cell, which is missing."""
    claims = Counter(matched.values())
    others = [release[place] for place in _open(release, matched)]
    return [
        place
        for place, there in matched.items()
        if claims[there] > 1 and not are_alike(release[there], handed[place])
        if any(one.kind is Kind.ANSWER and are_alike(one, handed[place]) for one in others)
    ]


def _open(release: Sequence[Cell], matched: Mapping[int, int]) -> list[int]:
    taken = set(matched.values())
    return [place for place in range(len(release)) if place not in taken]


def _one_each(
    release: Sequence[Cell],
    handed: Sequence[Cell],
    key: Callable[[Cell], str],
    matched: Mapping[int, int],
) -> Places:
    """Cells with the same key, in their order; further copies are the student's own cells."""
    wanted: dict[str, list[int]] = defaultdict(list)
    for place in _open(release, matched):
        wanted[key(release[place])].append(place)
    return {
        place: wanted[key(cell)].pop(0)
        for place, cell in enumerate(handed)
        if place not in matched and wanted[key(cell)]
    }


def _by_likeness(release: Sequence[Cell], handed: Sequence[Cell], matched: Places) -> Places:
    """Changed cells without ids, matched by likeness; if several are equally like, all of them."""
    free = {place: lines_of(cell) for place, cell in enumerate(handed) if place not in matched}
    found: Places = {}
    for wanted in _open(release, matched):
        cell = release[wanted]
        if cell.kind is Kind.WRITTEN:
            continue
        gap = _gap(wanted, matched, len(handed))
        scores = {
            place: (score, place in gap)
            for place, lines in free.items()
            if cell.kind is Kind.ANSWER or _are_of_a_kind(handed[place], cell)
            if place not in found
            if (score := _likeness(cell, lines)) >= _ALIKE
        }
        best = max(scores.values(), default=None)
        found |= {place: wanted for place, score in scores.items() if score == best}
    return found


def _in_pieces(release: Sequence[Cell], handed: Sequence[Cell], matched: Places) -> Places:
    """Pieces of a divided answer that lost their ids, with the cells between them."""
    found: Places = {}
    for wanted, cell in enumerate(release):
        if cell.kind is not Kind.ANSWER:
            continue
        own = {place: handed[place] for place, there in matched.items() if there == wanted}
        free = {
            place: handed[place]
            for place in _gap(wanted, matched, len(handed))
            if place not in matched and handed[place].type == "code"
        }
        if pieces := _pieces(cell, list(own.values()), free):
            span = sorted([*own, *pieces])
            found |= {place: wanted for place in free if span[0] <= place <= span[-1]}
    return found


def _pieces(cell: Cell, own: Sequence[Cell], free: Mapping[int, Cell]) -> list[int]:
    """The cells that hold what the answer lacks: names that it makes, or most other lines."""
    held = {line for one in own for line in lines_of(one)}
    known = names_made(cell, held)
    made, pieces = set(known), []
    for place, other in free.items():
        new = names_made(cell, lines_of(other))
        if new and not new & made:
            pieces.append(place)
            made |= new
    if made != names_made(cell, lines_of(cell)) or len(pieces) + len(own) < 2:
        pieces = []
    lines = cell.source.split("\n")
    absent = [line for line in lines if not _likeness(replace(cell, source=line), held)]
    rest = replace(cell, source="\n".join(absent))
    return pieces + [
        place
        for place, other in free.items()
        if own and place not in pieces and are_alike(rest, other)
        if not names_made(cell, lines_of(other)) & known
    ]


def _by_place(release: Sequence[Cell], handed: Sequence[Cell], matched: Places) -> Places:
    """The only unknown cell of its type where only one answer can stand."""
    found: Places = {}
    missing = _open(release, matched) if matched else []
    gaps = {wanted: _gap(wanted, matched, len(handed)) for wanted in missing}
    for wanted, gap in gaps.items():
        cell = release[wanted]
        rivals = [other for other in missing if gaps[other] == gap]
        known = [
            place for place in gap
            if _are_of_a_kind(handed[place], cell) and handed[place].source.strip()
        ]  # fmt: skip
        alone = len(known) == 1 == sum(release[other].type == cell.type for other in rivals)
        if cell.kind in ANSWERED and alone and known[0] not in matched:
            found[known[0]] = wanted
    return found


def _are_of_a_kind(cell: Cell, other: Cell) -> bool:
    """Whether both are code or both text, and of the notebook or of the same file."""
    return (cell.type, cell.file) == (other.type, other.file)


def _gap(wanted: int, matched: Mapping[int, int], end: int) -> range:
    """Where a cell of the release may stand among the submitted: between those around it."""
    low = max((place for place, there in matched.items() if there < wanted), default=-1)
    high = min((place for place, there in matched.items() if there > wanted), default=end)
    return range(low + 1, high)


def _divided(cell: Cell, own: Cell, wanted: Cell, own_first: bool) -> list[Cell]:
    """The cell as two, if it stands for one cell of the release and holds another one too."""
    lines, rest = cell.source.split("\n"), lines_of(cell)
    if wanted.kind is not Kind.ANSWER:
        block = _block(lines, wanted)
        if own.kind is not Kind.ANSWER or block is None or wanted.type != "code":
            return []
        return [replace(cell, source="\n".join([*lines[: block.start], *lines[block.stop :]]))]
    new = names_made(wanted, rest)
    if not new or new & names_made(own, lines_of(own)) or not are_alike(wanted, cell):
        return []
    if own.kind is Kind.ANSWER:
        later = wanted if own_first else own
        starts = (n for n, line in enumerate(lines) if names_made(later, {_squeezed(line)}))
        cut = next(starts, len(lines))
        first, second = "\n".join(lines[:cut]), "\n".join(lines[cut:])
        mine, theirs = (first, second) if own_first else (second, first)
    else:
        block = _block(lines, own) or range(0)
        mine, theirs = own.source, "\n".join([*lines[: block.start], *lines[block.stop :]])
    pieces = [replace(cell, source=mine)]
    pieces.insert(own_first, replace(cell, id="", source=theirs, grade_id=wanted.grade_id))
    return pieces


def _block(lines: Sequence[str], cell: Cell) -> range | None:
    """Where the cell's text stands among the lines, as it was given."""
    given = plain(cell.source).split("\n")
    bare = [line.rstrip() for line in lines]
    starts = range(len(bare) - len(given) + 1)
    at = next((n for n in starts if bare[n : n + len(given)] == given), None)
    return None if at is None or given == [""] else range(at, at + len(given))


def names_made(cell: Cell, lines: Iterable[str]) -> set[str]:
    """Which of the names that the answer makes are made in these lines."""
    names = {
        _squeezed(found[0]) for line in cell.source.split("\n") if (found := _MAKES.match(line))
    }
    return {name for name in names if any(line.startswith(name) for line in lines)}


def are_alike(cell: Cell, other: Cell) -> bool:
    """Whether most lines of the release's cell stand in the other."""
    return _likeness(cell, lines_of(other)) >= _ALIKE


def _likeness(cell: Cell, lines: set[str]) -> float:
    """The share of the cell's lines that stand among `lines`; a stub stands for any text."""
    stub, hits = _squeezed(STUB), []
    for line in lines_of(cell):
        start, is_stub, _ = line.partition(stub)
        if not is_stub:
            hits.append(line in lines)
        elif start:
            hits.append(any(other.startswith(start) for other in lines))
    return sum(hits) / len(hits) if hits else 0.0


def lines_of(cell: Cell) -> set[str]:
    """The lines of a cell without spaces and repetitions."""
    return {text for line in cell.source.split("\n") if (text := _squeezed(line))}


def _squeezed(line: str) -> str:
    """A line without its spaces: formatters move them."""
    return "".join(line.split())
