"""Which mistake the steps of an optimizer look like: each is made once more, and compared."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import torch
from torch import Tensor

Way = list[list[Tensor]]  # the parameters after each step
Slopes = Sequence[Sequence[Tensor | None]]  # the gradients of each step


@dataclass(frozen=True, slots=True)
class Rule:
    """The settings of SGD, RMSprop, Adam or AdamW, and what else can be wrong in a step of them."""

    lr: float
    momentum: float = 0.0
    dampening: float = 0.0
    nesterov: bool = False
    adaptive: bool = False  # RMSprop and Adam, with these betas
    betas: tuple[float, float] = (0.0, 0.0)
    eps: float = 0.0
    decay: float = 0.0
    decoupled: bool = False
    shrinking: float = 0.0  # the learning rate of decoupled decay
    decays: str = "value"  # or "slope", or "moved"
    corrected: tuple[bool, bool] = (True, True)
    below: Callable[[Tensor, float, float], Tensor] = lambda v, eps, c: (v / c).sqrt() + eps
    count: str = "own"  # or "steps", "visits", "first"
    shared: bool = False
    forgets: bool = False

    @classmethod
    def of(cls, defaults: Mapping[str, Any]) -> "Rule":
        """The rule of an optimizer of torch's with these settings.  Raises KeyError."""
        lr = float(defaults["lr"])
        betas = defaults.get("betas", (0.0, defaults.get("alpha", 0.0)))
        names = ("momentum", "dampening", "nesterov", "eps")
        return cls(
            -lr if defaults.get("maximize") else lr,
            **{name: defaults[name] for name in names if name in defaults},
            adaptive=any(betas),
            betas=betas,
            decay=defaults["weight_decay"],
            decoupled=defaults.get("decoupled_weight_decay", False),
            shrinking=lr,
            corrected=(("betas" in defaults),) * 2,
        )


MISTAKES: dict[str, Callable[[Rule], dict[str, Any]]] = {
    "with the other sign, uphill": lambda r: {"lr": -r.lr},
    "without its learning rate": lambda _: {"lr": 1.0, "shrinking": 1.0},
    "with a learning rate that scales the weight decay alone": lambda _: {"lr": 1.0},
    "without momentum": lambda _: {"momentum": 0.0},
    "with the new gradient times 1 - momentum": lambda r: {"dampening": r.momentum},
    "with Nesterov's momentum": lambda _: {"nesterov": True},
    "without Nesterov's look ahead": lambda _: {"nesterov": False},
    "without bias correction": lambda _: {"corrected": (False, False)},
    "without bias correction of the first moment": lambda _: {"corrected": (False, True)},
    "without bias correction of the second moment": lambda _: {"corrected": (True, False)},
    "with the bias correction of the first step in all steps": lambda _: {"count": "first"},
    "with one count of steps for all parameters": lambda _: {"count": "steps"},
    "with a count that grows at each parameter, not at each step": lambda _: {"count": "visits"},
    "with one state that all parameters share": lambda _: {"shared": True},
    "with a state that starts anew at each step": lambda _: {"forgets": True},
    "with nothing kept between steps": lambda _: {"forgets": True, "count": "first"},
    "with the gradient in place of the first moment": lambda r: {"betas": (0.0, r.betas[1])},
    "with its betas exchanged": lambda r: {"betas": r.betas[::-1]},
    "with 1 - beta in place of beta": lambda r: {"betas": (1 - r.betas[0], 1 - r.betas[1])},
    "without the square root": lambda _: {"below": lambda v, eps, c: v / c + eps},
    "with epsilon under the root": lambda _: {"below": lambda v, eps, c: (v / c + eps).sqrt()},
    "with epsilon added before the bias correction": lambda _: {
        "below": lambda v, eps, c: (v.sqrt() + eps) / c**0.5
    },
    "without epsilon": lambda _: {"eps": 0.0},
    "without weight decay": lambda _: {"decay": 0.0},
    "with weight decay in the gradient, where it goes through what is kept between steps": (
        lambda _: {"decoupled": False}
    ),
    "with decoupled weight decay": lambda _: {"decoupled": True},
    "with weight decay of the other sign": lambda r: {"decay": -r.decay},
    "with weight decay that the learning rate does not scale": lambda _: {"shrinking": 1.0},
    "with weight decay taken of the gradient, not of the parameter": lambda _: {"decays": "slope"},
    "with weight decay taken of the parameter after its move": lambda _: {"decays": "moved"},
}


def mistake_of(
    found: Way, right: Way, defaults: Mapping[str, Any], start: Sequence[Tensor], slopes: Slopes
) -> str:
    """The mistake with which one would come the same way, or none."""

    def comes(rule: Rule, way: Way) -> bool:
        try:
            made = _walk(rule, start, slopes)
        except RuntimeError:  # one state does not fit all
            return False
        pairs = [two for each in zip(way, made, strict=True) for two in zip(*each, strict=True)]
        return all(torch.allclose(one.double(), two, rtol=1e-4, atol=1e-5) for one, two in pairs)

    try:
        rule = Rule.of(defaults)
    except KeyError:
        return ""
    changes = MISTAKES.items() if comes(rule, right) else ()
    return next((words for words, change in changes if comes(_changed(rule, change), found)), "")


def _changed(rule: Rule, change: Callable[[Rule], dict[str, Any]]) -> Rule:
    return replace(rule, **change(rule))


@dataclass(slots=True)
class _State:
    """What is kept of a parameter between steps."""

    first: Any = 0.0
    second: Any = 0.0
    count: int = 0


def _walk(rule: Rule, start: Sequence[Tensor], slopes: Slopes) -> Way:
    values, states, visits, way = [one.double() for one in start], dict[int, _State](), 0, Way()
    for step, some in enumerate(slopes, 1):
        for place, slope in enumerate(some):
            if slope is not None:
                state = states.setdefault(0 if rule.shared else place, _State())
                state.count, visits = state.count + 1, visits + 1
                counts = {"own": state.count, "steps": step, "visits": visits, "first": 1}
                moved = _moved(rule, values[place], slope.double(), state, counts[rule.count])
                values[place] = moved
        way.append(list(values))
    return way


def _moved(rule: Rule, value: Tensor, slope: Tensor, state: _State, count: int) -> Tensor:
    """Where one step takes one parameter."""
    if rule.forgets:
        state.first = state.second = 0.0
    pulled = slope if rule.decoupled else slope + rule.decay * value
    if not rule.adaptive:
        weight = 1 - rule.dampening
        state.first = rule.momentum * state.first + weight * pulled
        move = pulled + rule.momentum * state.first if rule.nesterov else state.first
    else:
        (b, c), (first, second) = rule.betas, rule.corrected
        state.first = b * state.first + (1 - b) * pulled
        state.second = c * state.second + (1 - c) * pulled**2
        below = rule.below(state.second, rule.eps, 1 - c**count if second else 1.0)
        move = state.first / (1 - b**count if first else 1.0) / below
    moved: Tensor = value - rule.lr * move
    decayed = {"value": value, "slope": slope, "moved": moved}[rule.decays]
    return moved - rule.shrinking * rule.decay * decayed if rule.decoupled else moved
