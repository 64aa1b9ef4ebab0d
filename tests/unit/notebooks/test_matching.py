"""Whatever an editor, a merge or a student did to the cells, the answers are the clean twin's."""

from collections.abc import Sequence
from dataclasses import replace

import pytest
from hypothesis import given, strategies

from autograder.notebooks.cells import Cell, Kind, Notebook
from autograder.notebooks.rebuilding import Care, Rebuilt, rebuild

INTRO = Cell("intro", "markdown", "# Homework")
SETUP = Cell("setup", "code", "import torch\nt = torch.linspace(0, 1, 5)")
CURVE_STUB = "x = <your_code_here>\ny = <your_code_here>\nplt.plot(x, y)"
FIT_STUB = "steps = 30\n\ndef predict(x):\n    return <your_code_here>\n\nlosses = []"
CURVE = Cell("curve-cell", "code", CURVE_STUB, Kind.ANSWER, "curve_answer")
PLOT = Cell("plot", "code", "figure, axes = plt.subplots()\naxes.plot(x, y)")
CHECK = Cell("curve-check", "code", 'check("curve")', Kind.GRADE, "curve", 4)
FIT = Cell("fit-cell", "code", FIT_STUB, Kind.ANSWER, "fit_answer")
FREE = Cell("free-cell", "code", "<your_code_here>", Kind.ANSWER, "fit_answer_2")
FIT_CHECK = Cell("fit-check", "code", 'check("fit")', Kind.GRADE, "fit", 4)
WHY = Cell("why", "markdown", "*Your answer here.*", Kind.WRITTEN, "why", 2)
RELEASE = Notebook("hw.ipynb", (INTRO, SETUP, CURVE, PLOT, CHECK, FIT, FREE, FIT_CHECK, WHY))

CURVE_1, CURVE_2 = "x = t.cos()", "y = t ** 2\nplt.plot(x, y)"
FIT_1, FIT_2 = "steps = 30\n\ndef predict(x):\n    return 2 * x", "losses = []"
A = replace(CURVE, source=f"{CURVE_1}\n{CURVE_2}")
B = replace(FIT, source=f"{FIT_1}\n{FIT_2}")
C = replace(FREE, source="for step in range(steps): pass")
W = replace(WHY, source="Because.")
TWIN = (INTRO, SETUP, A, PLOT, CHECK, B, C, FIT_CHECK, W)


def bare(*cells: Cell, ids: bool = True) -> tuple[Cell, ...]:
    """Cells that lost nbgrader's metadata and, without `ids`, their own."""
    return tuple(replace(one, id=one.id if ids else "", grade_id="") for one in cells)


def put(new: dict[Cell, Sequence[Cell]], cells: Sequence[Cell] = TWIN) -> list[Cell]:
    """The clean twin with some cells replaced by others."""
    return [made for cell in cells for made in new.get(cell, [cell])]


def own(source: str) -> Cell:
    """A cell that a student added."""
    return Cell("", "code", source)


def pieces(cell: Cell, *sources: str, keep: str = "both") -> list[Cell]:
    """A cell that was divided; which of the pieces keeps the ids differs from editor to editor."""
    kept = {"both": {0, 1}, "first": {0}, "last": {1}, "none": set[int]()}[keep]
    return [
        replace(cell, source=source) if place in kept else own(source)
        for place, source in enumerate(sources)
    ]


def merged(*cells: Cell, keeps: int = 0, gap: str = "\n\n") -> Cell:
    """One cell of several, with the metadata of one of them."""
    return replace(cells[keeps], source=gap.join(cell.source for cell in cells))


def handed(cells: Sequence[Cell]) -> Notebook:
    """A hand-in of these cells, as reading gives it."""
    return Notebook("hw.ipynb", tuple(replace(one, kind=Kind.ADDED, points=0) for one in cells))


