"""Grades reach nbgrader's gradebook and folders, and nothing that a person gave is lost."""

import fcntl
import os
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from autograder.config import Course, Settings
from autograder.errors import AutograderError, CourseError
from autograder.gradebook import (
    Entry,
    EntryError,
    class_points,
    nbgrader_environment,
    record,
    recorded,
    refresh_penalties,
    write_autograded,
)

# As a configuration of the course, which is read while penalties are worked out.
TRY_THE_LOCK = """
import fcntl
with open({lock!r}, "ab") as other:
    try:
        fcntl.flock(other, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        open({lock!r} + ".held", "x").close()
"""


@pytest.fixture(scope="module")
def registered(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A gradebook that knows `hw`: an exercise with two answers, and a written one."""
    made = Course(tmp_path_factory.mktemp("registered"), Settings("tiny", "s"))
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PATH", nbgrader_environment()["PATH"])
        _register(made)
    return made.root / "gradebook.db"


def _register(course: Course) -> None:
    with book(course) as opened:
        opened.add_assignment("hw", duedate="2030-01-01")
        opened.add_notebook("hw", "hw")
        for name, points in (("curve", 3), ("why", 2)):
            opened.add_grade_cell(name, "hw", "hw", max_score=points, cell_type="code")
        for name in ("curve_answer", "curve_answer_2", "why"):
            opened.add_solution_cell(name, "hw", "hw")


@pytest.fixture
def course(tmp_path: Path, registered: Path) -> Course:
    """A course with a gradebook of its own."""
    shutil.copy(registered, tmp_path)
    return Course(tmp_path, Settings("tiny", "s"))


@contextmanager
def book(course: Course) -> Iterator[Any]:
    """The gradebook as nbgrader's own tools open it."""
    from nbgrader.api import Gradebook

    with Gradebook(course.gradebook, "tiny") as opened:
        yield opened


@contextmanager
def notebook(course: Course, student: str = "ann") -> Iterator[Any]:
    """What the gradebook holds of a student."""
    with book(course) as opened:
        yield opened.find_submission_notebook("hw", "hw", student)
        opened.db.commit()


def grades(notebook: Any) -> dict[str, tuple[float | None, float, bool]]:
    """Automatic points, score, and whether a person must look, by exercise."""
    return {
        grade.name: (grade.auto_score, grade.score, bool(grade.needs_manual_grade))
        for grade in notebook.grades
    }


def comments(notebook: Any) -> dict[str, str | None]:
    """The comments that are shown, by cell."""
    return {comment.name: comment.comment for comment in notebook.comments}


def hand_in(course: Course, when: str, student: str = "ann") -> Path:
    """A hand-in with a time stamp."""
    folder = course.submitted("hw", student)
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "timestamp.txt").write_text(when)
    return folder


def test_points_and_comments_are_written(course: Course) -> None:
    """Fractions are kept; a comment stands at the first answer cell; written work waits."""
    record(course, "hw", [Entry("ann", {"curve": 2.5}, {"curve": "Nearly."})])
    with notebook(course) as own:
        assert grades(own) == {"curve": (2.5, 2.5, False), "why": (None, 0, True)}
        assert comments(own) == {"curve_answer": "Nearly.", "curve_answer_2": None, "why": None}


def test_a_withheld_grade_waits_for_a_person(course: Course) -> None:
    """None is no zero, also where points stood before."""
    record(course, "hw", [Entry("ann", {"curve": 3}, {})])
    record(course, "hw", [Entry("ann", {"curve": None}, {"curve": "Not graded yet."})])
    with notebook(course) as own:
        assert grades(own)["curve"] == (None, 0, True)


def test_what_a_person_gave_survives_a_regrade(course: Course) -> None:
    """Manual points and comments stay, and the regrade asks for another look."""
    record(course, "hw", [Entry("ann", {"curve": 1}, {"curve": "Wrong."})])
    with notebook(course) as own:
        for grade in own.grades:
            grade.manual_score, grade.needs_manual_grade = 1.5, False
        own.comments[0].manual_comment = "See me."
    record(course, "hw", [Entry("ann", {"curve": 3}, {"curve": "Right."})])
    with notebook(course) as own:
        assert grades(own) == {"curve": (3, 1.5, True), "why": (None, 1.5, True)}
        assert "See me." in comments(own).values()


