"""optimizers, exercises 1 to 5: no library does the work.

Behaviour cannot tell who computed a right answer.  The source can be made to hide it, so this is
worth half a point, and only beside a right answer.
"""

import math

import pytest
import torch

from autograder.checks import avoids, close, exercise, moves, points

START = [torch.tensor([0.5, -1.0, 2.0]), torch.tensor([1.5])]
SLOPES = [
    [torch.tensor([0.3, -0.8, 1.1]), torch.tensor([-1.2])],
    [torch.tensor([-0.5, 0.4, 0.9]), torch.tensor([0.2])],
]
TORCHS = ("optim", "_functional", "get_optimizer")
SCHEDULES = ("lr_scheduler", "LambdaLR", "SequentialLR", "LinearLR", "CosineAnnealingLR")
CLIPPING = ("clip_grad", "clip_grad_norm", "clip_grad_norm_", "clip_grads_with_norm_")


def right_sgd(student):
    """SGD takes two right steps."""
    moves(student, "SGD", torch.optim.SGD, START, SLOPES, lr=0.1, momentum=0.5)


def right_adam(student):
    """Adam takes two right steps."""
    moves(student, "Adam", torch.optim.Adam, START, SLOPES, lr=0.1)


def right_adamw(student):
    """AdamW takes a step that is not Adam's, in the right direction."""
    parameter = student.lend(START[0], requires_grad=True)
    parameter.grad = 0 * START[0]
    student.make("AdamW", [parameter], lr=0.5, weight_decay=0.2).step()
    close("a parameter with gradient 0 after a step of AdamW", parameter, 0.9 * START[0])


def right_schedule(student):
    """The schedule knows where it begins and where the middle is."""
    optimizer = student.make("GradientDescent", [START[0]], lr=1.0)
    schedule = student.make("WarmupCosine", optimizer, 2, 5, floor=0.2)
    third = 0.2 + 0.4 * (1 + math.cos(math.pi / 3))
    rates = [float(schedule.rate(step)) for step in range(4)]
    close("rate(step)", rates, [0.5, 1.0, 1.0, third])


def right_clipping(student):
    """Two gradients that are too long together are clipped."""
    parameters = [student.lend(one, requires_grad=True) for one in START]
    parameters[0].grad, parameters[1].grad = torch.tensor([0.0, -3.0, 0.0]), torch.tensor([4.0])
    norm = student.make("clip_gradients", parameters, 2.5)
    close("clip_gradients(...)", float(norm), 5.0)
    close("a gradient", parameters[1].grad, [2.0])


@points(0.5)
@pytest.mark.parametrize(
    ("is_right", "words"),
    [
        pytest.param(right_sgd, TORCHS, marks=exercise("sgd"), id="sgd"),
        pytest.param(right_adam, TORCHS, marks=exercise("adam"), id="adam"),
        pytest.param(right_adamw, TORCHS, marks=exercise("adamw"), id="adamw"),
        pytest.param(right_schedule, SCHEDULES, marks=exercise("schedule"), id="schedule"),
        pytest.param(right_clipping, CLIPPING, marks=exercise("clipping"), id="clipping"),
    ],
)
def check_written_by_hand(student, is_right, words, request):
    """The answer is right, and no library does the work."""
    is_right(student)
    name = request.node.get_closest_marker("exercise").args[0]
    why = "write the formulas yourself, that is what the exercise is about"
    avoids(student.source(name), *words, why=why)
