"""An assignment changes after hand-ins: marks go along, and nothing that a person gave is lost."""

import json
import re
import shutil
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import nbformat
import pytest
from nbgrader.preprocessors import SaveCells

from autograder.config import Course, Settings
from autograder.errors import CourseError, UsageError
from autograder.gradebook import Entry, opened, record
from autograder.nbgrader_plugins import SaveExercises
from autograder.releasing import coming_release, foreseen
from autograder.revising import Words

Cells = list[dict[str, Any]]
Grades = dict[str, tuple[Any, ...]]


def cell(id_: str, grade_id: str, points: float = 0, *, markdown: bool = False) -> dict[str, Any]:
    """A grade or written cell if it has points, else an answer."""
    own: dict[str, object] = {"schema_version": 3, "grade": points > 0, "grade_id": grade_id}
    own |= {"solution": markdown or not points, "locked": points > 0 and not markdown}
    own |= {"points": points} if points else {}
    text = f"### BEGIN SOLUTION\nx = '{id_}'\n### END SOLUTION"
    source = f'check("{grade_id}")' if points else text
    made = {"id": id_, "source": source, "metadata": {"nbgrader": own}}
    if markdown:
        return made | {"cell_type": "markdown"}
    return made | {"cell_type": "code", "outputs": [], "execution_count": None}


A, G = cell("a", "curve_answer"), cell("g", "curve", 3)
W = cell("w", "why", 2, markdown=True)
BASE = [A, G, W]
STUB = "x = <your_code_here>"


