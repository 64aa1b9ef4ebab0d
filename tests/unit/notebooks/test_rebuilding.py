"""A submission is rebuilt from the release, whatever became of its metadata."""

from dataclasses import replace

import pytest

from autograder.notebooks.cells import Cell, Kind, Notebook
from autograder.notebooks.rebuilding import Rebuilt, rebuild

INTRO = Cell("intro", "markdown", "# Homework")
SETUP = Cell("setup", "code", "import torch\nt = torch.linspace(0, 1, 5)\nprint(t)")
STUB = "x = <your_code_here>\ny = <your_code_here>\nplt.plot(x, y)"
ANSWER = Cell("curve", "code", STUB, Kind.ANSWER, "curve_answer")
GRADE = Cell("grade", "code", 'check("curve")', Kind.GRADE, "curve", 4)
WRITTEN = Cell("why", "markdown", "*Your answer here.*", Kind.WRITTEN, "why", 2)
RELEASE = Notebook("hw.ipynb", (INTRO, SETUP, ANSWER, GRADE, WRITTEN))
FULL = "x = t\ny = t ** 2\nplt.plot(x, y)"


def handed(*cells: Cell) -> Notebook:
    """A hand-in of these cells, as reading gives it."""
    return Notebook("hw.ipynb", tuple(replace(cell, kind=Kind.ADDED, points=0) for cell in cells))


def own(source: str, **claims: str) -> Cell:
    """A cell that a student wrote."""
    return Cell(claims.get("id", ""), "code", source, Kind.ADDED, claims.get("grade_id", ""))


FILLED = replace(ANSWER, source=FULL)


def answer(rebuilt: Rebuilt) -> str:
    """The source of the one answer."""
    (cell,) = (cell for cell in rebuilt.cells if cell.kind is Kind.ANSWER)
    return cell.source


def test_the_release_rebuilds_to_itself() -> None:
    """A submission that changed nothing is the release, without a note."""
    rebuilt = rebuild(RELEASE, handed(*RELEASE.cells))
    assert rebuilt.cells == RELEASE.cells
    assert rebuilt.notes == ()
    assert not rebuilt.answered("curve")


def test_answers_come_from_the_submission_and_nothing_else_does() -> None:
    """Changed given and grade cells are put back, and the student is told."""
    changed = replace(SETUP, source="t = 7"), replace(GRADE, source="pass", points=99)
    rebuilt = rebuild(RELEASE, handed(INTRO, changed[0], FILLED, changed[1], WRITTEN))
    assert rebuilt.cells == (INTRO, SETUP, FILLED, GRADE, WRITTEN)
    assert rebuilt.notes == ("The cells setup, curve were changed and put back as given.",)
    assert rebuilt.answered("curve")


def test_added_cells_stay_behind_the_cell_they_followed() -> None:
    """They run where the student put them, with clean metadata and ids of their own."""
    cells = own("first()"), INTRO, SETUP, own("a()", id="mine"), own("b()", id="mine"), FILLED
    rebuilt = rebuild(RELEASE, handed(*cells, own("c()", grade_id="forged"), GRADE, WRITTEN))
    sources = [cell.source for cell in rebuilt.cells]
    assert sources == [
        "first()", INTRO.source, SETUP.source, "a()", "b()",
        FULL, "c()", GRADE.source, WRITTEN.source,
    ]  # fmt: skip
    assert len({cell.id for cell in rebuilt.cells}) == len(sources)
    assert rebuilt.cells[6].kind is Kind.ADDED
    assert rebuilt.cells[6].grade_id == ""
    assert rebuilt.notes == ()


def test_ids_that_get_in_the_way_of_ours_stop_nothing() -> None:
    """Whatever ids a student chose, each added cell gets one, and no other's."""
    cells = own("a", id="added-2"), own("b", id="added-2-again"), own("c"), own("d", id="added-3")
    rebuilt = rebuild(RELEASE, handed(*cells, *RELEASE.cells))
    assert [cell.source for cell in rebuilt.cells][:4] == ["a", "b", "c", "d"]
    assert len({cell.id for cell in rebuilt.cells}) == 9


def test_a_copy_of_a_given_cell_is_the_students_own() -> None:
    """A copy with the same id that was changed runs behind the original, as any added cell."""
    copy = replace(SETUP, source="t = 7")
    rebuilt = rebuild(RELEASE, handed(INTRO, SETUP, copy, FILLED, GRADE, WRITTEN))
    assert [cell.source for cell in rebuilt.cells][1:3] == [SETUP.source, "t = 7"]
    assert rebuilt.notes == ()


@pytest.mark.parametrize(
    "stripped",
    [
        replace(FILLED, grade_id=""),
        replace(FILLED, id=""),
        replace(FILLED, id="", grade_id=""),
        replace(FILLED, id="other", grade_id="renamed"),
        replace(FILLED, type="markdown"),
    ],
)
def test_an_answer_is_found_by_grade_id_id_or_content(stripped: Cell) -> None:
    """Lost ids and a changed cell type cost no points."""
    rebuilt = rebuild(RELEASE, handed(INTRO, SETUP, stripped, GRADE, WRITTEN))
    assert answer(rebuilt) == FULL
    assert len(rebuilt.cells) == 5


def test_a_notebook_without_any_id_is_matched_by_content() -> None:
    """Most real notebooks carry no cell ids; a changed given cell is still recognised."""
    cells = INTRO, replace(SETUP, source=SETUP.source + "\nmine = 1"), FILLED, GRADE
    bare = [replace(cell, id="", grade_id="") for cell in cells]
    rebuilt = rebuild(RELEASE, handed(*bare))
    assert rebuilt.cells == (INTRO, SETUP, FILLED, GRADE, WRITTEN)
    assert "setup was changed" in " ".join(rebuilt.notes)
    assert "why is missing" in " ".join(rebuilt.notes)


