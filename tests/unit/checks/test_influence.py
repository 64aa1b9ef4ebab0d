"""Which inputs influence which outputs, on right functions and on those that are nearly right."""

import math
from collections.abc import Callable
from typing import Any

import pytest
import torch
from torch import Tensor

from autograder.checks import CheckFailed, causal, depends_on, equivariant, ignores
from autograder.judging.current_check import Running, running
from autograder.judging.in_kernel import Kernel
from autograder.judging.students import Student

T = 6
X = torch.randn(2, T, 4, generator=torch.Generator().manual_seed(1))
IDS = torch.randint(0, 9, (2, T), generator=torch.Generator().manual_seed(1))
TABLE = torch.randn(9, 4, generator=torch.Generator().manual_seed(2))
PADDED = torch.tensor([[False] * 4 + [True] * 2, [False] * 3 + [True] * 3])
EYE, LOWER = torch.eye(T).bool(), torch.ones(T, T).tril().bool()
LATER = PADDED.roll(1, 1) & PADDED  # the first of what is padded counts as well


def attend(x: Tensor, mask: Tensor, *, over: int = -1, fill: float = -math.inf) -> Tensor:
    """Attention of x to itself, where the mask is true."""
    scores = (x @ x.mT / x.shape[-1] ** 0.5).masked_fill(~mask, fill)
    return torch.matmul(scores.softmax(over), x)


def added(x: Tensor, mask: Tensor, *, weak: float) -> Tensor:
    """Attention whose mask is a number that is added to the scores."""
    scores = x @ x.mT / x.shape[-1] ** 0.5 - weak * (~mask)
    return torch.matmul(scores.softmax(-1), x)


def padded(marks: Tensor) -> Callable[[Tensor], Tensor]:
    """The mean over what is not marked."""
    return lambda x: (x * ~marks[..., None]).sum(1) / (~marks).sum(1, keepdim=True)


def told(word: Callable[..., None], *arguments: Any, hidden: bool = False, **options: Any) -> str:
    """What a student reads, or nothing if all is right."""
    with running(Running(hidden=hidden)):
        try:
            word("f(x)", *arguments, **options)
        except CheckFailed as failure:
            return failure.sentence
    return ""


def back(count: int) -> Tensor:
    """A mask in which each position sees this many before it, and itself."""
    return LOWER.triu(-count)


CAUSAL: dict[str, tuple[Callable[[Tensor], Any], str]] = {
    "a causal mask": (lambda x: attend(x, LOWER), ""),
    "a finite fill": (lambda x: attend(x, LOWER, fill=-1e9), ""),
    "a running mean": (lambda x: x.cumsum(1) / torch.arange(1, T + 1)[:, None], ""),
    "another way": (lambda x: torch.fft.ifft(torch.fft.fft(x.cumsum(1), dim=1), dim=1).real, ""),
    "no mask": (lambda x: attend(x, LOWER | True), "looks ahead: its position 0 changes with posi"),
    "another way round": (lambda x: attend(x, LOWER.T), "the wrong way round"),
    "one ahead": (lambda x: attend(x, LOWER | LOWER.roll(1, 1).tril(1)), "sees one position ahead"),
    "not itself": (lambda x: attend(x, LOWER & ~EYE), "does a position see nothing at all?"),
    "shifted": (lambda x: torch.cat([0 * x[:, :1], x.cumsum(1)[:, :-1]], 1), "the position itself"),
    "the wrong axis": (lambda x: attend(x, LOWER, over=-2), "over the wrong axis"),
    "itself alone": (lambda x: attend(x, EYE), "sees no earlier position, only the position it"),
    "two at most": (lambda x: attend(x, back(1)), "its position 2 does not change with 0"),
    "a constant": (lambda x: 0 * x + 1, "does not change, whatever its input is"),
    "a weak mask": (lambda x: added(x, LOWER, weak=20.0), "where later values are large"),
    "noise": (lambda x: x + 0.1 * torch.randn(4), "two answers to the same input"),
    "a sum": (lambda x: x.sum(1), "size 6 was expected along dim 1"),
}


@pytest.mark.parametrize(("f", "words"), CAUSAL.values(), ids=CAUSAL)
def test_causal(f: Callable[[Tensor], Any], words: str) -> None:
    """What looks ahead, or sees too little, is named; what is right in another way is right."""
    found = told(causal, f, X, dim=1)
    assert words in found, found
    assert bool(words) == bool(found)


def test_causal_for_other_inputs() -> None:
    """Whole numbers, half precision and other axes are tried as well, and a window may be short."""
    assert told(causal, lambda x: attend(x, back(1)), X, dim=1, back=1) == ""
    assert told(causal, lambda x: x.cumsum(-1), X, dim=-1) == ""
    assert told(causal, lambda ids: TABLE[ids].cumsum(1), IDS, dim=1) == ""
    assert "sees one" in told(causal, lambda ids: TABLE[ids] + TABLE[ids].roll(-1, 1), IDS, dim=1)
    assert told(causal, lambda x: x.float().cumsum(1).half(), X.half(), dim=1) == ""
    hidden = told(causal, lambda x: attend(x, LOWER | True), X, dim=1, hidden=True)
    assert hidden == "f(x) looks ahead: it changes with later positions of the input"
    with pytest.raises(ValueError, match="three positions"):
        causal("f(x)", lambda x: x, X[:, :2], dim=1)


