"""What the shell of a box tells of errors."""

from types import SimpleNamespace
from typing import Any

from autograder.guest.shell import Shell


def test_an_interrupt_is_told_without_a_look_at_its_frames() -> None:
    """To word those of a plot takes longer than a cell has that is over its time."""
    told: list[Any] = []
    shell: Any = SimpleNamespace(
        _get_exc_info=lambda given: given, _showtraceback=lambda *one: told.append(one)
    )
    problem = KeyboardInterrupt("over the time limit")
    Shell.showtraceback(shell, (KeyboardInterrupt, problem, None), running_compiled_code=True)
    assert told == [(KeyboardInterrupt, problem, ["KeyboardInterrupt: over the time limit"])]
    assert Shell._format_exception_for_storage(shell, problem) == {}
