"""optimizers, exercise sgd: other parameters and settings, and some without gradients."""

import torch

from autograder.checks import exercise, moves, points, unchanged

pytestmark = exercise("sgd")


def tensors(rng):
    """Three parameters, two of one shape; or a gradient for each."""
    return [torch.randn(shape, generator=rng) for shape in ((2, 3), (2, 3), (4,))]


@points(1, hint="every parameter has a velocity of its own, which lasts from step to step")
def check_more_steps(student, rng):
    """SGD takes five steps of other parameters, with another momentum."""
    slopes = [tensors(rng) for _ in range(5)]

    moves(student, "SGD", torch.optim.SGD, tensors(rng), slopes, lr=0.05, momentum=0.6)


@points(0.5, hint="`parameter.grad` may be None, in one step or in all; and a step only reads it")
def check_parameters_without_gradients(student, rng):
    """A parameter without a gradient stays, with its velocity, and gradients stay as they are."""
    start, slopes = tensors(rng), [tensors(rng) for _ in range(4)]
    slopes[0][0] = slopes[2][1] = slopes[2][0] = None
    for some in slopes:
        some[2] = None
    moves(student, "SGD", torch.optim.SGD, start, slopes, lr=0.05, momentum=0.6)

    parameter = student.lend(start[0], requires_grad=True)
    parameter.grad = slopes[1][0]
    optimizer = student.make("SGD", [parameter], lr=0.05, momentum=0.6)
    with unchanged("SGD.step()", **{"the gradients": parameter.grad}):
        optimizer.step()
        optimizer.step()
