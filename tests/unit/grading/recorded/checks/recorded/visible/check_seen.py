"""What a visible check can ask, and each verdict that it can come to."""

import torch

from autograder.checks import Student, above, below, close, exercise, points

pytestmark = exercise("curve")
V = torch.tensor([1.0, 3.0])


@points(1)
def check_values(student: Student) -> None:
    """Values of every kind cross."""
    close("x", student["x"], [1.0, 2.0, 3.0, 4.0])
    named, plain, arrays = student["named", "plain", "arrays"]
    close("half", named["half"], [0.5, 1.0, 1.5, 2.0])
    assert named["b"] == {"c": [1, -2]}
    assert plain[:5] == [True, None, 7, 2.5, "Привет"]
    assert str(plain[5:]) == "[nan, -inf, [1, 2]]"
    close("the first array", arrays[0], [[0, 1, 2], [3, 4, 5]])
    shapes = [tuple(torch.as_tensor(array).shape) for array in arrays]
    assert shapes == [(2, 3), (), (0, 2), (2,), (1,), (2, 1), (4,)]


@points(1)
def check_odd(student: Student) -> None:
    """What cannot cross is told."""
    close("odd", student["odd"], 1.0)


@points(1, hint="two times")
def check_calls(student: Student) -> None:
    """Functions are called, with values that are lent and what they leave behind."""
    student.ask_ahead(lambda box: box.call("double", V), lambda box: box.call("double", 2 * V))
    close("double(V)", student.call("double", V), 2 * V)
    close("double(2 V)", student.call("double", 2 * V), 4 * V)
    close("the call", student.call("double", V, then=["calls", "0"])[2], V)
    close("weighted(V)", student.call("weighted", V, assign={"w": [V]}), 10.0)
    close("model(V)", student.predict("model", V), [4.0, 24.0])
    close("the gradient", student.grad("weighted", V, wrt="w")[0], V)
    close("the other", student.grad("weighted", V, cotangent=torch.tensor(2.0))[0], [4.0, 6.0])


@points(1)
def check_objects(student: Student) -> None:
    """Objects are made, changed and read, step by step, and asked for values in between."""
    counter = student.make("Counter", 1, step=4)
    close("the numbers", [one.float() for one in counter], [[5.0, 5.0], [9.0, 9.0], [13.0, 13.0]])
    assert student["calls"] == []
    assert counter.n == 13
    assert counter.seen == {(1, 2): b"ab", 3: {4.5}}
    model = student.theirs("model")
    model.load({"weight": V})
    close("model(V)", model.eval()(V), V * V)
    close("the gradient", model(V).gradients(model)[0], V)
    assert not hasattr(model, "bias")


@points(1)
def check_again(student: Student) -> None:
    """The answer runs again with other inputs, and leaves nothing behind."""
    close("x", student.rerun("curve", t=V)["x"], V + 1)
    close("x as it was", student["x"][0], 1.0)


@points(1)
def check_draws(student: Student) -> None:
    """What student code draws is seeded by the check: the same at each asking."""
    assert student.call("draws", V) == student.call("draws", V)
    assert student.call("draws", V)[0] == 0.0, "it drew another number than nought"


@points(1, hint="look at the keys")
def check_raises(student: Student) -> None:
    """What raises is told."""
    student.call("raises", V)


@points(2, hint="compare the sign")
def check_wrong(student: Student) -> None:
    """A wrong answer is diagnosed."""
    close("x", student["x"], [-1.0, -2.0, -3.0, -4.0])


@points(4)
def check_shares(student: Student) -> None:
    """A share is interpolated, the smallest counts."""
    above("the sum", student["x"].sum(), full=20, none=0)
    below("the largest", student["x"].max(), full=3, none=7)


@points(1)
def check_text(student: Student) -> None:
    """What was written and printed reaches the check."""
    assert "torch.nn.Parameter" in student.source("curve")
    assert student.printed("curve") == "printed 10.0\n"


@points(1)
def check_broken(student: Student) -> None:
    """A check with a mistake of its own."""
    raise LookupError(str(student["x"].shape))
