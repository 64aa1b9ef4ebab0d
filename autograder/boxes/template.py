"""The warm template process, seen from the clerk."""

import json
import math
import os
import socket
import tempfile
import time
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from autograder.boxes.cgroups import delegated, put_into_group
from autograder.boxes.layers import LAYERS
from autograder.boxes.process import PACKET, START_SECONDS, WarmProcess
from autograder.config import WARM, RunLimits
from autograder.errors import BoxError

PAUSES = (0.1, 0.5, 2.0)  # until the machine has room again
SPARE_MIB = 512  # pages of the template that a box writes to become its own
_THREADS = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "NUMEXPR_NUM_THREADS")


@dataclass(frozen=True, slots=True)
class Forked:
    """A box that was just forked: its channel, its death notice, and a handle on its process.

    `work` is its folder for files where no mount namespace bounds what it writes.
    """

    channel: socket.socket
    report: socket.socket
    pidfd: int
    pid: int
    group: Path | None
    work: Path | None


class Template(WarmProcess):
    """Libraries imported once; forks a box per submission.  Use it as a context manager.

    `layers` are those that boxes of it shall have, as far as this machine can do them; `warm` are
    the libraries that they need not import.
    """

    def __init__(
        self,
        layers: Iterable[str] = LAYERS,
        *,
        device: str = "cpu",
        warm: Sequence[str] = WARM,
        scratch: Path | None = None,
    ) -> None:
        self._wanted = tuple(layers)
        self._device = device
        self._layers: tuple[str, ...] | None = None
        self._groups: Path | None = None
        self._warm = False
        self._told_mib = 0
        super().__init__(
            "template",
            "autograder.guest",
            json.dumps({"layers": self._wanted, "device": device, "warm": warm}),
            environment=_environment(device),
            folder=scratch or Path(tempfile.gettempdir()),  # it writes there while it warms up
        )

    def find_layers(self) -> tuple[str, ...]:
        """The layers that work here, each tried: known before the imports.  Raises BoxError."""
        if self._layers is None:
            found = tuple(self._hear()["layers"])
            self._groups = delegated() if "cgroup" in self._wanted else None
            self._layers = (*found, "cgroup") if self._groups else found
        return self._layers

    def wait_until_warm(self) -> None:
        """Wait for the imports.  Raises BoxError."""
        self.find_layers()
        if not self._warm:
            self._hear()
            self._warm = True

    def _hear(self) -> dict[str, Any]:
        told = super()._hear()
        if "failed" in told:
            raise BoxError(told["failed"])
        return told

    def _size_mib(self) -> int:
        # It tells so itself: in a user namespace of its own, what was started only waits for it.
        return self._told_mib

    def fork(
        self,
        limits: RunLimits,
        work: str,
        *,
        layers: Sequence[str],
        folders: Sequence[Path] = (),
        copied: Path | None = None,
        shared: Mapping[str, str] = {},
        slot: int = 0,
        seed: int = 0,
    ) -> Forked:
        """Ask for one box, which writes in `work`, and again where the machine has no room for it.

        Raises BoxError when the template is gone, or the machine stays full.  Of two `folders` that
        hold a file of one name, the first one counts, and before them what is `copied`, which the
        box may change.  What is `shared`, by name, it reads where it is.  A slot has one box at a
        time; as root it has a user of its own.
        """
        profile = {
            "layers": list(layers),
            # Pids have 22 bits, and so the slots of all commands on a machine are different.
            "slot": os.getpid() << 9 | slot,
            "folders": [*map(str, filter(None, [copied])), *map(str, folders)],
            "copied": int(copied is not None),
            "shared": dict(shared),
            "work": work,
            "memory_mib": limits.memory_mib,
            "file_mib": limits.file_mib,
            "cpu_seconds": math.ceil(limits.notebook_seconds * 2),
            "device": self._device,
        }
        seconds = math.ceil(limits.probe_seconds)
        request = {"profile": profile, "seed": seed, "probe_seconds": seconds}
        for pause in (*PAUSES, None):
            forked = self._ask_for_one(json.dumps(request).encode())
            if not isinstance(forked, str):
                break
            time.sleep(pause or 0)
        else:
            raise BoxError(f"the machine has no room for another process: {forked}")
        channel, report, pidfd = forked
        pid, group = _pid_of(pidfd), None
        if self._groups and "cgroup" in layers:
            try:
                group = put_into_group(self._groups, pid, limits.memory_mib + SPARE_MIB)
            except OSError as problem:
                raise BoxError(f"the box has no group of its own: {problem}") from None
        unbounded = None if "mount" in layers else Path(work)
        return Forked(channel, report, pidfd, pid, group, unbounded)

    def _ask_for_one(self, request: bytes) -> tuple[socket.socket, socket.socket, int] | str:
        """Channel, death notice and handle of a new box, or why the kernel refused one."""
        channel, their_channel = socket.socketpair()
        report, their_report = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        try:
            with their_channel, their_report:
                descriptors = [their_channel.fileno(), their_report.fileno()]
                socket.send_fds(self._control, [request], descriptors)
            report.settimeout(START_SECONDS)
            packet, passed, _, _ = socket.recv_fds(report, PACKET, 1)
        except OSError as problem:
            raise BoxError(f"the template is gone: {problem}") from None
        told = json.loads(packet or b"{}")
        if "refused" in told:
            channel.close()
            report.close()
            return str(told["refused"])
        if not passed:
            raise BoxError("the template is gone")
        self._told_mib = told["template_kib"] >> 10
        return channel, report, passed[0]


def _pid_of(pidfd: int) -> int:
    lines = Path(f"/proc/self/fdinfo/{pidfd}").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("Pid:"))


def _environment(device: str) -> dict[str, str]:
    environment = {
        "PATH": "/usr/bin:/bin",
        "LANG": "C.UTF-8",
        "PYTHONHASHSEED": "0",
        "CUDA_VISIBLE_DEVICES": "",
        # joblib looks once, when it is imported: a box has no processes to give it.
        "JOBLIB_MULTIPROCESSING": "0",
    } | dict.fromkeys(_THREADS, "1")
    if device == "cuda":
        environment["CUDA_VISIBLE_DEVICES"] = os.environ.get("CUDA_VISIBLE_DEVICES", "0")
        # Asking whether there is a device must not initialise the runtime before the fork.
        environment["PYTORCH_NVML_BASED_CUDA_CHECK"] = "1"
    return environment
