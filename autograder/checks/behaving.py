"""The words for what code of theirs does besides answering: errors, and what it leaves alone."""

import builtins
import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from autograder.asking.tensors import freeze
from autograder.evidence.values import encode
from autograder.judging.current_check import CheckFailed, StudentRaised, current
from autograder.judging.theirs import Theirs


@contextmanager
def raises(name: str, *kinds: str | type[BaseException], match: str = "") -> Iterator[None]:
    """Require that code of theirs raises one of these kinds of exceptions, or of kinds of these.

    ``match`` is a regular expression that its message must hold, as in pytest.raises.  A kind of
    the student's own is given by its name.  What raises always passes here, so judge in the same
    check that the work is right elsewhere.  No finding shows ``match`` or, in a hidden check, words
    of the student's.
    """
    names = [kind if isinstance(kind, str) else kind.__name__ for kind in kinds]
    wanted = f"{' or '.join(names) or 'an error'} was expected"
    try:
        yield
    except StudentRaised as problem:
        kind = next(iter(problem.kinds), "an error")
        shown = kind if not current().hidden or hasattr(builtins, kind) else "another error"
        if names and not set(names) & set(problem.kinds):
            raise CheckFailed(f"{name} raises {shown}, {wanted}") from None
        if not re.search(match, problem.message):
            raise CheckFailed(f"{name} raises {shown}, but its message does not say why") from None
        return
    raise CheckFailed(f"{name} raises nothing, {wanted}")


@contextmanager
def unchanged(name: str, **held: Theirs) -> Iterator[None]:
    """Require that objects of theirs hold the same data after the block as before, bit by bit.

    Students read the names: with ``unchanged("step()", gradient=weight.grad)`` the finding is
    "step() changes gradient".  Objects are given as `student.lend` and the like give them.
    """
    before = {what: _bits(one) for what, one in held.items()}
    yield
    for what, one in held.items():
        if _bits(one) != before[what]:
            raise CheckFailed(f"{name} changes {what}")


def _bits(held: Theirs) -> Any:
    return encode(freeze(held.read()))
