"""Whether what a student's code draws at random is spread as it should be.

A right answer fails less than once in 10,000 checks, however it is drawn and wherever drawing
stops.  The bounds are exact for any number of values: no approximation for large ones is used.
"""

import math
from collections.abc import Callable, Iterator
from typing import Any

import torch
from torch import Tensor

from autograder.checks.coercing import tensor
from autograder.judging.current_check import CheckFailed, current

ERROR = 1e-4
_FIRST = 250  # values at which a spread is looked at first; then at twice as many each time
_FEWEST = 10_000  # values of a reference
_SURE = math.log(1e-8)  # that two draws are not the same by chance
_FACTORS = {2**0.5: "sqrt(2)", 2.0: "2", 0.5: "1/2", 0.5**0.5: "1/sqrt(2)"}
_GRID = torch.linspace(-1, 1, 20_001, dtype=torch.float64)[1:-1]
_SHAPES = {"uniform": 3**0.5 * _GRID, "normal": 2**0.5 * torch.erfinv(_GRID)}


def rate_like(name: str, draw: Callable[[], Any], rate: float, *, count: int = 4000) -> None:
    """Require that what `draw` gives is true, or 1, at a rate.

    Each call of `draw` gives one or many truth values, all independent; it is called until there
    are `count`, or until the rate is certainly another one.  With a right answer that happens less
    than once in 10,000 times: the likelihood ratio of all other rates, weighted evenly, to the
    right one is a martingale, and exceeds 1 / error with at most this probability, whenever one
    stops (Ville, 1939; Robbins, Annals of Mathematical Statistics 41, 1970).  With 4000 values a
    rate of 0.25 that is off by 0.05 is found.  Raises ValueError unless 0 < rate < 1.
    """
    if not 0 < rate < 1:
        raise ValueError(f"rate_like: a rate lies between 0 and 1, not at {rate}")
    for values in _drawn(name, draw, count, rate**2 + (1 - rate) ** 2, numbers=False):
        if not ((values == 0) | (values == 1)).all():
            raise CheckFailed(f"{name} is neither true nor false")
        true, every = int(values.sum()), values.numel()
        doubt = _doubt(true, every, rate) / math.log(2 / ERROR)
        current().measure(f"{name}, in tolerances", doubt)
        if doubt > 1:
            raise CheckFailed(f"{name} {_of_rate(true, every, rate)}")


def _doubt(true: int, every: int, rate: float) -> float:
    """The logarithm of the evenly weighted likelihood ratio against a rate."""
    weighted = math.lgamma(true + 1) + math.lgamma(every - true + 1) - math.lgamma(every + 2)
    return weighted - true * math.log(rate) - (every - true) * math.log(1 - rate)


def _of_rate(true: int, every: int, rate: float) -> str:
    if true in (0, every):
        return "always happens" if true else "never happens"
    if _doubt(true, every, 1 - rate) < math.log(2 / ERROR):
        return "happens as often as it should not, and the reverse: 1 - p in place of p"
    measured = "" if current().hidden else f": {true} times in {every}"
    return ("happens too often" if true > rate * every else "happens too seldom") + measured


def spread_like(name: str, draw: Callable[[], Any], reference: Any, *, count: int = 10_000) -> None:
    """Require that what `draw` gives is distributed as a reference, of at least 10,000 values.

    The reference is drawn by the check: `0.1 * torch.randn(100_000, generator=rng)`.  Each call of
    `draw` gives one or many values, all independent and of one distribution, whatever kind that
    is; it is called until there are `count`.  A right answer fails less than once in 10,000 times:
    the largest distance of the two distribution functions is bounded as by Dvoretzky, Kiefer and
    Wolfowitz, with the constant of Massart (Annals of Probability 18, 1990), for the reference and
    for each of the looks at 250, 500, 1000 ... values.  With 10,000 a spread that is off by a tenth
    is found, and a uniform distribution in the place of a normal one.  Raises ValueError for a
    smaller reference.
    """
    right = torch.as_tensor(reference).double().flatten().sort().values
    if len(right) < _FEWEST or count < _FIRST:
        raise ValueError(f"spread_like: {name} needs a reference of {_FEWEST} values, and a count")
    looks = math.ceil(math.log2(count / _FIRST)) + 1
    due, wrong = _FIRST, False
    share = torch.unique_consecutive(right, return_counts=True)[1] / len(right)
    for values in _drawn(name, draw, count, float(share.square().sum())):
        if values.numel() < min(due, count):
            continue
        due = 2 * values.numel()
        room = _room(len(right), ERROR / 4) + _room(values.numel(), ERROR / 2 / looks)
        apart = distance(values, right)
        current().measure(f"{name}, in tolerances", apart / room)
        wrong = wrong or apart > room
        if wrong and values.numel() >= count:  # to say how, all of them are needed
            raise CheckFailed(f"{name} is {_of_spread(values, right, room)}")


