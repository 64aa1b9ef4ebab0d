"""A real Jupyter server with nbgrader's extensions grades at the press of a button."""

import json
import socket
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any
from urllib.error import URLError
from urllib.request import Request, urlopen

import pytest

from autograder.config import Course
from autograder.gradebook import nbgrader_environment
from autograder.model import Check
from autograder.releasing import release

TOKEN = "a-token-for-this-test"  # noqa: S105 - of a server that lives for one test
PATIENCE_SECONDS = 60


class Server:
    """What a browser would ask of formgrader."""

    def __init__(self, port: int) -> None:
        self.address = f"http://127.0.0.1:{port}/formgrader"

    def ask(self, path: str, method: str = "GET") -> str:
        """The body of an answer."""
        headers = {"Authorization": f"token {TOKEN}"}
        request = Request(f"{self.address}/{path}", method=method, headers=headers)  # noqa: S310
        with urlopen(request, timeout=PATIENCE_SECONDS) as answer:  # noqa: S310 - our own server
            return str(answer.read().decode("utf-8"))

    def json(self, path: str, method: str = "GET") -> Any:
        """The answer of an API."""
        return json.loads(self.ask(f"api/{path}", method))


@pytest.fixture
def server(course: Course, checks: Sequence[Check], tmp_path: Path) -> Iterator[Server]:
    """A Jupyter server in the course folder; it grades with the command itself, not a stand-in."""
    config = course.root / "nbgrader_config.py"
    lines = config.read_text("utf-8").splitlines(keepends=True)
    config.write_text("".join(line for line in lines if "stand_in" not in line), "utf-8")
    release(course, "hw", checks)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    folders = {
        name: str(tmp_path / name) for name in ("HOME", "JUPYTER_RUNTIME_DIR", "JUPYTER_DATA_DIR")
    }
    command = [sys.executable, "-m", "jupyter_server", "--no-browser", "--allow-root"]
    command += [f"--port={port}", "--ServerApp.port_retries=0", f"--IdentityProvider.token={TOKEN}"]
    command += [f"--ServerApp.root_dir={course.root}"]
    extension = {"nbgrader.server_extensions.formgrader": True}
    command += [f"--ServerApp.jpserver_extensions={extension}"]
    with (tmp_path / "log").open("wb") as log:
        process = subprocess.Popen(
            command, cwd=course.root, env=nbgrader_environment() | folders, stdout=log, stderr=log
        )
    try:
        yield _wait(Server(port), process, tmp_path / "log")
    finally:
        process.terminate()
        process.wait()


def _wait(server: Server, process: "subprocess.Popen[bytes]", log: Path) -> Server:
    """The server once it answers; it says that it runs before it listens."""
    for _ in range(10 * PATIENCE_SECONDS):
        try:
            process.wait(timeout=0.1)
        except subprocess.TimeoutExpired:
            with suppress(URLError):
                server.json("status")
                return server
        else:
            break
    raise AssertionError(log.read_text("utf-8"))


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
