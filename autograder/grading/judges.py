"""The judge, seen from the clerk: a warm pytest session that collected the checks once."""

import json
import os
import socket
import subprocess
import sys
import tempfile
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

from autograder.boxes import Reply
from autograder.errors import BoxError, CourseError, Problem
from autograder.evidence import Channel, FormatError, Json
from autograder.model import Check, Finding, Verdict

START_SECONDS = 120
JUDGING_SECONDS = 300
PACKET = 1 << 20

Ask = Callable[[dict[str, Json], Sequence[bytes]], Reply]


class JudgeTemplate:
    """Checks imported and collected once; forks a judge per submission."""

    def __init__(
        self,
        folder: Path,
        data: Path,
        *,
        assignment: str,
        seed: str,
        device: str,
        scratch: Path | None = None,
    ) -> None:
        self._checks: tuple[Check, ...] = ()
        settings = {
            "folder": str(folder),
            "data": str(data),
            "assignment": assignment,
            "seed": seed,
            "device": device,
        }
        self._control, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        self._process = subprocess.Popen(  # noqa: S603 - our own module
            [
                *(sys.executable, "-I", "-m", "autograder.checks.judge"),
                str(theirs.fileno()),
            ],
            pass_fds=[theirs.fileno()],
            env={
                "PATH": os.environ.get("PATH", "/usr/bin:/bin"),
                "LANG": "C.UTF-8",
                "OMP_NUM_THREADS": "1",
                "PYTHONHASHSEED": "0",
                "PYTHONDONTWRITEBYTECODE": "1",
                "CUDA_VISIBLE_DEVICES": "",
                "TMPDIR": str(scratch or tempfile.gettempdir()),
            },
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            process_group=0,  # the clerk decides what an interrupt from the keyboard means
        )
        theirs.close()
        # Not on the command line: everyone on the machine could read the course seed there.
        with suppress(OSError):  # it is gone already, as `checks` will tell
            self._control.send(json.dumps(settings).encode())

    def checks(self) -> tuple[Check, ...]:
        """Wait for the collection.  Raises CourseError with all that is wrong in the checks."""
        if self._checks:
            return self._checks
        self._control.settimeout(START_SECONDS)
        try:
            packet = self._control.recv(PACKET)
        except TimeoutError:
            raise BoxError(f"the judge did not start within {START_SECONDS} s") from None
        except OSError as problem:
            raise BoxError(f"the judge ended while it started: {problem}") from None
        if not packet:
            raise BoxError("the judge ended while it started; its message is above")
        told = json.loads(packet)
        if "problems" in told:
            raise CourseError([Problem(**problem) for problem in told["problems"]])
        self._checks = tuple(Check(**check) for check in told["checks"])
        return self._checks

    @property
    def gone(self) -> bool:
        """Whether the process has ended."""
        with suppress(subprocess.TimeoutExpired):
            self._process.wait(timeout=1)
        return self._process.returncode is not None

    def fork(self) -> "Judge":
        """A judge for one submission.  Raises BoxError when the template is gone."""
        ours, theirs = socket.socketpair()
        try:
            socket.send_fds(self._control, [json.dumps({"do": "fork"}).encode()], [theirs.fileno()])
        except OSError as problem:
            raise BoxError(f"the judge is gone: {problem}") from None
        finally:
            theirs.close()
        ours.settimeout(JUDGING_SECONDS)
        return Judge(Channel(ours))

    def close(self) -> None:
        """End the template; judges that still run end with their channels."""
        self._control.close()
        try:
            self._process.wait(timeout=5)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()

    def __enter__(self) -> "JudgeTemplate":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


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
        heard: Callable[[str], None],
        *,
        source: str,
        printed: str,
    ) -> list[Finding]:
        """The findings of one exercise, its probes put through `ask`.

        `heard` gets a check's id when it is done.  A check of which nothing is heard is
        inconclusive.  Raises what `ask` raises.
        """
        by_id = {check.id: check for check in checks}
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
                    heard(body["finding"]["check"])
                    found[body["finding"]["check"]] = _finding(body["finding"], by_id)
            self.gone = message is None
        except TimeoutError:
            pass  # a check that never ends would not end the next time either
        except (OSError, FormatError):
            self.gone = True
        return [found.get(check.id) or _unheard(check) for check in checks]

    def close(self) -> None:
        """End this judge."""
        self._channel.socket.close()


def _finding(told: dict[str, Any], checks: dict[str, Check]) -> Finding:
    check = checks[told["check"]]
    verdict = Verdict(told["verdict"])
    return Finding(check, verdict, told["share"], told["sentence"], told["hint"])


def _unheard(check: Check) -> Finding:
    return Finding(check, Verdict.INCONCLUSIVE, sentence="the check did not run to its end")
