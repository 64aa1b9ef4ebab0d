"""layers, exercise batch_norm: another scale and shift, other rows, columns of little spread."""

import torch
from torch.nn import functional

from autograder.checks import close, exercise, gradients_close, points, tensor

pytestmark = exercise("batch_norm")

LEFT = {"batch_norm.scale": "batch_norm.scale_grad", "batch_norm.shift": "batch_norm.shift_grad"}


def normalised(x, scale, shift):
    """The right forward pass."""
    return functional.batch_norm(x, None, None, scale, shift, training=True)


def differentiate(student, *tensors, **options):
    """Judge the backward pass at these tensors."""
    gradients_close(
        student, "batch_norm.forward", *tensors, backward="batch_norm.backward", **options
    )


@points(0.5, hint="epsilon stands under the root, beside a variance that divides by N")
def check_forward_where_epsilon_counts(student, rng):
    """batch_norm.forward(x) is right for other rows, scales and shifts, and for a tiny spread."""
    spread = torch.tensor([1.0, 0.01, 0.003])
    x = torch.randn(8, 3, generator=rng) * spread
    held = [torch.randn(3, generator=rng) for _ in range(2)]
    assign = {name: [value] for name, value in zip(LEFT, held, strict=True)}

    answer = student.call("batch_norm.forward", x, assign=assign)
    close("batch_norm.forward(x)", answer, normalised(x, *held), rtol=1e-3, atol=1e-3)


@points(
    0.5, hint="mean and variance depend on the x in the brackets too; the formula has three parts"
)
def check_gradient_for_other_rows(student, rng):
    """batch_norm.backward returns the right gradient for other rows."""
    x, grad = torch.randn(2, 7, 3, generator=rng)
    answer = tensor("batch_norm.forward(x)", student.call("batch_norm.forward", x))
    assert not torch.equal(answer, x), "batch_norm.forward(x) is x itself"

    differentiate(student, x, cotangent=grad)


@points(1, hint="the gradient for x contains the scale; those for scale and shift are sums")
def check_gradients_for_another_scale(student, rng):
    """batch_norm.backward leaves and returns the right gradients for another scale and shift."""
    x, grad = torch.randn(2, 8, 3, generator=rng)
    held = [1 + torch.rand(3, generator=rng), torch.randn(3, generator=rng)]

    differentiate(student, x, left=LEFT, at=held, cotangent=grad, reference=normalised)
