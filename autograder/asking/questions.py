"""What is asked of a student's work, and the form in which it crosses.

    {"probe": head, "payload": tree}

    head                                                 values, in the payload
    {"ask": "value", "names": [name, ..]}                -
    {"ask": "call", "function": name, "then": [..]}      arguments, keywords, assign
    {"ask": "grad", "function": name, "wrt": name,
     "predicting": bool}                                 arguments, assign, cotangent
    {"ask": "predict", "model": name}                    arguments
    {"ask": "step", "after": key, "do": verb,
     "on": number, "name": name}                         arguments, keywords
    with "rerun": exercise                               replaced
    with "seed": number                                  -
    {"ask": "each", "each": [head, ..]}                  each: the values of one after the other

A name is an identifier, or several with dots between; ``then`` may begin with a digit, the place of
an argument.  The steps of one replica are asked one after the other, each with the key of the one
before it: what it means depends on all of them.
"""

import hashlib
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields, replace
from typing import Any, ClassVar, TypeAlias

from autograder.evidence.frames import frame
from autograder.evidence.values import Array, FormatError, Json, Value, decode, encode

_VALUES = ("arguments", "keywords", "assign", "cotangent")
_TYPES = {
    "names": list, "function": str, "then": list, "wrt": str, "predicting": bool, "model": str,
    "arguments": list, "keywords": dict, "assign": dict, "cotangent": Array,
    "after": str, "do": str, "on": int, "name": str,
}  # fmt: skip
# What a step can be: one that makes an object, and one that answers.
MAKING = {"name", "lend", "call", "get", "item", "iter"}
VERBS = MAKING | {"set", "set_item", "put", "next", "len", "read", "grad"}


@dataclass(frozen=True, slots=True)
class Read:
    """The values of names."""

    ask: ClassVar = "value"
    names: Sequence[str]

    def __post_init__(self) -> None:
        require_names(*self.names)


@dataclass(frozen=True, slots=True)
class Call:
    """What a function or a method returns, and then the values of names and of its arguments."""

    ask: ClassVar = "call"
    function: str
    arguments: Sequence[Value]
    assign: Mapping[str, Value] | None = None
    then: Sequence[str] = ()
    keywords: Mapping[str, Value] | None = None

    def __post_init__(self) -> None:
        require_names(self.function, *(self.assign or ()), *(self.keywords or ()))
        require_names(*self.then, places=True)
        for place in filter(str.isdigit, (name.partition(".")[0] for name in self.then)):
            if int(place) >= len(self.arguments):
                raise ValueError(f"this check reads argument {place}, and gives no such argument")


@dataclass(frozen=True, slots=True)
class Gradient:
    """The gradients of what a function returns, by its arguments or by the tensors of a name."""

    ask: ClassVar = "grad"
    function: str
    arguments: Sequence[Value]
    wrt: str | None = None
    cotangent: Value = None
    assign: Mapping[str, Value] | None = None
    predicting: bool = False

    def __post_init__(self) -> None:
        wrt = () if self.wrt is None else (self.wrt,)
        require_names(self.function, *wrt, *(self.assign or ()))


@dataclass(frozen=True, slots=True)
class Predict:
    """What a model answers when it is not being trained."""

    ask: ClassVar = "predict"
    model: str
    arguments: Sequence[Value]

    def __post_init__(self) -> None:
        require_names(self.model)


@dataclass(frozen=True, slots=True)
class Step:
    """One step with the objects of a replica, in the state that the steps before it left.

    The object that the step numbered n makes, counted from the first of its replica, has number n.
    """

    ask: ClassVar = "step"
    after: str  # the key of the step before it, or "" for the first
    do: str
    on: int | None = None
    name: str | None = None
    arguments: Sequence[Value] = ()
    keywords: Mapping[str, Value] | None = None

    def __post_init__(self) -> None:
        if self.do not in VERBS or (self.on is None) != (self.do in {"name", "lend"}):
            raise ValueError(f"no step is called {self.do!r}")
        require_names(*([] if self.name is None else [self.name]), *(self.keywords or ()))


What: TypeAlias = Read | Call | Gradient | Predict | Step
_KINDS: dict[str, type[What]] = {kind.ask: kind for kind in (Read, Call, Gradient, Predict, Step)}


@dataclass(frozen=True, slots=True)
class Rerun:
    """An answer that is run again before a question, with other values for some names."""

    exercise: str
    replaced: Mapping[str, Value] = field(default_factory=dict)

    def __post_init__(self) -> None:
        require_names(self.exercise, *self.replaced)


