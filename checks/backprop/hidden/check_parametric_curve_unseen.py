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


def curves(t):
    """Both coordinates at these times."""
    return {"x": t - 1.5 * torch.cos(17 * t), "y": t - 1.5 * torch.sin(25 * t)}


def require_curve(student, name, t):
    """Require one coordinate, and say if it is the other one."""
    right = curves(t)
    answer = tensor(name, student.rerun("parametric_curve", t=t)[name]).flatten()
    close(name, answer, right.pop(name), rtol=0, atol=1e-3, others=right)


@points(1, hint=HINT)
def check_x_on_another_grid(student, rng):
    """x follows its formula for any t, not only the plotted one."""
    require_curve(student, "x", another_grid(rng))


@points(1, hint=HINT)
def check_y_on_another_grid(student, rng):
    """y follows its formula for any t, not only the plotted one."""
    require_curve(student, "y", another_grid(rng))
