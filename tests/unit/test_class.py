"""One submission that breaks us does not stop the others."""

from pathlib import Path

import pytest

from autograder.config import Course, Settings
from autograder.grading import Options, Workshop, grade
from autograder.model import Check, Ending
from autograder.notebooks import Cell, Kind, Notebook
from autograder.reports import class_notes


class Broken(Workshop):
    """A workshop whose box breaks for one student in a way that nobody foresaw."""

    def __init__(self, course: Course) -> None:
        super().__init__(course, "hw", Options())
        self._checks = (Check("curve.x", "curve", "x is right", 1, hidden=False),)
        answer = Cell("a", "code", "x = 1", Kind.ANSWER, "curve_answer")
        grade_cell = Cell("g", "code", "", Kind.GRADE, "curve", 1)
        self.notebook = Notebook("hw.ipynb", (answer, grade_cell))

    def grade_cells(self, *_: object, **__: object) -> None:  # type: ignore[override]
        """Fail."""
        raise RuntimeError("nobody thought of this")


def test_our_mistake_withholds_one_grade(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """An error of ours is told to who runs us, costs the student nothing, and the class goes on."""
    course = Course(tmp_path, Settings("c", "s"))
    for student in ("ann", "bob"):
        folder = course.submitted("hw", student)
        folder.mkdir(parents=True)
        (folder / "hw.ipynb").write_text('{"cells": [{}]}')
    done = [graded.grade for graded in grade(Broken(course), ["ann", "bob", "nobody"])]
    assert {one.student: one.ending for one in done} == {
        "ann": Ending.BOX_FAILED,
        "bob": Ending.BOX_FAILED,
        "nobody": Ending.NOT_RUN,
    }
    assert all(one.points("curve") is None for one in done)
    assert "nobody thought of this" in capsys.readouterr().err
    (ann,) = (one for one in done if one.student == "ann")
    assert ann.notes == ()
    assert "nobody thought of this" in class_notes([ann])[0]
