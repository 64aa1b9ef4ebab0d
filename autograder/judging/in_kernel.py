"""A student's work in the very kernel that runs the checks."""

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from types import ModuleType
from typing import Any

import numpy as np
import torch

from autograder.asking.answering import MissingNameError, answer
from autograder.asking.objects import Objects, copied
from autograder.asking.questions import Question, Step
from autograder.asking.replies import Answer, Missing, Raised, Reply
from autograder.evidence.values import Value, decode, encode


@dataclass(frozen=True, slots=True)
class Kernel:
    """The names of a namespace, which answer as those of a box would."""

    names: Mapping[str, Any]
    replicas: dict[str, Objects] = field(default_factory=dict)  # by the key of their last step

    def ask(self, question: Question) -> Reply:
        """The answer, seeded by its question."""
        random.seed(question.seed)
        np.random.seed(question.seed)
        # For a device that is not in use torch.manual_seed writes down a whole stack of calls.
        in_use = torch.cuda.is_initialized()  # type: ignore[no-untyped-call]  # torch has no types here
        (torch.manual_seed if in_use else torch.default_generator.manual_seed)(question.seed)
        try:
            found = self._answer(question)
        except MissingNameError as missing:
            return Missing(str(missing))
        except (Exception, SystemExit) as problem:
            return Raised.by(problem)
        # What cannot cross from a box is not judged here either.
        return Answer(decode(*encode(found)))

    def _answer(self, question: Question) -> Value:
        what = question.what
        if not isinstance(what, Step):
            return answer(self._names_for(question), what, self._device())
        objects = self.replicas.pop(what.after, None) or Objects(
            self.names, self._device(), copies=True
        )
        self.replicas[question.key] = objects
        return objects.do(what)

    def knows(self, question: Question) -> bool:  # noqa: ARG002 - as a box is asked
        """Nothing is known here before it is asked."""
        return False

    def ask_ahead(self, questions: Sequence[Question]) -> None:
        """Nothing is gained here: a question costs nothing."""

    def _names_for(self, question: Question) -> Mapping[str, Any]:
        """The names, with a copy of the object whose method is called: it may change itself."""
        name, dot, _ = getattr(question.what, "function", "").partition(".")
        value = self.names.get(name)
        if not dot or value is None or isinstance(value, (type, ModuleType)):
            return self.names
        return {**self.names, name: copied(value)}

    def _device(self) -> str:
        device = self.names.get("device", "cpu")
        return str(device) if isinstance(device, (str, torch.device)) else "cpu"
