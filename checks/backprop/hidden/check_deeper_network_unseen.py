"""backprop, exercise deeper_network: inputs and rows that the student never sees."""

from functools import cache, partial
from pathlib import Path

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

UNSEEN = Path(__file__).with_name("housing_hidden.csv")


@cache
def tables(data):
    """Features and prices of the training rows and of the unseen ones, all scaled by the first."""
    released, unseen = (
        np.loadtxt(path, delimiter=",", skiprows=1) for path in (data / "housing.csv", UNSEEN)
    )
    rows, _ = train_test_split(released, test_size=0.2, random_state=42)
    mean, deviation = rows[:, :-1].mean(axis=0), rows[:, :-1].std(axis=0)
    return [
        (torch.tensor((table[:, :-1] - mean) / deviation), torch.tensor(table[:, -1]))
        for table in (rows, unseen)
    ]


def best_plane(inputs, y):
    """The best linear model on these rows, as a function."""
    weights = torch.linalg.lstsq(with_ones(inputs), y[:, None]).solution
    return lambda rows: (with_ones(rows) @ weights).flatten()


def with_ones(inputs):
    """The features with a column of ones."""
    return torch.cat([inputs, torch.ones(len(inputs), 1, dtype=inputs.dtype)], dim=1)


def prices_by(student, inputs):
    """What the model predicts for these rows, flat and finite."""
    prediction = tensor("model(X)", student.predict("model", inputs.float()))
    assert prediction.numel() == len(inputs), "model(X) does not give one price for each row"
    assert prediction.is_floating_point(), "model(X) holds no decimal numbers; a price is one"
    assert (prediction.double().abs() < 1e9).all(), (
        "the predictions are not finite, or out of all bounds"
    )
    return prediction.flatten().double()


def require_a_network(student, inputs):
    """Require a gradient from the prices back to the features, as through layers of torch's.

    It must agree with differences of the prices themselves, for most rows: a kink lies beside few.
    """
    few = inputs[:60].float()
    gradient = next(iter(student.grad("model", few, predicting=True)), None)
    assert gradient is not None, "no gradient flows through model(X): is it a network of torch's?"
    gradient = tensor("the gradient of model(X)", gradient)
    assert gradient.shape == few.shape, "the gradient of model(X) has another shape than X"
    assert gradient.isfinite().all(), "the gradient of model(X) is not finite"
    reached = gradient.abs().sum(dim=1)
    assert (reached > 0).double().mean() > 0.5, (
        "for most rows no gradient flows through model(X): its units are dead, or it is no network"
    )
    slopes = slopes_of(student, inputs[:60])
    apart = (slopes - gradient).norm(dim=1) / slopes.norm(dim=1).clamp_min(1e-9)
    assert apart.median() < 0.1, (
        "the gradient of model(X) is not that of its prices: is it a network of torch's?"
    )


def require_features_work_together(student, inputs, y):
    """Require that what one feature does depends on the others, as behind a hidden layer.

    One affine layer adds up what each feature gives, its square or its logarithm alike.
    """
    one, other = inputs[:60], inputs[60:120]
    chosen = torch.arange(inputs.shape[1]) % 2 == 0
    mixed = [torch.where(chosen, one, other), torch.where(chosen, other, one)]
    prices = prices_by(student, torch.cat([one, other, *mixed])).reshape(4, -1)
    together = prices[0] + prices[1] - prices[2] - prices[3]
    assert together.std() > 1e-3 * y.std(), (
        "each feature adds its own part to the price, as in a single affine layer: put two affine "
        "layers with an activation between them"
    )


