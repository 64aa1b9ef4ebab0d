"""What a check can ask of a student's work; in the judge, the questions go to the box."""

# ruff: noqa: D102 - the protocol says what the methods of its implementation do

import builtins
import re
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from typing import Any, Protocol

from autograder.checks.evidence import from_evidence, to_evidence
from autograder.checks.pause import Pause, Question, question_key
from autograder.checks.running import CheckFailed, NotReached, StudentRaised, current, running
from autograder.errors import EvidenceError
from autograder.evidence import FormatError, Message, decode

_MESSAGE = 200


class Student(Protocol):
    """A student's work: answers are plain CPU tensors, numbers, strings, None, lists and dicts.

    Every question raises NotReached if a name is missing, and CheckFailed if the student's code
    raises or what it answers is none of these.  Lists and tuples both come back as lists.
    Within one exercise the same question has one answer: a box is asked once, whoever asks again.
    """

    def __getitem__(self, names: str | tuple[str, ...]) -> Any:
        """The value of a name; of several names, a tuple of values."""

    def call(
        self, function: str, *arguments: Any, assign: Any = None, then: Sequence[str] = ()
    ) -> Any:
        """What a function of theirs, or a method of an object of theirs, returns.

        ``assign`` maps the name of a list of tensors, of a Module or of a tensor to the values that
        its tensors have during this one call.  ``then`` names what is read after it, in the state
        that the call left behind: the answer is a list of what it returned and these.  A digit is
        the argument at that place, "0" the first.
        """

    def grad(
        self,
        function: str,
        *arguments: Any,
        wrt: str | None = None,
        cotangent: Any = None,
        assign: Any = None,
    ) -> list[Any]:
        """The gradients, by autograd, of sum(cotangent * function(*arguments)).

        With respect to the floating-point arguments, or to the tensors of the list or Module
        called ``wrt``; None where no path leads.  Without a cotangent, of the plain sum.
        """

    def predict(self, model: str, *arguments: Any) -> Any:
        """What a Module in eval mode, a function, or an object with ``predict`` answers."""

    def ask_ahead(self, *questions: "Callable[[Student], object]") -> None:
        """Put what is asked next in one go, for the price of one question; then ask as usual.

        Each of ``questions`` asks the student that it gets one thing.  They are answered one after
        the other in the same process, each seeded anew, with names and lent values given back.
        Code that keeps state sees them in this order, and may see all of them at once: a check to
        which that matters asks one by one.  Where the first, put once more at the end, is then
        answered otherwise, each is asked alone; so put first what state would change most.
        """

    def rerun(self, exercise: str, **replaced: Any) -> "Student":
        """The same work after the exercise's answer ran once more with these names replaced."""

    def source(self, exercise: str) -> str:
        """The answer cells of an exercise as they were handed in."""

    def printed(self, exercise: str) -> str:
        """What the answer cells of an exercise printed."""


class _Noted(Exception):  # noqa: N818 - no error: a question is not asked now
    """A question has been noted."""


