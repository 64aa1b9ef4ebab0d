"""A warm process of ours: it imports for seconds, then forks whenever the clerk asks."""

import json
import resource
import socket
import subprocess
import sys
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any, Self

from autograder.errors import BoxError

START_SECONDS = 120
PACKET = 1 << 20
GROWTH_MIB = 256
_RUN = """
import gc, runpy, sys
gc.disable()  # nothing that is imported goes again: to look for it takes half a second
runpy.run_module(sys.argv.pop(1), run_name="__main__", alter_sys=True)
"""


class WarmProcess:
    """Started as a module with one end of a control socket; ends with the other end.

    It turns its garbage collector on again once it has started.  Use it as a context manager.
    Raises BoxError where the machine has no room for it.
    """

    def __init__(
        self,
        name: str,
        module: str,
        *arguments: str,
        environment: Mapping[str, str],
        folder: Path | None = None,
    ) -> None:
        self._name = name
        self._first_mib = 0
        self._control, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        # No current folder and no user site decides what is imported.  Not -I: with it Python
        # reads nothing of the environment, the hash seed that we fix there included.
        command = [sys.executable, "-P", "-s", "-c", _RUN, module, str(theirs.fileno())]
        try:
            self._process = subprocess.Popen(  # noqa: S603 - our own module
                [*command, *arguments],
                pass_fds=[theirs.fileno()],
                env=environment,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                cwd=folder,
                process_group=0,  # the clerk decides what an interrupt from the keyboard means
            )
        except OSError as problem:
            self._control.close()
            raise BoxError(f"the {name} could not be started: {problem}") from None
        finally:
            theirs.close()

    def _hear(self) -> dict[str, Any]:
        """What it says next while it starts.  Raises BoxError when it says nothing."""
        self._control.settimeout(START_SECONDS)
        try:
            packet = self._control.recv(PACKET)
        except TimeoutError:
            raise BoxError(f"the {self._name} did not start within {START_SECONDS} s") from None
        except OSError as problem:
            raise BoxError(f"the {self._name} ended while it started: {problem}") from None
        if not packet:
            raise BoxError(f"the {self._name} ended while it started; its message is above")
        told: dict[str, Any] = json.loads(packet)
        return told

    @property
    def gone(self) -> bool:
        """Whether the process has ended."""
        with suppress(subprocess.TimeoutExpired):
            self._process.wait(timeout=1)
        return self._process.returncode is not None

    @property
    def grown(self) -> bool:
        """Whether it holds much more memory than when this was asked first."""
        now = self._size_mib()
        self._first_mib = self._first_mib or now
        return now > self._first_mib + GROWTH_MIB

    def _size_mib(self) -> int:
        with suppress(OSError):
            resident = Path(f"/proc/{self._process.pid}/statm").read_text().split()[1]
            return int(resident) * resource.getpagesize() >> 20
        return 0

    def close(self) -> None:
        """End the process; its forks end with it, or when their own channels close."""
        self._control.close()
        try:
            self._process.wait(timeout=5)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()
