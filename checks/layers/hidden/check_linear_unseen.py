"""layers, exercise linear: a weight and a bias of other sizes, and other rows."""

import torch

from autograder.checks import close, exercise, gradients_close, points, tensor

pytestmark = exercise("linear")

LEFT = {"linear.weight": "linear.weight_grad", "linear.bias": "linear.bias_grad"}


def layer(rng):
    """Rows, a gradient for what comes out, a weight and a bias.

    A layer may have made room for gradients, or more, of the sizes that it was made for.
    """
    shapes = ((6, 3), (6, 2), (3, 2), (2,))
    return [torch.randn(shape, generator=rng) for shape in shapes]


def affine(x, weight, bias):
    """The right forward pass."""
    return x @ weight + bias


def differentiate(student, *tensors, **options):
    """Judge the backward pass at these tensors."""
    gradients_close(student, "linear.forward", *tensors, backward="linear.backward", **options)


@points(0.5, hint="compute from x, self.weight and self.bias, whatever they are")
def check_forward_with_another_weight(student, rng):
    """linear.forward(x) is right for another weight, bias and number of rows."""
    kind = tensor("linear.weight", student["linear.weight"]).dtype
    assert kind.is_floating_point, "linear.weight holds no decimal numbers"
    x, _, *held = layer(rng)
    weight, bias = (value.to(kind) for value in held)
    assign = {"linear.weight": [weight], "linear.bias": [bias]}

    answer = student.call("linear.forward", x, assign=assign)
    close("linear.forward(x)", answer, affine(x.to(kind), weight, bias))


@points(0.5, hint="which product of grad and the weight has the shape of x?")
def check_gradient_for_other_rows(student, rng):
    """linear.backward returns the right gradient for other rows."""
    x, grad = torch.randn(9, 3, generator=rng), torch.randn(9, 2, generator=rng)

    differentiate(student, x, cotangent=grad)


@points(1, hint="every row adds to them, and nothing is left from the call before")
def check_gradients_for_another_weight(student, rng):
    """linear.backward leaves the right gradients for another weight and bias."""
    x, grad, *held = layer(rng)

    differentiate(student, x, left=LEFT, at=held, cotangent=grad, reference=affine)
