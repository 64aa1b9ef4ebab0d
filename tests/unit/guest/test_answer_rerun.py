"""An answer that is run again for a question."""

from types import SimpleNamespace
from typing import Any

import pytest

from autograder.guest.answer_rerun import run_again


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
    with run_again(shell, [f"x = t + 1\nnew = x\ndel other{end}"], {"t": 5}, {}, ["x"]):
        assert shell.user_ns["x"] == 6
    assert shell.user_ns == before
    assert not shell.outputs.muted


def test_a_rerun_that_stops_before_it_made_what_is_asked_for_is_the_students() -> None:
    """The name still holds what the first run made: that would answer for values never used."""
    shell: Any = FakeShell(t=1, x=2)
    with pytest.raises(ZeroDivisionError), run_again(shell, ["1 / 0\nx = t"], {"t": 5}, {}, ["x"]):
        pass
    assert {name: shell.user_ns[name] for name in "tx"} == {"t": 1, "x": 2}
