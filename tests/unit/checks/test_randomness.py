"""What is drawn at random: right generators pass, near misses do not."""

import math
from collections.abc import Callable, Iterator

import pytest
import torch

from autograder.checks import CheckFailed, randomness, rate_like, spread_like
from autograder.judging.current_check import Running, running

Draw = Callable[[], torch.Tensor]
NORMAL = torch.randn(50_000, generator=torch.Generator().manual_seed(1))
KEPT = (torch.rand(50_000, generator=torch.Generator().manual_seed(2)) < 0.75).float()
DROPPED = KEPT / 0.75  # dropout of ones, with p = 0.25
FIXED = torch.randn(1000, generator=torch.Generator().manual_seed(3))


def dropout(p: float = 0.25, keep: float = 0.75) -> Draw:
    """Dropout of ones."""
    return lambda: (torch.rand(500) >= p) / keep


def draws(rate: float, count: int = 100) -> Draw:
    """Truth values at a rate."""
    return lambda: torch.rand(count) < rate


RIGHT: dict[str, tuple[Draw, torch.Tensor]] = {
    "normal": (lambda: torch.randn(1000), NORMAL),
    "normal, in one go": (lambda: torch.randn(30, 1000).double(), NORMAL),
    "normal, in small parts": (lambda: torch.randn(64), NORMAL),
    "dropout": (dropout(), DROPPED),
    "dropout, rounded otherwise": (lambda: dropout()() * (1 + 3e-7), DROPPED),
    "whole numbers": (lambda: torch.randint(-1, 2, (500,)), torch.randint(-1, 2, (20_000,))),
}
WRONG: dict[str, tuple[Draw, torch.Tensor, str]] = {
    "scale": (lambda: torch.randn(999) * 2**0.5, NORMAL, "x is sqrt(2) times too wide"),
    "scale, a little": (lambda: torch.randn(999) * 1.15, NORMAL, "x is too wide: its shape"),
    "fan": (lambda: torch.randn(999) / 2, NORMAL, "x is 1/2 times too narrow: its shape is right"),
    "shape": (
        lambda: (torch.rand(999) - 0.5) * 12**0.5,
        NORMAL,
        "x is uniform, where a normal distribution is right",
    ),
    "shape and scale": (lambda: torch.rand(999) - 0.5, NORMAL, "x is uniform, where a normal"),
    "the reverse": (
        lambda: torch.randn(999),
        torch.rand(50_000),
        "x is normal, where a uniform distribution is right",
    ),
    "mean": (lambda: torch.randn(999) + 0.2, NORMAL, "x is too high, by the same everywhere"),
    "no scaling": (dropout(keep=1), DROPPED, "its scale: 1 / (1 - p) is missing"),
    "another rate": (dropout(0.5, 0.5), DROPPED, "x is too wide, and not of the right shape"),
    "constant": (lambda: torch.ones(99), NORMAL, "x is the same number everywhere: nothing"),
    "constant zero": (lambda: torch.zeros(99), DROPPED, "x is the same number everywhere"),
    "the same again": (lambda: FIXED, NORMAL, "x is the same in each draw: is a seed set in it?"),
    "not finite": (lambda: torch.randn(9) / 0, NORMAL, "x holds no numbers, or some that are not"),
    "nothing": (lambda: torch.empty(0), NORMAL, "x holds no numbers"),
}


@pytest.fixture(autouse=True)
def seeded() -> Iterator[None]:
    """The same numbers in each run of a test, and one thread, as in a judge."""
    torch.manual_seed(0)
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(threads)


@pytest.mark.parametrize("case", RIGHT.values(), ids=RIGHT)
def test_right_spreads_pass(case: tuple[Draw, torch.Tensor]) -> None:
    """Whatever kind of distribution, in parts of whatever size."""
    spread_like("x", *case)


@pytest.mark.parametrize("case", WRONG.values(), ids=WRONG)
def test_wrong_spreads_have_their_sentence(case: tuple[Draw, torch.Tensor, str]) -> None:
    """Scale, shape and mean are told apart, and so is what is not drawn at all."""
    draw, right, sentence = case
    with pytest.raises(CheckFailed) as failure:
        spread_like("x", draw, right)
    assert sentence in failure.value.sentence


@pytest.mark.parametrize("rate", [0.01, 1 / 9, 0.5, 0.9])
def test_right_rates_pass(rate: float) -> None:
    """Rare and frequent ones, drawn one by one or at once."""
    rate_like("a shift", draws(rate), rate)
    rate_like("a shift", draws(rate, 1), rate, count=300)


@pytest.mark.parametrize(
    ("draw", "sentence"),
    [
        (draws(0.3), "a shift happens too often: "),
        (draws(0.2), "a shift happens too seldom: "),
        (draws(0.75), "a shift happens as often as it should not"),
        (draws(1.1), "a shift always happens"),
        (lambda: torch.zeros(1), "a shift is the same in each draw"),
        (lambda: FIXED[:100] > 0.67, "a shift is the same in each draw: is a seed set"),
        (lambda: torch.randn(10), "a shift is neither true nor false"),
    ],
)
def test_wrong_rates_have_their_sentence(draw: Draw, sentence: str) -> None:
    """Too often, too seldom, the reverse, and not at random."""
    with pytest.raises(CheckFailed) as failure:
        rate_like("a shift", draw, 0.25)
    assert failure.value.sentence.startswith(sentence)


def test_a_hidden_check_says_no_number() -> None:
    """Not even how often something happened."""
    with running(Running(hidden=True)), pytest.raises(CheckFailed) as failure:
        rate_like("a shift", draws(0.4), 0.25)
    assert failure.value.sentence == "a shift happens too often"


def failures(judge: Callable[[], None], runs: int) -> int:
    """How many of some runs fail."""
    failed = 0
    for _ in range(runs):
        try:
            judge()
        except CheckFailed:
            failed += 1
    return failed


@pytest.mark.parametrize("error", [1e-4, 0.2])
def test_right_draws_fail_no_more_often_than_is_stated(
    error: float, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Never in 300 runs, and with an error that can be seen, no more often than that."""
    monkeypatch.setattr(randomness, "ERROR", error)
    normal = torch.randn(10_000)
    judged = {
        "rate": lambda: rate_like("x", draws(0.25, 20), 0.25, count=400),
        "spread": lambda: spread_like("x", lambda: torch.randn(250), normal, count=2000),
        "dropout": lambda: spread_like("x", dropout(), DROPPED, count=1000),
    }
    for judge in judged.values():
        failed = failures(judge, 100)
        assert failed <= (0 if error < 0.01 else error * 100)


def test_a_mistake_of_the_check_is_none_of_the_students() -> None:
    """No rate beyond 0 and 1, and no reference that is too small to bound anything."""
    with pytest.raises(ValueError, match="between 0 and 1"):
        rate_like("x", draws(1), 1.0)
    with pytest.raises(ValueError, match="needs a reference"):
        spread_like("x", lambda: torch.randn(9), NORMAL[:100])


def test_how_far_it_lies_is_kept_for_the_author() -> None:
    """In shares of what is allowed, as for tolerances."""
    with running(Running()) as check:
        spread_like("x", lambda: torch.randn(1000), NORMAL)
        rate_like("y", draws(0.25), 0.25)
    worst = {name: one.value for name, one in check.measured.items()}
    assert all(value < 1 for value in worst.values())
    assert [*worst] == ["x, in tolerances", "y, in tolerances"]
    assert not any(map(math.isnan, worst.values()))
