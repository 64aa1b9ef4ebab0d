"""Answer files of hand-ins: found, read whatever they hold, put back, and told of."""

import json
import os
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from gates_source import BOTH, NOTEBOOK, RELEASE, SOLVED, SOURCE, STUBBED, assignment, file_of
from hypothesis import given
from hypothesis import strategies as st

from autograder.notebooks.answer_files import importable, join, split
from autograder.notebooks.cells import Cell, Kind, Notebook
from autograder.notebooks.earlier import remember
from autograder.notebooks.rebuilding import Care, Rebuilt
from autograder.notebooks.receiving import receive
from autograder.notebooks.submission import Submission, read_submission
from autograder.notebooks.writing import compose
from autograder.releasing import released_notebook


def hand_in(folder: Path, text: str | bytes | None, name: str = "gates.py") -> Rebuilt:
    """What is rebuilt from a hand-in with such a file beside the notebook."""
    folder.mkdir(exist_ok=True)
    frame = folder / "frame"
    frame.write_text('{"metadata": {}}')
    (folder / "hw.ipynb").write_text(compose(frame, NOTEBOOK, {}))
    if text is not None:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(text if isinstance(text, bytes) else text.encode())
    return receive(read_submission(folder, "hw.ipynb"), RELEASE)


def cares(rebuilt: Rebuilt) -> list[Care]:
    """What was done, note by note."""
    return [note.care for note in rebuilt.oddities]


def test_the_release_rebuilds_to_itself(tmp_path: Path) -> None:
    """A file as it was released is untouched, and nothing is said."""
    rebuilt = hand_in(tmp_path, STUBBED)
    assert file_of(rebuilt) == STUBBED
    assert rebuilt.untouched == {"leaky", "gate"}
    assert rebuilt.oddities == ()


def without_markers(text: str) -> str:
    """The text of a student who removed every marker."""
    return "\n".join(line for line in text.split("\n") if not line.startswith("# %%"))


@pytest.mark.parametrize(
    ("text", "care"),
    [
        (SOLVED, []),
        (SOLVED.replace("# %%", "#%%"), []),
        (b"\xef\xbb\xbf" + SOLVED.replace("\n", "\r\n").encode(), []),
        ("# coding: cp1251\n# Привет\n".encode("cp1251") + SOLVED.encode(), []),
        (SOLVED.replace("# %% helpers", "# %% mine\n\n# %%\n\n# %% helpers"), []),
        (SOLVED.encode() + "# Привет\n".encode("cp1251"), [Care.REPAIRED]),
        (SOLVED.replace("# %% gate_answer\n", ""), [Care.REPAIRED]),
        (without_markers(SOLVED), [Care.REPAIRED, Care.REPAIRED]),
        (f"# In[1]:\n\n\n{without_markers(SOLVED)}# In[ ]:\n", [Care.REPAIRED, Care.REPAIRED]),
    ],
)  # fmt: skip
def test_an_odd_file_answers_what_its_clean_twin_does(
    tmp_path: Path, text: str | bytes, care: list[Care]
) -> None:
    """Codings, line ends and markers make no difference; what was lost is told."""
    rebuilt = hand_in(tmp_path, text)
    answers = {cell.grade_id: cell.source for cell in rebuilt.cells if cell.kind is Kind.ANSWER}
    assert list(answers) == BOTH
    assert "SLOPE * x)" in answers["leaky_answer"]
    assert "class Gate" not in answers["leaky_answer"]
    assert "return self.weight * leaky(x)" in answers["gate_answer"]
    assert cares(rebuilt) == care


PIECES = [
    *SOLVED.splitlines(keepends=True),
    "# %% leaky_answer\n",
    "(\n",
    "\r",
    "\f",
    "lambda: 0\n",
]


