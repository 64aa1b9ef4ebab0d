"""backprop, exercise nonlinear_regression: what the prediction is, and what it has learned."""

import numpy as np
import torch
from autograder.checks import below, exercise, nonlinear_in, points

pytestmark = exercise("nonlinear_regression")

PARAMETERS = "`parameters` is a list of tensors with requires_grad=True that predict(x) works with"


def released(data):
    """x and y as the notebook makes them, from the file that every student has."""
    with (data / "housing.csv").open() as file:
        names = file.readline().strip().split(",")
        table = torch.tensor(np.loadtxt(file, delimiter=","), dtype=torch.float32)
    return table[:, names.index("LSTAT")] / 10, table[:, -1]


def prediction_for(student, x):
    """What predict(x) answers, after its type, shape and finiteness."""
    prediction = student.call("predict", x)
    assert isinstance(prediction, torch.Tensor), "predict(x) returns a tensor"
    assert prediction.shape == x.shape, (
        f"predict(x) returns a tensor of shape {tuple(prediction.shape)} for an x of shape "
        f"{tuple(x.shape)}; parameters of shape (1,) or () keep the shape of x"
    )
    assert torch.isfinite(prediction).all(), (
        "the predictions are not finite: the descent has run away; try a smaller step_size"
    )
    return prediction.double()


@points(0.5)
def check_predict_keeps_the_shape(student, data):
    """predict(x) gives one finite number for each element of x."""
    x, _ = released(data)

    prediction_for(student, x)
    prediction_for(student, x[:7])


@points(1.5)
def check_prediction_bends(student, data):
    """The prediction is not a straight line in x."""
    x, y = released(data)
    prediction = prediction_for(student, x)

    assert prediction.var() >= 0.01 * y.var(), (
        "the prediction is nearly the same for every x: nothing has been learned. Hidden units "
        "that start from zero never move, and saturated ones hardly; start from small random "
        "values"
    )
    nonlinear_in("predict(x)", x, prediction)


@points(0.5)
def check_gradients_reach_every_parameter(student, data):
    """A gradient flows from predict(x) to every tensor in parameters."""
    x, _ = released(data)
    gradients = student.grad("predict", x, wrt="parameters")

    assert gradients, PARAMETERS
    assert all(gradient is not None for gradient in gradients), (
        f"{PARAMETERS}; at least one of them gets no gradient. Is it used, and is nothing "
        "detached, turned into a number or computed under torch.no_grad()?"
    )


@points(1)
def check_descent_has_learned(student, data):
    """The error is clearly smaller than that of the best constant."""
    x, y = released(data)
    error = ((prediction_for(student, x) - y) ** 2).mean()
    constant = y.var(correction=0)

    below("mean squared error", error, full=0.9 * constant, none=constant)
