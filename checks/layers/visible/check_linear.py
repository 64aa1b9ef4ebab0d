"""layers, exercise linear: the layer of the answer cell, asked about three rows."""

import torch

from autograder.checks import close, exercise, gradients_close, points, tensor

pytestmark = exercise("linear")

X = torch.tensor([[0.5, -1.0, 2.0], [3.0, 1.0, -2.0], [-0.3, 0.2, 0.9], [1.4, 0.6, -0.8]])
GRAD = torch.tensor([[0.3, -0.8], [1.1, 0.6], [-1.2, 0.7], [0.4, 0.9]])
WEIGHT = torch.tensor([[0.5, -1.5], [2.0, 0.25], [-0.75, 1.0]])
BIAS = torch.tensor([0.3, -0.6])
LEFT = {"linear.weight": "linear.weight_grad", "linear.bias": "linear.bias_grad"}


@points(0.5)
def check_forward(student):
    """linear.forward(x) is x @ weight + bias."""
    weight, bias = (tensor(name, student[name]) for name in LEFT)
    assert weight.is_floating_point(), "linear.weight holds no decimal numbers"
    assert weight.shape == (3, 2), f"linear.weight has shape {tuple(weight.shape)}, not (n, m)"
    assert bias.numel() == 2, f"linear.bias has shape {tuple(bias.shape)}, not (m,)"

    # Not with the numbers that the layer says it has: zeros would be right for zeros.
    lent = WEIGHT.to(weight.dtype), BIAS.to(weight.dtype).reshape(bias.shape)
    assign = {name: [value] for name, value in zip(LEFT, lent, strict=True)}
    x = X.to(weight.dtype)
    answer = student.call("linear.forward", x, assign=assign)
    close("linear.forward(x)", answer, x @ lent[0] + lent[1].flatten())


@points(0.5, hint="which product of grad and the weight has the shape of x?")
def check_gradient_for_x(student):
    """linear.backward returns the gradient for x."""
    gradients_close(student, "linear.forward", X, backward="linear.backward", cotangent=GRAD)


@points(0.5, hint="every row of x adds to the gradients of weight and bias; go by the shapes")
def check_gradients_for_weight_and_bias(student):
    """linear.backward leaves the gradients for weight and bias, anew at each call."""
    gradients_close(
        student, "linear.forward", X, backward="linear.backward", left=LEFT, cotangent=GRAD
    )
