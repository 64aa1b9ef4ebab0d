"""The same questions to a box and to the student's own kernel: the same answers and sentences."""

from collections import OrderedDict, namedtuple
from collections.abc import Callable, Iterator, Sequence
from types import SimpleNamespace
from typing import Any, cast

import numpy as np
import pytest
import torch

from autograder.asking import questions, replies
from autograder.asking.questions import Question
from autograder.asking.replies import Reply
from autograder.boxes.incoming import checked_reply
from autograder.checks import CheckFailed, NotReached, Student
from autograder.evidence.frames import Message
from autograder.guest.serving import Box
from autograder.judging import theirs
from autograder.judging.current_check import Running, running
from autograder.judging.in_kernel import Kernel

X = torch.ones(2)
DEEP: Any = 1
for _ in range(14):
    DEEP = [DEEP]
Pair = namedtuple("Pair", "a b")


class BoxHere:
    """What a box answers, by way of all that a message passes, in this process."""

    def __init__(self, names: dict[str, Any]) -> None:
        shell: Any = SimpleNamespace(user_ns=names, outputs=SimpleNamespace(muted=False))
        nobody: Any = None
        self.box = Box(shell, nobody, "cpu", 5, 0)

    def ask(self, question: Question) -> Reply:
        """The reply, as the clerk hands it on."""
        body, blobs = questions.write([question])
        told, answered = self.box.reply(Message(body, tuple(blobs)))
        reply = checked_reply(Message(told, tuple(answered)), None, interrupted=False)
        return replies.read(reply.body, reply.blobs)

    def knows(self, _: Question) -> bool:
        """Nothing beforehand."""
        return False

    def ask_ahead(self, questions: Sequence[Question]) -> None:
        """Nothing is put in one go."""


class Sub(torch.Tensor):
    """A tensor of the student's own kind."""


class Net(torch.nn.Module):
    """A network with sizes of the check's choice."""

    def __init__(self, size: int, *, hidden: int = 3) -> None:
        super().__init__()
        self.layer = torch.nn.Linear(size, hidden)


class Liar:
    """An object whose length is no length."""

    def __len__(self) -> int:
        return -1


def endless() -> Iterator[int]:
    """Items without end."""
    while True:
        yield 1


class Wild:
    """An object that raises whatever is asked of it."""

    def __getattr__(self, name: str) -> Any:
        raise KeyError(name)


def names() -> dict[str, Any]:
    """The names of one student."""
    torch.manual_seed(0)
    return {
        "w": torch.ones(1, requires_grad=True),
        "parameters": [torch.ones(1, requires_grad=True)],
        "number": 3,
        "deep": DEEP,
        "long": "x" * 200_000,
        "longer": "x" * 1_000_001,
        "many": [0.0] * 150_000,
        "too_many": [0.0] * 300_000,
        "object": object(),
        "wild": Wild(),
        "numpy_number": np.int64(3),
        "numpy_bool": np.bool_(True),
        "half": X.half(),
        "complex": X.to(torch.complex64),
        "sparse": X.to_sparse(),
        "meta": torch.ones(2, device="meta"),
        "big_endian": np.ones(2, dtype=">f4"),
        "uint16": np.ones(2, dtype=np.uint16),
        "beyond": 2**70,
        "nan": float("nan"),
        "keyed": {1: "a", "1": "b"},
        "ordered": OrderedDict(b=1, a=2),
        "pair": Pair(1, X),
        "sub": X.as_subclass(Sub),
        "generator": (number for number in range(3)),
        "f": lambda x: 2.0,
        "g": lambda x: x * 2,
        "h": lambda x: (x * 2).numpy(),
        "insists": lambda x: torch.zeros(2, device="meta") + x,
        "noise": lambda x: x + torch.rand(1) + np.random.rand(),
        "model": torch.nn.Linear(2, 1),
        "list": torch.nn.ParameterList([torch.ones(1)]),
        "raises": lambda x: 1 / 0,
        "leaves": lambda x: exit(3),
        "scalar": torch.tensor(3.0),
        "empty": torch.empty(0, 3),
        "scalars": list(torch.ones(1500)),
        "nested": [torch.ones(2)] * 1200,
        "large": [torch.ones(100)] * 1200,
        "set": {1, 2},
        "none": None,
        "mixed": [torch.tensor(1.0), 2.0],
        "Net": Net,
        "Liar": Liar,
        "endless": endless,
    }