@given(
    st.binary(max_size=200)
    | st.lists(st.sampled_from(PIECES)).map(lambda own: "".join(own).encode())
)
def test_any_bytes_are_parts_or_one_sentence(data: bytes) -> None:
    """Whatever a file holds, each exercise has its answer in the file that runs, and its lines."""
    cells = [
        {"cell_type": one.type, "id": one.id, "source": one.source, "metadata": {}}
        for one in NOTEBOOK
    ]
    notebook = json.dumps({"cells": cells}).encode()
    rebuilt = receive(Submission({"hw.ipynb": notebook, "gates.py": data}), RELEASE)
    assert [cell.grade_id for cell in rebuilt.cells if cell.kind is Kind.ANSWER] == BOTH
    lines = file_of(rebuilt).split("\n")
    for cell in rebuilt.cells:
        if cell.file and cell.source:
            assert lines[cell.before] == cell.source.split("\n")[0]
    (runs,) = join(rebuilt.cells, importable).values()
    assert runs.count("\n") == len(lines) - 1


def test_what_a_student_adds_stays_where_it_is(tmp_path: Path) -> None:
    """Imports, helpers and comments in a given part keep their lines, and nothing is said."""
    mine = SOLVED.replace(
        "SLOPE = 0.01", "import math\n\nSLOPE = 0.01  # small\n\n\ndef f():\n    1"
    )
    rebuilt = hand_in(tmp_path, mine)
    assert file_of(rebuilt) == mine
    assert rebuilt.oddities == ()


def test_what_was_given_is_put_back_and_what_was_added_stays(tmp_path: Path) -> None:
    """Another SLOPE is undone and told; the names that are new survive."""
    mine = SOLVED.replace("SLOPE = 0.01", "import math\nSLOPE = 1\nTWO = 2\n@print\ndef f(): ...")
    rebuilt = hand_in(tmp_path, mine)
    head = rebuilt.cells[0].source
    assert "SLOPE = 0.01" in head
    assert "SLOPE = 1" not in head
    assert all(line in head for line in ("import math", "TWO = 2", "@print\ndef f():"))
    assert rebuilt.notes == ("The cell at the top of gates.py was changed and put back as given.",)


def test_a_stub_is_told_by_its_line_in_the_file(tmp_path: Path) -> None:
    """One answer is open, and the student reads where."""
    half = STUBBED.replace("return <your_code_here>", "return x\n    y = <your_code_here>", 1)
    (note,) = hand_in(tmp_path, half).notes
    line = half.split("\n").index("    y = <your_code_here>") + 1
    assert note == (
        f"gates.py, line {line} is not filled in yet: the rest of leaky_answer was run."
    )


@pytest.mark.parametrize(
    ("make", "why"),
    [
        (lambda file: file.write_bytes(bytes(range(256))), "it is no text in UTF-8"),
        (lambda file: file.write_bytes(SOLVED.encode("utf-16")), "it is no text in UTF-8"),
        (lambda file: file.write_text("#\n" * (200 << 10)), "it has more than 256 KiB"),
        (lambda file: file.symlink_to("/etc/passwd"), "it is a link"),
        (lambda file: file.mkdir() or (file / "x").touch(), "it is a folder"),
        (lambda file: os.mkfifo(file), "it is no plain file"),
    ],
)
def test_a_file_that_cannot_be_read_waits_for_a_person(
    tmp_path: Path, make: Callable[[Path], object], why: str
) -> None:
    """Its exercises are undecided with one sentence, and the release's parts stand for it."""
    make(tmp_path / "gates.py")
    rebuilt = hand_in(tmp_path, None)
    assert rebuilt.unread == {"leaky", "gate"}
    (note,) = (one for one in rebuilt.oddities if one.care is Care.UNDECIDED)
    assert why in note.sentence
    assert file_of(rebuilt) == STUBBED


def test_a_missing_file_is_not_answered(tmp_path: Path) -> None:
    """The answers count as missing, and the file is asked for once."""
    rebuilt = hand_in(tmp_path, None)
    assert rebuilt.untouched == {"leaky", "gate"}
    assert not rebuilt.unread
    assert cares(rebuilt) == [Care.UNANSWERED] * 3
    assert "There is no gates.py among your files" in rebuilt.notes[0]


@pytest.mark.parametrize("name", ["hw/gates.py", "gates (1).py", "Gates-Copy1.py", "gates.py.txt"])
def test_a_file_is_found_by_a_name_like_its_own(tmp_path: Path, name: str) -> None:
    """Browsers and systems rename files, and the feedback says what was used."""
    rebuilt = hand_in(tmp_path, SOLVED, name)
    assert file_of(rebuilt) == SOLVED
    assert rebuilt.notes == (f"gates.py was handed in as {name}: it was used anyway.",)


