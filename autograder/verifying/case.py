"""What the questions about an assignment share: the case, what grading lends, and an answer."""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace
from typing import Any, TypeVar

from autograder.config import Course
from autograder.model import Check, Grade
from autograder.notebooks.cells import Cell, Exercise, Kind, Notebook
from autograder.notebooks.stubs import without_markers
from autograder.notebooks.writing import Output
from autograder.verifying.specimens import SLACK, Specimen

Item = TypeVar("Item")
Made = TypeVar("Made")
_SEED = re.compile(r"(seed\(|seed=|random_state=)\s*\d+")

# Put first, it has no figure drawn: verdicts do not depend on what is shown.
UNDRAWN = Cell(
    "undrawn",
    "code",
    "from matplotlib.figure import Figure\n"
    "get_ipython().display_formatter.ipython_display_formatter.for_type(Figure, lambda _: None)\n"
    "del Figure",
    Kind.ADDED,
)


@dataclass(frozen=True, slots=True)
class Bench:
    """A workshop, lent: it grades cells, runs the solution, and grades what was handed in."""

    checks: Sequence[Check]
    grade: Callable[..., Grade]  # cells and, if it is not the course's, a seed
    solve: Callable[[Sequence[Cell]], tuple[Mapping[str, Sequence[Output]], Mapping[str, int]]]
    grade_all: Callable[[Sequence[str]], Iterator[Grade]]
    questions: Callable[[Sequence[Cell]], Mapping[str, Sequence[Mapping[str, Any]]]]  # by check


Open = Callable[[Course, str], AbstractContextManager[Bench]]  # the second one is the device


@dataclass(frozen=True, slots=True)
class Case:
    """One assignment under examination; `runs` and `jobs` are how often and how many at once.

    `error` is the share of right answers that a check may fail; with `suggest`, values are named
    that keep to it.
    """

    course: Course
    source: Notebook
    specimens: Sequence[Specimen]
    bench: Bench
    open: Open
    runs: int
    jobs: int
    track: Callable[..., Iterable[Any]]
    error: float
    suggest: bool

    @property
    def exercises(self) -> list[Exercise]:
        """Those that checks judge."""
        return [exercise for exercise in self.source.exercises if not exercise.written]

    def each(
        self, work: Callable[[Item], Made], items: Sequence[Item], question: str
    ) -> Iterator[Made]:
        """Do the work for each item, several at once, in order; stop if nobody reads on."""
        with ThreadPoolExecutor(self.jobs) as pool:
            futures = [pool.submit(work, item) for item in items]
            done = (future.result() for future in futures)
            try:
                yield from self.track(done, total=len(items), description=question)
            finally:
                for future in futures:
                    future.cancel()

    def right(self, exercise: Exercise, seed: int | None = None) -> list[dict[str, str]]:
        """Right answers by grade_id: the solution, and the specimens that state full points.

        All seeds in them become this one, but for those that are right by their own alone.
        """
        own = {cell.grade_id: without_markers(cell.source) for cell in exercise.answers}
        found = [_reseeded(own, seed)]
        for one in self.specimens:
            full = one.points.get(exercise.id, (0, 0))[0] >= exercise.points - SLACK
            other = None if exercise.id in one.own_seed else seed
            answer = _reseeded({name: one.answers.get(name, "") for name in own}, other)
            if full and all(answer.values()) and answer not in found:
                found.append(answer)
        return found

    def notebook(self, number: int = 0, seed: int | None = None) -> list[Cell]:
        """The cells with a right answer to every exercise: first the solutions, then in turn."""
        answers: dict[str, str] = {}
        for exercise in self.exercises:
            right = self.right(exercise, seed)
            answers |= right[number % len(right)]
        return [
            replace(cell, source=answers.get(cell.grade_id, cell.source))
            for cell in self.source.cells
        ]


@dataclass(frozen=True, slots=True)
class Answer:
    """What one question about an assignment came to; `wrong` is what a person has to look at."""

    question: str
    columns: Sequence[str] = ()
    rows: Sequence[Sequence[str]] = ()
    wrong: Sequence[str] = ()
    notes: Sequence[str] = ()

    def markdown(self) -> str:
        """A section of a report."""
        table = [self.columns, ["---"] * len(self.columns), *self.rows] if self.rows else []
        said = [*self.notes, *(f"**To be looked at:** {one}" for one in self.wrong or ["nothing"])]
        return "\n".join(
            [
                *(f"## {self.question.capitalize()}", ""),
                *(f"| {' | '.join(row)} |" for row in table),
                *[""] * bool(table),
                *("- " + one.replace("\n", "\n  ") for one in said),
                "",
            ]
        )


def _reseeded(answer: dict[str, str], seed: int | None) -> dict[str, str]:
    if seed is None:
        return answer
    return {name: _SEED.sub(rf"\g<1>{seed}", source) for name, source in answer.items()}
