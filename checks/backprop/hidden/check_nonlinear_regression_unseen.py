"""backprop, exercise nonlinear_regression: other values of x, the gradients, the steps, the fit."""

import re
from functools import cache, partial
from itertools import pairwise

import numpy as np
import torch

from autograder.checks import (
    below,
    exercise,
    gradients_close,
    nonlinear_in,
    points,
    tensor,
)

pytestmark = exercise("nonlinear_regression")

HINT = (
    "in each step: a fresh gradient of the mean over all x, one plain step against it, and clear it"
)
TINY = 1e-30
FAR = 1e6


@cache
def released(data):
    """x and y as the notebook makes them, from the file that every student has."""
    with (data / "housing.csv").open() as file:
        names = file.readline().strip().split(",")
        table = torch.tensor(np.loadtxt(file, delimiter=","), dtype=torch.float32)
    return table[:, names.index("LSTAT")] / 10, table[:, -1]


def predicted(student, x, **assigned):
    """What predict(x) answers: one number for each element of x, none of them out of all bounds."""
    prediction = tensor("predict(x)", student.call("predict", x, **assigned))
    assert prediction.shape == x.shape, "predict(x) does not have the shape of the x it is given"
    assert prediction.is_floating_point(), "predict(x) holds no decimal numbers; a price is one"
    assert (prediction.double().abs() < 1e9).all(), "predict(x) is not finite for some x"
    return prediction.double()


def parameters_of(student):
    """The tensors in `parameters`, after their types."""
    parameters = student["parameters"]
    assert isinstance(parameters, list), "`parameters` is no list of tensors"
    assert parameters, "`parameters` is an empty list"
    assert all(
        isinstance(value, torch.Tensor) and value.is_floating_point() for value in parameters
    ), "`parameters` holds something else than tensors of decimal numbers"
    return parameters


def place_after(student, steps):
    """The parameters as they are when the descent has taken some steps."""
    return parameters_of(student.rerun("nonlinear_regression", steps=steps))


def gradient_of_the_loss(student, x, y, at):
    """The gradient of the mean squared error with the parameters at the given values."""
    cotangent = 2 * (predicted(student, x, assign={"parameters": at}) - y) / len(y)
    found = student.grad(
        "predict", x, wrt="parameters", cotangent=cotangent, assign={"parameters": at}
    )
    gradients = [
        torch.zeros_like(value) if gradient is None else tensor("a gradient", gradient)
        for value, gradient in zip(at, found, strict=False)
    ]
    assert is_alike(gradients, at), "a gradient has another shape than its tensor in `parameters`"
    return gradients


def is_alike(tensors, others):
    """Whether two lists hold tensors of the same shapes."""
    return [value.shape for value in tensors] == [value.shape for value in others]


def dot(left, right):
    """The inner product of two lists of tensors."""
    return sum((one.double() * other).sum() for one, other in zip(left, right, strict=True))


def plain_step(rates, gradients):
    """The step of gradient descent, with a step size for each parameter."""
    return [-rate * gradient for rate, gradient in zip(rates, gradients, strict=True)]


def is_step(move, expected, place=()):
    """Whether a move from a place is the expected one, up to what rounding does to it."""
    apart = [one - other for one, other in zip(move, expected, strict=True)]
    rounding = (8 * torch.finfo(torch.float32).eps) ** 2 * sum(
        value.double().square().sum() for value in place
    )
    return dot(apart, apart) <= 0.02**2 * dot(move, move) + rounding


@points(1.5, hint="compute the prediction from the argument `x` and from `parameters` alone")
def check_prediction_bends_for_another_x(student, data, rng):
    """predict(x) is a function of the x it is given, and bends there too."""
    seen, y = released(data)
    x = seen.min() + torch.rand(300, generator=rng) * (seen.max() - seen.min())
    order = torch.randperm(len(x), generator=rng)
    prediction = predicted(student, x)

    assert torch.allclose(predicted(student, x[order]), prediction[order], rtol=1e-4, atol=1e-4), (
        "predict(x) depends on something else than the x it is given"
    )
    assert prediction.var() >= 0.01 * y.var(), "the prediction hardly changes with x"
    nonlinear_in("predict(x)", x, prediction)


