"""The judge, seen from the clerk: a warm pytest session that collected the checks once."""

import json
import os
import socket
import tempfile
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path

from autograder.boxes import Reply, WarmProcess
from autograder.config import Course
from autograder.errors import BoxError, CourseError, Problem
from autograder.evidence import Channel, FormatError, Json
from autograder.model import Check, Finding, Verdict

JUDGING_SECONDS = 300

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
        settings = {
            "folder": str(folder),
            "data": str(course.source(assignment)),
            "assignment": assignment,
            "device": device,
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

        Raises BoxError when the template is gone.
        """
        request = json.dumps({"do": "fork", "seed": seed}).encode()
        ours, theirs = socket.socketpair()
        try:
            socket.send_fds(self._control, [request], [theirs.fileno()])
        except OSError as problem:
            raise BoxError(f"the judge is gone: {problem}") from None
        finally:
            theirs.close()
        ours.settimeout(JUDGING_SECONDS)
        return Judge(Channel(ours))


class Judge:
    """One submission's judge, alive from its first exercise to its last."""

    def __init__(self, channel: Channel) -> None:
        self._channel = channel
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
        try:
            self._channel.send({"exercise": exercise, "source": source, "printed": printed})
            while (message := self._channel.receive()) is not None:
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
            pass  # a check that never ends would not end the next time either
        except (OSError, FormatError):
            self.gone = True
        return [found.get(check.id) or _unheard(check) for check in checks]

    def close(self) -> None:
        """End this judge."""
        self._channel.socket.close()


def _unheard(check: Check) -> Finding:
    return Finding(check, Verdict.INCONCLUSIVE, sentence="the check did not run to its end")
