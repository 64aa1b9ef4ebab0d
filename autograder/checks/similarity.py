"""Questions about a wrong answer and the right one that are answered by yes or no."""

from collections.abc import Callable
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

    def reversed(self) -> "Pair":
        """The right answer in the place of the wrong one."""
        return Pair(self.expected, self.actual, self.close)

    def mends(self, change: Callable[..., Tensor], *, along: bool = False) -> bool:
        """Whether a change, perhaps along some axis, would make the answer right.

        Of few values: these alone.  Where others would come to the same, as to the 1 of any
        sigmoid, it says nothing.
        """

        def leads(start: Tensor) -> bool:
            axes = range(start.dim())
            ways = [change(start, axis) for axis in axes] if along else [change(start)]
            return any(self.same(one, self.expected) for one in ways)

        few = self.actual.numel() < FEWEST
        return leads(self.actual) and not (few and leads(1.01 * self.actual))

    # Answers of the right shape.

    def imprecise(self) -> bool:
        """Whether the answer is nearly right, also where the right values are small."""
        size = self.expected.abs()
        near = (self.actual - self.expected).abs() <= 10 * self.close * (size + size.median())
        return bool(near.all()) and self.same(self.actual, self.expected)

    def ratio(self) -> float:
        """The factor between the two, if there is one everywhere; otherwise 0."""
        a, e = self.actual, self.expected
        if not telling(self) or not a.any():
            return 0.0
        factor = float((a * e).sum() / (e * e).sum())
        return factor if factor and self.same(a / factor, e) else 0.0

    def has_ratio(self, *numbers: float) -> bool:
        """Whether one of these is the factor between the two."""
        some = self.expected.numel() > 1 or telling(self)
        return some and any(self.same(self.actual / number, self.expected) for number in numbers)

    def sample_spread(self) -> bool:
        """Divided by the root of a variance with n - 1 in place of n, or the reverse."""
        sizes = {*self.expected.shape, self.expected.numel()}
        shares = [(n - 1) / n for n in sizes if n > 1]
        return self.has_ratio(*(share**power for share in shares for power in (0.5, -0.5, 1, -1)))

    def shift(self) -> float:
        """What was added to all values alike; otherwise 0."""
        by = (self.actual - self.expected).mean()
        many = self.expected.numel() >= FEWEST and telling(self)
        return float(by) if many and self.same(self.actual - by, self.expected) else 0.0

    def permuted(self) -> bool:
        """Whether the axes are in another order."""
        orders = permutations(range(self.actual.dim())) if self.actual.dim() < 5 else ()
        return any(self.same(self.actual.permute(order), self.expected) for order in orders)

    def disordered(self) -> bool:
        """The same slices along some axis, or else the same values, in another order."""

        def ordered(values: Tensor, axis: int) -> Tensor:
            rows = values.movedim(axis, 0).flatten(1) if values.dim() > 1 else values[:, None]
            rng = torch.Generator().manual_seed(0)
            weights = torch.rand(rows.shape[1], generator=rng, dtype=rows.dtype)
            return rows[(rows @ weights).argsort()]

        def reordered(axis: int) -> bool:
            rows = ordered(self.expected, axis)
            kinds = torch.unique(rows, dim=0).shape[0]
            return 2 * kinds > len(rows) > 2 and self.same(ordered(self.actual, axis), rows)

        if any(reordered(axis) for axis in range(self.actual.dim())):
            return True
        flat = Pair(self.actual.flatten(), self.expected.flatten(), self.close)
        return self.actual.dim() > 1 and flat.disordered()

    def late(self) -> bool:
        """Off by one place along an axis, whatever stands in the place that came free."""

        def moved(axis: int) -> bool:
            size = self.actual.shape[axis] - 1
            a, e = self.actual, self.expected
            one = self.same(a.narrow(axis, 1, size), e.narrow(axis, 0, size))
            other = self.same(a.narrow(axis, 0, size), e.narrow(axis, 1, size))
            return (one or other) and 2 * len(torch.unique(e)) > e.numel()

        return any(moved(axis) for axis in range(self.actual.dim()) if self.actual.shape[axis] > 3)

    def signs(self) -> bool:
        """Whether only signs differ."""
        return telling(self) and self.same(self.actual.abs(), self.expected.abs())

    def clipped(self) -> bool:
        """Whether values beyond some bounds are at the bounds."""
        a, e = self.actual, self.expected
        low, high = a.min(), a.max()
        if not telling(self):
            return False
        cut = int((e < low).sum() + (e > high).sum())
        return min(cut, e.numel() - cut) >= FEWEST and self.same(a, e.clamp(low, high))

    def softmax_elsewhere(self) -> bool:
        """Both are shares, over different axes, of the same exponentials: their logarithms differ
        by something for each row and something for each column.
        """
        a, e = self.actual, self.expected
        if (a <= 0).all() and (e <= 0).all():
            a, e = a.exp(), e.exp()
        if a.dim() < 2 or not (a > 0).all() or not (e > 0).all():
            return False
        over = [[axis for axis in range(x.dim()) if _sums_to_one(x, axis)] for x in (a, e)]
        apart = a.log() - e.log()
        for one, other in ((i, j) for i in over[0] for j in over[1] if i != j):
            rows, columns = apart.mean(one, keepdim=True), apart.mean(other, keepdim=True)
            rest = apart - rows - columns + rows.mean(other, keepdim=True)
            if rest.norm() < 1e-3 * apart.norm():
                return True
        return False

    def quarter_turn(self) -> bool:
        """Sine and cosine of the same: around a line, perhaps, the two of them go in a circle.

        (a - m)^2 + (e - m)^2 = r^2 with m = c + d * index is linear in five unknowns.
        """
        a, e = self.actual.flatten(), self.expected.flatten()
        if len(a) < 12 or len(torch.unique(e)) < 10:
            return False
        place = torch.linspace(-1, 1, len(a), dtype=a.dtype)
        plain = torch.stack([torch.ones_like(a), a + e], dim=1)
        line = torch.cat([plain, torch.stack([place, place**2, place * (a + e)], dim=1)], dim=1)
        wanted = a**2 + e**2
        for columns in (plain, line) if self.actual.dim() == 1 and len(a) > 29 else (plain,):
            rest = _rest(columns, wanted)
            if rest < self.close * min(_rest(line[:, [0, 2, 3]], e**2), float((e - a).norm() ** 2)):
                return True
        return False

    # Answers of another shape.

    def square_table(self) -> bool:
        """Values of shape (N,) against (N, 1) make (N, N), with the right ones on its diagonal."""
        a, e = self.actual, self.expected
        square = a.dim() == 2 and a.shape[0] == a.shape[1] == e.numel() > 1
        return square and self.same(a.diagonal(), e.flatten())

    def one_more(self) -> bool:
        """Longer by one place along an axis, before or behind what is right."""
        a, e = self.actual, self.expected
        more = [i - j for i, j in zip(a.shape, e.shape, strict=False)]
        if a.dim() != e.dim() or sorted(more) != [0] * (a.dim() - 1) + [1] or e.numel() < FEWEST:
            return False
        axis = more.index(1)
        size = e.shape[axis]
        return any(self.same(a.narrow(axis, start, size), e) for start in (0, 1))

    def reduced(self) -> bool:
        """Whether the right answer, summed or averaged over one axis or all, is the wrong one."""
        a, e = self.expected, self.actual
        axes: list[int | tuple[int, ...]] = [*range(a.dim()), tuple(range(a.dim()))]
        ways = (x for axis in axes for x in (a.sum(axis), a.mean(axis)))
        return any(x.numel() == e.numel() and self.same(x.flatten(), e.flatten()) for x in ways)

    def other_axis(self) -> bool:
        """Two vectors of different lengths with the same sum, or the same mean, which is not 0."""
        a, e = self.actual, self.expected
        if a.dim() != 1 or e.dim() != 1 or min(len(a), len(e)) < 2 or _sums_to_one(e, 0):
            return False
        away = (x.mean().abs() > 0.05 * x.std() for x in (a, e))
        near = abs(a.sum() / e.sum() - 1) < NAMED or abs(a.mean() / e.mean() - 1) < NAMED
        return all(away) and bool(near)

    def flat(self) -> bool:
        """Whether the values are the same, in the same order, in another shape."""
        return self.same(self.actual.flatten(), self.expected.flatten())


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


def whole(times: float) -> bool:
    """Whether a factor is a whole number from 3 on."""
    return times > 2.5 and abs(times - round(times)) < min(0.005, NAMED * times)


def _sums_to_one(values: Tensor, axis: int) -> bool:
    return bool(((values.sum(axis) - 1).abs() < 1e-3).all()) and values.shape[axis] > 1


def fitted(columns: Tensor, values: Tensor) -> Tensor:
    """The multiples of columns (n, k) whose sum comes nearest to values (n,)."""
    found: Tensor = torch.linalg.lstsq(columns, values[:, None], driver="gelsd").solution
    return found[:, 0]


def _rest(columns: Tensor, wanted: Tensor) -> float:
    return float((wanted - columns @ fitted(columns, wanted)).norm())


def centred(x: Tensor, axis: int) -> Tensor:
    """With mean 0 along an axis."""
    return x - x.mean(axis, keepdim=True)


def standardised(x: Tensor, axis: int) -> Tensor:
    """With mean 0 and deviation 1 along an axis."""
    return centred(x, axis) / x.std(axis, keepdim=True, correction=0)


def share(x: Tensor, axis: int) -> Tensor:
    """With sum 1 along an axis."""
    return x / x.sum(axis, keepdim=True)