@dataclass(frozen=True, slots=True)
class Question:
    """One question, perhaps after a rerun, with the seed from which its answer draws."""

    what: What
    rerun: Rerun | None = None
    seed: int = 0

    @property
    def head(self) -> dict[str, Json]:
        """What is asked, but for the values."""
        told = {one.name: getattr(self.what, one.name) for one in fields(self.what)}
        told = {name: one for name, one in told.items() if name not in _VALUES}
        head = {name: list(one) if isinstance(one, tuple) else one for name, one in told.items()}
        again = {"rerun": self.rerun.exercise} if self.rerun else {}
        return {"ask": self.what.ask, **head, **again, "seed": self.seed}

    @property
    def values(self) -> dict[str, Value]:
        """The values that go along."""
        told = {name: getattr(self.what, name, None) for name in _VALUES}
        given = {name: _plain(one) for name, one in told.items() if one is not None}
        return given | ({"replaced": dict(self.rerun.replaced)} if self.rerun else {})

    @property
    def key(self) -> str:
        """What tells this question from others: not its seed, but that of a rerun.

        All reruns of a check draw alike, so that what differs between two is what was replaced.
        """
        body, blobs = write([self if self.rerun else replace(self, seed=0)])
        return hashlib.sha256(frame(body, blobs)).hexdigest()

    @property
    def mentioned(self) -> frozenset[str]:
        """The names that are asked for, each part of a dotted one alone."""
        lent = list(getattr(self.what, "assign", None) or ())
        return frozenset(re.findall(r"\w+", f"{self.head} {lent}"))


def runs_student_code(head: Mapping[str, Json]) -> bool:
    """Whether answering may run what a student wrote, so that it needs a process of its own."""
    if head["ask"] == "each":
        return any(map(runs_student_code, head["each"]))
    return head["ask"] != Read.ask or "rerun" in head


def write(questions: Sequence[Question]) -> tuple[dict[str, Json], list[bytes]]:
    """One question, or several for one process, as a message."""
    heads, values = [one.head for one in questions], [one.values for one in questions]
    if len(questions) == 1:
        tree, blobs = encode(values[0])
        return {"probe": heads[0], "payload": tree}, blobs
    tree, blobs = encode({"each": [*values]})
    return {"probe": {"ask": "each", "each": heads}, "payload": tree}, blobs


def read(body: Mapping[str, Json], blobs: Sequence[bytes]) -> tuple[Question, ...]:
    """The questions of a message.  Raises FormatError for anything in another form."""
    match body["probe"], decode(body["payload"], blobs, asked=True):
        case {"ask": "each", "each": list(heads), **rest}, {"each": list(values), **more} if (
            not rest and not more and len(heads) == len(values) > 1
        ):
            return tuple(map(_read, heads, values))
        case head, values:
            return (_read(head, values),)
    raise FormatError("no question")


def _read(head: Json, values: Any) -> Question:
    """One question, of whose fields none may be missing, unknown, of another type or no name."""
    if not isinstance(head, dict) or not isinstance(values, dict) or head.get("ask") not in _KINDS:
        raise FormatError("a question in no known form")
    told: dict[str, Any] = head | values
    kind, seed = _KINDS[told.pop("ask")], told.pop("seed", 0)
    again = [told.pop("rerun"), told.pop("replaced", {})] if "rerun" in told else []
    if any(type(one) is not _TYPES.get(name) for name, one in told.items() if one is not None):
        raise FormatError(f"a question with {sorted(told)}")
    what: Any = kind
    try:
        return Question(what(**told), Rerun(*again) if again else None, int(seed))
    except (TypeError, ValueError) as problem:
        raise FormatError(f"a question in no known form: {problem}") from problem


def _plain(value: Any) -> Value:
    return list(value) if isinstance(value, tuple) else value


def require_names(*names: object, places: bool = False) -> None:
    """Raises ValueError, a mistake of the check, for what is no name, dotted name or place."""
    for name in names:
        parts = name.split(".") if isinstance(name, str) else [""]
        is_place = places and isinstance(name, str) and parts[0].isdigit()
        if not all(map(str.isidentifier, parts[is_place:])):
            raise ValueError(
                f"this check asks for {name!r}, which is no name such as f or model.weight: "
                "what it calls it names, and what it wants of the answer it works out itself"
            )
