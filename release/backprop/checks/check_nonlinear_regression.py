"""backprop, exercise nonlinear_regression: what the prediction is, and what it has learned."""

from functools import cache, partial

import numpy as np
import torch

from autograder.checks import CheckFailed, below, exercise, nonlinear_in, points, tensor

pytestmark = exercise("nonlinear_regression")


@cache
def released(data):
    """x and y as the notebook makes them, from the file that every student has."""
    with (data / "housing.csv").open() as file:
        names = file.readline().strip().split(",")
        table = torch.tensor(np.loadtxt(file, delimiter=","), dtype=torch.float32)
    return table[:, names.index("LSTAT")] / 10, table[:, -1]


SHAPE = (
    "predict(x) has shape {} where x has {}: compute it from the x in its brackets; "
    "parameters of shape (1,) or () keep that shape"
)


def predicted(student, x):
    """What predict(x) answers: a number for each element of x, none of them out of all bounds."""
    prediction = tensor("predict(x)", student.call("predict", x))
    assert prediction.shape in {x.shape, (len(x), 1), (1, len(x))}, SHAPE.format(
        tuple(prediction.shape), tuple(x.shape)
    )
    assert prediction.is_floating_point(), "predict(x) holds no decimal numbers; a price is one"
    assert (prediction.double().abs() < 1e9).all(), (
        "the predictions are not finite, or out of all bounds: the descent has run away. Try a "
        "smaller step_size; a square or a cube of x needs one"
    )
    return prediction.flatten().double()


def tensors_in(parameters):
    """The tensors in `parameters`, after their type."""
    assert isinstance(parameters, list), "`parameters` is no list of tensors"
    assert all(isinstance(value, torch.Tensor) for value in parameters), (
        "`parameters` holds something else than tensors"
    )
    return parameters


def tensors_without_gradient(student, x):
    """Which tensors in `parameters` no gradient reaches; None and zeros are alike here."""
    gradients = student.grad("predict", x, wrt="parameters")
    still = [
        f"parameters[{place}]"
        for place, gradient in enumerate(gradients)
        if gradient is None or not tensor("a gradient", gradient).abs().max() > 1e-6
    ]
    return ", ".join(still)


@points(0.5)
def check_predict_keeps_the_shape(student, data):
    """predict(x) gives one finite number for each element of x."""
    x, _ = released(data)

    student.ask_ahead(partial(predicted, x=x), partial(predicted, x=x[:7]))
    for inputs in (x, x[:7]):
        predicted(student, inputs)
        shape = tensor("predict(x)", student.call("predict", inputs)).shape
        assert shape == inputs.shape, SHAPE.format(tuple(shape), tuple(inputs.shape))


@points(2, hint="something in predict(x) has to bend: a logarithm, a square, a hidden unit")
def check_prediction_bends(student, data):
    """The prediction is not a straight line in x."""
    x, y = released(data)
    prediction = predicted(student, x)

    assert torch.allclose(predicted(student, x.flip(0)).flip(0), prediction, rtol=1e-3), (
        "predict(x) answers by the place of a row and not by its x: compute it from the x in its "
        "brackets and from `parameters`"
    )
    if prediction.var() < 0.01 * y.var():
        still = tensors_without_gradient(student, x)
        assert not still, (
            f"the prediction is nearly the same for every x, and the gradient of {still} is zero: "
            "hidden units that start from zero, or let nothing through, never move, and saturated "
            "ones hardly. Start them from small random values"
        )
        raise CheckFailed(
            "the prediction is nearly the same for every x: the descent has arrived nowhere. Are "
            "there steps enough, are they large enough, and are the gradients cleared?"
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
    nothing = [torch.zeros_like(value) for value in tensors_in(student["parameters"])]
    without = tensor(
        "predict(x)", student.call("predict", x, assign={"parameters": nothing})
    ).flatten()

    # What is not finite is no prediction that fits.
    assert not (without - y).square().mean() < 0.9 * constant, (
        "predict(x) fits as well with zeros in `parameters`: compute it from `x` and from what "
        "the descent has learned, not from the prices"
    )
    below("the mean squared error", error, full=0.9 * constant, none=constant)
