"""backprop, exercise deeper_network: what the network predicts for the training rows."""

from functools import cache, partial

import numpy as np
import torch
from sklearn.model_selection import train_test_split

from autograder.checks import (
    CheckFailed,
    NotReached,
    below,
    exercise,
    nonlinear_in,
    points,
    tensor,
)

pytestmark = exercise("deeper_network")


@cache
def training_rows(data):
    """Scaled features and prices of the training rows, split and scaled as in the notebook."""
    table = np.loadtxt(data / "housing.csv", delimiter=",", skiprows=1)
    rows, _ = train_test_split(table, test_size=0.2, random_state=42)
    features, prices = rows[:, :-1], rows[:, -1]
    scaled = (features - features.mean(axis=0)) / features.std(axis=0)
    return torch.tensor(scaled, dtype=torch.float32), torch.tensor(prices)


def prices_by(student, inputs):
    """What the model predicts, one finite price for each row, after its type and shape."""
    prediction = tensor("model(X)", student.predict("model", inputs))
    assert prediction.shape in {(len(inputs), 1), (len(inputs),)}, (
        f"model(X) has shape {tuple(prediction.shape)} for {len(inputs)} rows; it should be "
        f"{(len(inputs), 1)}"
    )
    assert prediction.is_floating_point(), "model(X) holds no decimal numbers; a price is one"
    assert (prediction.double().abs() < 1e9).all(), (
        "the predictions are not finite, or out of all bounds: training has run away. Try a "
        "smaller rate, or Adam; the deeper the network, the less it bears"
    )
    return prediction.flatten().double()


def error_in_training(student, inputs, y):
    """The mean squared error by BatchNorm's means of these rows; infinite where there is none."""
    try:
        prediction = tensor("model(X)", student.call("model.forward", inputs)).flatten().double()
    except (CheckFailed, NotReached):
        return torch.inf
    return (prediction - y).square().mean() if len(prediction) == len(y) else torch.inf


@points(0.5)
def check_model_gives_one_price_per_row(student, data):
    """model(X) gives one finite price for each row."""
    inputs, _ = training_rows(data)

    student.ask_ahead(partial(prices_by, inputs=inputs), partial(prices_by, inputs=inputs[:5]))
    prices_by(student, inputs)
    prices_by(student, inputs[:5])


@points(1, hint="a stack of affine layers is one affine layer: put an activation between them")
def check_predictions_bend(student, data):
    """The predictions are not a linear function of the features."""
    inputs, y = training_rows(data)
    prediction = prices_by(student, inputs)

    assert prediction.std() >= 1e-3 * y.std(), (
        "the model predicts the same price for every row: dead ReLU units let nothing through, and "
        "so does an activation after the last layer"
    )
    nonlinear_in("model(X)", inputs, prediction)


@points(
    1,
    hint="is the optimizer made for this model, are both columns in the loss alike, and are there "
    "steps enough, also for the running averages of a BatchNorm?",
)
def check_model_was_trained(student, data):
    """The error on the training rows is far below that of the best constant."""
    inputs, y = training_rows(data)
    prediction = prices_by(student, inputs)
    constant = y.var(correction=0)
    error = (prediction - y).square().mean()

    assert error < 0.9 * constant or error_in_training(student, inputs, y) > 0.7 * error, (
        "the model is much nearer to the prices while it trains than while it predicts: BatchNorm "
        "predicts with running averages of all steps, and these lag behind. More steps, or a "
        "larger momentum in BatchNorm, let them arrive"
    )
    assert prediction.std() > 0.01 * y.std() or prediction.mean() > 0.3 * y.mean(), (
        "the model predicts nearly the same low price for every row: dead ReLU units let nothing "
        "through, and so does an activation after the last layer"
    )
    near = prediction.mean() > 0.3 * y.mean()
    assert near or not torch.corrcoef(torch.stack([prediction, y]))[0, 1] > 0.85, (
        "the predictions follow the prices, but on another scale: if y is scaled for training, "
        "let the model scale its answers back"
    )
    assert near, (
        "the predictions are nowhere near a price, as in a network that was hardly trained: was "
        "the optimizer made for this model, from model.parameters(), and are backward(), step() "
        "and zero_grad() all there in each step?"
    )
    assert prediction.std() > 0.3 * y.std(), (
        "the model predicts nearly the mean for every row. Compare the shapes in the loss: a "
        "column against a flat tensor makes a square table. Dead or saturated units do it as well"
    )
    below("the mean squared error", error, full=0.5 * constant, none=0.9 * constant)
