"""The student's own kernel: same answers as from a box, and nothing disturbed."""

import sys
from array import array
from collections import Counter, OrderedDict, defaultdict, deque, namedtuple
from contextlib import suppress
from enum import Enum, IntEnum
from types import ModuleType
from typing import Any

import numpy as np
import pytest
import torch

from autograder.checks import CheckFailed, NotReached, Student
from autograder.judging.in_kernel import Kernel


def live(**names: Any) -> Student:
    """A student whose kernel has these names."""
    return Student(Kernel(names))


@pytest.mark.parametrize(
    ("value", "answer"),
    [
        (3, 3),
        ("text", "text"),
        (None, None),
        ((1, [2.5, "x"]), [1, [2.5, "x"]]),
        ({"a": (1,)}, {"a": [1]}),
        (np.float32(0.5), 0.5),
        (np.ones(3)[::-1][0], 1.0),
    ],
)
def test_plain_values_come_back_plain(value: Any, answer: Any) -> None:
    """Numbers, text, lists and dicts come back as such, tuples as lists."""
    assert live(x=value)["x"] == answer


@pytest.mark.parametrize(
    "value",
    [
        torch.ones(2, requires_grad=True),
        np.ones(2, dtype=np.float32),
        np.ones(2, dtype=np.float32)[::-1],
        torch.ones(4)[::2],
    ],
)
def test_arrays_come_back_as_plain_tensors(value: Any) -> None:
    """A tensor or numpy array comes back as a detached copy."""
    answer = live(x=value)["x"]
    assert torch.equal(answer, torch.ones(2))
    assert not answer.requires_grad


def test_arguments_come_as_in_a_box() -> None:
    """Tuples as tuples, NumPy's arrays as NumPy's, each a copy: both students are asked alike."""
    kinds = live(f=lambda *given: [type(one).__name__ for one in given])
    x = torch.ones(2)
    assert kinds.call("f", x, (0, 1), np.ones(2), 3) == ["Tensor", "tuple", "ndarray", "int"]
    live(f=lambda rows: rows[0].zero_()).call("f", [x])
    assert x.sum() == 2


def test_an_exit_is_a_mistake_of_the_work() -> None:
    """As in a box: it ends the question, and no kernel."""
    with pytest.raises(CheckFailed, match="SystemExit"):
        live(f=lambda: exit(3)).call("f")


def test_a_list_of_parameters_is_a_list() -> None:
    """torch's own list of parameters comes back as a list of tensors."""
    (answer,) = live(parameters=torch.nn.ParameterList([torch.ones(2)]))["parameters"]
    assert torch.equal(answer, torch.ones(2))


class Colour(Enum):
    """Of an IntEnum or an Enum the value is meant."""

    RED = 3


class Level(IntEnum):
    """A number with a name."""

    HIGH = 2


class Alike:
    """A key of a kind that only its text stands for."""

    def __str__(self) -> str:
        return "a"


class Own(list[int]):
    """A list of the student's own, whose methods are not run to read it."""

    def __iter__(self) -> Any:
        raise RuntimeError("not run")

    __len__ = __iter__


Point = namedtuple("Point", "x y")
MOVED = OrderedDict(a=1, b=2)
MOVED.move_to_end("a")


@pytest.mark.parametrize(
    ("value", "answer"),
    [
        (torch.ones(2, 3).shape, [2, 3]),
        (MOVED, {"b": 2, "a": 1}),
        (defaultdict(int, a=1), {"a": 1}),
        (Counter("aab"), {"a": 2, "b": 1}),
        (Point(1, (2.5,)), [1, [2.5]]),
        (Own([1, 2]), [1, 2]),
        (range(2, 8, 3), [2, 5]),
        (deque([1]), [1]),
        ({"a": 1}.values(), [1]),
        (Colour.RED, 3),
        ({Colour.RED: Level.HIGH}, {3: 2}),
        (np.array(["a", "b"]), ["a", "b"]),
        (np.array([[1, "a"]], dtype=object), [[1, "a"]]),
        (np.str_("a"), "a"),
        (
            {1: "a", "1": "b", (1, "c"): None, b"d": True},
            {1: "a", "1": "b", (1, "c"): None, b"d": True},
        ),
        ({(1, 2), 3.5}, {(1, 2), 3.5}),
        (frozenset("ab"), {"a", "b"}),
        (bytearray(b"a" * 99), b"a" * 99),
        ([torch.float32, np.dtype("int64")], [torch.float32, torch.int64]),
        (torch.device("cpu"), "cpu"),
        (np.bool_(True), True),
        ([0.0] * 150_000, [0.0] * 150_000),
        ("x" * 200_000, "x" * 200_000),
    ],
)
def test_what_holds_plain_data_is_plain(value: Any, answer: Any) -> None:
    """Relatives of lists, dicts and numbers are read as these, exactly."""
    found = live(x=value)["x"]
    assert found == answer
    assert type(found) is type(answer)
    assert list(found) == list(answer) if isinstance(answer, dict) else True


