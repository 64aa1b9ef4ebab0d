"""Axes that are made when somebody looks: until then the calls on them are only written down.

    fig, ax = plt.subplots()      ax is empty, and knows where it would stand
    ax.plot(losses, label="a")    written down, with a copy of the losses
    plt.show()                    the figure is frozen with what is written down: 1 ms instead of 12
    clear_output(True)            ... and thrown away unmade, or else made, drawn and shown

A live plot makes such a figure at every epoch, and all but the last are thrown away.  A call is
written down only if it is sure to succeed in silence and if its value is thrown away by the code
that makes it.  Sure is what was tried: the same calls in the same order, on axes of the same kind,
have been made on a sketch before, with other numbers.  At anything else the axes are made, with
what was written down, and are ordinary axes ever after.
"""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import wraps
from opcode import opmap
from types import FrameType
from typing import Any, ClassVar

import matplotlib as mpl
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.gridspec import GridSpec, SubplotSpec
from matplotlib.projections import register_projection

from autograder.guest.figures.calls import (
    CURVES,
    LINES,
    TITLES,
    VARIANTS,
    Call,
    Node,
    Returned,
    Unsure,
    apply,
    apply_for,
    follow,
    taken,
)

_OTHERS = {"set", "legend", "grid", "set_xscale", "set_yscale", "set_xlim", "set_ylim", "_sci"}
_RECORDED = CURVES | LINES | TITLES | _OTHERS
# What figures read and write of axes that nobody has looked at.
_READ = {"get_subplotspec", "_subplotspec", "get_figure", "_parent_figure"}
_WRITTEN = {"_remove_method", "_projection_init", "stale_callback"}
_PASSING_ON = {"matplotlib.pyplot", "matplotlib._api.deprecation"}
_POP_TOP, _CACHE = opmap["POP_TOP"], opmap.get("CACHE", 0)


@dataclass(frozen=True, slots=True)
class _Settings:
    """matplotlib's settings at some time, and the calls that have succeeded under them."""

    parameters: dict[str, Any]
    node: Node = field(default_factory=dict)

    def hold(self) -> bool:
        """Whether these are the present ones."""
        return bool(dict.__eq__(mpl.rcParams, self.parameters))


@dataclass(slots=True)
class _Record:
    """Where axes would stand, and what was called on them; `values` came of it on the sketch."""

    figure: Any
    place: SubplotSpec
    options: dict[str, Any]
    settings: int
    calls: list[Call] = field(default_factory=list)
    node: Node | None = None
    sketch: Any = None
    values: list[Any] = field(default_factory=list)


_seen: list[_Settings] = []


class LazyAxes(Axes):
    """Rectangular axes, made at the first look if `waits` says so when they are asked for."""

    waits: ClassVar[Callable[[], bool]] = staticmethod(lambda: False)

    def __init__(self, figure: Any, *place: Any, **options: Any) -> None:
        try:
            record = _begin(figure, place, options) if LazyAxes.waits() else None
        except Unsure:
            record = None
        if record is None:
            self.__class__ = Axes  # type: ignore[assignment]  # it becomes one
            self.__init__(figure, *place, **options)  # type: ignore[misc]  # as such
        else:
            _remember(self, record)

    def __getattribute__(self, name: str) -> Any:
        if not (name in _READ or name in _RECORDED or (name[:2] == "__" and name != "__dict__")):
            _make(self)
        return object.__getattribute__(self, name)

    def __setattr__(self, name: str, value: Any) -> None:
        if name not in _WRITTEN and name != "__class__":
            _make(self)
        object.__setattr__(self, name, value)

    def __delattr__(self, name: str) -> None:
        _make(self)
        object.__delattr__(self, name)

    def __reduce_ex__(self, _: Any) -> tuple[Any, ...]:
        own = _own(self)
        record: _Record = own["_record"]
        rest = {name: own[name] for name in _WRITTEN & own.keys()}
        calls = list(record.calls)
        state = (record.figure, record.place, record.options, record.settings, calls, rest)
        return _empty, (), state

    def __setstate__(self, state: tuple[Any, ...]) -> None:
        *record, rest = state
        _remember(self, _Record(*record))
        _own(self).update(rest)


def install(waits: Callable[[], bool]) -> None:
    """Have pyplot and figures ask for lazy axes; they are lazy while `waits` says so."""
    LazyAxes.waits = staticmethod(waits)
    register_projection(LazyAxes)


@contextmanager
def settings(parameters: dict[str, Any]) -> Iterator[None]:
    """Have other settings of matplotlib for a while.

    Its own way validates them, resolves a backend that is set already, and has warnings that were
    told once told again.
    """
    present: Any = mpl.rcParams
    kept = present_settings()
    dict.update(present, parameters)
    try:
        yield
    finally:
        dict.update(present, kept)


