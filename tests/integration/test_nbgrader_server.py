"""A real Jupyter server with nbgrader's extensions grades at the press of a button."""

import shutil
from collections.abc import Iterator, Sequence
from pathlib import Path
from urllib.error import HTTPError

import pytest
from servers import Server, serving

from autograder.config import Course
from autograder.model import Check
from autograder.releasing import release


@pytest.fixture
def server(course: Course, checks: Sequence[Check], tmp_path: Path) -> Iterator[Server]:
    """A Jupyter server in the course folder; it grades with the command itself, not a stand-in."""
    config = course.root / "nbgrader_config.py"
    lines = config.read_text("utf-8").splitlines(keepends=True)
    config.write_text("".join(line for line in lines if "stand_in" not in line), "utf-8")
    release(course, "hw", checks)
    with serving(course, tmp_path) as server:
        yield server


def test_formgrader_grades_and_shows_the_submission(server: Server, course: Course) -> None:
    """Autograde through the API, then the page on which an assistant reads and comments."""
    handed = course.submitted("hw", "ann")
    handed.mkdir(parents=True)
    text = (course.release("hw") / "hw.ipynb").read_text("utf-8")
    solved = text.replace("x = <your_code_here>", "x = t - 1.5 * torch.cos(17 * t)")
    (handed / "hw.ipynb").write_text(solved, "utf-8")
    answer = server.json("submission/hw/ann/autograde", "POST")
    assert answer["success"], answer
    (submission,) = server.json("submissions/hw")
    assert (submission["autograded"], submission["score"]) == (True, 3)
    (notebook,) = server.json("submitted_notebooks/hw/hw")
    page = server.ask(f"submissions/{notebook['id']}/")
    for part in ("linspace", 'id="curve_answer-comment"'):
        assert part in page


def test_the_assign_button_makes_the_same_release(server: Server, course: Course) -> None:
    """Formgrader's button and `autograder release` write the same bytes."""
    before = (course.release("hw") / "hw.ipynb").read_bytes()
    answer = server.json("assignment/hw/assign", "POST")
    assert answer["success"], answer
    assert (course.release("hw") / "hw.ipynb").read_bytes() == before


def status(server: Server, path: str) -> int:
    """How the server answers."""
    try:
        server.ask(path)
    except HTTPError as error:
        return int(error.code)
    return 200


def test_no_file_of_a_hand_in_is_served(server: Server, course: Course) -> None:
    """Formgrader shows pages and hands out no file, by whatever path, and starts in no hand-in."""
    handed = course.submitted("hw", "ann")
    shutil.copytree(course.release("hw"), handed)
    (handed / "evil.html").write_text("<script>")
    (handed / "autograder.toml").write_text('course = "x"\nseed = "x"\n')
    (handed / "nbgrader_config.py").write_text("open('ran', 'w')")
    assert server.json("submission/hw/ann/autograde", "POST")["success"]
    assert not (course.autograded("hw", "ann") / "evil.html").exists()
    (course.autograded("hw", "ann") / "evil.html").write_text("<script>")
    (notebook,) = server.json("submitted_notebooks/hw/hw")
    at = f"submissions/{notebook['id']}"
    assert status(server, f"{at}/") == 200
    assert status(server, "submissions/components/none.js") == 404
    up = "..%2f..%2f..%2f"
    for name in ("evil.html", "hw.ipynb", "data.csv", f"{up}submitted/ann/hw/evil.html"):
        assert status(server, f"{at}/{name}") == 404
    assert status(server, f"?path={handed}") == 403
    assert status(server, f"?path={handed / 'deeper'}") == 403
    assert status(server, f"?path={course.root}") == 200
    assert not list(course.root.parent.rglob("ran"))
