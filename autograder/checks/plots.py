"""A figure of the student's, as what a check can ask about."""

from dataclasses import dataclass

import torch

from autograder.judging.current_check import CheckFailed
from autograder.judging.theirs import Theirs


@dataclass(frozen=True, slots=True)
class Line:
    """A line of a plot: its label in the legend, and its points, each of shape (N,)."""

    label: str
    x: torch.Tensor
    y: torch.Tensor


@dataclass(frozen=True, slots=True)
class Plot:
    """One pair of axes: texts as they stand, scales as Matplotlib names them."""

    title: str
    xlabel: str
    ylabel: str
    xscale: str
    yscale: str
    lines: tuple[Line, ...]


def plots_of(name: str, figure: Theirs) -> tuple[Plot, ...]:
    """What each pair of axes of a figure of Matplotlib's shows, in the order of their making.

    The figure, or one pair of axes, must still have a name in the notebook:
    ``plots_of("fig", student.theirs("fig"))``.  Raises CheckFailed where it is neither.
    """
    if hasattr(figure, "get_lines"):
        return (_plot(name, figure),)
    if not hasattr(figure, "get_axes"):
        raise CheckFailed(f"{name} is no figure of Matplotlib's, and no axes of one")
    return tuple(_plot(name, axes) for axes in figure.get_axes())


def _plot(name: str, axes: Theirs) -> Plot:
    asked = ("title", "xlabel", "ylabel", "xscale", "yscale")
    texts = {one: getattr(axes, f"get_{one}")().read() for one in asked}
    if not all(type(text) is str for text in texts.values()):
        raise CheckFailed(f"{name} has a label that is no text")
    return Plot(**texts, lines=tuple(_line(name, line) for line in axes.get_lines()))


def _line(name: str, line: Theirs) -> Line:
    label, points = line.get_label().read(), line.get_xydata().read()
    if type(label) is not str or not isinstance(points, torch.Tensor) or points.shape[1:] != (2,):
        raise CheckFailed(f"{name} has a line that could not be read")
    return Line("" if label.startswith("_") else label, points[:, 0], points[:, 1])
