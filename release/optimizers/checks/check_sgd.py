"""optimizers, exercise sgd: three steps of two parameters."""

import torch

from autograder.checks import exercise, moves, points

pytestmark = exercise("sgd")

START = [torch.tensor([[0.5, -1.0], [2.0, 0.25]]), torch.tensor([1.5, -0.75, 0.1])]
SLOPES = [
    [torch.tensor([[0.3, -0.8], [1.1, 0.6]]), torch.tensor([-1.2, 0.7, 1.3])],
    [torch.tensor([[-0.5, 0.4], [0.9, -1.6]]), torch.tensor([0.2, -0.9, 0.8])],
    [torch.tensor([[1.4, 0.1], [-0.7, 0.2]]), torch.tensor([-0.6, 1.1, -0.3])],
]


@points(1, hint="v is the old v times the momentum, plus the gradient; p moves by -lr * v")
def check_three_steps(student):
    """SGD takes three steps with momentum as it should."""
    moves(student, "SGD", torch.optim.SGD, START, SLOPES, lr=0.1, momentum=0.8)
