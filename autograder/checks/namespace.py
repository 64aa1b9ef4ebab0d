"""A student's work in the very kernel that runs the checks."""

# ruff: noqa: D102 - the protocol says what the methods of its implementation do

import copy
import random
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from types import ModuleType
from typing import Any

import numpy as np
import torch

from autograder.checks.evidence import from_evidence, to_evidence
from autograder.checks.running import CheckFailed, NotReached, StudentRaised, current
from autograder.checks.students import Student, raised, require_names


@dataclass(frozen=True, slots=True)
class LiveStudent:
    """The names of a namespace; what is asked leaves them as they were, and a layer as it was.

    A function that changes what it does not get, such as a counter, changes it here.
    """

    names: Mapping[str, Any]

    def __getitem__(self, names: str | tuple[str, ...]) -> Any:
        if isinstance(names, str):
            require_names(names)
            return self._ask(names, lambda: self.look_up(names))
        return tuple(self[name] for name in names)

    def call(
        self, function: str, *arguments: Any, assign: Any = None, then: Sequence[str] = ()
    ) -> Any:
        require_names(function, *(assign or ()))
        require_names(*then, places=True)

        def answer() -> Any:
            inputs = self._fresh(arguments)
            own = self._copied(function)
            with own.assigned(assign):
                found = own.look_up(function)(*inputs)
            places = {str(place): value for place, value in enumerate(inputs)}
            after = LiveStudent({**own.names, **places})
            return [found, *(after.look_up(name) for name in then)] if then else found

        return self._ask(f"{function}(...)", answer)

    def grad(
        self,
        function: str,
        *arguments: Any,
        wrt: str | None = None,
        cotangent: Any = None,
        assign: Any = None,
    ) -> list[Any]:
        require_names(function, *([wrt] if wrt else ()), *(assign or ()))

        def answer() -> Any:
            inputs = self._fresh(arguments)
            with self.assigned(assign), torch.enable_grad():
                moving = [v.requires_grad_() for v in inputs if _floats(v)]
                targets = moving if wrt is None else self._tensors(wrt)
                output = self.look_up(function)(*inputs)
                return _gradients(function, output, targets, cotangent)

        found: list[Any] = self._ask(f"the gradient of {function}(...)", answer)
        return found

    def predict(self, model: str, *arguments: Any) -> Any:
        require_names(model)

        def answer() -> Any:
            found, inputs = self.look_up(model), self._fresh(arguments)
            with torch.no_grad(), _evaluating(found):
                if not callable(found) and hasattr(found, "predict"):
                    return found.predict(*(value.cpu().numpy() for value in inputs))
                return found(*inputs)

        return self._ask(f"{model}(...)", answer)

    def ask_ahead(self, *questions: Callable[[Student], object]) -> None:
        pass  # here a question costs nothing

    def rerun(self, exercise: str, **replaced: Any) -> "LiveStudent":
        raise TypeError(f"only a hidden check can run {exercise} again with {list(replaced)}")

    def source(self, exercise: str) -> str:
        raise TypeError(f"only a hidden check can read the source of {exercise}")

    def printed(self, exercise: str) -> str:
        raise TypeError(f"only a hidden check can read what {exercise} printed")

    def _ask(self, name: str, answer: Callable[[], Any]) -> Any:
        seed = current().stream.next_probe()
        random.seed(seed)
        np.random.seed(seed)
        torch.manual_seed(seed)
        try:
            found = answer()
        except (CheckFailed, NotReached):
            raise
        except (Exception, SystemExit) as problem:
            sentence = raised(name, type(problem).__name__, str(problem))
            raise StudentRaised(sentence) from None
        return plain(name, found)

    def look_up(self, path: str) -> Any:
        """What a dotted name stands for."""
        first, *rest = path.split(".")
        if first not in self.names:
            raise NotReached(f"{first} is not defined")
        value = self.names[first]
        for part in rest:
            value = getattr(value, part)
        return value

    def _copied(self, method: str) -> "LiveStudent":
        """The same names, but with a copy of the object of this method, which it may change."""
        name, dot, _ = method.partition(".")
        value = self.names.get(name)
        if not dot or value is None or isinstance(value, (type, ModuleType)):
            return self
        try:
            own = copy.deepcopy(value)
        except Exception:  # some tensors cannot be copied so
            own = copy.copy(value)
        return LiveStudent({**self.names, name: own})

    def _fresh(self, arguments: tuple[Any, ...]) -> list[Any]:
        current().give(arguments)
        device = self.names.get("device", "cpu")
        device = device if isinstance(device, (str, torch.device)) else "cpu"
        return [_moved(value, device) for value in plain("the arguments", list(arguments))]

    def _tensors(self, name: str) -> list[torch.Tensor]:
        held = self.look_up(name)
        if isinstance(held, torch.nn.Module):
            return list(held.parameters())
        tensors = list(held) if isinstance(held, (list, tuple)) else [held]
        if not all(isinstance(tensor, torch.Tensor) for tensor in tensors):
            raise CheckFailed(f"{name} is not a list of tensors")
        return tensors

    @contextmanager
    def assigned(self, assign: Mapping[str, Any] | None) -> Iterator[None]:
        """Lend the tensors other values: their data are swapped, so that nothing notices."""
        pairs: list[tuple[torch.Tensor, torch.Tensor]] = []
        for name, values in (assign or {}).items():
            tensors = self._tensors(name)
            if len(tensors) != len(values):
                raise CheckFailed(f"{name} holds {len(tensors)} tensors, not {len(values)}")
            pairs.extend(zip(tensors, values, strict=True))
        before = [(tensor, tensor.data) for tensor, _ in pairs]
        try:
            for tensor, value in pairs:
                tensor.data = value.detach().clone().to(tensor.device)
            yield
        finally:
            for tensor, data in before:
                tensor.data = data


