"""Values that may cross: a closed set, as a JSON tree and the raw bytes of its arrays.

null, true, 7, 0.5, "text", [..]      themselves; numbers are finite
{"dict": [[key, tree], ..]}           keys are null, true, numbers, text, bytes, or tuples of these
{"set": [key, ..]}                    each once, as in a dict
{"tuple": [tree, ..]}                 in an answer only in a key; else it comes as a list
{"array": [dtype, shape, blob]}       blob is an index; its bytes are C-ordered, little endian
{"array": [dtype, shape, "00ff.."]}   of a small one the bytes themselves, in hexadecimal
{"bytes": blob | "00ff.."}            likewise
{"dtype": "float32"}                  as torch names it
{"float": "nan" | "inf" | "-inf"}     what JSON cannot say
{"unreadable": reason}                an answer exists and is none of the above

In a question alone:

{"numpy": [dtype, shape, ..]}         an array that becomes one of NumPy's
{"object": number}                    an object that lives in the box
{"slice": [tree, tree, tree]}         and {"slice": "..."}: what stands between brackets
"""

import json
import math
import types
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
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
DTYPES = {
    *ITEM_BYTES, "uint16", "uint32", "uint64", "float8_e4m3fn", "float8_e5m2", "complex32",
}  # fmt: skip
_FLOATS = {"nan": math.nan, "inf": math.inf, "-inf": -math.inf}


class FormatError(ValueError):
    """What was sent is not evidence."""


@dataclass(frozen=True, slots=True)
class Array:
    """A tensor as it crosses: its dtype as torch names it, its shape, its bytes in C order."""

    dtype: str
    shape: tuple[int, ...]
    data: bytes
    numpy: bool = False  # it becomes an array of NumPy's


@dataclass(frozen=True, slots=True)
class Dtype:
    """A data type, as torch names it."""

    name: str


@dataclass(frozen=True, slots=True)
class Object:
    """An object that lives in the box, by its number."""

    number: int


@dataclass(frozen=True, slots=True)
class Unreadable:
    """An answer that cannot cross, and what it is."""

    reason: str


Key: TypeAlias = bool | int | float | str | bytes | tuple["Key", ...] | None
Value: TypeAlias = (
    bool | int | float | str | bytes | list["Value"] | tuple[Any, ...] | dict[Any, "Value"]
    | set[Any] | Array | Dtype | Object | Unreadable | slice | types.EllipsisType | None
)  # fmt: skip


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
        case tuple():
            return {"tuple": [_encode(item, blobs, depth + 1) for item in value]}
        case dict():
            keys = [_encode(key, blobs, depth + 1) for key in value]
            held = [_encode(one, blobs, depth + 1) for one in value.values()]
            return {"dict": [list(pair) for pair in zip(keys, held, strict=True)]}
        case set():
            # In one order: of text, a set's own changes from run to run.
            keys = [_encode(key, blobs, depth + 1) for key in value]
            return {"set": sorted(keys, key=json.dumps)}
    return _tagged(value, blobs)


def _tagged(value: Value, blobs: list[bytes]) -> Json:
    """What holds no other value."""
    match value:
        case Array(dtype, shape, data):
            tag = "numpy" if value.numpy else "array"
            return {tag: [dtype, list(shape), _stored(data, blobs)]}
        case bytes():
            return {"bytes": _stored(value, blobs)}
        case Dtype(name):
            return {"dtype": name}
        case Object(number):
            return {"object": number}
        case slice():
            return {
                "slice": [_encode(one, blobs, 1) for one in (value.start, value.stop, value.step)]
            }
        case types.EllipsisType():
            return {"slice": "..."}
        case Unreadable():
            return {"unreadable": value.reason[:200]}
    return {"unreadable": f"a {type(value).__name__}"}