def _room(count: int, error: float) -> float:
    """How far a sample lies from its distribution, at most, but for such an error."""
    return math.sqrt(math.log(2 / error) / (2 * count))


def distance(values: Tensor, right: Tensor) -> float:
    """The largest distance of two distribution functions, but for rounding; `right` is sorted."""
    ordered = values.sort().values
    near = 1e-5 * float(right.abs().max())
    below = torch.searchsorted(ordered, ordered, right=True) / len(ordered)
    under = torch.searchsorted(ordered, ordered) / len(ordered)
    above = torch.searchsorted(right, ordered + near, right=True) / len(right)
    beneath = torch.searchsorted(right, ordered - near) / len(right)
    return float(torch.maximum(below - above, beneath - under).max())


def _of_spread(values: Tensor, right: Tensor, room: float) -> str:
    """What is wrong with a distribution, in words that follow "x is"."""
    shape, wanted = (_shape_of(one, room) for one in (values, right))
    if shape and wanted and shape != wanted:
        return f"{shape}, where a {wanted} distribution is right"
    sizes = [one[one != 0].abs().mean() for one in (values, right)]
    factor = float(sizes[0] / sizes[1])
    if distance(values / factor, right) <= room:
        zeros = float((right == 0).double().mean())
        if 0 < zeros < 1 and abs(factor - (1 - zeros)) < 0.1 * factor:
            return "right except for its scale: 1 / (1 - p) is missing"
        named = next((n for f, n in _FACTORS.items() if abs(math.log(factor / f)) < 0.08), "")
        times = f"{named} times " if named else ""
        return f"{times}too {'wide' if factor > 1 else 'narrow'}: its shape is right"
    lower = values.mean() < right.mean()
    if distance(values - values.mean() + right.mean(), right) <= room:
        return f"too {'low' if lower else 'high'}, by the same everywhere: its spread is right"
    ratio = float(values.std() / right.std())
    if abs(ratio - 1) > 0.1:
        return f"too {'wide' if ratio > 1 else 'narrow'}, and not of the right shape"
    return "not distributed as it should be"


def _shape_of(values: Tensor, room: float) -> str:
    plain = (values - values.mean()) / values.std().clamp_min(1e-300)
    apart, name = min((distance(plain, grid), name) for name, grid in _SHAPES.items())
    return name if apart < room else ""


def _drawn(
    name: str, draw: Callable[[], Any], count: int, alike: float, *, numbers: bool = True
) -> Iterator[Tensor]:
    """All values so far, after each draw, until there are enough.

    Two right values are `alike` with this probability.  Raises CheckFailed where draws repeat, or
    where numbers do not differ at all.
    """
    parts: list[Tensor] = []
    every = torch.empty(0, dtype=torch.float64)
    while len(every) < count:
        values = tensor(name, draw()).flatten()
        if not values.numel() or values.is_complex() or not torch.isfinite(values).all():
            raise CheckFailed(f"{name} holds no numbers, or some that are not finite")
        parts.append(values.double())
        every = torch.cat([every, parts[-1]])
        if numbers and len(every) * math.log(alike) < _SURE and (every == every[0]).all():
            raise CheckFailed(f"{name} is the same number everywhere: nothing is drawn at random")
        again = len(every) - len(parts[0])
        if again * math.log(alike) < _SURE and all(torch.equal(one, parts[0]) for one in parts):
            raise CheckFailed(f"{name} is the same in each draw: is a seed set in it?")
        yield every
