"""layers, exercise softmax: other rows, and scores of any size."""

import torch

from autograder.checks import close, exercise, given, gradients_close, points, tensors

pytestmark = exercise("softmax")


def differentiate(student, *tensors, **options):
    """Judge the backward pass at these tensors."""
    gradients_close(student, "softmax", *tensors, backward="softmax_backward", **options)


@points(0.5, hint="softmax stays the same when the largest score of each row is subtracted from it")
@given(z=tensors((1, 5), (2, 6), low=-300, high=300))
def check_scores_of_any_size(student, z):
    """softmax(z) is right for any number of rows and classes, and for scores of any size."""
    close("softmax(z)", student.call("softmax", z), torch.softmax(z.double(), dim=1), atol=1e-5)


@points(1, hint="every share depends on all scores of its row, and on no other row")
def check_gradient_of_other_rows(student, rng):
    """softmax_backward gives the right gradient for other rows."""
    z, grad = 2 * torch.randn(2, 5, 6, generator=rng)

    differentiate(student, z, cotangent=grad, reference=lambda scores: torch.softmax(scores, dim=1))