def test_a_moved_answer_returns_to_its_place() -> None:
    """The order is the release's."""
    rebuilt = rebuild(RELEASE, handed(FILLED, WRITTEN, GRADE, SETUP, INTRO))
    assert [cell.id for cell in rebuilt.cells] == ["intro", "setup", "curve", "grade", "why"]


@pytest.mark.parametrize(
    "copies",
    [(FILLED, FILLED), (ANSWER, FILLED), (FILLED, ANSWER), (FILLED, replace(FILLED, source=""))],
)
def test_a_copied_answer_counts_once(copies: tuple[Cell, Cell]) -> None:
    """The copy that answers is taken, with a note."""
    rebuilt = rebuild(RELEASE, handed(INTRO, SETUP, *copies, GRADE, WRITTEN))
    assert answer(rebuilt) == FULL
    assert len(rebuilt.cells) == 5
    assert "2 times" in rebuilt.notes[0]
    assert not rebuilt.ambiguous


def test_two_different_answers_need_a_person() -> None:
    """No silent choice: the exercise is withheld, and both stand in the notebook."""
    other = replace(FILLED, source="x = 1\ny = 2")
    rebuilt = rebuild(RELEASE, handed(INTRO, SETUP, FILLED, other, GRADE, WRITTEN))
    assert rebuilt.ambiguous == {"curve"}
    assert [cell.source for cell in rebuilt.cells][2:4] == [FULL, "x = 1\ny = 2"]
    assert "2 different answers to curve_answer" in rebuilt.notes[0]


def test_missing_cells_are_put_back() -> None:
    """A truncated notebook keeps what it holds."""
    rebuilt = rebuild(RELEASE, handed(SETUP))
    assert rebuilt.cells == RELEASE.cells
    assert rebuilt.notes == (
        "The answer curve_answer is missing: it counts as not answered.",
        "The answer why is missing: it counts as not answered.",
        "The cells intro, curve were missing and put back.",
    )


def test_an_emptied_answer_is_not_an_answer() -> None:
    """Deleting the stub is not solving the exercise."""
    rebuilt = rebuild(RELEASE, handed(INTRO, SETUP, replace(ANSWER, source=" "), GRADE, WRITTEN))
    assert not rebuilt.answered("curve")


def test_a_bomb_of_cells_is_rebuilt_quickly() -> None:
    """Thousands of long cells are kept as added cells without being compared."""
    bomb = [own("x = 1\n" * 500 + str(number)) for number in range(2000)]
    assert len(rebuild(RELEASE, handed(*bomb)).cells) == 2005


BESIDE = {
    "below the stub": ([ANSWER, own(FULL), GRADE], ["t", FULL]),
    "in the check cell": ([ANSWER, replace(GRADE, source=f"{FULL}\ncheck('curve')")], ["t", FULL]),
    "after the check cell": ([ANSWER, GRADE, own(FULL)], ["t", FULL]),
    "at the end, among others": (
        [ANSWER, GRADE, WRITTEN, own("z = 1"), own(FULL), own("print(x)")],
        ["t", FULL, "z = 1", "print(x)"],
    ),
    "twice, the last one counts": (
        [ANSWER, own("x = 0\ny = 0"), own(FULL), GRADE], ["t", "x = 0\ny = 0", FULL]
    ),
    "with what it rests on": (
        [ANSWER, own("def f(v):\n    return v"), own("x = f(t)\ny = f(t)"), own("print(y)"), GRADE],
        ["t", "def f(v):\n    return v", "x = f(t)\ny = f(t)", "print(y)"],
    ),
    "with the answer cell deleted": ([GRADE, own(FULL)], ["t", FULL]),
    "in another order": (
        [ANSWER, own("y = 1\nx = 2"), GRADE], ["t", "y = 1\nx = 2"]
    ),
}  # fmt: skip


@pytest.mark.parametrize(("cells", "code"), BESIDE.values(), ids=BESIDE)
def test_an_answer_beside_its_place_is_found(cells: list[Cell], code: list[str]) -> None:
    """It stands in for the open stub, and the student is told where answers belong."""
    rebuilt = rebuild(RELEASE, handed(INTRO, SETUP, *cells))
    ran = [c.source for c in rebuilt.cells if c.type == "code" and c.kind is not Kind.GRADE]
    assert ["t", *ran[1:]] == code
    assert answer(rebuilt) in code
    assert rebuilt.answered("curve")
    assert any("was left open" in note for note in rebuilt.notes) or ANSWER not in cells
    assert not any("curve_answer is missing" in note for note in rebuilt.notes)


@pytest.mark.parametrize("other", ["x = 1", "print(x, y)", STUB, "# x = t\n# y = t", ""])
def test_what_does_not_answer_is_not_taken(other: str) -> None:
    """A scratch cell that makes a part of it, a copy of the stub, a comment."""
    rebuilt = rebuild(RELEASE, handed(INTRO, SETUP, ANSWER, own(other), GRADE, WRITTEN))
    assert answer(rebuilt) == STUB
    assert not rebuilt.answered("curve")


def test_an_answer_in_its_place_is_never_replaced() -> None:
    """Whatever stands beside it, and though a stub is left in it."""
    for text in (FULL, "x = t\ny = <your_code_here>\nplt.plot(x, y)"):
        filled = replace(ANSWER, source=text)
        rebuilt = rebuild(RELEASE, handed(INTRO, SETUP, filled, own("x = 0\ny = 0"), GRADE))
        assert answer(rebuilt) == text
        assert rebuilt.answered("curve")
