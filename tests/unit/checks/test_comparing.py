"""The words that compare answers with what is right."""

import math
from collections.abc import Callable
from typing import Any

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from autograder.checks import (
    CheckFailed,
    above,
    below,
    close,
    nonlinear_in,
    one_of,
    several,
    tensor,
)
from autograder.checks.tolerances import tolerances
from autograder.judging.current_check import Running, running

SECRET = torch.tensor([17.125, -3.5, 42.75, 8.0])


def sentence_of(actual: Any, expected: Any = SECRET) -> str:
    """What a student is told about this answer."""
    with pytest.raises(CheckFailed) as failure:
        close("x", actual, expected)
    return failure.value.sentence


@pytest.mark.parametrize(
    ("actual", "sentence"),
    [
        (None, "x is None, a tensor was expected"),
        ("17.125", "x is a string, a tensor was expected"),
        ([], "x is an empty list, a tensor was expected"),
        ({}, "x is a dict, a tensor was expected"),
        ([1.0, [2.0]], "x is a list of unlike things, a tensor was expected"),
        (2**70, "x is a whole number of more than 64 bits"),
        (17.125, "x has shape (), (4,) was expected"),
        (torch.empty(0), "x is empty, shape (4,) was expected"),
        (torch.ones(1), "x has shape (1,), (4,) was expected"),
        (torch.full((4,), math.nan), "x in 4 of 4 places is not finite (nan or infinite)"),
        (
            SECRET / torch.tensor([1, 1, 0, 1]),
            "x in 1 of 4 places is not finite (nan or infinite), and right elsewhere",
        ),
        (SECRET[:, None], "x has shape (4, 1), (4,) was expected; the values are right"),
        (2 * SECRET, "x is twice what is right, everywhere (ratio 2.000)"),
        (SECRET / 2, "x is half of what is right, everywhere (ratio 0.500)"),
        (-SECRET, "x is right except for the sign, everywhere (ratio -1.000)"),
        (3.25 * SECRET, "x is 3.250 times what is right, everywhere"),
        (SECRET - 1, "x is too small, by the same amount everywhere"),
        (0 * SECRET, "x is zero everywhere"),
        (SECRET.long(), "x is made of whole numbers"),
        (SECRET * torch.tensor([1, 1, 1, 2]), "x is not right in 1 of 4 places"),
    ],
)
def test_each_kind_of_mistake_has_its_sentence(actual: Any, sentence: str) -> None:
    """The sentence says which kind of mistake it looks like."""
    assert sentence_of(actual) == sentence


@pytest.mark.parametrize(
    ("actual", "expected", "sentence"),
    [
        (torch.arange(6.0).reshape(3, 2), torch.arange(6.0).reshape(3, 2).T, "transposed"),
        (torch.arange(4.0).reshape(2, 2).T, torch.arange(4.0).reshape(2, 2), "transposed"),
        (torch.tensor(2.0), torch.tensor(1.0), "not the right value"),
        (2.0, 1, "not the right value"),
    ],
)
def test_matrices_and_single_numbers(actual: Any, expected: Any, sentence: str) -> None:
    """A transposed matrix is named; of a single number no ratio is told."""
    assert sentence in sentence_of(actual, expected)


@pytest.mark.parametrize("actual", [SECRET, SECRET.double(), SECRET.tolist(), list(SECRET)])
def test_right_answers_of_any_kind_pass(actual: Any) -> None:
    """Tensors of any precision and lists of numbers can all be right."""
    close("x", actual, SECRET)


def test_infinity_is_right_only_where_it_is_expected() -> None:
    """An infinity passes in its own place and nowhere else."""
    expected = torch.tensor([1.0, math.inf])
    close("x", [1.0, math.inf], expected)
    assert "not finite" in sentence_of([math.inf, 1.0], expected)


def test_an_answer_that_ignores_new_inputs_is_told_so() -> None:
    """What a rerun with other inputs left as it was is named, whatever its shape."""
    record = Running(before=lambda: (SECRET,))
    with running(record):
        assert sentence_of(SECRET, SECRET + 1).startswith("x is unchanged although the inputs")
        assert "; it is unchanged although the inputs" in sentence_of(SECRET, torch.ones(3))
        assert sentence_of(-SECRET) == "x is right except for the sign, everywhere (ratio -1.000)"