def write(folder: Path, cells: Cells) -> None:
    """Saves cells as the notebook of `hw`."""
    folder.mkdir(parents=True, exist_ok=True)
    tree = {"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 5}
    (folder / "hw.ipynb").write_text(json.dumps(tree), "utf-8")


def give_out(course: Course, cells: Cells) -> None:
    """Puts what students get of these cells into the release."""
    stubs = [
        one | {"source": re.sub("### BEGIN.*", STUB, one["source"], flags=re.DOTALL)}
        for one in cells
    ]
    write(course.release("hw"), stubs)


def register(course: Course, drop: Sequence[str] = (), rename: Sequence[str] = ()) -> None:
    """What nbgrader does with the gradebook when it generates the assignment."""
    notebook = nbformat.read(course.source("hw") / "hw.ipynb", as_version=4)
    resources = {"nbgrader": {"assignment": "hw", "notebook": "hw", "db_url": course.gradebook}}
    SaveExercises(drop=list(drop), rename=list(rename)).preprocess(notebook, resources)


@pytest.fixture(scope="module")
def marked(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A course with two hand-ins, of which one has marks by hand."""
    root = tmp_path_factory.mktemp("marked")
    course = Course(root, Settings("tiny", "s"))
    (root / "autograder.toml").write_text('course = "tiny"\nseed = "s"\n')
    write(course.source("hw"), BASE)
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(root)
        with opened(course) as book:
            book.add_assignment("hw")
        register(course)
    give_out(course, BASE)
    record(course, "hw", [Entry(name, {"curve": 2}, {"curve": "Nearly."}) for name in "ab"])
    with opened(course) as book:
        notebook = book.find_submission_notebook("hw", "hw", "a")
        for grade in notebook.grades:
            grade.manual_score, grade.needs_manual_grade = 1.5, False
            grade.extra_credit = 0.5
        for comment in notebook.comments:
            comment.manual_comment = f"Of {comment.name}."
        book.db.commit()
    return root


@pytest.fixture
def course(marked: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Course:
    """A copy of that course, in which nbgrader stands while it works."""
    root = tmp_path / "course"
    shutil.copytree(marked, root)
    monkeypatch.chdir(root)
    return Course(root, Settings("tiny", "s"))


@contextmanager
def handed_in(course: Course, student: str = "a") -> Iterator[Any]:
    """What the gradebook has of a hand-in."""
    with opened(course) as book:
        yield book.find_submission_notebook("hw", "hw", student)


def grades(course: Course, student: str = "a") -> Grades:
    """Automatic points, points by hand, extra credit and the maximum, by exercise."""
    with handed_in(course, student) as notebook:
        return {
            one.name: (one.auto_score, one.manual_score, one.extra_credit, one.max_score)
            for one in notebook.grades
        }


def comments(course: Course) -> dict[str, str]:
    """The comments by hand, by cell."""
    with handed_in(course) as notebook:
        return {one.name: one.manual_comment for one in notebook.comments}


def revise(
    course: Course, cells: Cells, drop: Sequence[str] = (), rename: Sequence[str] = ()
) -> None:
    """The source changes, and is released."""
    write(course.source("hw"), cells)
    register(course, drop, rename)
    give_out(course, cells)


CURVE, WHY = (2.0, 1.5, 0.5, 3.0), (None, 1.5, 0.5, 2.0)


def test_a_new_exercise_is_open_and_no_zero(course: Course) -> None:
    """Every hand-in has a row for it, which waits; what there was stays."""
    cells = [*BASE, cell("sa", "slope_answer"), cell("sg", "slope", 1)]
    write(course.source("hw"), cells)
    sentence, _ = foreseen(course, "hw")
    assert sentence.startswith("slope is new for 2 hand-ins. Its points are open until")
    revise(course, cells)
    assert grades(course) == {"curve": CURVE, "why": WHY, "slope": (None, None, None, 1.0)}
    with handed_in(course, "b") as notebook:
        assert [one.needs_manual_grade for one in notebook.grades if one.name == "slope"] == [True]
    assert comments(course)["slope_answer"] is None


def test_an_exercise_goes_by_a_word_and_its_marks_are_kept(course: Course) -> None:
    """Without the word nothing changes and the problem says what would be lost."""
    before = (course.root / "gradebook.db").read_bytes()
    write(course.source("hw"), [A, G])
    for attempt in (lambda: foreseen(course, "hw"), lambda: register(course)):
        with pytest.raises(CourseError) as caught:
            attempt()
        (problem,) = caught.value.problems
        assert problem.what.endswith("2 hand-ins may have marks for it, 1 of them by hand")
        assert "autograder release hw --drop why" in problem.remedy
    assert (course.root / "gradebook.db").read_bytes() == before
    revise(course, [A, G], drop=["why"])
    assert (grades(course), comments(course)) == (
        {"curve": CURVE},
        {"curve_answer": "Of curve_answer."},
    )
    (kept,) = (course.root / "dropped").iterdir()
    assert kept.read_text("utf-8").splitlines()[1:] == ["a,,1.5,0.5,,Of why.", "b,,,,,"]
    revise(course, [A, G], drop=["why"])  # once more, as after a kill


def test_a_new_name_takes_the_marks_along(course: Course) -> None:
    """It is recognised where the cells are the same, and by a word where they are not."""
    bend = [cell("a", "bend_answer"), cell("g", "bend", 3), W]
    write(course.source("hw"), bend)
    assert foreseen(course, "hw") == [
        "curve is called bend now: its marks and comments move with it.",
        "Grade again after the release: autograder grade hw",
    ]
    revise(course, bend)
    assert grades(course) == {"bend": CURVE, "why": WHY}
    assert comments(course)["bend_answer"] == "Of curve_answer."
    other = [cell("new", "arc_answer"), cell("g", "arc", 3), W]
    write(course.source("hw"), other)
    with pytest.raises(CourseError, match="--rename bend=arc"):
        foreseen(course, "hw")
    revise(course, other, rename=["bend=arc"])
    assert grades(course) == {"arc": CURVE, "why": WHY}
    assert comments(course)["arc_answer"] == "Of curve_answer."


def test_names_are_not_exchanged(course: Course) -> None:
    """Hand-ins would be taken for each other's: the release says so and changes nothing."""
    reason = cell("w", "curve", 2, markdown=True)
    write(course.source("hw"), [reason])
    with pytest.raises(CourseError, match="was called why, and another exercise was called curve"):
        foreseen(course, "hw", Words.read(["why"], []))
    for drop, rename in (((), ["why"]), (["curve"], ()), ((), ["why=curve"]), ((), ["why=x"])):
        with pytest.raises(UsageError):
            foreseen(course, "hw", Words.read(drop, rename))


def test_other_points_ask_for_another_look(course: Course) -> None:
    """Points by hand stay as they are: only a person knows what they are worth now."""
    cells = [A, G, cell("w", "why", 4, markdown=True)]
    write(course.source("hw"), cells)
    sentence, _ = foreseen(course, "hw")
    assert sentence.startswith("why is worth 4 points, not 2: those given by hand (1) stay")
    revise(course, cells)
    assert grades(course)["why"] == (None, 1.5, 0.5, 4.0)
    with handed_in(course) as notebook:
        again = {one.name: bool(one.needs_manual_grade) for one in notebook.grades}
    assert again == {"curve": False, "why": True}


def test_a_written_answer_becomes_a_checked_one_and_back(course: Course) -> None:
    """Points and comments by hand stay with the exercise, also where answers are fewer then."""
    checked = [A, G, cell("x", "why_answer"), cell("x2", "why_answer_2"), cell("y", "why", 2)]
    revise(course, checked)
    assert grades(course) == {"curve": CURVE, "why": WHY}
    assert comments(course)["why_answer"] == "Of why."
    with opened(course) as book:
        book.find_comment("why_answer_2", "hw", "hw", "a").manual_comment = "More."
        book.db.commit()
    write(course.source("hw"), BASE)
    assert "why is read by a person now" in foreseen(course, "hw")[0]
    revise(course, BASE)
    assert grades(course) == {"curve": CURVE, "why": WHY}
    assert comments(course)["why"] == "Of why.\n\nMore."


def test_moving_an_exercise_changes_nothing(course: Course) -> None:
    """The gradebook knows no order."""
    write(course.source("hw"), [W, A, G])
    assert foreseen(course, "hw") == []
    revise(course, [W, A, G])
    assert grades(course) == {"curve": CURVE, "why": WHY}


def test_all_is_changed_at_once_or_nothing(course: Course, monkeypatch: pytest.MonkeyPatch) -> None:
    """What stops at the last step leaves the gradebook as it was: there is one commit."""
    write(course.source("hw"), [A, G, cell("sa", "slope_answer"), cell("sg", "slope", 1)])
    before = dump(course)

    def fail(*_: object) -> None:
        raise OSError("killed")

    monkeypatch.setattr(SaveCells, "_create_notebook", fail)
    with pytest.raises(OSError, match="killed"):
        register(course, drop=["why"])
    assert dump(course) == before
    monkeypatch.undo()
    monkeypatch.chdir(course.root)
    revise(course, [A, G, cell("sa", "slope_answer"), cell("sg", "slope", 1)], drop=["why"])
    assert set(grades(course)) == {"curve", "slope"}
    assert len(list((course.root / "dropped").iterdir())) == 1


def dump(course: Course) -> list[str]:
    """All that the gradebook's file says."""
    with sqlite3.connect(course.root / "gradebook.db") as connection:
        lines = list(connection.iterdump())
    connection.close()
    return lines


def test_without_hand_ins_there_is_nothing_to_say(tmp_path: Path) -> None:
    """And no gradebook is made for it."""
    course = Course(tmp_path, Settings("tiny", "s"))
    write(course.source("hw"), BASE)
    assert foreseen(course, "hw") == []
    assert coming_release(course, "hw").exercises
    assert not (tmp_path / "gradebook.db").exists()