VALUES = [name for name, value in names().items() if not callable(value)]
ASKED: dict[str, Callable[[Student], Any]] = {
    "a name that is missing": lambda s: s["zzz"],
    "an attribute that is missing": lambda s: s["model.zzz"],
    "several names": lambda s: s["number", "none", "model.weight"],
    "a call": lambda s: s.call("g", X),
    "a call that raises": lambda s: s.call("raises", X),
    "a call that leaves": lambda s: s.call("leaves", X),
    "a call of what is none": lambda s: s.call("number", X),
    "a call by text": lambda s: s.call("g", "ab"),
    "a call with too much": lambda s: s.call("g", X, X),
    "a call that draws": lambda s: s.call("noise", X),
    "a call elsewhere": lambda s: s.call("insists", X),
    "what a call leaves": lambda s: s.call("g", X, then=["0", "number"]),
    "what a call does not leave": lambda s: s.call("g", X, then=["0", "zzz"]),
    "a gradient": lambda s: s.grad("g", X, cotangent=torch.arange(2.0)),
    "a gradient of a number": lambda s: s.grad("f", X),
    "a gradient of an array": lambda s: s.grad("h", X),
    "a gradient with whole numbers": lambda s: s.grad("g", torch.ones(2, dtype=torch.int64)),
    "a gradient by no list": lambda s: s.grad("g", X, wrt="number"),
    "a gradient by what is missing": lambda s: s.grad("g", X, wrt="zzz"),
    "a gradient with another shape": lambda s: s.grad("g", X, cotangent=torch.ones(3)),
    "too much is lent": lambda s: s.call("g", X, assign={"parameters": [X, X]}),
    "lent to no list": lambda s: s.call("g", X, assign={"number": [X]}),
    "lent to what is missing": lambda s: s.call("g", X, assign={"zzz": [X]}),
    "lent": lambda s: s.call("g", X, assign={"w": [torch.zeros(1)]}, then=["w"]),
    "a prediction": lambda s: s.predict("model", torch.ones(3, 2)),
    "a prediction of another size": lambda s: s.predict("model", torch.ones(3, 5)),
    "a prediction by no model": lambda s: s.predict("number", X),
    "an argument that is not there": lambda s: s.call("g", X, then=["1"]),
    "an argument that cannot cross": lambda s: s.call("g", object()),
    "what is no name": lambda s: s["f(1)"],
    "an object that is called": lambda s: s.theirs("g")(X).read(),
    "an object that is made": lambda s: s.make("Net", 2, hidden=1).load([torch.ones(1, 2), X[:1]]),
    "another shape is loaded": lambda s: s.make("Net", 2).load([torch.ones(5)]),
    "a name that is not there is loaded": lambda s: s.make("Net", 2).load({"layer.zzz": X}),
    "what is no tensor is loaded": lambda s: s.make("Net", 2).load({"layer": X}),
    "too much is loaded": lambda s: s.make("Net", 2).load([torch.ones(3, 2), torch.ones(3), X]),
    "a class that is missing": lambda s: s.make("Zzz"),
    "an object that raises": lambda s: s.make("raises", X),
    "an object that leaves": lambda s: s.make("leaves", X),
    "an object that cannot be judged": lambda s: s.theirs("model").read(),
    "an attribute of an object": lambda s: s.make("Net", 2).layer.weight.shape == (3, 2),
    "an attribute that an object lacks": lambda s: hasattr(s.theirs("model"), "zzz"),
    "an attribute that is asked of an object that lacks it": lambda s: s.theirs("model").zzz,
    "an attribute that is set": lambda s: setattr(s.theirs("model"), "bias", None),
    "an item": lambda s: s.theirs("keyed")[1] == "a",
    "a part of a tensor": lambda s: s.lend(torch.eye(3))[..., 1:].read(),
    "a part up to a number of theirs": lambda s: s.lend(torch.eye(5))[: s.theirs("number"), 0] + 1,
    "a list of all items": lambda s: [int(one) for one in list(s.theirs("generator"))],
    "an object in a question": lambda s: s.call("g", s.theirs("scalar")),
    "an item that is missing": lambda s: s.theirs("keyed")["zzz"],
    "a path in a module": lambda s: s.make("Net", 2)["layer.bias"].read().shape,
    "an item of what has none": lambda s: s.theirs("number")[0],
    "an item that is set": lambda s: s.theirs("list").__setitem__(0, X),
    "items": lambda s: [int(one) for one in s.theirs("generator")],
    "more items than there may be": lambda s: [0 for _ in s.make("endless")],
    "items of what has none": lambda s: list(s.theirs("number")),
    "a length": lambda s: len(s.theirs("list")),
    "a length of what has none": lambda s: len(s.theirs("number")),
    "a length that is a lie": lambda s: len(s.make("Liar")),
    "sums": lambda s: [s.theirs("number") + 1, 2 - s.theirs("number"), s.theirs("scalar") * X],
    "rounded": lambda s: [round(s.theirs("number")), +s.theirs("number")],
    "rounded without a number": lambda s: round(s.theirs("list")),
    "an object in a call": lambda s: s.theirs("g")(s.theirs("scalar")).read(),
    "an object in a function of torch's": lambda s: torch.add(X, cast("Any", s.theirs("half"))),
    "gradients of an object": lambda s: s.theirs("model")(X).gradients(s.theirs("model.bias")),
    "gradients of no tensor": lambda s: s.theirs("number").gradients(s.theirs("model.bias")),
    "gradients by what is lent": lambda s: [
        s.theirs("g")(lent).gradients(lent, cotangent=X) for lent in [s.lend(X, requires_grad=True)]
    ],
    "gradients by whole numbers": lambda s: s.lend(torch.ones(1).long(), requires_grad=True),
    "noise of an object": lambda s: [s.theirs("noise")(X).read() for _ in range(2)],
    "what an object is": lambda s: repr(s.theirs("g")),
}
ASKED |= {name: lambda s, name=name: s[name] for name in VALUES}  # type: ignore[misc]  # bound now


