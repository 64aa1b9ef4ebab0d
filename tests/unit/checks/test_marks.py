"""Marks and streams."""

import pytest

from autograder.checks import exercise, points
from autograder.judging.current_check import Stream


@pytest.mark.parametrize("number", [0, -1, float("nan"), float("inf"), True])
def test_points_are_positive(number: float) -> None:
    """A check is worth something."""
    with pytest.raises(ValueError, match="positive"):
        points(number)


@pytest.mark.parametrize("name", ["", "a b", "../x"])
def test_an_exercise_has_a_name(name: str) -> None:
    """An id is letters, digits and underscores."""
    with pytest.raises(ValueError, match="letters"):
        exercise(name)


def test_every_check_has_a_stream_of_its_own() -> None:
    """Another course seed, assignment, check or purpose is another stream; the same is the same."""
    streams = [
        Stream("s", "a", "c"),
        Stream("t", "a", "c"),
        Stream("s", "b", "c"),
        Stream("s", "a"),
    ]
    assert len({stream.seed() for stream in streams}) == 4
    assert streams[0].seed("one") != streams[0].seed("other")
    assert Stream("s", "a", "c").seed() == streams[0].seed()
    assert streams[0].generator().initial_seed() == streams[0].seed()