@dataclass(frozen=True, slots=True)
class BoxStudent:
    """A student's work in a box that pauses at an exercise."""

    pause: Pause
    exercise: str
    sources: str = ""
    prints: str = ""
    again: dict[str, Any] = field(default_factory=dict)
    noted: list[Question] | None = None  # in the place of asking them
    exercises: frozenset[str] = frozenset()  # all that there are, if known

    def __getitem__(self, names: str | tuple[str, ...]) -> Any:
        wanted = [names] if isinstance(names, str) else list(names)
        values = self._ask(" and ".join(wanted), {"ask": "value", "names": wanted})
        if not isinstance(values, list) or len(values) != len(wanted):
            raise CheckFailed(f"{' and '.join(wanted)} could not be read")
        if self.again:
            current().before = lambda: replace(self, again={})[tuple(wanted)]
        return values[0] if isinstance(names, str) else tuple(values)

    def call(
        self, function: str, *arguments: Any, assign: Any = None, then: Sequence[str] = ()
    ) -> Any:
        probe = {"ask": "call", "function": function, "then": list(then)}
        name = f"{function}(...)"
        found = self._ask(name, probe, arguments=list(arguments), assign=assign)
        if then and (not isinstance(found, list) or len(found) != 1 + len(then)):
            raise CheckFailed(f"{name} could not be read")
        return found

    def grad(
        self,
        function: str,
        *arguments: Any,
        wrt: str | None = None,
        cotangent: Any = None,
        assign: Any = None,
    ) -> list[Any]:
        probe = {"ask": "grad", "function": function, "wrt": wrt}
        name = f"the gradient of {function}(...)"
        payload = {"arguments": list(arguments), "cotangent": cotangent, "assign": assign}
        found = self._ask(name, probe, **payload)
        if not isinstance(found, list):
            raise CheckFailed(f"{name} could not be read")
        return found

    def predict(self, model: str, *arguments: Any) -> Any:
        probe = {"ask": "predict", "model": model}
        return self._ask(f"{model}(...)", probe, arguments=list(arguments))

    def ask_ahead(self, *questions: Callable[[Student], object]) -> None:
        noted = list[Question]()
        for question in questions:
            # What it raises and records, it does when it is asked.
            aside = replace(current(), shares=[], sentences=[], measured={}, before=None)
            with suppress(Exception), running(aside):
                question(replace(self, noted=noted))
        self.pause.ask_ahead(noted)

    def rerun(self, exercise: str, **replaced: Any) -> "BoxStudent":
        if self.exercises and exercise not in self.exercises:
            raise LookupError(f"a check of {self.exercise} runs {exercise} again, which nobody has")
        return replace(self, again={"exercise": exercise, "replaced": replaced})

    def source(self, exercise: str) -> str:
        return self._own(exercise, self.sources)

    def printed(self, exercise: str) -> str:
        return self._own(exercise, self.prints)

    def _own(self, exercise: str, text: str) -> str:
        if exercise != self.exercise:
            raise LookupError(f"a check of {self.exercise} asks for the text of {exercise}")
        return text

    def _ask(self, name: str, probe: dict[str, Any], **payload: Any) -> Any:
        own = [probe[key] for key in ("function", "model", "wrt") if probe.get(key)]
        lent, replaced = payload.get("assign") or (), self.again.get("replaced", ())
        require_names(*own, *probe.get("names", ()), *lent, *replaced)
        require_names(*probe.get("then", ()), places=True)
        if self.again:
            probe = {**probe, "rerun": self.again["exercise"]}
            payload["replaced"] = self.again["replaced"]
            name = f"{name}, with the answer run again,"
        given = {key: value for key, value in payload.items() if value is not None}
        question = dict(probe), to_evidence(given)
        # All reruns of a check draw alike: what differs between two is what was replaced.
        purpose = "rerun" if self.again else question_key(*question)
        question[0]["seed"] = current().stream.seed(purpose) >> 31
        if self.noted is not None and not self.pause.knows(question):
            self.noted.append(question)
            raise _Noted
        message = self.pause.ask(*question)
        asked = re.findall(r"\w+", f"{probe} {list(payload.get('assign') or ())}")
        return self._read(name, message, asked)

    def _read(self, name: str, message: Message, asked: Sequence[str]) -> Any:
        match message.body:
            case {"answer": tree}:
                try:
                    return from_evidence(name, decode(tree, message.blobs))
                except (FormatError, RuntimeError, TypeError):  # such as a shape beyond all bounds
                    raise CheckFailed(f"{name} could not be read") from None
            case {"missing": str(missing)}:
                # Any other word is the box's own, which may have seen hidden inputs.
                word = missing if missing in asked else "a name"
                raise NotReached(f"{word} is not defined")
            case {"raised": {"type": str(kind), "message": str(text)}} if not current().hidden:
                raise StudentRaised(raised(name, kind, text))
            case {"raised": {"type": str(kind)}}:
                # The words are the student's, who saw hidden inputs when they were chosen.
                raise StudentRaised(raised(name, kind if hasattr(builtins, kind) else "an error"))
            case {"gone": str(reason)}:
                raise NotReached(reason[:_MESSAGE])
            case {"withheld": str(reason)}:
                raise EvidenceError(reason)  # so the check comes to no verdict
        raise EvidenceError(f"the clerk answered {sorted(message.body)}")


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


def raised(name: str, kind: str, message: str = "") -> str:
    """The sentence for student code that raised, of bounded length."""
    detail = " ".join(message.split())[:_MESSAGE]
    return f"{name} raised {kind[:_MESSAGE]}" + (f": {detail}" if detail else "")
