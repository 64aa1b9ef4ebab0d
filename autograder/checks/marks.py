"""The marks of a check: its exercise and its points."""

import math

import pytest


def exercise(id: str) -> pytest.MarkDecorator:  # noqa: A002 - the word of the design
    """Say which exercise a check, or with ``pytestmark`` a whole file, judges.

    Raises ValueError for an empty id.
    """
    if not id or not id.replace("_", "a").isalnum():
        raise ValueError(f"an exercise's id is letters, digits and underscores, not {id!r}")
    return pytest.mark.exercise(id)


def points(number: float, hint: str = "") -> pytest.MarkDecorator:
    """Say what a check is worth, and what a student may look at when it fails.

    Each case of a parametrized check is worth this much.  Raises ValueError unless the number of
    points is positive and finite.
    """
    if isinstance(number, bool) or not (math.isfinite(number) and number > 0):
        raise ValueError(f"points are a positive number, not {number!r}")
    return pytest.mark.points(float(number), hint)
