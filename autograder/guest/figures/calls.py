"""Calls on axes that were written down: what kind they are, and which kinds have succeeded.

A call's kind is all that decides whether it succeeds: of data to be plotted, their types and
shapes; of texts, whether they are shown; of everything else, the value.
"""

import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from math import isfinite
from types import FrameType
from typing import Any

import numpy as np
import torch

Call = tuple[str, tuple[Any, ...], dict[str, Any]]
Kind = tuple[Any, ...]
Node = dict[Kind, Any]  # kinds that were tried: those that may follow each, None if it failed

CURVES = {"plot", "scatter", "step", "semilogx", "semilogy", "loglog"}
LINES = {"axhline", "axvline"}
TITLES = {"set_title", "set_xlabel", "set_ylabel"}
VARIANTS = 8  # with ever other calls, a loop is better off without trials
_TEXTS = {"label", "title", "xlabel", "ylabel"}
_FINITE = {0, "x", "y"}
_SCALARS = {bool, int, float, str, type(None)}
_NUMBERS = {float, int, np.float64, np.float32, np.int64}


class Unsure(Exception):  # noqa: N818 - no error: it may succeed or not
    """From its kind, nobody can tell whether a call succeeds."""


@dataclass(frozen=True, slots=True)
class Returned:
    """What the call of this number returns; only pyplot gets it, for `_sci`."""

    call: int


def taken(call: Call) -> tuple[Kind, Call]:
    """The kind of a call, and the call with copies of what it was given.  Raises Unsure.

    Of the lengths of data, only those that are equal in one call belong to its kind.
    """
    name, arguments, options = call
    lengths: dict[int, int] = {}
    described: list[Kind] = [(name,)]

    def take(place: int | str, value: Any) -> Any:
        description: Kind
        copy: Any
        if type(value) is str and (place in _TEXTS or (place == 0 and name in TITLES)):
            description, copy = ("text", value == "", value.startswith("_")), value
        elif name in CURVES and type(place) is int and type(value) not in _SCALARS:
            description, copy = _data(value, lengths)
        elif name in LINES and place in _FINITE and type(value) is float and isfinite(value):
            description, copy = ("finite",), value
        else:
            description, copy = _exact(value)
        described.append((place, description))
        return copy

    given = tuple(take(place, value) for place, value in enumerate(arguments))
    chosen = {key: take(key, value) for key, value in options.items()}
    return tuple(described), (name, given, chosen)


def _data(value: Any, lengths: dict[int, int]) -> tuple[Kind, Any]:
    """Kind and shape of numbers to be plotted, and a copy of them.  Raises Unsure."""
    kind = type(value)
    if kind is torch.Tensor:
        if value.requires_grad or value.device.type != "cpu" or value.layout is not torch.strided:
            raise Unsure
        copy, dtype, shape = value.clone(), str(value.dtype), tuple(value.shape)
    elif kind is np.ndarray and value.dtype.kind in "fiu":
        copy, dtype, shape = value.copy(), value.dtype.str, value.shape
    elif kind is range or (kind is list and set(map(type, value)) <= _NUMBERS):
        dtype, shape = np.asarray(value).dtype.str, (len(value),)
        copy = value if kind is range else list(value)
    else:
        raise Unsure
    if not 1 <= len(shape) <= 2:
        raise Unsure
    length = lengths.setdefault(shape[0], len(lengths))
    return (kind.__name__, dtype, length, min(shape[0], 2), shape[1:]), copy


def _exact(value: Any) -> tuple[Kind, Any]:
    """A plain value by itself, and a copy of it.  Raises Unsure."""
    kind = type(value)
    if kind in _SCALARS or kind is Returned:
        return (kind.__name__, value), value
    if kind is tuple or kind is list:
        parts = [_exact(one) for one in value]
        return (kind.__name__, *(part[0] for part in parts)), kind(part[1] for part in parts)
    if kind is dict:
        pairs = {key: _exact(one) for key, one in value.items()}
        described = ("dict", *((key, pair[0]) for key, pair in pairs.items()))
        return described, {key: pair[1] for key, pair in pairs.items()}
    raise Unsure


def follow(node: Node, kind: Kind, attempt: Callable[[], None]) -> Node:
    """What is known to come after a call, tried now if it never was.  Raises Unsure."""
    if kind not in node:
        if len(node) == VARIANTS:
            raise Unsure
        node[kind] = {} if _succeeds(attempt) else None
    following: Node | None = node[kind]
    if following is None:
        raise Unsure
    return following


def _succeeds(attempt: Callable[[], None]) -> bool:
    """Whether an attempt raises nothing and warns of nothing."""
    told: list[object] = []
    with _telling(lambda *warning, **_: told.append(warning)):
        try:
            attempt()
        except Exception:
            return False
    return not told


@contextmanager
def _telling(tell: Callable[..., object]) -> Iterator[None]:
    """Have warnings told otherwise; those of which this module seems the cause, each time."""
    globals().pop("__warningregistry__", None)
    kept, warnings.showwarning = warnings.showwarning, tell  # type: ignore[assignment]  # any sink
    try:
        yield
    finally:
        warnings.showwarning = kept


def apply(axes: Any, call: Call, values: list[Any]) -> Any:
    """Make a call on axes; `values` are what the calls before it returned, and now this one."""
    name, arguments, options = call
    given = (values[one.call] if type(one) is Returned else one for one in arguments)
    values.append(getattr(axes, name)(*given, **options))
    return values[-1]


def apply_for(caller: FrameType, axes: Any, call: Call) -> Any:
    """Make a call for the code that plots, which warnings then name as their place, not us."""
    show = warnings.showwarning

    def tell(message: Any, category: Any, filename: str, lineno: int, *place: Any) -> None:
        if filename != __file__:
            show(message, category, filename, lineno, *place)
            return
        code, names = caller.f_code, caller.f_globals
        registry = names.setdefault("__warningregistry__", {})
        module = names.get("__name__")
        with _telling(show):
            warnings.warn_explicit(
                message, category, code.co_filename, caller.f_lineno, module, registry
            )

    with _telling(tell):
        return apply(axes, call, [])
