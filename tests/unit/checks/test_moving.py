"""Optimizers against references, on a namespace like a student's."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
import torch

from autograder.checks import CheckFailed, moves
from autograder.judging.current_check import Running, StudentRaised, running
from autograder.judging.in_kernel import Kernel
from autograder.judging.students import Student

RNG = torch.Generator().manual_seed(0)
START = [torch.randn(3, 2, generator=RNG) for _ in range(2)]
GRADIENTS: list[list[torch.Tensor | None]] = [
    [torch.randn(3, 2, generator=RNG) for _ in range(2)] for _ in range(4)
]
GRADIENTS[0][1] = None
SGD = """
class SGD:
    def __init__(self, parameters, lr, momentum=0.0, weight_decay=0.0):
        self.parameters, self.lr = list(parameters), lr
        self.momentum, self.weight_decay = momentum, weight_decay
        self.velocities = [torch.zeros_like(p) for p in self.parameters]

    @torch.no_grad()
    def step(self):
        for p, v in zip(self.parameters, self.velocities):
            if p.grad is not None:
                g = p.grad + self.weight_decay * p
                v.mul_(self.momentum).add_(g)
                p -= self.lr * v
"""
ADAM = """
class Adam:
    def __init__(self, parameters, lr, betas=(0.9, 0.999), eps=1e-8, weight_decay=0.0):
        self.parameters, self.lr, self.betas = list(parameters), lr, betas
        self.eps, self.weight_decay = eps, weight_decay
        self.m, self.v, self.counts, self.steps = {}, {}, {}, 0

    @torch.no_grad()
    def step(self):
        b, c = self.betas
        self.steps += 1
        for i, p in enumerate(self.parameters):
            if p.grad is None:
                continue
            g = p.grad
            t = self.counts[i] = self.counts.get(i, 0) + 1
            self.m[i] = b * self.m.get(i, 0) + (1 - b) * g
            self.v[i] = c * self.v.get(i, 0) + (1 - c) * g * g
            first, second = self.m[i] / (1 - b**t), self.v[i] / (1 - c**t)
            p -= self.lr * self.weight_decay * p
            p -= self.lr * first / (second.sqrt() + self.eps)
"""
OF_SGD: dict[str, Any] = {"lr": 0.1, "momentum": 0.9, "weight_decay": 0.1}
OF_ADAM: dict[str, Any] = {"lr": 0.1, "betas": (0.7, 0.8), "eps": 0.3, "weight_decay": 0.2}
DECAY = "p -= self.lr * self.weight_decay * p"
IN_GRADIENT = ("g = p.grad", "g = p.grad + self.weight_decay * p")

Changes = dict[str, str]


@pytest.fixture(autouse=True)
def check() -> Iterator[None]:
    """A visible check is running, and has a replica."""
    with running(Running()):
        yield


def student(source: str, changes: Changes) -> Student:
    """A namespace with this optimizer, changed here and there."""
    for before, after in changes.items():
        assert before in source
        source = source.replace(before, after)
    names: dict[str, Any] = {"torch": torch}
    exec(source, names)  # noqa: S102 - sources of this file
    return Student(Kernel(names))


def sentence_of(name: str, source: str, changes: Changes, *, hidden: bool = False) -> str:
    """What a student is told about these steps."""
    model: Any = torch.optim.SGD if name == "SGD" else torch.optim.AdamW
    settings = OF_SGD if name == "SGD" else OF_ADAM
    with running(Running(hidden=hidden)), pytest.raises(CheckFailed) as failure:
        moves(student(source, changes), name, model, START, GRADIENTS, **settings)
    return failure.value.sentence


@pytest.mark.parametrize("kind", [torch.float32, torch.float64, torch.float16])
@pytest.mark.parametrize(
    ("source", "name", "reference", "settings"),
    [
        (SGD, "SGD", torch.optim.SGD, OF_SGD),
        (SGD, "SGD", torch.optim.SGD, {"lr": 0.1}),
        (ADAM, "Adam", torch.optim.AdamW, OF_ADAM),
        (ADAM, "Adam", torch.optim.Adam, {"lr": 0.1}),
    ],
)
def test_right_optimizers_pass(
    kind: torch.dtype, source: str, name: str, reference: Any, settings: dict[str, Any]
) -> None:
    """In every precision, with settings of the check's choice."""
    start = [one.to(kind) for one in START]
    slopes = [[None if one is None else one.to(kind) for one in some] for some in GRADIENTS]
    moves(student(source, {}), name, reference, start, slopes, **settings)
    assert torch.equal(start[0], START[0].to(kind))


