"""A class graded again: only what is not known is run, and only what must be is judged."""

import csv
import io
import json
import shutil
import sqlite3
from collections.abc import Mapping
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from tiny_course import HIDDEN, VISIBLE, class_course, hand_in

from autograder.config import Course, find_course
from autograder.errors import AutograderError
from autograder.gradebook import class_points
from autograder.grading.clerk import ClassGraded, grade_class, sync_class
from autograder.grading.exercise_record import replay
from autograder.grading.workshop import Options, Workshop
from autograder.notebooks.submission import Submission, read_submission
from autograder.reports.tables import class_csv

RIGHT = "x = t - 1.5 * torch.cos(17 * t)"
BY_HEART = "s = torch.linspace(0, 1, 5)\nx = s - 1.5 * torch.cos(17 * s)"
ANSWERS = {"ann": RIGHT, "bob": BY_HEART, "cleo": "import os; os._exit(0)"}

pytestmark = pytest.mark.usefixtures("started_once")


@pytest.fixture(scope="module")
def graded(
    tmp_path_factory: pytest.TempPathFactory, tiny_release: Path, started_once: None
) -> Course:
    """A class, graded once."""
    root = tmp_path_factory.mktemp("regrading") / "course"
    course = class_course(root, ANSWERS, tiny_release)
    (course.submitted("hw", "dan")).mkdir(parents=True)
    done = grade(course)
    assert set(done.why.values()) == {"new", "withheld"}
    return course


@pytest.fixture
def course(graded: Course, tmp_path: Path) -> Course:
    """The graded class, for one test alone."""
    shutil.copytree(graded.root, tmp_path / "course")
    return find_course(tmp_path / "course")


def grade(course: Course, **options: Any) -> ClassGraded:
    """Grade the class."""
    return grade_class(course, "hw", course.students("hw"), Options(jobs=2), **options)


@pytest.fixture
def no_boxes(monkeypatch: pytest.MonkeyPatch) -> None:
    """No box can be made."""
    monkeypatch.setattr(Workshop, "_start_template", None)


