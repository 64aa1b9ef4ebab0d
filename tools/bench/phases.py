"""Where a submission's milliseconds go, and what the start costs: timers around our own parts."""

import subprocess
import sys
import time
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from statistics import median
from typing import Any

from autograder.boxes.box import Box
from autograder.boxes.template import Template
from autograder.config import find_course
from autograder.doctor import small_box
from autograder.grading import judge_proxy, results
from autograder.grading.clerk import grade_class
from autograder.grading.judge_proxy import JudgeTemplate
from autograder.grading.workshop import Options, Workshop
from autograder.ledger import Ledger
from tools.bench.courses import Pair
from tools.bench.limit import Limit

_TIMED = (
    # part, whose method, its name
    ("whole", Workshop, "grade"),
    ("fork", Template, "fork"),
    ("confine", Box, "wait_until_ready"),
    ("cells", Box, "run"),
    ("questions", Box, "ask"),
    ("judge fork", JudgeTemplate, "fork"),
    ("judging", judge_proxy.Judge, "judge"),
    ("end", Box, "close"),
    ("ledger", Ledger, "keep"),
    ("writing", results.Writer, "add"),
    ("gradebook", results, "record"),
)


def phases(pair: Pair, students: Sequence[str], repeat: int) -> dict[str, float]:
    """Milliseconds of each part, per submission; medians of the repetitions."""
    seen: dict[str, list[float]] = defaultdict(list)
    course = find_course(pair.ours)
    for _ in range(repeat):
        with timers() as spent:
            grade_class(course, pair.name, students, Options(), force=True)
        for name, part in _parts(spent).items():
            seen[name].append(part * 1000 / len(students))
    with Limit(pair.ours, pair.name) as limit:
        runs = [one["drawing"] for _ in range(repeat) for one in limit.run(students)]
    found = {name: median(values) for name, values in seen.items()}
    drawing = 1000 * sum(runs) / len(runs)
    found["cells"] -= drawing
    return {"figures": drawing, **found}


def _parts(spent: dict[str, float]) -> dict[str, float]:
    """What timers inside timers say of each part alone."""
    inside = ("fork", "confine", "cells", "judge fork", "judging", "end")
    return {
        "cells": spent["cells"],
        "questions": spent["questions"],
        "fork and confinement": spent["fork"] + spent["confine"],
        "judge": spent["judge fork"] + spent["judging"] - spent["questions"],
        "end of the box": spent["end"],
        "reading, rebuilding, the rest": spent["whole"] - sum(spent[one] for one in inside),
        "ledger": spent["ledger"],
        "notebook and gradebook": spent["writing"] + spent["left to record"],
    }


@contextmanager
def timers() -> Iterator[dict[str, float]]:
    """Seconds spent in each part while it lasts."""
    spent: dict[str, float] = defaultdict(float)
    originals = [(owner, name, getattr(owner, name)) for _, owner, name in _TIMED]
    adding = False

    def timed(part: str, original: Callable[..., Any]) -> Callable[..., Any]:
        def call(*arguments: Any, **options: Any) -> Any:
            nonlocal adding
            start = time.perf_counter()
            adding |= part == "writing"
            try:
                return original(*arguments, **options)
            finally:
                # A batch that is full is recorded while the last of it is added.
                own = "left to record" if part == "gradebook" and not adding else part
                spent[own] += time.perf_counter() - start
                adding &= part != "writing"

        return call

    for part, owner, name in _TIMED:
        setattr(owner, name, timed(part, getattr(owner, name)))
    try:
        yield spent
    finally:
        for owner, name, original in originals:
            setattr(owner, name, original)


def start(pair: Pair, repeat: int) -> dict[str, float]:
    """Seconds of what happens once for a command, each part alone; medians."""
    course = find_course(pair.ours)

    def template() -> None:
        with Template() as warm:
            warm.wait_until_warm()

    def judge() -> None:
        with JudgeTemplate(course, pair.name) as warm:
            warm.checks()

    def runs(*command: str) -> Callable[[], None]:
        return lambda: _run(course.root, *command)

    parts = {
        "autograder --help": runs("-m", "autograder", "--help"),
        "the box's template: libraries imported and used once": template,
        "the judge's template: checks collected": judge,
        "nbgrader's gradebook, imported meanwhile": runs(
            "-c", "from autograder import gradebook; gradebook.prepare()"
        ),
    }
    return {name: median(_seconds(part) for _ in range(repeat)) for name, part in parts.items()}


def boxes(repeat: int) -> dict[str, float]:
    """Milliseconds from the fork of a box to its end, bare and with all layers; medians."""
    with Template() as template:
        found = template.find_layers()
        template.wait_until_warm()
        timed: dict[tuple[str, ...], list[float]] = {(): [], found: []}
        for _ in range(repeat):
            for own, milliseconds in timed.items():
                milliseconds.append(1000 * _seconds(lambda own=own: _open(template, own)))
        return {"bare": median(timed[()]), "every layer": median(timed[found])}


def _open(template: Template, layers: tuple[str, ...]) -> None:
    with small_box(template, layers):
        pass


def _seconds(part: Callable[[], None]) -> float:
    begin = time.perf_counter()
    part()
    return time.perf_counter() - begin


def _run(folder: Path, *arguments: str) -> None:
    command = [sys.executable, *arguments]
    subprocess.run(command, cwd=folder, check=True, capture_output=True)  # noqa: S603 - ours
