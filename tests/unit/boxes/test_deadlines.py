"""Whose fault a wait was, by the seconds that a kernel tells."""

from dataclasses import dataclass
from typing import Any

import pytest

from autograder.boxes import deadlines
from autograder.boxes.box import Ended
from autograder.boxes.deadlines import Deadline
from autograder.config import RunLimits
from autograder.model import Ending

LIMITS = RunLimits(cell_seconds=10, notebook_seconds=20, probe_seconds=10)


@dataclass
class FakeKernel:
    """A clock, and one process: the seconds that it worked, and those that it waited to work."""

    now: float = 100.0
    worked: float = 0.0
    held_up: float | None = 0.0
    ready: bool = False

    def monotonic(self) -> float:
        """The time."""
        return self.now

    def look(self, _: int) -> tuple[float, bool]:
        """CPU seconds, and whether the process is ready to run."""
        return self.worked, self.ready

    def delayed(self, _: int) -> float | None:
        """Seconds that the process was kept from running."""
        return self.held_up

    def passes(self, seconds: float, *, worked: float = 0.0, held_up: float = 0.0) -> None:
        """Let time pass."""
        self.now += seconds
        self.worked += worked
        self.held_up = None if self.held_up is None else self.held_up + held_up


class FakeBox:
    """As much of a box as a deadline looks at."""

    pid = 1

    def __init__(self) -> None:
        self.limits = LIMITS
        self.spent = self.waited = self.held_up = 0.0
        self.stalled = False
        self.interrupts = 0
        self.disk_full = False

    def interrupt(self) -> None:
        """Count it."""
        self.interrupts += 1

    def fills_the_disk(self, _: float) -> bool:
        """Whether it wrote too much."""
        return self.disk_full

    def disk_is_full(self) -> Ended:
        """The end of one that wrote too much."""
        return Ended(Ending.OUT_OF_MEMORY, "the disk limit was reached")

    def time_is_up(self) -> Ended:
        """The end of one that ignores interrupts."""
        return Ended(Ending.TIMED_OUT, "an interrupt was ignored")

    def notebook_is_over(self) -> Ended:
        """The end of a notebook that takes too long."""
        return Ended(Ending.TIMED_OUT, "the notebook took too long")


@pytest.fixture
def kernel(monkeypatch: pytest.MonkeyPatch) -> FakeKernel:
    """A kernel in the place of the real one."""
    made = FakeKernel()
    monkeypatch.setattr(deadlines, "look", made.look)
    monkeypatch.setattr(deadlines, "children", lambda _: [])
    monkeypatch.setattr(deadlines, "delayed", made.delayed)
    monkeypatch.setattr(deadlines, "time", made)
    return made


@pytest.fixture
def box() -> Any:
    """A box."""
    return FakeBox()


@pytest.mark.parametrize(
    ("worked", "held_up", "stalled"),
    [
        (10.5, 0.0, False),
        (10.5, 15.0, False),
        (0.0, 0.0, False),
        (0.0, 2.0, False),
        (1.0, 20, True),
    ],
)
def test_a_cell_that_only_waited_is_stalled_where_others_had_what_it_waited_for(
    kernel: FakeKernel, box: Any, worked: float, held_up: float, stalled: bool
) -> None:
    """One that used its time, or waited by itself, would do so alone as well."""
    deadline = Deadline(box, 10)
    kernel.passes(29)
    deadline.enforce()
    assert not deadline.interrupted
    kernel.passes(2, worked=worked, held_up=held_up)
    deadline.enforce()
    assert (deadline.interrupted, box.interrupts, box.stalled) == (True, 1, stalled)


def test_work_counts_and_not_the_clock(kernel: FakeKernel, box: Any) -> None:
    """Whoever has CPU seconds left goes on, up to a multiple of them by the clock."""
    deadline = Deadline(box, 10)
    kernel.passes(29, worked=9.9, held_up=19)
    deadline.enforce()
    assert not deadline.interrupted
    kernel.passes(0.2, worked=0.2)
    deadline.enforce()
    assert deadline.interrupted
    assert not box.stalled


@pytest.fixture
def interrupted(kernel: FakeKernel, box: Any) -> Deadline:
    """The time of a cell that has just been interrupted."""
    deadline = Deadline(box, 10)
    kernel.passes(11, worked=11)
    deadline.enforce()
    assert box.interrupts == 1
    return deadline


