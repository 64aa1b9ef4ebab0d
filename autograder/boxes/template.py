"""The warm template process, seen from the clerk."""

import json
import os
import socket
import subprocess
import sys
from dataclasses import asdict, dataclass
from types import TracebackType

from autograder.errors import BoxError, ConfinementError

START_SECONDS = 120
PACKET = 1 << 20
_THREADS = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "NUMEXPR_NUM_THREADS")


@dataclass(frozen=True, slots=True)
class Profile:
    """What one box may use; of two folders that hold a file of one name, the first one counts."""

    confined: bool
    slot: int
    folders: list[str]
    work: str
    memory_mib: int
    file_mib: int
    cpu_seconds: int
    device: str


@dataclass(frozen=True, slots=True)
class Forked:
    """A box that was just forked: its channel, its death notice, and a handle on its process."""

    channel: socket.socket
    report: socket.socket
    pidfd: int


class Template:
    """Libraries imported once; forks a box per submission.  Use it as a context manager."""

    def __init__(self, *, confined: bool, device: str = "cpu") -> None:
        self.confined = confined
        self.device = device
        self._control, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        config = json.dumps({"confined": confined, "device": device})
        # -I: no environment, no current folder and no user site decides what is imported.
        self._process = subprocess.Popen(  # noqa: S603 - our own module
            [sys.executable, "-I", "-m", "autograder.guest", str(theirs.fileno()), config],
            pass_fds=[theirs.fileno()],
            env=_environment(device),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
        )
        theirs.close()

    def wait_until_warm(self) -> None:
        """Wait for the imports.

        Raises ConfinementError when this machine cannot confine a box, BoxError for all else.
        """
        self._control.settimeout(START_SECONDS)
        try:
            packet = self._control.recv(PACKET)
        except TimeoutError:
            raise BoxError(f"the template did not start within {START_SECONDS} s") from None
        if not packet:
            raise BoxError("the template ended while it started; its message is above")
        told = json.loads(packet)
        if "unconfinable" in told:
            why = told["unconfinable"]
            raise ConfinementError(f"Student code cannot be confined here ({why}).")
        if "failed" in told:
            raise BoxError(told["failed"])

    def fork(self, profile: Profile, *, seed: int, probe_seconds: int) -> Forked:
        """Ask for one box.  Raises BoxError when the template is gone."""
        channel, their_channel = socket.socketpair()
        report, their_report = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        request = {"profile": asdict(profile), "seed": seed, "probe_seconds": probe_seconds}
        try:
            descriptors = [their_channel.fileno(), their_report.fileno()]
            socket.send_fds(self._control, [json.dumps(request).encode()], descriptors)
            their_channel.close()
            their_report.close()
            report.settimeout(START_SECONDS)
            packet, passed, _, _ = socket.recv_fds(report, PACKET, 1)
        except OSError as problem:
            raise BoxError(f"the template is gone: {problem}") from None
        if not packet or not passed:
            raise BoxError("the template is gone")
        return Forked(channel, report, passed[0])

    def close(self) -> None:
        """End the template; boxes that still run die with it."""
        self._control.close()
        try:
            self._process.wait(timeout=5)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()

    def __enter__(self) -> "Template":
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        problem: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()


def _environment(device: str) -> dict[str, str]:
    environment = {
        "PATH": "/usr/bin:/bin",
        "LANG": "C.UTF-8",
        "PYTHONHASHSEED": "0",
        "PYTHONDONTWRITEBYTECODE": "1",
        "CUDA_VISIBLE_DEVICES": "",
    } | dict.fromkeys(_THREADS, "1")
    if device == "cuda":
        environment["CUDA_VISIBLE_DEVICES"] = os.environ.get("CUDA_VISIBLE_DEVICES", "0")
        # Asking whether there is a device must not initialise the runtime before the fork.
        environment["PYTORCH_NVML_BASED_CUDA_CHECK"] = "1"
    return environment
