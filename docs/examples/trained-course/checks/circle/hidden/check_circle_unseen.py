"""net, on points that nobody has."""

import torch

from autograder.checks import above, exercise, points

pytestmark = exercise("net")


@points(2, hint="train longer, or take a network with more neurons")
def check_accuracy_unseen(student, rng):
    """The network is right for most points that it has not seen."""
    x = torch.rand(1000, 2, generator=rng) * 2 - 1
    inside = x.norm(dim=1) < 0.7

    right = (student.predict("net", x)[:, 0] > 0) == inside
    above("the share of right answers", right.float().mean().item(), full=0.95, none=0.7)
