"""One box, seen from the clerk: what it is asked, how long it may take, how it ended."""

import json
import os
import select
import signal
import socket
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import Any

from autograder.asking.questions import Step, runs_student_code
from autograder.boxes import disk, scarcity
from autograder.boxes.cgroups import end_group
from autograder.boxes.deadlines import AGAIN_SECONDS, GRACE_SECONDS, Deadline
from autograder.boxes.forks import ForkPermits
from autograder.boxes.incoming import Reply, checked_reply, cleaned, is_output, numbered
from autograder.boxes.procfs import children, threads
from autograder.boxes.template import Forked
from autograder.config import RunLimits
from autograder.evidence.frames import FrameReader, Limits, Message, frame
from autograder.evidence.parts import read_part
from autograder.evidence.shown import left_out, letters
from autograder.evidence.values import FormatError, Json
from autograder.model import Ending

TICK_SECONDS = 0.02
OUT_OF_MEMORY, FAILED = 77, 70
READ_BYTES = 1 << 20
_SPARE = 1 << 16  # of a message that tells of a cell that shows nothing
_ANSWERS = Limits(header=16 << 20, blobs=64 << 20)
# Until the machine has room for a fork again; and the threads from which on a box fills it itself.
PAUSES, MANY = (0.1, 0.3, 1.0), 32


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
    """A paused or running box; close it in any case.

    `waited` are the seconds by the clock that earlier attempts have used.  Beside others it is not
    `alone`: then its own word is enough that something was missing which they may have taken.
    """

    def __init__(
        self, forked: Forked, limits: RunLimits, *, waited: float = 0.0, alone: bool = True
    ) -> None:
        self.limits = limits
        self.alone = alone
        self._forked = forked
        self._reader = FrameReader(_ANSWERS)
        self._room = limits.output_mib << 20  # letters that cells may still show
        self._permits: ForkPermits | None = None
        self.pid = forked.pid
        self.waited = waited
        self.spent = self.held_up = 0.0
        self._deadline: Deadline | None = None
        self._look_again = 0.0
        self.stalled = False  # it had to wait for others, or what it lacked they may have taken
        self._ready = False
        self._count = 0
        self.killed = False  # from outside, or by a machine without memory: who knows
        self.ended: Ended | None = None
        self._has_replica = False  # a fork waits for a further step

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

    def run(self, source: str, *, exercise: str | None = None, silent: bool = False) -> CellRun:
        """Run one cell; a silent one shows nothing, so no figure is drawn.  Raises Ended."""
        self._leave()
        body = {"cell": source, "exercise": exercise, "room": self._room, "silent": silent}
        deadline = self._say(body, (), self.limits.cell_seconds)
        # In JSON a letter has six bytes at most.
        self._reader.limits = Limits(header=_SPARE + 6 * self._room, blobs=0)
        message = self._hear(deadline)
        self._reader.limits = _ANSWERS
        deadline.settle()
        match message.body:
            case {"outputs": list(outputs), "failure": None | str() as failure}:
                self._count += read_part(source) is None
                shown = [numbered(cleaned(one), self._count) for one in outputs if is_output(one)]
                shown, self._room = _bounded(shown, self._room)
                said = failure and failure[:1000]
                self._note(said or "")
                return CellRun(shown, self._count, said, deadline.interrupted)
        raise self._end(Ending.LIED, "the box reported a cell in no known form")

    def has_threads(self) -> bool:
        """Whether threads of Python live beside the one that answers.  Raises Ended.

        The kernel tells whether there are any; those of torch's own, which a fork can do without,
        only the box can tell apart.
        """
        if threads(self.pid) <= 1:
            return False
        self._leave()
        deadline = self._say({"threads": None}, (), self.limits.probe_seconds)
        told = self._hear(deadline).body
        deadline.settle()
        match told:
            case {"threads": int(number), **rest} if not rest:
                return number > 1
        raise self._end(Ending.LIED, "the box counted its threads in no known form")

    def ask(self, body: dict[str, Json], blobs: Sequence[bytes]) -> Reply:
        """Put one probe, again where the machine had no room for a fork.  Raises Ended."""
        full = False
        for pause in (*PAUSES, None):
            reply = self._put(body, blobs)
            if reply is not None:
                return reply
            if threads(self.pid) > MANY:
                self.stalled |= not self.alone
                return Reply({"gone": "its threads left no room for a process to answer in"})
            full |= scarcity.no_room()
            time.sleep(pause or 0)
        self.stalled |= full or not self.alone
        if full:
            raise self._end(Ending.BOX_FAILED, "the machine had no room for another process")
        raise self._end(Ending.DIED, "no process could be started for an answer")

    def _put(self, body: dict[str, Json], blobs: Sequence[bytes]) -> Reply | None:
        """The reply to one probe, or None where the box had no room for a fork.  Raises Ended."""
        goes_on = self._has_replica and bool(body["probe"].get("after"))
        if goes_on and self._has_spoken():
            return self._leave()  # the fork is gone
        if not goes_on:
            self._leave()
        if self._permits and not (goes_on or body.get("here")):
            self._permits.granted = int(runs_student_code(body["probe"]))
        deadline = self._say(body, blobs, self.limits.probe_seconds)
        first = self._hear(deadline)
        self._has_replica = body["probe"]["ask"] == Step.ask and not body.get("here")
        self._has_replica &= "probed" not in first.body
        if self._has_replica:
            deadline.settle()
            return self._checked(first, None, deadline)
        done = first if "probed" in first.body else self._hear(deadline)
        why = self._end_of_probe(done, deadline)
        if why == "refused" and done is first:
            return None
        return self._checked(first, why, deadline)

    def _leave(self) -> Reply | None:
        """End the fork that waits for a further step, if there is one; how it ended.  Raises Ended.

        Nothing is said to one that has ended by itself.
        """
        if not self._has_replica:
            return None
        self._has_replica = False
        deadline = Deadline(self, self.limits.probe_seconds)
        if not self._has_spoken():
            deadline = self._say({"leave": None}, (), self.limits.probe_seconds)
        done = self._hear(deadline)
        return self._checked(done, self._end_of_probe(done, deadline), deadline)

    def _end_of_probe(self, done: Message, deadline: Deadline) -> str | None:
        """Why there is no answer, if there is none.  Raises Ended."""
        deadline.settle()
        if self._permits:
            self._permits.granted = 0
            if children(self.pid):
                # The fork that was let through for the question was taken for something else.
                raise self._end(Ending.LIED, "a process was left behind by a question")
        match done.body:
            case {"probed": None | str() as why} if len(done.body) == 1:
                return why
        raise self._end(Ending.LIED, "the box gave two answers to one question")

    def _checked(self, first: Message, why: str | None, deadline: Deadline) -> Reply:
        """The reply, if it is one.  Raises Ended."""
        try:
            reply = checked_reply(first, why, interrupted=deadline.interrupted)
        except FormatError as problem:
            raise self._end(Ending.LIED, "an answer was no evidence") from problem
        self._note(str(reply.body.get("raised", "")))
        return reply

    def _note(self, failure: str) -> None:
        """Remember that something was missing which others may have taken."""
        own_disk = self._forked.work is None
        self.stalled |= not self.alone and scarcity.is_scarce(failure, own_disk=own_disk)

    @contextmanager
    def stopped(self) -> Iterator[None]:
        """While it lasts no thread of the box runs: it neither changes anything nor takes a CPU."""
        self._signal(signal.SIGSTOP)
        try:
            yield
        finally:
            self._signal(signal.SIGCONT)

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

    def _say(self, body: dict[str, Json], blobs: Sequence[bytes], seconds: float) -> Deadline:
        if self.ended:
            raise self.ended
        if self._has_spoken():
            raise self._end(Ending.LIED, "the box spoke without being asked")
        deadline = self._deadline = Deadline(self, seconds)
        try:
            self._send(frame(body, blobs), deadline)
        except OSError:
            raise self._gone() from None
        return deadline

    def _has_spoken(self) -> bool:
        """Whether there are words of the box that no question was put for."""
        poll = select.poll()
        poll.register(self._forked.channel, select.POLLIN)
        with suppress(OSError):  # it is gone, as the next word to it will tell
            waits = poll.poll(0) and self._forked.channel.recv(1, socket.MSG_PEEK)
            return bool(waits) or not self._reader.empty
        return False

    def _hear(self, deadline: Deadline) -> Message:
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

    def _send(self, data: bytes, deadline: Deadline) -> None:
        view = memoryview(data)
        while view:
            self._wait(deadline, select.POLLOUT)
            with suppress(BlockingIOError):
                view = view[self._forked.channel.send(view, socket.MSG_DONTWAIT) :]

    def _wait(self, deadline: Deadline, event: int) -> None:
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
        self._signal(signal.SIGINT)
        # Without a pid namespace a box may not end the fork that answers, which waits for nobody.
        for child in children(self.pid):
            with suppress(OSError):
                os.kill(child, signal.SIGKILL)

    def time_is_up(self) -> Ended:
        """Kill the box for being over its time."""
        return self._end(Ending.TIMED_OUT, "the time limit was reached and an interrupt ignored")

    def fills_the_disk(self, now: float) -> bool:
        """Whether the box wrote too much where no size limit of its own /tmp holds it."""
        if self._forked.work is None or now < self._look_again:
            return False
        full = disk.is_full(self._forked.work)
        # A quarter of our time at most, whatever it makes us walk through.
        self._look_again = time.monotonic() + max(AGAIN_SECONDS, 3 * (time.monotonic() - now))
        return full

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
        self.stalled |= not self.alone and code in scarcity.CODES
        how = signal.Signals(-code).name if code < 0 else f"exit code {code}"
        return self._end(Ending.DIED, f"the process ended by itself ({how})")

    def _end(self, ending: Ending, sentence: str) -> Ended:
        if self._deadline:
            self._deadline.settle()
        self._kill()
        self.ended = self.ended or Ended(ending, sentence)
        return self.ended

    def _kill(self) -> None:
        self._signal(signal.SIGKILL)

    def _signal(self, number: signal.Signals) -> None:
        with suppress(ProcessLookupError):
            signal.pidfd_send_signal(self._forked.pidfd, number)

    def _exit_report(self) -> int | None:
        self._forked.report.settimeout(5)
        try:
            packet = self._forked.report.recv(4096)
            if not packet:
                return None
            return int(json.loads(packet)["exit"])
        except (OSError, ValueError, KeyError):
            return None


def _bounded(outputs: list[dict[str, Any]], room: int) -> tuple[list[dict[str, Any]], int]:
    """The outputs, if there is room for them, and the room that is left."""
    free = outputs[-1:] == [left_out()]  # where the box itself has left something out
    taken = sum(map(letters, outputs[:-1] if free else outputs))
    return (outputs, room - taken) if taken <= room else ([left_out()], 0)