def outcome(ask: Callable[[Student], Any], student: Student) -> str:
    """What a check would see: the answer with its types, or what was raised."""
    try:
        return described(ask(student))
    except (CheckFailed, NotReached, ValueError, TypeError, OverflowError) as problem:
        return f"{type(problem).__name__}: {problem}"


def described(value: Any) -> str:
    """A value with all of its types."""
    if isinstance(value, list):
        return f"[{', '.join(map(described, value))}]"
    if isinstance(value, torch.Tensor):
        return f"{type(value).__name__} {value.dtype} {tuple(value.shape)} {value.tolist()}"
    return f"{type(value).__name__} {value!r}"


@pytest.mark.parametrize("hidden", [False, True], ids=["visible", "hidden"])
@pytest.mark.parametrize("ask", ASKED.values(), ids=ASKED)
def test_both_homes_answer_alike(
    ask: Callable[[Student], Any], hidden: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What a student sees at home is what the judge sees in the box, to the last word."""
    monkeypatch.setattr(theirs, "ITEMS", 20)
    with running(Running(hidden=hidden)):
        home = outcome(ask, Student(Kernel(names())))
        box = outcome(ask, Student(BoxHere(names()), sources=""))
    assert home == box


@pytest.mark.parametrize(
    ("compute", "sentence"),
    [
        (lambda s: float(s.theirs("none")), "none is of type NoneType, one number was expected"),
        (lambda s: int(s.theirs("long")), "long is of type str, one number was expected"),
        (lambda s: bool(s.theirs("scalar") > 0), ""),
        (lambda s: bool(s.theirs("half")), "half has shape (2,), one number was expected"),
        (lambda s: 1 - s.theirs("none"), "none is of type NoneType, which does not fit here"),
        (lambda s: s.theirs("empty") @ X, "empty has shape (0, 3), which does not fit here"),
        (lambda s: s.theirs("keyed") < 2, "keyed is of type dict, which does not fit here"),
        (lambda s: 2 ** s.theirs("number"), ""),
    ],
)
def test_data_that_do_not_fit_are_the_students(
    compute: Callable[[Student], Any], sentence: str
) -> None:
    """An operator or a conversion that their data do not allow is a finding, no broken check."""
    with running(Running()):
        found = outcome(compute, Student(Kernel(names())))
    assert (found == f"CheckFailed: {sentence}") if sentence else "Error" not in found


def test_what_is_not_answered_is_not_reached() -> None:
    """An answer that does not exist cannot be run again: no error of the student's."""
    student = Student(BoxHere(names()), "curve", sources="")
    with pytest.raises(NotReached, match="curve is not answered"):
        _ = student.rerun("curve", t=X)["w"]
