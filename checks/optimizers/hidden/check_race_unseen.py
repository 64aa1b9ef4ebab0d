"""optimizers, exercise race: a valley that lies elsewhere, and is turned by another angle."""

import math

import torch

from autograder.checks import CheckFailed, below, exercise, points, tensor

pytestmark = exercise("race")


def height_after(student, angle, lowest, start):
    """The share of the height that is left after 100 steps of their optimizer.

    It gets gradients alone, from a valley that is turned by an angle, with this lowest place.
    """
    cosine, sine = math.cos(angle), math.sin(angle)
    across = torch.tensor([-sine, cosine], dtype=torch.float64)
    along = torch.tensor([cosine, sine], dtype=torch.float64)
    lowest = torch.tensor(lowest, dtype=torch.float64)

    def measured(place):
        x, y = (place - lowest) @ along, (place - lowest) @ across
        return x**2 / 2 + 200 * y**2 / 2, x * along + 200 * y * across

    place = lowest + start[0] * along + start[1] * across
    first, slope = measured(place)
    parameter = student.lend(place.float(), requires_grad=True)
    step = student.make("racer", [parameter]).step
    for _ in range(100):
        parameter.grad = slope.float()
        step()
        place = tensor("the parameter", parameter).double()
        if place.shape != (2,) or not place.isfinite().all():
            raise CheckFailed("your racer runs away: its steps are too long for these walls")
        height, slope = measured(place)
    return height / first


@points(1, hint="the racer must find the way by the gradients alone, from anywhere")
def check_race_elsewhere(student, rng):
    """The racer is nearly down after 100 steps, wherever the valley lies."""
    angle, x, y, side = torch.rand(4, generator=rng).tolist()
    lowest, start = (8 * x - 4, 8 * y - 4), (4.0 if side > 0.5 else -4.0, 0.1)

    left = height_after(student, 2 * math.pi * angle, lowest, start)
    below("the share of the height that is left", left, full=0.01, none=0.05)
