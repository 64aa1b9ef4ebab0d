"""Is it stable?  Right answers under other seeds, with two threads, on another device.

Each run takes new seeds for the inputs of the checks, for the box and in the answer cells, and the
next right answer to each exercise: the solution, and the specimens that state full points.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from statistics import median

from scipy.special import betaincinv

from autograder.model import Finding, Grade, Verdict
from autograder.notebooks import Cell, Kind
from autograder.verifying.bench import Answer, Case

STATED_ERROR = 0.001
CONFIDENCE = 0.95
_SEED = re.compile(r"(seed\(|seed=|random_state=)\s*\d+")
_TWO_THREADS = Cell("threads", "code", "import torch\ntorch.set_num_threads(2)", Kind.ADDED)


@dataclass(slots=True)
class Tally:
    """How often one check passed right answers and failed them, and which shares it gave."""

    failed: int = 0
    why: str = ""
    shares: list[float] = field(default_factory=list)

    def add(self, finding: Finding) -> None:
        """Count one more run."""
        if finding.verdict is Verdict.PASSED:
            self.shares.append(finding.share)
        else:
            self.failed += 1
            self.why = self.why or finding.sentence or finding.verdict

    @property
    def at_most(self) -> float:
        """The upper bound for the share of right answers failed (Clopper and Pearson, 1934)."""
        passed = len(self.shares)
        return float(betaincinv(self.failed + 1, passed, CONFIDENCE)) if passed else 1.0

    @property
    def errs(self) -> bool:
        """Whether the lower bound is above the stated error."""
        passed = len(self.shares) + 1
        least = betaincinv(self.failed, passed, 1 - CONFIDENCE) if self.failed else 0.0
        return bool(least > STATED_ERROR)

    @property
    def open(self) -> bool:
        """Whether it is not known yet on which side of the stated error the check lies."""
        return self.at_most >= STATED_ERROR and not self.errs

    def row(self, name: str) -> tuple[str, ...]:
        """The tally in a table."""
        low = min(self.shares, default=0)
        spread = "" if low == 1 else f"{low:.2f}, {median(self.shares or [0]):.2f}"
        runs = self.failed + len(self.shares)
        return (name, str(runs), str(self.failed), f"{self.at_most:.2%}", spread)


def stability(case: Case) -> Answer:
    """Grade right answers under many seeds, until it is sure of each check or `runs` are done."""
    tallies = {check.id: Tally() for check in case.bench.checks}
    runs = range(1, case.runs + 1)
    for grade in case.each(lambda run: _reseeded(case, run), runs, "stability"):
        for finding in grade.findings:
            tallies[finding.check.id].add(finding)
        if not any(tally.open for tally in tallies.values()):
            break
    unsure = sum(tally.open for tally in tallies.values())
    remedy = "some 3,000 runs without a failure would do"
    note = f"Of {unsure} checks it is not sure that they err less than 1 time in 1,000: {remedy}."
    return Answer(
        "stability",
        ("check", "runs", "failed", f"errs at most ({CONFIDENCE:.0%})", "lowest, median share"),
        [tally.row(name) for name, tally in tallies.items()],
        [f"{name} fails right answers: {one.why}" for name, one in tallies.items() if one.errs],
        [note] if unsure else [],
    )


def parity(case: Case, others: Sequence[str]) -> Answer:
    """Compare the verdicts on right answers with those of two threads, and of other devices."""
    count = max(len(case.right(exercise)) for exercise in case.exercises)
    notebooks = [case.notebook(number) for number in range(count)]
    usual = list(case.each(case.bench.grade, notebooks, "parity, 1 thread"))
    threaded = [[_TWO_THREADS, *cells] for cells in notebooks]
    found = {"2 threads": list(case.each(case.bench.grade, threaded, "parity, 2 threads"))}
    for device in others:
        with case.open(case.course, device) as bench:
            found[device] = list(case.each(bench.grade, notebooks, f"parity, {device}"))
    rows, wrong = [], []
    for name, grades in found.items():
        apart = [one for pair in zip(usual, grades, strict=True) for one in _differing(*pair)]
        verdicts = sum(len(grade.findings) for grade in grades)
        rows.append((name, str(count), str(verdicts), str(len(apart))))
        wrong += [f"{name}: {one}" for one in dict.fromkeys(apart)]
    notes = [] if others else ["There is no CUDA device here, so nothing is compared with one."]
    columns = ("1 thread and", "notebooks", "verdicts", "differing")
    return Answer("parity", columns, rows, wrong, notes)


def _reseeded(case: Case, run: int) -> Grade:
    settings = replace(case.course.settings, seed=f"{case.course.settings.seed} {run}")
    cells = [
        replace(cell, source=_SEED.sub(rf"\g<1>{1000 + run}", cell.source))
        if cell.kind is Kind.ANSWER
        else cell
        for cell in case.notebook(run - 1)
    ]
    with case.open(replace(case.course, settings=settings), "cpu") as bench:
        return bench.grade(cells)


def _differing(one: Grade, other: Grade) -> list[str]:
    return [
        f"{ours.check.id} is {ours.verdict}, and {theirs.verdict} there"
        for ours, theirs in zip(one.findings, other.findings, strict=True)
        if ours.verdict is not theirs.verdict
    ]
