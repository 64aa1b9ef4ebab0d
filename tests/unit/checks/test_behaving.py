"""Errors that are expected, and things that must stay, on a namespace like a student's."""

from collections.abc import Iterator
from typing import Any

import pytest
import torch

from autograder.checks import CheckFailed, NotReached, raises, unchanged
from autograder.judging.current_check import Running, running
from autograder.judging.in_kernel import Kernel
from autograder.judging.students import Student

X = torch.tensor([1.0, float("nan"), -0.0])


class OddError(Exception):
    """A kind of the student's own."""


@pytest.fixture(autouse=True)
def check() -> Iterator[None]:
    """A visible check is running, and has a replica."""
    with running(Running()):
        yield


def refuse(kind: str) -> Any:
    """Raise an exception of a kind."""
    raise {"value": ValueError, "odd": OddError, "key": KeyError}[kind](f"secret {kind} of X")


def student() -> Student:
    """A namespace with functions that raise, and others that change what they get."""
    names = {
        "refuse": refuse,
        "double": lambda x: x * 2,
        "clear": lambda x: x.zero_(),
        "grow": lambda items: items.append(1),
        "held": [1, 2],
    }
    return Student(Kernel(names))


@pytest.mark.parametrize("hidden", [False, True])
@pytest.mark.parametrize(
    ("kind", "kinds", "match"),
    [
        ("value", (ValueError,), ""),
        ("value", (TypeError, "ValueError"), "secret"),
        ("key", (LookupError,), "key of"),
        ("odd", ("OddError",), ""),
        ("odd", (Exception,), ""),
        ("odd", (), "od{2}"),
    ],
)
def test_what_raises_as_it_should_passes(
    kind: str, kinds: tuple[Any, ...], match: str, hidden: bool
) -> None:
    """A kind is a class or a name; bases count, and so does any kind where none is given."""
    with running(Running(hidden=hidden)), raises("refuse(...)", *kinds, match=match):
        student().call("refuse", kind)


@pytest.mark.parametrize(
    ("function", "argument", "kinds", "match", "sentence"),
    [
        ("double", X, (ValueError,), "", "it raises nothing, ValueError was expected"),
        ("double", X, (), "", "it raises nothing, an error was expected"),
        (
            "refuse",
            "value",
            (KeyError, "Odd"),
            "",
            "it raises ValueError, KeyError or Odd was expec",
        ),
        ("refuse", "odd", (KeyError,), "", "it raises another error, KeyError was expected"),
        (
            "refuse",
            "value",
            (ValueError,),
            "posi",
            "it raises ValueError, but its message does not",
        ),
    ],
)
def test_what_does_not_is_told(
    function: str, argument: Any, kinds: tuple[Any, ...], match: str, sentence: str
) -> None:
    """The finding says what was expected, and holds no words of the student's."""
    with (
        running(Running(hidden=True)),
        pytest.raises(CheckFailed) as failure,
        raises("it", *kinds, match=match),
    ):
        student().call(function, argument)
    assert failure.value.sentence.startswith(sentence)
    assert "secret" not in failure.value.sentence


def test_an_error_where_objects_are_made() -> None:
    """Objects in a replica raise like functions do."""
    with raises("refuse(...)", ValueError):
        student().make("refuse", "value")


def test_what_is_missing_is_not_reached() -> None:
    """A name that is not there has raised nothing."""
    with pytest.raises(NotReached), raises("zzz(...)", NameError):
        student().call("zzz")


def test_what_is_left_alone_passes() -> None:
    """Values with nan and with a negative zero are compared bit by bit."""
    work = student()
    x, held = work.lend(X), work.theirs("held")
    with unchanged("double(x)", x=x, held=held):
        work.make("double", x)


@pytest.mark.parametrize(("function", "what"), [("clear", "x"), ("grow", "the list held")])
def test_what_changes_is_named(function: str, what: str) -> None:
    """Arguments and names of the student's are compared by what they hold."""
    work = student()
    held = {"x": work.lend(X), "the list held": work.theirs("held")}
    with (
        pytest.raises(CheckFailed, match=f"it changes {what}"),
        unchanged("it", **held),
    ):
        work.make(function, held[what])


def test_an_error_in_the_block_is_the_finding() -> None:
    """It is told, and not what had changed by then."""
    work = student()
    with pytest.raises(CheckFailed, match="raised ValueError"), unchanged("it", x=work.lend(X)):
        work.make("refuse", "value")
