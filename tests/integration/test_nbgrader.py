"""nbgrader's users keep their habits: its commands and its exchange work on what we write."""

import csv
import os
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from autograder.config import Course
from autograder.feedback import generate_feedback
from autograder.gradebook import Entry, class_points, record, write_autograded
from autograder.notebooks.assignment import read_assignment
from autograder.notebooks.writing import compose

PICTURES = "![](in/answer.png) ![](l.png) ![](data.csv/a.png) ![](kept/a.png)"
Nbgrader = Callable[..., str]


@pytest.fixture
def released(course: Course, tiny_release: Path) -> Course:
    """The course with its assignment released."""
    shutil.copytree(tiny_release, course.root, dirs_exist_ok=True)
    return course


def hand_in(course: Course, student: str) -> None:
    """Hands in the release as it is, with a script in it."""
    frame = course.release("hw") / "hw.ipynb"
    folder = course.submitted("hw", student)
    folder.mkdir(parents=True)
    text = frame.read_text("utf-8").replace("Your answer here.", "<script>alert(1)</script> So.")
    (folder / "hw.ipynb").write_text(text, "utf-8")


def scores(course: Course, nbgrader: Nbgrader) -> dict[str, dict[str, str]]:
    """What `nbgrader export` says of each student."""
    nbgrader("export")
    with (course.root / "grades.csv").open(encoding="utf-8", newline="") as file:
        return {row["student_id"]: row for row in csv.DictReader(file)}


def page(course: Course, student: str) -> str:
    """The feedback page of a student."""
    return (course.feedback("hw", student) / "hw.html").read_text("utf-8")


def test_autograde_takes_points_and_notebook_from_the_command(
    released: Course, nbgrader: Nbgrader
) -> None:
    """`nbgrader autograde`, `generate_feedback` and `export` show what `autograder grade` found."""
    hand_in(released, "ann")
    nbgrader("autograde", "hw")
    made = read_assignment(released.autograded("hw", "ann") / "hw.ipynb")
    assert made.cells[0].id == "intro"
    nbgrader("generate_feedback", "hw")
    assert "Nearly." in page(released, "ann")
    assert "<script>alert" not in page(released, "ann")
    row = scores(released, nbgrader)["ann"]
    assert (row["score"], row["max_score"]) == ("2.5", "5.0")


def test_who_cannot_be_read_keeps_what_was_graded(released: Course, nbgrader: Nbgrader) -> None:
    """A damaged hand-in stops nobody else, deletes nothing, and is told in one sentence."""
    names = ("ann", "[team-3]", "AD\\jdoe")
    for student in names:
        hand_in(released, student)
    nbgrader("autograde", "hw", "--student", "ann")
    before = (released.autograded("hw", "ann") / "hw.ipynb").read_bytes()
    (released.submitted("hw", "ann") / "hw.ipynb").write_text('{"cells": [')
    other = released.submitted("hw", "AD\\jdoe") / "hw.ipynb"
    other.rename(other.with_name("homework.ipynb"))
    told = nbgrader("autograde", "hw", "--force", good=False)
    assert (released.autograded("hw", "ann") / "hw.ipynb").read_bytes() == before
    assert all(released.autograded("hw", name).exists() for name in names)
    (sentence,) = [line for line in told.splitlines() if "ERROR" in line]
    assert "ann: hw.ipynb is not a notebook (it breaks off or is damaged in line 1)" in sentence
    assert "Traceback" not in told
    points = class_points(released, "hw")
    assert {name: own["curve"] for name, own in points.items()} == dict.fromkeys(points, 2.5)
    assert set(points) == set(names)
    nbgrader("generate_feedback", "hw")
    assert all("Nearly." in page(released, name) for name in names)
    kept = page(released, "ann")
    (released.autograded("hw", "ann") / "hw.ipynb").chmod(0o644)
    (released.autograded("hw", "ann") / "hw.ipynb").write_text("{")
    told = nbgrader("generate_feedback", "hw", "--force", good=False)
    assert page(released, "ann") == kept
    assert "ann: Notebook does not appear to be JSON" in told
    assert "Traceback" not in told


