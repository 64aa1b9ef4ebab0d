"""One box, seen from the clerk: what it is asked, how long it may take, how it ended."""

import json
import os
import select
import signal
import socket
import time
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from autograder.boxes.cgroups import end_group
from autograder.boxes.forks import ForkPermits
from autograder.boxes.replies import Reply, checked_reply, cleaned, is_output, numbered
from autograder.boxes.template import Forked
from autograder.config import RunLimits
from autograder.evidence import (
    FormatError,
    FrameReader,
    Json,
    Limits,
    Message,
    frame,
    left_out,
    letters,
)
from autograder.model import Ending

GRACE_SECONDS = 1.0
AGAIN_SECONDS = 0.3
IDLE_FACTOR = 3  # waiting without working may last this many times the CPU seconds
TICK_SECONDS = 0.02
DISK_MIB, FILES = 320, 20_000
OUT_OF_MEMORY, FAILED = 77, 70
READ_BYTES = 1 << 20
_SPARE = 1 << 16  # of a message that tells of a cell that shows nothing
_ANSWERS = Limits(header=16 << 20, blobs=64 << 20)
_TICKS = os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True, slots=True)
class CellRun:
    """What became of one cell: its outputs as nbformat has them, and why it stopped, if it did."""

    outputs: list[dict[str, Any]]
    count: int
    failure: str | None
    interrupted: bool


class Ended(Exception):  # noqa: N818 - an ending is no error of ours
    """The box has stopped, and how."""

    def __init__(self, ending: Ending, sentence: str) -> None:
        super().__init__(sentence)
        self.ending = ending
        self.sentence = sentence


