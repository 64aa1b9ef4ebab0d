"""Feedback reaches everybody whose page can be written, whatever the folder is called."""

import json
import re
import shutil
from base64 import b64encode
from collections.abc import Callable
from pathlib import Path

import pytest
from markupsafe import Markup
from nbgrader.api import Gradebook

from autograder.config import Course
from autograder.errors import AutograderError
from autograder.feedback import generate_feedback
from autograder.gradebook import Entry, record
from autograder.sanitizing.exporting import number, rounded

NAMES = ["a[b]", "[!a]*?", " edge ", "two\nlines", 'O\'Brien & "co"', "${x}", "{student_id}", "Яна"]


@pytest.fixture
def released(course: Course, tiny_release: Path) -> Course:
    """The course with its assignment released."""
    shutil.copytree(tiny_release, course.root, dirs_exist_ok=True)
    return course


def graded(course: Course, student: str) -> Path:
    """Puts a graded notebook where nbgrader looks for it, and points into the gradebook."""
    folder = course.autograded("hw", student)
    folder.mkdir(parents=True)
    shutil.copy(course.release("hw") / "hw.ipynb", folder)
    record(course, "hw", [Entry(student, {"curve": 1.5}, {"curve": "Half."})])
    return folder


def page(course: Course, student: str) -> str:
    """The feedback page of a student."""
    return (course.feedback("hw", student) / "hw.html").read_text("utf-8")


def test_any_name_gets_feedback(released: Course) -> None:
    """Patterns, edge spaces, line breaks and fields of a template are only names."""
    for name in NAMES:
        graded(released, name)
    generate_feedback(released, "hw", NAMES)
    for name in NAMES:
        assert "Half." in page(released, name)


def test_it_is_the_page_that_nbgrader_makes(released: Course, nbgrader: Callable[..., str]) -> None:
    """For an ordinary hand-in the page is the same, byte for byte, and its command still works."""
    graded(released, "ann")
    generate_feedback(released, "hw", ["ann"])
    ours = page(released, "ann")
    nbgrader("generate_feedback", "hw", "--force")
    assert page(released, "ann") == ours


def scores(course: Course, student: str) -> list[str]:
    """All points on a feedback page: of the whole, then of each exercise where it is listed."""
    return re.findall(r"\(Score: ([^)]*)\)", page(course, student))


def give(course: Course, student: str, **points: float) -> None:
    """Gives points by hand, as formgrader does."""
    with Gradebook(course.gradebook, course.settings.course) as book:
        for exercise, given in points.items():
            book.find_grade(exercise, "hw", "hw", student).manual_score = given
        book.db.commit()


def test_what_is_open_is_no_zero(released: Course) -> None:
    """Points that nobody has decided are a word, the sum says so, and a true zero is a zero."""
    graded(released, "ann")
    graded(released, "bob")
    graded(released, "eve")
    record(released, "hw", [Entry("bob", {"curve": None}, {}), Entry("eve", {"curve": 0}, {})])
    give(released, "eve", why=0)
    generate_feedback(released, "hw", ["ann", "bob", "eve"])
    word = "not graded yet"
    assert scores(released, "ann") == ["1.5 so far / 5.0", "1.5 / 3.0", f"{word} / 2.0"]
    assert scores(released, "bob") == [f"{word} / 5.0", f"{word} / 3.0", f"{word} / 2.0"]
    assert scores(released, "eve") == ["0.0 / 5.0", "0.0 / 3.0", "0.0 / 2.0"]
    assert "Score: 0.0" not in page(released, "ann") + page(released, "bob")


def test_points_by_hand_are_told_above_the_findings(released: Course) -> None:
    """Where a person gave other points than the checks, comment and findings begin with that."""
    folder = graded(released, "ann") / "hw.ipynb"
    tree = json.loads(folder.read_text("utf-8"))
    found = {"output_type": "stream", "name": "stdout", "text": "1.5 of 3 points"}
    for one in tree["cells"]:
        if one["metadata"].get("nbgrader", {}).get("grade_id") == "curve":
            one["outputs"] = [found]
    folder.write_text(json.dumps(tree), "utf-8")
    said = "A person gave 2.5 of 3 points."
    give(released, "ann", curve=1.5, why=2)
    generate_feedback(released, "hw", ["ann"])
    assert "A person gave" not in page(released, "ann")
    give(released, "ann", curve=2.5)
    generate_feedback(released, "hw", ["ann"])
    assert scores(released, "ann") == ["4.5 / 5.0", "2.5 / 3.0", "2.0 / 2.0"]
    shown = page(released, "ann")
    first, second = (place.start() for place in re.finditer(re.escape(said), shown))
    assert first < shown.index("Half.") < second < shown.index("1.5 of 3 points")


