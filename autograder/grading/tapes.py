"""The evidence of one run, on a tape: recorded beside a box, and played in the place of one.

    {"cells", "oddities", .., "layers"}            the notebook that was run, and the box around it
    {"cell": digest, "ran" | "ended"}               what became of a cell, in their order
    {"asked", "digest", "split", "answered" | "ended"}   a question and its answer, with their blobs

A question is known by what is asked, and by the number of cells that ran before it.
"""

import json
import zlib
from collections.abc import Sequence
from dataclasses import asdict, astuple, dataclass, field
from typing import Any

from autograder.boxes.box import CellRun, Ended
from autograder.boxes.incoming import Reply
from autograder.evidence.frames import FrameReader, Limits, Message, frame
from autograder.evidence.parts import write_part
from autograder.evidence.values import FormatError, Json
from autograder.grading.keys import digest
from autograder.grading.replayed_box import Double
from autograder.model import Ending
from autograder.notebooks.cells import Cell, Kind
from autograder.notebooks.rebuilding import Care, Note, Rebuilt
from autograder.notebooks.stubs import has_stub
from autograder.notebooks.unfilled import without_stubs

KEPT_BYTES = 64 << 20
_SETS = ("ambiguous", "untouched", "blank", "unasked", "unread")  # of exercises, in a Rebuilt
_LIMITS = Limits(header=2 * KEPT_BYTES, blobs=2 * KEPT_BYTES, count=5000)


class Unrecorded(Exception):  # noqa: N818 - no error: the submission has to run
    """Something is asked that was not asked before."""


@dataclass(slots=True)
class Tape:
    """What a box did, in order; beyond `KEPT_BYTES` the questions are dropped, then later cells."""

    rebuilt: Rebuilt
    layers: tuple[str, ...] = ()
    complete: bool = True
    size: int = 0
    cells: list[Message] = field(default_factory=list)
    answers: dict[str, Message] = field(default_factory=dict)

    def add_cell(self, source: str, **told: Json) -> None:
        """Add what became of a cell."""
        message = Message({"cell": digest(source), **told})
        if self._has_room(message):
            self.cells.append(message)

    def add_answer(self, key: str, asked: Message, told: Message) -> None:
        """Add a question and its answer."""
        body = {"asked": asked.body, "digest": key, "split": len(asked.blobs), **told.body}
        message = Message(body, asked.blobs + told.blobs)
        if self._has_room(message):
            self.answers[key] = message

    def _has_room(self, message: Message) -> bool:
        needed = len(frame(message.body, message.blobs))
        if self.complete and self.size + needed > KEPT_BYTES:
            self.complete = False
            self.answers.clear()
            self.size = sum(len(frame(cell.body)) for cell in self.cells)
        if self.size + needed > KEPT_BYTES or not (self.complete or "cell" in message.body):
            return False
        self.size += needed
        return True

    def shown(self) -> tuple[dict[str, list[dict[str, Any]]], dict[str, int]]:
        """The outputs and the execution counts, by the ids of the cells."""
        ran = zip(runnable(self.rebuilt.cells), self.cells, strict=False)
        told = {cell.id: message.body["ran"] for cell, message in ran if "ran" in message.body}
        outputs = {name: cell["outputs"] for name, cell in told.items()}
        files = {cell.id for cell in self.rebuilt.cells if cell.file}
        return outputs, {name: one["count"] for name, one in told.items() if name not in files}

    def pack(self) -> bytes:
        """The tape as bytes."""
        head = {
            "cells": [asdict(cell) for cell in self.rebuilt.cells],
            "oddities": [list(astuple(note)) for note in self.rebuilt.oddities],
            "layers": self.layers,
            **{name: sorted(getattr(self.rebuilt, name)) for name in _SETS},
            "files": dict(self.rebuilt.files),
        }
        packer = zlib.compressobj(1)
        messages = (Message(head), *self.cells, *self.answers.values())
        parts = [packer.compress(frame(message.body, message.blobs)) for message in messages]
        return b"".join((*parts, packer.flush()))


