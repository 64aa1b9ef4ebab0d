"""What an instructor mended in a release is no change of the student's."""

from dataclasses import replace
from pathlib import Path

from autograder.notebooks import Cell, Kind, Notebook, rebuild, remember

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
    assert {name: len(texts) for name, texts in earlier.items()} == {"intro": 2, "grade": 1}
    (tmp_path / "new/hw.ipynb.json").write_text('{"intro": 7, "grade": [1]')
    assert len(remember(tmp_path / "new", MENDED)["intro"]) == 1
    (tmp_path / "file").write_text("")
    assert len(remember(tmp_path / "file", MENDED)["intro"]) == 1