def test_two_files_that_differ_need_a_person(tmp_path: Path) -> None:
    """None is chosen, unless one has the very name."""
    (tmp_path / "gates (2).py").write_text(STUBBED)
    rebuilt = hand_in(tmp_path, SOLVED, "gates (1).py")
    assert rebuilt.unread == {"leaky", "gate"}
    assert "there are several (gates (1).py, gates (2).py)" in rebuilt.notes[0]
    assert file_of(hand_in(tmp_path, SOLVED)) == SOLVED


def test_an_answer_in_the_notebook_is_found(tmp_path: Path) -> None:
    """The stub in the file is untouched, and the answer stands in a cell of the student's own."""
    body = next(part.source for part in split("gates.py", SOLVED) if part.exercise == "leaky")
    (tmp_path / "frame").write_text('{"metadata": {}}')
    own = Cell("mine", "code", body, Kind.ADDED)
    cells = (*NOTEBOOK[:2], own, *NOTEBOOK[2:])
    (tmp_path / "hw.ipynb").write_text(compose(tmp_path / "frame", cells, {}))
    (tmp_path / "gates.py").write_text(STUBBED)
    rebuilt = receive(read_submission(tmp_path, "hw.ipynb"), RELEASE)
    assert rebuilt.untouched == {"gate"}
    assert "Write answers in gates.py." in rebuilt.notes[0]


def test_a_cell_is_taken_for_no_part_that_is_missing(tmp_path: Path) -> None:
    """Cells of the student's own stay in the notebook, and given cells are looked for there."""
    rebuilt = hand_in(tmp_path, None)
    head = RELEASE.cells[0].source
    for text in (head, f"{head}\nx = 1", "x = 1"):
        own = Cell("mine", "code", text, Kind.ADDED)
        both = compose(tmp_path / "frame", (own, *NOTEBOOK, replace(own, id="last")), {})
        (tmp_path / "hw.ipynb").write_text(both)
        again = receive(read_submission(tmp_path, "hw.ipynb"), RELEASE)
        assert [cell.id for cell in again.cells if cell.kind is Kind.ADDED] == ["mine", "last"]
        assert again.oddities == rebuilt.oddities
    (tmp_path / "hw.ipynb").write_text(compose(tmp_path / "frame", NOTEBOOK[1:], {}))
    line = "# %% leaky_answer\n"
    (tmp_path / "gates.py").write_text(SOLVED.replace(line, f"{line}{NOTEBOOK[0].source}\n"))
    again = receive(read_submission(tmp_path, "hw.ipynb"), RELEASE)
    assert file_of(again) == (tmp_path / "gates.py").read_text()
    assert again.notes == ("The cell imports was missing and put back.",)


def test_a_file_that_came_later_was_not_asked(tmp_path: Path) -> None:
    """Whoever began before the file was released loses nothing for it."""
    remember(tmp_path / "releases", Notebook("hw.ipynb", NOTEBOOK[:1]))
    earlier = remember(tmp_path / "releases", RELEASE)
    hand_in(tmp_path / "own", None)
    (tmp_path / "own" / "hw.ipynb").write_text(
        compose(tmp_path / "own" / "frame", NOTEBOOK[:1], {})
    )
    rebuilt = receive(read_submission(tmp_path / "own", "hw.ipynb"), RELEASE, earlier)
    assert rebuilt.unasked == {"leaky", "gate"}


def test_a_renamed_part_is_still_a_part(tmp_path: Path) -> None:
    """The marker of an earlier release divides a file as its own did."""
    before = remember(tmp_path / "releases", RELEASE)
    new = released_notebook(assignment(SOURCE.replace("gate_answer", "door_answer")))
    hand_in(tmp_path / "own", SOLVED)
    rebuilt = receive(read_submission(tmp_path / "own", "hw.ipynb"), new, before)
    (door,) = (cell for cell in rebuilt.cells if cell.grade_id == "door_answer")
    assert door.source.startswith("class Gate")
