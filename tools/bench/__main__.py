"""`make bench`: measure, print, and put the numbers into the document.

python -m tools.bench                                 all of it, printed
python -m tools.bench --only light --json FILE        a part, also as JSON
python -m tools.bench --quick                         shorter, to see that it works
python -m tools.bench --page docs/performance.md      tables and picture there, JSON beside it
"""

import argparse
import json
import platform
import tempfile
from collections.abc import Callable, Sequence
from importlib.metadata import version
from os import sched_getaffinity
from pathlib import Path
from typing import Any

from tools.bench import courses, growth, phases
from tools.bench.comparing import Plan, compare
from tools.bench.pages import rewrite, tables
from tools.bench.plot import PANELS, draw

_PLANS = {
    "backprop": Plan(number=8, repeat=3, stock_number=3, stock_repeat=1),
    "light": Plan(number=100, repeat=5, stock_number=5, stock_repeat=2),
    "heavy": Plan(number=3, repeat=2, stock_number=2, stock_repeat=1),
}
_QUICK = {
    "backprop": Plan(number=3, repeat=1, stock_number=2, stock_repeat=1),
    "light": Plan(number=40, repeat=2, stock_number=3, stock_repeat=1),
    "heavy": Plan(number=2, repeat=1, stock_number=2, stock_repeat=1),
}
_NOT_YET = " Measured with `--quick`: only to show what the page will hold."


class Bench:
    """One run of the benchmark in a folder of its own."""

    def __init__(self, folder: Path, *, quick: bool) -> None:
        self._folder = folder
        self._quick = quick
        self._plans = _QUICK if quick else _PLANS
        self._repeat = 1 if quick else 3
        self._sizes = (10, 100) if quick else (10, 100, 1000)
        self._pairs: dict[str, courses.Pair] = {}

    def parts(self) -> dict[str, Callable[[], dict[str, Any]]]:
        """What can be measured, by the names that `--only` takes."""
        compared = {name: lambda name=name: self._compared(name) for name in _PLANS}
        return compared | {
            "profile": self._profile,
            "memory": lambda: {"memory": self._memory()},
            "workers": lambda: {"workers": growth.workers(self.pair("mixed"), self._repeat)},
            "scaling": lambda: {"scaling": growth.scaling(self.pair("light"), self._sizes)},
        }

    def pair(self, name: str) -> courses.Pair:
        """The courses of an assignment, made when they are first needed."""
        if name not in self._pairs:
            folder = self._folder / name
            makers: dict[str, Callable[[], courses.Pair]] = {
                "backprop": lambda: courses.backprop(folder, self._plans["backprop"].number),
                "light": lambda: courses.light(folder, max(self._sizes)),
                "heavy": lambda: courses.heavy(folder, self._shorter([courses.STEPS] * 3)),
                "mixed": lambda: courses.heavy(folder, courses.MIXED_STEPS),
            }
            self._pairs[name] = makers[name]()
        return self._pairs[name]

    def _shorter(self, steps: Sequence[int]) -> Sequence[int]:
        return [own // 4 for own in steps] if self._quick else steps

    def _compared(self, name: str) -> dict[str, Any]:
        return {"compared": {name: compare(self.pair(name), self._plans[name])}}

    def _profile(self) -> dict[str, Any]:
        found = {}
        for name, plan in self._plans.items():
            pair, repeat = self.pair(name), 1 if name == "heavy" else self._repeat
            students = pair.students[: 1 if name == "heavy" else plan.number]
            found[name] = phases.phases(pair, students, repeat)
        return {
            "phases": found,
            "start": phases.start(self.pair("backprop"), self._repeat),
            "boxes": phases.boxes(40),
        }

    def _memory(self) -> dict[str, Any]:
        pair = self.pair("backprop")
        return growth.memory(pair, pair.students)


def main() -> None:
    """Measure what was asked for."""
    options = _options()
    file = options.json or (options.page and options.page.with_name("bench.json"))
    told = json.loads(file.read_text("utf-8")) if options.page and file.exists() else {}
    with tempfile.TemporaryDirectory() as folder:
        bench = Bench(Path(folder), quick=options.quick)
        for name, measure in bench.parts().items():
            if not options.only or name in options.only.split(","):
                found = measure()
                print("\n".join(tables(found).values()), flush=True)
                compared = told.get("compared", {}) | found.get("compared", {})
                told |= found | ({"compared": compared} if compared else {})
    told["machine"] = _machine() + (_NOT_YET if options.quick else "")
    if file:
        file.write_text(json.dumps(told, indent=1) + "\n", "utf-8")
    if options.page:
        rewrite(options.page, tables(told))
        if told.keys() >= PANELS:
            draw(told, options.page.with_name("performance.svg"))


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="Measure what grading costs.")
    parser.add_argument("--only", default="", help="some of the parts, with commas between them")
    parser.add_argument("--quick", action="store_true", help="shorter, to see that it works")
    parser.add_argument("--json", type=Path, help="write what was measured to this file")
    parser.add_argument("--page", type=Path, help="put tables and picture into this document")
    return parser.parse_args()


def _machine() -> str:
    """What it was measured on."""
    processor = platform.processor() or platform.machine()
    for line in Path("/proc/cpuinfo").read_text().splitlines():
        if line.startswith("model name"):
            processor = line.partition(": ")[2]
            break
    libraries = ", ".join(f"{name} {version(name)}" for name in ("torch", "nbgrader"))
    cores = len(sched_getaffinity(0))
    return f"{processor}, {cores} cores; Python {platform.python_version()}, {libraries}."


if __name__ == "__main__":
    main()