def require_training(student, inputs, y, rng):
    """Require that the prices follow the targets in y_train, and not as a formula does.

    What least squares, a kernel or neighbours answer for the mean of two targets is the mean of
    their answers for either.  Steps of training behind a hidden layer do not do this.
    """
    whole = y[:, None].float()
    mixed = whole[torch.randperm(len(y), generator=rng)]
    try:
        one, other, mean = (
            prices_by(student.rerun("deeper_network", y_train=target), inputs)
            for target in (whole, mixed, (whole + mixed) / 2)
        )
    except (CheckFailed, NotReached):
        return  # a long training is no wrong one
    assert (one - other).std() > 0.1 * y.std(), (
        "with other prices in `y_train` the network is the same: train it on `X_train` and "
        "`y_train`"
    )
    assert (mean - (one + other) / 2).abs().mean() > 0.02 * y.std(), (
        "the prices are those of a formula, such as least squares on hidden units, and no network "
        "was trained: let the optimizer take the steps"
    )


def between(inputs, rng, count):
    """Inputs like the given ones: points between two rows, moved a little."""
    one, other = (inputs[torch.randint(len(inputs), (count,), generator=rng)] for _ in range(2))
    share = torch.rand(count, 1, generator=rng, dtype=inputs.dtype)
    noise = torch.randn(one.shape, generator=rng, dtype=inputs.dtype)
    return share * one + (1 - share) * other + 0.1 * noise


def sides_of(inputs, h=0.005):
    """The inputs with each feature moved by h, ahead and behind."""
    features = inputs.shape[1]
    steps = h * torch.eye(features, dtype=inputs.dtype)
    return [(inputs[:, None] + sign * steps).reshape(-1, features) for sign in (1, -1)]


def slopes_of(student, inputs, h=0.005):
    """The slope of the price along each feature, by differences."""
    ahead, behind = (prices_by(student, side) for side in sides_of(inputs, h))
    return (ahead - behind).reshape(inputs.shape) / (2 * h)


def turning_of_slopes(student, inputs):
    """The share of the slopes, over rows, that no single direction explains.

    One affine layer with an activation behind it answers the same direction everywhere: 0.
    """
    strengths = torch.linalg.svdvals(slopes_of(student, inputs))
    return 1 - strengths[0] ** 2 / strengths.square().sum().clamp_min(1e-30)


@points(1.5, hint="affine layer, activation, affine layer: at least three parts")
def check_network_bends_elsewhere(student, data, rng):
    """More than one affine layer is at work, with a nonlinearity between them."""
    (inputs, y), _ = tables(data)
    elsewhere = between(inputs, rng, 400)
    asked = [partial(prices_by, inputs=rows) for rows in (elsewhere, *sides_of(elsewhere[:60]))]
    student.ask_ahead(*asked, partial(require_a_network, inputs=elsewhere))
    prediction = prices_by(student, elsewhere)

    assert prediction.std() >= 0.05 * y.std(), (
        "the model predicts nearly the same price for every row: it is dead, or hardly trained"
    )
    nonlinear_in("model(X)", elsewhere, prediction)
    require_a_network(student, elsewhere)
    assert turning_of_slopes(student, elsewhere[:60]) > 1e-4, (
        "the model bends, but along one direction only, as a single affine layer with an "
        "activation behind it does; put a layer on either side of the activation"
    )
    require_features_work_together(student, elsewhere, y)


@points(2.5, hint="train longer, make it wider, or let Adam move it; beware of too large a rate")
def check_error_is_below_least_squares(student, data, rng):
    """The error on the training rows is below that of the best linear model."""
    (inputs, y), _ = tables(data)
    linear = (best_plane(inputs, y)(inputs) - y).square().mean()
    error = (prices_by(student, inputs) - y).square().mean()
    require_a_network(student, inputs)
    below("the mean squared error", error, full=0.8 * linear, none=linear)
    require_training(student, inputs, y, rng)


@points(1.5, hint="scale nothing again, and do not train so long that single rows are learned")
def check_error_on_unseen_rows(student, data):
    """The error is small on rows that nobody has seen."""
    (inputs, y), (unseen, unseen_prices) = tables(data)
    linear = (best_plane(inputs, y)(unseen) - unseen_prices).square().mean()
    error = (prices_by(student, unseen) - unseen_prices).square().mean()
    require_a_network(student, inputs)

    below("the mean squared error", error, full=0.8 * linear, none=linear)
