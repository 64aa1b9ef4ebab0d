"""What is handed in, as JSON of any shape and as bytes of any kind."""

import json
import tempfile
from contextlib import suppress
from pathlib import Path
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from autograder.errors import SubmissionError
from autograder.notebooks.assignment import read_assignment
from autograder.notebooks.cells import Cell, Kind, Notebook
from autograder.notebooks.reading import read_notebook
from autograder.notebooks.rebuilding import rebuild
from autograder.notebooks.writing import compose

RELEASE = Notebook(
    "hw.ipynb",
    (
        Cell("setup", "code", "import torch"),
        Cell("one", "code", "x = <your_code_here>", Kind.ANSWER, "one_answer"),
        Cell("check", "code", 'check("one")', Kind.GRADE, "one", 2.0),
        Cell("told", "markdown", "Write here.", Kind.WRITTEN, "told", 1.0),
    ),
)
_ids = st.sampled_from(["setup", "one", "check", "told", "one_answer", "", "../x", "x" * 99])
_odd = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5) | _ids
_sources = (
    st.text(max_size=30)
    | st.lists(st.text(max_size=5), max_size=3)
    | st.sampled_from([cell.source for cell in RELEASE.cells])
)
_claims = st.fixed_dictionaries(
    {}, optional=dict.fromkeys(("grade_id", "points", "grade", "solution", "locked"), _odd)
)
_metadata = _odd | st.fixed_dictionaries({}, optional={"nbgrader": _claims | _odd, "tags": _odd})
_cells = _odd | st.fixed_dictionaries(
    {},
    optional={
        "cell_type": st.sampled_from(["code", "markdown", "raw"]) | _odd,
        "id": _ids | _odd,
        "source": _sources | _odd,
        "metadata": _metadata,
        "outputs": _odd,
    },
)
good_cells = st.fixed_dictionaries(
    {"cell_type": st.sampled_from(["code", "markdown"]), "source": _sources},
    optional={"id": _ids, "metadata": _metadata},
)
notebooks = st.fixed_dictionaries(
    {"cells": st.lists(good_cells, min_size=1, max_size=8)}, optional={"x": _odd}
)
trees = _odd | st.fixed_dictionaries({}, optional={"cells": st.lists(_cells, max_size=4) | _odd})


def read(data: bytes) -> Notebook | None:
    """The notebook in these bytes, or None after the one error that there may be."""
    with suppress(SubmissionError):
        return read_notebook("hw.ipynb", data)
    return None


def is_rebuilt(submission: Notebook) -> bool:
    """Whether the release stands, in its order, with its kinds and points, and ids are unique."""
    rebuilt = rebuild(RELEASE, submission)
    given = [cell for cell in rebuilt.cells if cell.kind is not Kind.ADDED]
    assert [(cell.id, cell.kind, cell.points) for cell in given] == [
        (cell.id, cell.kind, cell.points) for cell in RELEASE.cells
    ]
    assert given[0] == RELEASE.cells[0]
    assert given[2] == RELEASE.cells[2]
    ids = [cell.id for cell in rebuilt.cells]
    assert len(set(ids)) == len(ids)
    with tempfile.TemporaryDirectory() as folder:
        frame = Path(folder, "hw.ipynb")
        frame.write_text('{"metadata": {}}')
        text = compose(frame, rebuilt.cells, {})
        frame.write_text(text, "utf-8")
        return [cell.id for cell in read_assignment(frame).cells] == ids


@given(st.binary(max_size=300))
def test_any_bytes_are_a_notebook_or_one_sentence(data: bytes) -> None:
    """Nothing but a sentence for the student comes of bytes that are no notebook."""
    read(data)


@given(trees)
def test_any_json_is_a_notebook_or_one_sentence(tree: Any) -> None:
    """JSON of any shape is read, and what was read can be rebuilt."""
    submission = read(json.dumps(tree).encode())
    assert submission is None or is_rebuilt(submission)


@given(notebooks)
def test_any_notebook_becomes_the_release_with_answers(tree: Any) -> None:
    """Whatever cells claim to be, the release's own stand where they stood."""
    submission = read(json.dumps(tree).encode())
    assert submission is not None
    assert is_rebuilt(submission)


@given(notebooks, st.integers(0, 400), st.integers(0, 9), st.binary(max_size=4))
def test_a_damaged_notebook_is_read_or_refused(
    tree: Any, start: int, length: int, new: bytes
) -> None:
    """Bytes lost and changed anywhere cost this one hand-in at most."""
    data = bytearray(json.dumps(tree).encode())
    data[start : start + length] = new
    submission = read(bytes(data))
    assert submission is None or is_rebuilt(submission)
