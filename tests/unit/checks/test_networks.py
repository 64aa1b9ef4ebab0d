"""Networks of a student's beside ours: the same function of the same weights, or what is not."""

from collections.abc import Callable
from typing import Any

import pytest
import torch
from torch import Tensor, nn
from torch.nn import functional

from autograder.checks import CheckFailed, same_network
from autograder.judging.current_check import Running, running
from autograder.judging.in_kernel import Kernel
from autograder.judging.students import Student

X = torch.randn(3, 5, 4, generator=torch.Generator().manual_seed(1))
LOWER = torch.ones(5, 5).tril().bool()


class Block(nn.Module):
    """One head of causal attention and a small network, written with the functions of torch."""

    def __init__(self, **other: Any) -> None:
        super().__init__()
        self.query, self.key, self.value = (nn.Linear(4, 4, bias=False) for _ in range(3))
        self.norm, self.up, self.down = nn.LayerNorm(4), nn.Linear(4, 8), nn.Linear(8, 4)
        self.other: dict[str, Any] = {
            "over": -1,
            "mask": LOWER,
            "past": 1,
            "scale": 0.5,
            "act": torch.relu,
        } | other
        self.normal: Any = self.other.get("normal", self.norm)

    def forward(self, x: Tensor) -> Tensor:
        """Two parts, each of which goes past the other."""
        o = self.other
        normal: Tensor = self.normal(x)
        scores = self.query(normal) @ self.key(normal).mT * o["scale"]
        scores = scores.masked_fill(~o["mask"], -1e9)
        x = o["past"] * x + scores.softmax(o["over"]) @ self.value(normal)
        return torch.add(x, self.down(o["act"](self.up(x))))


class Renamed(nn.Module):
    """The same, registered in another order and under other names."""

    def __init__(self) -> None:
        super().__init__()
        self.v, self.q, self.k = (nn.Linear(4, 4, bias=False) for _ in range(3))
        self.mlp = nn.Sequential(nn.Linear(4, 8), nn.ReLU(), nn.Dropout(0.5), nn.Linear(8, 4))
        self.ln = nn.LayerNorm(4)

    def forward(self, x: Tensor) -> Tensor:
        """By the function of torch's."""
        y = self.ln(x)
        x = x + functional.scaled_dot_product_attention(self.q(y), self.k(y), self.v(y), LOWER)
        return torch.add(x, self.mlp(x))


def told(build: Callable[[], nn.Module], theirs: nn.Module, *inputs: Tensor) -> str:
    """What a student reads, or nothing if both are the same."""
    with running(Running()):
        try:
            same_network("net", build, Student(Kernel({"net": theirs})).theirs("net"), *inputs)
        except CheckFailed as failure:
            return failure.sentence
    return ""


def mlp(*layers: nn.Module) -> Callable[[], nn.Module]:
    """A small network of these layers between two others."""
    return lambda: nn.Sequential(nn.Linear(4, 8), *layers, nn.Linear(8, 2))


def test_the_same_in_other_words() -> None:
    """Names, order and functions are the student's; weights and mode are as before afterwards."""
    theirs = Renamed().train()
    before = {key: value.clone() for key, value in theirs.state_dict().items()}
    assert told(Block, theirs, X) == ""
    assert told(Block, Block(), X) == ""
    assert told(mlp(nn.ReLU()), mlp(nn.ReLU(), nn.Dropout(0.3))(), X) == ""
    assert all(torch.equal(before[key], value) for key, value in theirs.state_dict().items())


def test_several_tensors() -> None:
    """A recurrent network gives a tuple; all that it holds counts."""
    assert told(lambda: nn.LSTM(4, 3), nn.LSTM(4, 3), X) == ""
    assert told(lambda: nn.LSTM(4, 3), nn.LSTM(4, 3, batch_first=True), X) != ""


