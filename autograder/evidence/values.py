"""Values that may cross: a closed set, as a JSON tree and the raw bytes of its arrays.

null, true, 7, 0.5, "text", [..]      themselves; numbers are finite
{"dict": [[key, tree], ..]}           keys are text, each once
{"array": [dtype, shape, blob]}       blob is an index; its bytes are C-ordered, little endian
{"array": [dtype, shape, "00ff.."]}   of a small one the bytes themselves, in hexadecimal
{"float": "nan" | "inf" | "-inf"}     what JSON cannot say
{"unreadable": reason}                an answer exists and is none of the above
"""

import math
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, TypeAlias

Json: TypeAlias = Any

DEPTH = 20
ITEMS = 250_000
INTEGER = 2**63
DIMENSIONS = 16
SMALL = 64  # bytes of an array that needs no blob
ITEM_BYTES = {
    "bool": 1,
    "uint8": 1,
    "int8": 1,
    "int16": 2,
    "int32": 4,
    "int64": 8,
    "float16": 2,
    "bfloat16": 2,
    "float32": 4,
    "float64": 8,
    "complex64": 8,
    "complex128": 16,
}
_FLOATS = {"nan": math.nan, "inf": math.inf, "-inf": -math.inf}


class FormatError(ValueError):
    """What was sent is not evidence."""


@dataclass(frozen=True, slots=True)
class Array:
    """A tensor as it crosses: its dtype as torch names it, its shape, its bytes in C order."""

    dtype: str
    shape: tuple[int, ...]
    data: bytes


@dataclass(frozen=True, slots=True)
class Unreadable:
    """An answer that cannot cross, and what it is."""

    reason: str


Value: TypeAlias = (
    bool | int | float | str | list["Value"] | dict[str, "Value"] | Array | Unreadable | None
)


def encode(value: Value) -> tuple[Json, list[bytes]]:
    """The tree and the blobs of a value; what is outside the closed set becomes unreadable."""
    blobs: list[bytes] = []
    return _encode(value, blobs, 0), blobs


def _encode(value: Value, blobs: list[bytes], depth: int) -> Json:
    if depth > DEPTH:
        return {"unreadable": "nested too deeply"}
    match value:
        case None | bool() | str():
            return value
        case int():
            return value if abs(value) < INTEGER else {"unreadable": "an integer beyond 64 bits"}
        case float():
            return value if math.isfinite(value) else {"float": str(value)}
        case list():
            return [_encode(item, blobs, depth + 1) for item in value]
        case dict():
            return {"dict": [[key, _encode(value[key], blobs, depth + 1)] for key in value]}
        case Array(dtype, shape, data) if len(data) <= SMALL:
            return {"array": [dtype, list(shape), data.hex()]}
        case Array():
            blobs.append(value.data)
            return {"array": [value.dtype, list(value.shape), len(blobs) - 1]}
        case Unreadable():
            return {"unreadable": value.reason[:200]}
    return {"unreadable": f"a {type(value).__name__}"}


def decode(tree: Json, blobs: Sequence[bytes]) -> Value:
    """The value of a tree and its blobs.

    Raises FormatError on anything outside the format: unknown tags, wrong lengths, a blob used
    twice or not at all, too many items, too deep a nesting.
    """
    reader = _Reader(blobs)
    value = reader.read(tree, 0)
    if reader.unused:
        raise FormatError(f"{len(reader.unused)} blobs belong to nothing")
    return value


class _Reader:
    def __init__(self, blobs: Sequence[bytes]) -> None:
        self.blobs = blobs
        self.unused = set(range(len(blobs)))
        self.items = 0

    def read(self, tree: Json, depth: int) -> Value:
        self.items += 1
        if depth > DEPTH or self.items > ITEMS:
            raise FormatError("nested too deeply" if depth > DEPTH else "too many items")
        match tree:
            case None | bool() | str():
                return tree
            case int() if abs(tree) < INTEGER:
                return tree
            case float() if math.isfinite(tree):
                return tree
            case list():
                return [self.read(item, depth + 1) for item in tree]
            case {"dict": list(pairs), **rest} if not rest:
                return self._dict(pairs, depth)
            case {"array": [str(dtype), list(shape), int() | str() as place], **rest} if not rest:
                return self._array(dtype, shape, place)
            case {"float": ("nan" | "inf" | "-inf") as name, **rest} if not rest:
                return _FLOATS[name]
            case {"unreadable": str(reason), **rest} if not rest:
                return Unreadable(reason[:200])
        raise FormatError(f"a {type(tree).__name__} that is no value")

    def _dict(self, pairs: list[Json], depth: int) -> dict[str, Value]:
        values: dict[str, Value] = {}
        for pair in pairs:
            match pair:
                case [str(key), tree] if key not in values:
                    values[key] = self.read(tree, depth + 1)
                case _:
                    raise FormatError("a dict holds something that is no pair, or a key twice")
        return values

    def _array(self, dtype: str, shape: list[Json], place: int | str) -> Array:
        if dtype not in ITEM_BYTES:
            raise FormatError(f"unknown dtype {dtype[:20]!r}")
        if len(shape) > DIMENSIONS or any(type(size) is not int or size < 0 for size in shape):
            raise FormatError("a shape is not a short list of sizes")
        if math.prod(size for size in shape if size) >= INTEGER:
            raise FormatError("a shape is too large for any tensor")
        data = _written(place) if isinstance(place, str) else self._blob(place)
        expected = math.prod(shape) * ITEM_BYTES[dtype]
        if len(data) != expected:
            raise FormatError(f"an array of {expected} bytes came as {len(data)}")
        return Array(dtype, tuple(shape), data)

    def _blob(self, place: int) -> bytes:
        if type(place) is not int or place not in self.unused:
            raise FormatError("an array names a blob that is not there or was used before")
        self.unused.remove(place)
        return bytes(self.blobs[place])


def _written(text: str) -> bytes:
    """The bytes of a small array."""
    if len(text) <= 2 * SMALL and not text.strip("0123456789abcdef"):
        with suppress(ValueError):  # half a byte
            return bytes.fromhex(text)
    raise FormatError("an array whose bytes are no short hexadecimal text")
