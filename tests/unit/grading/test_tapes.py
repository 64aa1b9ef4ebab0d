"""A tape says what a box said, and says so where it does not know."""

from collections.abc import Sequence
from typing import Any

import pytest

from autograder.boxes.box import CellRun, Ended
from autograder.boxes.incoming import Reply
from autograder.evidence.values import FormatError, Json
from autograder.grading import tapes
from autograder.grading.tapes import Player, Recorder, Tape, Unrecorded, unpack
from autograder.model import Ending
from autograder.notebooks.cells import Cell, Kind
from autograder.notebooks.rebuilding import Care, Note, Rebuilt

CELLS = (
    Cell("t", "markdown", "text"),
    Cell("a", "code", "x = 1", Kind.ANSWER, "curve_answer"),
    Cell("s", "code", "y = (<your_code_here>", Kind.ANSWER, "next_answer"),
    Cell("g", "code", "", Kind.GRADE, "curve", 1),
    Cell("b", "code", "z = 2", Kind.ADDED),
)
REBUILT = Rebuilt(CELLS, (Note(Care.GUESSED, "a note"),), frozenset({"next"}))
OUTPUT = {"output_type": "stream", "name": "stdout", "text": "Привет"}


def probe(name: str, blob: bytes = b"") -> tuple[dict[str, Json], Sequence[bytes]]:
    """A question, perhaps with an array."""
    return {"probe": {"ask": "value", "names": [name]}, "payload": {"dict": []}}, [blob]


class FakeBox:
    """A box that says how often it was asked, and ends when it is asked for `end`."""

    def __init__(self) -> None:
        self.asked = 0

    def run(self, source: str, *, exercise: str | None = None) -> CellRun:
        """A cell."""
        if source == "end":
            raise Ended(Ending.DIED, "it died")
        return CellRun([OUTPUT], 7, None, interrupted=False)

    def ask(self, body: dict[str, Json], blobs: Sequence[bytes]) -> Reply:
        """A probe."""
        self.asked += 1
        if body["probe"]["names"] == ["end"]:
            raise Ended(Ending.LIED, "it lied")
        return Reply({"answer": {"array": ["uint8", [2], 0]}}, [b"%02d" % self.asked])

    def close(self) -> None:
        """Nothing."""


def record(*steps: Any) -> Tape:
    """A tape of cells (text) and questions, as it comes out of the ledger."""
    tape = Tape(REBUILT, ("mount", "seccomp"))
    recorder = Recorder(FakeBox(), tape)  # type: ignore[arg-type]  # as much of a box as is needed
    with pytest.raises(Ended) if steps[-1] in ("end", probe("end")) else _nothing():
        for step in steps:
            _take(recorder, step)
    return unpack(tape.pack()) if tape.complete else tape


def _nothing() -> Any:
    from contextlib import nullcontext

    return nullcontext()


def _take(box: Recorder | Player, step: Any) -> Any:
    return box.run(step) if isinstance(step, str) else box.ask(*step)


def test_what_was_recorded_is_played() -> None:
    """Cells in their order, and answers in any order, at the pause where they were asked."""
    tape = record("x = 1", probe("x", b"in"), probe("y"), "z = 2", probe("x", b"in"))
    player = Player(tape)
    assert player.run("x = 1").outputs == [OUTPUT]
    assert player.ask(*probe("y")).blobs == (b"02",)
    assert player.ask(*probe("x", b"in")).blobs == (b"01",)
    player.run("z = 2")
    assert player.ask(*probe("x", b"in")).blobs == (b"03",)
    assert set(player.asked) == set(tape.answers)
    assert (tape.rebuilt, tape.layers) == (REBUILT, ("mount", "seccomp"))


def test_a_question_that_is_repeated_has_its_own_answer() -> None:
    """The second time the box may say something else."""
    player = Player(record("x = 1", probe("x"), probe("x")))
    player.run("x = 1")
    assert [player.ask(*probe("x")).blobs for _ in range(2)] == [(b"01",), (b"02",)]
    with pytest.raises(Unrecorded):
        player.ask(*probe("x"))


@pytest.mark.parametrize(
    "steps",
    [
        ["x = 2"],
        ["x = 1", probe("y")],
        ["x = 1", probe("x", b"other")],
        ["x = 1", "z = 2", probe("x")],
        ["x = 1", "z = 2", "more"],
    ],
)
def test_what_is_not_on_the_tape_is_said_to_be_missing(steps: list[Any]) -> None:
    """Another cell, another question, another array, another pause, or a cell more."""
    player = Player(record("x = 1", probe("x"), "z = 2"))
    for step in steps[:-1]:
        _take(player, step)
    with pytest.raises(Unrecorded):
        _take(player, steps[-1])


def test_an_end_is_an_end_only_if_all_was_asked() -> None:
    """With fewer questions the box might have had the time to go on."""
    for last in ("end", probe("end")):
        tape = record("x = 1", probe("x"), last)
        player = Player(tape)
        player.run("x = 1")
        player.ask(*probe("x"))
        with pytest.raises(Ended) as ended:
            _take(player, last)
        assert ended.value.ending in {Ending.DIED, Ending.LIED}
        hasty = Player(tape)
        hasty.run("x = 1")
        with pytest.raises(Unrecorded):
            _take(hasty, last)


def test_outputs_belong_to_the_cells_that_ran() -> None:
    """Text, stubs and grade cells run nowhere."""
    outputs, counts = record("x = 1", probe("x"), "end").shown()
    assert (outputs, counts) == ({"a": [OUTPUT]}, {"a": 7})


def test_too_much_evidence_loses_questions_before_outputs(monkeypatch: pytest.MonkeyPatch) -> None:
    """The notebook can still be shown; nothing can be judged again."""
    monkeypatch.setattr(tapes, "KEPT_BYTES", 2000)
    tape = record("x = 1", probe("x", b"x" * 1500), probe("y", b"x" * 1500), "z = 2", probe("z"))
    assert (tape.complete, tape.answers, len(tape.cells)) == (False, {}, 2)
    assert set(unpack(tape.pack()).shown()[0]) == {"a", "b"}
    assert len(record("x = 1", *["y = 1"] * 50).cells) < 50


@pytest.mark.parametrize("spoil", [b"", b"noise", None])
def test_damaged_evidence_is_no_evidence(spoil: bytes | None) -> None:
    """One named error, whatever is wrong with the bytes."""
    data = record("x = 1").pack()
    with pytest.raises(FormatError):
        unpack(data[:-20] if spoil is None else spoil)
