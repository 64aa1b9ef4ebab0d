"""What can be wrong with any answer, for the corpus of wrong answers.

FAULTS              faults that any answer can have
STRANGE             wrong answers that no single fault explains: naming one is always a mistake
"""

from collections.abc import Callable
from math import pi

import torch
from torch import Tensor

Fault = Callable[[Tensor, torch.Generator], Tensor | None]


def normal(rng: torch.Generator, *shape: int) -> Tensor:
    """Normal numbers in float64."""
    return torch.randn(shape, generator=rng, dtype=torch.float64)


def some(rng: torch.Generator, low: int, high: int) -> int:
    """A whole number, low and high included."""
    return int(torch.randint(low, high + 1, (), generator=rng))


def uniform(rng: torch.Generator, low: float, high: float) -> float:
    """A number between two."""
    return low + (high - low) * float(torch.rand((), generator=rng, dtype=torch.float64))


def either(rng: torch.Generator) -> int:
    """One or minus one."""
    return 2 * some(rng, 0, 1) - 1


def when(condition: object, made: Tensor) -> Tensor | None:
    """The answer, where the fault is possible at all."""
    return made if bool(condition) else None


def both_signs(e: Tensor) -> bool:
    """Whether some values lie well on either side of zero."""
    return int((e > 0).sum()) > 2 and int((e < 0).sum()) > 2


OF_NUMBERS = {"twice", "half", "sign", "factor", "N", "1/N", "k times", "degrees", "square", "root"}
OF_NUMBERS |= {"column", "zero", "whole", "noise", "positive noise", "bent", "labels", "ones"}
FAULTS: dict[str, Fault] = {
    "twice": lambda e, _: 2 * e,
    "half": lambda e, _: e / 2,
    "sign": lambda e, _: -e,
    "factor": lambda e, rng: e * uniform(rng, 0.05, 9.5),
    "N": lambda e, rng: e * some(rng, 3, 500),
    "1/N": lambda e, rng: e / some(rng, 3, 500),
    "k times": lambda e, rng: e * some(rng, 3, 9),
    "degrees": lambda e, _: e * pi / 180,
    "log base": lambda e, _: e * torch.tensor(10.0).double().log(),
    "shift": lambda e, rng: when(
        e.numel() > 2, e + either(rng) * uniform(rng, 0.1, 2) * (e.abs().max() + 0.1)
    ),
    "transposed": lambda e, _: when(e.dim() > 1, e.transpose(0, -1)),
    "column": lambda e, _: e.unsqueeze(-1),
    "flat": lambda e, _: when(e.dim() > 1, e.flatten()),
    "one longer": lambda e, _: when(e.numel() > 3, torch.cat([e[:1] * 0 + 1, e])),
    "one shorter": lambda e, _: when(e.numel() > 3 and len(e) > 1, e[1:]),
    "one off": lambda e, _: when(len(e) > 3, e.roll(1, 0)),
    "one off at an edge": lambda e, _: when(len(e) > 4, torch.cat([e[1:], e[:1] * 0])),
    "reverse": lambda e, _: when(len(e) > 2, e.flip(0)),
    "shuffled": lambda e, rng: when(len(e) > 3, e[torch.randperm(len(e), generator=rng)]),
    "square": lambda e, _: e**2,
    "root": lambda e, _: when((e >= 0).all(), e.sqrt()),
    "abs": lambda e, _: when(both_signs(e), e.abs()),
    "relu": lambda e, _: when(both_signs(e), e.relu()),
    "clipped": lambda e, _: when(
        e.numel() > 8, e.clamp(e.min(), (e.mean() + e.std(correction=0) / 4))
    ),
    "zero": lambda e, _: when(e.any(), 0 * e),
    "whole": lambda e, _: when((e.round() != e).all(), e.trunc().long()),
    "sum": lambda e, _: e.sum(-1),
    "mean": lambda e, _: when(e.dim() > 1, e.mean(0)),
    "all": lambda e, _: e.mean(),
    "softmax": lambda e, _: when(e.dim() > 1, e.softmax(-1)),
    "sigmoid": lambda e, _: when(both_signs(e), e.sigmoid()),
    "exp": lambda e, _: when(e.max() < 5, e.exp()),
    "log": lambda e, _: when(e.min() > 0, e.log()),
    "tanh": lambda e, _: when(both_signs(e), e.tanh()),
    "reciprocal": lambda e, _: when(e.abs().min() > 0.01, 1 / e),
    "centring": lambda e, _: when(e.mean(0).abs().max() > 0.01, e - e.mean(0)),
    "standardisation": lambda e, _: when(
        e.std(0, correction=0).min() > 0.01,
        (e - e.mean(0)) / e.std(0, correction=0),
    ),
    "running sum": lambda e, _: when(len(e) > 3, e.cumsum(0)),
    "log-softmax": lambda e, _: when(e.dim() > 1, e.log_softmax(-1)),
    "division": lambda e, _: when(e.min() > 0, e / e.sum(0)),
    "signs": lambda e, rng: when(e.numel() > 5, e * torch.randn(e.shape, generator=rng).sign()),
    "row": lambda e, rng: when(
        e.dim() > 1 and len(e) > 2 and e.shape[1] > 1, e + 1 + normal(rng, *e.shape[1:]).abs()
    ),
    "row factor": lambda e, rng: when(
        e.dim() > 1 and len(e) > 2 and e.shape[1] > 1,
        e * (2.1 + 7 * normal(rng, *e.shape[1:]).abs()),
    ),
    "other scale": lambda e, rng: when(
        e.numel() > 20 and len(torch.unique(e)) > 9,
        uniform(rng, 0.1, 0.7) * e + (1 + e.abs().mean()) * uniform(rng, 0.5, 2),
    ),
    "precision": lambda e, rng: e * (1 + 2e-5 * normal(rng, *e.shape)),
    "unsummed": lambda e, rng: torch.stack([e * 0.3, e * 0.7 - 1, e * 0 + 1]),
}


