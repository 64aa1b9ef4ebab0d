"""The pictures that a student shows stay with the text, and nothing else is carried along."""

import json
from base64 import b64encode
from pathlib import Path
from typing import Any

import pytest

from autograder.notebooks import attachments as module
from autograder.notebooks.assignment import read_assignment
from autograder.notebooks.cells import Cell, Kind, Notebook
from autograder.notebooks.receiving import receive as receive_submission
from autograder.notebooks.submission import read_submission
from autograder.notebooks.writing import compose

PNG = b"\x89PNG\r\n\x1a\n" + b"0" * 20
GIF, JPEG, WEBP = b"GIF89a000", b"\xff\xd8\xff000", b"RIFF0000WEBP000"
RELEASE = Notebook(
    "hw.ipynb",
    (
        Cell("given", "markdown", "![net](attachment:net.png)", attachments={"net.png": {}}),
        Cell("why", "markdown", "*Your answer here.*", Kind.WRITTEN, "why", 2),
    ),
)


def encoded(data: bytes) -> str:
    """As an attachment holds it."""
    return b64encode(data).decode()


def receive(folder: Path, answer: str, **own: Any) -> tuple[Cell, ...]:
    """The cells of a hand-in with this written answer."""
    metadata = {"nbgrader": {"grade_id": "why"}}
    cell = {"cell_type": "markdown", "source": answer, "metadata": metadata} | own
    (folder / "hw.ipynb").write_text(json.dumps({"cells": [cell], "nbformat": 4}))
    return receive_submission(read_submission(folder, "hw.ipynb"), RELEASE).cells


def test_a_pasted_picture_stays(tmp_path: Path) -> None:
    """It is in the cell that it was pasted into, and in the notebook that is written."""
    pasted = {"scan.png": {"image/png": encoded(PNG)}}
    cells = receive(tmp_path, "![scan](attachment:scan.png)", attachments=pasted)
    assert cells[1].attachments == pasted
    frame = tmp_path / "frame.ipynb"
    frame.write_text("{}")
    made = json.loads(compose(frame, cells, {}))
    assert made["cells"][1]["attachments"] == pasted
    (tmp_path / "made.ipynb").write_text(json.dumps(made))
    assert read_assignment(tmp_path / "made.ipynb").cells[1].attachments == pasted


def test_a_given_picture_is_the_release_s(tmp_path: Path) -> None:
    """Whatever the student attached to the cell."""
    assert receive(tmp_path, "x")[0].attachments == RELEASE.cells[0].attachments


ODD: dict[str, Any] = {
    "no dictionary": [],
    "no bundle": {"a.png": "x"},
    "no name": {"a\n": {"image/png": encoded(PNG)}},
    "a long name": {"n" * 300: {"image/png": encoded(PNG)}},
    "a script": {"a.svg": {"image/svg+xml": "<svg onload=alert(1)>"}},
    "a page": {"a.png": {"text/html": "<script>"}},
    "no base64": {"a.png": {"image/png": 'x" onerror="alert(1)'}},
    "no picture": {"a.png": {"image/png": encoded(b"<script>")}},
    "another kind": {"a.png": {"image/png": encoded(JPEG)}},
    "no text": {"a.png": {"image/png": 7}},
}


@pytest.mark.parametrize("attachments", ODD.values(), ids=ODD)
def test_only_pictures_are_attachments(tmp_path: Path, attachments: Any) -> None:
    """Anything else that a file claims to be one is left out."""
    assert receive(tmp_path, "text", attachments=attachments)[1].attachments == {}


@pytest.mark.parametrize(
    ("name", "data", "text"),
    [
        ("plot.png", PNG, "![](plot.png)"),
        ("figures/a b.JPG", JPEG, "<img src='figures/a%20b.JPG'>"),
        (
            "\u043a\u0440\u0438\u0432\u0430\u044f.gif",
            GIF,
            "![](\u043a\u0440\u0438\u0432\u0430\u044f.gif)",
        ),
        ("a.webp", WEBP, "see a.webp"),
    ],
)
def test_a_picture_beside_the_notebook_is_attached(
    tmp_path: Path, name: str, data: bytes, text: str
) -> None:
    """Where a text names it, by its path or as an address."""
    (tmp_path / name).parent.mkdir(exist_ok=True)
    (tmp_path / name).write_bytes(data)
    assert [*receive(tmp_path, text)[1].attachments] == [name]
    assert receive(tmp_path, "no word of it")[1].attachments == {}


@pytest.mark.parametrize(
    ("name", "data"), [("a.png", b"<script>"), ("a.html", PNG), ("a.svg", b"<svg>"), ("a.png", GIF)]
)
def test_no_other_file_is_attached(tmp_path: Path, name: str, data: bytes) -> None:
    """A page could run what is in it."""
    (tmp_path / name).write_bytes(data)
    assert receive(tmp_path, f"![]({name})")[1].attachments == {}


def test_pictures_have_a_budget(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The first ones are shown."""
    monkeypatch.setattr(module, "MOST_BYTES", 60)
    for name in "abc":
        (tmp_path / f"{name}.png").write_bytes(PNG)
    found = receive(tmp_path, "a.png b.png c.png")[1].attachments
    assert [*found] == ["a.png", "b.png"]
