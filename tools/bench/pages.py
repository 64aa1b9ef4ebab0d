"""What was measured, as tables in Markdown: for the terminal, and between marks in a document."""

import re
from collections.abc import Callable, Sequence
from pathlib import Path
from statistics import median
from typing import Any

from tools.bench.figures import Figure, ratio

_NAMES = {
    "backprop": "`backprop`, with live plots",
    "light": "light: one function, no plots",
    "heavy": "heavy: real training, no plots",
}
_BLOCK = "<!-- bench: {} -->\n"
_END = "<!-- /bench -->"


def tables(told: dict[str, Any]) -> dict[str, str]:
    """A table for each part that was measured, by its name in the document."""
    made: dict[str, Callable[[], str]] = {
        "machine": lambda: f"{told['machine']}\n",
        "compared": lambda: _compared(told["compared"]),
        "starts": lambda: _starts(told["start"], told.get("compared", {})),
        "phases": lambda: _phases(told["phases"]),
        "boxes": lambda: _boxes(told["boxes"]),
        "memory": lambda: _memory(told["memory"]),
        "workers": lambda: _workers(told["workers"]),
        "scaling": lambda: _scaling(told["scaling"]),
    }
    return {name: make() for name, make in made.items() if needs(name) in told}


def needs(table: str) -> str:
    """The part of the measurements that a table is made of."""
    return "start" if table == "starts" else table


def rewrite(page: Path, made: dict[str, str]) -> None:
    """Put the tables between their marks.  Raises ValueError for a table without a place."""
    text = page.read_text("utf-8")
    for name, table in made.items():
        text = placed(text, name, table)
    page.write_text(text, "utf-8")


def placed(text: str, name: str, table: str) -> str:
    """A text with a table between the marks of its name; what stood there goes."""
    block = re.compile(f"({re.escape(_BLOCK.format(name))}).*?({re.escape(_END)})", re.DOTALL)
    if len(block.findall(text)) != 1:
        raise ValueError(f"the page has no one place for the table {name}")
    return block.sub(lambda found: f"{found[1]}{table}{found[2]}", text)


def _compared(told: dict[str, Any]) -> str:
    rows = [
        [
            _NAMES[name],
            Figure(**one["stock"]["each"]).text(),
            Figure(**one["ours"]["each"]).text(3),
            Figure(**one["limit"]["each"]).text(3),
            Figure(**one["stock / ours"]).text(1),
            Figure(**one["ours / limit"]).text(),
        ]
        for name, one in told.items()
    ]
    heads = ["seconds per submission", "stock nbgrader", "autograder", "the limit"]
    return _table([*heads, "nbgrader / autograder", "autograder / limit"], rows)


def _starts(told: dict[str, float], compared: dict[str, Any]) -> str:
    rows = [[name, f"{seconds:.2f}"] for name, seconds in told.items()]
    for grader, name in (("ours", "autograder grade"), ("stock", "nbgrader autograde")):
        starts = [one[grader]["start"]["median"] for one in compared.values()]
        if starts:
            rows.append([f"`{name}`, all that is not a submission's", f"{median(starts):.2f}"])
    return _table(["once for a command", "s"], rows)


def _phases(told: dict[str, dict[str, float]]) -> str:
    parts = list(dict.fromkeys(part for one in told.values() for part in one))
    rows = [[part, *(f"{one[part]:,.1f}" for one in told.values())] for part in parts]
    return _table(["ms per submission", *told], rows)


def _boxes(told: dict[str, float]) -> str:
    rows = [[name, f"{milliseconds:.1f}"] for name, milliseconds in told.items()]
    return _table(["from the fork of a box to its end", "ms"], rows)


def _memory(told: dict[str, Any]) -> str:
    boxes: Sequence[int] = told["boxes"]
    rows = [
        ["clerk", str(told["clerk"])],
        ["box template, shared by all boxes", str(told["template"])],
        ["judge template, shared by all judges", str(told["judges"])],
    ]
    if boxes:
        rows.append(["a box, what it does not share, at its peak", str(int(median(boxes)))])
        rows.append(["the first and the last box of the class", f"{boxes[0]}, {boxes[-1]}"])
    return _table(["while `backprop` is graded", "MiB"], rows)


def _workers(told: dict[str, list[float]]) -> str:
    gain = ratio(told["one"], told["two"], paired=True)
    rows = [
        ["one", f"{median(told['one']):.1f}", "1"],
        ["two", f"{median(told['two']):.1f}", gain.text()],
    ]
    return _table(["workers", "s for a mixed class, without the start", "times as fast"], rows)


def _scaling(told: dict[str, float]) -> str:
    rows = [[size, f"{seconds:.1f}"] for size, seconds in told.items()]
    return _table(["light submissions", "s in all, one worker"], rows)


def _table(heads: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    lines = [heads, ["---", *["---:"] * (len(heads) - 1)], *rows]
    return "".join(f"| {' | '.join(line)} |\n" for line in lines)
