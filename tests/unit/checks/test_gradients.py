"""Gradients against differences, on a namespace like a student's."""

from collections.abc import Callable
from typing import Any

import pytest
import torch

from autograder.checks import CheckFailed, gradients_close
from autograder.judging.in_kernel import Kernel
from autograder.judging.students import Student

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


def student(predict: Callable[..., Any]) -> Student:
    """A namespace with these parameters and this prediction."""
    held = parameters()
    return Student(Kernel({"parameters": held, "predict": lambda x: predict(x, *held)}))


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


def test_a_kink_beside_the_place() -> None:
    """A kink that lies between the two sides of a difference spoils no right gradient."""
    at = [torch.full((), 3e-6, dtype=torch.float64, requires_grad=True)]
    work = Student(Kernel({"w": at, "f": lambda x: (at[0] * x).relu() + x, "g": Doubled.apply}))
    gradients_close(work, "f", X, wrt="w")
    with pytest.raises(CheckFailed, match="twice the right gradient"):
        gradients_close(work, "g", torch.full((3,), 3e-6))


def test_gradients_with_respect_to_inputs() -> None:
    """Without wrt, the floating-point arguments are moved."""
    work = Student(Kernel({"f": lambda x, k: x.sin() * k.sum()}))
    gradients_close(work, "f", X, torch.tensor([1, 2]))


def test_a_function_that_insists_on_float32() -> None:
    """Where float64 does not go in, float32 with a coarser step does."""
    weights = torch.tensor([[0.3], [0.7]])
    work = Student(Kernel({"f": lambda x: torch.tanh(x @ weights)}))
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
        (lambda x, a, b, c: a * a.detach() * x + b + c, "parameters[0] is 0.500 times"),
        (lambda x, a, b, c: a / 0 * x + b + c, "is not finite"),
        (lambda x, a, b, c: "0.5", "predict(...) is not a tensor, so it has no gradient"),
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
    work = Student(Kernel({"parameters": held, "predict": lambda x: x}))
    with pytest.raises(CheckFailed, match="parameters"):
        gradients_close(work, "predict", X, wrt="parameters")


class Layer:
    """An affine layer by hand, of which a test can spoil the backward pass."""

    def __init__(self, fault: str = "") -> None:
        self.fault = fault
        self.weight = torch.tensor([[0.5, -1.0], [2.0, 0.3], [1.5, -0.7]])
        self.bias = torch.tensor([0.1, 0.2])
        self.weight_grad = torch.ones(3, 2)
        self.bias_grad = torch.ones(2)

    def __call__(self, x: torch.Tensor) -> torch.Tensor:
        """Forward."""
        if self.fault == "in place":
            x -= x.mean()
        return x @ self.weight + (self.bias if self.fault != "no bias" else 0)

    def backward(self, x: torch.Tensor, grad: torch.Tensor) -> Any:
        """Backward, with a fault."""
        weight_grad, bias_grad = x.T @ grad, grad.sum(0)
        if self.fault == "accumulated":
            weight_grad = weight_grad + self.weight_grad
        factors = {"mean": 1 / len(x), "sign": -1.0, "missing factor": 0.3}
        self.weight_grad = weight_grad * factors.get(self.fault, 1.0)
        self.bias_grad = bias_grad if self.fault != "not summed" else grad
        if self.fault == "bias of weight":
            self.bias_grad = self.weight_grad[0]
        if self.fault == "in place, backward":
            grad *= 2
        if self.fault == "no return":
            return None
        if self.fault == "transposed":
            return (grad @ self.weight.T).T
        if self.fault == "float32":
            return (grad.float() @ self.weight.float().T).to(x.dtype)
        return grad @ self.weight.T


LEFT = {"layer.weight": "layer.weight_grad", "layer.bias": "layer.bias_grad"}


def by_hand(fault: str) -> None:
    """Judge a layer with this fault."""
    rng = torch.Generator().manual_seed(0)
    work = Student(Kernel({"layer": Layer(fault)}))
    gradients_close(
        work,
        "layer",
        torch.randn(4, 3, generator=rng),
        backward="layer.backward",
        left=LEFT,
        cotangent=torch.randn(4, 2, generator=rng),
        reference=lambda x, weight, bias: x @ weight + bias,
    )
    assert torch.equal(work["layer.weight_grad"], torch.ones(3, 2))


@pytest.mark.parametrize("fault", ["", "float32"])
def test_a_hand_written_backward_agrees(fault: str) -> None:
    """What it returns and what it leaves behind are both judged, and the layer stays as it was."""
    by_hand(fault)


