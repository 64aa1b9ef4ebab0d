"""What an instructor mended in a release is no change of the student's."""

from dataclasses import replace
from pathlib import Path

from autograder.notebooks.cells import Cell, Kind, Notebook
from autograder.notebooks.earlier import remember
from autograder.notebooks.rebuilding import Care, rebuild

GIVEN = Cell("intro", "markdown", "# Homwork")
GRADE = Cell("grade", "code", 'check("curve")', Kind.GRADE, "curve", 1)
ANSWER = Cell("answer", "code", "x = <your_code_here>", Kind.ANSWER, "curve_answer")
FIRST = Notebook("hw.ipynb", (GIVEN, ANSWER, GRADE))
MENDED = Notebook("hw.ipynb", (replace(GIVEN, source="# Homework"), ANSWER, GRADE))
CHANGED = "The cell intro was changed and put back as given."


def handed(text: str) -> Notebook:
    """A hand-in whose given cell has this text."""
    return Notebook(
        "hw.ipynb", (replace(GIVEN, source=text), replace(ANSWER, source="x = 1"), GRADE)
    )


def test_the_text_of_an_earlier_release_is_put_right_in_silence(tmp_path: Path) -> None:
    """Only what no release ever said was changed by the student."""
    remember(tmp_path, FIRST)
    earlier = remember(tmp_path, MENDED)
    assert rebuild(MENDED, handed("# Homwork  \n"), earlier).notes == ()
    assert rebuild(MENDED, handed("# Homework"), earlier).notes == ()
    assert rebuild(MENDED, handed("# My work"), earlier).notes == (CHANGED,)
    assert rebuild(MENDED, handed("# Homwork")).notes == (CHANGED,)
    assert rebuild(MENDED, handed("# Homwork"), earlier).cells[0] == MENDED.cells[0]


def test_what_is_known_is_kept(tmp_path: Path) -> None:
    """Across commands, each text once, and damage is no obstacle."""
    for notebook in (FIRST, MENDED, FIRST, MENDED):
        earlier = remember(tmp_path / "new", notebook)
    assert {name: len(texts) for name, texts in earlier.texts.items()} == {"intro": 2, "grade": 1}
    (tmp_path / "new/hw.ipynb.json").write_text('{"intro": 7, "grade": [1]')
    assert len(remember(tmp_path / "new", MENDED).texts["intro"]) == 1
    (tmp_path / "file").write_text("")
    assert len(remember(tmp_path / "file", MENDED).texts["intro"]) == 1


SLOPE = Cell("slope", "code", "y = <your_code_here>", Kind.ANSWER, "slope_answer")
CHECK = Cell("check", "code", 'check("slope")', Kind.GRADE, "slope", 1)
NOTE = Cell("note", "markdown", "*Your answer here.*", Kind.WRITTEN, "note", 1)
HINT = Cell("hint", "markdown", "## Slope")
GROWN = Notebook("hw.ipynb", (GIVEN, ANSWER, GRADE, HINT, SLOPE, CHECK, NOTE))
CAME = "The exercise {}, or a part of it, was added after this notebook was made: "


def test_what_came_later_was_not_asked(tmp_path: Path) -> None:
    """An exercise that the student's release did not have waits for a person and is no zero."""
    old = handed(GIVEN.source)
    remember(tmp_path, FIRST)
    rebuilt = rebuild(GROWN, old, remember(tmp_path, GROWN))
    assert rebuilt.unasked == {"slope", "note"}
    assert not rebuilt.blank
    assert rebuilt.answered("curve")
    assert [note.care for note in rebuilt.oddities] == [Care.UNDECIDED] * 2
    assert rebuilt.notes[0].startswith(CAME.format("slope"))
    known = rebuild(GROWN, old)
    assert not known.unasked
    assert known.blank == {"note"}


def test_who_has_the_new_check_was_asked(tmp_path: Path) -> None:
    """To delete an answer makes nothing of it; neither does a release that always had it."""
    remember(tmp_path, FIRST)
    earlier = remember(tmp_path, GROWN)
    deleted = Notebook("hw.ipynb", (GIVEN, ANSWER, GRADE, HINT, CHECK, NOTE))
    assert rebuild(GROWN, deleted, earlier).unasked == frozenset()
    answered = Notebook("hw.ipynb", (*handed("").cells, replace(SLOPE, source="y = 2"), NOTE))
    assert rebuild(GROWN, answered, earlier).unasked == frozenset()
    first = remember(tmp_path / "new", GROWN)
    assert rebuild(GROWN, handed(""), first).unasked == frozenset()


def test_a_new_part_and_another_kind_were_not_asked(tmp_path: Path) -> None:
    """A second answer cell, and an answer that was text and is code now."""
    second = replace(SLOPE, grade_id="curve_answer_2")
    wider = Notebook("hw.ipynb", (GIVEN, ANSWER, second, GRADE))
    remember(tmp_path, FIRST)
    assert rebuild(wider, handed(""), remember(tmp_path, wider)).unasked == {"curve"}
    written = Notebook("hw.ipynb", (GIVEN, NOTE))
    code = replace(NOTE, type="code", kind=Kind.ANSWER, grade_id="note_answer", points=0)
    checked = Notebook("hw.ipynb", (GIVEN, code, replace(CHECK, grade_id="note")))
    remember(tmp_path / "new", written)
    text = Notebook("hw.ipynb", (GIVEN, replace(NOTE, source="Because.")))
    assert rebuild(checked, text, remember(tmp_path / "new", checked)).unasked == {"note"}


def test_what_the_instructor_moved_no_student_moved(tmp_path: Path) -> None:
    """The order of an earlier release is put right in silence, and another one is told."""
    moved = Notebook("hw.ipynb", (GIVEN, SLOPE, CHECK, ANSWER, GRADE))
    before = Notebook("hw.ipynb", (GIVEN, ANSWER, GRADE, SLOPE, CHECK))
    remember(tmp_path, before)
    earlier = remember(tmp_path, moved)
    assert rebuild(moved, before, earlier).notes == ()
    odd = Notebook("hw.ipynb", (GIVEN, CHECK, GRADE, ANSWER, SLOPE))
    assert "Cells were in another order" in rebuild(moved, odd, earlier).notes[-1]
