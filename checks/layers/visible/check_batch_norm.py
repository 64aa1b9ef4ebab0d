"""layers, exercise batch_norm: the layer of the answer cell, asked about four rows."""

import torch
from torch.nn import functional

from autograder.checks import close, exercise, gradients_close, points, tensor

pytestmark = exercise("batch_norm")

X = torch.tensor([[0.5, -1.0, 2.0], [3.0, 1.0, -2.0], [-0.3, 0.2, 0.9], [1.4, 0.6, -0.8]])
GRAD = torch.tensor([[0.3, -0.8, 0.2], [1.1, 0.6, -0.5], [-1.2, 0.7, 1.3], [0.4, 0.9, -0.6]])
LEFT = {"batch_norm.scale": "batch_norm.scale_grad", "batch_norm.shift": "batch_norm.shift_grad"}


@points(0.5, hint="mean and variance over the rows (dim=0), and the variance divides by N")
def check_forward(student):
    """batch_norm.forward(x) has mean 0 and deviation 1, scaled and shifted."""
    held = {name: tensor(name, student[name]).flatten().double() for name in LEFT}
    for name, value in held.items():
        assert len(value) == 3, f"{name} holds {len(value)} numbers for 3 columns"

    expected = functional.batch_norm(X.double(), None, None, *held.values(), training=True)
    close("batch_norm.forward(x)", student.call("batch_norm.forward", X), expected)


@points(
    0.5, hint="mean and variance depend on the x in the brackets too; the formula has three parts"
)
def check_gradient_for_x(student):
    """batch_norm.backward returns the gradient for x."""
    answer = tensor("batch_norm.forward(x)", student.call("batch_norm.forward", X))
    assert not torch.equal(answer, X), "batch_norm.forward(x) is x itself"

    gradients_close(
        student, "batch_norm.forward", X, backward="batch_norm.backward", cotangent=GRAD
    )


@points(0.5, hint="scale and shift are the same for all rows: what is broadcast is summed")
def check_gradients_for_scale_and_shift(student):
    """batch_norm.backward leaves the gradients for scale and shift, anew at each call."""
    gradients_close(
        student, "batch_norm.forward", X, backward="batch_norm.backward", left=LEFT, cotangent=GRAD
    )
