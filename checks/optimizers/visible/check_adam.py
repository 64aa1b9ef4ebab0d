"""optimizers, exercise adam: three steps of two parameters."""

import torch

from autograder.checks import exercise, moves, points

pytestmark = exercise("adam")

START = [torch.tensor([[0.5, -1.0], [2.0, 0.25]]), torch.tensor([1.5, -0.75, 0.1])]
SLOPES = [
    [torch.tensor([[0.3, -0.8], [1.1, 0.6]]), torch.tensor([-1.2, 0.7, 1.3])],
    [torch.tensor([[-0.5, 0.4], [0.9, -1.6]]), torch.tensor([0.2, -0.9, 0.8])],
    [torch.tensor([[1.4, 0.1], [-0.7, 0.2]]), torch.tensor([-0.6, 1.1, -0.3])],
]


@points(1, hint="two averages for each parameter, both corrected by their own beta, then a root")
def check_three_steps(student):
    """Adam takes three steps as it should."""
    # Numbers with which each mistake shows: a large epsilon, betas far from 1.
    moves(student, "Adam", torch.optim.Adam, START, SLOPES, lr=0.1, betas=(0.7, 0.8), eps=0.1)
