"""What lies in a student's folder becomes one notebook to run, or one sentence."""

import json
import os
import unicodedata
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from autograder.errors import SubmissionError
from autograder.notebooks.cells import Cell, Kind, Notebook
from autograder.notebooks.rebuilding import Care, Rebuilt
from autograder.notebooks.receiving import receive as receive_submission
from autograder.notebooks.submission import read_submission

STUB = "x = <your_code_here>"
RELEASE = Notebook(
    "hw.ipynb",
    (
        Cell("setup", "code", "t = 1"),
        Cell("answer", "code", STUB, Kind.ANSWER, "curve_answer"),
        Cell("grade", "code", 'check("curve")', Kind.GRADE, "curve", 1),
    ),
)


def handed(answer: str = "x = t") -> str:
    """The release as a file, with this answer."""
    sources = {cell.id: cell.source for cell in RELEASE.cells} | {"answer": answer}
    cells = [{"id": id_, "cell_type": "code", "source": text} for id_, text in sources.items()]
    return json.dumps({"cells": cells, "nbformat": 4, "nbformat_minor": 5})


def receive(folder: Path, release: Notebook) -> Rebuilt:
    """What comes of all that lies in a folder."""
    return receive_submission(read_submission(folder, release.name), release)


def write(folder: Path, files: dict[str, str]) -> None:
    """Hand files in."""
    for name, text in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text, "utf-8")


FILLED, EMPTY, OTHER = handed(), handed(STUB), handed("x = 2")
FOUND = {
    "by its name": {"hw.ipynb": FILLED},
    "beside others": {"hw.ipynb": FILLED, "scratch.ipynb": OTHER, "a.csv": "1"},
    "beside a checkpoint": {
        "hw.ipynb": FILLED, "hw-checkpoint.ipynb": OTHER,
        ".ipynb_checkpoints/hw-checkpoint.ipynb": OTHER, ".hw.ipynb": OTHER,
        "__MACOSX/hw.ipynb": OTHER, "._hw.ipynb": "junk",
    },
}  # fmt: skip
GUESSED = {
    "renamed": {"Homework 3 (1).ipynb": FILLED},
    "named as text by a browser": {"hw.ipynb.txt": FILLED},
    "in capitals": {"HW.IPYNB": FILLED},
    "in Cyrillic": {"домашка 😀.ipynb": FILLED},
    "decomposed": {unicodedata.normalize("NFD", "für Zoë.ipynb"): FILLED},
    "with a long name": {"a" * 240 + ".ipynb": FILLED},
    "in a folder": {"hw/final/hw.ipynb": FILLED},
    "in a folder named like it": {"hw.ipynb/hw.ipynb": FILLED},
    "beside the untouched release": {"hw.ipynb": EMPTY, "mine.ipynb": FILLED},
    "beside a broken one": {"hw.ipynb": "{", "mine.ipynb": FILLED},
    "twice the same": {"a.ipynb": FILLED, "b.ipynb": FILLED},
}
REFUSED = {
    "two that answer": ({"a.ipynb": FILLED, "b.ipynb": OTHER}, "several notebooks"),
    "two that do not": ({"a.ipynb": EMPTY, "b.ipynb": EMPTY}, "several notebooks"),
    "untouched beside two": (
        {"hw.ipynb": EMPTY, "b.ipynb": OTHER, "c.ipynb": FILLED}, "several notebooks"
    ),
    "nothing": ({}, "no notebook: hand in"),
    "only a zip": ({"hw.zip": "PK"}, "only hw.zip: unpack it and hand in the file hw.ipynb"),
    "only a program": ({"hw.py": "x = 1"}, "only hw.py: hand in"),
    "only a checkpoint": ({"hw-checkpoint.ipynb": FILLED}, "only hw-checkpoint.ipynb"),
    "broken": ({"hw.ipynb": "{"}, "damaged in line 1"),
}  # fmt: skip


@pytest.mark.parametrize("files", FOUND.values(), ids=FOUND)
def test_the_notebook_is_found_by_its_name(tmp_path: Path, files: dict[str, str]) -> None:
    """Under its own name and answered, it is taken without a word about the other files."""
    write(tmp_path, files)
    rebuilt = receive(tmp_path, RELEASE)
    assert (rebuilt.cells[1].source, rebuilt.notes) == ("x = t", ())


@pytest.mark.parametrize("files", GUESSED.values(), ids=GUESSED)
def test_the_one_that_answers_is_found_by_its_cells(tmp_path: Path, files: dict[str, str]) -> None:
    """Under another name or in a folder it earns the same, and the student is told its name."""
    write(tmp_path, files)
    rebuilt = receive(tmp_path, RELEASE)
    assert rebuilt.cells[1].source == "x = t"
    (note,) = rebuilt.oddities
    assert note.care is Care.GUESSED
    (name,) = [name for name, text in files.items() if text == FILLED][:1]
    folder, _, own = name.rpartition("/")
    assert ("and not hw.ipynb" in note.sentence) == (own != "hw.ipynb")
    assert (f"in the folder {folder}:" in note.sentence) == bool(folder)


@pytest.mark.parametrize(("files", "words"), REFUSED.values(), ids=REFUSED)
def test_what_cannot_be_decided_is_refused(
    tmp_path: Path, files: dict[str, str], words: str
) -> None:
    """One sentence to the student, one to the assistant."""
    write(tmp_path, files)
    with pytest.raises(SubmissionError) as caught:
        receive(tmp_path, RELEASE)
    assert words in str(caught.value)
    for sentence in (str(caught.value), caught.value.remedy):
        assert sentence.isprintable()
        assert sentence.endswith(".")


MAKE: dict[str, Callable[[Path], Any]] = {
    "empty folder": Path.mkdir,
    "link": lambda path: path.symlink_to("/etc/hostname"),
    "pipe": os.mkfifo,
    "nobody": lambda path: path.parent.rmdir(),
}


@pytest.mark.parametrize("make", MAKE.values(), ids=MAKE)
def test_what_is_no_file_is_refused(tmp_path: Path, make: Callable[[Path], Any]) -> None:
    """A folder, a link or a pipe that is called like the notebook is said to be no notebook."""
    folder = tmp_path / "handed"
    folder.mkdir()
    make(folder / "hw.ipynb")
    with pytest.raises(SubmissionError, match=r"hw\.ipynb"):
        receive(folder, RELEASE)


def test_a_name_that_is_no_text_can_be_told(tmp_path: Path) -> None:
    """Whatever bytes a file is called by, the sentence about it can be stored and shown."""
    for name in (b"a\xff\x1b[2J.ipynb", b"b\n.ipynb"):
        Path(os.fsdecode(bytes(tmp_path) + b"/" + name)).write_text(FILLED)
        (note,) = receive(tmp_path, RELEASE).notes
        note.encode()
        assert note.isprintable()


def test_a_time_that_cannot_be_read_is_told(tmp_path: Path) -> None:
    """Nobody is on time in silence because a program wrote a zone that nobody knows."""
    write(tmp_path, {"hw.ipynb": FILLED, "timestamp.txt": "2024-11-27 12:30:00 +0100"})
    assert receive(tmp_path, RELEASE).notes == ()
    (tmp_path / "timestamp.txt").write_text("2024-11-27 12:30:00 XYZ")
    (note,) = receive(tmp_path, RELEASE).oddities
    assert note.care is Care.LEFT_OUT
    assert "counts as handed in on time" in note.sentence
