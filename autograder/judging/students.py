"""What a check can ask of a student's work, wherever that is."""

import builtins
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from typing import Any, Protocol

import torch

from autograder.asking.questions import Call, Gradient, Predict, Question, Read, Rerun, What
from autograder.asking.replies import Answer, Gone, Missing, Raised, Reply, Withheld
from autograder.asking.tensors import freeze, thaw, unreadable
from autograder.errors import EvidenceError
from autograder.evidence.values import Value
from autograder.judging.current_check import (
    CheckFailed,
    NotReached,
    StudentRaised,
    current,
    running,
)
from autograder.judging.theirs import Replica, Theirs, crossing, seeded

_MESSAGE = 200
_REMEDY = "turn it into a tensor, a number, a list or a dict"


class Home(Protocol):
    """Where a student's work is: a box that pauses, or the kernel in which this runs."""

    def ask(self, question: Question) -> Reply:
        """Put one question, or find what was answered to it before."""

    def knows(self, question: Question) -> bool:
        """Whether the reply is known."""

    def ask_ahead(self, questions: Sequence[Question]) -> None:
        """Put those of which no reply is known in one go."""


class _Noted(Exception):  # noqa: N818 - no error: a question is not asked now
    """A question has been noted."""


@dataclass(frozen=True, slots=True)
class Student:
    """A student's work: answers are plain CPU tensors, numbers, strings, None, lists and dicts.

    Every question raises NotReached if a name is missing, and CheckFailed if the student's code
    raises or what it answers is none of these.  Lists and tuples both come back as lists.
    In a box and within one exercise the same question has one answer: it is asked once, whoever
    asks again.  In the kernel what is asked leaves names and layers as they were; but a function
    that changes what it does not get, such as a counter, changes it there.
    """

    home: Home
    exercise: str = ""
    sources: str | None = None  # None in the kernel, where only visible checks ask
    prints: str = ""
    again: Rerun | None = None
    noted: list[Question] | None = None  # in the place of asking them
    exercises: frozenset[str] = field(default_factory=frozenset)  # all that there are, if known

    def __getitem__(self, names: str | tuple[str, ...]) -> Any:
        """The value of a name; of several names, a tuple of values."""
        wanted = (names,) if isinstance(names, str) else tuple(names)
        values = self._ask(" and ".join(map(str, wanted)), Read(wanted), count=len(wanted))
        if self.again:
            current().before = lambda: replace(self, again=None)[wanted]
        return values[0] if isinstance(names, str) else tuple(values)

    def theirs(self, name: str) -> Theirs:
        """The object of a name, to be used as one: in a replica, a copy of the work for this check.

        All objects that a check holds live in one replica, and change there as they would at home;
        no other check and no later cell sees it.
        """
        return self._replica.make(name, "name", path=name)

    def make(self, name: str, *arguments: Any, **keywords: Any) -> Theirs:
        """A new object of a class of theirs, or what a function gives, in the check's replica."""
        return self.theirs(name)(*arguments, **keywords)

    def lend(self, value: Any, *, requires_grad: bool = False) -> Theirs:
        """A value of the check's, such as a tensor to differentiate by, in its replica."""
        needs = {"requires_grad": requires_grad}
        return self._replica.make("a value", "lend", None, value, keywords=needs)

    def call(
        self,
        function: str,
        *arguments: Any,
        assign: Any = None,
        then: Sequence[str] = (),
        **keywords: Any,
    ) -> Any:
        """What a function of theirs, or a method of an object of theirs, returns.

        ``assign`` maps the name of a list of tensors, of a Module or of a tensor to the values that
        its tensors have during this one call.  ``then`` names what is read after it, in the state
        that the call left behind: the answer is a list of what it returned and these.  A digit is
        the argument at that place, "0" the first.
        """
        lent = assign and _lent(assign)
        what = Call(function, crossing(arguments), lent, tuple(then), _lent(keywords) or None)
        return self._ask(f"{function}(...)", what, count=1 + len(then) if then else None)

    def grad(
        self,
        function: str,
        *arguments: Any,
        wrt: str | None = None,
        cotangent: Any = None,
        assign: Any = None,
        predicting: bool = False,
    ) -> list[Any]:
        """The gradients, by autograd, of sum(cotangent * function(*arguments)).

        With respect to the floating-point arguments, or to the tensors of the list or Module
        called ``wrt``; None where no path leads.  Without a cotangent, of the plain sum.  Where it
        is predicting, a Module is in eval mode, as for `predict`.
        """
        weight = None if cotangent is None else freeze(torch.as_tensor(cotangent))
        lent = assign and _lent(assign)
        what = Gradient(function, crossing(arguments), wrt, weight, lent, predicting)
        name = f"the gradient of {function}(...)"
        found = self._ask(name, what)
        if not isinstance(found, list):
            raise CheckFailed(f"{function}(...) is not a tensor, so it has no gradient")
        return found

    def predict(self, model: str, *arguments: Any) -> Any:
        """What a Module in eval mode, a function, or an object with ``predict`` answers."""
        return self._ask(f"{model}(...)", Predict(model, crossing(arguments)))

    def ask_ahead(self, *questions: "Callable[[Student], object]") -> None:
        """Put what is asked next in one go, for the price of one question; then ask as usual.

        Each of ``questions`` asks the student that it gets one thing.  They are answered one after
        the other in the same process, each seeded anew, with names and lent values given back.
        Code that keeps state sees them in this order, and may see all of them at once: a check to
        which that matters asks one by one.  Where the first, put once more at the end, is then
        answered otherwise, each is asked alone; so put first what state would change most.
        """
        noted = list[Question]()
        for question in questions:
            # What it raises and records, it does when it is asked.
            aside = replace(current(), shares=[], sentences=[], measured={}, before=None)
            with suppress(Exception), running(aside):
                question(replace(self, noted=noted))
        self.home.ask_ahead(noted)

    def rerun(self, exercise: str, **replaced: Any) -> "Student":
        """The same work after the exercise's answer ran once more with these names replaced."""
        if self.sources is None:
            raise TypeError(f"only a hidden check can run {exercise} again with {list(replaced)}")
        if self.exercises and exercise not in self.exercises:
            raise LookupError(f"a check of {self.exercise} runs {exercise} again, which nobody has")
        return replace(self, again=Rerun(exercise, _lent(replaced)))

    def source(self, exercise: str) -> str:
        """The answer cells of an exercise as they were handed in."""
        return self._own(exercise, self.sources, "read the source of")

    def printed(self, exercise: str) -> str:
        """What the answer cells of an exercise printed."""
        return self._own(exercise, self.prints, "read what was printed by")

    def _own(self, exercise: str, text: str | None, what: str) -> str:
        if self.sources is None or text is None:
            raise TypeError(f"only a hidden check can {what} {exercise}")
        if exercise != self.exercise:
            raise LookupError(f"a check of {self.exercise} asks for the text of {exercise}")
        return text

    def _ask(self, name: str, what: What, *, count: int | None = None) -> Any:
        """The answer with tensors in it; where a count is given, a list of so many things."""
        found = self._put(name, seeded(Question(what, self.again)))
        if count is not None and not (isinstance(found, list) and len(found) == count):
            raise CheckFailed(f"{name} could not be read")
        return found

    @property
    def _replica(self) -> Replica:
        """The running check's replica, or that after this rerun."""
        key = f"{id(self.home)} {self.again}"
        made: Replica = current().replicas.setdefault(key, Replica(self._put, self.again))
        return made

    def _put(self, name: str, question: Question) -> Any:
        if self.again:
            name = f"{name}, with the answer run again,"
        if self.noted is not None and not self.home.knows(question):
            self.noted.append(question)
            raise _Noted
        current().asked = question
        return _read(name, question, self.home.ask(question))


