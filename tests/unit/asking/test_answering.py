"""Questions on a machine with another device; `meta` stands for one that need not be there."""

from typing import Any

import pytest
import torch

from autograder.asking.answering import answer
from autograder.asking.questions import Call, What
from autograder.evidence.values import Array, Value

X = Array("float32", (2,), torch.tensor([1.0, 2.0]).numpy().tobytes())


def asked(names: dict[str, Any], what: What) -> Value:
    """The answer on a machine whose device is `meta`."""
    return answer(names, what, "meta")


def test_what_a_notebook_keeps_on_the_cpu_is_asked_there() -> None:
    """A function of tensors on the CPU is called with tensors on the CPU, others are not."""
    w = torch.tensor([3.0, 4.0])
    names = {"predict": lambda x: x * w, "where": lambda x: str(x.device)}
    found = asked(names, Call("predict", [X]))
    assert isinstance(found, Array)
    assert found.data == torch.tensor([3.0, 8.0]).numpy().tobytes()
    assert asked(names, Call("where", [X])) == "meta"


def test_lent_values_are_given_back() -> None:
    """A tensor has what it was lent for one question alone."""
    w = torch.tensor([3.0, 4.0])
    found = answer({"w": w, "predict": lambda x: x * w}, Call("predict", [X], {"w": [X]}), "cpu")
    assert isinstance(found, Array)
    assert found.data == torch.tensor([1.0, 4.0]).numpy().tobytes()
    assert w.tolist() == [3.0, 4.0]


def test_what_the_code_raises_itself_is_told() -> None:
    """An error that has nothing to do with devices is raised at once."""

    def bad(_: torch.Tensor) -> None:
        raise RuntimeError("of its own")

    with pytest.raises(RuntimeError, match="of its own"):
        asked({"bad": bad}, Call("bad", [X]))
