"""layers, all exercises: no library does the work.

Behaviour cannot tell who computed a right answer.  The source can be made to hide it, so this is
worth half a point, and only beside a right answer.
"""

import pytest
import torch
from torch.nn import functional

from autograder.checks import avoids, close, exercise, points, tensor

AUTOGRAD = ("autograd", "requires_grad", "requires_grad_", "enable_grad", "func")
LAYERS = ("nn", "functional", "softmax", "log_softmax")
X = torch.tensor([[1.0, -0.5, 0.25], [0.5, 2.0, -1.0], [-1.5, 0.75, 1.25]])
TARGET = torch.tensor([0, 2, 1])


def right_softmax(student):
    """Softmax is right."""
    close("softmax(z)", student.call("softmax", X), torch.softmax(X, dim=1))


def right_cross_entropy(student):
    """Cross-entropy is right."""
    answer = student.call("cross_entropy", X, TARGET)
    close("cross_entropy(...)", answer, functional.cross_entropy(X, TARGET))


def held(student, first, second, shape):
    """The two tensors that a layer holds, the first of a shape, the second with its columns."""
    one, other = (tensor(name, student[name]).double() for name in (first, second))
    assert one.squeeze().shape == shape, f"{first} has another shape than in the text"
    assert other.numel() == shape[-1], f"{second} has another shape than in the text"
    return one.squeeze(), other.flatten()


def right_linear(student):
    """The affine map is right."""
    weight, bias = held(student, "linear.weight", "linear.bias", (3, 2))
    close("linear.forward(x)", student.call("linear.forward", X), X.double() @ weight + bias)


def right_batch_norm(student):
    """BatchNorm is right."""
    scale, shift = held(student, "batch_norm.scale", "batch_norm.shift", (3,))
    expected = functional.batch_norm(X.double(), None, None, scale, shift, training=True)
    close("batch_norm.forward(x)", student.call("batch_norm.forward", X), expected)


@points(0.5)
@pytest.mark.parametrize(
    "is_right",
    [
        pytest.param(right_softmax, marks=exercise("softmax"), id="softmax"),
        pytest.param(right_cross_entropy, marks=exercise("cross_entropy"), id="cross_entropy"),
        pytest.param(right_linear, marks=exercise("linear"), id="linear"),
        pytest.param(right_batch_norm, marks=exercise("batch_norm"), id="batch_norm"),
    ],
)
def check_written_by_hand(student, is_right, request):
    """The forward pass is right, and nothing is left to autograd or a library."""
    is_right(student)
    name = request.node.get_closest_marker("exercise").args[0]
    avoids(
        student.source(name),
        *AUTOGRAD,
        *LAYERS,
        why="write the formulas yourself, that is what the exercise is about",
    )
