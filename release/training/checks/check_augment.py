"""training, exercise augment: a dot in the middle, and empty pictures."""

import torch

from autograder.checks import close, exercise, points, spread_like, tensor

pytestmark = exercise("augment")


@points(0.5, hint="cut 8 by 8 pixels out of a picture with a border")
def check_moves_by_one_pixel(student):
    """A dot in the middle is at most one pixel away, and the given pictures stay as they are."""
    dots = torch.zeros(20, 1, 8, 8)
    dots[:, :, 4, 3] = 10
    lent = student.lend(dots)
    moved = tensor("augment(images)", student.theirs("augment")(lent))

    assert moved.shape == dots.shape, (
        f"augment(images) has shape {tuple(moved.shape)}, {tuple(dots.shape)} was expected"
    )
    close("images, after augment(images)", lent, dots)
    places = moved.flatten(1).argmax(dim=1)
    down, right = places // 8 - 4, places % 8 - 3
    assert max(down.abs().max(), right.abs().max()) <= 1, "a picture moves by more than one pixel"
    assert down.abs().max() > 0, "no picture moves up or down"
    assert right.abs().max() > 0, "no picture moves to the left or to the right"


@points(0.5, hint="normal noise is torch.randn; 0.1 is its standard deviation, not its variance")
def check_noise(student, rng):
    """What is added to an empty picture is normal noise with deviation 0.1."""
    augment, empty = student.theirs("augment"), torch.zeros(50, 1, 8, 8)

    right = 0.1 * torch.randn(50_000, generator=rng)
    spread_like("the noise", lambda: augment(empty), right)
