"""optimizers, exercise adamw: beside their own Adam, and some parameters without gradients."""

from itertools import pairwise

import torch

from autograder.checks import exercise, moves, points, tensor, unchanged

pytestmark = exercise("adamw")

SETTINGS = {"lr": 0.2, "betas": (0.6, 0.9), "eps": 0.03}
DECAY = 0.4


def tensors(rng):
    """Two parameters; or a gradient for each."""
    return [torch.randn(shape, generator=rng) for shape in ((2, 3), (4,))]


def moves_of_adam(student, start, slopes):
    """How their own Adam moves one parameter with these gradients, step by step."""
    parameter = student.lend(start, requires_grad=True)
    optimizer = student.make("Adam", [parameter], **SETTINGS)
    places = [start]
    for slope in slopes:
        parameter.grad = slope
        optimizer.step()
        places.append(tensor("the parameter", parameter))
    return [after.double() - before for before, after in pairwise(places)]


@points(1, hint="AdamW moves as your Adam does, and the parameter shrinks by lr * weight_decay * p")
def check_decay_beside_adam(student, rng):
    """AdamW is your Adam, with weights that shrink beside its steps."""
    start = torch.randn(3, 4, generator=rng)
    slopes = [torch.randn(3, 4, generator=rng) for _ in range(4)]
    # The steps of Adam do not depend on where the parameter is.
    steps = moves_of_adam(student, start, slopes)
    assert all(step.abs().min() > 0 for step in steps), "your Adam does not move its parameter"

    class Beside:
        """The right decay, beside steps that are what they are."""

        def __init__(self, parameters, **settings):
            (self.parameter,), self.steps = parameters, iter(steps)
            self.defaults = {**settings, "decoupled_weight_decay": True}

        def step(self):
            shrunk = (1 - SETTINGS["lr"] * DECAY) * self.parameter.data
            self.parameter.data = shrunk + next(self.steps)

    alone = [[slope] for slope in slopes]
    moves(student, "AdamW", Beside, [start], alone, weight_decay=DECAY, **SETTINGS)


@points(0.5, hint="without a gradient nothing shrinks, and a step only reads the gradients")
def check_parameters_without_gradients(student, rng):
    """A parameter without a gradient does not shrink, and gradients stay as they are."""
    start, slopes = tensors(rng), [tensors(rng) for _ in range(3)]
    slopes[0][0] = slopes[1][1] = slopes[2][1] = None
    settings = {**SETTINGS, "weight_decay": DECAY}
    moves(student, "AdamW", torch.optim.AdamW, start, slopes, **settings)

    parameter = student.lend(start[0], requires_grad=True)
    parameter.grad = slopes[1][0]
    optimizer = student.make("AdamW", [parameter], lr=0.05, weight_decay=0.1)
    with unchanged("AdamW.step()", **{"the gradients": parameter.grad}):
        optimizer.step()
        optimizer.step()
