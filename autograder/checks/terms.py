"""Which part of a formula is wrong: a term, a factor, a wave, the numbers before them."""

import torch
from torch import Tensor

from autograder.checks.similarity import FEWEST, Pair, fitted, telling
from autograder.checks.waves import curve_of, wrong_part

_ROW = 12  # values that make a curve
_MOST = 20_000  # of which one is taken apart in a second


def same_term(pair: Pair) -> bool:
    """Whether what was added is the same in all slices along some axis."""
    return any(
        pair.same(
            pair.actual - (pair.actual - pair.expected).mean(axis, keepdim=True), pair.expected
        )
        for axis in _repeating(pair)
    )


def same_factor(pair: Pair) -> bool:
    """Whether the factor between the two is the same in all slices along some axis."""
    a, e = pair.actual, pair.expected

    def is_factor(axis: int) -> bool:
        factor = (a * e).sum(axis, keepdim=True) / (e * e).sum(axis, keepdim=True)
        return bool((factor.abs() > pair.close).all()) and pair.same(a / factor, e)

    return telling(pair) and any(is_factor(axis) for axis in _repeating(pair))


def _repeating(pair: Pair) -> list[int]:
    """The axes along which a few numbers would have to explain many."""
    shape = pair.expected.shape
    return [axis for axis, size in enumerate(shape) if len(shape) > 1 and size >= FEWEST]


def steady_term(pair: Pair) -> bool:
    """Whether what was added is a straight line in an input."""
    apart = pair.actual - pair.expected
    many = pair.expected.numel() >= _ROW and telling(pair)
    return many and any(
        pair.same(pair.actual - _explained(apart, [x, x**0]), pair.expected) for x in _places(pair)
    )


def steady_factor(pair: Pair) -> bool:
    """Whether the right one is the answer times a straight line in an input, or the reverse."""
    ways = ((pair.actual, pair.expected), (pair.expected, pair.actual))
    many = pair.expected.numel() >= _ROW and telling(pair)
    return many and any(
        pair.same(_explained(whole, [part, part * x]), whole)
        for part, whole in ways
        for x in _places(pair)
    )


def scaled_and_shifted(pair: Pair) -> bool:
    """Whether the answer is a straight line in the right one."""
    a, e = pair.actual, pair.expected
    many = e.numel() >= _ROW and len(torch.unique(e)) > _ROW // 2
    return many and bool(a.std() > 0) and pair.same(_explained(e, [a, a**0]), e)


def _explained(values: Tensor, parts: list[Tensor]) -> Tensor:
    """The sum of multiples of the parts that comes nearest to some values."""
    columns = torch.stack([part.flatten() for part in parts], dim=1)
    scale = columns.abs().amax(0).clamp_min(1e-300)
    columns = columns / scale
    return (columns @ fitted(columns, values.flatten())).reshape(values.shape)


def part_of_curve(pair: Pair) -> str:
    """Which part of a curve is wrong, where both are a straight line and some waves."""
    if pair.expected.numel() > _MOST:
        return ""
    for place in _places(pair):
        place, a, e = (x.flatten() for x in (place, pair.actual, pair.expected))
        right = curve_of(e, place, pair.close) if len(torch.unique(e)) > _ROW // 2 else None
        found = curve_of(a, place, pair.close) if right else None
        if right and found and (right.waves or found.waves):
            return wrong_part(found, right)
    return ""


def _places(pair: Pair) -> tuple[Tensor, ...]:
    """The inputs; of a row of values of which none are known, their places in it."""
    values = pair.expected
    if pair.inputs or values.numel() < _ROW or values.numel() != max(values.shape):
        return pair.inputs
    return (torch.linspace(-1, 1, values.numel(), dtype=values.dtype).reshape(values.shape),)