def test_a_class_is_written_in_one_session(course: Course) -> None:
    """Names of any alphabet and several students in one call."""
    names = ["ann", "Яна Петрова", "bob.o'neil"]
    record(course, "hw", (Entry(name, {"curve": 3}, {}) for name in names))
    with book(course) as opened:
        assert {found.student_id for found in opened.assignment_submissions("hw")} == set(names)


def test_an_unknown_assignment_is_said_to_be_unreleased(course: Course) -> None:
    """The remedy is a command."""
    with pytest.raises(CourseError, match="autograder release other"):
        record(course, "other", [])


@pytest.mark.parametrize(
    ("stamp", "late"),
    [
        ("2029-12-31 10:00:00 UTC", False),
        ("2030-01-02 00:00:00 UTC", True),
        ("nonsense", False),
        ("-99:9920299999999999999999999999121210:00", False),
    ],
)
def test_late_work_is_penalised_as_nbgrader_does_it(course: Course, stamp: str, late: bool) -> None:
    """By default not at all; by the course's own nbgrader configuration where it says so."""
    hand_in(course, stamp)
    record(course, "hw", [Entry("ann", {"curve": 3}, {})])
    with notebook(course) as own:
        assert own.late_submission_penalty is None
    config = "c = get_config()\nc.LateSubmissionPlugin.penalty_method = 'zero'\n"
    (course.root / "nbgrader_config.py").write_text(config)
    record(course, "hw", [Entry("ann", {"curve": 3}, {})])
    with notebook(course) as own:
        assert own.late_submission_penalty == (3 if late else None)


@pytest.mark.parametrize(("taken", "penalty"), [(99, 3), (-5, 0), (1.5, 1.5)])
def test_a_penalty_is_no_more_than_the_points(course: Course, taken: float, penalty: float) -> None:
    """Whatever a plug-in of the course says, a total is neither negative nor raised."""
    (course.root / "nbgrader_config.py").write_text(
        "from nbgrader.plugins import BasePlugin\nc = get_config()\n"
        "class Own(BasePlugin):\n    def late_submission_penalty(self, *_):\n"
        f"        return {taken}\n"
        "c.AssignLatePenalties.plugin_class = Own\n"
    )
    hand_in(course, "2030-01-02 10:00:00 UTC")
    record(course, "hw", [Entry("ann", {"curve": 3}, {})])
    with notebook(course) as own:
        assert own.late_submission_penalty == penalty


def test_one_writes_the_gradebook_at_a_time(course: Course) -> None:
    """While entries are written, or penalties worked out, every other writer has to wait."""
    lock = course.ledger.with_name("gradebook.lock")

    def entries() -> Iterator[Entry]:
        with lock.open("ab") as other, pytest.raises(BlockingIOError):
            fcntl.flock(other, fcntl.LOCK_EX | fcntl.LOCK_NB)
        yield Entry("ann", {"curve": 3}, {})

    hand_in(course, "2030-01-02 10:00:00 UTC")
    record(course, "hw", entries())
    (course.root / "nbgrader_config.py").write_text(TRY_THE_LOCK.format(lock=str(lock)))
    refresh_penalties(course, "hw")
    assert lock.with_name("gradebook.lock.held").exists()


def test_a_penalty_follows_points_by_hand(course: Course) -> None:
    """What a person gives afterwards is late as well."""
    (course.root / "nbgrader_config.py").write_text(
        "c = get_config()\nc.LateSubmissionPlugin.penalty_method = 'zero'\n"
    )
    hand_in(course, "2030-01-02 10:00:00 UTC")
    record(course, "hw", [Entry("ann", {"curve": 1}, {})])
    with notebook(course) as own:
        {grade.name: grade for grade in own.grades}["curve"].manual_score = 3
    refresh_penalties(course, "hw")
    assert class_points(course, "hw")["ann"]["late penalty"] == 3


