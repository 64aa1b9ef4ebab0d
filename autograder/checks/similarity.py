"""Questions about a wrong answer and the right one that are answered by yes or no."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import permutations
from math import inf

import torch
from torch import Tensor
from torch.linalg import vector_norm

FEWEST = 3  # values that must agree
_FEW = 512  # things that somebody counts
NAMED = 1e-5  # how near a factor is to the number that it is called by


@dataclass(frozen=True, slots=True, eq=False)
class Pair:
    """A wrong answer and the right one, both in float64, and how close counts as the same.

    The inputs, where they are known, have the shape of the right answer.
    """

    actual: Tensor
    expected: Tensor
    close: float
    inputs: tuple[Tensor, ...] = ()

    def same(self, one: Tensor, other: Tensor) -> bool:
        """Whether two tensors differ by next to nothing, beside the spread of the second.

        And nowhere by much, so that a few large values do not hide what the others are.
        """
        if one.shape != other.shape or not one.numel():
            return False
        spread = vector_norm(other - other.mean() if other.numel() > 1 else other / 10)
        apart = one - other
        if not (0 < spread < inf and vector_norm(apart) <= self.close * spread):
            return False  # as nearly always
        size = other.abs()
        room = 10 * (size + size.median()) + size.max() / 100
        return bool((apart.abs() <= self.close * room).all())

    def explains(self, change: Callable[..., Tensor], *, along: bool = False) -> bool:
        """Whether the answer is the right one after a change, perhaps along some axis."""
        return self._leads(self.expected, self.actual, change, along)

    def mends(self, change: Callable[..., Tensor], *, along: bool = False) -> bool:
        """Whether a change, perhaps along some axis, would make the answer right."""
        return self._leads(self.actual, self.expected, change, along)

    def _leads(
        self, start: Tensor, end: Tensor, change: Callable[..., Tensor], along: bool
    ) -> bool:
        """Whether a change leads from one to the other; of few values, from these alone.

        Where others would lead there too, as to the 1 of any sigmoid, it says nothing.
        """
        reached = [self.same(one, end) for one in _changed(start, change, along)]
        if any(reached) and start.numel() < FEWEST:
            others = _changed(1.01 * start, change, along)
            return not any(self.same(one, end) for one in others)
        return any(reached)


def _changed(x: Tensor, change: Callable[..., Tensor], along: bool) -> Iterator[Tensor]:
    yield from (change(x, axis) for axis in range(x.dim())) if along else (change(x),)


# Answers of the right shape.


def imprecise(pair: Pair) -> bool:
    """Whether the answer is nearly right, also where the right values are small."""
    size = pair.expected.abs()
    near = (pair.actual - pair.expected).abs() <= 10 * pair.close * (size + size.median())
    return bool(near.all()) and pair.same(pair.actual, pair.expected)


def ratio(pair: Pair) -> float:
    """The factor between the two, if there is one everywhere; otherwise 0."""
    a, e = pair.actual, pair.expected
    if not telling(pair) or not a.any():
        return 0.0
    factor = float((a * e).sum() / (e * e).sum())
    return factor if factor and pair.same(a / factor, e) else 0.0


@lru_cache(maxsize=1)
def telling(pair: Pair) -> bool:
    """Whether what holds does not hold by chance: values enough, or a few that count nothing."""
    sides = (pair.actual, pair.expected)
    if pair.expected.numel() < FEWEST:
        values = [value for x in sides for value in x.flatten()]
        return not any(map(_counted, values)) and all(
            len(torch.unique(x)) == x.numel() for x in sides
        )
    return all(
        int((x != 0).sum()) >= FEWEST
        and len(torch.unique((x / x.abs().max()).round(decimals=4))) >= FEWEST
        for x in sides
    )


def _counted(value: Tensor) -> bool:
    """Whether a number counts a few things, or is a share of a few, like an accuracy, perhaps in
    percent: such are double by chance.

    It is a fraction of small numbers then.  With large ones any number is near to some fraction.
    """
    below = torch.arange(1, _FEW + 1, dtype=torch.float64)
    above = torch.stack([below * value, below * value / 100]).abs()
    near = (above - above.round()).abs() <= 1e-7 * above
    return bool((near & (above < _FEW + 0.5)).any())


def has_ratio(pair: Pair, *numbers: float) -> bool:
    """Whether one of these is the factor between the two."""
    some = pair.expected.numel() > 1 or telling(pair)
    return some and any(pair.same(pair.actual / number, pair.expected) for number in numbers)


def whole(times: float) -> bool:
    """Whether a factor is a whole number from 3 on."""
    return times > 2.5 and abs(times - round(times)) < min(0.005, NAMED * times)


def sample_spread(pair: Pair) -> bool:
    """Divided by the root of a variance with n - 1 in place of n, or the reverse."""
    sizes = {*pair.expected.shape, pair.expected.numel()}
    shares = [(n - 1) / n for n in sizes if n > 1]
    return has_ratio(pair, *(share**power for share in shares for power in (0.5, -0.5, 1, -1)))


def shift(pair: Pair) -> float:
    """What was added to all values alike; otherwise 0."""
    by = (pair.actual - pair.expected).mean()
    many = pair.expected.numel() >= FEWEST and telling(pair)
    return float(by) if many and pair.same(pair.actual - by, pair.expected) else 0.0


def permuted(pair: Pair) -> bool:
    """Whether the axes are in another order."""
    orders = permutations(range(pair.actual.dim())) if pair.actual.dim() < 5 else ()
    return any(pair.same(pair.actual.permute(order), pair.expected) for order in orders)


def disordered(pair: Pair) -> bool:
    """The same slices along some axis, or else the same values, in another order."""

    def ordered(values: Tensor, axis: int) -> Tensor:
        rows = values.movedim(axis, 0).flatten(1) if values.dim() > 1 else values[:, None]
        rng = torch.Generator().manual_seed(0)
        return rows[(rows @ torch.rand(rows.shape[1], generator=rng, dtype=rows.dtype)).argsort()]

    def reordered(axis: int) -> bool:
        rows = ordered(pair.expected, axis)
        kinds = torch.unique(rows, dim=0).shape[0]
        return 2 * kinds > len(rows) > 2 and pair.same(ordered(pair.actual, axis), rows)

    if any(reordered(axis) for axis in range(pair.actual.dim())):
        return True
    flat = Pair(pair.actual.flatten(), pair.expected.flatten(), pair.close)
    return pair.actual.dim() > 1 and disordered(flat)


def late(pair: Pair) -> bool:
    """Off by one place along an axis, whatever stands in the place that came free."""

    def moved(axis: int) -> bool:
        size = pair.actual.shape[axis] - 1
        a, e = pair.actual, pair.expected
        one = pair.same(a.narrow(axis, 1, size), e.narrow(axis, 0, size))
        other = pair.same(a.narrow(axis, 0, size), e.narrow(axis, 1, size))
        return (one or other) and 2 * len(torch.unique(e)) > e.numel()

    return any(moved(axis) for axis in range(pair.actual.dim()) if pair.actual.shape[axis] > 3)


def signs(pair: Pair) -> bool:
    """Whether only signs differ."""
    return telling(pair) and pair.same(pair.actual.abs(), pair.expected.abs())


def clipped(pair: Pair) -> bool:
    """Whether values beyond some bounds are at the bounds."""
    a, e = pair.actual, pair.expected
    low, high = a.min(), a.max()
    if not telling(pair):
        return False
    cut = int((e < low).sum() + (e > high).sum())
    return min(cut, e.numel() - cut) >= FEWEST and pair.same(a, e.clamp(low, high))


def softmax_elsewhere(pair: Pair) -> bool:
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


def quarter_turn(pair: Pair) -> bool:
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


def centred(x: Tensor, axis: int) -> Tensor:
    """With mean 0 along an axis."""
    return x - x.mean(axis, keepdim=True)


def standardised(x: Tensor, axis: int) -> Tensor:
    """With mean 0 and deviation 1 along an axis."""
    return centred(x, axis) / x.std(axis, keepdim=True, correction=0)


def share(x: Tensor, axis: int) -> Tensor:
    """With sum 1 along an axis."""
    return x / x.sum(axis, keepdim=True)


# Answers of another shape.


def square_table(pair: Pair) -> bool:
    """Values of shape (N,) against (N, 1) make (N, N), with the right ones on its diagonal."""
    a, e = pair.actual, pair.expected
    square = a.dim() == 2 and a.shape[0] == a.shape[1] == e.numel() > 1
    return square and pair.same(a.diagonal(), e.flatten())


def one_more(pair: Pair, by: int) -> bool:
    """Longer by so many places along an axis, before or behind what is right."""
    if by < 0:
        return one_more(Pair(pair.expected, pair.actual, pair.close), -by)
    a, e = pair.actual, pair.expected
    more = [i - j for i, j in zip(a.shape, e.shape, strict=False)]
    if a.dim() != e.dim() or sorted(more) != [0] * (a.dim() - 1) + [by] or e.numel() < FEWEST:
        return False
    axis = more.index(by)
    size = e.shape[axis]
    return any(pair.same(a.narrow(axis, start, size), e) for start in (0, by))


def reduced(a: Tensor, e: Tensor, pair: Pair) -> bool:
    """Whether the first, summed or averaged over an axis or all of them, is the second."""
    axes: list[int | tuple[int, ...]] = [*range(a.dim()), tuple(range(a.dim()))]
    ways = (x for axis in axes for x in (a.sum(axis), a.mean(axis)))
    return any(x.numel() == e.numel() and pair.same(x.flatten(), e.flatten()) for x in ways)


def other_axis(pair: Pair) -> bool:
    """Two vectors of different lengths with the same sum, or the same mean, which is not 0."""
    a, e = pair.actual, pair.expected
    if a.dim() != 1 or e.dim() != 1 or min(len(a), len(e)) < 2 or _sums_to_one(e, 0):
        return False
    away = (x.mean().abs() > 0.05 * x.std() for x in (a, e))
    near = abs(a.sum() / e.sum() - 1) < NAMED or abs(a.mean() / e.mean() - 1) < NAMED
    return all(away) and bool(near)


def flat(pair: Pair) -> bool:
    """Whether the values are the same, in the same order, in another shape."""
    return pair.same(pair.actual.flatten(), pair.expected.flatten())