def test_a_comment_of_many_lines_keeps_its_columns(released: Course) -> None:
    """It is kept as text, for formgrader, and is no markdown on the page; a person's is."""
    graded(released, "ann")
    graded(released, "bob")
    text = "ok  a\nno  ``` *b*"
    record(released, "hw", [Entry(name, {"curve": 1}, {"curve": text}) for name in ("ann", "bob")])
    with Gradebook(released.gradebook, released.settings.course) as book:
        assert book.find_comment("curve_answer", "hw", "hw", "ann").comment == text
        book.find_comment("curve_answer", "hw", "hw", "bob").manual_comment = "See *me*.\n\nNow."
        book.db.commit()
    generate_feedback(released, "hw", ["ann", "bob"])
    assert re.search(r"<pre><code[^>]*>ok  a\nno  ``` \*b\*\n</code></pre>", page(released, "ann"))
    assert "<em>me</em>" in page(released, "bob")


def test_a_picture_in_a_given_cell_is_on_every_page(released: Course) -> None:
    """What was pasted into the text of the homework stands in the feedback as well."""
    path = graded(released, "ann") / "hw.ipynb"
    tree = json.loads(path.read_text("utf-8"))
    data = b64encode(b"\x89PNG\r\n\x1a\n").decode()
    tree["cells"][0]["source"] = ["![net](attachment:net.png)"]
    tree["cells"][0]["attachments"] = {"net.png": {"image/png": data}}
    path.write_text(json.dumps(tree), "utf-8")
    generate_feedback(released, "hw", ["ann"])
    assert f'src="data:image/png;base64,{data}"' in page(released, "ann")


def test_no_notebook_puts_words_in_the_place_of_points() -> None:
    """What is text in a file is a number, or zero, where a page shows points."""
    assert rounded(number("<script>"), 2) == 0
    assert rounded(number("1.256"), 2) == 1.26
    assert rounded(number(Markup("open")), 2) == "open"


def test_what_stood_there_is_replaced(released: Course) -> None:
    """An older page goes, and so does a folder that is called like the page."""
    graded(released, "ann")
    (released.feedback("hw", "ann") / "hw.html").mkdir(parents=True)
    graded(released, "bob")
    released.feedback("hw", "bob").parent.mkdir(parents=True)
    released.feedback("hw", "bob").symlink_to(released.root / "source")
    generate_feedback(released, "hw", ["ann", "bob"])
    assert "Half." in page(released, "ann") + page(released, "bob")
    assert not (released.root / "source/hw.html").exists()


def test_who_gets_none_is_told_with_the_reason(released: Course) -> None:
    """One page that cannot be written is named with its own reason, and the others are there."""
    for name in ("ann", "bob", "eve"):
        graded(released, name)
    (released.autograded("hw", "ann") / "hw.ipynb").write_text('{"cells": 1}')
    blocked = released.feedback("hw", "eve").parent
    blocked.parent.mkdir(parents=True, exist_ok=True)
    blocked.write_text("a file where her folder should be")
    with pytest.raises(AutograderError) as raised:
        generate_feedback(released, "hw", ["ann", "bob", "eve", "no\none"])
    lines = str(raised.value).splitlines()
    assert lines[0].startswith("The feedback pages of 3 students could not be written; the others")
    assert [line.strip().partition(":")[0] for line in lines[1:]] == ["ann", "eve", r"no\none"]
    assert all(line.partition(": ")[2] for line in lines[1:])
    assert "File exists" in lines[2]
    assert "no graded notebook" in lines[3]
    assert "Half." in page(released, "bob")


def test_what_nbgrader_gives_back_by_is_kept(released: Course) -> None:
    """The exchange finds its marks beside the page, and no other file."""
    folder = graded(released, "ann")
    for name in ("timestamp.txt", "submission_secret.txt", "data.csv"):
        (folder / name).write_text("2029-12-31 10:00:00 UTC")
    generate_feedback(released, "hw", ["ann"])
    made = {path.name for path in released.feedback("hw", "ann").iterdir()}
    assert made == {"hw.html", "timestamp.txt", "submission_secret.txt"}