@pytest.mark.parametrize("hidden", [False, True])
@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"p -= self.lr": "p += self.lr"}, "with the other sign, uphill"),
        ({"self.lr * v": "v"}, "without its learning rate"),
        ({"v.mul_(self.momentum).add_(g)": "v = g"}, "without momentum"),
        ({".add_(g)": ".add_(g * (1 - self.momentum))"}, "with the new gradient times 1 - mo"),
        ({"self.lr * v": "self.lr * (g + self.momentum * v)"}, "with Nesterov's momentum"),
        ({" + self.weight_decay * p": ""}, "without weight decay"),
        (
            {"[torch.zeros_like(p) for p in self.parameters]": "[torch.zeros(3, 2)] * 2"},
            "with one state that all parameters share",
        ),
        ({" + self.weight_decay * p": "", "self.lr * v": "self.lr * (v + self.weight_decay * p)"},
         "with decoupled weight decay"),
    ],
)  # fmt: skip
def test_mistakes_of_sgd_are_named(changes: Changes, words: str, hidden: bool) -> None:
    """Each mistake is told from all others, and no number is shown."""
    assert sentence_of("SGD", SGD, changes, hidden=hidden).startswith(
        f"SGD moves as it would {words}"
    )


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"p -= self.lr * first": "p += self.lr * first"}, "with the other sign, uphill"),
        ({"self.lr * first": "first", "self.lr * self": "self"}, "without its learning rate"),
        ({"self.lr * first": "first"}, "with a learning rate that scales the weight decay alone"),
        ({" / (1 - b**t)": "", " / (1 - c**t)": ""}, "without bias correction"),
        ({" / (1 - b**t)": ""}, "without bias correction of the first moment"),
        ({" / (1 - c**t)": ""}, "without bias correction of the second moment"),
        ({"self.counts.get(i, 0) + 1": "1"}, "with the bias correction of the first step in all"),
        ({"self.counts.get(i, 0) + 1": "self.steps"}, "with one count of steps for all parameters"),
        ({"self.steps += 1": "", "self.counts.get(i, 0) + 1": "self.steps = self.steps + 1"},
         "with a count that grows at each parameter, not at each step"),
        ({"self.m.get(i, 0)": "0", "self.v.get(i, 0)": "0"}, "with a state that starts anew"),
        ({"self.m.get(i, 0)": "0", "self.v.get(i, 0)": "0", "self.counts.get(i, 0) + 1": "1"},
         "with nothing kept between steps"),
        ({"first / (": "g / ("}, "with the gradient in place of the first moment"),
        ({"b, c = self.betas": "c, b = self.betas"}, "with its betas exchanged"),
        ({"self.betas\n": "(1 - x for x in self.betas)\n"}, "with 1 - beta in place of beta"),
        ({"second.sqrt()": "second"}, "without the square root"),
        ({"(second.sqrt() + self.eps)": "(second + self.eps).sqrt()"}, "with epsilon under the"),
        ({"(second.sqrt() + self.eps)": "((self.v[i].sqrt() + self.eps) / (1 - c**t) ** 0.5)"},
         "with epsilon added before the bias correction"),
        ({" + self.eps": ""}, "without epsilon"),
        ({DECAY: ""}, "without weight decay"),
        ({DECAY: "", IN_GRADIENT[0]: IN_GRADIENT[1]}, "with weight decay in the gradient, where"),
        ({DECAY: DECAY.replace("-=", "+=")}, "with weight decay of the other sign"),
        ({DECAY: "p -= self.weight_decay * p"}, "with weight decay that the learning rate does"),
        ({DECAY: DECAY.replace("* p", "* g")}, "with weight decay taken of the gradient, not"),
        ({DECAY: "", "eps)\n": f"eps)\n            {DECAY}\n"},
         "with weight decay taken of the parameter after its move"),
        ({"(i, 0)": "(0, 0)", "[i]": "[0]"}, "with one state that all parameters share"),
    ],
)  # fmt: skip
def test_mistakes_of_adam_are_named(changes: Changes, words: str) -> None:
    """Each mistake is told from all others: bias, root, epsilon, decay, counts, state."""
    assert sentence_of("Adam", ADAM, changes).startswith(f"Adam moves as it would {words}")


