"""Medians of repetitions, with the spread that belongs to them."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from statistics import median


@dataclass(frozen=True, slots=True)
class Figure:
    """A median, and the least and the greatest of the repetitions."""

    median: float
    least: float
    greatest: float
    repeated: int

    def text(self, digits: int = 2) -> str:
        """As a table shows it: with its spread, if there is one."""
        middle, least, greatest = (
            f"{number:,.{digits}f}" for number in (self.median, self.least, self.greatest)
        )
        return middle if self.repeated < 2 else f"{middle} ({least} to {greatest})"

    def as_json(self) -> dict[str, float]:
        """The same as plain data."""
        return asdict(self)


def figure(values: Sequence[float]) -> Figure:
    """What repetitions come to.  Raises ValueError where there are none."""
    return Figure(median(values), min(values), max(values), len(values))


def each(one: float, everyone: float, number: int) -> tuple[float, float]:
    """What starting takes, and what each submission, by a run of one and a run of `number`."""
    if number < 2:
        raise ValueError("the second run needs more than one submission")
    own = (everyone - one) / (number - 1)
    return one - own, own


def ratio(above: Sequence[float], below: Sequence[float], *, paired: bool) -> Figure:
    """How many times one is the other.

    Repetitions that were measured in turns are `paired`; otherwise the spread is that of all
    pairs.  Raises ValueError where a divisor is not positive: then it was lost in the noise.
    """
    if min(below) <= 0:
        raise ValueError("too short to be measured in this way: take more submissions")
    if paired:
        ratios = [over / under for over, under in zip(above, below, strict=True)]
    else:
        ratios = [over / under for over in above for under in below]
    found = figure(ratios)
    middle = found.median if paired else median(above) / median(below)
    return Figure(middle, found.least, found.greatest, len(ratios))