def plain(name: str, value: Any) -> Any:
    """A value as it would come back from a box: plain CPU tensors, numbers, text, lists, dicts.

    Raises CheckFailed for anything else, such as a class of the student's own.
    """
    kind = type(value)
    if isinstance(value, np.generic):
        return plain(name, value.item())
    if kind in (list, tuple, torch.nn.ParameterList):
        return [plain(name, item) for item in value]
    if kind is dict:
        return {str(key): plain(name, item) for key, item in value.items()}
    if value is None or kind in (bool, int, float, str):
        return value
    if not isinstance(value, (torch.Tensor, np.ndarray)):
        raise CheckFailed(f"{name} is a {kind.__name__}, which cannot be judged")
    try:
        array = np.ascontiguousarray(value) if isinstance(value, np.ndarray) else value
        return from_evidence(name, to_evidence(array)).reshape(value.shape)
    except (TypeError, ValueError) as problem:
        raise CheckFailed(f"{name} cannot be judged: {problem}") from None


def _moved(value: Any, device: str | torch.device) -> Any:
    """A plain value with its tensors on a device."""
    if isinstance(value, list):
        return [_moved(item, device) for item in value]
    if isinstance(value, dict):
        return {key: _moved(item, device) for key, item in value.items()}
    return value.to(device) if isinstance(value, torch.Tensor) else value


def _gradients(function: str, output: Any, targets: list[torch.Tensor], cotangent: Any) -> Any:
    if not isinstance(output, torch.Tensor):
        raise CheckFailed(f"{function}(...) is a {type(output).__name__}, a tensor was expected")
    reachable = [target for target in targets if target.requires_grad]
    if not output.requires_grad or not reachable:
        return [None for _ in targets]
    weight = torch.ones_like(output) if cotangent is None else cotangent.to(output)
    found = torch.autograd.grad(output, reachable, weight, allow_unused=True)
    gradients = {id(target): gradient for target, gradient in zip(reachable, found, strict=True)}
    return [gradients.get(id(target)) for target in targets]


def _floats(value: Any) -> bool:
    return isinstance(value, torch.Tensor) and value.is_floating_point()


@contextmanager
def _evaluating(model: Any) -> Iterator[None]:
    """Put a Module into eval mode, and each of its parts back into its own mode afterwards."""
    parts = list(model.modules()) if isinstance(model, torch.nn.Module) else []
    before = [(part, part.training) for part in parts]
    if parts:
        model.eval()
    try:
        yield
    finally:
        for part, training in before:
            part.training = training