def test_marks_by_hand_stand_while_nothing_changes(course: Course) -> None:
    """Graded again with the same bytes and points, nobody has to look; otherwise somebody has."""

    def again(points: float | None, *, unchanged: bool) -> tuple[bool, float]:
        entry = Entry("ann", {"curve": points, "why": None}, {}, unchanged=unchanged)
        record(course, "hw", [entry])
        with notebook(course) as own:
            given = {grade.name: grade for grade in own.grades}
            return given["curve"].needs_manual_grade, given["curve"].manual_score

    def mark() -> None:
        with notebook(course) as own:
            grade = {grade.name: grade for grade in own.grades}["curve"]
            grade.manual_score, grade.needs_manual_grade = 2, False

    record(course, "hw", [Entry("ann", {"curve": 1}, {})])
    mark()
    assert again(1, unchanged=True) == (False, 2)
    assert again(1, unchanged=False) == (True, 2)
    mark()
    assert again(3, unchanged=True) == (True, 2)
    assert again(3, unchanged=True) == (True, 2)


def test_the_autograded_folder_holds_what_nbgrader_expects(course: Course) -> None:
    """The notebook, the released files, and of those handed in what the exchange reads."""
    handed = hand_in(course, "2029-12-31 10:00:00 UTC")
    for name in ("hw.ipynb", "other.ipynb", "submission_secret.txt", "mine.py", "data.csv"):
        (handed / name).write_text("theirs")
    (handed / "checks").write_text("a file where a folder stands")
    (handed / "link.txt").symlink_to("/etc/passwd")
    (handed / "away").symlink_to("/etc")
    os.mkfifo(handed / "pipe")
    released = course.release("hw")
    (released / "checks").mkdir(parents=True)
    for name in ("hw.ipynb", "data.csv", "checks/check_a.py"):
        (released / name).write_text("ours")
    for text in ("first", "second"):
        made = write_autograded(course, "hw", "ann", text)
    files = {str(path.relative_to(made)): path for path in made.rglob("*") if path.is_file()}
    assert {name: path.read_text()[:6] for name, path in files.items()} == {
        "hw.ipynb": "second", "data.csv": "ours", "checks/check_a.py": "ours",
        "timestamp.txt": "2029-1", "submission_secret.txt": "theirs",
    }  # fmt: skip
    assert not any(path.is_symlink() for path in made.rglob("*"))
    assert list(course.scratch.iterdir()) == []


def test_a_forged_time_stamp_is_left_behind(course: Course) -> None:
    """nbgrader would stop at it."""
    hand_in(course, "when I wanted")
    assert not (write_autograded(course, "hw", "ann", "{}") / "timestamp.txt").exists()


def test_folders_in_the_place_of_files_stop_nothing(course: Course) -> None:
    """A folder called like the notebook or the time stamp, or far too deep, is left behind."""
    handed = hand_in(course, "2029-12-31 10:00:00 UTC")
    (handed / "timestamp.txt").unlink()
    for name in ("timestamp.txt/a", "hw.ipynb/b", "/".join(["deep" * 50] * 19) + "/c"):
        (handed / name).parent.mkdir(parents=True)
        (handed / name).write_text("theirs")
    made = write_autograded(course, "hw", "ann", "{}")
    assert [path.name for path in made.rglob("*")] == ["hw.ipynb"]


def test_a_batch_is_written_whole_or_not_at_all(course: Course) -> None:
    """What breaks in the middle leaves nothing of the others."""

    def entries() -> Iterator[Entry]:
        yield Entry("ann", {"curve": 3}, {})
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        record(course, "hw", entries())
    assert recorded(course, "hw") == frozenset()
    record(course, "hw", [Entry("ann", {"curve": 3}, {})])
    assert recorded(course, "hw") == {"ann"}
    (course.root / "gradebook.db").unlink()
    assert recorded(course, "hw") == frozenset()
    assert not (course.root / "gradebook.db").exists()