def unpack(data: bytes) -> Tape:
    """The tape that was packed.  Raises FormatError where the bytes are none."""
    try:
        reader = FrameReader(_LIMITS)
        unpacker = zlib.decompressobj()
        reader.feed(unpacker.decompress(data, 2 * KEPT_BYTES))
        messages = []
        while (message := reader.next()) is not None:
            messages.append(message)
        if not (unpacker.eof and reader.empty):
            raise FormatError("it breaks off")
        head, *events = messages
        cells = tuple(Cell(**{**cell, "kind": Kind(cell["kind"])}) for cell in head.body["cells"])
        oddities = tuple(Note(Care(care), said) for care, said in head.body["oddities"])
        sets = {name: frozenset(head.body.get(name, ())) for name in _SETS}
        rebuilt = Rebuilt(cells, oddities, files=head.body.get("files", {}), **sets)
        tape = Tape(rebuilt, tuple(head.body["layers"]))
        tape.cells = [event for event in events if "cell" in event.body]
        tape.answers = {event.body["digest"]: event for event in events if "asked" in event.body}
    except (zlib.error, ValueError, KeyError, TypeError) as problem:
        raise FormatError(f"evidence that cannot be read: {problem}") from problem
    return tape


def runnable(cells: Sequence[Cell]) -> list[Cell]:
    """The cells that a box runs."""
    return [cell for cell in cells if runs(cell)]


def runs(cell: Cell) -> str:
    """What of a cell a box runs: of an answer what is filled in, of a grade cell nothing.

    A cell of the student's own that holds a stub is a copy, and is left out.
    """
    if cell.type != "code" or cell.kind is Kind.GRADE or not cell.source.strip():
        return ""
    if cell.file:
        return write_part(cell.file, cell.before, without_stubs(cell.source))
    if cell.kind is Kind.ANSWER:
        return without_stubs(cell.source)
    return "" if has_stub(cell.source) else cell.source


class Recorder:
    """A box whose cells and answers go on a tape."""

    def __init__(self, box: Double, tape: Tape) -> None:
        self.tape = tape
        self.asked: list[str] = []
        self._box = box
        self._ran = 0

    def run(self, source: str, *, exercise: str | None = None) -> CellRun:
        """Run one cell.  Raises Ended."""
        self._ran += 1
        try:
            ran = self._box.run(source, exercise=exercise)
        except Ended as ended:
            self.tape.add_cell(source, ended=[ended.ending, ended.sentence])
            raise
        self.tape.add_cell(source, ran=asdict(ran))
        return ran

    def ask(self, body: dict[str, Json], blobs: Sequence[bytes]) -> Reply:
        """Put one probe.  Raises Ended."""
        key, asked = _question(self._ran, self.asked, body, blobs), Message(body, tuple(blobs))
        try:
            reply = self._box.ask(body, blobs)
        except Ended as ended:
            self.tape.add_answer(key, asked, Message({"ended": [ended.ending, ended.sentence]}))
            raise
        self.tape.add_answer(key, asked, Message({"answered": reply.body}, tuple(reply.blobs)))
        return reply

    def close(self) -> None:
        """End the box."""
        self._box.close()


class Player:
    """What a box did, once more and without one.  Raises Unrecorded where the tape does not say."""

    def __init__(self, tape: Tape) -> None:
        self.tape = tape
        self.asked: list[str] = []
        self._ran = 0

    def run(self, source: str, *, exercise: str | None = None) -> CellRun:  # noqa: ARG002 - a box's
        """What became of this cell.  Raises Ended."""
        if self._ran == len(self.tape.cells):
            raise Unrecorded
        told = self.tape.cells[self._ran].body
        self._ran += 1
        if told["cell"] != digest(source):
            raise Unrecorded
        if "ended" in told:
            raise self._ended(told)
        return CellRun(**told["ran"])

    def ask(self, body: dict[str, Json], blobs: Sequence[bytes]) -> Reply:
        """What the box answered to this.  Raises Ended."""
        message = self.tape.answers.get(_question(self._ran, self.asked, body, blobs))
        if message is None:
            raise Unrecorded
        if "ended" in message.body:
            raise self._ended(message.body)
        return Reply(message.body["answered"], message.blobs[message.body["split"] :])

    def close(self) -> None:
        """There is nothing to end."""

    def _ended(self, told: dict[str, Json]) -> Ended:
        # With fewer questions it might have had the time or the memory to go on.
        if set(self.asked) != set(self.tape.answers):
            raise Unrecorded
        ending, sentence = told["ended"]
        return Ended(Ending(ending), sentence)


def _question(ran: int, before: list[str], body: dict[str, Json], blobs: Sequence[bytes]) -> str:
    """The key of a question, which joins those before it; one that is repeated has another key."""
    key = digest(ran, json.dumps(body, sort_keys=True), *blobs)
    while key in before:
        key = digest(key)
    before.append(key)
    return key