def test_what_is_no_file_of_the_hand_in_stays_away(
    released: Course, nbgrader: Nbgrader, tmp_path: Path
) -> None:
    """Neither links nor other notebooks nor FIFOs are copied, followed or waited for."""
    secret = tmp_path / "secret"
    secret.mkdir()
    for name in ("answer.png", "answer.txt", "hw.ipynb"):
        (secret / name).write_bytes(b"\x89PNG\r\n\x1a\nsecret")
    for student in ("ann", "bob", "eve"):
        hand_in(released, student)
    ann, bob, eve = (released.submitted("hw", student) for student in ("ann", "bob", "eve"))
    (ann / "hw.ipynb").write_text(
        (ann / "hw.ipynb").read_text("utf-8").replace("So.", PICTURES),
        "utf-8",
    )
    for name in ("data.csv/a.png", "kept/a.png"):
        (ann / name).parent.mkdir()
        (ann / name).write_bytes(b"\x89PNG\r\n\x1a\n")
    (ann / "in").symlink_to(secret)
    (ann / "l.png").symlink_to(secret / "answer.png")
    (ann / "l.txt").symlink_to(secret / "answer.txt")
    (ann / "submission_secret.txt").symlink_to(secret / "answer.txt")
    (ann / "other.ipynb").symlink_to(secret / "hw.ipynb")
    os.mkfifo(ann / "fifo")
    os.mkfifo(ann / "timestamp.txt")
    (bob / "hw.ipynb").unlink()
    os.mkfifo(bob / "hw.ipynb")
    eve.rename(tmp_path / "eve")
    eve.symlink_to(tmp_path / "eve")
    (eve / "more.txt").write_text("secret")
    nbgrader("autograde", "hw", good=False)
    assert {path.name for path in released.autograded("hw", "ann").iterdir()} == {
        "checks",
        "data.csv",
        "hw.ipynb",
    }
    assert not released.autograded("hw", "bob").exists()
    for path in (released.root / "autograded").rglob("*"):
        assert not path.is_file() or b"secret" not in path.read_bytes()


def test_feedback_and_export_work_on_what_we_write(released: Course, nbgrader: Nbgrader) -> None:
    """Folders and gradebook written by us are all that nbgrader needs; names are only names."""
    names = ["ann", "Яна Петрова", "bob"]
    frame = released.release("hw") / "hw.ipynb"
    text = compose(frame, read_assignment(frame).cells, {"setup": [script()]})
    for name in names:
        hand_in(released, name)
        write_autograded(released, "hw", name, text)
    record(released, "hw", [Entry(name, {"curve": 1.5}, {"curve": "Half."}) for name in names])
    generate_feedback(released, "hw", names[:2])
    for name in names[:2]:
        assert "Half." in page(released, name)
        assert "<b>bold</b>" in page(released, name)
        assert "alert(" not in page(released, name)
    assert not released.feedback("hw", "bob").exists()
    assert {row["score"] for row in scores(released, nbgrader).values()} == {"1.5"}


def script() -> dict[str, Any]:
    """An output that would run in the reader's browser."""
    data = {"text/html": ["<b>bold</b><script>alert(1)</script>"]}
    return {"output_type": "display_data", "data": data, "metadata": {}}


def test_the_exchange_carries_our_release(
    released: Course, nbgrader: Nbgrader, tmp_path: Path
) -> None:
    """release_assignment, fetch, submit and collect work; so does grading what was collected."""
    nbgrader("release_assignment", "hw")
    home = tmp_path / "student"
    home.mkdir()
    options = ["--course=tiny", f"--Exchange.root={tmp_path / 'exchange'}"]
    nbgrader("fetch_assignment", "hw", *options, cwd=home)
    assert (home / "hw" / "checks" / "check_curve.py").exists()
    nbgrader("submit", "hw", *options, cwd=home)
    nbgrader("collect", "hw")
    (student,) = released.students("hw")
    record(released, "hw", [Entry(student, {"curve": 3}, {})])
    made = write_autograded(released, "hw", student, (home / "hw" / "hw.ipynb").read_text("utf-8"))
    assert {"timestamp.txt", "submission_secret.txt"} <= {path.name for path in made.iterdir()}
    nbgrader("generate_feedback", "hw")
    nbgrader("release_feedback", "hw")
    assert scores(released, nbgrader)[student]["timestamp"]
