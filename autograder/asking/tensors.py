"""Values of Python as evidence, tensors as bytes, and back."""

import enum
import math
import types
from array import array
from collections import OrderedDict, deque
from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import torch

from autograder.evidence.values import (
    DTYPES,
    INTEGER,
    ITEM_BYTES,
    SMALL,
    Array,
    Dtype,
    Key,
    Object,
    Unreadable,
    Value,
)

ANSWER_BYTES = 64 << 20
DEPTH = 12
ITEMS = 200_000
LETTERS = 1_000_000
TENSORS = 1000  # of more than SMALL bytes
SMALL_LETTERS = 3 << 20  # that smaller ones take where they stand among the other values
_LARGE = "too large or nested too deeply"
# What torch holds and can hardly count with, as what it can.
_WIDER = {
    torch.uint16: torch.int64, torch.uint32: torch.int64, torch.uint64: torch.int64,
    torch.float8_e4m3fn: torch.float32, torch.float8_e5m2: torch.float32,
}  # fmt: skip
_VIEWS: tuple[Any, ...] = (type({}.keys()), type({}.values()))


def freeze(value: Any, *, asking: bool = False) -> Value:
    """A value as evidence: numbers, text, bytes, lists, dicts, sets, dtypes, tensors as bytes.

    What holds plain data is read as such, without a method of the student's: subclasses of these,
    members of an Enum by their values, ranges, named tuples, NumPy's arrays, pandas' columns.
    Tuples become lists.  Where it is asked with, they stay tuples and NumPy's arrays NumPy's, and
    objects of a box may be in it.
    """
    return _Freezer(asking=asking).read(value, 0)


class _Freezer:
    """How much of what may still be read into one answer."""

    def __init__(self, *, asking: bool) -> None:
        self.asking = asking
        self.bytes, self.items, self.letters, self.tensors = ANSWER_BYTES, ITEMS, LETTERS, TENSORS
        self.small = SMALL_LETTERS

    def read(self, value: Any, depth: int) -> Value:
        """One value, and those in it."""
        self.items -= 1
        if depth > DEPTH or self.items < 0:
            return Unreadable(_LARGE)
        kind = type(value)
        if value is None or kind in (bool, float):
            return value  # type: ignore[no-any-return]
        if issubclass(kind, (torch.Tensor, np.ndarray, np.generic, array, complex)):
            return self._array(value, depth)
        if issubclass(kind, enum.Enum):
            return self.read(value._value_, depth + 1)
        if issubclass(kind, (int, float)):
            return int.__index__(value) if issubclass(kind, int) else float.__float__(value)
        if issubclass(kind, (str, bytes, bytearray)):
            return self._text(value)
        if kind in (torch.dtype, torch.device) or issubclass(kind, np.dtype):
            return _described(value)
        if self.asking and kind in (Object, slice, types.EllipsisType):
            return value  # type: ignore[no-any-return]
        if issubclass(kind, (dict, torch.nn.ParameterDict)):
            return self._pairs(value, depth)
        return self._list(value, depth)

    def _list(self, value: Any, depth: int) -> Value:
        kind = type(value)
        for plain in (set, frozenset):
            if issubclass(kind, plain):
                return self._set(list(plain.__iter__(value)))
        for plain in (list, tuple, range, deque, torch.nn.ParameterList, *_VIEWS):
            if issubclass(kind, plain):
                if plain.__len__(value) > self.items:
                    return Unreadable(_LARGE)
                held = [self.read(item, depth + 1) for item in plain.__iter__(value)]
                return tuple(held) if self.asking and plain is tuple else held
        if kind.__module__.partition(".")[0] == "pandas" and hasattr(value, "to_numpy"):
            return self.read(value.to_numpy(), depth)
        return _other(kind)

    def _pairs(self, value: Any, depth: int) -> Value:
        # The order of an OrderedDict is its own.
        ordered = OrderedDict if issubclass(type(value), OrderedDict) else dict
        plain: Any = dict(value.items()) if isinstance(value, torch.nn.ParameterDict) else value
        if dict.__len__(plain) > self.items:
            return Unreadable(_LARGE)
        keys = list(ordered.__iter__(plain) if plain is value else plain)
        names = [self._key(key, depth + 1) for key in keys]
        if self.letters < 0 or len(names) > self.items:
            return Unreadable("too long")
        if len(set(names)) < len(names):
            return Unreadable("a dict with two keys that read alike")
        return {
            name: self.read(dict.__getitem__(plain, key), depth + 1)
            for name, key in zip(names, keys, strict=True)
        }

    def _set(self, held: list[Any]) -> Value:
        if len(held) > self.items:
            return Unreadable(_LARGE)
        self.items -= len(held)
        keys = {self._key(one, 1) for one in held}
        if min(self.letters, self.items) < 0:
            return Unreadable("too long")
        return keys if len(keys) == len(held) else Unreadable("a set of which two read alike")

    def _key(self, key: Any, depth: int) -> Key:
        """A key of a dict, or an element of a set; what is neither number nor text is its text."""
        kind = type(key)
        self.items -= not issubclass(kind, str)
        if issubclass(kind, enum.Enum):
            return self._key(key._value_, depth)
        if issubclass(kind, np.generic):
            return self._key(key.item(), depth)
        if issubclass(kind, tuple) and depth <= DEPTH:
            return tuple(self._key(part, depth + 1) for part in tuple.__iter__(key))
        if key is None or kind is bool or (issubclass(kind, float) and math.isfinite(key)):
            return key  # type: ignore[no-any-return]
        if issubclass(kind, int) and abs(int.__index__(key)) < INTEGER:
            return int.__index__(key)
        plain: str | bytes = bytes(key) if issubclass(kind, bytes) else str(key)
        self.letters -= len(plain)
        return plain

    def _text(self, value: Any) -> Value:
        plain = str.__str__(value) if isinstance(value, str) else bytes(memoryview(value))
        self.letters -= len(plain)
        return Unreadable("too long") if self.letters < 0 else plain

    def _array(self, value: Any, depth: int) -> Value:
        if isinstance(value, np.generic) and value.dtype.kind in "biufc":
            return self.read(value.item(), depth)
        if isinstance(value, complex):
            return self._tensor(torch.tensor(complex.__complex__(value), dtype=torch.complex128))
        if isinstance(value, torch.Tensor):
            return self._tensor(value)
        held = np.asarray(value)
        if held.dtype.kind in "OUS" and held.size <= self.items:
            return self.read(held.tolist(), depth)
        found = _from_numpy(held)
        if found is None:
            return Unreadable(_dtype(held.dtype))
        read = self._tensor(found)
        return replace(read, numpy=True) if self.asking and isinstance(read, Array) else read

    def _tensor(self, value: torch.Tensor) -> Value:
        with torch._C.DisableTorchFunctionSubclass(), torch.no_grad():  # noqa: SLF001 - there is no other
            wider = _WIDER.get(value.dtype, value.dtype)
            name = str(wider).removeprefix("torch.")
            if value.is_meta or value.is_nested:
                return Unreadable(f"a {'nested tensor' if value.is_nested else 'meta tensor'}")
            if value.is_quantized or name not in ITEM_BYTES:
                return Unreadable(_dtype(value.dtype))
            size = value.numel() * ITEM_BYTES[name]
            self.bytes -= size
            self.tensors -= size > SMALL
            self.small -= 2 * size + 60 if size <= SMALL else 0
            if min(self.bytes, self.tensors, self.small) < 0:
                return Unreadable("too large, or too many tensors")
            dense = value.detach() if value.layout is torch.strided else value.detach().to_dense()
            plain = dense.to(wider).resolve_conj().resolve_neg().cpu().contiguous()
            if value.dtype is torch.uint64 and bool((plain < 0).any()):
                return Unreadable("a tensor of whole numbers beyond 63 bits")
            data = plain.reshape(-1).view(torch.uint8).numpy().tobytes() if plain.numel() else b""
        return Array(name, tuple(value.shape), data)