IGNORED: dict[str, tuple[Callable[[Tensor], Any], str]] = {
    "a mask": (padded(PADDED), ""),
    "no mask": (lambda x: x.mean(1), "its position 0 changes with position (0, 4) of the input"),
    "another way round": (padded(~PADDED), "the wrong way round"),
    "off by one": (padded(LATER), "off by one"),
    "a constant": (lambda x: torch.ones(2), ""),
    "a loss": (lambda x: padded(PADDED)(x).sum(), ""),
    "a loss without a mask": (lambda x: x.sum(), "it changes with position (0, 4) of the input"),
    "nan": (lambda x: 0 * x.mean(1) / 0, "not finite"),
    "another shape": (lambda x: x[x > 0], "for another input of the same kind"),
}


@pytest.mark.parametrize(("f", "words"), IGNORED.values(), ids=IGNORED)
def test_ignores(f: Callable[[Tensor], Any], words: str) -> None:
    """A leak is told by the first place that leaks, or by what the mask looks like."""
    found = told(ignores, f, X, PADDED)
    assert words in found, found
    assert bool(words) == bool(found)


def test_ignores_what_is_not_a_number() -> None:
    """Who multiplies by zero lets nan through; who selects does not."""
    selecting = lambda x: x.masked_fill(PADDED[..., None], 0).sum(1)  # noqa: E731 - beside the other
    assert told(ignores, selecting, X, PADDED, also=[math.nan, math.inf]) == ""
    assert "changes if nan stands" in told(ignores, padded(PADDED), X, PADDED, also=[math.nan])


def test_ignores_for_some_of_the_output() -> None:
    """One example of a batch must not see the other."""
    first = torch.tensor([True, False])
    assert told(ignores, lambda x: x.cumsum(1), X, first, at=~first) == ""
    assert told(ignores, lambda x: x.softmax(0), X, first, at=~first) != ""
    assert "ignore" in told(ignores, lambda x: x.softmax(0), X, first, at=~first, hidden=True)
    for marks in (PADDED.float(), PADDED[:, :3], first & ~first):
        with pytest.raises(ValueError, match="mark"):
            ignores("f(x)", lambda x: x, X, marks)


def test_gradients_are_ignored_too() -> None:
    """A gradient that leads to what must be ignored is one of its influences, and so is nan."""

    class Leaks(torch.autograd.Function):
        """Zeros, with a gradient."""

        @staticmethod
        def forward(_: Any, x: Tensor) -> Tensor:
            """Nothing of x."""
            return 0 * x

        @staticmethod
        def backward(_: Any, gradient: Tensor) -> Tensor:
            """All of it."""
            return gradient

    leak: Any = Leaks.apply
    names = {
        "right": lambda x: x.masked_fill(PADDED[..., None], 0),
        "leaks": lambda x: x.masked_fill(PADDED[..., None], 0) + leak(x),
        "nan": lambda x: torch.where(
            PADDED[..., None], 1, (0 * x + 1.0 * ~PADDED[..., None]).sqrt() + x
        ),
    }
    student = Student(Kernel(names))
    assert told(ignores, student.theirs("right"), X, PADDED) == ""
    assert "sends gradients to places" in told(ignores, student.theirs("leaks"), X, PADDED)
    assert "sends nan as gradient" in told(ignores, student.theirs("nan"), X, PADDED)
    assert told(causal, lambda x: student.theirs("right")(x[:, :, :2]).cumsum(1), X, dim=1, back=0)


DEPENDS: dict[str, tuple[Callable[[Tensor], Any], str]] = {
    "a mask": (padded(PADDED), ""),
    "hardly": (lambda x: x[:, 0] + 1e-3 * x.sum(1), ""),
    "another way round": (padded(~PADDED), "the wrong way round"),
    "a constant": (lambda x: torch.ones(2), "does not change, whatever its input is"),
    "too little": (lambda x: x[:, 1:].sum(1), "does not change with position (0, 0)"),
}


@pytest.mark.parametrize(("f", "words"), DEPENDS.values(), ids=DEPENDS)
def test_depends_on(f: Callable[[Tensor], Any], words: str) -> None:
    """Each place must count; a constant never passes."""
    found = told(depends_on, f, X, ~PADDED)
    assert words in found, found
    assert bool(words) == bool(found)
    assert told(depends_on, f, X, ~PADDED, hidden=True).count("(") <= 1


ORDER = torch.tensor([3, 0, 5, 1, 4, 2])
MOVED: dict[str, tuple[Callable[[Tensor], Any], str]] = {
    "attention": (lambda x: attend(x, LOWER | True), ""),
    "a position code": (lambda x: x + torch.arange(T)[:, None], "does not move as its input"),
    "a causal mask": (lambda x: attend(x, LOWER), "does not move as its input"),
    "a constant": (lambda x: 0 * x + 1, "the same everywhere"),
    "what stays": (lambda x: x.sort(1).values, "stays as it is when its input is moved"),
}


@pytest.mark.parametrize(("f", "words"), MOVED.values(), ids=MOVED)
def test_equivariant(f: Callable[[Tensor], Any], words: str) -> None:
    """Positions in another order give the same in that order."""
    found = told(equivariant, f, X, lambda x: x[:, ORDER])
    assert words in found, found
    assert bool(words) == bool(found)


def test_invariant() -> None:
    """What is summed does not change with the order, and other sizes may come out."""
    stays: Any = lambda y: y  # noqa: E731 - an argument
    assert told(equivariant, lambda x: x.sum(1), X, lambda x: x[:, ORDER], stays) == ""
    assert "changes when" in told(equivariant, lambda x: x[:, 0], X, lambda x: x[:, ORDER], stays)
    assert told(equivariant, lambda x: 2 * x, X, lambda x: x[:, :3]) == ""
    with pytest.raises(ValueError, match="stays as it is"):
        equivariant("f(x)", lambda x: x, X, lambda x: x)
