"""The table of tolerances against what honest ways of computing the same differ by."""

from collections.abc import Callable, Iterator

import pytest
import torch
from torch import Tensor

from autograder.checks.tolerances import tolerances


def honest(rng: torch.Generator, kind: torch.dtype) -> Iterator[tuple[Tensor, Tensor]]:
    """Two ways of computing the same thing, the first of them in this precision."""
    x = torch.randn(64, 16, generator=rng, dtype=torch.float64).to(kind).double()
    y = torch.randn(16, 8, generator=rng, dtype=torch.float64).to(kind).double()
    t = (torch.rand(500, generator=rng, dtype=torch.float64) * 2 - 1).to(kind).double()
    low, weights, time = x.to(kind), y.to(kind), t.to(kind)
    centred = low - low.mean(0)
    ways: list[tuple[Tensor, Callable[[], Tensor]]] = [
        (low @ weights, lambda: x @ y),
        (sum(low[:, i : i + 1] * weights[i] for i in range(16)), lambda: x @ y),  # type: ignore[list-item]  # it is a tensor
        (low.exp() / low.exp().sum(1, keepdim=True), lambda: x.softmax(1)),
        (low.log_softmax(1), lambda: x.log_softmax(1)),
        (centred / (centred**2).mean(0).sqrt(), lambda: (x - x.mean(0)) / x.std(0, correction=0)),
        ((low**2).mean(), lambda: (x**2).mean()),
        (time - 1.5 * torch.cos(3 * time), lambda: t - 1.5 * torch.cos(3 * t)),
        (torch.tanh(time) * torch.exp(time), lambda: t.tanh() * t.exp()),
    ]
    yield from ((way, exact()) for way, exact in ways)


def spread(kind: torch.dtype) -> float:
    """The largest difference seen, as a share of what the table allows."""
    rtol, atol = tolerances(kind)
    rng = torch.Generator().manual_seed(0)
    pairs = (pair for _ in range(50) for pair in honest(rng, kind))
    return max(
        float(((way.double() - exact).abs() / (atol + rtol * exact.abs())).max())
        for way, exact in pairs
    )


@pytest.mark.parametrize("kind", [torch.float64, torch.float32, torch.float16, torch.bfloat16])
def test_honest_ways_agree_with_room_to_spare(kind: torch.dtype) -> None:
    """Half of the tolerance is enough for all of them; for 16 bits, nearly all of it."""
    assert spread(kind) < (0.5 if kind in {torch.float64, torch.float32} else 1.0)
