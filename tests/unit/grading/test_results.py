"""What is written of each student, with a gradebook and folders that only remember."""

from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest

from autograder.config import Course, Settings
from autograder.errors import AutograderError
from autograder.gradebook import Entry, EntryError
from autograder.grading import results
from autograder.grading.keys import Keys
from autograder.grading.results import Writer, standing, written
from autograder.ledger import Current, Ledger
from autograder.model import Check, Ending, Finding, Grade, Verdict

FOUND = Finding(Check("curve.x", "curve", "x is right", 1, hidden=False), Verdict.PASSED, 1)


class Books:
    """The gradebook and the folders of a course."""

    def __init__(self, course: Course) -> None:
        self.course = course
        self.entries: dict[str, Entry] = {}
        self.batches: list[list[str]] = []
        self.problem: AutograderError | None = None
        self.refused: set[str] = set()

    def record(self, _: Course, __: str, entries: Sequence[Entry]) -> None:
        """All of these or none."""
        self.batches.append([entry.student for entry in entries])
        if self.problem:
            raise self.problem
        if self.refused & {entry.student for entry in entries}:
            raise EntryError("too long")
        self.entries |= {entry.student: entry for entry in entries}

    def recorded(self, *_: object) -> frozenset[str]:
        """Who is in it."""
        return frozenset(self.entries)

    def write_autograded(self, course: Course, _: str, student: str, text: str) -> None:
        """The graded notebook."""
        folder = course.autograded("hw", student)
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "hw.ipynb").write_text(text)

    @property
    def notebooks(self) -> set[str]:
        """Whose notebook was written."""
        return {path.parent.parent.name for path in self.course.root.glob("autograded/*/hw/*")}


@pytest.fixture
def books(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Books:
    """Gradebook and folders in the place of nbgrader's."""
    made = Books(Course(tmp_path, Settings("c", "s")))
    for name in ("record", "recorded", "write_autograded"):
        monkeypatch.setattr(results, name, getattr(made, name))
    return made


@pytest.fixture
def ledger(books: Books) -> Iterator[Ledger]:
    """The ledger of that course."""
    with Ledger(books.course.ledger) as opened:
        yield opened


def write(
    books: Books, ledger: Ledger, *students: str, handed_in: str = "h", anew: bool = False
) -> Writer:
    """Write these students in one go."""
    writer = Writer(books.course, "hw", ledger, ["curve"], Keys(books.course, "hw", ()))
    for student in students:
        grade = Grade(student, "hw", (FOUND,), Ending.FINISHED)
        writer.add(grade, Current(handed_in, "r", "f"), lambda: "graded", anew=anew)
    writer.flush()
    return writer


def test_what_is_written_is_not_written_again(books: Books, ledger: Ledger) -> None:
    """Unless it is missing at one of the places, or made anew."""
    write(books, ledger, "ann", "bob")
    assert (books.batches, books.notebooks) == ([["ann", "bob"]], {"ann", "bob"})
    write(books, ledger, "ann", "bob")
    assert len(books.batches) == 1
    (books.course.autograded("hw", "ann") / "hw.ipynb").unlink()
    write(books, ledger, "ann", "bob")
    del books.entries["bob"]
    write(books, ledger, "ann", "bob")
    write(books, ledger, "ann", anew=True)
    assert books.batches[1:] == [["ann"], ["bob"], ["ann"]]


def test_marks_by_hand_stand_for_the_same_bytes_alone(books: Books, ledger: Ledger) -> None:
    """The gradebook is told whether it knows what was graded."""
    write(books, ledger, "ann")
    assert not books.entries["ann"].unchanged
    write(books, ledger, "ann", anew=True)
    assert books.entries["ann"].unchanged
    write(books, ledger, "ann", handed_in="other", anew=True)
    assert not books.entries["ann"].unchanged


def test_a_gradebook_that_cannot_be_used_stops_the_writing_alone(
    books: Books, ledger: Ledger, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is told once, what is found stands in the ledger, and the next command only writes."""
    monkeypatch.setattr(results, "BATCH", 1)
    books.problem = AutograderError("locked")
    writer = write(books, ledger, "ann", "bob")
    assert (writer.problems, books.batches) == ([books.problem], [["ann"]])
    assert (books.notebooks, set(ledger.current("hw"))) == ({"ann"}, {"ann", "bob"})
    assert {now.written for now in ledger.current("hw").values()} == {""}
    books.problem = None
    write(books, ledger, "ann", "bob")
    assert set(books.entries) == books.notebooks == {"ann", "bob"}


def test_what_the_gradebook_refuses_of_one_costs_no_other(books: Books, ledger: Ledger) -> None:
    """They are then written one by one."""
    books.refused = {"bob"}
    writer = write(books, ledger, "ann", "bob", "cleo")
    assert set(books.entries) == {"ann", "cleo"}
    assert ["bob" in str(problem) for problem in writer.problems] == [True]
    written = {student: bool(now.written) for student, now in ledger.current("hw").items()}
    assert written == {"ann": True, "bob": False, "cleo": True}


def test_what_nbgrader_writes_is_marked_once_it_is_written(books: Books, ledger: Ledger) -> None:
    """Not if that fails; and marks by hand stand if the gradebook knew these bytes."""
    assert standing(books.course, "hw", "ann") is None
    ledger.settle("hw", {"ann": Current("h", "r", "f")})
    before = standing(books.course, "hw", "ann")
    with pytest.raises(OSError, match="full"), written(books.course, "hw", "ann", before) as known:
        raise OSError("full")
    assert standing(books.course, "hw", "ann") == Current("h", "r", "f")
    with written(books.course, "hw", "ann", before) as known:
        assert not known
    after = standing(books.course, "hw", "ann")
    assert after is not None
    assert after.written == Keys(books.course, "hw", ()).mark("f")
    with written(books.course, "hw", "ann", after) as known:
        assert known
    with written(books.course, "hw", "nobody", None) as known:
        assert not known
    assert standing(books.course, "hw", "nobody") is None
