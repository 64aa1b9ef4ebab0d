"""Examines a machine: a real box with one layer tries to do what this layer forbids.

A layer that is off, and a layer that permits the attempt, are the same to an attacker and here.
"""

import ctypes
import os
import socket
import stat
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from autograder.boxes.box import Box, Ended
from autograder.boxes.layers import LAYERS, Layer, missing_walls
from autograder.boxes.template import Template
from autograder.config import RunLimits
from autograder.model import Ending

_LIMITS = RunLimits(cell_seconds=2, notebook_seconds=6, probe_seconds=1, memory_mib=256)
_LOOP = "import signal\nsignal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGINT])\nwhile True: pass"
_IPC_CREAT, _IPC_RMID = 0o1000, 0


@dataclass(frozen=True, slots=True)
class Examination:
    """The layers that hold on this machine, and whether a box that never ends is ended."""

    holding: tuple[str, ...]
    ends: bool

    @property
    def missing(self) -> tuple[str, ...]:
        """The walls that are missing: without each of them nothing is graded unless accepted."""
        return (*missing_walls(self.holding), *(() if self.ends else ("time",)))

    @property
    def sentence(self) -> str:
        """What follows from it for grading on this machine."""
        if self.missing:
            walls = " and ".join(self.missing)
            return f"Walls are missing here: {walls}. Grading needs --accept-weaker-box."
        return "No wall is missing: student code can be graded here."

    def as_json(self) -> dict[str, Any]:
        """Everything as plain data."""
        layers = [
            {
                "name": layer.name,
                "on": layer.name in self.holding,
                "without": layer.without,
                "remedy": layer.remedy,
            }
            for layer in LAYERS.values()
        ]
        return {"layers": layers, "time": self.ends, "missing_walls": list(self.missing)}


def examine() -> Examination:
    """Try every layer that this machine claims, each in a box that has it alone.

    Raises BoxError when no template can be started.
    """
    with Template() as template, canaries() as aims:
        claimed = template.find_layers()
        template.wait_until_warm()
        holding = [name for name in claimed if refuses(template, LAYERS[name], aims)]
        ends = _ending(template, claimed, _LOOP) is Ending.TIMED_OUT
    return Examination(tuple(holding), ends)


def refuses(
    template: Template, layer: Layer, aims: dict[str, Any], layers: Sequence[str] | None = None
) -> bool:
    """Whether all attempts on a layer fail, in boxes with this layer alone or with other ones."""
    own = (layer.name, *layer.beside) if layers is None else layers
    folder, failed = aims["folder"], {None, Ending.OUT_OF_MEMORY}
    return all(_ending(template, own, a.format(**aims), folder) in failed for a in layer.attempts)


def _ending(
    template: Template, layers: Sequence[str], source: str, *folders: Path
) -> Ending | None:
    """How a box ends that runs this; None where the cell fails and nothing else happens."""
    try:
        with small_box(template, layers, *folders) as box:
            return Ending.FINISHED if box.run(source).failure is None else None
    except Ended as ended:
        return ended.ending


@contextmanager
def small_box(template: Template, layers: Sequence[str], *folders: Path) -> Iterator[Box]:
    """A box with these layers, folders and small limits, which is closed in the end."""
    with tempfile.TemporaryDirectory() as work:
        box = Box(template.fork(_LIMITS, work, layers=layers, folders=folders), _LIMITS)
        try:
            box.wait_until_ready()
            yield box
        finally:
            box.close()


@contextmanager
def canaries() -> Iterator[dict[str, Any]]:
    """What the attempts are aimed at: files, a listener, a process and shared memory of ours.

    Among the files is a device where we may make one.
    """
    libc = ctypes.CDLL(None)
    key = 0x0A67_0000 | (os.getpid() & 0xFFFF)
    memory = libc.shmget(key, 4096, _IPC_CREAT | 0o666)
    command = [sys.executable, "-c", "import time; time.sleep(600)"]
    with (
        tempfile.TemporaryDirectory() as folder,
        tempfile.TemporaryDirectory() as given,
        socket.create_server(("127.0.0.1", 0)) as listener,
        subprocess.Popen(command) as sleeper,  # noqa: S603 - our own
    ):
        canary = Path(folder, "canary")
        canary.write_text("a canary\n")
        with suppress(OSError):
            os.mknod(Path(given, "device"), stat.S_IFCHR | 0o666, os.makedev(1, 5))
        for path, mode in ((folder, 0o755), (given, 0o755), (canary, 0o644)):
            Path(path).chmod(mode)
        try:
            yield {
                "folder": Path(given),
                "open_file": str(canary),
                "port": listener.getsockname()[1],
                "pid": sleeper.pid,
                "key": key,
                "host": socket.gethostname(),
            }
        finally:
            sleeper.kill()
            libc.shmctl(memory, _IPC_RMID, None)
