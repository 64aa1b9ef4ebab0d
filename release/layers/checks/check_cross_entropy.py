"""layers, exercise cross_entropy: four rows of scores and their right classes."""

import torch
from torch.nn import functional

from autograder.checks import close, exercise, gradients_close, points

pytestmark = exercise("cross_entropy")

LOGITS = torch.tensor([[0.5, -1.0, 2.0], [3.0, 1.0, -2.0], [-0.3, 0.2, 0.9], [1.3, 0.7, -0.4]])
TARGET = torch.tensor([2, 1, 0, 0])


@points(0.5, hint="the mean over the rows, of natural logarithms")
def check_value(student):
    """cross_entropy(logits, target) is the mean loss, one number."""
    expected = functional.cross_entropy(LOGITS, TARGET)

    close("cross_entropy(...)", student.call("cross_entropy", LOGITS, TARGET), expected)


@points(0.5, hint="shares, minus one for the right class, and what does the mean divide by?")
def check_gradient(student):
    """cross_entropy_backward agrees with differences of cross_entropy."""
    gradients_close(student, "cross_entropy", LOGITS, TARGET, backward="cross_entropy_backward")
