"""Which kind of mistake a wrong answer looks like, from the answer and the right one alone."""

from collections.abc import Callable

import torch

from autograder.checks.running import current

Matches = Callable[[torch.Tensor, torch.Tensor], bool]

_FEWEST = 3  # with fewer values, a ratio would tell the right ones
_NAMED = {
    2.0: "twice what is right, everywhere (ratio 2.000)",
    0.5: "half of what is right, everywhere (ratio 0.500)",
    -1.0: "right but for the sign, everywhere (ratio -1.000)",
}


def misshapen(actual: torch.Tensor, expected: torch.Tensor, matches: Matches) -> str:
    """What a wrong shape hides: right values in another order, or with an axis more."""
    if actual.dim() == expected.dim() == 2 and matches(actual.T, expected):
        return "it is transposed, its values are right"
    if squeezed(actual) == squeezed(expected) and matches(actual.reshape(expected.shape), expected):
        return "the values are right"
    return ""


def mistaken(actual: torch.Tensor, expected: torch.Tensor, matches: Matches) -> str:
    """What wrong values of the right shape look like, or an empty string."""
    if actual.dim() == 2 and actual.shape[0] == actual.shape[1] and matches(actual.T, expected):
        return "transposed"
    if _loses_fractions(actual, expected, matches):
        return f"made of whole numbers ({str(actual.dtype).removeprefix('torch.')})"
    if actual.numel() < _FEWEST or actual.is_complex() or expected.is_complex():
        return ""
    return _scaled(actual.double(), expected.double(), matches)


def squeezed(values: torch.Tensor) -> tuple[int, ...]:
    """The shape without its axes of length one."""
    return tuple(size for size in values.shape if size != 1)


def _loses_fractions(actual: torch.Tensor, expected: torch.Tensor, matches: Matches) -> bool:
    if actual.is_floating_point() or actual.is_complex() or not expected.is_floating_point():
        return False
    return matches(actual, expected.trunc()) or matches(actual, expected.round())


def _scaled(actual: torch.Tensor, expected: torch.Tensor, matches: Matches) -> str:
    if not actual.any():
        return "zero everywhere"
    shift = (actual - expected).mean()
    if matches(actual - shift, expected):
        return f"too {'large' if shift > 0 else 'small'}, by the same amount everywhere"
    ratio = float((actual * expected).sum() / (expected * expected).sum().clamp_min(1e-300))
    for factor, sentence in _NAMED.items():
        if matches(actual / factor, expected):
            return sentence
    if ratio and matches(actual / ratio, expected):
        # The student chose the ratio, perhaps from inputs that a hidden check gave.
        times = "some number of" if current().hidden else f"{ratio:.3f}"
        return f"{times} times what is right, everywhere"
    return ""