@pytest.mark.parametrize(
    ("fault", "sentence"),
    [
        ("accumulated", "of layer.weight is added to the gradient of the call before"),
        ("no bias", "of layer.bias is not zero, but layer(...) makes no use of layer.bias"),
        ("mean", "of layer.weight is what is right over a whole number"),
        ("sign", "of layer.weight is right except for the sign, everywhere"),
        ("missing factor", "of layer.weight is 0.300 times what is right, everywhere"),
        ("not summed", "of layer.bias has shape (4, 2), (2,) was expected"),
        ("transposed", "of argument 1 has shape (3, 4), (4, 3) was expected"),
        ("bias of weight", "of layer.bias is not right everywhere, at ["),
        ("no return", "layer.backward(...) returns nothing: a gradient was expected"),
        ("in place", "layer(...) changes its argument 1 in place"),
        ("in place, backward", "layer.backward(...) changes its argument 2 in place"),
    ],
)
def test_a_hand_written_backward_is_named(fault: str, sentence: str) -> None:
    """What is wrong is said with the tensor in which it is wrong."""
    with pytest.raises(CheckFailed) as failure:
        by_hand(fault)
    assert sentence in failure.value.sentence


def test_the_gradient_of_another_input_is_named() -> None:
    """Two gradients in the wrong order are recognised."""
    work = Student(
        Kernel(
            {
                "f": lambda x, y: (x.sin() * y**2).sum(),
                "df": lambda x, y: (2 * y * x.sin(), x.cos() * y * y),
            }
        )
    )
    with pytest.raises(CheckFailed, match="of argument 1 is the gradient of argument 2"):
        gradients_close(work, "f", X[:5], X[5:10], backward="df")


def test_gradients_that_a_cell_left_behind() -> None:
    """What stands in `.grad` is compared with differences of the function that it belongs to."""
    weight = torch.tensor([0.5, 2.0], requires_grad=True)

    def loss(x: torch.Tensor) -> torch.Tensor:
        return ((x[:, None] * weight).sin() ** 2).mean()

    work = Student(Kernel({"loss": loss, "weight": weight}))
    loss(X).backward()  # type: ignore[no-untyped-call]
    gradients_close(work, "loss", X, left={"weight": "weight.grad"})
    loss(X).backward()  # type: ignore[no-untyped-call]
    with pytest.raises(CheckFailed, match="twice the right gradient"):
        gradients_close(work, "loss", X, left={"weight": "weight.grad"})
    weight.grad = None
    with pytest.raises(CheckFailed, match="no gradient reaches weight"):
        gradients_close(work, "loss", X, left={"weight": "weight.grad"})


def test_what_autograd_cannot_follow_is_said_to_be_so() -> None:
    """Code that runs without gradients and raises with them is told apart."""
    work = Student(Kernel({"f": lambda x: torch.from_numpy(x.numpy() ** 2)}))
    with pytest.raises(CheckFailed, match="handed to NumPy"):
        gradients_close(work, "f", X[:5])


def test_a_layer_of_another_size_can_be_lent() -> None:
    """With other values given, of other shapes, the layer is judged at these."""
    rng = torch.Generator().manual_seed(0)
    held = [torch.randn(4, 5, generator=rng), torch.randn(5, generator=rng)]
    x, grad = torch.randn(6, 4, generator=rng), torch.randn(6, 5, generator=rng)
    options: dict[str, Any] = {"backward": "layer.backward", "left": LEFT, "at": held}
    gradients_close(Student(Kernel({"layer": Layer()})), "layer", x, cotangent=grad, **options)
    with pytest.raises(CheckFailed, match=r"layer\.weight is right except for the sign"):
        gradients_close(
            Student(Kernel({"layer": Layer("sign")})), "layer", x, cotangent=grad, **options
        )


def test_an_autograd_function_is_asked_by_its_apply(monkeypatch: pytest.MonkeyPatch) -> None:
    """A torch.autograd.Function is judged like any other function, and against a reference."""
    work = Student(Kernel({"Doubled": Doubled}))
    with pytest.raises(CheckFailed, match="twice the right gradient"):
        gradients_close(work, "Doubled.apply", X[:5])
    monkeypatch.setattr(Doubled, "factor", 1.0)
    gradients_close(work, "Doubled.apply", X[:5], reference=lambda x: x)
    with pytest.raises(CheckFailed, match=r"it is 0\.500 times what is right"):
        gradients_close(work, "Doubled.apply", X[:5], reference=lambda x: 2 * x)
