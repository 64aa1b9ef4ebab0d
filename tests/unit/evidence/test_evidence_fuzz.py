"""The readers of evidence, given what nobody would send who means well."""

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from autograder.evidence.frames import FrameReader, Limits, frame
from autograder.evidence.values import FormatError, decode, encode

SMALL = Limits(header=2000, blobs=2000, count=5)
PREFIX = 8

_words = st.sampled_from(
    ["dict", "array", "float", "unreadable", "body", "blobs", "float32", "nan"]
)
_leaves = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.integers(-2, 9)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(max_size=5)
    | _words
)
json_trees = st.recursive(
    _leaves,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(_words, inner, max_size=2),
    max_leaves=20,
)
_arrays = st.builds(
    lambda dtype, shape, blob: {"array": [dtype, shape, blob]},
    st.sampled_from(["float32", "bool", "int8", "bfloat16", "object", ""]),
    st.lists(st.integers(-1, 4) | st.sampled_from([2**31, 2**62, True, 1.0]), max_size=4),
    st.integers(-1, 3) | st.booleans(),
)
near_trees = st.recursive(
    _arrays | _leaves,
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.lists(st.tuples(st.text(max_size=2), inner).map(list)).map(lambda it: {"dict": it})
    ),
    max_leaves=6,
)
blobs = st.lists(st.binary(max_size=20), max_size=3)


@st.composite
def damaged(draw: st.DrawFn) -> bytes:
    """Two good messages, with a few bytes changed, lost, added or repeated."""
    bodies = st.dictionaries(_words, json_trees, max_size=2)
    data = bytearray(b"".join(frame(draw(bodies), draw(blobs)) for _ in range(2)))
    for _ in range(draw(st.integers(0, 4))):
        start = draw(st.integers(0, len(data)))
        end = draw(st.integers(start, min(len(data), start + 9)))
        data[start:end] = draw(st.binary(max_size=6) | st.just(bytes(data[start:end] * 2)))
    return bytes(data)


@given(damaged(), st.integers(1, 100))
def test_a_damaged_stream_is_read_or_refused(data: bytes, step: int) -> None:
    """Messages come out, or the format's own error; and no more is held than the limits allow."""
    reader = FrameReader(SMALL)
    try:
        for start in range(0, len(data), step):
            reader.feed(data[start : start + step])
            while (message := reader.next()) is not None:
                assert sum(map(len, message.blobs)) <= SMALL.blobs
                assert len(message.blobs) <= SMALL.count
            assert reader.wanted <= PREFIX + SMALL.header + SMALL.blobs
            assert len(reader._buffer) <= PREFIX + SMALL.header + SMALL.blobs + step
    except FormatError:
        return


@given(json_trees | near_trees, blobs)
def test_any_tree_is_evidence_or_refused(tree: Any, blobs: list[bytes]) -> None:
    """What is accepted is a value of the closed set, and crosses a second time unchanged."""
    try:
        value = decode(tree, blobs)
    except FormatError:
        return
    again = decode(*encode(value))
    assert repr(again) == repr(value)


@given(st.dictionaries(st.text(max_size=5), json_trees, max_size=3), blobs)
def test_what_is_framed_is_read(body: dict[str, Any], blobs: list[bytes]) -> None:
    """Any body, and any blobs, come out of a reader as they went in."""
    reader = FrameReader()
    reader.feed(frame(body, blobs))
    message = reader.next()
    assert message is not None
    assert (message.body, list(message.blobs)) == (body, blobs)
    assert reader.empty