class Box:
    """A paused or running box; close it in any case."""

    def __init__(self, forked: Forked, limits: RunLimits) -> None:
        self.limits = limits
        self._forked = forked
        self._reader = FrameReader(_ANSWERS)
        self._room = limits.output_mib << 20  # letters that cells may still show
        self._permits: ForkPermits | None = None
        self._pid = forked.pid
        self.spent = self.waited = 0.0
        self._look_again = 0.0
        self.stalled = False  # a cell or a probe only waited, or was starved
        self._ready = False
        self._count = 0
        self.peak_mib = 0
        self.killed = False  # from outside, or by a machine without memory: who knows
        self.ended: Ended | None = None

    def wait_until_ready(self) -> None:
        """Wait for the confinement to be complete.  Raises Ended when it could not be."""
        forked = self._forked
        forked.channel.settimeout(self.limits.cell_seconds)
        try:
            data, listeners, _, _ = socket.recv_fds(forked.channel, READ_BYTES, 1)
            if listeners:
                self._permits = ForkPermits(listeners[0])
            self._reader.feed(data)
            message = self._reader.next()
        except (OSError, FormatError) as problem:
            raise self._end(Ending.BOX_FAILED, f"the box did not start: {problem}") from None
        if message is None or "ready" not in message.body:
            told = message.body.get("failed", "") if message else "it closed its channel"
            raise self._end(Ending.BOX_FAILED, f"the box did not start: {told}")
        self._ready = True

    def run(self, source: str, *, exercise: str | None = None) -> CellRun:
        """Run one cell.  Raises Ended."""
        body = {"cell": source, "exercise": exercise, "room": self._room}
        deadline = self._say(body, (), self.limits.cell_seconds)
        # In JSON a letter has six bytes at most.
        self._reader.limits = Limits(header=_SPARE + 6 * self._room, blobs=0)
        message = self._hear(deadline)
        self._reader.limits = _ANSWERS
        deadline.settle()
        match message.body:
            case {"outputs": list(outputs), "failure": None | str() as failure}:
                self._count += 1
                shown = [numbered(cleaned(one), self._count) for one in outputs if is_output(one)]
                shown, self._room = _bounded(shown, self._room)
                said = failure and failure[:1000]
                return CellRun(shown, self._count, said, deadline.interrupted)
        raise self._end(Ending.LIED, "the box reported a cell in no known form")

    def ask(self, body: dict[str, Json], blobs: Sequence[bytes]) -> Reply:
        """Put one probe.  Raises Ended."""
        if self._permits and not body.get("here"):
            probe = body["probe"]
            self._permits.granted = int(probe["ask"] != "value" or "rerun" in probe)
        deadline = self._say(body, blobs, self.limits.probe_seconds)
        first = self._hear(deadline)
        done = first if "probed" in first.body else self._hear(deadline)
        deadline.settle()
        if self._permits:
            self._permits.granted = 0
            if self._children():
                # The fork that was let through for the question was taken for something else.
                raise self._end(Ending.LIED, "a process was left behind by a question")
        match done.body:
            case {"probed": None | str() as why} if len(done.body) == 1:
                try:
                    return checked_reply(first, why, interrupted=deadline.interrupted)
                except FormatError as problem:
                    raise self._end(Ending.LIED, "an answer was no evidence") from problem
        raise self._end(Ending.LIED, "the box gave two answers to one question")

    def close(self) -> None:
        """Kill what still runs, wait for its end, and let go of everything."""
        if self._forked.channel.fileno() < 0:
            return
        self._kill()
        self._exit_report()
        self._forked.channel.close()
        self._forked.report.close()
        os.close(self._forked.pidfd)
        if self._forked.group:
            end_group(self._forked.group)
        if self._permits:
            self._permits.close()

    def _say(self, body: dict[str, Json], blobs: Sequence[bytes], seconds: float) -> "_Deadline":
        if self.ended:
            raise self.ended
        if not self._reader.empty:
            raise self._end(Ending.LIED, "the box spoke without being asked")
        deadline = _Deadline(self, seconds)
        try:
            self._send(frame(body, blobs), deadline)
        except OSError:
            raise self._gone() from None
        return deadline

    def _hear(self, deadline: "_Deadline") -> Message:
        try:
            while (message := self._reader.next()) is None:
                self._wait(deadline, select.POLLIN)
                data = self._forked.channel.recv(READ_BYTES)
                if not data:
                    raise self._gone()
                self._reader.feed(data)
        except FormatError as problem:
            raise self._end(Ending.LIED, "it sent what is no message") from problem
        except OSError:
            raise self._gone() from None
        return message

    def _send(self, data: bytes, deadline: "_Deadline") -> None:
        view = memoryview(data)
        while view:
            self._wait(deadline, select.POLLOUT)
            with suppress(BlockingIOError):
                view = view[self._forked.channel.send(view, socket.MSG_DONTWAIT) :]

    def _wait(self, deadline: "_Deadline", event: int) -> None:
        """Wait until the channel is ready, deciding on forks and on the time meanwhile."""
        poll = select.poll()
        poll.register(self._forked.channel, event)
        if self._permits:
            poll.register(self._permits.listener, select.POLLIN)
        while True:
            # Before every wait, so that no drip of bytes puts it off.
            deadline.enforce()
            for descriptor, _ in poll.poll(TICK_SECONDS * 1000):
                if descriptor == self._forked.channel.fileno():
                    return
                if self._permits:
                    self._permits.decide()

    def interrupt(self) -> None:
        """Ask the running cell, or the probe, to stop."""
        with suppress(ProcessLookupError):
            signal.pidfd_send_signal(self._forked.pidfd, signal.SIGINT)

    def cpu_seconds(self) -> float:
        """CPU seconds of the box, and of its probes that have ended."""
        try:
            fields = Path(f"/proc/{self._pid}/stat").read_text().rpartition(")")[2].split()
        except (OSError, IndexError):
            return 0.0
        return sum(map(int, fields[11:15])) / _TICKS

    def _children(self) -> list[str]:
        """The pids of what the box has forked, where the kernel tells; threads have their own."""
        places = Path(f"/proc/{self._pid}/task").glob("*/children")
        with suppress(OSError):
            return [pid for place in places for pid in place.read_text().split()]
        return []

    def time_is_up(self) -> Ended:
        """Kill the box for being over its time."""
        return self._end(Ending.TIMED_OUT, "the time limit was reached and an interrupt ignored")

    def fills_the_disk(self, now: float) -> bool:
        """Whether the box wrote too much where no size limit of its own /tmp holds it."""
        if self._forked.work is None or now < self._look_again:
            return False
        self._look_again = now + AGAIN_SECONDS
        sizes = list(_sizes(self._forked.work))
        return sum(sizes) > DISK_MIB << 20 or len(sizes) > FILES

    def disk_is_full(self) -> Ended:
        """Kill the box for what it wrote."""
        return self._end(Ending.OUT_OF_MEMORY, "the disk limit was reached")

    def notebook_is_over(self) -> Ended:
        """Kill the box for what all its cells took together."""
        seconds = self.limits.notebook_seconds
        return self._end(Ending.TIMED_OUT, f"the notebook took longer than {seconds} s in all")

    def _gone(self) -> Ended:
        """Find out how the process stopped by itself."""
        # It closed its channel: an exit code of its own tells more than a kill.
        select.select([self._forked.pidfd], [], [], GRACE_SECONDS)
        self._kill()
        code = self._exit_report()
        self.killed = code == -signal.SIGKILL
        # Once student code has run, it can make any exit code of its own.
        if code is None or (code == FAILED and not self._ready):
            return self._end(Ending.BOX_FAILED, "the box failed")
        if code in (OUT_OF_MEMORY, -signal.SIGKILL):
            return self._end(Ending.OUT_OF_MEMORY, "the memory limit was reached")
        if code == -signal.SIGXCPU:
            return self._end(Ending.TIMED_OUT, "the time limit was reached")
        how = signal.Signals(-code).name if code < 0 else f"exit code {code}"
        return self._end(Ending.DIED, f"the process ended by itself ({how})")

    def _end(self, ending: Ending, sentence: str) -> Ended:
        self._kill()
        self.ended = self.ended or Ended(ending, sentence)
        return self.ended

    def _kill(self) -> None:
        with suppress(ProcessLookupError):
            signal.pidfd_send_signal(self._forked.pidfd, signal.SIGKILL)

    def _exit_report(self) -> int | None:
        self._forked.report.settimeout(5)
        try:
            packet = self._forked.report.recv(4096)
            if not packet:
                return None
            told = json.loads(packet)
            self.peak_mib = told["peak_kib"] >> 10
            return int(told["exit"])
        except (OSError, ValueError, KeyError):
            return None


