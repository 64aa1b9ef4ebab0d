"""Which kind of mistake a wrong answer looks like, from the answer and the right one alone.

A table of hypotheses, from the most to the least specific, each of them a question about two
tensors that is answered by yes or no.  The first that holds is told; docs/autopsy.md says how often
each is right.  "Holds" means up to a share of the spread of the right values that chance does not
reach, whatever the tolerances of the comparison; nothing is told that contains a right value.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from itertools import permutations
from math import inf, log, pi
from typing import Any

import torch
from torch import Tensor

_CLOSE = {torch.float16: 1e-2, torch.bfloat16: 3e-2}
_USUAL = 1e-4
_FEWEST = 3  # values that must agree
_NAMED = 1e-5  # how near a factor is to the number that it is called by
_MOST = 2_000_000  # values; more would take the judge's time and memory


@dataclass(frozen=True, slots=True)
class Pair:
    """A wrong answer and the right one, both in float64, and how close counts as the same."""

    actual: Tensor
    expected: Tensor
    close: float

    def same(self, one: Tensor, other: Tensor) -> bool:
        """Whether two tensors differ by next to nothing, beside the spread of the second.

        And nowhere by much, so that a few large values do not hide what the others are.
        """
        if one.shape != other.shape or not one.numel():
            return False
        spread = (other - other.mean() if other.numel() > 1 else other / 10).norm()
        apart, size = (one - other).abs(), other.abs()
        room = 10 * (size + size.median()) + size.max() / 100
        near = 0 < spread < inf and apart.norm() <= self.close * spread
        return bool(near and (apart <= self.close * room).all())

    def explains(self, change: Callable[[Tensor], Tensor]) -> bool:
        """Whether the answer is the right one after this change."""
        return self.same(self.actual, change(self.expected))

    def mends(self, change: Callable[[Tensor], Tensor]) -> bool:
        """Whether this change would make the answer right."""
        return self.same(change(self.actual), self.expected)

    def explains_along(self, change: Callable[..., Tensor]) -> bool:
        """Whether the answer is the right one after this change along some axis."""
        axes = ([axis] if change is torch.flip else axis for axis in range(self.expected.dim()))
        return any(self.same(self.actual, change(self.expected, axis)) for axis in axes)

    def mends_along(self, change: Callable[..., Tensor]) -> bool:
        """Whether this change along some axis would make the answer right."""
        axes = range(self.actual.dim())
        return any(self.same(change(self.actual, axis), self.expected) for axis in axes)


@dataclass(frozen=True, slots=True)
class Hypothesis:
    """A kind of mistake: its name, the question, and the words that follow "x is"."""

    name: str
    holds: Callable[[Pair], bool]
    words: str


def mistaken(actual: Tensor, expected: Tensor) -> Hypothesis | None:
    """The kind of mistake that wrong values look like, or None."""
    for one in (actual, expected):
        if one.is_complex() or one.numel() > _MOST or not torch.isfinite(one).all():
            return None
    if loses_fractions(actual, expected):
        return WHOLE
    kinds = OF_SHAPES if actual.shape != expected.shape else OF_VALUES
    close = max(_CLOSE.get(actual.dtype, _USUAL), _CLOSE.get(expected.dtype, _USUAL))
    pair = Pair(actual.double(), expected.double(), close)
    return next((kind for kind in kinds if kind.holds(pair)), None)


def told(actual: Tensor, expected: Tensor, *, hidden: bool) -> str:
    """The words for a wrong answer, or none; no number that the student chose if hidden."""
    kind = mistaken(actual, expected)
    if kind is FACTOR and not hidden:
        factor = ratio(Pair(actual.double(), expected.double(), _USUAL))
        return kind.words.replace("a constant number of", f"{factor:.3f}")
    return kind.words if kind else ""


def loses_fractions(actual: Tensor, expected: Tensor) -> bool:
    """Whether the answer holds the right values without what stands behind the point."""
    if actual.is_floating_point() or not expected.is_floating_point() or actual.numel() < _FEWEST:
        return False
    right = expected.double()
    return any(torch.equal(actual.double(), whole) for whole in (right.trunc(), right.round()))


# Answers of the right shape.


def ratio(pair: Pair) -> float:
    """The factor between the two, if there is one everywhere; otherwise 0."""
    a, e = pair.actual, pair.expected
    if not _telling(pair) or not a.any():
        return 0.0
    factor = float((a * e).sum() / (e * e).sum())
    return factor if factor and pair.same(a / factor, e) else 0.0


def _telling(pair: Pair) -> bool:
    """Whether what holds does not hold by chance: values enough, or one that counts nothing."""
    if pair.expected.numel() == 1:
        return not (_counted(pair.actual) or _counted(pair.expected))
    return all(
        int((x != 0).sum()) >= _FEWEST
        and len(torch.unique((x / x.abs().max()).round(decimals=4))) >= _FEWEST
        for x in (pair.actual, pair.expected)
    )


def _counted(value: Tensor) -> bool:
    """Whether a number is a share of a few things, like an accuracy: such are double by chance."""
    of = torch.arange(1, 513, dtype=torch.float64) * value
    return bool(((of - of.round()).abs() < 1e-7 * of.abs() + 1e-12).any())


def _is(pair: Pair, *numbers: float) -> bool:
    """Whether one of these is the factor between the two."""
    some = pair.expected.numel() > 1 or _telling(pair)
    return some and any(pair.same(pair.actual / number, pair.expected) for number in numbers)


def _whole(pair: Pair, *, inverse: bool) -> bool:
    factor = ratio(pair)
    times = 1 / factor if inverse and factor else factor
    return times > 2.5 and abs(times - round(times)) < min(0.02, 4 * _NAMED * times)


def _sample_spread(pair: Pair) -> bool:
    """Divided by the root of a variance with n - 1 in place of n, or the reverse."""
    sizes = {*pair.expected.shape, pair.expected.numel()}
    shares = [(n - 1) / n for n in sizes if n > 1]
    return _is(pair, *(share**power for share in shares for power in (0.5, -0.5, 1, -1)))


def _shift(pair: Pair) -> float:
    by = (pair.actual - pair.expected).mean()
    many = pair.expected.numel() >= _FEWEST and _telling(pair)
    return float(by) if many and pair.same(pair.actual - by, pair.expected) else 0.0


def _permuted(pair: Pair) -> bool:
    orders = permutations(range(pair.actual.dim())) if pair.actual.dim() < 5 else ()
    return any(pair.same(pair.actual.permute(order), pair.expected) for order in orders)


def _disordered(pair: Pair) -> bool:
    """The same slices along some axis, or else the same values, in another order."""

    def ordered(values: Tensor, axis: int) -> Tensor:
        rows = values.movedim(axis, 0).flatten(1) if values.dim() > 1 else values[:, None]
        rng = torch.Generator().manual_seed(0)
        return rows[(rows @ torch.rand(rows.shape[1], generator=rng, dtype=rows.dtype)).argsort()]

    def changed(axis: int) -> bool:
        rows = ordered(pair.expected, axis)
        kinds = torch.unique(rows, dim=0).shape[0]
        return 2 * kinds > len(rows) > 2 and pair.same(ordered(pair.actual, axis), rows)

    if any(changed(axis) for axis in range(pair.actual.dim())):
        return True
    flat = Pair(pair.actual.flatten(), pair.expected.flatten(), pair.close)
    return pair.actual.dim() > 1 and _disordered(flat)


def _late(pair: Pair) -> bool:
    """Off by one place along an axis, whatever stands in the place that came free."""

    def moved(axis: int) -> bool:
        size = pair.actual.shape[axis] - 1
        a, e = pair.actual, pair.expected
        one = pair.same(a.narrow(axis, 1, size), e.narrow(axis, 0, size))
        other = pair.same(a.narrow(axis, 0, size), e.narrow(axis, 1, size))
        return (one or other) and 2 * len(torch.unique(e)) > e.numel()

    return any(moved(axis) for axis in range(pair.actual.dim()) if pair.actual.shape[axis] > 3)


def _signs(pair: Pair) -> bool:
    return _telling(pair) and pair.same(pair.actual.abs(), pair.expected.abs())


def _clipped(pair: Pair) -> bool:
    a, e = pair.actual, pair.expected
    low, high = a.min(), a.max()
    if not _telling(pair):
        return False
    cut = int((e < low).sum() + (e > high).sum())
    return min(cut, e.numel() - cut) >= _FEWEST and pair.same(a, e.clamp(low, high))


def _softmax_elsewhere(pair: Pair) -> bool:
    """Both are shares, over different axes, of the same exponentials: their logarithms differ
    by something for each row and something for each column.
    """
    a, e = pair.actual, pair.expected
    if (a <= 0).all() and (e <= 0).all():
        a, e = a.exp(), e.exp()
    if a.dim() < 2 or not (a > 0).all() or not (e > 0).all():
        return False
    over = [[axis for axis in range(x.dim()) if _sums_to_one(x, axis)] for x in (a, e)]
    apart = a.log() - e.log()
    for one, other in ((i, j) for i in over[0] for j in over[1] if i != j):
        rows, columns = apart.mean(one, keepdim=True), apart.mean(other, keepdim=True)
        if (apart - rows - columns + rows.mean(other, keepdim=True)).norm() < 1e-3 * apart.norm():
            return True
    return False


def _sums_to_one(values: Tensor, axis: int) -> bool:
    return bool(((values.sum(axis) - 1).abs() < 1e-3).all()) and values.shape[axis] > 1


def _quarter_turn(pair: Pair) -> bool:
    """Sine and cosine of the same: around a line, perhaps, the two of them go in a circle.

    (a - m)^2 + (e - m)^2 = r^2 with m = c + d * index is linear in five unknowns.
    """
    a, e = pair.actual.flatten(), pair.expected.flatten()
    if len(a) < 12 or len(torch.unique(e)) < 10:
        return False
    place = torch.linspace(-1, 1, len(a), dtype=a.dtype)
    plain = torch.stack([torch.ones_like(a), a + e], dim=1)
    line = torch.cat([plain, torch.stack([place, place**2, place * (a + e)], dim=1)], dim=1)
    wanted = a**2 + e**2
    for columns in (plain, line) if pair.actual.dim() == 1 and len(a) > 29 else (plain,):
        rest = _rest(columns, wanted)
        if rest < pair.close * min(_rest(line[:, [0, 2, 3]], e**2), float((e - a).norm() ** 2)):
            return True
    return False


def _rest(columns: Tensor, wanted: Tensor) -> float:
    found = torch.linalg.lstsq(columns, wanted[:, None], driver="gelsd").solution[:, 0]
    return float((wanted - columns @ found).norm())


def _centred(x: Tensor, axis: int) -> Tensor:
    return x - x.mean(axis, keepdim=True)


def _standardised(x: Tensor, axis: int, correction: int = 0) -> Tensor:
    return _centred(x, axis) / x.std(axis, keepdim=True, correction=correction)


def _share(x: Tensor, axis: int) -> Tensor:
    return x / x.sum(axis, keepdim=True)


_FACTORS = {
    "twice": ((2.0,), "twice what is right, everywhere (ratio 2.000)"),
    "half": ((0.5,), "half of what is right, everywhere (ratio 0.500)"),
    "sign": ((-1.0,), "right but for the sign, everywhere (ratio -1.000)"),
    "degrees": ((pi / 180, 180 / pi), "in degrees where radians are right, or the reverse"),
    "logarithm's base": (
        (log(2), 1 / log(2), log(10), 1 / log(10)),
        "right but for the base of a logarithm",
    ),
}
_MULTIPLE = """a whole number of times what is right, everywhere: a sum in place of a mean, or
 something added up more than once""".replace("\n", "")
_FRACTION = """what is right divided by a whole number, everywhere: a mean in place of a sum, or
 something divided once too often""".replace("\n", "")
_FUNCTIONS = {
    "absolute value": torch.abs,
    "square root": torch.sqrt,
    "square": torch.square,
    "exponential": torch.exp,
    "logarithm": torch.log,
    "reciprocal": torch.reciprocal,
    "sigmoid": torch.sigmoid,
    "tanh": torch.tanh,
    "relu": torch.relu,
}
_ONE_WAY = {"square root", "exponential", "logarithm", "reciprocal"}  # the way back has a name
_SCALINGS = {"division by the sum": _share, "centring": _centred, "standardisation": _standardised}
_ALONG = {"softmax": torch.softmax, "log-softmax": torch.log_softmax, "running sum": torch.cumsum}


def _functions() -> Iterator[Hypothesis]:
    """The answer is a function of the right one, or a function of it would be right."""
    for name, change in _FUNCTIONS.items():
        yield Hypothesis(name, _of(Pair.explains, change), f"the {name} of what is right")
    for name in (name for name in _FUNCTIONS if name not in _ONE_WAY):
        words = f"right but for a missing {name}"
        yield Hypothesis(f"no {name}", _of(Pair.mends, _FUNCTIONS[name]), words)


def _of(test: Callable[[Pair, Any], bool], change: Callable[..., Tensor]) -> Callable[[Pair], bool]:
    return lambda pair: _telling(pair) and test(pair, change)


def _missing(changes: Mapping[str, Callable[..., Tensor]]) -> Iterator[Hypothesis]:
    for name, change in changes.items():
        words = f"right but for a missing {name}"
        yield Hypothesis(f"no {name}", _of(Pair.mends_along, change), words)


def _too_many(changes: Mapping[str, Callable[..., Tensor]]) -> Iterator[Hypothesis]:
    for name, change in changes.items():
        words = f"right but for a {name} too many"
        yield Hypothesis(name, _of(Pair.explains_along, change), words)


WHOLE = Hypothesis("whole numbers", lambda _: False, "made of whole numbers")
FACTOR = Hypothesis(
    "factor",
    lambda pair: pair.actual.numel() > 1 and bool(ratio(pair)),
    "a constant number of times what is right, everywhere",
)
OF_VALUES = (
    Hypothesis("precision", lambda p: p.same(p.actual, p.expected), "right to four digits only"),
    Hypothesis("zero", lambda p: not p.actual.any(), "zero everywhere"),
    Hypothesis("permuted", _permuted, "transposed"),
    *(
        Hypothesis(name, lambda p, numbers=numbers: _is(p, *numbers), words)  # type: ignore[misc]  # a default has no type
        for name, (numbers, words) in _FACTORS.items()
    ),
    Hypothesis(
        "sample spread", _sample_spread, "right but for n - 1 in place of n, or the reverse"
    ),
    Hypothesis("multiple", lambda p: _whole(p, inverse=False), _MULTIPLE),
    Hypothesis("fraction", lambda p: _whole(p, inverse=True), _FRACTION),
    *_too_many(_SCALINGS),
    FACTOR,
    Hypothesis("shift up", lambda p: _shift(p) > 0, "too large, by the same amount everywhere"),
    Hypothesis("shift down", lambda p: _shift(p) < 0, "too small, by the same amount everywhere"),
    *_functions(),
    *_missing(_ALONG),
    *_too_many(_ALONG),
    *_missing(_SCALINGS),
    Hypothesis("softmax's axis", _softmax_elsewhere, "a softmax over the wrong axis"),
    Hypothesis("reversed", lambda p: p.explains_along(torch.flip), "right, in reverse order"),
    Hypothesis("off by one", _late, "right but one place off"),
    Hypothesis("order", _disordered, "right, in another order"),
    Hypothesis("signs", _signs, "right but for signs"),
    Hypothesis("clipped", _clipped, "right but clipped"),
    Hypothesis("quarter turn", _quarter_turn, "a sine in place of a cosine, or the reverse"),
)


# Answers of another shape.


def _square_table(pair: Pair) -> bool:
    """Values of shape (N,) against (N, 1) make (N, N), with the right ones on its diagonal."""
    a, e = pair.actual, pair.expected
    square = a.dim() == 2 and a.shape[0] == a.shape[1] == e.numel() > 1
    return square and pair.same(a.diagonal(), e.flatten())


def _one_more(pair: Pair, by: int) -> bool:
    """Longer by so many places along an axis, before or behind what is right."""
    if by < 0:
        return _one_more(Pair(pair.expected, pair.actual, pair.close), -by)
    a, e = pair.actual, pair.expected
    more = [i - j for i, j in zip(a.shape, e.shape, strict=False)]
    if a.dim() != e.dim() or sorted(more) != [0] * (a.dim() - 1) + [by] or e.numel() < _FEWEST:
        return False
    axis = more.index(by)
    size = e.shape[axis]
    return any(pair.same(a.narrow(axis, start, size), e) for start in (0, by))


def _reduced(a: Tensor, e: Tensor, pair: Pair) -> bool:
    """Whether the first, summed or averaged over an axis or all of them, is the second."""
    axes: list[int | tuple[int, ...]] = [*range(a.dim()), tuple(range(a.dim()))]
    ways = (x for axis in axes for x in (a.sum(axis), a.mean(axis)))
    return any(x.numel() == e.numel() and pair.same(x.flatten(), e.flatten()) for x in ways)


def _other_axis(pair: Pair) -> bool:
    """Two vectors of different lengths with the same sum, or the same mean, which is not 0."""
    a, e = pair.actual, pair.expected
    if a.dim() != 1 or e.dim() != 1 or min(len(a), len(e)) < 2 or _sums_to_one(e, 0):
        return False
    away = (x.mean().abs() > 0.05 * x.std() for x in (a, e))
    near = abs(a.sum() / e.sum() - 1) < _NAMED or abs(a.mean() / e.mean() - 1) < _NAMED
    return all(away) and bool(near)


def _flat(pair: Pair) -> bool:
    return pair.same(pair.actual.flatten(), pair.expected.flatten())


OF_SHAPES = (
    Hypothesis("axes", _permuted, "it is transposed, its values are right"),
    Hypothesis("shape", _flat, "the values are right"),
    Hypothesis(
        "square table",
        _square_table,
        "shapes (N,) and (N, 1) made a table of (N, N); its diagonal is right",
    ),
    Hypothesis("one too many", lambda p: _one_more(p, 1), "it is right but one place too long"),
    Hypothesis("one too few", lambda p: _one_more(p, -1), "it is right but one place too short"),
    Hypothesis(
        "not reduced",
        lambda p: _reduced(p.actual, p.expected, p),
        "it is right once it is summed or averaged over an axis",
    ),
    Hypothesis(
        "reduced",
        lambda p: _reduced(p.expected, p.actual, p),
        "it is right, but summed or averaged over an axis too many",
    ),
    Hypothesis("other axis", _other_axis, "it looks summed or averaged over the wrong axis"),
)
