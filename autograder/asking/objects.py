"""The objects of one replica: what a check makes and uses, step by step, in one process."""

import copy
import operator
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from functools import partial
from typing import Any

import torch

from autograder.asking.answering import gradients_of, look_up, tensors_of
from autograder.asking.questions import MAKING, Step
from autograder.asking.tensors import freeze, thaw
from autograder.evidence.values import Value


@dataclass(slots=True)
class Objects:
    """What the steps of one replica have made, by the number of the step.

    Where it is a copy, what the names hold is copied before it is used.
    """

    names: Mapping[str, Any]
    device: str
    copies: bool = False
    held: list[Any] = field(default_factory=list)
    after: str = ""
    _copied: dict[int, Any] = field(default_factory=dict)  # of one object there is one copy

    def do(self, step: Step) -> Value:
        """Take one step; its answer, or None for one that makes an object.

        Raises MissingNameError, and whatever the student's own code raises.
        """
        self.held.append(None)
        on = None if step.on is None else self.held[step.on]
        arguments = thaw([*step.arguments], _place_of(on, self.device), self.held)
        keywords = thaw(dict(step.keywords or {}), self.device, self.held)
        with torch.enable_grad():
            found = self._done(step, on, arguments, keywords)
        if step.do in MAKING:
            self.held[-1] = found
            return None
        return freeze(found)

    def _done(self, step: Step, on: Any, arguments: list[Any], keywords: dict[str, Any]) -> Any:
        name = step.name or ""
        match step.do:
            case "name":
                return self._own(look_up(self.names, name))
            case "get":
                return look_up({"it": on}, f"it.{name}")
            case "set":
                setattr(on, name, *arguments)
                return None
            case "next":
                return self._next(on)
            case "lend":
                return _lent(*arguments, **keywords)
        return _WAYS[step.do](on, *arguments, **keywords)

    def _own(self, value: Any) -> Any:
        return copied(value, self._copied) if self.copies else value

    def _next(self, iterator: Any) -> bool:
        """Whether there is one more item, which is held then."""
        try:
            self.held[-1] = next(iterator)
        except StopIteration:
            return False
        return True


def copied(value: Any, known: dict[int, Any] | None = None) -> Any:
    """A copy as deep as there can be one; what cannot be copied, such as a generator, itself."""
    for copy_of in (partial(copy.deepcopy, memo=known), copy.copy):
        with suppress(Exception):  # of some tensors there are no deep ones
            return copy_of(value)
    return value


def _lent(value: Any, *, requires_grad: bool) -> Any:
    return value.requires_grad_() if requires_grad else value


def _place_of(callee: Any, device: str) -> str:
    """Where a Module has its parameters; what a notebook keeps on the CPU, it uses there."""
    own = getattr(callee, "__self__", callee)
    first = next(own.parameters(), None) if isinstance(own, torch.nn.Module) else None
    return device if first is None else str(first.device)


def _item(holder: Any, key: Any) -> Any:
    """One item; of a Module, by text, what lies at that path."""
    if isinstance(holder, torch.nn.Module) and isinstance(key, str):
        return look_up({"it": holder}, f"it.{key}")
    return holder[key]


def _put(holder: Any, key: str | int, value: torch.Tensor) -> list[int]:
    """Give a tensor other values; its shape, and nothing is done if that of the values differs."""
    target = tensors_of(holder, "it")[key] if isinstance(key, int) else _item(holder, key)
    if not isinstance(target, torch.Tensor):
        raise TypeError(f"{key} is a {type(target).__name__}, a tensor was expected")
    if target.shape == value.shape:
        with torch.no_grad():
            target.copy_(value)
    return list(target.shape)


def _gradients(output: Any, by: list[Any], cotangent: torch.Tensor | None) -> Any:
    targets = [tensor for holder in by for tensor in tensors_of(holder, "it")]
    return gradients_of(output, targets, cotangent)


def _call(callee: Any, *arguments: Any, **keywords: Any) -> Any:
    return callee(*arguments, **keywords)


_WAYS: dict[str, Callable[..., Any]] = {
    "call": _call,
    "item": _item,
    "set_item": operator.setitem,
    "put": _put,
    "iter": iter,
    "len": len,
    "read": lambda on: on,
    "grad": _gradients,
}