@pytest.fixture
def no_processes(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing can be started, and nbgrader's gradebook cannot be opened."""
    monkeypatch.setattr(Workshop, "start", None)
    monkeypatch.setattr("autograder.gradebook.opened", None)


def points(done: ClassGraded) -> dict[str, float | None]:
    """The points of the exercise by student."""
    return {student: grade.points("curve") for student, grade in done.grades.items()}


def test_what_did_not_change_costs_a_lookup(course: Course, no_processes: None) -> None:
    """No template starts, nothing is written, and the grades are the same."""
    done = grade(course)
    assert done.why == {"ann": "kept", "bob": "kept", "cleo": "kept", "dan": "withheld"}
    assert points(done) == {"ann": 3, "bob": 1, "cleo": 0, "dan": None}
    assert done.exit_code == 1


def test_the_record_is_shown_without_running_anything(course: Course, no_processes: None) -> None:
    """What was asked, what was answered, what each check said, and how the run ended."""
    told = replay(course, "bob", "curve")
    assert "replaced = 1 entries: t: float32 7: 2, 2.16667" in told
    assert "answered  1 items: float32 5: -1.5" in told
    assert "ok  x follows the formula" in told
    assert "no  x follows it elsewhere" in told
    assert "died" in replay(course, "cleo", "curve", "hw")


def test_notebooks_are_written_again_from_the_ledger(
    course: Course, monkeypatch: pytest.MonkeyPatch
) -> None:
    """`sync` makes the same bytes, with no student code and no judging."""
    monkeypatch.setattr(Workshop, "start", None)
    paths = [course.autograded("hw", student) / "hw.ipynb" for student in course.students("hw")]
    before = [path.read_bytes() for path in paths]
    for path in paths:
        path.unlink()
    hand_in(course, "bob", "x = 'handed in since'")
    assert sync_class(course, "hw") == 4
    assert [path.read_bytes() for path in paths] == before
    hand_in(course, "bob", ANSWERS["bob"])
    assert set(grade(course).why.values()) == {"kept", "withheld"}


def test_the_export_leaves_blank_what_nobody_decided(course: Course) -> None:
    """Withheld points, and sums with one of these; a written answer left blank is decided."""
    text = class_csv(class_points(course, "hw"), ["curve"])
    rows = {row["student"]: row for row in csv.DictReader(io.StringIO(text))}
    assert rows["ann"] == {"student": "ann", "curve": "3", "late penalty": "0", "total": "3"}
    assert (rows["dan"]["curve"], rows["dan"]["total"]) == ("", "")
    both = class_csv(class_points(course, "hw"), ["curve", "why"])
    assert "ann,3,0,0,3\n" in both
    assert "dan,,,0,\n" in both


def change_checks(course: Course, changes: Mapping[str, str]) -> None:
    """Change the checks."""
    for name, text in (("visible/check_curve.py", VISIBLE), ("hidden/check_curve_more.py", HIDDEN)):
        for old, new in changes.items():
            text = text.replace(old, new)
        (course.checks("hw") / name).write_text(text)


def test_changed_checks_judge_kept_evidence(course: Course, no_boxes: None) -> None:
    """Where they ask what was asked before, no student code runs."""
    change_checks(course, {"points(1)": "points(2.5)", "points(2)": "points(0.5)"})
    done = grade(course)
    assert done.why == {"ann": "judged", "bob": "judged", "cleo": "judged", "dan": "withheld"}
    assert points(done) == {"ann": 3, "bob": 2.5, "cleo": 0, "dan": None}
    change_checks(course, {})
    done = grade(course)
    assert done.why == {"ann": "kept", "bob": "kept", "cleo": "kept", "dan": "withheld"}
    assert points(done) == {"ann": 3, "bob": 1, "cleo": 0, "dan": None}


def test_only_what_is_new_runs(course: Course) -> None:
    """A new question runs those it was not put to; a changed hand-in runs for itself."""
    known = grade(course)
    forced = grade(course, force=True, dry_run=True)
    assert repr(forced.grades) == repr(known.grades)
    assert set(forced.why.values()) == {"forced", "withheld"}
    change_checks(course, {"torch.linspace(2, 3, 7)": "torch.linspace(2, 3, 8)"})
    hand_in(course, "bob", RIGHT + "  # at last")
    done = grade(course)
    # What ended by itself before it was asked anything needs no new run.
    assert done.why == {"ann": "asked", "bob": "changed", "cleo": "judged", "dan": "withheld"}
    assert points(done) == {"ann": 3, "bob": 3, "cleo": 0, "dan": None}
    assert not list(course.scratch.iterdir())


def test_what_nbgrader_records_stands(course: Course, tmp_path: Path) -> None:
    """`sync` writes it, and not the one before; what was only tried, though shown, does not stand.

    A student whose record is damaged is left out and told; the others are written.
    """
    target, tried = tmp_path / "graded.ipynb", tmp_path / "tried.ipynb"
    only = Options(jobs=1)
    hand_in(course, "ann", f"{BY_HEART}  # later")
    grade_class(course, "hw", ["ann"], only, dry_run=True, notebook=target, stands=True)
    hand_in(course, "ann", f"{BY_HEART}  # much later")
    grade_class(course, "hw", ["ann"], only, dry_run=True, notebook=tried)
    assert target.read_text() != tried.read_text()
    with closing(sqlite3.connect(course.ledger)) as ledger, ledger:
        ledger.execute(
            "UPDATE runs SET evidence = x'00' WHERE key ="
            " (SELECT run FROM current WHERE student = 'bob')"
        )
    with pytest.raises(AutograderError, match="record of bob is damaged"):
        sync_class(course, "hw")
    assert (course.autograded("hw", "ann") / "hw.ipynb").read_text() == target.read_text()
    assert class_points(course, "hw")["ann"]["curve"] == 1
    assert grade_class(course, "hw", ["bob"], only, force=True).why == {"bob": "forced"}
    assert sync_class(course, "hw") == 4


def test_our_failure_costs_no_evidence(course: Course, monkeypatch: pytest.MonkeyPatch) -> None:
    """What was kept before something of ours broke is there when it is mended."""
    hand_in(course, "ann", f"{BY_HEART}  # later")
    known = grade(course)
    change_checks(course, {"x follows the formula": "x is right"})
    with monkeypatch.context() as broken:
        broken.setattr("autograder.grading.workshop.run", lambda *_: 1 / 0)
        assert set(grade(course, dry_run=True).why.values()) == {"withheld"}
    change_checks(course, {})
    assert repr(grade(course).grades) == repr(known.grades)
    assert "# later" in (course.autograded("hw", "ann") / "hw.ipynb").read_text()
    change_checks(course, {"x follows the formula": "x is right"})
    assert grade(course, dry_run=True).why["ann"] == "judged"


def test_a_dry_run_writes_nothing_but_the_ledger(course: Course) -> None:
    """Gradebook and notebooks stay; what was found is kept, and grading then has it."""
    path = hand_in(course, "eve", f"{RIGHT}  # eve")
    before = (course.root / "gradebook.db").read_bytes()
    assert grade(course, dry_run=True).why["eve"] == "new"
    assert (course.root / "gradebook.db").read_bytes() == before
    assert not course.autograded("hw", "eve").exists()
    assert grade(course).why["eve"] == "kept"
    assert course.autograded("hw", "eve").is_dir()
    path.unlink()


def test_what_was_graded_stands_under_its_own_key(
    course: Course, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A hand-in that changes between two looks keeps no points for the bytes it had before."""
    hand_in(course, "fay", "x = 'wrong'")

    def read_and_change(folder: Path, first: str, wanted: Mapping[str, int]) -> Submission:
        before = read_submission(folder, first, wanted)
        hand_in(course, "fay", f"{RIGHT}  # since")
        return before

    with monkeypatch.context() as changed:
        changed.setattr("autograder.grading.workshop.read_submission", read_and_change)
        done = grade_class(course, "hw", ["fay"], Options(jobs=1))
    assert (points(done), done.why) == ({"fay": 3}, {"fay": "new"})
    hand_in(course, "fay", "x = 'wrong'")
    done = grade_class(course, "hw", ["fay"], Options(jobs=1))
    assert (points(done), done.why) == ({"fay": 0}, {"fay": "changed"})
    hand_in(course, "fay", f"{RIGHT}  # since")
    assert grade_class(course, "hw", ["fay"], Options(jobs=1)).why == {"fay": "kept"}


def test_no_folder_of_a_hand_in_is_passed_over(course: Course) -> None:
    """Two hand-ins that differ in any notebook that could be graded share nothing."""
    for name, folder, answer in (("gus", "specimens", RIGHT), ("hal", "specimens", "x = 1")):
        path = hand_in(course, name, answer)
        (path.parent / folder).mkdir(exist_ok=True)
        path.rename(path.parent / folder / path.name)
    empty = course.submitted("hw", "ida")
    empty.mkdir(parents=True)
    done = grade_class(course, "hw", ["gus", "hal", "ida"], Options(jobs=1))
    assert points(done) == {"gus": 3, "hal": 0, "ida": None}


def test_a_locked_gradebook_hides_no_grade(course: Course) -> None:
    """What was found is told with the reason why it is not written, and written the next time."""
    hand_in(course, "jon", f"{RIGHT}  # jon")
    with closing(sqlite3.connect(course.root / "gradebook.db")) as other:
        other.execute("BEGIN EXCLUSIVE")
        patience = f"{course.gradebook}?timeout=0.1"
        hasty = replace(course, settings=replace(course.settings, gradebook=patience))
        done = grade_class(hasty, "hw", ["ann", "jon"], Options(jobs=1), force=True)
    assert points(done) == {"ann": 3, "jon": 3}
    (problem,) = done.problems
    assert "locked" in str(problem)
    assert done.exit_code == 3
    done = grade_class(course, "hw", ["ann", "jon"], Options(jobs=1))
    assert (set(done.why.values()), done.problems) == ({"kept"}, [])
    assert class_points(course, "hw")["jon"]["curve"] == 3


def test_one_that_cannot_be_written_stops_no_other(course: Course) -> None:
    """A folder that is in the way, or a name that the database refuses: it is told, and no more."""
    long = "k" * 200
    with closing(sqlite3.connect(course.root / "gradebook.db")) as file, file:
        file.execute(
            "CREATE TRIGGER long BEFORE INSERT ON student WHEN length(new.id) > 128"
            " BEGIN SELECT raise(ABORT, 'value too long'); END"
        )
    for name in (long, "leo", "mia"):
        hand_in(course, name, f"{RIGHT}  # {name}")
    (course.root / "autograded" / "leo").write_text("in the way")
    done = grade_class(course, "hw", [long, "leo", "mia"], Options(jobs=1))
    assert points(done) == {long: 3, "leo": 3, "mia": 3}
    assert class_points(course, "hw")["mia"]["curve"] == 3
    told = sorted(str(problem) for problem in done.problems)
    assert "leo/hw cannot be written (" in told[0]
    assert f"{long} is graded, but not in the gradebook" in told[1]
    (course.root / "autograded" / "leo").unlink()
    with closing(sqlite3.connect(course.root / "gradebook.db")) as file, file:
        file.execute("DROP TRIGGER long")


def test_a_written_answer_left_blank_waits_for_nobody(course: Course) -> None:
    """It has no points, and a person's mark of a written one outlives grading again."""
    path = hand_in(course, "ned", f"{RIGHT}  # ned")
    tree = json.loads(path.read_text())
    written = next(cell for cell in tree["cells"] if cell["id"] == "why")
    only = Options(jobs=1)
    written["source"] = "  "
    path.write_text(json.dumps(tree))
    grade_class(course, "hw", ["ned"], only)
    assert class_points(course, "hw")["ned"]["why"] == 0
    written["source"] = "Because it turns."
    path.write_text(json.dumps(tree))
    assert grade_class(course, "hw", ["ned"], only).as_json(None)[0]["points"] == {"curve": 3}
    assert marked(course, 2) == (None, True)
    assert marked(course, 2) == (2, False)
    grade_class(course, "hw", ["ned"], only, force=True)
    sync_class(course, "hw")
    assert marked(course, 2) == (2, False)
    written["source"] = "No, it does not."
    path.write_text(json.dumps(tree))
    grade_class(course, "hw", ["ned"], only)
    assert marked(course, 2) == (2, True)


def marked(course: Course, points: float) -> tuple[float | None, bool]:
    """What stood by hand for ned's written answer, and whether it waited; then it is marked."""
    with closing(sqlite3.connect(course.root / "gradebook.db")) as file, file:
        query = (
            " FROM grade JOIN submitted_notebook ON submitted_notebook.id = grade.notebook_id"
            " JOIN submitted_assignment AS own ON own.id = submitted_notebook.assignment_id"
            " JOIN base_cell ON base_cell.id = grade.cell_id"
            " WHERE student_id = 'ned' AND base_cell.name = 'why'"
        )
        id_, score, waits = file.execute(
            f"SELECT grade.id, manual_score, needs_manual_grade{query}"
        ).fetchone()
        file.execute(
            "UPDATE grade SET manual_score = ?, needs_manual_grade = 0 WHERE id = ?", (points, id_)
        )
        return score, bool(waits)


def test_what_the_reference_does_not_earn_is_withheld(course: Course) -> None:
    """A changed check that its own solution fails costs nobody points, and is told."""
    change_checks(course, {"1.5 * torch.cos(17 * t), atol": "1.5 * torch.cos(18 * t), atol"})
    done = grade_class(course, "hw", ["ann", "bob"], Options(jobs=1))
    assert points(done) == {"ann": None, "bob": None}
    assert set(done.why.values()) == {"withheld"}
    assert done.exit_code == 1
    (problem,) = done.problems
    for words in ("hw, curve: the reference solution gets 0 of", "withheld for everyone"):
        assert words in str(problem)
    assert class_points(course, "hw")["ann"]["curve"] is None
    change_checks(course, {})
    done = grade_class(course, "hw", ["ann", "bob"], Options(jobs=1))
    assert None not in points(done).values()
    assert done.problems == []