ODD: dict[str, tuple[Sequence[Cell], set[Care]]] = {
    "clean": (TWIN, set()),
    "own cells all over": (put({SETUP: [own("a"), SETUP, own("b")], A: [own("c"), A]}), set()),
    "no nbgrader metadata (Colab, Kaggle)": (bare(*TWIN), set()),
    "no metadata and no ids (VS Code, nbformat 4.4)": (bare(*TWIN, ids=False), {Care.GUESSED}),
    "reformatted without ids": (
        put({A: bare(replace(A, source=A.source.replace(" = ", "=  ")), ids=False)}),
        {Care.GUESSED},
    ),
    "grade_id edited": (
        put({A: [replace(A, grade_id="mine", id="")], B: [replace(B, grade_id="", id="new")]}),
        {Care.GUESSED},
    ),
    "copied untouched": (put({A: [A, CURVE]}), {Care.REPAIRED}),
    "copied before": (put({A: [CURVE, A]}), {Care.REPAIRED}),
    "copied as it is": (put({B: [B, B]}), {Care.REPAIRED}),
    "copied half filled": (
        put({A: [replace(A, source=f"{CURVE_1}\ny = <your_code_here>"), A]}), {Care.REPAIRED}
    ),
    "copied id on another answer": (
        put({A: [A, own("1")], B: [replace(B, grade_id="curve_answer", id="")]}), {Care.GUESSED}
    ),
    "moved to the end": ([*put({A: []}), A], {Care.REPAIRED}),
    "all in reverse": (TWIN[::-1], {Care.REPAIRED}),
    "retyped": (
        put({A: [replace(A, type="markdown")], B: [replace(B, type="raw")]}), {Care.REPAIRED}
    ),
    "retyped without ids": (
        put({A: bare(replace(A, type="markdown"), ids=False)}), {Care.REPAIRED, Care.GUESSED}
    ),
    "split, both keep the id": (put({A: pieces(A, CURVE_1, CURVE_2)}), {Care.REPAIRED}),
    "split, the first keeps it": (
        put({A: pieces(A, CURVE_1, CURVE_2, keep="first")}), {Care.REPAIRED}
    ),
    "split, the last keeps it": (
        put({A: pieces(A, CURVE_1, CURVE_2, keep="last")}), {Care.REPAIRED}
    ),
    "split, none keeps it": (
        put({A: pieces(A, CURVE_1, CURVE_2, keep="none")}), {Care.REPAIRED, Care.GUESSED}
    ),
    "split, the last piece makes nothing": (
        put({A: pieces(A, "x = t.cos()\ny = t ** 2", "plt.plot(x, y)", keep="first")}),
        {Care.REPAIRED},
    ),
    "split function": (put({B: pieces(B, FIT_1, FIT_2)}), {Care.REPAIRED}),
    "merged with the next answer": (put({B: [], A: [merged(A, B)]}), {Care.REPAIRED}),
    "merged into the next answer": (put({A: [], B: [merged(A, B, keeps=1)]}), {Care.REPAIRED}),
    "merged with the given cell above": (put({SETUP: [], A: [merged(SETUP, A)]}), {Care.REPAIRED}),
    "merged up with an answer's id": (
        put({SETUP: [], A: [merged(SETUP, A, keeps=1)]}), {Care.REPAIRED}
    ),
    "merged with the grade cell": (put({CHECK: [], A: [merged(A, CHECK)]}), {Care.REPAIRED}),
    "three merged": (
        put({A: [merged(A, PLOT, CHECK, gap="\n")], PLOT: [], CHECK: []}), {Care.REPAIRED}
    ),
    "given cells changed": (
        put({SETUP: [replace(SETUP, source="t = 7")], CHECK: [replace(CHECK, source="")]}),
        {Care.REPAIRED},
    ),
    "given cells deleted": (put({INTRO: [], SETUP: [], PLOT: [], CHECK: []}), {Care.REPAIRED}),
    "free answers without ids": (
        put({C: bare(C, ids=False), W: bare(W, ids=False)}), {Care.GUESSED}
    ),
}  # fmt: skip


def answers(rebuilt: Rebuilt) -> dict[str, list[str]]:
    """The lines of each answer, without spaces and empty ones."""
    cells = (cell for cell in rebuilt.cells if cell.kind in {Kind.ANSWER, Kind.WRITTEN})
    return {
        one.grade_id: [s for line in one.source.split("\n") if (s := "".join(line.split()))]
        for one in cells
    }


@pytest.mark.parametrize(("cells", "care"), ODD.values(), ids=ODD)
def test_an_odd_notebook_answers_what_its_clean_twin_does(
    cells: Sequence[Cell], care: set[Care]
) -> None:
    """All answers are found, given cells are the release's, and what was done is said."""
    rebuilt = rebuild(RELEASE, handed(cells))
    assert answers(rebuilt) == answers(rebuild(RELEASE, handed(TWIN)))
    kept = [cell for cell in rebuilt.cells if cell.kind is not Kind.ADDED]
    assert [replace(cell, source="") for cell in kept] == [
        replace(cell, source="") for cell in RELEASE.cells
    ]
    given = {cell.id: cell.source for cell in kept if cell.kind in {Kind.GIVEN, Kind.GRADE}}
    assert given.items() <= {cell.id: cell.source for cell in RELEASE.cells}.items()
    assert {note.care for note in rebuilt.oddities} == care
    assert not rebuilt.ambiguous
    assert len(set(rebuilt.notes)) == len(rebuilt.notes)


