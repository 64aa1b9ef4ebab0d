"""optimizers, exercise race: a valley that is turned and moved."""

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


@points(1, hint="which of your optimizers gets along the floor, and with how long steps?")
def check_race(student):
    """The racer is nearly down after 100 steps."""
    left = height_after(student, angle=0.7, lowest=(1.5, -2.0), start=(-4.0, 0.1))

    below("the share of the height that is left", left, full=0.01, none=0.05)
