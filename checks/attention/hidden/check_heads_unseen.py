"""attention, exercise heads: other sizes, masks, and positions in another order."""

import torch
from torch import nn
from torch.nn import functional

from autograder.checks import (
    CheckFailed,
    depends_on,
    equivariant,
    exercise,
    points,
    same_network,
    words_of,
)

pytestmark = exercise("heads")

LIBRARY = {
    "scaled_dot_product_attention",
    "MultiheadAttention",
    "multi_head_attention_forward",
    "TransformerEncoderLayer",
}


class Heads(nn.Module):
    """Self-attention with several heads, by torch's own function."""

    def __init__(self, width, heads):
        super().__init__()
        self.heads = heads
        self.query, self.key, self.value = (nn.Linear(width, width, bias=False) for _ in range(3))
        self.out = nn.Linear(width, width)

    def forward(self, x, mask=None):
        """With a mask that is true where one may look, or without one."""
        parts = [each(x) for each in (self.query, self.key, self.value)]
        cut = [part.unflatten(-1, (self.heads, -1)).transpose(1, 2) for part in parts]
        answers = functional.scaled_dot_product_attention(*cut, attn_mask=mask)
        return self.out(answers.transpose(1, 2).flatten(2))


@points(1, hint="each head divides by the root of its own d, and sees its own piece alone")
def check_layer(student, rng):
    """SelfAttention has the right parameters, and computes the right thing with them."""
    x, theirs = torch.randn(3, 5, 12, generator=rng), student.make("SelfAttention", 12, 2)

    same_network("SelfAttention(...)", lambda: Heads(12, 2), theirs, x)


@points(0.5, hint="the mask is for all heads; -inf before the softmax; detach nothing")
def check_layer_with_a_mask(student, rng):
    """SelfAttention computes the right thing with a mask, and gradients reach its weights."""
    x, theirs = torch.randn(2, 7, 12, generator=rng), student.make("SelfAttention", 12, 3)
    mask = torch.arange(7) < torch.tensor([7, 3])[:, None, None, None]

    same_network("SelfAttention(...)", lambda: Heads(12, 3), theirs, x, mask)
    if any(one is None or not one.any() for one in theirs(x, mask).gradients(theirs)):
        raise CheckFailed("no gradient of layer(x, mask) reaches some of its weights")


@points(0.5)
def check_written_by_hand(student, rng):
    """The layer attends to all positions, and is not left to a function of torch's."""
    theirs, x = student.make("SelfAttention", 6, 3), torch.randn(1, 5, 6, generator=rng)
    equivariant("layer(x)", theirs, x, lambda t: t.roll(1, 1))
    depends_on("layer(x)", theirs, x, at=torch.arange(5)[None] == 0)
    if used := sorted(words_of(student.source("heads")) & LIBRARY):
        raise CheckFailed(f"the answer leaves the work to {used[0]}: write the formula yourself")
