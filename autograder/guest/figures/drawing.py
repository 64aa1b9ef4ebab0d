"""What matplotlib asks a dozen times while it draws one figure, it is told again from memory.

A figure is laid out three times: for its layout, for its tight box, and to be drawn.  Each time
every axis finds its ticks about six times, and every text its own extent.  While one figure is
drawn, and no code but matplotlib's takes part, the same question has the same answer: the pictures
are the same to the last byte, in two thirds of the time.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache
from typing import Any

from matplotlib import scale, ticker
from matplotlib.artist import Artist
from matplotlib.axis import Axis
from matplotlib.backends import backend_agg
from matplotlib.figure import Figure
from matplotlib.mathtext import MathTextParser
from matplotlib.text import Text

_OURS = ("matplotlib.", "autograder.guest.figures.axes")
_ASKED = (
    "_usetex", "_parse_math", "_linespacing", "_multialignment",
    "_horizontalalignment", "_verticalalignment",
)  # fmt: skip
_CALLS_OTHERS = (ticker.FuncFormatter, scale.FuncScale, scale.FuncScaleLog)

_Ask = Callable[..., Any]
_lay_out: _Ask = Text._get_layout  # type: ignore[attr-defined]  # noqa: SLF001 - here and below:
_update_ticks: _Ask = Axis._update_ticks  # type: ignore[attr-defined]  # noqa: SLF001 - no other way


def share_mathtext() -> None:
    """Have one parser for all drawings: each would read the same numbers on an axis again."""
    vars(backend_agg)["MathTextParser"] = cache(MathTextParser)


@contextmanager
def remembering(figure: Figure) -> Iterator[None]:
    """Remember layouts and ticks while this figure is drawn, if all that takes part is known."""
    if not _is_plain(figure):
        yield
        return
    texts: dict[tuple[Any, ...], tuple[Any, Any, Any]] = {}
    axes: dict[Axis, tuple[tuple[Any, ...], list[Any]]] = {}

    def lay_out(self: Text, renderer: Any) -> tuple[Any, Any, Any]:
        key = (type(renderer), *_text_key(self))
        if key not in texts:
            texts[key] = _lay_out(self, renderer)
        box, lines, corner = texts[key]
        return box, list(lines), corner

    def update_ticks(self: Axis) -> list[Any]:
        known = axes.get(self)
        if known is None or known[0] != _axis_key(self):
            ticks = _update_ticks(self)
            known = axes[self] = _axis_key(self), ticks  # asking for it may have changed it
        return list(known[1])

    _replace(lay_out, update_ticks)
    try:
        yield
    finally:
        _replace(_lay_out, _update_ticks)


def _replace(lay_out: _Ask, update_ticks: _Ask) -> None:
    setattr(Text, "_get_layout", lay_out)  # noqa: B010 - a method that no stub knows
    setattr(Axis, "_update_ticks", update_ticks)  # noqa: B010 - likewise


def _is_plain(figure: Figure) -> bool:
    """Whether nothing but matplotlib's own code runs while a figure is drawn."""
    present = Text.__dict__["_get_layout"], Axis.__dict__["_update_ticks"]
    if present != (_lay_out, _update_ticks) or figure.canvas.callbacks.callbacks.get("draw_event"):
        return False
    try:
        return all(
            type(part).__module__.startswith(_OURS) and not isinstance(part, _CALLS_OTHERS)
            for part in _parts(figure)
        )
    except Exception:
        return False  # what is odd about it, the drawing will tell


def _parts(artist: Artist) -> Iterator[object]:
    """An artist and all in it; an axis is not asked for its ticks, since that makes some."""
    yield artist
    if isinstance(artist, Axis):
        for kind in (artist.major, artist.minor):
            yield from (kind.locator, kind.formatter)
        yield artist._scale  # type: ignore[attr-defined]  # noqa: SLF001 - likewise
    else:
        for part in artist.get_children():
            yield from _parts(part)


def _text_key(text: Text) -> tuple[Any, ...]:
    """All that the extent of a text and the places of its lines depend on, itself at (0, 0)."""
    own = vars(text)
    font = vars(own["_fontproperties"])
    return (
        text._get_wrapped_text(),  # type: ignore[attr-defined]  # noqa: SLF001 - likewise
        *map(str, font.values()),
        _dpi(text),
        text.get_rotation(),
        text.get_rotation_mode(),
        *(own[name] for name in _ASKED),
    )


def _axis_key(axis: Axis) -> tuple[Any, ...]:
    """All that the ticks of an axis depend on, but for what only its owner changes."""
    return (
        *axis.get_view_interval(),
        *axis.get_data_interval(),
        *axis.axes.bbox.bounds,
        _dpi(axis),
        axis.major.locator,
        axis.minor.locator,
        axis.major.formatter,
        axis.minor.formatter,
    )


def _dpi(artist: Artist) -> float:
    """Of the figure that is being drawn."""
    figure: Any = artist.get_figure(root=True)
    return float(figure.dpi)