def test_running_means_are_the_students() -> None:
    """A trained BatchNorm has buffers of its own; they are taken over."""
    theirs = nn.Sequential(nn.Linear(4, 3), nn.BatchNorm1d(3))
    for _ in range(3):
        theirs(torch.randn(9, 4) + 2)
    ours = lambda: nn.Sequential(nn.Linear(4, 3), nn.BatchNorm1d(3))  # noqa: E731 - as checks have it
    assert told(ours, theirs, X[0]) == ""
    assert told(ours, nn.Sequential(nn.Sequential(theirs[0]), theirs[1]), X[0]) == ""


def test_a_network_of_ours_that_is_none() -> None:
    """What is wrong with the network to compare with is told to the author, not the student."""

    class Nothing(nn.Linear):
        """A layer that gives nothing."""

        def forward(self, _: Tensor) -> Any:
            """None."""

    class Nowhere(nn.Linear):
        """A layer that gives nan."""

        def forward(self, x: Tensor) -> Tensor:
            """Nothing that can be compared."""
            return super().forward(x) * float("nan")

    with pytest.raises(TypeError, match="gives a NoneType"):
        told(lambda: Nothing(4, 3), nn.Linear(4, 3), X)
    with pytest.raises(ValueError, match="no finite numbers"):
        told(lambda: Nowhere(4, 3), nn.Linear(4, 3), X)


SLIPS: dict[str, tuple[dict[str, Any], str]] = {
    "gelu": ({"act": functional.gelu}, "its activation were gelu"),
    "no activation": ({"act": lambda x: x}, "no activation stood between"),
    "wrong axis": ({"over": -2}, "a softmax went over the wrong axis"),
    "no mask": ({"mask": LOWER | True}, "no mask were there"),
    "mask inverted": ({"mask": ~LOWER}, "a mask were the wrong way round"),
    "no scale": ({"scale": 1.0}, "scores were not scaled"),
    "nothing goes past": ({"past": 0}, "computes something else with them"),
    "not normalised": ({"normal": lambda x: x}, "nothing were normalised"),
}


@pytest.mark.parametrize(("other", "words"), SLIPS.values(), ids=SLIPS)
def test_a_slip_is_told(other: dict[str, Any], words: str) -> None:
    """The right parameters with another activation, axis, mask or scale: which one, in words."""
    assert words in told(Block, Block(**other), X)


SHAPES: dict[str, tuple[nn.Module, str]] = {
    "one more layer": (mlp(nn.ReLU(), nn.Linear(8, 8))(), "has 130 parameters, 58 were expected"),
    "which layer": (mlp(nn.ReLU(), nn.Linear(8, 8))(), "2.weight has shape (8, 8)"),
    "no bias": (nn.Sequential(nn.Linear(4, 8), nn.Linear(8, 2, bias=False)), "is a bias missing?"),
    "other shapes": (nn.Sequential(nn.Linear(4, 8), nn.Linear(4, 4)), "parameters"),
    "another order": (nn.Sequential(nn.ReLU(), mlp()()), "computes something else"),
    "nothing": (nn.Identity(), "has 0 parameters, 58 were expected"),
}


@pytest.mark.parametrize(("theirs", "words"), SHAPES.values(), ids=SHAPES)
def test_other_parameters(theirs: nn.Module, words: str) -> None:
    """Another number of parameters, or other shapes, is told with the layer that has them."""
    assert words in told(mlp(nn.ReLU()), theirs, X)


def test_a_bias_that_is_not_added() -> None:
    """A parameter that has no part in what is computed does not count."""

    class Bare(nn.Linear):
        """A layer that forgets its bias."""

        def forward(self, x: Tensor) -> Tensor:
            """Without it."""
            return x @ self.weight.mT

    assert "no bias were added" in told(lambda: nn.Linear(4, 2), Bare(4, 2), X)
    assert told(lambda: nn.Linear(4, 2), nn.Sequential(nn.Linear(4, 2)), X) == ""
    assert "shape (3, 5, 1), (3, 5, 2)" in told(
        lambda: nn.Linear(4, 2), nn.Sequential(nn.Linear(4, 2), nn.MaxPool1d(2)), X
    )
