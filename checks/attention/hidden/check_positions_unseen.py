"""attention, exercise positions: other sizes, and far positions."""

import pytest
import torch

from autograder.checks import close, exercise, points

pytestmark = exercise("positions")


def code(length, width):
    """The right code, in 64 bits."""
    hands = torch.arange(0, width, 2).double()
    angles = torch.arange(length)[:, None] / 10000 ** (hands / width)
    return torch.stack([angles.sin(), angles.cos()], dim=-1).flatten(1)


@points(0.5, hint="one sine and one cosine for each hand, side by side")
@pytest.mark.parametrize(("length", "width"), [(7, 10), (1, 2)])
def check_other_sizes(student, length, width):
    """position_code has the right rows for other lengths and widths."""
    close("position_code(...)", student.call("position_code", length, width), code(length, width))


@points(0.5, hint="divide the position by the power; nothing needs to be multiplied up")
def check_far_positions(student):
    """position_code is right for positions far away."""
    found = student.call("position_code", 1500, 16)

    close("position_code(...)", found, code(1500, 16), atol=1e-3)
