"""backprop, exercise nonlinear_regression: other values of x, the gradients, the steps, the fit."""

import ast
from functools import cache, partial
from itertools import pairwise

import numpy as np
import torch

from autograder.checks import (
    CheckFailed,
    NotReached,
    avoids,
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
PLAIN = "in each step, move by `step_size` times the gradient alone"
TINY = 1e-30
FAR = 1e6


@cache
def released(data):
    """x and y as the notebook makes them, from the file that every student has."""
    with (data / "housing.csv").open() as file:
        names = file.readline().strip().split(",")
        table = torch.tensor(np.loadtxt(file, delimiter=","), dtype=torch.float32)
    return table[:, names.index("LSTAT")] / 10, table[:, -1]


def predicted(student, x, bound=1e9, **assigned):
    """What predict(x) answers, one number for each element of x; the visible check asks its shape.

    A row or a column of the right numbers is one slip, which costs once.
    """
    prediction = tensor("predict(x)", student.call("predict", x, **assigned))
    assert prediction.shape in {x.shape, (len(x), 1), (1, len(x))}, (
        "predict(x) does not have the shape of the x it is given"
    )
    assert prediction.is_floating_point(), "predict(x) holds no decimal numbers; a price is one"
    assert (prediction.double().abs() < bound).all(), "predict(x) is not finite for some x"
    return prediction.flatten().double()


def cotangent_for(student, x, y, at):
    """The gradient of the mean squared error by predict(x), in the shape in which that comes."""
    shape = tensor("predict(x)", student.call("predict", x, assign={"parameters": at})).shape
    found = predicted(student, x, bound=torch.inf, assign={"parameters": at})
    return (2 * (found - y) / len(y)).reshape(shape)


def parameters_of(student):
    """The tensors in `parameters`, after their types."""
    parameters = student["parameters"]
    assert isinstance(parameters, list), "`parameters` is no list of tensors"
    assert parameters, "`parameters` is an empty list"
    assert all(
        isinstance(value, torch.Tensor) and value.is_floating_point() for value in parameters
    ), "`parameters` holds something else than tensors of decimal numbers"
    return parameters


def place_after(student, steps, **replaced):
    """The parameters as they are when the descent has taken some steps."""
    return parameters_of(student.rerun("nonlinear_regression", steps=steps, **replaced))


def called(student, count):
    """What the student calls the tensors in `parameters`, as far as that can be read."""
    places = [f"`parameters[{place}]`" for place in range(count)]
    try:
        nodes = list(ast.walk(ast.parse(student.source("nonlinear_regression"))))
    except (SyntaxError, ValueError):  # such as a line of IPython's
        return places
    lists = [
        node.value.elts
        for node in nodes
        if isinstance(node, ast.Assign)
        and isinstance(node.value, (ast.List, ast.Tuple))
        and "parameters" in [getattr(target, "id", "") for target in node.targets]
    ]
    named = [[getattr(one, "id", "") for one in found] for found in lists]
    return [f"`{name}`" for name in named[-1]] if named and all(named[-1]) else places


def places_of(student, count, **replaced):
    """The parameters after 0, 1, 2 ... steps."""
    # The longest way first: what it would leave behind, all others would show.
    ways = [partial(place_after, steps=steps, **replaced) for steps in range(count, -1, -1)]
    student.ask_ahead(*ways)
    return [place_after(student, steps, **replaced) for steps in range(count + 1)]


def is_near(place):
    """Whether no parameter has run away."""
    return all((value.abs() < FAR).all() for value in place)


def walked(student, count):
    """The places of a descent; of one that runs away, those with a step that is small enough."""
    places = places_of(student, count)
    if all(map(is_near, places)):
        return places
    try:
        slower = places_of(student, count, step_size=1e-4)
    except (CheckFailed, NotReached):
        return places
    return slower if all(map(is_near, slower)) else places


def gradient_of_the_loss(student, x, y, at):
    """The gradient of the mean squared error with the parameters at the given values."""
    cotangent = cotangent_for(student, x, y, at)
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
    rounding = (8 * torch.finfo(torch.float32).eps) ** 2 * sum(
        value.double().square().sum() for value in place
    )
    return apart(move, expected) ** 2 <= 0.02**2 * dot(move, move) + rounding


def require_no_prices(student, x, seen, others):
    """Require that predict(x) is the same for the same parameters, whatever prices are in y."""
    lent = {"parameters": parameters_of(student)}
    runs = [
        student.rerun("nonlinear_regression", x=seen, y=prices, steps=0)
        for prices in (others, others.flip(0))
    ]
    try:
        answers = [predicted(again, x, assign=lent) for again in runs]
    except NotReached:
        return  # an answer that takes too long again is judged by what it left
    assert torch.allclose(*answers, rtol=1e-4, atol=1e-4), (
        "predict(x) depends on the prices in `y`: compute it from `x` and `parameters` alone"
    )


@points(1.5, hint="compute the prediction from the argument `x` and from `parameters` alone")
def check_prediction_bends_for_another_x(student, data, rng):
    """predict(x) is a function of the x it is given, and bends there too."""
    seen, y = released(data)
    x = seen.min() + torch.rand(300, generator=rng) * (seen.max() - seen.min())
    order = torch.randperm(len(x), generator=rng)
    prediction = predicted(student, x)
    require_no_prices(student, x, seen, y[torch.randperm(len(y), generator=rng)])

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
    cotangent = cotangent_for(student, x, y, at)

    gradients_close(student, "predict", x, wrt="parameters", cotangent=cotangent, at=at, rtol=0.01)


@points(1.5, hint=HINT)
def check_gradients_are_cleared(student, data, rng):
    """Every step follows the gradient of the place where it is taken, and of no earlier one."""
    # Behaviour cannot tell who took a right step.  The source can be made to hide it.
    avoids(
        student.source("nonlinear_regression"),
        "optim",
        why="take the steps by hand, which is what the exercise is about",
    )
    x, y = released(data)
    # How many steps are looked at, nobody can foresee.
    count = int(torch.randint(5, 10, (), generator=rng))
    places = walked(student, count)
    assert all(is_alike(place, places[0]) for place in places), (
        "`parameters` changes its shapes from step to step"
    )
    moves = [
        [after - before for before, after in zip(*pair, strict=True)] for pair in pairwise(places)
    ]
    names = called(student, len(places[0]))
    if not dot(moves[0], moves[0]) > 0:
        require_no_dead_start(student, x, y, places[0])
    questions = [partial(gradient_of_the_loss, x=x, y=y, at=place) for place in places[:-1]]
    student.ask_ahead(*questions)  # for the predictions
    student.ask_ahead(*questions)  # and for the gradients, which take them
    rates, gradients = [None] * len(places[0]), []
    for step in range(count):
        if step > 1 and not is_near(places[step + 1]):
            return  # the descent has run away, which other checks see
        gradients.append(gradient_of_the_loss(student, x, y, places[step]))
        try:
            rates = rates_after(rates, moves[step], gradients[-1], places[step], names)
            judge_step(step, moves[step], rates, gradients, places[step], names)
        except AssertionError:
            require_all_listed(student, x, places[0], count)
            raise


def require_no_dead_start(student, x, y, place):
    """Say why nothing moves."""
    found = student.grad(
        "predict",
        x,
        wrt="parameters",
        cotangent=cotangent_for(student, x, y, place),
        assign={"parameters": place},
    )
    assert any(one is None or tensor("a gradient", one).abs().sum() > 0 for one in found), (
        "at the start every gradient is zero, so nothing can move: start hidden units from small "
        "random values, and not where they let nothing through"
    )
    raise CheckFailed(
        "nothing moves in the first step: does the loop run over range(steps), and does it change "
        "the very tensors in `parameters`? `w -= ...` does, `w = w - ...` makes a new one"
    )


def require_all_listed(student, x, place, count):
    """Require that predict(x) depends on no tensor that moves but those in `parameters`."""
    ends = [student.rerun("nonlinear_regression", steps=steps) for steps in (0, count)]
    try:
        before, after = (predicted(end, x, assign={"parameters": place}) for end in ends)
    except (AssertionError, NotReached):
        return  # what else is wrong is told
    assert torch.allclose(before, after, rtol=1e-4, atol=1e-4), (
        "predict(x) uses something that moves in the loop and does not stand in `parameters`: put "
        "every tensor that is learned into that list"
    )


def rates_after(rates, move, gradient, place, names):
    """The step size of each tensor, from the first step in which its gradient moves it at all.

    The gradient of a weight may be zero in the first steps, behind another weight that is zero.
    """
    known = [index for index, rate in enumerate(rates) if rate is not None]
    expected = plain_step([rates[i] for i in known], [gradient[i] for i in known])
    share = dot([move[i] for i in known], expected) / dot(expected, expected) if known else 1.0
    found = [
        -dot([one], [slope]) / dot([slope], [slope]) / share
        if rate is None and is_plain(one, slope, value)
        else rate
        for rate, one, slope, value in zip(rates, move, gradient, place, strict=True)
    ]
    assert all(rate is None or rate >= 0 for rate in found), "a step goes up the gradient, not down"
    largest = max((rate for rate in found if rate is not None), default=0.0)
    stuck = [
        name
        for rate, one, slope, value, name in zip(found, move, gradient, place, names, strict=True)
        if rate is None and not is_step([one], [-largest * slope], [value])
    ]
    assert not stuck, (
        f"{listed(stuck)} in `parameters` should move, since the {gradients_of(stuck)} not zero: "
        "step with each"
    )
    return found


def listed(names):
    """Names in a sentence."""
    return " and ".join(filter(None, [", ".join(names[:-1]), names[-1]]))


def gradients_of(names):
    """The subject of a sentence, and its verb."""
    return f"gradients of {listed(names)} are" if len(names) > 1 else f"gradient of {names[0]} is"


def is_plain(move, gradient, place):
    """Whether a tensor has a gradient, and moved so far that rounding hides nothing of it."""
    blur = (1000 * torch.finfo(torch.float32).eps) ** 2 * dot([place], [place])
    return bool(dot([gradient], [gradient]) > TINY and dot([move], [move]) > blur)


def judge_step(count, move, rates, gradients, place, names):
    """Require that a step follows the last gradient, and not the sum of all so far."""
    known = [index for index, rate in enumerate(rates) if rate is not None]
    rates, move, place, names = (
        [column[i] for i in known] for column in (rates, move, place, names)
    )
    gradients = [[gradient[i] for i in known] for gradient in gradients]
    fresh = plain_step(rates, gradients[-1])
    heaped = plain_step(rates, [sum(column) for column in zip(*gradients, strict=True)])
    ratio = dot(move, fresh) / dot(fresh, fresh).clamp_min(TINY)
    # A step size that shrinks from step to step is plain descent too; where the descent has
    # arrived, steps are as long as rounding makes them.
    if is_step(move, [ratio.clamp(1e-4, 1.02) * step for step in fresh], place):
        return
    assert count, "the first step is not a number times the gradient of the mean squared error"
    ways = ways_to_go(count + 1, move, fresh, heaped, place, names)
    sentence = min(ways, key=lambda way: ways[way][0] * apart(move, ways[way][1]))
    assert not is_step(move, ways[sentence][1], place), sentence
    raise CheckFailed(
        f"step {count + 1} does not follow the gradient of the place where it is taken"
        if 0 < ratio < 1.02
        else f"step {count + 1} is {ratio:.2f} times what its gradient says"
    )


def ways_to_go(number, move, fresh, heaped, place, names):
    """Wrong steps by what is said of them: how little to trust in the likeness, and the step."""
    tensors = list(zip(move, fresh, heaped, place, strict=True))
    summed = [
        is_step([one], [total], [value]) and not is_step([one], [last], [value])
        for one, last, total, value in tensors
    ]
    uncleared = [name for name, is_sum in zip(names, summed, strict=True) if is_sum]
    mixed = [
        total if is_sum else last
        for is_sum, (_, last, total, _) in zip(summed, tensors, strict=True)
    ]
    ratio = dot(move, fresh) / dot(fresh, fresh).clamp_min(TINY)
    words = (
        f"step {number} follows the sum of all gradients since the start ({ratio:.1f} times the "
        "right step): gradients add up, clear them between steps"
        if len(uncleared) in {0, len(names)}
        else f"the {gradients_of(uncleared)} not cleared: step {number} follows the sum "
        "of all there were since the start"
    )
    ways = {words: (1, mixed)}
    if ratio < 1.02 or sum(value.numel() for value in move) < 2:
        return ways
    # These have a number to choose, and so must fit much better.
    words = (
        f"step {number} goes against its gradient, but {ratio:.2f} times as far for it as the "
        "first step: move by the same `step_size` in every step"
    )
    ways[words] = (10, [ratio * step for step in fresh])
    before = [total - last for total, last in zip(heaped, fresh, strict=True)]
    rest = [one - last for one, last in zip(move, fresh, strict=True)]
    share = dot(rest, before) / dot(before, before).clamp_min(TINY)
    words = f"step {number} goes on with a part of the step before it, as momentum does: {PLAIN}"
    ways[words] = (10, [last + share * old for last, old in zip(fresh, before, strict=True)])
    return ways


def apart(move, expected):
    """How far a move ends from where it should."""
    between = [one - other for one, other in zip(move, expected, strict=True)]
    return dot(between, between).sqrt()


@points(0.5, hint="more steps, or another way to bend; a logarithm does it")
def check_error_is_below_the_best_line(student, data, rng):
    """The error is smaller than that of the best straight line, and it is the descent's work."""
    x, y = released(data)
    error = (predicted(student, x) - y).square().mean()
    line = (best_line(x, y)(x) - y).square().mean()
    below("the mean squared error", error, full=0.8 * line, none=line)

    nothing = [torch.zeros_like(value) for value in parameters_of(student)]
    without = student.call("predict", x, assign={"parameters": nothing})
    # What is not finite is no prediction that fits.
    assert not (tensor("predict(x)", without).flatten() - y).square().mean() < line, (
        "predict(x) fits as well with zeros in `parameters`: the descent must do the work"
    )
    some, others = torch.randperm(len(x), generator=rng).split(3 * len(x) // 4)[:2]
    halves = student.rerun("nonlinear_regression", x=x[some], y=y[some] / 2)
    try:
        error = (predicted(halves, x[others]) - y[others] / 2).square().mean()
    except NotReached:
        return  # a long descent is no wrong one
    line = (best_line(x[some], y[some] / 2)(x[others]) - y[others] / 2).square().mean()
    assert error < 1.25 * line, (
        "with other rows and other prices in `x` and `y` the cell does not learn them: the "
        "parameters that the descent finds must do the work"
    )


def best_line(x, y):
    """The best straight line for these rows, as a function."""
    solution = torch.linalg.lstsq(torch.stack([x, x**0], dim=1).double(), y[:, None].double())
    return lambda rows: torch.stack([rows, rows**0], dim=1).double() @ solution.solution[:, 0]