def _from_numpy(value: np.ndarray) -> torch.Tensor | None:
    if value.dtype.kind not in "biufc":
        return None
    # Of another machine's order, or wider than torch has.
    native = value.astype(value.dtype.newbyteorder("="), copy=False)
    if native.dtype.kind == "f" and native.dtype.itemsize > 8:
        native = native.astype(np.float64)
    try:
        return torch.from_numpy(np.ascontiguousarray(native).reshape(value.shape))
    except TypeError:  # wider complex numbers
        return None


def _described(value: Any) -> Value:
    """A data type or a device by its name."""
    if isinstance(value, torch.device):
        return f"{value}"
    name = str(value).removeprefix("torch.")
    return Dtype(name) if name in DTYPES else Unreadable(f"the data type {name}"[:100])


def _dtype(dtype: object) -> str:
    return f"an array of dtype {str(dtype).removeprefix('torch.')}"[:100]


def _other(kind: type) -> Unreadable:
    return Unreadable(f"a {kind.__name__}")


def unreadable(value: Value) -> Unreadable | None:
    """The first thing in a value that could not be read, if there is one."""
    if isinstance(value, Unreadable):
        return value
    held: Iterable[Value] = ()
    if isinstance(value, (list, tuple, dict)):
        held = value.values() if isinstance(value, dict) else value
    return next((found for one in held if (found := unreadable(one)) is not None), None)


def thaw(value: Value, device: str = "cpu", objects: Sequence[Any] = ()) -> Any:
    """An evidence value with torch tensors, on the device, where arrays were.

    Raises IndexError where it names an object that is not among the given ones.
    """
    match value:
        case Array(numpy=True):
            return _thawed(value).numpy()
        case Array():
            return _thawed(value).to(device)
        case list() | tuple():
            return type(value)(thaw(item, device, objects) for item in value)
        case dict():
            return {key: thaw(item, device, objects) for key, item in value.items()}
        case Dtype(name):
            return getattr(torch, name)
        case Object(number):
            return objects[number]
        case slice():
            ends = (value.start, value.stop, value.step)
            return slice(*(thaw(end, device, objects) for end in ends))
    return value


def _thawed(array: Array) -> torch.Tensor:
    dtype: torch.dtype = getattr(torch, array.dtype)
    if not array.data:
        return torch.empty(array.shape, dtype=dtype)
    stored = torch.uint8 if dtype is torch.bool else dtype
    flat = torch.frombuffer(bytearray(array.data), dtype=stored)
    # Booleans as bytes, since any but 0 and 1 would be undefined; all else aligned as tensors are,
    # since some sums depend on it.
    return (flat != 0 if dtype is torch.bool else flat.clone()).reshape(array.shape)
