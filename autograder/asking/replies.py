"""What came back for a question, and the form in which it crosses.

    {"answer": tree}                             a value
    {"missing": name}                            a name is not defined, or an answer is not there
    {"raised": {"type": .., "message": ..,
                "kinds": [..]}}                  student code raised
    {"gone": sentence}                           there is no answer: only the clerk says this
    {"withheld": sentence}                       there is none through our fault: likewise

The replies to several questions are a list of the first three, as one answer; where that is null,
each has to be asked alone.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from autograder.evidence.values import FormatError, Json, Value, decode, encode

_NAME, _TYPE, _MESSAGE, _SENTENCE = 50, 100, 1000, 200  # letters
_KINDS = 12


@dataclass(frozen=True, slots=True)
class Answer:
    """A value."""

    value: Value


@dataclass(frozen=True, slots=True)
class Missing:
    """What the question is about does not exist."""

    name: str


@dataclass(frozen=True, slots=True)
class Raised:
    """Student code raised this; kinds are the names of its class and of the bases."""

    type: str
    message: str
    kinds: tuple[str, ...] = ()

    @classmethod
    def by(cls, problem: BaseException) -> "Raised":
        """An exception in text that is cut short."""
        try:
            # Of code that is no Python, str() names a file that nobody wrote.
            message = str(problem.msg if isinstance(problem, SyntaxError) else problem)
        except Exception:  # it is the student's own
            message = "(its message cannot be read)"
        kinds = tuple(kind.__name__[:_TYPE] for kind in type(problem).__mro__[:_KINDS])
        return cls(kinds[0], message[:_MESSAGE], kinds)


@dataclass(frozen=True, slots=True)
class Gone:
    """The process that should have answered is gone."""

    sentence: str


@dataclass(frozen=True, slots=True)
class Withheld:
    """There is no answer, and this is not the student's fault."""

    sentence: str


Reply: TypeAlias = Answer | Missing | Raised | Gone | Withheld


def write(reply: Reply) -> tuple[dict[str, Json], list[bytes]]:
    """A reply as a message."""
    match reply:
        case Answer(value):
            tree, blobs = encode(value)
            return {"answer": tree}, blobs
        case Missing(name):
            return {"missing": name}, []
        case Raised(kind, message, kinds):
            return {"raised": {"type": kind, "message": message, "kinds": [*kinds]}}, []
        case Gone(sentence):
            return {"gone": sentence}, []
        case Withheld(sentence):
            return {"withheld": sentence}, []


def write_several(replies: Sequence[Reply] | None) -> tuple[dict[str, Json], list[bytes]]:
    """The replies to several questions as one message, or that each has to be asked alone."""
    return write(Answer(None if replies is None else [_as_value(reply) for reply in replies]))


def read(body: Mapping[str, Json], blobs: Sequence[bytes]) -> Reply:
    """The reply of a message, cut to bounds.  Raises FormatError for anything in another form."""
    match body:
        case {"answer": tree, **rest} if not rest:
            return Answer(decode(tree, blobs))
        case {"gone": str(sentence), **rest} if not rest:
            return Gone(sentence[:_SENTENCE])
        case {"withheld": str(sentence), **rest} if not rest:
            return Withheld(sentence[:_SENTENCE])
    return _of_value(body)


def read_several(reply: Reply, count: int) -> list[Reply]:
    """The replies that are in a reply; none at all unless there are so many."""
    told = reply.value if isinstance(reply, Answer) else None
    try:
        replies = [_of_value(one) for one in told] if isinstance(told, list) else []
    except FormatError:
        return []
    return replies if len(replies) == count else []


def _as_value(reply: Reply) -> Value:
    if isinstance(reply, Answer):
        return {"answer": reply.value}
    body, _ = write(reply)
    return dict(body)


def _of_value(told: object) -> Reply:
    match told:
        case {"answer": value, **rest} if not rest:
            return Answer(value)
        case {"missing": str(name), **rest} if not rest and name.isidentifier():
            return Missing(name[:_NAME])
        case {
            "raised": {"type": str(kind), "message": str(text), "kinds": list(kinds), **more},
            **rest,
        } if not (rest or more) and all(type(one) is str for one in kinds):
            return Raised(
                kind[:_TYPE], text[:_MESSAGE], tuple(one[:_TYPE] for one in kinds[:_KINDS])
            )
    raise FormatError("a reply in no known form")
