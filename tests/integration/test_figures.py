"""Figures: what stays is what a kernel shows, what is thrown away was never made, and what
drawing asks again is remembered."""

import json
import re
from typing import Any

import pytest
from figures import AT_ONCE, alike
from small_boxes import MakeBox

from autograder.config import RunLimits

LIMITS = RunLimits(cell_seconds=20, notebook_seconds=60, probe_seconds=1, memory_mib=1024)
HEAD = """
import warnings
import matplotlib as mpl
import matplotlib.pyplot as plt
import numpy as np
import torch
from IPython.display import clear_output, display
x, y = torch.linspace(0, 1, 20), torch.linspace(0, 1, 20) ** 2
losses = []
"""
LOOP = "for step in range(4):\n    losses.append(1.0 / (step + 1))\n    clear_output(True)\n"
PYPLOT = (
    LOOP
    + """
    plt.figure(figsize=(5, 3))
    plt.scatter(x, y, s=8)
    plt.plot(losses, "r--", label=f"loss {losses[-1]:.2f}")
    plt.title(f"step {step}"); plt.xlabel("x"); plt.ylabel("y")
    plt.yscale("log"); plt.axhline(losses[-1], color="C3"); plt.xlim(0, 5)
    plt.grid(True); plt.legend(loc="upper right")
    plt.show()
"""
)
SUBPLOTS = (
    LOOP
    + """
    figure, (left, right) = plt.subplots(1, 2, figsize=(8, 3), layout="constrained")
    left.scatter(x, y, s=8, alpha=0.6, label="data")
    left.set(title=f"step {step}", xlabel="x", ylabel="y")
    left.legend()
    right.semilogy(range(len(losses)), losses, label="loss")
    right.legend()
    plt.show()
"""
)
SHORT = LOOP + "    figure, axes = plt.subplots()\n    axes.plot(losses, label='loss')\n"
PATTERNS = {
    "pyplot": PYPLOT,
    "subplots": SUBPLOTS,
    "another axes of the same figure": LOOP
    + """
    plt.subplot(1, 2, 1); plt.plot(x, y); plt.subplot(1, 2, 2); plt.plot(losses)
    plt.subplot(1, 2, 1); plt.plot(y, x); plt.suptitle("a"); plt.show()
""",
    "arrays of two columns, and columns": LOOP
    + """
    plt.plot(np.ones((3, 2)) * step); plt.plot(np.arange(3), np.arange(3)[:, None]); plt.show()
""",
    "nothing shown, but the cell ends": SHORT,
    "changed after it was shown": SHORT + "    plt.show()\n    axes.set_title('late')\n",
    "data changed after they were plotted": SHORT + "    losses[0] = 9.0\n    plt.show()\n",
    "data changed in place": LOOP + "    plt.plot(x, y); x.mul_(2); y[0] = 7; plt.show()\n",
    "the value is used": LOOP
    + """
    line, = plt.plot(losses); line.set_color("C5"); plt.scatter(x, y).set_alpha(0.1); plt.show()
""",
    "the value is added up": LOOP
    + """
    figure, axes = plt.subplots(); other = axes.twinx()
    lines = axes.plot(losses, label="a") + other.plot(x, y, "C1", label="b")
    axes.legend(lines, [one.get_label() for one in lines]); plt.show()
""",
    "the value is the cell's": "clear_output()\nplt.plot([1, 2])",
    "looked at": SHORT + "    axes.plot(x, y); print(axes, axes.get_xlim(), len(axes.lines))\n",
    "asked for its figure": SHORT + "    print(axes.figure is figure, axes in figure.axes)\n",
    "drawn upon itself": SHORT + "    axes.text(0, 0, 'a'); axes.fill_between(x, y); plt.show()\n",
    "laid out tightly": SHORT + "    axes.set_ylabel('y'); plt.tight_layout(); plt.show()\n",
    "shared": LOOP
    + """
    figure, axes = plt.subplots(2, 2, sharex=True, sharey="row")
    for one in axes.flat: one.plot(x, step * y)
    plt.show()
""",
    "an image": LOOP + "    plt.imshow(torch.ones(3, 3) * step); plt.colorbar(); plt.show()\n",
    "settings that change between": LOOP
    + """
    mpl.rcParams["lines.linewidth"] = 1 + step
    plt.plot(losses); mpl.rcParams["axes.titlesize"] = 20; plt.title("a"); plt.show()
""",
    "a style": LOOP
    + """
    with plt.style.context("ggplot"):
        plt.plot(losses); plt.show()
""",
    "the same figure again": """
figure, axes = plt.subplots()
for step in range(3):
    axes.clear(); axes.plot([step, 1]); clear_output(True); display(figure)
plt.close()
""",
    "cleared after it was shown": """
for step in range(4):
    plt.plot([1, step]); plt.show(); clear_output(True)
plt.plot([1, 2]); plt.show()
""",
    "closed": SHORT + "    plt.close()\nplt.plot(losses)\n",
    "saved": SHORT + "    figure.savefig('a.png')\nprint(len(open('a.png', 'rb').read()))\n",
    "without labels": LOOP + "    plt.plot(losses); plt.legend(); plt.show()\n",
    "with a warning always": LOOP
    + """
    warnings.simplefilter("always"); plt.plot(losses); plt.xlim(1, 1); plt.legend()
plt.show()
""",
    "a warning that is caught": LOOP
    + """
    with warnings.catch_warnings(record=True) as caught:
        plt.plot(losses); plt.legend()
    print([(str(one.message)[:30], one.lineno) for one in caught])
plt.show()
""",
    "a warning that raises": LOOP
    + """
    warnings.simplefilter("error"); plt.plot(losses); plt.legend()
""",
    "wrong shapes": LOOP + "    plt.plot(x, y); plt.plot(x, y[:-1] if step == 2 else y)\n",
    "wrong shapes, caught": LOOP
    + """
    try: plt.plot(x, y[: 20 - step])
    except ValueError as problem: print(problem)
plt.show()
""",
    "a wrong option": LOOP + "    plt.plot(losses, colour='red')\n",
    "a gradient": LOOP + "    plt.plot(x.requires_grad_(), y)\n",
    "not a number": LOOP + "    plt.plot([1.0, float('nan'), step]); plt.ylim(0, 4); plt.show()\n",
    "words": LOOP + "    plt.plot(['a', 'b'], [1, step]); plt.show()\n",
    "kept and used in the next cell": SHORT + "%%next%%\naxes.set_title('later'); figure",
    "copied": "import copy\n" + SHORT + "    other = copy.deepcopy(figure)\n    display(other)\n",
    "interrupted by an error": SHORT + "    plt.show()\n    1 / (2 - step)\n",
    "a method taken off": LOOP + "    draw = plt.gca().plot\n    draw(losses); plt.show()\n",
    "a method that was replaced": LOOP
    + """
    if step == 2:
        from matplotlib.axes import Axes
        plot = Axes.plot
        Axes.plot = lambda *given, **options: (print("replaced"), plot(*given, **options))[1]
    plt.plot(losses); plt.show()
""",
    "many of them, laid out together": """
figure, grid = plt.subplots(2, 2, figsize=(8, 6), layout="constrained")
for one in grid.flat:
    one.plot(x, y, label="$x^2$"); one.set_xlabel("x\\ntwo lines"); one.legend()
grid[0, 0].set_xscale("log"); grid[0, 0].set_title("log", loc="left")
grid[0, 1].twinx().plot(x, 1000 * y, "C1"); grid[1, 0].tick_params(axis="x", labelrotation=30)
grid[1, 1].minorticks_on(); grid[1, 1].set_aspect("equal")
figure.suptitle("all"); figure.text(0.5, 0.5, "a long text " * 20, wrap=True)
plt.show()
""",
    "axes through zero": """
for adjustable in ("datalim", "box"):
    figure, axes = plt.subplots(figsize=(6, 2)); axes.plot(x - 0.3, 3 * y - 1); axes.set_title("a")
    axes.spines[["left", "bottom"]].set_position("zero")
    axes.set_aspect("equal", adjustable=adjustable)
    axes.tick_params(pad=9, top=True, labeltop=True)
    plt.show()
""",
    "round": """
axes = plt.subplot(projection="polar"); axes.plot(x, y); axes.set_theta_offset(1); plt.show()
""",
    "in space": "axes = plt.subplot(projection='3d'); axes.plot(x, y, y); plt.show()",
    "days": """
days = np.datetime64("2024-01-01") + np.arange(20)
plt.plot(days, y); plt.gcf().autofmt_xdate(); plt.show()
""",
    "bars, pies and boxes": """
figure, (a, b, c) = plt.subplots(1, 3)
a.bar(["one", "two"], [1, 2]); b.pie([1, 2], labels=["one", "two"]); c.boxplot([[1, 2, 9]])
plt.tight_layout(); plt.show()
""",
    "ticks with names of one's own": """
from matplotlib.ticker import FuncFormatter
asked = []
figure, axes = plt.subplots(); axes.plot(x, y)
axes.xaxis.set_major_formatter(FuncFormatter(lambda x, place: str(asked.append(x) or len(asked))))
plt.show()
%%next%%
print(len(asked))
""",
    "an artist of one's own": """
from matplotlib.lines import Line2D
class Growing(Line2D):
    def draw(self, renderer):
        self.axes.tick_params(labelsize=4 + self.axes.xaxis.label.get_size() / 2)
        self.axes.xaxis.label.set_size(20)
        super().draw(renderer)
figure, axes = plt.subplots(); axes.add_line(Growing([0, 1], [0, 1])); axes.set_xlabel("x")
plt.show()
""",
    "somebody who listens": """
figure, axes = plt.subplots(); axes.plot(x, y)
figure.canvas.mpl_connect("draw_event", lambda event: axes.set_title(axes.get_title() + "a"))
plt.show()
""",
    "called by others": LOOP
    + """
    figure, axes = plt.subplots(); lines = list(map(axes.plot, [x, y])); print(len(lines[0]))
    (lambda: axes.plot(losses))(); plt.show()
""",
}


