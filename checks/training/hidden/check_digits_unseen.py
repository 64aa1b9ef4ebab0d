"""training, exercise digits: other pictures, asked twice."""

import torch

from autograder.checks import batches, close, exercise, points

pytestmark = exercise("digits")


@points(1, hint="compute from the tensors of this Dataset, and change nothing in place")
def check_dataset_of_other_pictures(student, rng):
    """Digits works for any pictures, gives the same again, and leaves its tensors as they are."""
    pixels = torch.randint(17, (9, 8, 8), generator=rng).float()
    classes = torch.randint(10, (9,), generator=rng)
    lent = student.lend(pixels)

    dataset = student.make("Digits", lent, classes)
    for _ in range(2):
        batches("Digits(pixels, classes)", dataset, (pixels[:, None] / 16, classes))
    close("pixels, after they were used", lent, pixels)