def _stored(data: bytes, blobs: list[bytes]) -> str | int:
    """Short bytes as text, others as the place of a blob."""
    if len(data) <= SMALL:
        return data.hex()
    blobs.append(data)
    return len(blobs) - 1


def decode(tree: Json, blobs: Sequence[bytes], *, asked: bool = False) -> Value:
    """The value of a tree and its blobs; only one that is asked with may name objects.

    Raises FormatError on anything outside the format: unknown tags, wrong lengths, a blob used
    twice or not at all, too many items, too deep a nesting.
    """
    reader = _Reader(blobs, asked=asked)
    value = reader.read(tree, 0)
    if reader.unused:
        raise FormatError(f"{len(reader.unused)} blobs belong to nothing")
    return value


class _Reader:
    def __init__(self, blobs: Sequence[bytes], *, asked: bool) -> None:
        self.blobs = blobs
        self.asked = asked
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
            case {"set": list(keys), **rest} if not rest:
                return self._set(keys, depth)
            case {"tuple": list(items), **rest} if not rest:
                return tuple(self.read(item, depth + 1) for item in items)
            case dict() if len(tree) == 1:
                return self._tagged(*next(iter(tree.items())))
        raise FormatError(f"a {type(tree).__name__} that is no value")

    def _tagged(self, tag: str, told: Json) -> Value:
        match tag, told:
            case "array", [str(dtype), list(shape), int() | str() as place]:
                return self._array(dtype, shape, place)
            case "bytes", int() | str() as place:
                return self._data(place)
            case "dtype", str(name) if name in DTYPES:
                return Dtype(name)
            case "float", ("nan" | "inf" | "-inf") as name:
                return _FLOATS[name]
            case "unreadable", str(reason):
                return Unreadable(reason[:200])
            case "numpy", [str(dtype), list(shape), int() | str() as place] if self.asked:
                return replace(self._array(dtype, shape, place), numpy=True)
            case "object", int(number) if self.asked and type(number) is int:
                return Object(number)
            case "slice", [start, stop, step] if self.asked:
                return slice(*(self.read(one, DEPTH) for one in (start, stop, step)))
            case "slice", "..." if self.asked:
                return ...
        raise FormatError("a dict that is no value")

    def _set(self, keys: list[Json], depth: int) -> set[Key]:
        found = {_as_key(self.read(key, depth + 1)) for key in keys}
        if len(found) < len(keys):
            raise FormatError("a set holds something twice")
        return found

    def _dict(self, pairs: list[Json], depth: int) -> dict[Key, Value]:
        values: dict[Key, Value] = {}
        for pair in pairs:
            match pair:
                case [str(text), tree] if text not in values:
                    values[text] = self.read(tree, depth + 1)
                case [told, tree] if (key := _as_key(self.read(told, depth + 1))) not in values:
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
        data = self._data(place)
        expected = math.prod(shape) * ITEM_BYTES[dtype]
        if len(data) != expected:
            raise FormatError(f"an array of {expected} bytes came as {len(data)}")
        return Array(dtype, tuple(shape), data)

    def _data(self, place: int | str) -> bytes:
        return _written(place) if isinstance(place, str) else self._blob(place)

    def _blob(self, place: int) -> bytes:
        if type(place) is not int or place not in self.unused:
            raise FormatError("an array names a blob that is not there or was used before")
        self.unused.remove(place)
        return bytes(self.blobs[place])


def _as_key(value: Value) -> Key:
    match value:
        case None | bool() | int() | float() | str() | bytes() if value == value:  # but nan
            return value
        case tuple():
            return tuple(map(_as_key, value))
    raise FormatError(f"a key that is a {type(value).__name__}")


def _written(text: str) -> bytes:
    """The bytes of a small array."""
    if len(text) <= 2 * SMALL and not text.strip("0123456789abcdef"):
        with suppress(ValueError):  # half a byte
            return bytes.fromhex(text)
    raise FormatError("an array whose bytes are no short hexadecimal text")