def mixed(e: Tensor, rng: torch.Generator, share: float) -> Tensor:
    """Right in a share of the places, and noise of the same size in the others."""
    other = normal(rng, *e.shape) * e.std(correction=0) + e.mean()
    return torch.where(torch.rand(e.shape, generator=rng) < share, e, other)


STRANGE: dict[str, Fault] = {
    "noise": lambda e, rng: normal(rng, *e.shape),
    "positive noise": lambda e, rng: torch.rand(e.shape, generator=rng).double() * e.abs().max(),
    "alike": lambda e, rng: when(
        e.numel() > 1, normal(rng, *e.shape) * e.std(correction=0) + e.mean()
    ),
    "blurred": lambda e, rng: when(
        e.numel() > 1, e + 0.02 * e.std(correction=0) * normal(rng, *e.shape)
    ),
    "half right": lambda e, rng: when(e.numel() > 4, mixed(e, rng, 0.5)),
    "nearly right": lambda e, rng: when(e.numel() > 20, mixed(e, rng, 0.9)),
    "first half": lambda e, rng: when(
        e.numel() > 8, torch.cat([e[: len(e) // 2], mixed(e[len(e) // 2 :], rng, 0)])
    ),
    "one row": lambda e, rng: when(e.numel() > 8, torch.cat([e[1:2] * 0.7, e[1:]])),
    "factor and shift by place": lambda e, rng: when(
        e.numel() > 4, e * (1 + torch.rand(e.shape, generator=rng))
    ),
    "smooth": lambda e, _: when(e.numel() > 9, (e + e.roll(1, 0)) / 2),
    "constant": lambda e, _: when(e.numel() > 4 and e.mean(), e * 0 + e.mean()),
    "bent": lambda e, _: e + e.abs().max() * torch.sin(3 * e / (e.abs().max() + 1e-9)) / 9,
    "other length": lambda e, rng: normal(rng, len(e) + 3, *e.shape[1:]),
    "scalar": lambda e, rng: normal(rng),
    "labels": lambda e, rng: torch.randint(0, 10, e.shape, generator=rng),
    "ones": lambda e, _: e * 0 + 1,
}
