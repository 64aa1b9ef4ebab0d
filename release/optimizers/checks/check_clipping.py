"""optimizers, exercise clipping: the gradients of two parameters."""

import torch

from autograder.checks import close, exercise, points

pytestmark = exercise("clipping")

# The norms are 3 and 4, together 5.
GRADIENTS = [torch.tensor([[1.0, -2.0], [2.0, 0.0]]), torch.tensor([0.0, -4.0])]


def clipped(student, limit):
    """What is returned for this limit, and the gradients afterwards."""
    parameters = [student.lend(torch.ones_like(g), requires_grad=True) for g in GRADIENTS]
    for parameter, gradient in zip(parameters, GRADIENTS, strict=True):
        parameter.grad = gradient
    norm = student.make("clip_gradients", parameters, limit)
    return norm, [parameter.grad for parameter in parameters]


@points(0.5, hint="one norm and one factor for all gradients, in place")
def check_long_gradients(student):
    """Gradients that are too long together are shortened together."""
    _, gradients = clipped(student, 2.0)

    for place, (gradient, right) in enumerate(zip(gradients, GRADIENTS, strict=True), 1):
        close(f"gradient {place}", gradient, right * 2 / 5)


@points(0.5, hint="return the norm that all gradients together had before")
def check_norm(student):
    """clip_gradients(parameters, limit) returns the norm before, clipped or not."""
    for limit in (2.0, 7.0):
        norm, _ = clipped(student, limit)
        close("clip_gradients(...)", float(norm), 5.0)