def outputs(make_box: MakeBox, *cells: str) -> list[list[dict[str, Any]]]:
    """What cells show, but for the first one, in a box of their own."""
    box = make_box(LIMITS)
    return [box.run(cell).outputs for cell in cells][1:]


def without_addresses(shown: list[list[dict[str, Any]]]) -> str:
    """Outputs as text, in which objects stand nowhere."""
    return re.sub(r"0x[0-9a-f]{6,}", "0x", json.dumps(shown))


@pytest.mark.parametrize("pattern", PATTERNS)
def test_the_picture_is_that_of_axes_made_at_once(make_box: MakeBox, pattern: str) -> None:
    """Every output, warnings, errors and each byte of the pictures, is as without shortcuts."""
    cells = PATTERNS[pattern].split("%%next%%\n")

    seen: list[list[dict[str, Any]]] = []

    def shown(head: str) -> str:
        seen[:] = outputs(make_box, head, *cells)
        return without_addresses(seen)

    assert alike(lambda: shown(HEAD), lambda: shown(HEAD + AT_ONCE))
    assert any(seen)


COUNTED = """
from matplotlib import axis
made, make = 0, axis.XAxis.__init__
def count(*given, **options):
    global made
    made += 1
    make(*given, **options)
axis.XAxis.__init__ = count
"""