def present_settings() -> dict[str, Any]:
    """matplotlib's settings as they are, read past its own class, which validates and warns."""
    present: Any = mpl.rcParams
    return dict(dict.items(present))


def _own(axes: LazyAxes) -> dict[str, Any]:
    own: dict[str, Any] = object.__getattribute__(axes, "__dict__")
    return own


def _empty() -> LazyAxes:
    return LazyAxes.__new__(LazyAxes)


def _remember(axes: LazyAxes, record: _Record) -> None:
    _own(axes).update(_record=record, _subplotspec=record.place, _parent_figure=record.figure)


def _begin(figure: Any, place: tuple[Any, ...], options: dict[str, Any]) -> _Record:
    """Axes at this place, unmade.  Raises Unsure where they might not succeed."""
    kind, (_, _, options) = taken(("axes", (), options))
    if len(place) == 3 and {type(number) for number in place} == {int}:
        place = (_place(figure, place),)
    if type(figure) is not Figure or [type(part) for part in place] != [SubplotSpec]:
        raise Unsure
    number = next((number for number, one in enumerate(_seen) if one.hold()), len(_seen))
    if number == VARIANTS:
        raise Unsure
    if number == len(_seen):
        _seen.append(_Settings(present_settings()))
    record = _Record(figure, place[0], options, number)
    record.node = follow(_seen[number].node, kind, lambda: _sketch(record))
    return record


def _place(figure: Any, numbers: tuple[Any, ...]) -> SubplotSpec:
    try:
        return SubplotSpec._from_subplot_args(figure, numbers)  # type: ignore[no-untyped-call,no-any-return]  # noqa: SLF001 - as axes do
    except ValueError:
        raise Unsure from None


def _write_down(axes: LazyAxes, caller: FrameType, call: Call) -> bool:
    """Write a call down, if nobody uses its value and it is sure to succeed."""
    record: _Record = _own(axes)["_record"]
    known = record.node
    if known is None or not _seen[record.settings].hold() or not _is_thrown_away(caller):
        return False
    try:
        kind, call = taken(call)
        record.node = follow(known, kind, lambda: _try(record, call))
    except Unsure:
        return False
    record.calls.append(call)
    return True


def _make(axes: LazyAxes) -> None:
    """Make the axes, with what was written down; from now on they are ordinary ones."""
    if type(axes) is not LazyAxes:
        return
    own = _own(axes)
    record: _Record = own["_record"]
    rest = {name: own[name] for name in _WRITTEN & own.keys()}
    own.clear()
    axes.__class__ = Axes  # type: ignore[assignment]  # it becomes one
    with settings(_seen[record.settings].parameters):
        axes.__init__(record.figure, record.place, **record.options)  # type: ignore[misc]  # as such
        own.update(rest)
        values: list[Any] = []
        for call in record.calls:
            apply(axes, call, values)


def _sketch(record: _Record) -> None:
    figure = Figure()
    rows, columns, first, last = record.place.get_geometry()
    place = SubplotSpec(GridSpec(rows, columns, figure=figure), first, last)
    record.sketch, record.values = Axes(figure, place, **record.options), []  # type: ignore[arg-type]  # as figures do


def _try(record: _Record, call: Call) -> None:
    """Make a call on the sketch, after those that are not on it yet."""
    if record.sketch is None:
        _sketch(record)
    sketch, record.sketch = record.sketch, None
    for one in [*record.calls[len(record.values) :], call]:
        apply(sketch, one, record.values)
    record.sketch = sketch


def _recorder(name: str) -> Callable[..., Any]:
    known = getattr(Axes, name)

    @wraps(known)
    def call(self: LazyAxes, *arguments: Any, **options: Any) -> Any:
        caller = _caller()
        lazy = type(self) is LazyAxes and getattr(Axes, name) is known  # nobody has replaced it
        if lazy and _write_down(self, caller, (name, arguments, options)):
            return Returned(len(_own(self)["_record"].calls) - 1)
        _make(self)
        return apply_for(caller, self, (name, arguments, options))

    return call


for _name in _RECORDED:
    setattr(LazyAxes, _name, _recorder(_name))


def _caller() -> FrameType:
    """The frame of the code that plots, behind pyplot's."""
    frame = sys._getframe(2)  # noqa: SLF001 - there is no other way
    while frame.f_back is not None and frame.f_globals.get("__name__") in _PASSING_ON:
        frame = frame.f_back
    return frame


def _is_thrown_away(caller: FrameType) -> bool:
    """Whether the value of the call that a frame is at is dropped by its next instruction."""
    code, place = caller.f_code.co_code, caller.f_lasti + 2
    while place < len(code) and code[place] == _CACHE:
        place += 2
    return place < len(code) and code[place] == _POP_TOP
