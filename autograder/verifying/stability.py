"""Is it stable?  Right answers under other seeds, with two threads, on another device.

Each run takes new seeds for the inputs of the checks, for the box and in the answer cells, and the
next right answer to each exercise: the solution, and the specimens that state full points.
"""

import math
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from statistics import median

from scipy.special import bdtr, betaincinv

from autograder.model import Ending, Finding, Grade, Measured, Verdict
from autograder.notebooks.cells import Cell, Kind
from autograder.verifying.case import UNDRAWN, Answer, Case

CONFIDENCE = 0.95
_TWO_THREADS = Cell("threads", "code", "import torch\ntorch.set_num_threads(2)", Kind.ADDED)


@dataclass(slots=True)
class Tally:
    """How often one check passed right answers and failed them, and which shares it gave."""

    error: float = 0.001
    failed: int = 0
    why: str = ""
    shares: list[float] = field(default_factory=list)
    measured: dict[str, list[Measured]] = field(default_factory=dict)

    def add(self, finding: Finding) -> None:
        """Count one more run."""
        for one in finding.measured:
            self.measured.setdefault(one.name, []).append(one)
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
        return bool(least > self.error)

    @property
    def open(self) -> bool:
        """Whether it is not known yet on which side of the stated error the check lies."""
        return self.at_most >= self.error and not self.errs

    def row(self, name: str) -> tuple[str, ...]:
        """The tally in a table."""
        runs = self.failed + len(self.shares)
        lost = [share for share in self.shares if share < 1]
        lowest = f"{min(lost):.2f}" if lost else ""
        return (name, str(runs), str(self.failed), f"{self.at_most:.2%}", str(len(lost)), lowest)


def stability(case: Case) -> Iterator[Answer]:
    """Grade right answers under many seeds, until it is sure of each check or `runs` are done.

    A run that did not come to its end, and a check that came to no verdict, are neither right nor
    wrong: they are told.
    """
    tallies = {check.id: Tally(case.error) for check in case.bench.checks}
    odd: Counter[str] = Counter()
    for grade in case.each(partial(_graded, case), range(1, case.runs + 1), "stability"):
        if grade.ending is not Ending.FINISHED:
            odd[f"ended with: {grade.ending} ({' '.join(grade.notes)})"] += 1
            continue
        for finding in grade.findings:
            if finding.verdict is Verdict.INCONCLUSIVE:
                odd[f"had no verdict of {finding.check.id}: {finding.sentence}"] += 1
            else:
                tallies[finding.check.id].add(finding)
        if not any(tally.open for tally in tallies.values()):
            break
    wrong = [f"{name} fails right answers: {one.why}" for name, one in tallies.items() if one.errs]
    wrong += [f"{count} of the runs {what}" for what, count in odd.items()]
    bound = f"errs at most ({CONFIDENCE:.0%})"
    yield Answer(
        "stability",
        ("check", "runs", "failed", bound, "lost a part", "lowest share"),
        [tally.row(name) for name, tally in tallies.items()],
        wrong,
        list(_remarks(case, sum(tally.open for tally in tallies.values()))),
    )
    if case.suggest:
        yield thresholds(tallies, case.error)


def _remarks(case: Case, unsure: int) -> Iterator[str]:
    if unsure:
        rate, needed = f"1 time in {1 / case.error:,.0f}", f"{_needed(case.error):,}"
        yield (
            f"For {unsure} checks it is not certain that they fail less than {rate}: this needs "
            f"{needed} runs without a failure."
        )
    for one in case.specimens:
        if one.own_seed:
            yield f"Run with its own seed in {' and '.join(one.own_seed)}: {one.name}."


def thresholds(tallies: Mapping[str, Tally], error: float) -> Answer:
    """The values that right answers keep to, beside those that the checks ask for."""
    rows = [
        _threshold(f"{name}: {what}", measured, error)
        for name, tally in tallies.items()
        for what, measured in tally.measured.items()
    ]
    note = (
        "If `full` is the value that right answers keep to, at least the share of them in the "
        f"last column loses no points; if `none` is beyond it, they pass ({CONFIDENCE:.0%} sure). "
        "For tolerances the value is a multiple of the present ones. "
        f"To show 1 in {1 / error:,.0f} takes {_needed(error):,} runs."
    )
    columns = ("measured", "lowest, median, highest", "full", "none", "right answers keep to")
    return Answer("thresholds", (*columns, "at least"), rows, notes=[note])


def _threshold(name: str, measured: Sequence[Measured], error: float) -> tuple[str, ...]:
    """One row, by order statistics, whatever the distribution (Wilks, 1941).

    The k-th worst of n values bounds all but a share p of what is to come, unless no more than
    k - 1 of n fall into that share, which happens with a binomial probability.
    """
    count = len(measured)
    worst = sorted(measured, key=lambda one: -one.excess)
    place = next(k for k in range(count) if bdtr(k, count, error) > 1 - CONFIDENCE)
    share = error if place else 1 - (1 - CONFIDENCE) ** (1 / count)
    values = sorted(one.value for one in measured)
    full, none = (median(getattr(one, part) for one in measured) for part in ("full", "none"))
    # Of thresholds that differ from run to run, the median one is moved by as large a share.
    room = worst[max(place - 1, 0)].excess * (abs(full) or 1)
    spread = ", ".join(f"{one:.4g}" for one in (values[0], median(values), values[-1]))
    numbers = (f"{one:.4g}" for one in (full, none, full + room if full <= none else full - room))
    return (name, spread, *numbers, f"{1 - share:.2%}")


def _needed(error: float) -> int:
    """How many runs without a failure show that a check errs less than this."""
    return math.ceil(math.log(1 - CONFIDENCE) / math.log1p(-error))


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


def _graded(case: Case, run: int) -> Grade:
    cells = case.notebook(run - 1, 1000 + run)
    while cells[-1].kind is not Kind.GRADE:  # what follows is not judged
        cells.pop()
    return case.bench.grade([UNDRAWN, *cells], f"{case.course.settings.seed} {run}")


def _differing(one: Grade, other: Grade) -> list[str]:
    return [
        f"{ours.check.id} is {ours.verdict}, and {theirs.verdict} there"
        for ours, theirs in zip(one.findings, other.findings, strict=True)
        if ours.verdict is not theirs.verdict
    ]
