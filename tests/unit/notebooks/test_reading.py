"""Any bytes at all become a notebook or one sentence."""

import json
import os
from pathlib import Path
from typing import Any

import pytest

from autograder.errors import SubmissionError
from autograder.notebooks import find_notebook, read_submission
from autograder.notebooks.reading import MOST_CELLS


def notebook(*cells: Any, **others: Any) -> dict[str, Any]:
    """A notebook with these cells."""
    return {"cells": list(cells), "metadata": {}, "nbformat": 4, "nbformat_minor": 5} | others


def code(source: Any, **others: Any) -> dict[str, Any]:
    """A code cell."""
    return {"cell_type": "code", "metadata": {}, "outputs": [], "source": source} | others


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """Where the hand-in lies."""
    return tmp_path / "hw.ipynb"


def test_sources_and_claimed_ids_are_all_that_is_read(file: Path) -> None:
    """Outputs, tags, points and flags of a student stay outside."""
    metadata = {"nbgrader": {"grade_id": "a_answer", "points": 99}, "tags": ["skip-execution"]}
    file.write_text(json.dumps(notebook(code(["x = 1\n", "y"], id="one", metadata=metadata))))
    (cell,) = read_submission(file).cells
    assert (cell.id, cell.grade_id, cell.source) == ("one", "a_answer", "x = 1\ny")
    assert (cell.kind, cell.points) == ("added", 0.0)


@pytest.mark.parametrize(
    "coding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32"]
)
def test_every_unicode_coding_is_read(file: Path, coding: str) -> None:
    """A byte order mark, or UTF-16 from some editor, costs nothing."""
    tree = json.dumps(notebook(code("print('я')\r\n")), ensure_ascii=False)
    file.write_bytes(tree.encode(coding))
    assert read_submission(file).cells[0].source == "print('я')\n"


def test_what_no_box_could_run_is_replaced(file: Path) -> None:
    """Lone surrogates and NUL would break every later step."""
    file.write_text(json.dumps(notebook(code("a\ud800b\0"))))
    source = read_submission(file).cells[0].source
    assert source == "a\ufffdb\ufffd"
    source.encode()


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "line 1"),
        (b"PK\x03\x04rest", "not a notebook"),
        (b"\xff\x00\x80garbage", "not a notebook"),
        (b"[" * 10**6, "not a notebook"),
        (b"[1]", "not a notebook"),
        (b"{}", "not a notebook"),
        (b'{"cells": 7}', "not a notebook"),
        (b'{"cells": [7]}', "Cell 1"),
        (b'{"cells": [{"source": [1]}]}', "Cell 1"),
        (b'{\n"cells": [', "line 2"),
        (b'{"cells": [' + b"9" * 10000 + b"]}", "not a notebook"),
        (json.dumps({"cells": [{"source": ""}] * (MOST_CELLS + 1)}).encode(), "more than"),
    ],
)
def test_what_is_no_notebook_is_said_in_one_sentence(file: Path, data: bytes, words: str) -> None:
    """The sentence names what the file is and what to do."""
    file.write_bytes(data)
    with pytest.raises(SubmissionError) as caught:
        read_submission(file)
    assert words in str(caught.value)
    assert "\n" not in str(caught.value)


def test_only_plain_files_are_opened(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A link, a FIFO, a folder or a monster is refused without being read."""
    monkeypatch.setattr("autograder.notebooks.reading.LARGEST_BYTES", 10)
    for make in (
        lambda: file.symlink_to("/etc/hostname"),
        lambda: os.mkfifo(file),
        lambda: file.write_bytes(b" " * 11),
        file.mkdir,
    ):
        make()
        with pytest.raises(SubmissionError, match="hand in the notebook itself"):
            read_submission(file)
        if not file.is_dir():
            file.unlink()


def test_odd_metadata_is_no_obstacle(file: Path) -> None:
    """Foreign and malformed metadata is dropped."""
    odd = [code("x", metadata=[], id=7), code("y", metadata={"nbgrader": {"grade_id": ["z"]}})]
    file.write_text(json.dumps(notebook(*odd, metadata="?")))
    assert [(cell.id, cell.grade_id) for cell in read_submission(file).cells] == [("", "")] * 2


def test_the_notebook_is_found(tmp_path: Path) -> None:
    """By its name, or as the only one; two strangers need a person."""
    with pytest.raises(SubmissionError, match="no notebook"):
        find_notebook(tmp_path, "hw")
    (tmp_path / "renamed.ipynb").touch()
    assert find_notebook(tmp_path, "hw").name == "renamed.ipynb"
    (tmp_path / "other.ipynb").touch()
    with pytest.raises(SubmissionError, match="several"):
        find_notebook(tmp_path, "hw")
    (tmp_path / "hw.ipynb").touch()
    assert find_notebook(tmp_path, "hw").name == "hw.ipynb"


def test_a_name_that_is_no_text_can_be_told(tmp_path: Path) -> None:
    """Whatever bytes a file is called by, the sentence about it can be stored and shown."""
    for name in (b"a\xff\x1b[2J.ipynb", b"b\n.ipynb"):
        Path(os.fsdecode(bytes(tmp_path) + b"/" + name)).touch()
        with pytest.raises(SubmissionError) as caught:
            read_submission(find_notebook(tmp_path, "hw"))
        str(caught.value).encode()
        assert str(caught.value).isprintable()
