"""layers, exercise softmax: a few rows of scores."""

import torch

from autograder.checks import close, exercise, gradients_close, points, tensor

pytestmark = exercise("softmax")

Z = torch.tensor([[0.5, -1.0, 2.0, 0.1], [3.0, 1.0, -2.0, 0.4], [-0.3, 0.2, 0.9, -1.7]])
GRAD = torch.tensor([[0.3, -0.8, 1.1, 0.6], [-1.2, 0.7, 0.4, 0.9], [1.5, -0.2, -0.6, 0.8]])


@points(0.5, hint="the exponentials of a row, divided by their sum over the classes (dim=1)")
def check_values(student):
    """softmax(z) holds the shares of the classes."""
    close("softmax(z)", student.call("softmax", Z), torch.softmax(Z, dim=1))


@points(0.5, hint="every share depends on all scores of its row: mind the sum over i")
def check_gradient(student):
    """softmax_backward agrees with differences of softmax."""
    answer = tensor("softmax(z)", student.call("softmax", Z))
    assert not torch.equal(answer, Z), "softmax(z) is z itself"

    gradients_close(student, "softmax", Z, backward="softmax_backward", cotangent=GRAD)
