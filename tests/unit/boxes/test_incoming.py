"""Only what is in a known form passes."""

from typing import Any

import pytest

from autograder.boxes.incoming import checked_reply, cleaned, is_output
from autograder.evidence.frames import Message
from autograder.evidence.values import FormatError, Json

STREAM: dict[str, Json] = {"output_type": "stream", "name": "stdout", "text": "hi"}
ERROR: dict[str, Json] = {
    "output_type": "error", "ename": "E", "evalue": "no", "traceback": ["a line"],
}  # fmt: skip
SHOWN: dict[str, Json] = {"output_type": "display_data", "data": {}, "metadata": {}}
RESULT: dict[str, Json] = SHOWN | {"output_type": "execute_result", "execution_count": 1}


@pytest.mark.parametrize("output", [STREAM, ERROR, SHOWN, RESULT])
def test_an_output_has_its_fields_and_no_others(output: dict[str, Json]) -> None:
    """One more, one less, or one of another kind is no output."""
    assert is_output(output)
    assert not is_output(output | {"more": 1})
    for name in output:
        assert not is_output({key: value for key, value in output.items() if key != name})
        assert is_output(output | {name: 7}) is (name == "execution_count")
    assert not is_output([output])
    assert not is_output(ERROR | {"traceback": [7]})


def test_what_pages_do_not_show_is_left_out() -> None:
    """Scripts, widgets and metadata; and data that are no text."""
    data = {"text/plain": "x", "application/javascript": "x", "image/png": 7, "text/html": "x"}
    assert cleaned(SHOWN | {"data": data, "metadata": {"a": 1}}) == SHOWN | {
        "data": {"text/plain": "x", "text/html": "x"}
    }
    assert cleaned(STREAM) == STREAM


def reply(body: dict[str, Json], *blobs: bytes, **options: Any) -> dict[str, Json]:
    """What a reply is read as."""
    told = {"why": None, "interrupted": False} | options
    return checked_reply(Message(body, blobs), **told).body


def test_replies_in_a_known_form_pass() -> None:
    """An answer as it is; words are cut, as a box could say much in them."""
    array = {"answer": {"array": ["uint8", [2], 0]}}
    assert reply(array, b"ab") == array
    assert reply({"missing": "x" * 99}) == {"missing": "x" * 50}
    kinds = ["K" * 999] * 99
    raised = {"raised": {"type": "T" * 999, "message": "m" * 9999, "kinds": kinds}}
    told = {"type": "T" * 100, "message": "m" * 1000, "kinds": ["K" * 100] * 12}
    assert reply(raised) == {"raised": told}


@pytest.mark.parametrize(
    ("why", "interrupted", "sentence"),
    [
        ("slow", False, "it took too long to answer"),
        ("memory", False, "it ran out of memory"),
        ("died", False, "it ended its process"),
        (None, False, "it ended its process"),
        ("the hidden input was 7", False, "it ended its process"),
        ("memory", True, "it took too long to answer"),
    ],
)
def test_why_there_is_no_answer_is_said_in_our_words(
    why: str | None, interrupted: bool, sentence: str
) -> None:
    """A sentence of the box could carry hidden inputs out."""
    body = {"probed": why}
    assert reply(body, why=why, interrupted=interrupted) == {"gone": sentence}


@pytest.mark.parametrize(
    ("body", "blobs"),
    [
        ({"answer": {"array": ["uint8", [2], 0]}}, [b"a"]),
        ({"answer": {"array": ["uint8", [2], 0]}}, []),
        ({"answer": 7}, [b"left over"]),
        ({"answer": 7, "more": 1}, []),
        ({"answer": {"pickle": ""}}, []),
        ({"missing": "a name"}, []),
        ({"missing": "x", "more": 1}, []),
        ({"missing": 7}, []),
        ({"raised": {"type": "T"}}, []),
        ({"raised": {"type": "T", "message": 7, "kinds": []}}, []),
        ({"raised": {"type": "T", "message": "", "kinds": [7]}}, []),
        ({"raised": {"type": "T", "message": "", "kinds": "T"}}, []),
        ({"raised": {"type": "T", "message": "", "kinds": []}, "answer": 7}, []),
        ({"gone": "of its own accord"}, []),
        ({}, []),
    ],
)
def test_everything_else_is_no_reply(body: dict[str, Json], blobs: list[bytes]) -> None:
    """Wrong lengths, further fields, other kinds."""
    with pytest.raises(FormatError):
        reply(body, *blobs)
