"""Objects of a student's work that a check holds: they live in the box, in a replica of it."""

import operator
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import torch

from autograder.asking.questions import Question, Rerun, Step
from autograder.asking.tensors import freeze, unreadable
from autograder.evidence.values import Object, Value
from autograder.judging.current_check import (
    CheckFailed,
    NoAttributeError,
    NoLengthError,
    StudentRaised,
    current,
)

ITEMS = 10_000  # of one iteration


@dataclass(slots=True)
class Replica:
    """One fork of the paused box, in which a check takes one step after the other."""

    put: Callable[[str, Question], Any]
    rerun: Rerun | None = None
    after: str = ""
    steps: int = 0

    def take(
        self,
        name: str,
        do: str,
        on: int | None = None,
        *arguments: Any,
        path: str | None = None,
        keywords: Mapping[str, Any] | None = None,
    ) -> Any:
        """Take one step; what is answered.  The name stands in sentences about it."""
        given = self._crossing([*arguments])
        named = dict(zip(keywords or (), self._crossing([*(keywords or {}).values()]), strict=True))
        what = Step(self.after, do, on, path, given, named or None)
        question = seeded(Question(what, None if self.after else self.rerun))
        self.after, self.steps = question.key, self.steps + 1
        return self.put(name, question)

    def make(self, name: str, *step: Any, **more: Any) -> "Theirs":
        """Take a step that makes an object."""
        made = Theirs(self, self.steps, name)
        self.take(name, *step, **more)
        return made

    def _crossing(self, values: list[Any]) -> list[Value]:
        return crossing(_handed(values, self))


def seeded(question: Question) -> Question:
    """A question with the seed that the running check gives it.

    All reruns of a check draw alike: what differs between two is what was replaced.
    """
    purpose = "rerun" if question.rerun else question.key
    return replace(question, seed=current().stream.seed(purpose) >> 31)


def crossing(values: Sequence[Any]) -> list[Value]:
    """What a check sends along.  Raises TypeError, its own mistake, for what cannot cross."""
    if any(isinstance(value, Theirs) for value in values):
        raise TypeError('an object can be passed to objects only: write student.theirs("f")(...)')
    frozen = freeze(list(values), asking=True)
    if (found := unreadable(frozen)) is not None or not isinstance(frozen, list):
        raise TypeError(f"{found.reason if found else 'this'} cannot be sent along with a question")
    return frozen


def _handed(value: Any, replica: Replica) -> Any:
    """A value in which objects of this replica are named by their numbers."""
    match value:
        case Theirs():
            if value._replica is not replica:  # noqa: SLF001 - of this module
                raise TypeError(f"{value!r} belongs to another replica of the student's work")
            return Object(value._place)  # noqa: SLF001 - of this module
        case list() | tuple() if type(value) in (list, tuple):
            return type(value)(_handed(one, replica) for one in value)
        case dict():
            return {key: _handed(one, replica) for key, one in value.items()}
        case slice():
            ends = (value.start, value.stop, value.step)
            return slice(*(_handed(one, replica) for one in ends))
    return value


def _first(word: Any) -> Callable[..., Any]:
    return lambda self, *others: _computed(self, word, lambda own: (own, *map(plain, others)))


def _last(word: Any) -> Callable[..., Any]:
    return lambda self, other: _computed(self, word, lambda own: (plain(other), own))


def _computed(one: "Theirs", word: Any, given: Callable[[Any], tuple[Any, ...]]) -> Any:
    """What an operator gives with their data.  Raises CheckFailed for data that do not fit."""
    own = one.read()
    arguments = given(own)
    try:
        return word(*arguments)
    except (TypeError, ValueError, RuntimeError, ArithmeticError):
        shaped = isinstance(own, torch.Tensor)
        found = f"has shape {tuple(own.shape)}" if shaped else f"is of type {type(own).__name__}"
        wanted = "one number was expected" if word in _NUMBERS else "which does not fit here"
        raise CheckFailed(f"{one._name} {found}, {wanted}") from None  # noqa: SLF001 - of this module


_NUMBERS = {bool, int, float, complex, operator.index}


