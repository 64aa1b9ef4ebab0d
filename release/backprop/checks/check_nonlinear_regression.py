"""backprop, exercise nonlinear_regression: what the prediction is, and what it has learned."""

from functools import cache, partial

import numpy as np
import torch

from autograder.checks import below, exercise, nonlinear_in, points, tensor

pytestmark = exercise("nonlinear_regression")


@cache
def released(data):
    """x and y as the notebook makes them, from the file that every student has."""
    with (data / "housing.csv").open() as file:
        names = file.readline().strip().split(",")
        table = torch.tensor(np.loadtxt(file, delimiter=","), dtype=torch.float32)
    return table[:, names.index("LSTAT")] / 10, table[:, -1]


def predicted(student, x):
    """What predict(x) answers: one number for each element of x, none of them out of all bounds."""
    prediction = tensor("predict(x)", student.call("predict", x))
    assert prediction.shape == x.shape, (
        f"predict(x) has shape {tuple(prediction.shape)} where x has {tuple(x.shape)}: "
        "compute it from the x in its brackets; parameters of shape (1,) or () keep that shape"
    )
    assert prediction.is_floating_point(), "predict(x) holds no decimal numbers; a price is one"
    assert (prediction.double().abs() < 1e9).all(), (
        "the predictions are not finite, or out of all bounds: the descent has run away. Try a "
        "smaller step_size; a square or a cube of x needs one"
    )
    return prediction.double()


@points(0.5)
def check_predict_keeps_the_shape(student, data):
    """predict(x) gives one finite number for each element of x."""
    x, _ = released(data)

    student.ask_ahead(partial(predicted, x=x), partial(predicted, x=x[:7]))
    predicted(student, x)
    predicted(student, x[:7])


@points(2, hint="something in predict(x) has to bend: a logarithm, a square, a hidden unit")
def check_prediction_bends(student, data):
    """The prediction is not a straight line in x."""
    x, y = released(data)
    prediction = predicted(student, x)

    assert prediction.var() >= 0.01 * y.var(), (
        "the prediction is nearly the same for every x: the descent has arrived nowhere. Are there "
        "steps enough, and are the gradients cleared? Hidden units that start from zero never "
        "move, and saturated ones hardly: start them from small random values"
    )
    nonlinear_in("predict(x)", x, prediction)


@points(0.5)
def check_gradients_reach_every_parameter(student, data):
    """A gradient flows from predict(x) to every tensor in parameters."""
    x, _ = released(data)
    gradients = student.grad("predict", x, wrt="parameters")

    assert gradients, "`parameters` is a list with at least one tensor in it"
    assert all(isinstance(gradient, torch.Tensor) for gradient in gradients), (
        "at least one tensor in `parameters` gets no gradient. Does predict(x) use it, has it "
        "requires_grad=True, and is nothing detached, made a number or done under no_grad()?"
    )


@points(1, hint="does the loss fall? Look at the right plot; change `steps` or `step_size`")
def check_descent_has_learned(student, data):
    """The error is clearly smaller than that of the best constant."""
    x, y = released(data)
    error = (predicted(student, x) - y).square().mean()
    constant = y.var(correction=0)

    below("the mean squared error", error, full=0.9 * constant, none=constant)
