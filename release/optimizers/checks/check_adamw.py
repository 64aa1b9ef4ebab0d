"""optimizers, exercise adamw: three steps of two parameters."""

import torch

from autograder.checks import exercise, moves, points

pytestmark = exercise("adamw")

START = [torch.tensor([[0.5, -1.0], [2.0, 0.25]]), torch.tensor([1.5, -0.75, 0.1])]
SLOPES = [
    [torch.tensor([[0.3, -0.8], [1.1, 0.6]]), torch.tensor([-1.2, 0.7, 1.3])],
    [torch.tensor([[-0.5, 0.4], [0.9, -1.6]]), torch.tensor([0.2, -0.9, 0.8])],
    [torch.tensor([[1.4, 0.1], [-0.7, 0.2]]), torch.tensor([-0.6, 1.1, -0.3])],
]


@points(1, hint="the decay is no part of the gradient: the parameter shrinks by itself")
def check_three_steps(student):
    """AdamW takes three steps as it should."""
    settings = {"lr": 0.1, "betas": (0.7, 0.8), "eps": 0.1, "weight_decay": 0.5}

    moves(student, "AdamW", torch.optim.AdamW, START, SLOPES, **settings)