def _read(name: str, question: Question, reply: Reply) -> Any:
    match reply:
        case Answer(value):
            return _judgeable(name, value)
        case Missing(missing) if question.rerun and missing == question.rerun.exercise:
            raise NotReached(f"{missing} is not answered")
        case Missing(missing):
            # Any other word is the box's own, which may have seen hidden inputs.
            word = missing if missing in question.mentioned else "a name"
            raise NotReached(f"{word} is not defined")
        case Raised(kind, text, kinds):
            # In hidden checks no words of the student's, who saw the inputs when they were chosen.
            hidden = current().hidden
            known = kind if not hidden or hasattr(builtins, kind) else "an error"
            sentence = raised(name, known, "" if hidden else text)
            raise StudentRaised(sentence, kinds=kinds, message=text)
        case Gone(sentence):
            raise NotReached(sentence)
        case Withheld(sentence):
            raise EvidenceError(sentence)  # so the check comes to no verdict


def _judgeable(name: str, value: Value) -> Any:
    """An answer with tensors on the CPU.  Raises CheckFailed if some of it cannot be judged."""
    if (found := unreadable(value)) is not None:
        # The words are the box's, which may have seen hidden inputs.
        what = "something" if current().hidden else found.reason
        tail = " to be judged" if what.startswith("too ") else ", which cannot be judged"
        raise CheckFailed(f"{name} is {what}{tail}: {_REMEDY}")
    try:
        return thaw(value)
    except (RuntimeError, TypeError):  # such as a shape beyond all bounds
        raise CheckFailed(f"{name} could not be read") from None


def _lent(given: Any) -> dict[str, Value]:
    return dict(zip(given, crossing(list(given.values())), strict=True))


def raised(name: str, kind: str, message: str = "") -> str:
    """The sentence for student code that raised, of bounded length."""
    detail = " ".join(message.split())[:_MESSAGE]
    return f"{name} raised {kind[:_MESSAGE]}" + (f": {detail}" if detail else "")