@pytest.mark.parametrize(
    ("value", "dtype"),
    [
        (np.ones(2, dtype=np.uint16), torch.int64),
        (torch.ones(2, dtype=torch.uint32), torch.int64),
        (np.ones(2, dtype=np.uint64), torch.int64),
        (np.ones(2, dtype=">f4"), torch.float32),
        (np.ones(2, dtype=np.longdouble), torch.float64),
        (torch.ones(2).to(torch.float8_e5m2), torch.float32),
        (torch.ones(2).to_sparse(), torch.float32),
        (array("d", [1, 1]), torch.float64),
    ],
)
def test_odd_arrays_come_back_as_usual_ones(value: Any, dtype: torch.dtype) -> None:
    """With the same numbers, in a type and a layout that torch counts with."""
    found = live(x=value)["x"]
    assert torch.equal(found, torch.ones(2, dtype=dtype))


def test_many_small_tensors_stay_tensors() -> None:
    """A list of losses that were never made numbers is one of tensors to its end."""
    found = live(x=list(torch.ones(1500)))["x"]
    assert len(found) == 1500
    assert all(isinstance(one, torch.Tensor) for one in found)


def test_a_complex_number_is_a_tensor() -> None:
    """Python's own has no other plain form."""
    assert live(x=1 + 2j)["x"] == torch.tensor(1 + 2j, dtype=torch.complex128)


def test_a_column_of_a_table_is_an_array(monkeypatch: pytest.MonkeyPatch) -> None:
    """What pandas holds is read by NumPy."""

    class Series:
        def to_numpy(self) -> Any:
            return np.ones(2)

    Series.__module__ = "pandas.core.series"
    monkeypatch.setitem(sys.modules, "pandas", ModuleType("pandas"))
    assert torch.equal(live(x=Series())["x"], torch.ones(2, dtype=torch.float64))


@pytest.mark.parametrize(
    "value",
    [
        object(),
        torch.nn.Linear(1, 1),
        torch.ones(2, device="meta"),
        [object()],
        {Alike(): 1, Alike(): 2},
        (number for number in range(3)),
        np.datetime64("2029-12-31"),
        np.array([2**64 - 1], dtype=np.uint64),
        2**70,
        "x" * 1_000_001,
        [0] * 300_000,
    ],
    ids=lambda value: type(value).__name__,
)
def test_other_things_cannot_be_judged(value: Any) -> None:
    """What is outside the closed set fails with a sentence that says what to do."""
    with pytest.raises(CheckFailed, match=r"judged: turn it into a tensor, a number, a list"):
        _ = live(x=value)["x"]


@pytest.mark.parametrize(
    "value",
    [
        {k: k for k in range(99_000)},
        {(k, k): k for k in range(99_000)},
        {k: k for k in range(150_000)},
        set(range(150_000)),
        {str(k) for k in range(99_000)},
        [{1: 2}] * 90_000,
    ],
    ids=["numbers", "tuples", "more", "set", "text", "list"],
)
def test_keys_count_as_what_they_are(value: Any) -> None:
    """However many keys there are, the answer is evidence, or is said to be too large."""
    with suppress(CheckFailed):
        assert live(x=value)["x"] == value


def test_a_missing_name_is_not_reached() -> None:
    """Neither wrong nor right: the answer does not exist yet."""
    with pytest.raises(NotReached, match="y is not defined"):
        _ = live(x=1)["x", "y"]
    with pytest.raises(NotReached, match="predict is not defined"):
        live().call("predict", torch.ones(1))