def _bounded(outputs: list[dict[str, Any]], room: int) -> tuple[list[dict[str, Any]], int]:
    """The outputs, if there is room for them, and the room that is left."""
    free = outputs[-1:] == [left_out()]  # where the box itself has left something out
    taken = sum(map(letters, outputs[:-1] if free else outputs))
    return (outputs, room - taken) if taken <= room else ([left_out()], 0)


class _Deadline:
    """The time of one exchange: CPU seconds decide, and a multiple of them on the wall."""

    def __init__(self, box: Box, seconds: float) -> None:
        self.box = box
        self.seconds = seconds
        self.interrupted = False
        self._cpu = box.cpu_seconds()
        self._start = time.monotonic()
        self._interrupted_at = self._said_at = self._used_then = 0.0

    def used(self) -> float:
        """CPU seconds since the start."""
        return max(0.0, self.box.cpu_seconds() - self._cpu)

    def settle(self) -> None:
        """Put what this exchange took on the account of the run."""
        self.box.spent += self.used()
        self.box.waited += time.monotonic() - self._start

    def enforce(self) -> None:
        """Interrupt when the time is up, kill a second of work later.  Raises Ended."""
        now = time.monotonic()
        if self.interrupted:
            late, waited = self.used() - self._used_then, now - self._interrupted_at
            if late > GRACE_SECONDS or waited > GRACE_SECONDS * IDLE_FACTOR:
                self.box.stalled |= late <= GRACE_SECONDS
                raise self.box.time_is_up()
            if now - self._said_at > AGAIN_SECONDS:
                self._interrupt(now)
            return
        if self.box.fills_the_disk(now):
            raise self.box.disk_is_full()
        used, limits = self.used(), self.box.limits
        waited = self.box.waited + now - self._start
        if max(self.box.spent + used, waited / IDLE_FACTOR) > limits.notebook_seconds:
            raise self.box.notebook_is_over()
        if used > self.seconds or now - self._start > self.seconds * IDLE_FACTOR:
            self.interrupted = True
            self.box.stalled |= used <= self.seconds
            self._interrupted_at, self._used_then = now, used
            self._interrupt(now)

    def _interrupt(self, now: float) -> None:
        """Interrupt, perhaps again: an exception raised inside a callback is lost."""
        self._said_at = now
        self.box.interrupt()


def _sizes(folder: Path) -> Iterator[int]:
    """Bytes on the disk of every file and folder in a folder, which may change meanwhile."""
    for place, folders, files in os.walk(folder):
        for name in (*folders, *files):
            with suppress(OSError):
                yield os.lstat(Path(place, name)).st_blocks * 512