def test_points_by_hand_count_and_what_waits_is_none(course: Course) -> None:
    """As nbgrader sums them, but nothing that is undecided reads as zero."""
    record(course, "hw", [Entry("ann", {"curve": 1}, {}), Entry("Bob", {"curve": None}, {})])
    with notebook(course) as own:
        given = {grade.name: grade for grade in own.grades}
        given["curve"].manual_score, given["curve"].extra_credit = 2.5, 1
    assert class_points(course, "hw") == {
        "Bob": {"curve": None, "why": None, "late penalty": 0},
        "ann": {"curve": 3.5, "why": None, "late penalty": 0},
    }


def test_a_gradebook_that_cannot_be_used_is_told_with_a_remedy(course: Course) -> None:
    """Locked by somebody, or no database: where, what, what now, and nothing is half-written."""
    other = sqlite3.connect(course.root / "gradebook.db")
    other.execute("BEGIN EXCLUSIVE")
    patience = f"{course.gradebook}?timeout=0.1"
    course = replace(course, settings=replace(course.settings, gradebook=patience))
    with pytest.raises(AutograderError, match=r"locked.*run the same command again"):
        record(course, "hw", [Entry("ann", {"curve": 3}, {})])
    other.close()
    assert recorded(course, "hw") == frozenset()
    (course.root / "gradebook.db").write_text("no database" * 100)
    with pytest.raises(AutograderError, match="safe in the ledger"):
        record(course, "hw", [Entry("ann", {"curve": 3}, {})])


@pytest.mark.parametrize(
    "address",
    [
        "postgresql+psycopg://teacher:hunter2@127.0.0.1:1/grades",
        "postgresql+psycopg://127.0.0.1:1/grades?user=teacher&password=hunter2",
        "nosuchdatabase://teacher:hunter2@127.0.0.1/grades",
        "teacher:hunter2",
    ],
)
def test_no_message_holds_a_password(course: Course, address: str) -> None:
    """A gradebook that cannot be reached is told by its place, never by user or password."""
    other = replace(course, settings=replace(course.settings, gradebook=address))
    assert recorded(other, "hw") == frozenset()
    with pytest.raises(AutograderError, match="cannot be used") as caught:
        record(other, "hw", [Entry("ann", {"curve": 3}, {})])
    for word in ("hunter2", "teacher"):
        assert word not in str(caught.value)


def refuse_long_names(course: Course) -> None:
    """Let the database refuse names over 128 letters, as PostgreSQL does."""
    with closing(sqlite3.connect(course.root / "gradebook.db")) as file, file:
        file.execute(
            "CREATE TRIGGER long BEFORE INSERT ON student WHEN length(new.id) > 128"
            " BEGIN SELECT raise(ABORT, 'value too long'); END"
        )


def test_what_the_database_refuses_of_one_is_told_apart(course: Course) -> None:
    """It is no fault of the gradebook, and nothing of that batch is written."""
    refuse_long_names(course)
    entries = [Entry("ann", {"curve": 3}, {}), Entry("b" * 200, {"curve": 3}, {})]
    with pytest.raises(EntryError, match="value too long"):
        record(course, "hw", entries)
    assert recorded(course, "hw") == frozenset()


def test_a_folder_that_cannot_be_written_is_told_with_a_remedy(course: Course) -> None:
    """A file stands where the folder should be."""
    (course.root / "autograded").write_text("")
    with pytest.raises(AutograderError, match=r"autograded/ann/hw cannot be written.*safe"):
        write_autograded(course, "hw", "ann", "{}")
    assert (course.root / "autograded").read_text() == ""


def test_nbgrader_is_imported_without_what_takes_a_second() -> None:
    """The grammars for addresses are not compiled, and can be had afterwards all the same."""
    code = (
        "import sys\nfrom autograder.gradebook import prepare\nprepare()\n"
        "assert 'nbgrader.api' in sys.modules and 'lark' not in sys.modules\n"
        "assert 'rfc3987_syntax' not in sys.modules\n"
    )
    # These tests have none of it anyway: this process has what others have.
    environment = os.environ | {"PYTHONPATH": ""}
    subprocess.run([sys.executable, "-c", code], check=True, env=environment)
