"""backprop, exercise parametric_curve: the curve on the grid of the notebook."""

import torch

from autograder.checks import close, exercise, points

pytestmark = exercise("parametric_curve")

GRID = torch.linspace(-10, 10, 10_000)
AGAIN = (
    "the formula in the text, with torch.cos or torch.sin of the whole t. If you have gone on to "
    "the housing data, `x` and `y` mean something else now: run the answer cell again"
)


def is_curve(answer, expected):
    """Whether an answer is this curve, to say what it is instead of the right one."""
    is_like = isinstance(answer, torch.Tensor) and answer.shape == expected.shape
    return is_like and torch.isclose(answer, expected.to(answer.dtype), rtol=0, atol=1e-3).all()


@points(1, hint=AGAIN)
def check_x_on_the_grid(student):
    """x has one value for each t and follows its formula."""
    x = student["x"]

    assert not is_curve(x, GRID - 1.5 * torch.sin(17 * GRID)), (
        "x(t) takes the cosine; the sine belongs to y(t)"
    )
    assert not is_curve(x, GRID - 1.5 * torch.cos(15 * GRID)), (
        "the frequency in x(t) is 17 in this homework; other editions have other numbers"
    )
    close("x", x, GRID - 1.5 * torch.cos(17 * GRID), rtol=0, atol=1e-3)


@points(1, hint=AGAIN)
def check_y_on_the_grid(student):
    """y has one value for each t and follows its formula."""
    y = student["y"]

    assert not is_curve(y, GRID - 1.5 * torch.cos(25 * GRID)), (
        "y(t) takes the sine; the cosine belongs to x(t)"
    )
    assert not is_curve(y, GRID - 1.5 * torch.sin(16 * GRID)), (
        "the frequency in y(t) is 25 in this homework; other editions have other numbers"
    )
    assert not is_curve(y, GRID - 1.5 * torch.sin(17 * GRID)), (
        "17 is the frequency of x(t); that of y(t) is 25"
    )
    close("y", y, GRID - 1.5 * torch.sin(25 * GRID), rtol=0, atol=1e-3)
