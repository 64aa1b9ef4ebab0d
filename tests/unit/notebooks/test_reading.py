"""Any bytes at all become a notebook or one sentence."""

import json
import tracemalloc
from pathlib import Path
from typing import Any

import nbformat
import pytest

from autograder.errors import SubmissionError
from autograder.notebooks.cells import Notebook
from autograder.notebooks.reading import MOST_CELLS
from autograder.notebooks.receiving import _read
from autograder.notebooks.submission import read_submission


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


def read(file: Path) -> Notebook:
    """The notebook in a file that was handed in."""
    return _read(read_submission(file.parent, file.name), file.name)


def test_sources_and_claimed_ids_are_all_that_is_read(file: Path) -> None:
    """Outputs, tags, points and flags of a student stay outside."""
    metadata = {"nbgrader": {"grade_id": "a_answer", "points": 99}, "tags": ["skip-execution"]}
    file.write_text(json.dumps(notebook(code(["x = 1\n", "y"], id="one", metadata=metadata))))
    (cell,) = read(file).cells
    assert (cell.id, cell.grade_id, cell.source) == ("one", "a_answer", "x = 1\ny")
    assert (cell.kind, cell.points) == ("added", 0.0)


@pytest.mark.parametrize(
    "coding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32"]
)
def test_every_unicode_coding_is_read(file: Path, coding: str) -> None:
    """A byte order mark, or UTF-16 from some editor, costs nothing."""
    tree = json.dumps(notebook(code("print('я')\r\n")), ensure_ascii=False)
    file.write_bytes(tree.encode(coding))
    assert read(file).cells[0].source == "print('я')\n"


def test_what_no_box_could_run_is_replaced(file: Path) -> None:
    """Lone surrogates and NUL would break every later step."""
    file.write_text(json.dumps(notebook(code("a\ud800b\0"))))
    source = read(file).cells[0].source
    assert source == "a\ufffdb\ufffd"
    source.encode()


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "is empty"),
        (b" \n", "is empty"),
        (b"PK\x03\x04rest", "a zip archive, not a notebook: unpack it"),
        (b"%PDF-1.7", "printed from"),
        (b"\n<!DOCTYPE html><html>", "download the file itself"),
        (b"import torch\nx = 1\n", "a text or a program"),
        (b"version https://git-lfs.github.com/spec/v1\n", "a text or a program"),
        (b'{\n"cells": [\n<<<<<<< HEAD\n{},\n=======\n', "a merge left its marks in line 3"),
        (b"<<<<<<< HEAD\n{", "marks in line 1"),
        (b'{"cells": []}', "not a notebook with cells"),
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
        read(file)
    for sentence in (str(caught.value), caught.value.remedy):
        assert sentence.isprintable()
        assert sentence.endswith(".")
    assert words in str(caught.value)


def test_odd_metadata_is_no_obstacle(file: Path) -> None:
    """Foreign and malformed metadata is dropped."""
    odd = [code("x", metadata=[], id=7), code("y", metadata={"nbgrader": {"grade_id": ["z"]}})]
    file.write_text(json.dumps(notebook(*odd, metadata="?")))
    assert [(cell.id, cell.grade_id) for cell in read(file).cells] == [("", "")] * 2


@pytest.mark.parametrize("source", [None, [], "", ["x = 1\n", "y"], "x"], ids=str)
def test_every_form_of_a_source_is_read(file: Path, source: Any) -> None:
    """A list of lines, a text, null: a cell that says nothing is an empty one."""
    bare = {"cell_type": "code", "source": source}
    file.write_text(json.dumps({"cells": [bare, {"cell_type": "future", "source": source}, {}]}))
    text = "".join(source or "")
    cells = read(file).cells
    assert [(cell.type, cell.source) for cell in cells] == [
        ("code", text), ("raw", text), ("raw", ""),
    ]  # fmt: skip


@pytest.mark.parametrize("minor", range(6))
def test_every_minor_version_is_read(file: Path, minor: int) -> None:
    """From 4.0 on all are alike to us; ids came with 4.5."""
    file.write_text(json.dumps(notebook(code("x = 1"), nbformat_minor=minor)))
    assert read(file).cells[0].source == "x = 1"


def test_nbformat_3_is_read(file: Path) -> None:
    """Its worksheets become one list of cells, as nbformat itself writes them."""
    cells = [
        nbformat.v4.new_markdown_cell("# Title"),
        nbformat.v4.new_code_cell("x = 1", metadata={"nbgrader": {"grade_id": "a_answer"}}),
    ]
    old = nbformat.convert(nbformat.v4.new_notebook(cells=cells), 3)
    file.write_text(nbformat.v3.writes_json(old))
    assert '"worksheets"' in file.read_text()
    assert [(cell.type, cell.source, cell.grade_id) for cell in read(file).cells] == [
        ("markdown", "Title", ""),
        ("code", "x = 1", "a_answer"),
    ]


BULK = [
    {"output_type": "display_data", "data": {"image/png": "iVBOR" * 4000}},
    {"output_type": "stream", "text": ['a ] "quoted\\" } line [\n'] * 1000},
    {"output_type": "display_data", "data": {"application/json": {"outputs": [[{"a": []}]] * 50}}},
]


@pytest.mark.parametrize("output", BULK, ids=["picture", "lines", "tree"])
def test_outputs_are_dropped_while_a_large_file_is_read(
    file: Path, monkeypatch: pytest.MonkeyPatch, output: Any
) -> None:
    """What cells showed is passed over without being held, whatever it is."""
    cells = [code('print("outputs": [', outputs=[output] * 3), code("y")]
    file.write_text(json.dumps(notebook(*cells, metadata={"widgets": {"state": {"x": output}}})))
    whole = read(file)
    monkeypatch.setattr("autograder.notebooks.bulk.LARGEST_REST", 600)
    monkeypatch.setattr("autograder.notebooks.submission.LARGEST_WHOLE", 600)
    assert read(file) == whole
    file.write_text(file.read_text()[:-700])
    with pytest.raises(SubmissionError, match="breaks off or is damaged"):
        read(file)
    file.write_text(json.dumps(notebook(code("x" * 700))))
    with pytest.raises(SubmissionError, match="even without its outputs"):
        read(file)


def test_memory_stays_small_while_a_large_file_is_read(file: Path) -> None:
    """Forty times the text that is kept lies in the outputs, and is never held at once."""
    with file.open("w") as out:
        out.write('{"cells": [{"cell_type": "code", "source": "x", "outputs": [{"text": "')
        for _ in range(40):
            out.write("A" * 2**20)
        out.write('"}]}]}')
    tracemalloc.start()
    try:
        assert read(file).cells[0].source == "x"
        assert tracemalloc.get_traced_memory()[1] < 2**24
    finally:
        tracemalloc.stop()
