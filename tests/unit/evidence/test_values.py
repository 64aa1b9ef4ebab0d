"""The closed set of values, and every way to lie about them."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from autograder.evidence.values import (
    DTYPES,
    ITEM_BYTES,
    Array,
    Dtype,
    FormatError,
    Object,
    Unreadable,
    Value,
    decode,
    encode,
)

_shapes = st.lists(st.integers(0, 4), max_size=4).map(tuple)


@st.composite
def arrays(draw: st.DrawFn) -> Array:
    """Arrays of any dtype and small shape, with any bytes."""
    dtype = draw(st.sampled_from(sorted(ITEM_BYTES)))
    shape = draw(_shapes)
    size = math.prod(shape) * ITEM_BYTES[dtype]
    return Array(dtype, shape, draw(st.binary(min_size=size, max_size=size)))


keys = st.recursive(
    st.none() | st.integers(-9, 9) | st.text(max_size=5) | st.binary(max_size=99),
    lambda inner: st.lists(inner, max_size=3).map(tuple),
    max_leaves=4,
)
values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**62), 2**62)
    | st.floats()
    | st.text(max_size=10)
    | arrays()
    | st.binary(max_size=99)
    | st.sets(keys, max_size=1)
    | st.sampled_from(sorted(DTYPES)).map(Dtype)
    | st.builds(Unreadable, st.text(max_size=20)),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(keys, inner),
    max_leaves=10,
)


@given(values)
def test_what_is_written_is_read(value: Value) -> None:
    """Every value of the closed set comes back as it was, bit for bit."""
    assert repr(decode(*encode(value))) == repr(value)


@pytest.mark.parametrize(
    ("tree", "blobs"),
    [
        ({"array": ["float32", [2], 0]}, [b"1234567"]),
        ({"array": ["float32", [2], 0]}, []),
        ({"array": ["float32", [-1, -2], 0]}, [b"12345678"]),
        ({"array": ["float32", [True], 0]}, [b"1234"]),
        ({"array": ["float32", [2.0], 0]}, [b"12345678"]),
        ({"array": ["float32", [1] * 17, 0]}, [b"1234"]),
        ({"array": ["object", [1], 0]}, [b"12345678"]),
        ({"array": ["float32", [1], True]}, [b"1234", b"1234"]),
        ({"array": ["float32", [2**40, 2**40], 0]}, [b""]),
        ([{"array": ["float32", [1], 0]}, {"array": ["float32", [1], 0]}], [b"1234"]),
        ({"array": ["float32", [0, 2**62, 2**62], 0]}, [b""]),
        (None, [b"unused"]),
        ({"dict": [["a", 1], ["a", 2]]}, []),
        ({"dict": [[[1], 2]]}, []),
        ({"dict": [[{"float": "nan"}, 2]]}, []),
        ({"dict": [[1, 2], [True, 2]]}, []),
        ({"set": [1, 1]}, []),
        ({"set": [{"dict": []}]}, []),
        ({"set": 1}, []),
        ({"tuple": {"dict": []}}, []),
        ({"bytes": "0"}, []),
        ({"bytes": 0}, []),
        ({"bytes": "00" * 65}, []),
        ({"dtype": "float99"}, []),
        ({"numpy": ["float32", [0], ""]}, []),
        ({"object": 0}, []),
        ({"slice": [0, 1, None]}, []),
        ({"slice": "..."}, []),
        ({"dict": [], "array": []}, []),
        ({"pickle": "gASVAAAA"}, []),
        ({}, []),
        ({"float": "1e5"}, []),
        (2**70, []),
        (math.nan, []),
        ({"unreadable": 3}, []),
    ],
)
def test_a_lie_is_refused(tree: object, blobs: list[bytes]) -> None:
    """Wrong sizes, shapes, dtypes, tags and blobs are each refused with the format's own error."""
    with pytest.raises(FormatError):
        decode(tree, blobs)


def test_only_a_question_names_objects() -> None:
    """An answer with an object of ours, or with an array that is to be NumPy's, is no evidence."""
    asked: list[Value] = [
        Object(3),
        Array("bool", (1,), b"1", numpy=True),
        (1, (2,), slice(1, None)),
    ]
    asked += [slice(Object(0), None, 2), ...]
    assert decode(*encode(asked), asked=True) == asked
    for lie in (*asked[:2], *asked[3:]):
        with pytest.raises(FormatError):
            decode(*encode(lie))


def test_depth_and_number_are_bounded() -> None:
    """Neither deep nesting nor a flood of items gets through."""
    deep: object = 1
    for _ in range(30):
        deep = [deep]
    with pytest.raises(FormatError, match="deep"):
        decode(deep, [])
    with pytest.raises(FormatError, match="many"):
        decode([0] * 300_000, [])


def test_what_cannot_cross_is_said_to_be_unreadable() -> None:
    """A value outside the closed set becomes a word about it, not an error."""
    assert decode(*encode([2**80])) == [Unreadable("an integer beyond 64 bits")]
    assert decode(*encode([object()])) == [Unreadable("a object")]  # type: ignore[list-item]
