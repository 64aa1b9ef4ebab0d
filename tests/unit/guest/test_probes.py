"""Questions on a machine with another device; `meta` stands for one that need not be there."""

from types import SimpleNamespace
from typing import Any

import pytest
import torch

from autograder.evidence import Array, Value, encode
from autograder.guest.probes import MissingNameError, answer

X = Array("float32", (2,), torch.tensor([1.0, 2.0]).numpy().tobytes())


def asked(names: dict[str, Any], probe: dict[str, Any], **payload: Value) -> Value:
    """The answer on a machine whose device is `meta`."""
    shell: Any = SimpleNamespace(user_ns=names)
    return answer(shell, probe, dict(payload), {}, "meta")


def test_what_a_notebook_keeps_on_the_cpu_is_asked_there() -> None:
    """A function of tensors on the CPU is called with tensors on the CPU, others are not."""
    w = torch.tensor([3.0, 4.0])
    names = {"predict": lambda x: x * w, "where": lambda x: str(x.device)}
    found = asked(names, {"ask": "call", "function": "predict"}, arguments=[X])
    assert isinstance(found, Array)
    assert encode(found)[1] == [torch.tensor([3.0, 8.0]).numpy().tobytes()]
    assert asked(names, {"ask": "call", "function": "where"}, arguments=[X]) == "meta"


def test_lent_values_are_given_back() -> None:
    """A tensor has what it was lent for one question alone."""
    w = torch.tensor([3.0, 4.0])
    shell: Any = SimpleNamespace(user_ns={"w": w, "predict": lambda x: x * w})
    probe = {"ask": "call", "function": "predict"}
    found = answer(shell, probe, {"arguments": [X], "assign": {"w": [X]}}, {}, "cpu")
    assert isinstance(found, Array)
    assert found.data == torch.tensor([1.0, 4.0]).numpy().tobytes()
    assert w.tolist() == [3.0, 4.0]


def test_what_the_code_raises_itself_is_told() -> None:
    """An error that has nothing to do with devices is raised at once."""

    def bad(_: torch.Tensor) -> None:
        raise RuntimeError("of its own")

    with pytest.raises(RuntimeError, match="of its own"):
        asked({"bad": bad}, {"ask": "call", "function": "bad"}, arguments=[X])


class FakeShell(SimpleNamespace):
    """As much of a shell as a rerun needs."""

    def __init__(self, **names: Any) -> None:
        super().__init__(user_ns=names, outputs=SimpleNamespace(muted=False))

    def transform_cell(self, source: str) -> str:
        """Nothing to transform."""
        return source

    def run_cell(self, source: str, **_: Any) -> Any:
        """Run it, quietly as reruns are."""
        assert self.outputs.muted
        problem = None
        try:
            exec(source, self.user_ns)  # noqa: S102 - a cell of this test
        except Exception as raised:
            problem = raised
        return SimpleNamespace(error_before_exec=None, error_in_exec=problem)


@pytest.mark.parametrize("end", ["", "\n1 / 0"])
def test_a_rerun_leaves_the_names_as_they_were(end: str) -> None:
    """No question sees what another one's rerun made, replaced or deleted, nor how it stopped."""
    shell: Any = FakeShell(t=1, x=2, other=3)
    before = dict(shell.user_ns)
    probe = {"ask": "value", "names": ["x"], "rerun": "curve"}
    sources = {"curve": [f"x = t + 1\nnew = x\ndel other{end}"]}
    assert answer(shell, probe, {"replaced": {"t": 5}}, sources, "cpu") == [6]
    assert shell.user_ns == before
    assert not shell.outputs.muted
    with pytest.raises(MissingNameError):
        answer(shell, {"ask": "value", "names": ["new"]}, {}, {}, "cpu")
