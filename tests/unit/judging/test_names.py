"""What a check names must be a name: anything else is its own mistake, at home and in the box."""

import socket
from collections.abc import Callable

import pytest
import torch

from autograder.asking.questions import require_names
from autograder.evidence.frames import Channel
from autograder.judging.in_box import Pause
from autograder.judging.in_kernel import Kernel
from autograder.judging.students import Student

T = torch.ones(2)
WRONG: dict[str, Callable[[Student], object]] = {
    "a sign": lambda student: student["f-1"],
    "nothing": lambda student: student[""],
    "a space": lambda student: student["x", "a b"],
    "a call": lambda student: student.call("make().forward", T),
    "an index": lambda student: student.predict("models[0]", T),
    "a dot too many": lambda student: student.grad("f.", T),
    "a call in wrt": lambda student: student.grad("f", T, wrt="model.parameters()"),
    "a call in then": lambda student: student.call("f", T, then=["layer.weight.sum()"]),
    "a lent index": lambda student: student.call("f", T, assign={"w[0]": T}),
    "a number": lambda student: student.call("1", T),
}


@pytest.mark.parametrize("ask", WRONG.values(), ids=WRONG)
def test_what_is_no_name_is_the_mistake_of_the_check(ask: Callable[[Student], object]) -> None:
    """It is told to the author before anyone is asked: no box can answer it, and none has lied."""
    ours, theirs = socket.socketpair()
    with ours, theirs:
        theirs.setblocking(False)
        names = {"x": T, "f": lambda v: v, "models": [1]}
        for student in (Student(Pause(Channel(ours)), "curve", sources=""), Student(Kernel(names))):
            with pytest.raises(ValueError, match="which is no name such as"):
                ask(student)
        with pytest.raises(BlockingIOError):
            theirs.recv(1)


def test_names_are_names() -> None:
    """Dotted ones too, in any alphabet; in `then` a place among the arguments."""
    require_names("x", "model.weight", "кривая.x", "_a1")
    require_names("f", "0", "1.grad", places=True)