class Theirs:
    """An object of the student's, in the box.

    Used as an object (called, asked for an attribute or an item, iterated, passed to another call
    of theirs) it gives further such objects.  Used as data (by an operator, `float`, `bool`, `len`,
    a function of torch or NumPy, a word of the vocabulary, or `read`) it is read, as a plain tensor
    on the CPU, a number, text, bytes, a list, a dict, a set.  With == a list equals a tuple.

    Raises StudentRaised where code of theirs raises, and NotReached where it gives no answer.
    """

    __slots__ = ("_name", "_place", "_replica")
    _replica: Replica
    _place: int
    _name: str

    def __init__(self, replica: Replica, place: int, name: str) -> None:
        for slot, value in {"_replica": replica, "_place": place, "_name": name}.items():
            object.__setattr__(self, slot, value)

    def read(self) -> Any:
        """The object as data, as it is now.  Raises CheckFailed where it cannot be judged."""
        return self._replica.take(self._name, "read", self._place)

    def load(self, tensors: Mapping[str, Any] | Sequence[Any]) -> None:
        """Give tensors of a Module other values: by their names, or all parameters in order.

        Raises CheckFailed where one has another shape.
        """
        named = tensors.items() if isinstance(tensors, Mapping) else enumerate(tensors)
        for key, value in named:
            given = torch.as_tensor(value)
            shape = self._replica.take(f"{self._name}[{key!r}]", "put", self._place, key, given)
            if shape != list(given.shape):
                found = tuple(shape) if isinstance(shape, list) else "no shape"
                wanted = f"{tuple(given.shape)} was expected"
                raise CheckFailed(f"{self._name}[{key!r}] has shape {found}, {wanted}")

    def gradients(self, *by: "Theirs", cotangent: Any = None) -> list[Any]:
        """The gradients of sum(cotangent * itself) by tensors, or by all parameters of a Module.

        One for each tensor, None where no path leads to it.
        """
        weight = None if cotangent is None else torch.as_tensor(cotangent)
        name = f"the gradient of {self._name}"
        found = self._replica.take(name, "grad", self._place, [*by], weight)
        if not isinstance(found, list):
            raise CheckFailed(f"{self._name} is not a tensor, so it has no gradient")
        return found

    def __call__(self, *arguments: Any, **keywords: Any) -> "Theirs":
        """What it gives when it is called."""
        name = self._name if self._name.endswith("(...)") else f"{self._name}(...)"
        return self._replica.make(name, "call", self._place, *arguments, keywords=keywords)

    def __getattr__(self, name: str) -> "Theirs":
        if name.startswith("__"):  # Python, NumPy or torch wants to know what this is
            raise AttributeError(name)
        try:
            return self._replica.make(f"{self._name}.{name}", "get", self._place, path=name)
        except StudentRaised as problem:
            if "AttributeError" in problem.kinds:
                raise NoAttributeError(problem.sentence, kinds=problem.kinds) from None
            raise

    def __setattr__(self, name: str, value: Any) -> None:
        self._replica.take(f"{self._name}.{name}", "set", self._place, value, path=name)

    def __getitem__(self, key: Any) -> "Theirs":
        return self._replica.make(f"{self._name}[{_shown(key)}]", "item", self._place, key)

    def __setitem__(self, key: Any, value: Any) -> None:
        self._replica.take(f"{self._name}[{_shown(key)}]", "set_item", self._place, key, value)

    def __iter__(self) -> Iterator["Theirs"]:
        replica, name = self._replica, f"the next item of {self._name}"
        iterator = replica.steps
        replica.take(self._name, "iter", self._place)
        for _ in range(ITEMS):
            item = Theirs(replica, replica.steps, f"an item of {self._name}")
            if replica.take(name, "next", iterator) is not True:
                return
            yield item
        raise CheckFailed(f"{self._name} gives more than {ITEMS} items")

    def __len__(self) -> int:
        try:
            found = self._replica.take(f"len({self._name})", "len", self._place)
        except StudentRaised as problem:
            if "TypeError" not in problem.kinds:
                raise
            raise NoLengthError(problem.sentence, kinds=problem.kinds) from None
        if type(found) is not int or found < 0:
            raise CheckFailed(f"len({self._name}) could not be read")
        return found

    def __repr__(self) -> str:
        return f"<{self._name}, an object in the box>"

    def __eq__(self, other: object) -> Any:
        return _listed(self.read()) == _listed(plain(other))

    def __ne__(self, other: object) -> Any:
        return _listed(self.read()) != _listed(plain(other))

    __hash__ = None  # type: ignore[assignment]  # what is compared as data changes
    __bool__, __int__, __float__, __complex__ = map(_first, (bool, int, float, complex))
    __index__, __contains__ = map(_first, (operator.index, operator.contains))
    __lt__, __le__, __gt__, __ge__ = map(
        _first, (operator.lt, operator.le, operator.gt, operator.ge)
    )
    __pos__, __round__, __divmod__ = map(_first, (operator.pos, round, divmod))
    __neg__, __abs__, __invert__ = map(_first, (operator.neg, operator.abs, operator.invert))
    __and__, __or__, __xor__ = map(_first, (operator.and_, operator.or_, operator.xor))
    __add__, __sub__, __mul__ = map(_first, (operator.add, operator.sub, operator.mul))
    __radd__, __rsub__, __rmul__ = map(_last, (operator.add, operator.sub, operator.mul))
    __truediv__, __floordiv__ = map(_first, (operator.truediv, operator.floordiv))
    __rtruediv__, __rfloordiv__ = map(_last, (operator.truediv, operator.floordiv))
    __mod__, __pow__, __matmul__ = map(_first, (operator.mod, operator.pow, operator.matmul))
    __rmod__, __rpow__, __rmatmul__ = map(_last, (operator.mod, operator.pow, operator.matmul))

    def __array__(self, dtype: Any = None, copy: bool | None = None) -> Any:
        return np.asarray(self.read(), dtype=dtype)

    def __dlpack__(self, **options: Any) -> Any:
        return torch.as_tensor(self.read()).__dlpack__(**options)

    def __dlpack_device__(self) -> Any:
        return torch.empty(0).__dlpack_device__()

    @classmethod
    def __torch_function__(
        cls, function: Any, _: Any, arguments: Any = (), keywords: Any = None
    ) -> Any:
        return function(*plain(arguments), **plain(keywords or {}))


def lent_beside(one: Theirs, tensor: torch.Tensor) -> Theirs:
    """A tensor to differentiate by, in the replica in which an object lives."""
    replica = one._replica  # noqa: SLF001 - of this module
    return replica.make("a value", "lend", None, tensor, keywords={"requires_grad": True})


def plain(value: Any) -> Any:
    """A value with what is theirs in it read as data."""
    match value:
        case Theirs():
            return value.read()
        case list() | tuple() if type(value) in (list, tuple):
            return type(value)(map(plain, value))
        case dict():
            return {key: plain(one) for key, one in value.items()}
    return value


def _listed(value: Any) -> Any:
    """A value with lists in the place of tuples, as it would come from the box."""
    if isinstance(value, (list, tuple)):
        return [_listed(one) for one in value]
    return {key: _listed(one) for key, one in value.items()} if type(value) is dict else value


def _shown(key: Any) -> str:
    return repr(key) if isinstance(key, (str, int)) else "..."