def test_code_that_raises_fails_with_its_error() -> None:
    """What the student's code raised is said, in one line."""
    with pytest.raises(CheckFailed, match=r"f\(\.\.\.\) raised TypeError"):
        live(f=lambda: 1).call("f", torch.ones(1))
    with pytest.raises(CheckFailed, match=r"f\.weight raised AttributeError"):
        _ = live(f=1)["f.weight"]


def test_functions_cannot_change_the_inputs_of_the_judge() -> None:
    """Every call gets fresh copies."""
    x = torch.ones(3)
    assert torch.equal(live(f=lambda v: v.mul_(2)).call("f", x), 2 * x)
    assert torch.equal(x, torch.ones(3))


def test_gradients_leave_the_students_own_alone() -> None:
    """Asking for gradients touches no `.grad`, and None stands where no path leads."""
    w, b = torch.ones(1, requires_grad=True), torch.ones(1, requires_grad=True)
    work = live(parameters=[w, b], predict=lambda x: w * x)
    gradient, none = work.grad("predict", torch.arange(3.0), wrt="parameters")
    assert torch.equal(gradient, torch.tensor([3.0]))
    assert none is None
    assert w.grad is None
    assert live(f=lambda x: x.detach()).grad("f", torch.ones(2)) == [None]


def test_assigned_values_last_for_one_question() -> None:
    """Tensors lent other values, even of another dtype, have their own again afterwards."""
    model = torch.nn.Linear(2, 1)
    before = [parameter.detach().clone() for parameter in model.parameters()]
    zeros = [torch.zeros_like(value, dtype=torch.float64) for value in before]
    work = live(model=model)
    answer = work.call("model", torch.ones(3, 2, dtype=torch.float64), assign={"model": zeros})
    assert torch.equal(answer, torch.zeros(3, 1, dtype=torch.float64))
    for now, then in zip(model.parameters(), before, strict=True):
        assert torch.equal(now, then)
    with pytest.raises(CheckFailed, match="2 tensors, not 1"):
        work.call("model", torch.ones(1, 2), assign={"model": zeros[:1]})


def test_models_predict_in_eval_mode() -> None:
    """Dropout is off while asked, and every part has its own mode again afterwards."""
    model = torch.nn.Sequential(torch.nn.Dropout(0.9), torch.nn.Dropout(0.9).eval())
    answer = live(model=model).predict("model", torch.ones(50))
    assert torch.equal(answer, torch.ones(50))
    assert [part.training for part in model] == [True, False]


def test_estimators_predict_from_numpy() -> None:
    """An object with `predict` is asked as scikit-learn's are."""

    class Half:
        def predict(self, rows: Any) -> Any:
            return np.asarray(rows)[:, 0] / 2

    assert torch.equal(live(m=Half()).predict("m", torch.ones(2, 3)), torch.full((2,), 0.5))


def test_hidden_questions_have_no_answer_here() -> None:
    """Rerun, source and printed are for hidden checks: using them here is the author's mistake."""
    for ask in (live().rerun, live().source, live().printed):
        with pytest.raises(TypeError, match="only a hidden check"):
            ask("curve")


def test_what_a_call_leaves_behind_can_be_read() -> None:
    """Names, and arguments by their place, are read after the call; the object stays as it was."""

    class Counter:
        calls = 0
        seen = torch.zeros(2)

        def add(self, x: torch.Tensor) -> int:
            self.calls += 1
            self.seen = self.seen + x
            x += 1
            return 7

    work = live(counter=Counter())
    answer = work.call("counter.add", torch.ones(2), then=["counter.calls", "0", "counter.seen"])
    assert answer[:2] == [7, 1]
    assert torch.equal(answer[2], 2 * torch.ones(2))
    assert torch.equal(answer[3], torch.ones(2))
    assert work["counter.calls"] == 0
    with pytest.raises(CheckFailed, match="AttributeError"):
        work.call("counter.add", torch.ones(2), then=["counter.nothing"])


def test_asking_ahead_runs_nothing_here() -> None:
    """A question costs nothing in the kernel itself, and has no side effect before it is asked."""
    calls: list[float] = []
    work = live(f=calls.append)
    work.ask_ahead(*(lambda s, x=x: s.call("f", x) for x in (1.0, 2.0)))
    assert calls == []
