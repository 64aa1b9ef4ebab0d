"""The time of one exchange with a box: CPU seconds decide, and a multiple of them by the clock.

Whoever did not use its CPU seconds either waited by itself, or was held up by others: by the CPU or
by a disk.  The kernel knows which; only what was held up is worth running again.
"""

import time
from typing import TYPE_CHECKING

from autograder.boxes.procfs import children, delayed, look

if TYPE_CHECKING:
    from autograder.boxes.box import Box

GRACE_SECONDS = 1.0
AGAIN_SECONDS = 0.3
IDLE_FACTOR = 3  # by the clock a limit of CPU seconds ends after this many times as long
STARVED = 0.1  # the part of a wait from which on it was the machine's


class Deadline:
    """From what is said to a box until its answer has come."""

    def __init__(self, box: "Box", seconds: float) -> None:
        self.box = box
        self.seconds = seconds
        self.interrupted = False
        self._start = self._looked_at = time.monotonic()
        self._cpu = self._work()[0]
        self._delay = delayed(box.pid)
        self._used = self._ready = 0.0
        self._interrupted_at = self._said_at = self._used_then = self._held_up_then = 0.0
        self._settled = False

    def settle(self) -> None:
        """Put what this exchange took on the account of the run, however it ended."""
        if self._settled:
            return
        self._settled = True
        self._look(time.monotonic())
        self.box.spent += self._used
        self.box.waited += time.monotonic() - self._start
        self.box.held_up += self._held_up()

    def enforce(self) -> None:
        """Interrupt when the time is up, kill a second of work later.  Raises Ended."""
        now = time.monotonic()
        self._look(now)
        if self.interrupted:
            self._require_an_end(now)
            return
        if self.box.fills_the_disk(now):
            raise self.box.disk_is_full()
        limit, spent = self.box.limits.notebook_seconds, self.box.spent + self._used
        waited = self.box.waited + now - self._start
        if spent > limit or waited > limit * IDLE_FACTOR:
            held_up = self.box.held_up + self._held_up()
            self.box.stalled |= spent <= limit and held_up > STARVED * (waited - spent)
            raise self.box.notebook_is_over()
        if self._used > self.seconds or now - self._start > self.seconds * IDLE_FACTOR:
            self.interrupted = True
            self._held_up_then = self._held_up()
            idle = now - self._start - self._used
            self.box.stalled |= self._used <= self.seconds and self._held_up_then > STARVED * idle
            self._interrupted_at, self._used_then = now, self._used
            self.box.interrupt()

    def _require_an_end(self, now: float) -> None:
        """Interrupt again, or kill: by the clock, less the time that others had.  Raises Ended."""
        late, waited = self._used - self._used_then, now - self._interrupted_at
        held_up = self._held_up() - self._held_up_then
        own = waited - held_up if self._delay is not None else waited
        over = self.box.waited + now - self._start > self.box.limits.notebook_seconds * IDLE_FACTOR
        if late > GRACE_SECONDS or own > GRACE_SECONDS * IDLE_FACTOR or over:
            self.box.stalled |= late <= GRACE_SECONDS and held_up > STARVED * (waited - late)
            raise self.box.time_is_up()
        if own - self._said_at > AGAIN_SECONDS:
            # An exception raised inside a callback is lost.
            self._said_at = own
            self.box.interrupt()

    def _look(self, now: float) -> None:
        cpu, ready = self._work()
        self._used = max(self._used, cpu - self._cpu)
        self._ready += now - self._looked_at if ready else 0
        self._looked_at = now

    def _work(self) -> tuple[float, bool]:
        """CPU seconds of the box and of its fork; whether one of them waits for a CPU or a disk."""
        seen = [look(pid) for pid in (self.box.pid, *children(self.box.pid))]
        return sum(cpu for cpu, _ in seen), any(ready for _, ready in seen)

    def _held_up(self) -> float:
        """Seconds that it waited for a CPU or a disk; where the kernel does not tell, all."""
        delay = delayed(self.box.pid)
        if delay is None or self._delay is None:
            return time.monotonic() - self._start
        # What waits at this moment is counted by the kernel when it runs again, which may be late.
        return max(0.0, delay - self._delay, self._ready - self._used)
