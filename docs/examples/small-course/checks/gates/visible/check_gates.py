"""The names that the notebook has imported from gates.py."""

import torch

from autograder.checks import close, exercise, gradients_close, points

RIGHT = torch.nn.functional.leaky_relu
WEIGHT = torch.tensor([1.0, 2.0, 3.0])


@points(2, hint="compare x with zero, element by element")
@exercise("leaky")
def check_leaky(student, rng):
    """leaky(x) and its gradient are right."""
    x = torch.randn(4, 5, generator=rng)

    close("leaky(x)", student.call("leaky", x), RIGHT(x))
    gradients_close(student, "leaky", x, reference=RIGHT)


@points(2, hint="weight first, then sum")
@exercise("gate")
def check_gate(student, rng):
    """gate(x) and its gradient are right."""
    x = torch.randn(5, 3, generator=rng)

    close("gate(x)", student.call("gate", x), (WEIGHT * RIGHT(x)).sum())
    gradients_close(student, "gate", x, reference=lambda x: (WEIGHT * RIGHT(x)).sum())
