"""backprop, exercise parametric_curve: the curve on the grid of the notebook."""

import torch

from autograder.checks import close, exercise, points

pytestmark = exercise("parametric_curve")

GRID = torch.linspace(-10, 10, 10_000)
X = GRID - 1.5 * torch.cos(17 * GRID)
Y = GRID - 1.5 * torch.sin(25 * GRID)
AGAIN = (
    "the formula in the text, with torch.cos or torch.sin of the whole t. If you have gone on to "
    "the housing data, `x` and `y` mean something else now: run the answer cell again"
)


def require_no_known_slip(name, answer, wave, frequency, slips):
    """Say what an answer is, if it is one of the wrong curves that are often handed in."""
    for sentence, curve in {
        f"the wave is added to t in {name}(t), where it should be subtracted": GRID
        + 1.5 * wave(frequency * GRID),
        f"{name}(t) is (t - 1.5) * ..., where 1.5 belongs to the wave alone: t - 1.5 * ...": (
            (GRID - 1.5) * wave(frequency * GRID)
        ),
        f"{name}(t) turns degrees into radians, which torch.cos and torch.sin take anyway": (
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
        "x(t) takes the sine, where it should take the cosine": GRID - 1.5 * torch.sin(17 * GRID),
        "x(t) has the frequency of y(t)": GRID - 1.5 * torch.cos(25 * GRID),
    }
    require_no_known_slip("x", x, torch.cos, 17, slips)
    close("x", x, X, rtol=0, atol=1e-3, others={"y": Y})


@points(1, hint=AGAIN)
def check_y_on_the_grid(student):
    """y has one value for each t and follows its formula."""
    y = student["y"]

    slips = {
        "y(t) takes the cosine, where it should take the sine": GRID - 1.5 * torch.cos(25 * GRID),
        "y(t) has the frequency of x(t)": GRID - 1.5 * torch.sin(17 * GRID),
        "t was changed before y was computed: `x = t` is no copy, and `x -= ...` changes both": (
            X - 1.5 * torch.sin(25 * X)
        ),
    }
    require_no_known_slip("y", y, torch.sin, 25, slips)
    close("y", y, Y, rtol=0, atol=1e-3, others={"x": X})
