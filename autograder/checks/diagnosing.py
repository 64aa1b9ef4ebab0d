"""Which kind of mistake a wrong answer looks like, from the answer and the right one alone.

A table of hypotheses, from the most to the least specific, each of them a question about two
tensors that is answered by yes or no.  The first that holds is told; docs/autopsy.md says how often
each is right.  "Holds" means up to a share of the spread of the right values that chance does not
reach, whatever the tolerances of the comparison; nothing is told that contains a right value.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from math import inf, log, pi

import torch
from torch import Tensor

from autograder.checks.similarity import FEWEST, Pair, centred, share, standardised, telling, whole
from autograder.checks.terms import (
    part_of_curve,
    same_factor,
    same_term,
    scaled_and_shifted,
    steady_factor,
    steady_term,
)

_CLOSE = {torch.float16: 1e-2, torch.bfloat16: 3e-2}
_USUAL = 1e-4
_LARGEST = 1e75  # its square and their sums are numbers too; so nan and infinity are none
_MOST = 2_000_000  # values; more would take the judge's time and memory


@dataclass(frozen=True, slots=True)
class Hypothesis:
    """A kind of mistake: its name, the question, and the words that follow "x is"."""

    name: str
    holds: Callable[[Pair], bool]
    words: str


def mistaken(actual: Tensor, expected: Tensor, inputs: Sequence[Tensor] = ()) -> Hypothesis | None:
    """The kind of mistake that wrong values look like, or None.

    Of the inputs, those count that have as many numbers as the right answer.
    """
    for one in (actual, expected):
        if one.is_complex() or one.numel() > _MOST or not (one.double().abs() < _LARGEST).all():
            return None
    if loses_fractions(actual, expected):
        return WHOLE
    kinds = OF_SHAPES if actual.shape != expected.shape else OF_VALUES
    close = max(_CLOSE.get(actual.dtype, _USUAL), _CLOSE.get(expected.dtype, _USUAL))
    pair = Pair(actual.double(), expected.double(), close, _fitting(inputs, expected))
    if pair.same(pair.actual, pair.expected):
        kinds = OF_VALUES[:1]  # any change that changes little would explain it
    found = next((kind for kind in kinds if kind.holds(pair)), None)
    return OF_CURVES.get(part_of_curve(pair)) if found is None and kinds is OF_VALUES else found


def _fitting(inputs: Sequence[Tensor], values: Tensor) -> tuple[Tensor, ...]:
    """The inputs that have one number for each value, in its shape."""
    numbers = [x for x in inputs if x.is_floating_point() and x.numel() == values.numel()]
    return tuple(
        x.detach().cpu().double().reshape(values.shape)
        for x in numbers
        if (x.abs() < _LARGEST).all()
    )


def told(actual: Tensor, expected: Tensor, *, hidden: bool, inputs: Sequence[Tensor] = ()) -> str:
    """The words for a wrong answer, or none; no number that the student chose if hidden."""
    kind = mistaken(actual, expected, inputs)
    if kind is FACTOR and not hidden:
        factor = Pair(actual.double(), expected.double(), _USUAL).ratio()
        return kind.words.replace("a constant number of", f"{factor:.3f}")
    return kind.words if kind else ""


def loses_fractions(actual: Tensor, expected: Tensor) -> bool:
    """Whether the answer holds the right values without what stands behind the point."""
    if actual.is_floating_point() or not expected.is_floating_point() or actual.numel() < FEWEST:
        return False
    right = expected.double()
    return any(torch.equal(actual.double(), whole) for whole in (right.trunc(), right.round()))


_FACTORS = {
    "twice": ((2.0,), "twice what is right, everywhere (ratio 2.000)"),
    "half": ((0.5,), "half of what is right, everywhere (ratio 0.500)"),
    "sign": ((-1.0,), "right except for the sign, everywhere (ratio -1.000)"),
    "degrees": ((pi / 180, 180 / pi), "in degrees where radians are right, or the reverse"),
    "logarithm's base": (
        (log(2), 1 / log(2), log(10), 1 / log(10)),
        "right except for the base of a logarithm",
    ),
}
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
_SCALINGS = {"division by the sum": share, "centring": centred, "standardisation": standardised}
_ALONG = {"softmax": torch.softmax, "log-softmax": torch.log_softmax, "running sum": torch.cumsum}


def _change(
    name: str, change: Callable[..., Tensor], words: str, *, along: bool = False, back: bool = False
) -> Hypothesis:
    """The answer is a change of the right one or, back, a change of it would be right."""

    def holds(pair: Pair) -> bool:
        return telling(pair) and (pair if back else pair.reversed()).mends(change, along=along)

    return Hypothesis(f"no {name}" if back else name, holds, words)


def _missing(changes: Mapping[str, Callable[..., Tensor]], *, along: bool) -> list[Hypothesis]:
    words = "right except for a missing"
    return [_change(n, g, f"{words} {n}", along=along, back=True) for n, g in changes.items()]


def _too_many(changes: Mapping[str, Callable[..., Tensor]]) -> list[Hypothesis]:
    return [
        _change(n, g, f"right except for one {n} too many", along=True) for n, g in changes.items()
    ]


WHOLE = Hypothesis("whole numbers", lambda _: False, "made of whole numbers")
FACTOR = Hypothesis(
    "factor",
    lambda pair: pair.actual.numel() > 1 and bool(pair.ratio()),
    "a constant number of times what is right, everywhere",
)
QUARTER_TURN = Hypothesis(
    "quarter turn", Pair.quarter_turn, "a sine in place of a cosine, or the reverse"
)
OF_VALUES = (
    Hypothesis("precision", Pair.imprecise, "right to four digits only"),
    Hypothesis("zero", lambda p: not p.actual.any(), "zero everywhere"),
    Hypothesis("permuted", Pair.permuted, "transposed"),
    *(
        Hypothesis(name, lambda p, numbers=numbers: p.has_ratio(*numbers), words)  # type: ignore[misc]  # a default has no type
        for name, (numbers, words) in _FACTORS.items()
    ),
    Hypothesis(
        "sample spread", Pair.sample_spread, "right except for n - 1 in place of n, or the reverse"
    ),
    Hypothesis(
        "multiple",
        lambda p: whole(p.ratio()),
        "a whole number of times what is right: a sum for a mean, or added up more than once",
    ),
    Hypothesis(
        "fraction",
        lambda p: whole(1 / (p.ratio() or inf)),
        "what is right over a whole number: a mean for a sum, or divided once too often",
    ),
    *_too_many(_SCALINGS),
    FACTOR,
    Hypothesis("shift up", lambda p: p.shift() > 0, "too large, by the same amount everywhere"),
    Hypothesis("shift down", lambda p: p.shift() < 0, "too small, by the same amount everywhere"),
    *(_change(n, g, f"the {n} of what is right") for n, g in _FUNCTIONS.items()),
    *_missing({n: g for n, g in _FUNCTIONS.items() if n not in _ONE_WAY}, along=False),
    *_missing(_ALONG, along=True),
    *_too_many(_ALONG),
    *_missing(_SCALINGS, along=True),
    Hypothesis("softmax's axis", Pair.softmax_elsewhere, "a softmax over the wrong axis"),
    _change("reversed", lambda x, axis: x.flip(axis), "right, in reverse order", along=True),
    Hypothesis("off by one", Pair.late, "right but one place off"),
    Hypothesis("order", Pair.disordered, "right, in another order"),
    Hypothesis("signs", Pair.signs, "right except for signs"),
    Hypothesis("clipped", Pair.clipped, "right but clipped"),
    QUARTER_TURN,
    Hypothesis(
        "same term",
        same_term,
        "right except for a term that is the same in every row, or in every column, such as a bias",
    ),
    Hypothesis(
        "same factor",
        same_factor,
        "right except for a factor that is the same in every row, or in every column",
    ),
    Hypothesis(
        "steady term",
        steady_term,
        "right except for a term that grows steadily: it is missing, or too many, or has another "
        "number before it",
    ),
    Hypothesis(
        "steady factor",
        steady_factor,
        "right except for a factor that grows steadily: it is missing, or one too many",
    ),
    Hypothesis(
        "scaled and shifted",
        scaled_and_shifted,
        "what is right on another scale: times a number, plus a number",
    ),
)
# By the part of a curve that is wrong, where it is made of a straight line and some waves.
OF_CURVES = {
    QUARTER_TURN.name: QUARTER_TURN,
    **{
        name: Hypothesis(name, lambda _: False, words)
        for name, words in {
            "frequency": "right except for one wave, which has another frequency",
            "frequency and amplitude": (
                "right except for one wave, which has another frequency and another size"
            ),
            "amplitude": "right except for the size of one wave, the number before it",
            "wave's sign": "right except for the sign before one wave",
            "phase": "right except for one wave, which is moved",
            "no wave": "right except for one wave, which is missing",
            "a wave": "right except for one wave too many",
            "numbers": "made of the right parts, but with other numbers before them",
        }.items()
    },
}


OF_SHAPES = (
    Hypothesis("axes", Pair.permuted, "it is transposed, its values are right"),
    Hypothesis("shape", Pair.flat, "the values are right"),
    Hypothesis(
        "square table",
        Pair.square_table,
        "shapes (N,) and (N, 1) made a table of (N, N); its diagonal is right",
    ),
    Hypothesis("one too many", Pair.one_more, "it is right but one place too long"),
    Hypothesis(
        "one too few", lambda p: p.reversed().one_more(), "it is right but one place too short"
    ),
    Hypothesis(
        "not reduced",
        lambda p: p.reversed().reduced(),
        "it is right once it is summed or averaged over an axis",
    ),
    Hypothesis(
        "reduced",
        Pair.reduced,
        "it is right, but summed or averaged over an axis too many",
    ),
    Hypothesis("other axis", Pair.other_axis, "it looks summed or averaged over the wrong axis"),
)