@pytest.mark.parametrize("pattern", ["pyplot", "subplots", "nothing shown, but the cell ends"])
def test_axes_that_nobody_sees_are_not_made(make_box: MakeBox, pattern: str) -> None:
    """Twenty epochs make no more axes than four."""

    def made(epochs: int) -> str:
        cell = PATTERNS[pattern].replace("range(4)", f"range({epochs})")
        if "plt.show()" not in cell:
            cell += "    plt.show()\n"
        *_, told = outputs(make_box, HEAD + COUNTED, cell, "print(made)")
        return str(told[0]["text"])

    assert made(20) == made(4)


REMEMBERED = """
from matplotlib.ticker import MaxNLocator
asked, ask = 0, MaxNLocator.tick_values
def count(*given):
    global asked
    asked += 1
    return ask(*given)
MaxNLocator.tick_values = count
"""


def test_what_drawing_asks_again_is_remembered(make_box: MakeBox) -> None:
    """Ticks are found in less than half as many steps as without a memory."""
    cells = REMEMBERED, "plt.subplots(2, 2); plt.show()", "print(asked)"
    *_, told = outputs(make_box, HEAD, *cells)
    *_, plainly = outputs(make_box, HEAD + AT_ONCE, *cells)
    assert 0 < 2 * int(told[0]["text"]) < int(plainly[0]["text"])
