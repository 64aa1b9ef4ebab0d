"""attention, exercise block: a small block around `Average`, by what goes through it."""

import torch

from autograder.checks import causal, close, exercise, points, tensor

pytestmark = exercise("block")


@points(0.5, hint="hand the mask to mix")
def check_nothing_later(student, rng):
    """With a causal mask no position sees what comes later, and each sees all before it."""
    theirs = student.make("Block", 6, student.make("Average"))
    x, mask = torch.randn(2, 5, 6, generator=rng), torch.ones(5, 5).tril().bool()

    causal("block(x, mask)", lambda x: theirs(x, mask), x, dim=1)


@points(0.5, hint="what comes in is added to the result of each half, and is not normalised itself")
def check_what_comes_in_goes_past(student, rng):
    """If all weights are zero, what comes in comes out; otherwise it does not."""
    theirs = student.make("Block", 6, student.make("Average"))
    x, mask = 2 + 3 * torch.randn(2, 5, 6, generator=rng), torch.ones(5, 5).bool()
    assert not torch.equal(tensor("block(x, mask)", theirs(x, mask)), x), "block(x) is x itself"

    theirs.load([0 * weight.read() for weight in theirs.parameters()])
    close("block(x, mask) with weights of zero", theirs(x, mask), x)
