"""backprop, exercise parametric_curve: the curve on a grid that the student never sees."""

import torch

from autograder.checks import close, exercise, points, tensor

pytestmark = exercise("parametric_curve")

HINT = "compute from `t` itself, all of it, and not from numbers or a grid of your own"


def another_grid(rng):
    """Times within [-10, 10], where float32 and float64 answers agree within 1e-3.

    A column of right values is right here; the visible checks ask for the shape.
    """
    return torch.rand(1_234, generator=rng) * 20 - 10


@points(1, hint=HINT)
def check_x_on_another_grid(student, rng):
    """x follows its formula for any t, not only the plotted one."""
    t = another_grid(rng)

    x = tensor("x", student.rerun("parametric_curve", t=t)["x"]).flatten()
    close("x", x, t - 1.5 * torch.cos(17 * t), rtol=0, atol=1e-3)


@points(1, hint=HINT)
def check_y_on_another_grid(student, rng):
    """y follows its formula for any t, not only the plotted one."""
    t = another_grid(rng)

    y = tensor("y", student.rerun("parametric_curve", t=t)["y"]).flatten()
    close("y", y, t - 1.5 * torch.sin(25 * t), rtol=0, atol=1e-3)
