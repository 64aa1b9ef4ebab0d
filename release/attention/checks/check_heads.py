"""attention, exercise heads: a small layer, by how its inputs influence its outputs."""

import torch

from autograder.checks import CheckFailed, causal, equivariant, exercise, points

pytestmark = exercise("heads")


@points(0.5, hint="does a reshape mix positions and heads? bring the heads to the front")
def check_order_of_positions(student, rng):
    """Without a mask, positions and examples in another order give the same in that order."""
    layer = student.make("SelfAttention", 8, 4)
    x, order = torch.randn(3, 6, 8, generator=rng), torch.randperm(6, generator=rng)

    equivariant("layer(x)", layer, x, lambda t: t[:, order])
    equivariant("layer(x)", layer, x, lambda t: t.roll(1, 0))


@points(0.5, hint="the mask is true where one may look, and is for all heads")
def check_mask(student, rng):
    """With a causal mask no position sees what comes later, and each sees all before it."""
    layer, mask = student.make("SelfAttention", 8, 2), torch.ones(6, 6).tril().bool()
    x = torch.randn(2, 6, 8, generator=rng)

    if layer(x, mask).shape != x.shape:
        raise CheckFailed("layer(x, mask) does not have the shape of x")
    causal("layer(x, mask)", lambda x: layer(x, mask), x, dim=1)
