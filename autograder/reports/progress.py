"""How far a class is: a bar, or without a terminal a line now and then."""

import time
from typing import TYPE_CHECKING

from autograder.model import Grade

if TYPE_CHECKING:
    from rich.console import Console

SECONDS = 120


class Progress:
    """Counts grades on a console.  Use it as a context manager."""

    def __init__(self, total: int, jobs: int, console: "Console") -> None:
        from rich import progress as rich  # here, since a student's install has no rich

        self.total = total
        self.jobs = jobs
        self.console = console
        self.done = self.withheld = 0
        self._start = self._said = time.monotonic()
        columns = (
            rich.TextColumn("grading"),
            rich.BarColumn(),
            rich.MofNCompleteColumn(),
            rich.TextColumn("{task.description}"),
            rich.TimeElapsedColumn(),
        )
        self._bar = rich.Progress(
            *columns, console=console, transient=True, disable=not console.is_terminal
        )
        self._task = self._bar.add_task(self._words(), total=total)

    def __enter__(self) -> "Progress":
        self._bar.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._bar.stop()

    def tell(self, grade: Grade) -> None:
        """One more is graded."""
        self.done += 1
        self.withheld += grade.withheld
        words, now = self._words(), time.monotonic()
        self._bar.update(self._task, completed=self.done, description=words)
        if not self.console.is_terminal and now - self._said > SECONDS and self.done < self.total:
            self._said = now
            self.console.print(f"{self.done} of {self.total} graded, {words}")

    def _words(self) -> str:
        running = min(self.jobs, self.total - self.done)
        minutes = (time.monotonic() - self._start) / 60
        rate = self.done / minutes if minutes > 0.05 else 0.0
        left = (
            f", {rate:.0f} a minute, {(self.total - self.done) / rate:.0f} min left" if rate else ""
        )
        return f"{running} running, {self.withheld} withheld{left}"
