"""The picture of what was measured, for the document."""

from pathlib import Path
from typing import Any

import matplotlib as mpl
from matplotlib.axes import Axes
from matplotlib.figure import Figure

_GRADERS = (
    ("stock", "stock nbgrader", "C3"),
    ("ours", "autograder", "C0"),
    ("limit", "the limit", "0.6"),
)
PANELS = {"compared", "phases", "scaling"}  # what has to be measured for them
_SAME = {"svg.hashsalt": "bench", "svg.fonttype": "none"}  # the same numbers, the same file


def draw(told: dict[str, Any], target: Path) -> None:
    """Three panels: seconds per submission, where they go, and classes that grow."""
    with mpl.rc_context(_SAME):
        figure = Figure(figsize=(11, 3.6), layout="constrained")
        left, middle, right = figure.subplots(1, 3)
        _compared(left, told["compared"])
        _phases(middle, told["phases"])
        _scaling(right, told)
        figure.savefig(target, metadata={"Date": None, "Creator": None})


def _compared(axes: Axes, told: dict[str, Any]) -> None:
    for place, (grader, label, colour) in enumerate(_GRADERS):
        seconds = [one[grader]["each"]["median"] for one in told.values()]
        places = [row + 0.27 * (place - 1) for row in range(len(told))]
        bars = axes.bar(places, seconds, 0.26, color=colour, label=label)
        axes.bar_label(bars, [f"{second:.2g}" for second in seconds], fontsize=7)
    axes.set(title="One submission", ylabel="seconds", yscale="log")
    axes.set_xticks(range(len(told)), list(told))
    axes.set_ylim(top=12 * axes.get_ylim()[1])  # room for the legend
    axes.legend(fontsize=7)


def _phases(axes: Axes, told: dict[str, dict[str, float]]) -> None:
    names = list(told)
    left = dict.fromkeys(names, 0.0)
    for part in told[names[0]]:
        shares = [100 * max(told[name][part], 0) / _sum(told[name]) for name in names]
        axes.barh(names, shares, left=list(left.values()), label=part)
        left = {name: left[name] + share for name, share in zip(names, shares, strict=True)}
    axes.set(title="Where its time goes", xlabel="per cent")
    axes.invert_yaxis()
    axes.legend(fontsize=6, loc="upper center", bbox_to_anchor=(0.5, -0.2), ncols=2)


def _sum(parts: dict[str, float]) -> float:
    return sum(max(part, 0) for part in parts.values())


def _scaling(axes: Axes, told: dict[str, Any]) -> None:
    sizes = [int(size) for size in told["scaling"]]
    axes.plot(sizes, list(told["scaling"].values()), "o-", color="C0", label="autograder, measured")
    stock = told["compared"].get("light", {}).get("stock")
    if stock:
        line = [stock["start"]["median"] + stock["each"]["median"] * size for size in sizes]
        axes.plot(sizes, line, "--", color="C3", label="stock nbgrader, from a few")
    axes.set(title="Classes of light submissions", xlabel="submissions", ylabel="seconds in all")
    axes.set(xscale="log", yscale="log")
    axes.legend(fontsize=7)
