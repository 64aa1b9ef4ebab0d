"""The answer to a question, from the names of a box or of a student's own kernel."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager, nullcontext
from typing import Any

import torch

from autograder.asking.questions import Call, Gradient, Predict, Read, Step, What
from autograder.asking.tensors import freeze, thaw
from autograder.evidence.values import Value


class MissingNameError(Exception):
    """A name that the question is about is not defined."""


def answer(names: Mapping[str, Any], what: What, device: str) -> Value:
    """The answer, by tensors on the device; names and lent tensors are as before afterwards.

    Raises MissingNameError, and whatever the student's own code raises.
    """
    try:
        return _answer(names, what, device)
    except RuntimeError as problem:
        if device == "cpu" or "device" not in str(problem):
            raise
        # What a notebook keeps on the CPU, it uses there, whatever the machine has.
        return _answer(names, what, "cpu")


def _answer(names: Mapping[str, Any], what: What, device: str) -> Value:
    match what:
        case Read():
            return freeze([look_up(names, name) for name in what.names])
        case Call():
            return _call(names, what, device)
        case Gradient():
            return _gradients(names, what, device)
        case Predict():
            model = look_up(names, what.model)
            return freeze(_predict(model, thaw([*what.arguments], device)))
        case Step():
            raise TypeError("a step is answered by the objects of its replica")


def _call(names: Mapping[str, Any], what: Call, device: str) -> Value:
    arguments = thaw([*what.arguments], device)
    with _lent(names, what.assign, device):
        keywords = thaw(dict(what.keywords or {}), device)
        found = look_up(names, what.function)(*arguments, **keywords)
        if not what.then:
            return freeze(found)
        after = {**names, **{str(place): value for place, value in enumerate(arguments)}}
        return freeze([found, *(look_up(after, name) for name in what.then)])


def _gradients(names: Mapping[str, Any], what: Gradient, device: str) -> Value:
    arguments = thaw([*what.arguments], device)
    floats = [one for one in arguments if isinstance(one, torch.Tensor) and one.is_floating_point()]
    inputs = [one.requires_grad_() for one in floats]
    with _lent(names, what.assign, device), torch.enable_grad():
        targets = inputs if what.wrt is None else _tensors_of(names, what.wrt)
        function = look_up(names, what.function)
        with _evaluating(function) if what.predicting else nullcontext():
            output = function(*arguments)
        weight = thaw(what.cotangent, device)
        return freeze(gradients_of(output, targets, weight))


def gradients_of(
    output: Any, targets: list[torch.Tensor], cotangent: torch.Tensor | None
) -> list[torch.Tensor | None] | None:
    """The gradients of sum(cotangent * output), by autograd; None where no path leads.

    None in the place of the list where the output is no tensor.
    """
    if not isinstance(output, torch.Tensor):
        return None
    reachable = [target for target in targets if target.requires_grad]
    if not output.requires_grad or not reachable:
        return [None for _ in targets]
    weight = torch.ones_like(output) if cotangent is None else cotangent.to(output)
    found = torch.autograd.grad(output, reachable, weight, retain_graph=True, allow_unused=True)
    by_identity = {id(target): gradient for target, gradient in zip(reachable, found, strict=True)}
    return [by_identity.get(id(target)) for target in targets]


def _predict(model: Any, arguments: list[Any]) -> Any:
    with _evaluating(model), torch.no_grad():
        if not callable(model) and hasattr(model, "predict"):
            return model.predict(*(argument.cpu().numpy() for argument in arguments))
        return model(*arguments)


@contextmanager
def _evaluating(model: Any) -> Iterator[None]:
    """Put a Module into eval mode, and each of its parts back into its own mode afterwards."""
    parts = list(model.modules()) if isinstance(model, torch.nn.Module) else []
    before = [(part, part.training) for part in parts]
    try:
        if parts:
            model.eval()
        yield
    finally:
        for part, training in before:
            part.training = training


def look_up(names: Mapping[str, Any], path: str) -> Any:
    """What a name, or one with dots, stands for.  Raises MissingNameError."""
    first, *rest = path.split(".")
    if first not in names:
        raise MissingNameError(first)
    value = names[first]
    for part in rest:
        value = getattr(value, part)
    return value


def _tensors_of(names: Mapping[str, Any], name: str) -> list[torch.Tensor]:
    return tensors_of(look_up(names, name), name)


def tensors_of(holder: Any, name: str) -> list[torch.Tensor]:
    """The tensors of a Module, of a list, or one alone.  Raises TypeError."""
    if isinstance(holder, torch.nn.Module):
        return list(holder.parameters())
    if isinstance(holder, torch.Tensor):
        return [holder]
    if not isinstance(holder, (list, tuple)) or not all(
        isinstance(tensor, torch.Tensor) for tensor in holder
    ):
        raise TypeError(f"{name} is not a list of tensors")
    return list(holder)


@contextmanager
def _lent(
    names: Mapping[str, Any], assign: Mapping[str, Value] | None, device: str
) -> Iterator[None]:
    """Give tensors other values for one question: their data are swapped, and swapped back."""
    pairs: list[tuple[torch.Tensor, torch.Tensor]] = []
    for name, values in (assign or {}).items():
        targets, given = _tensors_of(names, name), thaw(values, device)
        if len(targets) != len(given):
            raise ValueError(f"{name} holds {len(targets)} tensors, not {len(given)}")
        pairs.extend(zip(targets, given, strict=True))
    before = [(target, target.data) for target, _ in pairs]
    try:
        for target, value in pairs:
            target.data = value.to(target.device)
        yield
    finally:
        for target, data in before:
            target.data = data
