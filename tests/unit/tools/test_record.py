"""A recorded meaning is not recorded over by accident."""

from dataclasses import replace
from typing import Any

import pytest

from autograder.evidence.frames import Message
from autograder.grading.tapes import Tape
from autograder.notebooks.rebuilding import Rebuilt
from tools import record

OLD = Tape(Rebuilt(()), cells=[Message({"cell": "a", "ran": 1})], answers={"q": Message({"n": 1})})


@pytest.mark.parametrize(
    ("change", "other"),
    [
        ({}, False),
        ({"answers": {"q": Message({"n": 2})}}, True),
        ({"answers": {"q": Message({"n": 1}, (b"more",))}}, True),
        ({"cells": [Message({"cell": "a", "ran": 2})]}, True),
        ({"answers": {"new": Message({"n": 2})}}, False),
        ({"cells": [*OLD.cells, Message({"cell": "b", "ran": 2})]}, False),
    ],
)
def test_another_answer_to_the_same_is_another_meaning(
    change: dict[str, Any], *, other: bool
) -> None:
    """New cells and questions are none."""
    assert record.differs(OLD, replace(OLD, **change)) is other


@pytest.mark.parametrize(
    ("differs", "found", "word"), [(True, [1], "EVIDENCE"), (False, [2], "JUDGING")]
)
def test_nothing_is_recorded_while_the_number_is_the_old_one(
    monkeypatch: pytest.MonkeyPatch, differs: bool, found: list[int], word: str
) -> None:
    """Who changes what is kept has to say so first."""
    before = (record.TAPE.read_bytes(), record.FINDINGS.read_bytes())
    monkeypatch.setattr(record, "record", lambda: OLD)
    monkeypatch.setattr(record, "judge", lambda *_: found)
    monkeypatch.setattr(record, "differs", lambda *_: differs)
    with pytest.raises(SystemExit, match=f"raise {word}"):
        record.main()
    assert (record.TAPE.read_bytes(), record.FINDINGS.read_bytes()) == before
