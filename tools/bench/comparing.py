"""Stock nbgrader, us, and the limit: seconds per submission, measured in turns.

Each command is timed on one submission and on several.  The difference, divided by their number
less one, is what a submission costs; the rest is what starting costs.
"""

from dataclasses import dataclass, field
from statistics import mean
from typing import Any

from tools.bench.commands import ours, seconds, stock
from tools.bench.courses import Pair
from tools.bench.figures import each, figure, ratio
from tools.bench.limit import Limit


@dataclass(frozen=True, slots=True)
class Plan:
    """How many submissions each grader gets, and how often."""

    number: int
    repeat: int
    stock_number: int
    stock_repeat: int


@dataclass(slots=True)
class _Times:
    start: list[float] = field(default_factory=list)
    each: list[float] = field(default_factory=list)

    def add(self, one: float, everyone: float, number: int) -> None:
        start, own = each(one, everyone, number)
        self.start.append(start)
        self.each.append(own)

    def as_json(self) -> dict[str, Any]:
        return {"start": figure(self.start).as_json(), "each": figure(self.each).as_json()}


def compare(pair: Pair, plan: Plan) -> dict[str, Any]:
    """Seconds per submission of the three, and how they relate."""
    students = pair.students[: plan.number]
    theirs, mine, least = _Times(), _Times(), []
    with Limit(pair.ours, pair.name) as limit:
        limit.run(students[:1])
        for repetition in range(plan.repeat):
            if repetition < plan.stock_repeat:
                theirs.add(*_stock(pair, plan.stock_number), plan.stock_number)
            one = seconds(pair.ours, ours(pair.name, students[:1]))
            everyone = seconds(pair.ours, ours(pair.name, students))
            mine.add(one, everyone, len(students))
            least.append(mean(run["seconds"] for run in limit.run(students[1:])))
    return {
        "stock": theirs.as_json(),
        "ours": mine.as_json(),
        "limit": {"each": figure(least).as_json()},
        "stock / ours": ratio(theirs.each, mine.each, paired=False).as_json(),
        "ours / limit": ratio(mine.each, least, paired=True).as_json(),
        "submissions": len(students),
        "submissions, stock": plan.stock_number,
    }


def _stock(pair: Pair, number: int) -> tuple[float, float]:
    assert number <= 10  # noqa: S101 - so that one digit tells them apart
    one = seconds(pair.stock, stock(pair.name, pair.students[0]))
    return one, seconds(pair.stock, stock(pair.name, f"s000[0-{number - 1}]"))