@pytest.mark.parametrize(
    ("name", "source", "changes", "sentence"),
    [
        ("SGD", SGD, {"p -= self.lr": "p = p - self.lr"},
         "SGD moves nothing in its first step: change the parameters in place"),
        ("SGD", SGD, {"self.lr * v": "2 * self.lr * v"},
         "step 1 of SGD moves parameter 1 wrong: its move is twice what is right, everywhere"
         " (ratio 2.000)"),
        ("Adam", ADAM, {"b**t": "b * t"},
         "step 2 of Adam moves parameter 1 wrong; the steps before are right: look at what is kept"
         " between steps"),
        ("Adam", ADAM, {"g * g": "g"}, "step 1 of Adam makes parameter 1 nan or infinite"),
        ("SGD", SGD, {"                p -= self.lr * v": "            p -= self.lr * p"},
         "step 1 of SGD moves parameter 1 wrong"),
        ("SGD", SGD, {"p -= self.lr * v": "p.data = (p - self.lr * v).flatten()"},
         "SGD gives parameter 1 the shape (6,), (3, 2) was expected"),
        ("SGD", SGD, {"self.lr * v\n": "self.lr * v\n            else:\n                p *= 2\n"},
         "step 1 of SGD moves parameter 2, which has no gradient"),
    ],
)  # fmt: skip
def test_other_mistakes_are_placed(name: str, source: str, changes: Changes, sentence: str) -> None:
    """What is like no known mistake is told by the first step and parameter that are wrong."""
    assert sentence_of(name, source, changes) == sentence


def test_what_raises_is_told() -> None:
    """A step that stops with an error is told with it; without gradients, that is the usual one."""
    with pytest.raises(StudentRaised, match=r"SGD\(...\).step\(...\) raised TypeError: unsupp"):
        moves(student(SGD, {"p.grad is not None": "True"}), "SGD", torch.optim.SGD, START,
              GRADIENTS, **OF_SGD)  # fmt: skip


FUNCTIONS = """
def adam(w, dw, config):
    config.setdefault("m", 0), config.setdefault("v", 0), config.setdefault("t", 0)
    config["t"] += 1
    config["m"] = 0.9 * config["m"] + 0.1 * dw
    config["v"] = 0.99 * config["v"] + 0.01 * dw**2
    first, second = config["m"] / (1 - 0.9 ** config["t"]), config["v"] / (1 - 0.99 ** config["t"])
    return w - config["lr"] * first / (second**0.5 + 1e-8), config

def momentum(parameters, velocities, gradients, lr):
    for p, v, g in zip(parameters, velocities, gradients):
        v[:] = 0.9 * v + g
        p.data[:] -= lr * v
"""


def adam(work: Student) -> Callable[..., Any]:
    """A function of one parameter that returns its new value and its state."""

    def adam(parameters: Any, lr: float, **_: Any) -> Callable[..., Any]:
        state = {"w": parameters[0], "config": work.lend({"lr": lr})}

        def step(gradients: Any) -> Any:
            state["w"], state["config"] = work.make("adam", state["w"], *gradients, state["config"])
            return state["w"]

        return step

    return adam