def test_a_comparison_with_nothing_is_the_authors_mistake() -> None:
    """An empty right answer would equal every other empty one, so it is refused."""
    with pytest.raises(ValueError, match="no values at all"):
        close("x", torch.empty(0), torch.empty(0))


@given(st.lists(st.floats(-1e3, 1e3, width=32), min_size=1, max_size=9), st.data())
def test_no_sentence_holds_a_right_value(values: list[float], data: st.DataObject) -> None:
    """Whatever is handed in, a right value that is not in it never appears."""
    expected = torch.tensor(values) * 0.7310585786 + 12345.678
    actual = data.draw(st.lists(st.floats(-1e3, 1e3), min_size=1, max_size=9))
    sentence = sentence_of(actual, expected)
    assert "1234" not in sentence
    assert "1235" not in sentence


@given(st.floats(-2, 3), st.booleans())
def test_shares_are_interpolated(value: float, falling: bool) -> None:
    """A share is 1 at full, 0 at none, and the straight line between."""
    record = Running()
    expected = min(1.0, max(0.0, 1 - value if falling else value))
    with running(record):
        if expected < 1e-3:
            return
        if falling:
            below("the error", value, full=0.0, none=1.0)
        else:
            above("the score", value, full=1.0, none=0.0)
    assert record.share == pytest.approx(expected, abs=1e-4)
    assert bool(record.sentences) == (record.share < 1)


def test_the_smallest_share_counts() -> None:
    """Of several shares in one check, the smallest is the check's."""
    with running(Running()) as record:
        below("one", 0.25, full=0, none=1)
        below("other", torch.tensor([0.5]), full=torch.tensor(0.0), none=1)
        below("third", 0, full=0, none=1)
    assert record.share == 0.5


@pytest.mark.parametrize("actual", [1.0, 7, math.nan, [1.0, 0.0], "low", None, 1j * torch.ones(1)])
def test_no_share_for_what_is_not_low_or_no_number(actual: Any) -> None:
    """Nothing is earned at none, above it, or without one finite number."""
    with pytest.raises(CheckFailed):
        below("the error", actual, full=0.0, none=1.0)


@pytest.mark.parametrize("hidden", [True, False])
def test_a_hidden_check_tells_no_number(hidden: bool) -> None:
    """What it measured, and where an answer is right, would tell of data that nobody shall know."""
    comparisons: list[Callable[[], None]] = [
        lambda: below("the error", 0.375, full=0.0, none=0.25),
        lambda: above("the score", 0.375, full=1.0, none=0.5),
        lambda: close("x", SECRET * torch.tensor([1, 1, 1, 2]), SECRET),
    ]
    said = []
    with running(Running(hidden=hidden)) as record:
        below("the error", 0.375, full=0.0, none=1.0)
        for compare in comparisons:
            with pytest.raises(CheckFailed) as failure:
                compare()
            said.append(failure.value.sentence)
    text = "; ".join([*record.sentences, *said])
    assert any(sign.isdigit() for sign in text) != hidden
    assert text.startswith(
        "the error is"
        + (" good enough for a part of" if hidden else " 0.375, good enough for a part of")
    )


def test_thresholds_the_wrong_way_round_are_refused() -> None:
    """Below needs full under none, above the other way."""
    with pytest.raises(ValueError, match="not less"):
        below("x", 0, full=1, none=0)
    with pytest.raises(ValueError, match="not greater"):
        above("x", 0, full=0, none=1)


X = torch.linspace(0.2, 4, 100)
PLANE = torch.randn(100, 3, generator=torch.Generator().manual_seed(0))


