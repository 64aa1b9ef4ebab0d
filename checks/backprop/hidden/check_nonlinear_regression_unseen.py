"""backprop, exercise nonlinear_regression: other values of x, the gradients, the steps, the fit."""

from itertools import pairwise

import numpy as np
import torch
from autograder.checks import below, exercise, gradients_close, nonlinear_in, points

pytestmark = exercise("nonlinear_regression")

LOOP = "does the loop run over range(steps) and change the very tensors in `parameters`?"


def released(data):
    """x and y as the notebook makes them, from the file that every student has."""
    with (data / "housing.csv").open() as file:
        names = file.readline().strip().split(",")
        table = torch.tensor(np.loadtxt(file, delimiter=","), dtype=torch.float32)
    return table[:, names.index("LSTAT")] / 10, table[:, -1]


def parameters_of(student):
    """The student's parameters, after their types."""
    parameters = student["parameters"]
    assert isinstance(parameters, list), "`parameters` is a list of tensors"
    assert parameters, "`parameters` is a list of tensors, with at least one in it"
    assert all(isinstance(value, torch.Tensor) for value in parameters), (
        "`parameters` is a list of tensors, and of nothing else"
    )
    return parameters


def predicted(student, x, **assigned):
    """What predict(x) answers, one number for each element of x."""
    prediction = student.call("predict", x, **assigned)
    assert isinstance(prediction, torch.Tensor), "predict(x) returns a tensor"
    assert prediction.shape == x.shape, "predict(x) keeps the shape of whatever x it is given"
    assert torch.isfinite(prediction).all(), "predict(x) is finite for every x in the range of ours"
    return prediction


def dot(left, right):
    """The inner product of two lists of tensors."""
    return sum((one * other).sum() for one, other in zip(left, right, strict=True))


def plain_step(rates, gradients):
    """The step of gradient descent, with a step size for each parameter."""
    return [-rate * gradient for rate, gradient in zip(rates, gradients, strict=True)]


def unlike(move, expected):
    """How far a move is from the expected one, as a share of its own length."""
    apart = [one - other for one, other in zip(move, expected, strict=True)]
    return (dot(apart, apart) / dot(move, move).clamp_min(1e-30)).sqrt()


def slope_by_differences(student, x, y, at, way, h=1e-3):
    """The slope of the loss in one direction, by central differences of predictions."""
    ahead, behind = (
        (predicted(student, x, assign={"parameters": there}) - y).square().mean()
        for there in (
            [value + sign * h * part for value, part in zip(at, way, strict=True)]
            for sign in (1, -1)
        )
    )
    return (ahead - behind) / (2 * h)


def gradient_of_the_loss(student, x, y, at):
    """The gradient of the mean squared error with the parameters at the given values."""
    prediction = predicted(student, x, assign={"parameters": at})
    cotangent = 2 * (prediction - y) / len(y)
    found = student.grad(
        "predict", x, wrt="parameters", cotangent=cotangent, assign={"parameters": at}
    )
    return [
        torch.zeros_like(value) if gradient is None else gradient
        for value, gradient in zip(at, found, strict=True)
    ]


@points(1.5)
def check_prediction_bends_for_another_x(student, data, rng):
    """predict(x) is a function of the x it is given, and bends there too."""
    seen, y = released(data)
    x = seen.min() + torch.rand(300, generator=rng) * (seen.max() - seen.min())
    order = torch.randperm(len(x), generator=rng)
    prediction = predicted(student, x)
    shuffled = predicted(student, x[order])

    assert torch.allclose(shuffled, prediction[order], rtol=1e-4, atol=1e-4), (
        "predict(x) depends on something else than the x it is given"
    )
    assert prediction.double().var() >= 0.01 * y.var(), "the prediction hardly changes with x"
    nonlinear_in("predict(x)", x, prediction)


@points(1)
def check_gradients_agree_with_differences(student, data, rng):
    """The gradients of the loss agree with differences of your own predictions."""
    x, y = (column.double() for column in released(data))
    at = [
        value.double() + 0.01 * torch.randn(value.shape, generator=rng, dtype=torch.float64)
        for value in parameters_of(student)
    ]
    gradients = gradient_of_the_loss(student, x, y, at)
    ways = [
        [torch.randn(value.shape, generator=rng, dtype=torch.float64) for value in at]
        for _ in range(4)
    ]
    slopes = torch.stack([dot(gradients, way) for way in ways])
    differences = torch.stack([slope_by_differences(student, x, y, at, way) for way in ways])

    assert differences.abs().max() > 0, (
        "the prediction does not change when `parameters` change: predict(x) must use them, and "
        "zeros in front of tanh or ReLU block everything behind them"
    )
    gradients_close("gradient", slopes, differences, rtol=0.01)


@points(1.5)
def check_gradients_are_cleared(student, data):
    """Every step follows the gradient of the place where it is taken, and of no earlier one."""
    x, y = released(data)
    places = [parameters_of(student.rerun("nonlinear_regression", steps=n)) for n in range(4)]
    gradients = [gradient_of_the_loss(student, x, y, place) for place in places[:3]]
    moves = [
        [after - before for before, after in zip(*pair, strict=True)] for pair in pairwise(places)
    ]
    rates = [
        -(move * gradient).sum() / (gradient**2).sum().clamp_min(1e-30)
        for move, gradient in zip(moves[0], gradients[0], strict=True)
    ]
    size = dot(moves[0], moves[0])
    assert torch.isfinite(size), "the first step already leads out of the finite numbers"
    assert size > 0, f"nothing moves in the first step: {LOOP}"
    assert all(rate >= 0 for rate in rates), "a step goes up the gradient, not down"
    assert unlike(moves[0], plain_step(rates, gradients[0])) < 0.02, (
        "the first step is not a number times the gradient of the mean squared error"
    )
    for count in (1, 2):
        heaped = [sum(column) for column in zip(*gradients[: count + 1], strict=True)]
        is_heaped = unlike(moves[count], plain_step(rates, heaped)) < 0.02
        fresh = plain_step(rates, gradients[count])
        ratio = dot(moves[count], fresh) / dot(fresh, fresh).clamp_min(1e-30)
        assert not is_heaped, (
            f"step {count + 1} follows the sum of all gradients since the start "
            f"({ratio:.1f} times the right step): gradients add up, clear them between steps"
        )
        # A step size that shrinks from step to step is plain descent too.
        assert 0 < ratio < 1.02, f"step {count + 1} is {ratio:.2f} times what its gradient says"
        assert unlike(moves[count], [ratio * step for step in fresh]) < 0.02, (
            f"step {count + 1} does not follow the gradient of the place where it is taken"
        )


@points(0.5)
def check_error_is_below_the_best_line(student, data):
    """The error is smaller than that of the best straight line."""
    x, y = (column.double() for column in released(data))
    with_one = torch.stack([x, torch.ones_like(x)], dim=1)
    best = with_one @ torch.linalg.lstsq(with_one, y[:, None]).solution
    line = (best[:, 0] - y).square().mean()
    error = (predicted(student, x.float()) - y).square().mean()

    below("mean squared error", error, full=0.8 * line, none=line)
