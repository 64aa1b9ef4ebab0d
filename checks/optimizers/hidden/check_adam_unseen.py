"""optimizers, exercise adam: other parameters and settings, and some without gradients."""

import torch

from autograder.checks import exercise, moves, points, unchanged

pytestmark = exercise("adam")


def tensors(rng):
    """Three parameters, two of one shape; or a gradient for each."""
    return [torch.randn(shape, generator=rng) for shape in ((2, 3), (2, 3), (4,))]


@points(1.5, hint="every parameter has moments of its own, which last from step to step")
def check_more_steps(student, rng):
    """Adam takes five steps of other parameters, with other betas and epsilon."""
    slopes = [tensors(rng) for _ in range(5)]
    settings = {"lr": 0.05, "betas": (0.6, 0.9), "eps": 0.03}

    moves(student, "Adam", torch.optim.Adam, tensors(rng), slopes, **settings)


@points(0.5, hint="the usual betas are those in the first line of `__init__`")
def check_usual_settings(student, rng):
    """Adam takes steps with its usual betas and epsilon."""
    slopes = [[scale * one for one in tensors(rng)] for scale in (1, 0.01, 1)]

    moves(student, "Adam", torch.optim.Adam, tensors(rng), slopes, lr=0.01)


@points(0.5, hint="who is skipped in a step does not count it; and a step only reads the gradients")
def check_parameters_without_gradients(student, rng):
    """A parameter without a gradient stays, with moments and count; gradients stay as they are."""
    start, slopes = tensors(rng), [tensors(rng) for _ in range(4)]
    slopes[0][0] = slopes[2][1] = slopes[2][0] = None
    for some in slopes:
        some[2] = None
    settings = {"lr": 0.05, "betas": (0.6, 0.9), "eps": 0.03}
    moves(student, "Adam", torch.optim.Adam, start, slopes, **settings)

    parameter = student.lend(start[0], requires_grad=True)
    parameter.grad = slopes[1][0]
    optimizer = student.make("Adam", [parameter], lr=0.05)
    with unchanged("Adam.step()", **{"the gradients": parameter.grad}):
        optimizer.step()
        optimizer.step()