@points(0.5, hint="let nothing in predict(x) be detached, made a number or done under no_grad()")
def check_gradients_agree_with_differences(student, data, rng):
    """The gradients of the loss agree with differences of your own predictions."""
    x, y = released(data)
    at = [
        value.float() + 0.01 * torch.randn(value.shape, generator=rng)
        for value in parameters_of(student)
    ]
    cotangent = 2 * (predicted(student, x, assign={"parameters": at}) - y) / len(y)

    gradients_close(student, "predict", x, wrt="parameters", cotangent=cotangent, at=at, rtol=0.01)


@points(1.5, hint=HINT)
def check_gradients_are_cleared(student, data, rng):
    """Every step follows the gradient of the place where it is taken, and of no earlier one."""
    # Behaviour cannot tell who took a right step.  The source can be made to hide it.
    assert not re.search(
        r"^[^#\n]*\boptim\b", student.source("nonlinear_regression"), re.MULTILINE
    ), "torch.optim takes the steps: take them by hand, which is what the exercise is about"
    x, y = released(data)
    # How many steps are looked at, nobody can foresee.
    count = int(torch.randint(5, 10, (), generator=rng))
    # The longest way first: what it would leave behind, all others would show.
    student.ask_ahead(*(partial(place_after, steps=steps) for steps in range(count, -1, -1)))
    places = [place_after(student, steps) for steps in range(count + 1)]
    assert all(is_alike(place, places[0]) for place in places), (
        "`parameters` changes its shapes from step to step"
    )
    moves = [
        [after - before for before, after in zip(*pair, strict=True)] for pair in pairwise(places)
    ]
    assert dot(moves[0], moves[0]) > 0, (
        "nothing moves in the first step: does the loop run over range(steps), and does it change "
        "the very tensors in `parameters`?"
    )
    questions = [partial(gradient_of_the_loss, x=x, y=y, at=place) for place in places[:-1]]
    student.ask_ahead(*questions)  # for the predictions
    student.ask_ahead(*questions)  # and for the gradients, which take them
    gradients = [gradient_of_the_loss(student, x, y, places[0])]
    rates = [
        -dot([move], [gradient]) / dot([gradient], [gradient]).clamp_min(TINY)
        for move, gradient in zip(moves[0], gradients[0], strict=True)
    ]
    assert all(rate >= 0 for rate in rates), "a step goes up the gradient, not down"
    largest = max(rates)
    assert all(
        rate > 0 or is_step([move], [-largest * gradient], [place])
        for rate, move, gradient, place in zip(
            rates, moves[0], gradients[0], places[0], strict=True
        )
    ), "a tensor in `parameters` does not move, though its gradient is not zero: step with each"
    assert is_step(moves[0], plain_step(rates, gradients[0])), (
        "the first step is not a number times the gradient of the mean squared error"
    )
    for step in range(1, count):
        if step > 2 and not all((value.abs() < FAR).all() for value in places[step + 1]):
            return  # the descent has run away, which other checks see
        gradients.append(gradient_of_the_loss(student, x, y, places[step]))
        assert_fresh(step, moves[step], rates, gradients, places[step])


def assert_fresh(count, move, rates, gradients, place):
    """Require that a later step follows the last gradient, and not the sum of all so far."""
    fresh = plain_step(rates, gradients[-1])
    heaped = plain_step(rates, [sum(column) for column in zip(*gradients, strict=True)])
    ratio = dot(move, fresh) / dot(fresh, fresh).clamp_min(TINY)

    assert not is_step(move, heaped), (
        f"step {count + 1} follows the sum of all gradients since the start ({ratio:.1f} times "
        "the right step): gradients add up, clear them between steps"
    )
    # A step size that shrinks from step to step is plain descent too; where the descent has
    # arrived, steps are as long as rounding makes them.
    shorter = [ratio.clamp(1e-4, 1.02) * step for step in fresh]
    assert is_step(move, shorter, place), (
        f"step {count + 1} does not follow the gradient of the place where it is taken"
        if 0 < ratio < 1.02
        else f"step {count + 1} is {ratio:.2f} times what its gradient says"
    )


@points(0.5, hint="more steps, or another way to bend; a logarithm does it")
def check_error_is_below_the_best_line(student, data):
    """The error is smaller than that of the best straight line."""
    x, y = (column.double() for column in released(data))
    with_one = torch.stack([x, torch.ones_like(x)], dim=1)
    best = with_one @ torch.linalg.lstsq(with_one, y[:, None]).solution
    line = (best[:, 0] - y).square().mean()
    error = (predicted(student, x.float()) - y).square().mean()

    below("the mean squared error", error, full=0.8 * line, none=line)
