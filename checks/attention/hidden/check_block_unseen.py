"""attention, exercise block: the whole of it, with weights that the check chooses."""

import torch
from torch import nn

from autograder.checks import CheckFailed, exercise, points, same_network

pytestmark = exercise("block")


class Block(nn.Module):
    """A block around the mean of what a position may see."""

    def __init__(self, width):
        super().__init__()
        self.first, self.second = nn.LayerNorm(width), nn.LayerNorm(width)
        self.up, self.down = nn.Linear(width, 4 * width), nn.Linear(4 * width, width)

    def forward(self, x, mask):
        """Both halves, and what goes past them."""
        y = x + mask / mask.sum(dim=-1, keepdim=True) @ self.first(x)
        return y + self.down(self.up(self.second(y)).relu())


@points(1.5, hint="norm, then mix or mlp, then add what came in: twice")
def check_block(student, rng):
    """Block has the right parameters, and computes the right thing with them."""
    theirs = student.make("Block", 6, student.make("Average"))
    x, mask = 1 + 2 * torch.randn(3, 5, 6, generator=rng), torch.ones(5, 5).tril(1).bool()

    same_network("Block(...)", lambda: Block(6), theirs, x, mask)


@points(0.5, hint="detach nothing, and use each of the layers")
def check_gradients_reach_all_weights(student, rng):
    """Gradients reach every weight of a block, and those of what mixes inside."""
    theirs = student.make("Block", 8, student.make("nn.Bilinear", 8, 8, 8))
    x = torch.randn(2, 5, 8, generator=rng)
    found = theirs(x, torch.randn(2, 5, 8, generator=rng)).gradients(theirs)

    if len(found) < 8 or any(one is None or not one.any() for one in found):
        raise CheckFailed("no gradient of block(x, mask) reaches some of its weights")
