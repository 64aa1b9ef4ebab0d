"""layers, exercise cross_entropy: other rows, and scores that are far apart."""

import torch
from torch.nn import functional

from autograder.checks import close, exercise, gradients_close, points

pytestmark = exercise("cross_entropy")


def rows(rng, scale=1.0):
    """Some scores with their right classes."""
    logits = scale * torch.randn(7, 5, generator=rng)
    return logits, torch.randint(0, 5, (7,), generator=rng)


def differentiate(student, *tensors, **options):
    """Judge the backward pass at these tensors."""
    gradients_close(
        student, "cross_entropy", *tensors, backward="cross_entropy_backward", **options
    )


@points(0.5, hint="a share that is rounded to zero has no logarithm: start from the scores")
def check_scores_far_apart(student, rng):
    """cross_entropy is right where shares are too small for 32 bits."""
    logits, target = rows(rng, scale=200.0)
    expected = functional.cross_entropy(logits.double(), target)

    close("cross_entropy(...)", student.call("cross_entropy", logits, target), expected)


@points(1, hint="shares, minus one for the right class, and what does the mean divide by?")
def check_gradient_of_other_rows(student, rng):
    """cross_entropy_backward gives the right gradient for other rows."""
    differentiate(student, *rows(rng), reference=functional.cross_entropy)