def momentum(work: Student) -> Callable[..., Any]:
    """A function that changes parameters and velocities in place."""

    def momentum(parameters: Any, lr: float, **_: Any) -> Callable[..., Any]:
        velocities = work.lend([torch.zeros_like(one) for one in START])
        return lambda gradients: work.make("momentum", parameters, velocities, gradients, lr)

    return momentum


WHOLE = [GRADIENTS[1], GRADIENTS[2]]


def test_a_function_that_gives_new_values() -> None:
    """It takes its steps as the check says, and is told the same things."""
    slopes = [some[:1] for some in WHOLE]
    work = student(FUNCTIONS, {})
    moves(work, adam(work), torch.optim.Adam, START[:1], slopes, lr=0.1, betas=(0.9, 0.99))
    work = student(FUNCTIONS, {' / (1 - 0.9 ** config["t"])': ""})
    with pytest.raises(CheckFailed, match="adam moves as it would without bias correction of the "):
        moves(work, adam(work), torch.optim.Adam, START[:1], slopes, lr=0.1, betas=(0.9, 0.99))


def test_a_function_that_changes_in_place() -> None:
    """It gives nothing, and the parameters are read."""
    work = student(FUNCTIONS, {})
    moves(work, momentum(work), torch.optim.SGD, START, WHOLE, lr=0.1, momentum=0.9)
    work = student(FUNCTIONS, {"0.9 * v + g": "g"})
    with pytest.raises(CheckFailed, match="momentum moves as it would without momentum"):
        moves(work, momentum(work), torch.optim.SGD, START, WHOLE, lr=0.1, momentum=0.9)


class Lion:
    """A reference that is none of torch's."""

    def __init__(self, parameters: list[torch.Tensor], lr: float) -> None:
        self.parameters, self.lr = parameters, lr

    def step(self) -> None:
        """Go by the signs alone."""
        for one in self.parameters:
            if one.grad is not None:
                one.data -= self.lr * one.grad.sign()


def test_a_reference_of_the_checks_own() -> None:
    """Any class with a step will do; of its mistakes the general ones are known."""
    right = {"self.velocities = ": "_ = ", ", self.velocities": ", self.parameters"}
    right |= {"v.mul_(self.momentum).add_(g)": "v = p.grad.sign()"}
    moves(student(SGD, right), "SGD", Lion, START, GRADIENTS, lr=0.1)
    wrong = student(SGD, right | {"p -= ": "p += "})
    with pytest.raises(
        CheckFailed, match="step 1 of SGD moves parameter 1 wrong: its move is righ"
    ):
        moves(wrong, "SGD", Lion, START, GRADIENTS, lr=0.1)


def test_rmsprop_is_known_too() -> None:
    """It is Adam with neither first moment nor bias correction."""
    changes = {"b**t": "0", "c**t": "0", DECAY: ""}
    settings: dict[str, Any] = {"lr": 0.1, "eps": 0.3}

    def rmsprop(parameters: Any, lr: float, eps: float) -> Any:
        return torch.optim.RMSprop(parameters, lr, alpha=0.999, eps=eps)

    right = {"(0.9, 0.999)": "(0.0, 0.999)", **changes}
    moves(student(ADAM, right), "Adam", rmsprop, START, GRADIENTS, **settings)
    with pytest.raises(CheckFailed, match="Adam moves as it would without the square root"):
        moves(student(ADAM, right | {"second.sqrt()": "second"}), "Adam", rmsprop, START, GRADIENTS,
              **settings)  # fmt: skip


def test_no_steps_prove_nothing() -> None:
    """A check that gives no gradients, or too few in a step, is mistaken itself."""
    for slopes in ([], [[START[0]]]):
        with pytest.raises(ValueError, match="moves needs some steps"):
            moves(student(SGD, {}), "SGD", torch.optim.SGD, START, slopes, **OF_SGD)