@pytest.mark.parametrize(("worked", "seconds"), [(1.5, 1.5), (1.5, 30), (0, 3.5)])
def test_a_cell_that_does_not_stop_is_killed(
    kernel: FakeKernel, box: Any, interrupted: Deadline, worked: float, seconds: float
) -> None:
    """After its interrupt it has a second of work to end in, or three of doing nothing."""
    kernel.passes(seconds, worked=worked, held_up=seconds - worked if worked else 0)
    with pytest.raises(Ended, match="ignored"):
        interrupted.enforce()
    assert not box.stalled


def test_a_cell_that_others_keep_from_stopping_is_not_killed_for_it(
    kernel: FakeKernel, box: Any, interrupted: Deadline
) -> None:
    """Its second is still before it, up to the clock of the notebook; then it was stalled."""
    kernel.passes(40, worked=0.5, held_up=39)
    interrupted.enforce()
    kernel.passes(10, worked=0.2, held_up=9.8)
    with pytest.raises(Ended, match="ignored"):
        interrupted.enforce()
    assert box.stalled


def test_an_interrupt_is_repeated_by_the_time_that_a_cell_had(
    kernel: FakeKernel, box: Any, interrupted: Deadline
) -> None:
    """One may be lost; but who is kept from working has not ignored it."""
    kernel.passes(5, worked=0.2, held_up=4.8)
    interrupted.enforce()
    assert box.interrupts == 1
    kernel.passes(0.2, worked=0.2)
    interrupted.enforce()
    interrupted.enforce()
    assert box.interrupts == 2


def test_without_a_word_of_delays_the_clock_decides_on_an_interrupt(
    kernel: FakeKernel, box: Any
) -> None:
    """Else one that sleeps on would have all the time of the notebook."""
    kernel.held_up = None
    deadline = Deadline(box, 10)
    kernel.passes(11, worked=11)
    deadline.enforce()
    kernel.passes(3.5)
    with pytest.raises(Ended, match="ignored"):
        deadline.enforce()


@pytest.mark.parametrize(
    ("worked", "held_up", "stalled"), [(9, 0, False), (1, 0, False), (1, 40, True)]
)
def test_a_notebook_that_only_waited_is_stalled(
    kernel: FakeKernel, box: Any, worked: float, held_up: float, stalled: bool
) -> None:
    """All its cells together have a limit as one cell has, earlier ones and attempts included."""
    box.waited, box.spent, box.held_up = 32.0, 12.0, 0.0
    deadline = Deadline(box, 10)
    kernel.passes(29, worked=worked, held_up=held_up)
    with pytest.raises(Ended, match="too long"):
        deadline.enforce()
    assert box.stalled is stalled


def test_a_notebook_has_a_limit_of_work(kernel: FakeKernel, box: Any) -> None:
    """Cells that are each within theirs may take too much together."""
    box.spent = 12.0
    deadline = Deadline(box, 10)
    kernel.passes(9, worked=9)
    with pytest.raises(Ended, match="too long"):
        deadline.enforce()
    assert not box.stalled


def test_a_full_disk_ends_the_run(kernel: FakeKernel, box: Any) -> None:
    """Where nothing else bounds what a box writes, it is looked at while it works."""
    deadline = Deadline(box, 10)
    deadline.enforce()
    box.disk_full = True
    with pytest.raises(Ended, match="disk"):
        deadline.enforce()


def test_where_the_kernel_tells_of_no_delay_all_waiting_may_be_the_machines(
    kernel: FakeKernel, box: Any
) -> None:
    """It is run again alone: that costs time, and the other mistake points."""
    kernel.held_up = None
    deadline = Deadline(box, 10)
    kernel.passes(31)
    deadline.enforce()
    assert box.stalled


def test_who_is_ready_all_the_time_was_held_up(kernel: FakeKernel, box: Any) -> None:
    """The kernel adds a wait up when it ends, which may be after we have asked."""
    kernel.ready = True
    deadline = Deadline(box, 10)
    kernel.passes(31)
    deadline.enforce()
    assert box.stalled


def test_what_an_exchange_took_is_on_the_account_of_the_run_once(
    kernel: FakeKernel, box: Any
) -> None:
    """However often it is settled."""
    deadline = Deadline(box, 10)
    kernel.passes(3, worked=2, held_up=0.5)
    deadline.settle()
    kernel.passes(3, worked=2, held_up=0.5)
    deadline.settle()
    assert (box.spent, box.waited, box.held_up) == (2, 3, 0.5)
