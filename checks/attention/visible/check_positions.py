"""attention, exercise positions: the first rows of a small code."""

import torch

from autograder.checks import close, exercise, points

pytestmark = exercise("positions")


@points(0.5, hint="the angle of hand i is t / 10000 ** (2 * i / width); sines in the even columns")
def check_first_rows(student):
    """position_code(3, 4) has sines and cosines of the right angles."""
    t = torch.arange(3.0)
    expected = torch.stack([t.sin(), t.cos(), (t / 100).sin(), (t / 100).cos()], dim=1)

    close("position_code(3, 4)", student.call("position_code", 3, 4), expected)
