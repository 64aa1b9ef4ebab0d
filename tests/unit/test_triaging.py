"""What is odd about a class is listed before anything runs."""

import json
from pathlib import Path
from typing import Any

import pytest

from autograder.config import Course, Settings
from autograder.errors import CourseError
from autograder.notebooks.rebuilding import Care
from autograder.triaging import triage


def notebook(answer: str, *more: str, metadata: bool = True) -> str:
    """A notebook with these answers to the one exercise."""
    own: dict[str, Any] = {"grade": False, "locked": False, "solution": True, "schema_version": 3}
    own |= {"grade_id": "curve_answer"}
    check: dict[str, Any] = {"grade": True, "locked": True, "solution": False, "schema_version": 3}
    check |= {"grade_id": "curve", "points": 1}
    cells = [
        {"id": f"a{n}", "cell_type": "code", "source": text, "metadata": {"nbgrader": own}}
        for n, text in enumerate((answer, *more))
    ]
    cells += [{"id": "g", "cell_type": "code", "source": "", "metadata": {"nbgrader": check}}]
    if not metadata:
        cells = [{"cell_type": "code", "source": cell["source"]} for cell in cells]
    return json.dumps({"cells": cells, "nbformat": 4, "nbformat_minor": 5})


@pytest.fixture
def course(tmp_path: Path) -> Course:
    """A course with a release."""
    course = Course(tmp_path, Settings("c", "s"))
    release = course.release("hw")
    release.mkdir(parents=True)
    (release / "hw.ipynb").write_text(notebook("x = <your_code_here>"))
    return course


def test_each_submission_is_told_by_what_would_be_done_about_it(course: Course) -> None:
    """Clean ones are silent; repaired and guessed ones go on; the rest waits for a person."""
    class_ = {
        "ann": notebook("x = 1"),
        "bob": notebook("x = 1", "x = 1"),
        "cleo": notebook("x = 1", metadata=False),
        "dan": notebook("x = 1", "x = 2"),
        "eve": "<html>",
    }
    for student, text in class_.items():
        folder = course.submitted("hw", student)
        folder.mkdir(parents=True)
        (folder / "hw.ipynb").write_text(text)
    seen = {one.student: one for one in triage(course, "hw", [*class_, "nobody"])}
    assert {name: [note.care for note in one.notes] for name, one in seen.items()} == {
        "ann": [],
        "bob": [Care.REPAIRED],
        "cleo": [Care.GUESSED],
        "dan": [Care.UNDECIDED],
        "eve": [Care.REFUSED],
        "nobody": [Care.REFUSED],
    }
    assert [name for name, one in seen.items() if one.needs_a_person] == ["dan", "eve", "nobody"]
    assert seen["ann"].lines == []
    assert seen["eve"].lines == [
        "eve refused: hw.ipynb is a web page, not a notebook: download the file itself, not the "
        "page that shows it.",
        "    Ask for the .ipynb file.",
    ]


def test_without_a_release_there_is_nothing_to_compare_with(tmp_path: Path) -> None:
    """The remedy is named."""
    with pytest.raises(CourseError, match="autograder release hw"):
        next(triage(Course(tmp_path, Settings("c", "s")), "hw", ["ann"]))
