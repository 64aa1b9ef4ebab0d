"""backprop, exercise parametric_curve: the curve on the grid of the notebook."""

import torch

from autograder.checks import close, exercise, points

pytestmark = exercise("parametric_curve")

GRID = torch.linspace(-10, 10, 10_000)
AGAIN = (
    "the formula in the text, with torch.cos or torch.sin of the whole t. If you have gone on to "
    "the housing data, `x` and `y` mean something else now: run the answer cell again"
)


def require_no_known_slip(name, answer, wave, frequency, slips):
    """Say what an answer is, if it is one of the wrong curves that are often handed in."""
    for sentence, curve in {
        f"the wave is subtracted from t in {name}(t), not added": GRID
        + 1.5 * wave(frequency * GRID),
        f"1.5 belongs to the wave in {name}(t) alone: t - 1.5 * ..., not (t - 1.5) * ...": (
            (GRID - 1.5) * wave(frequency * GRID)
        ),
        "torch.cos and torch.sin take radians: nothing has to be converted": (
            GRID - 1.5 * wave(torch.deg2rad(frequency * GRID))
        ),
        **slips,
    }.items():
        is_like = isinstance(answer, torch.Tensor) and answer.shape == curve.shape
        assert not (
            is_like and torch.isclose(answer, curve.to(answer.dtype), rtol=0, atol=1e-3).all()
        ), sentence


@points(1, hint=AGAIN)
def check_x_on_the_grid(student):
    """x has one value for each t and follows its formula."""
    x = student["x"]

    slips = {
        "x(t) takes the cosine; the sine belongs to y(t)": GRID - 1.5 * torch.sin(17 * GRID),
        "the frequency in x(t) is 17 in this homework; other editions have other numbers": (
            GRID - 1.5 * torch.cos(15 * GRID)
        ),
    }
    require_no_known_slip("x", x, torch.cos, 17, slips)
    close("x", x, GRID - 1.5 * torch.cos(17 * GRID), rtol=0, atol=1e-3)


@points(1, hint=AGAIN)
def check_y_on_the_grid(student):
    """y has one value for each t and follows its formula."""
    y = student["y"]

    moved = GRID - 1.5 * torch.cos(17 * GRID)
    slips = {
        "y(t) takes the sine; the cosine belongs to x(t)": GRID - 1.5 * torch.cos(25 * GRID),
        "the frequency in y(t) is 25 in this homework; other editions have other numbers": (
            GRID - 1.5 * torch.sin(16 * GRID)
        ),
        "17 is the frequency of x(t); that of y(t) is 25": GRID - 1.5 * torch.sin(17 * GRID),
        "t was changed before y was computed: `x = t` is no copy, and `x -= ...` changes both": (
            moved - 1.5 * torch.sin(25 * moved)
        ),
    }
    require_no_known_slip("y", y, torch.sin, 25, slips)
    close("y", y, GRID - 1.5 * torch.sin(25 * GRID), rtol=0, atol=1e-3)
