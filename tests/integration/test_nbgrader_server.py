"""A real Jupyter server with nbgrader's extensions grades at the press of a button."""

import json
import shutil
from base64 import b64encode
from collections.abc import Iterator
from pathlib import Path
from urllib.error import HTTPError

import pytest
from servers import Server, serving
from tiny_course import PLAIN, class_course

from autograder.config import Course
from autograder.gradebook import opened
from autograder.grading.clerk import grade_class
from autograder.grading.workshop import Options

PNG = b64encode(b"\x89PNG\r\n\x1a\n").decode()


@pytest.fixture(scope="module")
def course(tiny_release: Path, tmp_path_factory: pytest.TempPathFactory) -> Course:
    """A released course whose nbgrader runs the command itself, not a stand-in."""
    course = class_course(tmp_path_factory.mktemp("served") / "course", {}, tiny_release)
    config = course.root / "nbgrader_config.py"
    config.write_text("".join(PLAIN.splitlines(keepends=True)[:-2]), "utf-8")
    return course


@pytest.fixture(scope="module")
def server(course: Course) -> Iterator[Server]:
    """A Jupyter server above the course folder, in which formgrader is told of the course."""
    with serving(course.root.parent, course.root.parent) as server:
        server.ask(f"?path={course.root}")
        yield server


def test_formgrader_grades_and_shows_the_submission(server: Server, course: Course) -> None:
    """Autograde through the API, then the page on which an assistant reads and comments."""
    handed = course.submitted("hw", "ann")
    handed.mkdir(parents=True)
    text = (course.release("hw") / "hw.ipynb").read_text("utf-8")
    solved = text.replace("x = <your_code_here>", "x = t - 1.5 * torch.cos(17 * t)")
    solved = solved.replace("Your answer here.", "<b id=curve onclick=a>So.</b>")
    tree = json.loads(solved)
    tree["cells"][-1]["source"] += "![a](attachment:a.png)"
    tree["cells"][-1]["attachments"] = {"a.png": {"image/png": PNG}}
    (handed / "hw.ipynb").write_text(json.dumps(tree), "utf-8")
    answer = server.json("submission/hw/ann/autograde", "POST")
    assert answer["success"], answer
    submission = server.json("submission/hw/ann")
    assert (submission["autograded"], submission["score"]) == (True, 3)
    (notebook,) = server.json("submitted_notebooks/hw/hw")
    page = server.ask(f"submissions/{notebook['id']}/")
    for part in ("linspace", 'id="curve_answer-comment"'):
        assert part in page
    assert "<b>So.</b>" in page
    assert f'src="data:image/png;base64,{PNG}"' in page
    assert "A person gave the points above." in page
    (comment,) = (
        one["auto_comment"]
        for one in server.json(f"comments?submission_id={notebook['id']}")
        if one["name"] == "curve_answer"
    )
    assert comment.startswith("Exercise 1, curve ")


def test_the_assign_button_makes_the_same_release(server: Server, course: Course) -> None:
    """Formgrader's button and `autograder release` write the same bytes."""
    before = (course.release("hw") / "hw.ipynb").read_bytes()
    answer = server.json("assignment/hw/assign", "POST")
    assert answer["success"], answer
    assert (course.release("hw") / "hw.ipynb").read_bytes() == before


def test_a_mistake_costs_nothing_that_stood(server: Server, course: Course) -> None:
    """Generate and Autograde leave release, grades and marks as they were, and say one sentence."""
    path = course.source("hw") / "hw.ipynb"
    source, stood = path.read_text("utf-8"), (course.release("hw") / "hw.ipynb").read_bytes()
    path.write_text(source[:100], "utf-8")
    answer = server.json("assignment/hw/assign", "POST")
    sentence = "hw: hw.ipynb: this is not a notebook\n    Save it again from Jupyter."
    assert answer == {"success": False, "error": sentence}
    assert (course.release("hw") / "hw.ipynb").read_bytes() == stood
    path.write_text(source, "utf-8")
    give(course, "ann", 1.5)
    assert server.json("submission/hw/ann/autograde", "POST")["success"]
    assert not server.json("submission/hw/ann")["needs_manual_grade"]
    graded = course.autograded("hw", "ann") / "hw.ipynb"
    before, handed = graded.read_bytes(), course.submitted("hw", "ann") / "hw.ipynb"
    handed.write_bytes(handed.read_bytes()[:100])
    answer = server.json("submission/hw/ann/autograde", "POST")
    assert not answer["success"]
    assert answer["error"].startswith("ann: hw.ipynb is not a notebook (it breaks off")
    assert "Traceback" not in str(answer)
    assert graded.read_bytes() == before
    assert server.json("submission/hw/ann")["score"] == 4.5


def give(course: Course, student: str, points: float) -> None:
    """Gives points for the written answer, as an assistant does."""
    with opened(course) as book:
        grade = book.find_grade("why", "hw", "hw", student)
        grade.manual_score, grade.needs_manual_grade = points, False
        book.db.commit()


def status(server: Server, path: str) -> int:
    """How the server answers."""
    try:
        server.ask(path)
    except HTTPError as error:
        return int(error.code)
    return 200


def test_no_file_of_a_hand_in_is_served(server: Server, course: Course, started_once: None) -> None:
    """Formgrader shows pages and hands out no file, by whatever path, and starts in no hand-in."""
    handed = course.submitted("hw", "eve")
    shutil.copytree(course.release("hw"), handed)
    (handed / "evil.html").write_text("<script>")
    (handed / "autograder.toml").write_text('course = "x"\nseed = "x"\n')
    (handed / "nbgrader_config.py").write_text("open('ran', 'w')")
    grade_class(course, "hw", ["eve"], Options(), dry_run=True)  # the button only looks it up
    assert server.json("submission/hw/eve/autograde", "POST")["success"]
    assert not (course.autograded("hw", "eve") / "evil.html").exists()
    (course.autograded("hw", "eve") / "evil.html").write_text("<script>")
    every = server.json("submitted_notebooks/hw/hw")
    (notebook,) = (one for one in every if one["student"] == "eve")
    at = f"submissions/{notebook['id']}"
    assert status(server, f"{at}/") == 200
    assert status(server, "submissions/components/none.js") == 404
    up = "..%2f..%2f..%2f"
    for name in ("evil.html", "hw.ipynb", "data.csv", f"{up}submitted/eve/hw/evil.html"):
        assert status(server, f"{at}/{name}") == 404
    assert status(server, f"?path={handed}") == 403
    assert status(server, f"?path={handed / 'deeper'}") == 403
    assert status(server, f"?path={course.root}") == 200
    assert not list(course.root.parent.rglob("ran"))
