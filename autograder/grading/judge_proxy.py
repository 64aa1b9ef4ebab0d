"""The judge, seen from the clerk: a warm pytest session that collected the checks once."""

import json
import math
import os
import select
import signal
import socket
import tempfile
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path
from threading import Lock

from autograder.boxes.incoming import Reply
from autograder.boxes.process import PACKET, WarmProcess
from autograder.boxes.procfs import look
from autograder.config import Course
from autograder.errors import BoxError, CourseError, Problem
from autograder.evidence.frames import Channel, Message
from autograder.evidence.values import FormatError, Json
from autograder.model import Check, Finding, Verdict

JUDGING_SECONDS = 300  # of CPU time for one submission, and of doing nothing at a time
TICK_SECONDS = 0.2

Ask = Callable[[dict[str, Json], Sequence[bytes]], Reply]


class JudgeTemplate(WarmProcess):
    """Checks imported and collected once; forks a judge per submission.

    Their data are what students get.  Raises CourseError where there are no checks.
    """

    def __init__(
        self, course: Course, assignment: str, device: str = "cpu", *, scratch: Path | None = None
    ) -> None:
        folder = course.checks(assignment)
        if not folder.is_dir():
            remedy = f"Write checks/{assignment}/visible/check_*.py and hidden/check_*.py"
            raise CourseError([Problem(f"checks/{assignment}", "there are no checks", remedy)])
        self._checks: tuple[Check, ...] = ()
        self._forking = Lock()
        settings = {
            "folder": str(folder),
            "data": str(course.source(assignment)),
            "assignment": assignment,
            "device": device,
            "shared": dict(course.settings.data),
        }
        environment = {
            "PATH": os.environ.get("PATH", "/usr/bin:/bin"),
            "LANG": "C.UTF-8",
            "OMP_NUM_THREADS": "1",
            "PYTHONHASHSEED": "0",
            "CUDA_VISIBLE_DEVICES": "",
            "TMPDIR": str(scratch or tempfile.gettempdir()),
        }
        super().__init__("judge", "autograder.judging.judge", environment=environment)
        with suppress(OSError):  # it is gone already, as `checks` will tell
            self._control.send(json.dumps(settings).encode())

    def checks(self) -> tuple[Check, ...]:
        """Wait for the collection.  Raises CourseError with all that is wrong in the checks."""
        if self._checks:
            return self._checks
        told = self._hear()
        if "problems" in told:
            raise CourseError([Problem(**problem) for problem in told["problems"]])
        self._checks = tuple(Check(**check) for check in told["checks"])
        return self._checks

    def fork(self, seed: str) -> "Judge":
        """A judge for one submission, whose checks draw by this course seed.

        Raises BoxError when the template is gone, or had no room for it.
        """
        request = json.dumps({"do": "fork", "seed": seed}).encode()
        ours, theirs = socket.socketpair()
        try:
            with theirs, self._forking:
                socket.send_fds(self._control, [request], [theirs.fileno()])
                told = self._control.recv(PACKET)
        except OSError:
            told = b""
            self._control.close()  # its word could come later, and be taken for the next one's
        pid = json.loads(told or b"{}").get("pid")
        if pid is None:
            ours.close()
            raise BoxError("there is no judge: its template is gone, or the machine is full")
        ours.settimeout(JUDGING_SECONDS)
        return Judge(Channel(ours), pid)


class Judge:
    """One submission's judge, alive from its first exercise to its last.

    CPU time decides, and for one that does nothing the clock.  One that was late once, or said what
    cannot be read, is not asked again: its words would be heard as the answer to something else.
    """

    def __init__(self, channel: Channel, pid: int | None = None) -> None:
        self._channel = channel
        self._pid = pid
        self._late = False
        self.gone = False

    def judge(
        self,
        exercise: str,
        checks: Sequence[Check],
        ask: Ask,
        heard: Callable[[Finding, Sequence[int]], None],
        *,
        source: str,
        printed: str,
    ) -> list[Finding]:
        """The findings of one exercise, its probes put through `ask`.

        `heard` gets each as it comes, and the numbers of the questions that its check asked,
        counted from the first of this exercise.  A check of which nothing is heard is
        inconclusive.  Raises what `ask` raises.
        """
        found: dict[str, Finding] = {}
        if self.gone or self._late:
            return list(map(_unheard, checks))
        try:
            self._channel.send({"exercise": exercise, "source": source, "printed": printed})
            while (message := self._hear()) is not None:
                body = message.body
                if "judged" in body:
                    break
                if "probe" in body:
                    reply = ask(body, message.blobs)
                    self._channel.send(reply.body, reply.blobs)
                else:
                    finding = Finding.read(body["finding"])
                    heard(finding, body["asked"])
                    found[finding.check.id] = finding
            self.gone = message is None
        except TimeoutError:
            self._end_late()
        except (OSError, FormatError):
            self.gone = True
        return [found.get(check.id) or _unheard(check) for check in checks]

    def _hear(self) -> Message | None:
        """What it says next.  Raises TimeoutError once its time is over."""
        poll, idle, looked_at = select.poll(), 0.0, time.monotonic()
        poll.register(self._channel.socket, select.POLLIN)
        patience = self._channel.socket.gettimeout() or math.inf
        while not poll.poll(TICK_SECONDS * 1000):
            worked, ready = look(self._pid) if self._pid else (0.0, False)
            now = time.monotonic()
            idle += 0 if ready else now - looked_at
            looked_at = now
            if worked > JUDGING_SECONDS or idle > patience:
                raise TimeoutError
        return self._channel.receive()

    def _end_late(self) -> None:
        self._late = True
        if self._pid:
            with suppress(ProcessLookupError):
                os.kill(self._pid, signal.SIGKILL)

    def close(self) -> None:
        """End this judge."""
        self._channel.socket.close()


def _unheard(check: Check) -> Finding:
    return Finding(check, Verdict.INCONCLUSIVE, sentence="the check did not run to its end")