@pytest.mark.parametrize(
    ("x", "prediction", "sentence"),
    [
        (X, 3 * X - 20, "a straight line"),
        (X, X * math.nan, "not finite"),
        (X, torch.full((100,), 22.5), "the same, or nearly"),
        (X, 22.5 + 1e-6 * torch.sin(X), "the same, or nearly"),
        (X, X[:7], "shape (7,), (100,) was expected"),
        (X, X * 1j, "complex"),
        (PLANE, PLANE @ torch.tensor([[1.0], [-2.0], [0.5]]) + 3, "a plane"),
    ],
)
def test_straight_answers_are_recognised(
    x: torch.Tensor, prediction: torch.Tensor, sentence: str
) -> None:
    """Lines, planes, constants and nan are not nonlinear."""
    with pytest.raises(CheckFailed, match="predict") as failure:
        nonlinear_in("predict(x)", x, prediction)
    assert sentence in failure.value.sentence


@pytest.mark.parametrize("bend", [X.log(), 46 + X + 2e-2 * X.sqrt(), X**2, (X - 2).relu()])
def test_bent_answers_pass(bend: torch.Tensor) -> None:
    """Honest curves pass, weak ones too, flat or as a column."""
    nonlinear_in("predict(x)", X, bend)
    nonlinear_in("predict(x)", X[:, None], bend[:, None])


def test_a_constant_feature_does_no_harm() -> None:
    """A column without spread is left out of the plane."""
    inputs = torch.cat([PLANE, torch.ones(100, 1)], dim=1)
    nonlinear_in("model(X)", inputs, PLANE[:, 0].tanh())


def test_tolerances_follow_the_coarser_dtype_and_the_device() -> None:
    """The table is read by the coarser of two dtypes and by device; whole numbers are exact."""
    assert tolerances(torch.float64, torch.float32) == (1e-4, 1e-5)
    assert tolerances(torch.complex64, device="cuda:0") == (1e-3, 1e-4)
    assert tolerances(torch.int64) == (0.0, 0.0)


def test_numbers_become_tensors() -> None:
    """A list of numbers is a tensor of their common dtype."""
    assert tensor("x", [1, 2.5]).dtype is torch.float64
    assert tensor("x", [[1, 2], [3, 4]]).shape == (2, 2)


def test_each_of_several_right_answers_is_right() -> None:
    """A sign or an order that nobody asked for is free; shapes may differ, too."""
    for right in (SECRET, -SECRET, SECRET[:2]):
        one_of("x", right + 1e-7, [SECRET, -SECRET, SECRET[:2]])


@pytest.mark.parametrize(
    ("actual", "sentence"),
    [
        (-2 * SECRET, "x is twice what is right, everywhere (ratio 2.000)"),
        (torch.ones(3), "x has shape (3,), (4,) was expected"),
        (SECRET * math.nan, "x in 4 of 4 places is not finite (nan or infinite)"),
    ],
)
def test_none_of_several_is_told_of_the_nearest(actual: torch.Tensor, sentence: str) -> None:
    """The finding is about the answer that was probably meant."""
    with pytest.raises(CheckFailed) as failure:
        one_of("x", actual, [SECRET, -SECRET])
    assert failure.value.sentence == sentence


def test_one_of_none_is_a_mistake_of_the_check() -> None:
    """A check that knows no right answer judges nobody."""
    with pytest.raises(ValueError, match="no answer at all"):
        one_of("x", SECRET, [])


def test_several_things_can_be_unpacked() -> None:
    """A list and a tuple of the right length, whatever is in them."""
    one, other = several("f(x)", [1, "a"], 2)
    assert (one, other) == (1, "a")
    assert several("f(x)", (SECRET,), 1)[0] is SECRET


@pytest.mark.parametrize(
    ("answer", "was"),
    [
        (None, "is None"),
        (SECRET, "is a tensor"),
        (3.0, "is a float"),
        ("ab", "is a string"),
        ({"a": 1, "b": 2}, "is a dict"),
        ([1], "holds 1 thing"),
        ([], "holds 0 things"),
        ((1, 2, 3), "holds 3 things"),
    ],
)
def test_what_cannot_be_unpacked_is_a_mistake_of_the_work(answer: Any, was: str) -> None:
    """A forgotten `return` breaks no check."""
    with pytest.raises(CheckFailed, match=rf"^f\(x\) {was}, 2 (things )?were expected$"):
        several("f(x)", answer, 2)
