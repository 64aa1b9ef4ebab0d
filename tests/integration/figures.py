"""A cell that does without what makes figures cheap, and whether it makes a difference."""

from collections.abc import Callable

AT_ONCE = """
from autograder.guest.figures.axes import LazyAxes
LazyAxes.waits = staticmethod(lambda: False)
from contextlib import nullcontext as _plainly
from autograder.guest import displaying as _outputs
_outputs.remembering = _plainly
"""


def alike(one: Callable[[], object], other: Callable[[], object]) -> bool:
    """Whether two ways show the same, at the third attempt at the latest.

    Once in hundreds of pictures matplotlib alone shades a pixel otherwise: the last digit of where
    a line goes depends on where in memory its numbers lie.
    """
    return any(one() == other() for _ in range(3))