def test_a_given_cell_copied_into_an_answer_stays_there() -> None:
    """The answer is as the student wrote it; the given cell has not moved."""
    rebuilt = rebuild(RELEASE, handed(put({A: [merged(SETUP, A, keeps=1)]})))
    assert rebuilt.cells[2].source == merged(SETUP, A).source
    assert rebuilt.notes == ()


def test_what_stands_between_two_pieces_stays_between_them() -> None:
    """A definition of the student's own is there when the second piece needs it."""
    first, second = pieces(A, "x = t.cos()", "y = square(t)", keep="none")
    rebuilt = rebuild(RELEASE, handed(put({A: [first, own("square = torch.square"), second]})))
    assert rebuilt.cells[2].source == "x = t.cos()\nsquare = torch.square\ny = square(t)"


@pytest.mark.parametrize(
    "cells",
    [
        put({A: [A, replace(A, source="x = 1\ny = 2")]}),
        put({A: bare(A, replace(A, source=A.source.replace("cos", "sin")), ids=False)}),
        put({C: [C, replace(C, source="pass")]}),
    ],
    ids=["with ids", "without ids", "nothing to tell them by"],
)
def test_different_answers_are_never_joined_and_never_chosen(cells: list[Cell]) -> None:
    """Where both make the same, or nobody can tell, a person decides."""
    rebuilt = rebuild(RELEASE, handed(cells))
    assert len(rebuilt.ambiguous) == 1
    assert Care.UNDECIDED in {note.care for note in rebuilt.oddities}


def test_a_truncated_notebook_keeps_what_it_holds() -> None:
    """The answers that are there count; those that are not are named."""
    rebuilt = rebuild(RELEASE, handed(TWIN[:4]))
    assert rebuilt.answered("curve")
    assert not rebuilt.answered("fit")
    missing = [note for note in rebuilt.oddities if note.care is Care.UNANSWERED]
    assert [note.sentence.split()[2] for note in missing] == ["fit_answer", "fit_answer_2", "why"]


def test_an_unfilled_stub_is_told_by_its_line() -> None:
    """A stub beside an answer is named; one that is only spoken of in a comment is none."""
    half = replace(A, source="x = 1\ny = <your_code_here>")
    (note,) = rebuild(RELEASE, handed(put({A: [half]}))).oddities
    assert note.care is Care.UNANSWERED
    assert note.sentence.startswith("Line 2 of the answer curve_answer")
    spoken = replace(A, source=f"# x = <your_code_here>\n{A.source}")
    rebuilt = rebuild(RELEASE, handed(put({A: [spoken]})))
    assert rebuilt.notes == ()
    assert rebuilt.answered("curve")


def test_a_foreign_notebook_answers_nothing() -> None:
    """Another homework is not poured into this one."""
    rebuilt = rebuild(RELEASE, handed([own("import os"), own("print(1)")]))
    assert not rebuilt.answered("curve")
    assert not rebuilt.answered("fit")


@pytest.mark.parametrize("claim", ["", "curve_answer", "nobody"])
def test_a_bomb_of_cells_is_rebuilt_quickly(claim: str) -> None:
    """Thousands of long cells are not compared line by line, whatever they claim to be."""
    bomb = [replace(own("x = 1\n" * 500 + str(n)), grade_id=claim) for n in range(2000)]
    rebuilt = rebuild(RELEASE, handed(bomb))
    assert sum(cell.source.startswith("x = 1") for cell in rebuilt.cells) == 2000


_TEXTS = strategies.sampled_from(
    [cell.source for cell in (*TWIN, *RELEASE.cells)] + ["", CURVE_1, CURVE_2, "x = 2\ny = 3"]
)
_CELLS = strategies.builds(
    Cell,
    id=strategies.sampled_from(["", "new", *(cell.id for cell in RELEASE.cells)]),
    type=strategies.sampled_from(["code", "markdown", "raw"]),
    source=strategies.lists(_TEXTS, min_size=1, max_size=3).map("\n".join),
    grade_id=strategies.sampled_from(["", "", "new", *(cell.grade_id for cell in RELEASE.cells)]),
)


@given(strategies.lists(_CELLS, max_size=12))
def test_any_cells_at_all_are_rebuilt(cells: list[Cell]) -> None:
    """The release's cells stand in their order, given ones as given, and ids stay unique."""
    rebuilt = rebuild(RELEASE, handed(cells))
    kept = [cell for cell in rebuilt.cells if cell.kind is not Kind.ADDED]
    assert [replace(cell, source="") for cell in kept] == [
        replace(cell, source="") for cell in RELEASE.cells
    ]
    for cell, given_cell in zip(kept, RELEASE.cells, strict=True):
        assert cell.kind in {Kind.ANSWER, Kind.WRITTEN} or cell == given_cell
    assert len({cell.id for cell in rebuilt.cells}) == len(rebuilt.cells)
