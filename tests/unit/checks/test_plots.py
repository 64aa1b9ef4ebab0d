"""What a check can ask of a figure."""

import math
from types import SimpleNamespace
from typing import Any

import pytest
import torch
from matplotlib.figure import Figure

from autograder.checks import CheckFailed, Student, plots_of
from autograder.judging.current_check import Running, running
from autograder.judging.in_kernel import Kernel


def student(**names: Any) -> Student:
    """A student whose kernel has these names."""
    return Student(Kernel(names))


def drawn() -> Any:
    """A figure with two pairs of axes, as a student draws them."""
    figure: Any = Figure()
    left, right = figure.subplots(1, 2)
    left.plot([1, 2, 3], [4.0, 5.0, 6.0], label="loss")
    left.plot([0.0, math.inf], [1.0, 2.0])
    left.set(title="Training", xlabel="step", ylabel="loss", yscale="log")
    right.scatter([1], [2])
    return figure


def test_a_figure_tells_labels_scales_and_lines() -> None:
    """What stands at the axes, and the points of each line; a line without a label has none."""
    with running(Running()):
        left, right = plots_of("fig", student(fig=drawn()).theirs("fig"))
    assert (left.title, left.xlabel, left.ylabel) == ("Training", "step", "loss")
    assert (left.xscale, left.yscale, right.yscale) == ("linear", "log", "linear")
    assert [line.label for line in left.lines] == ["loss", ""]
    assert left.lines[0].y.tolist() == [4, 5, 6]
    assert torch.equal(left.lines[0].x, torch.tensor([1.0, 2, 3], dtype=torch.float64))
    assert right.lines == ()


def test_axes_alone_are_one_plot() -> None:
    """A student may keep the axes, and not the figure."""
    with running(Running()):
        (plot,) = plots_of("ax", student(ax=drawn().axes[0]).theirs("ax"))
    assert plot.title == "Training"


class Liar:
    """Axes that answer with what no axes have."""

    def get_lines(self) -> list[Any]:
        """One line, whose points are none."""
        line = SimpleNamespace(get_label=lambda: "a", get_xydata=lambda: [1, 2])
        return [line]

    def get_title(self) -> str:
        """A text."""
        return ""

    get_xlabel = get_ylabel = get_xscale = get_yscale = get_title


@pytest.mark.parametrize(
    ("held", "sentence"),
    [
        (3, "fig is no figure of Matplotlib's, and no axes of one"),
        (Liar(), "fig has a line that could not be read"),
    ],
)
def test_what_is_no_figure_is_a_mistake(held: Any, sentence: str) -> None:
    """Whatever stands there, the student is told of it and the check ends."""
    with running(Running()), pytest.raises(CheckFailed, match=sentence):
        plots_of("fig", student(fig=held).theirs("fig"))
