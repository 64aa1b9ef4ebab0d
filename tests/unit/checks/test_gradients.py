"""Gradients against differences, on a namespace like a student's."""

from collections.abc import Callable
from typing import Any

import pytest
import torch

from autograder.checks import CheckFailed, gradients_close
from autograder.checks.namespace import LiveStudent

X = torch.linspace(0.3, 3, 40)


class Doubled(torch.autograd.Function):
    """The identity, with a gradient that is wrong by a factor."""

    factor = 2.0

    @staticmethod
    def forward(ctx: Any, values: torch.Tensor) -> torch.Tensor:
        """Return the values."""
        return values.clone()

    @staticmethod
    def backward(ctx: Any, gradient: torch.Tensor) -> torch.Tensor:
        """Return too much."""
        return Doubled.factor * gradient


def parameters() -> list[torch.Tensor]:
    """Three numbers to learn."""
    return [torch.tensor(value, requires_grad=True) for value in (0.5, -1.5, 2.0)]


def student(predict: Callable[..., Any]) -> LiveStudent:
    """A namespace with these parameters and this prediction."""
    held = parameters()
    return LiveStudent({"parameters": held, "predict": lambda x: predict(x, *held)})


def sentence_of(predict: Callable[..., Any], **options: Any) -> str:
    """What a student is told about these gradients."""
    with pytest.raises(CheckFailed) as failure:
        gradients_close(student(predict), "predict", X, wrt="parameters", **options)
    return failure.value.sentence


@pytest.mark.parametrize(
    "predict",
    [
        lambda x, a, b, c: a * x**2 + b * x + c,
        lambda x, a, b, c: a * torch.tanh(b * x) + c,
        lambda x, a, b, c: (a * x + b + 0.01).relu() + c,
        lambda x, a, b, c: a + b + c + 0 * x,
    ],
)
def test_autograd_agrees_with_differences(predict: Callable[..., Any]) -> None:
    """Honest functions pass, with and without a cotangent, and at other values."""
    work = student(predict)
    gradients_close(work, "predict", X, wrt="parameters")
    gradients_close(work, "predict", X, wrt="parameters", cotangent=2 * X - 1)
    gradients_close(work, "predict", X, wrt="parameters", at=[torch.ones(())] * 3)
    assert [float(value) for value in work["parameters"]] == [0.5, -1.5, 2.0]


def test_gradients_with_respect_to_inputs() -> None:
    """Without wrt, the floating-point arguments are moved."""
    work = LiveStudent({"f": lambda x, k: x.sin() * k.sum()})
    gradients_close(work, "f", X, torch.tensor([1, 2]))


def test_a_function_that_insists_on_float32() -> None:
    """Where float64 does not go in, float32 with a coarser step does."""
    weights = torch.tensor([[0.3], [0.7]])
    work = LiveStudent({"f": lambda x: torch.tanh(x @ weights)})
    gradients_close(work, "f", X.reshape(20, 2))


@pytest.mark.parametrize(("factor", "word"), [(2.0, "twice"), (0.5, "half"), (-1.0, "minus")])
def test_a_constant_factor_is_named(
    factor: float, word: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Twice, half and minus the right gradient are said to be so."""
    monkeypatch.setattr(Doubled, "factor", factor)

    def predict(x: torch.Tensor, *p: torch.Tensor) -> Any:
        return Doubled.apply(p[0] * x**2 + p[1] * x + p[2])  # type: ignore[no-untyped-call]

    sentence = sentence_of(predict)
    assert sentence == f"{word} the right gradient, everywhere (ratio {factor:.3f})"


@pytest.mark.parametrize(
    ("predict", "sentence"),
    [
        (lambda x, a, b, c: a * x + b, "no gradient reaches parameters[2]"),
        (lambda x, a, b, c: (a * x + b).detach() + c, "no gradient reaches parameters[0]"),
        (lambda x, a, b, c: a * a.detach() * x + b + c, "does not agree with differences"),
        (lambda x, a, b, c: a / 0 * x + b + c, "is not finite"),
        (lambda x, a, b, c: "0.5", "a tensor was expected"),
        (lambda x, a, b, c: a + b + nothing, "raised NameError"),  # type: ignore[name-defined] # noqa: F821 - that is the mistake
    ],
)
def test_what_is_wrong_is_said(predict: Callable[..., Any], sentence: str) -> None:
    """Broken paths, half-detached products, nan and errors each have a sentence."""
    assert sentence in sentence_of(predict)


def test_a_cotangent_of_another_shape_is_a_wrong_shape() -> None:
    """An output that has not the shape of the cotangent fails before any difference."""
    predict = lambda x, a, b, c: (a * x + b + c)[:, None]  # noqa: E731 - one expression
    assert "shape" in sentence_of(predict, cotangent=torch.ones(40))


@pytest.mark.parametrize("held", [3, [], ["a"]])
def test_parameters_that_are_no_tensors(held: Any) -> None:
    """A name that holds no list of tensors is said to be none."""
    work = LiveStudent({"parameters": held, "predict": lambda x: x})
    with pytest.raises(CheckFailed, match="parameters"):
        gradients_close(work, "predict", X, wrt="parameters")
