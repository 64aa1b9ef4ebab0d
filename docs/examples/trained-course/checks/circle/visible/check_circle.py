"""net, on the points that students have."""

import torch

from autograder.checks import above, exercise, points

pytestmark = exercise("net")


@points(1, hint="is the output above zero inside, and below zero outside?")
def check_accuracy(student):
    """The network is right for most of the given points."""
    x = torch.rand(1000, 2, generator=torch.Generator().manual_seed(0)) * 2 - 1
    inside = x.norm(dim=1) < 0.7

    right = (student.predict("net", x)[:, 0] > 0) == inside
    above("the share of right answers", right.float().mean().item(), full=0.95, none=0.7)
