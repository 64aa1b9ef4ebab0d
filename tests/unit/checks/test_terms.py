"""Wrong formulas: which of their parts is said to be wrong."""

from collections.abc import Callable

import pytest
import torch
from torch import Tensor

from autograder.asking.questions import Call, Question
from autograder.asking.tensors import freeze
from autograder.checks import CheckFailed, close
from autograder.checks.diagnosing import mistaken, told
from autograder.judging.current_check import Running, running

Curve = Callable[[Tensor], Tensor]
WRONG: dict[str, Curve] = {
    "frequency": lambda t: t - 1.5 * torch.cos(15 * t),
    "frequency and amplitude": lambda t: t - torch.sin(16 * t),
    "amplitude": lambda t: t - torch.cos(17 * t),
    "wave's sign": lambda t: t + 1.5 * torch.cos(17 * t),
    "quarter turn": lambda t: t - 1.5 * torch.sin(17 * t),
    "phase": lambda t: t - 1.5 * torch.cos(17 * t + 1),
    "no wave": lambda t: t,
    "a wave": lambda t: right(t) + torch.cos(t / 3 + 9 * t),
    "steady term": lambda t: -1.5 * torch.cos(17 * t),
    "numbers": lambda t: 1.5 * t - torch.cos(17 * t),
}


def right(t: Tensor) -> Tensor:
    """A line and a wave."""
    return t - 1.5 * torch.cos(17 * t)


def random_times(count: int, wide: float) -> Tensor:
    """Times in no order."""
    return wide * torch.rand(count, generator=torch.Generator().manual_seed(5)) - wide / 2


@pytest.mark.parametrize(("name", "wrong"), WRONG.items(), ids=WRONG)
@pytest.mark.parametrize(
    ("t", "known"),
    [
        (torch.linspace(-10, 10, 10_000), False),
        (torch.linspace(0, 1, 50), False),
        (random_times(1234, 20), True),
        (random_times(44, 3), True),
    ],
    ids=["long", "short", "random", "few"],
)
def test_the_wrong_part_of_a_curve_is_named(
    name: str, wrong: Curve, t: Tensor, *, known: bool
) -> None:
    """On any grid, and at random times if the check gave them to the student's work."""
    kind = mistaken(wrong(t), right(t), (t,) if known else ())
    assert kind is not None
    assert kind.name == name


@pytest.mark.parametrize(
    "curve",
    [
        lambda t: t**2,
        lambda t: t.exp(),
        lambda t: 0.1 * t**3 - t,
        lambda t: t.abs().sqrt(),
        lambda t: torch.cos(t * t),
        lambda t: torch.exp(-t / 5) * torch.cos(9 * t),
        lambda t: torch.tanh(3 * t),
        lambda t: (9 * t).sin().sign(),
    ],
)
def test_no_wave_is_seen_where_there_is_none(curve: Curve) -> None:
    """Of curves that are no line with a few waves nothing is said that speaks of these."""
    t = torch.linspace(-4, 4, 400)
    for actual, expected in (
        (curve(t), right(t)),
        (right(t), curve(t)),
        (curve(1.1 * t), curve(t)),
    ):
        assert "wave" not in told(actual, expected, hidden=True)
        assert "parts" not in told(actual, expected, hidden=True)


def test_a_forgotten_bias_scale_input_or_unit_is_named() -> None:
    """What was not added to each row, or not multiplied with each, and the input left out."""
    rng = torch.Generator().manual_seed(3)
    x, bias = torch.randn(4, 3, generator=rng), torch.tensor([0.3, -0.6, 2.0])
    for actual, expected, name in (
        (x, x + bias, "same term"),
        (x, x * bias, "same factor"),
        (x.sigmoid(), x * x.sigmoid(), "steady factor"),
        (x.flip(0).tanh(), x.flip(0).tanh() + x, "steady term"),
        ((x.exp() - 4) / 3.3, x.exp(), "scaled and shifted"),
    ):
        kind = mistaken(actual, expected, (x,))
        assert kind is not None
        assert kind.name == name


def test_an_answer_that_is_right_for_another_name_is_said_to_be() -> None:
    """Swapped names are named, also in a hidden check; a few numbers that agree are chance."""
    t = torch.linspace(0, 5, 60)
    for hidden in (False, True):
        with running(Running(hidden=hidden)), pytest.raises(CheckFailed) as failure:
            close("x", t.sin(), right(t), others={"z": t, "y": t.sin()})
        assert failure.value.sentence == "x is what y should be"
    with running(Running()), pytest.raises(CheckFailed) as failure:
        close("x", 3.0, 4.5, others={"y": 3.0})
    assert "y" not in failure.value.sentence


def test_what_the_last_question_gave_is_what_a_value_depends_on() -> None:
    """Only with the times that were asked about can a random curve be taken apart."""
    t = random_times(300, 9)
    for given, words in ((t, "another frequency"), (t[:200], "everywhere")):
        record = Running(hidden=True, asked=Question(Call("f", [freeze(given), "no tensor"])))
        with running(record), pytest.raises(CheckFailed) as failure:
            close("x", right(t) + 0 * t, t - 1.5 * torch.cos(16 * t))
        assert words in failure.value.sentence
