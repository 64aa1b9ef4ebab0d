"""Messages on a stream that somebody hostile may hold the other end of."""

import contextlib
import json
import socket
import struct
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from autograder.evidence.frames import Channel, FrameReader, Limits, Message, frame
from autograder.evidence.values import FormatError

SMALL = Limits(header=1000, blobs=1000, count=5)


def raw(header: bytes) -> bytes:
    """A message with any bytes at all as its header."""
    return b"AG1\n" + struct.pack("<I", len(header)) + header


@given(
    st.dictionaries(st.text(max_size=5), st.integers() | st.text(max_size=5), max_size=4),
    st.lists(st.binary(max_size=20), max_size=4),
    st.lists(st.integers(0, 400), max_size=5),
)
def test_any_split_of_the_stream_gives_the_message(
    body: dict[str, object], blobs: list[bytes], cuts: list[int]
) -> None:
    """However the bytes arrive, the message is whole, and nothing is left over."""
    data = frame(body, blobs)
    reader = FrameReader()
    found = []
    for start, end in pairwise(sorted({0, len(data), *(min(cut, len(data)) for cut in cuts)})):
        reader.feed(data[start:end])
        if (message := reader.next()) is not None:
            found.append(message)
    assert found == [Message(json.loads(json.dumps(body)), tuple(blobs))]
    assert reader.empty


@given(st.binary(max_size=200))
def test_garbage_never_becomes_a_message(data: bytes) -> None:
    """Bytes that nobody framed are refused, or wait for more; they are never taken."""
    reader = FrameReader(SMALL)
    with contextlib.suppress(FormatError):
        reader.feed(data)
        assert reader.next() is None


@given(st.binary(max_size=100))
def test_a_framed_header_of_garbage_is_refused(header: bytes) -> None:
    """A header must be an object of body and blobs, whatever else it is."""
    reader = FrameReader(SMALL)
    with pytest.raises(FormatError):
        reader.feed(raw(header))


@pytest.mark.parametrize(
    "header",
    [
        b'{"body":{},"blobs":[-1]}',
        b'{"body":{},"blobs":[true]}',
        b'{"body":{},"blobs":[1.0]}',
        b'{"body":{},"blobs":[9999]}',
        b'{"body":{},"blobs":[0,0,0,0,0,0]}',
        b'{"body":[],"blobs":[]}',
        b'{"body":{},"blobs":[],"more":1}',
        b'{"body":{"x":NaN},"blobs":[]}',
        b'{"body":{"x":1e999},"blobs":[]}',
        b'{"body":{"x":"\\ud800"},"blobs":[]}',
        b'{"body":{"x":' + b"9" * 900 + b'},"blobs":[]',
        b"[" * 500,
        b"\xff\xfe",
    ],
)
def test_a_lying_header_is_refused(header: bytes) -> None:
    """Sizes, counts, constants and nesting are checked before anything is read for them."""
    reader = FrameReader(SMALL)
    with pytest.raises(FormatError):
        reader.feed(raw(header))


def test_a_size_over_the_limit_is_refused_before_the_bytes_come() -> None:
    """Four gigabytes that are only promised take no memory."""
    reader = FrameReader()
    with pytest.raises(FormatError, match="over the limit"):
        reader.feed(b"AG1\n" + struct.pack("<I", 2**32 - 1))


def test_a_second_message_is_seen() -> None:
    """A message that trails another is not lost, and the reader says that it is there."""
    reader = FrameReader()
    reader.feed(frame({"a": 1}) + frame({"b": 2}))
    assert reader.next() == Message({"a": 1})
    assert not reader.empty
    assert reader.next() == Message({"b": 2})


def test_a_channel_ends_with_its_peer() -> None:
    """A closed stream reads as the end, also in the middle of a message."""
    ours, theirs = socket.socketpair()
    with ours:
        channel = Channel(ours)
        Channel(theirs).send({"x": 1}, [b"ab"])
        theirs.sendall(b"AG1\n")
        theirs.close()
        assert channel.receive() == Message({"x": 1}, (b"ab",))
        assert channel.receive() is None


def test_lone_surrogates_are_replaced() -> None:
    """Text that UTF-8 cannot hold is sent as a question mark."""
    reader = FrameReader()
    reader.feed(frame({"text": "a\ud800b"}))
    assert reader.next() == Message({"text": "a?b"})
