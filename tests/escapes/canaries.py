"""What an attack must not touch: files, sockets, a process; and what it must not show: secrets."""

import os
import resource
import secrets
import socket
import subprocess
from contextlib import suppress
from pathlib import Path
from typing import Any

from attacked_course import make_course

from autograder.guest import syscalls
from autograder.notebooks.assignment import read_release
from autograder.notebooks.earlier import remember

ATTACKER = "mallory"


class Target:
    """A course with its canaries; close it in any case."""

    def __init__(self, root: Path) -> None:
        names = ("seed", "gradebook", "home", "other submission", "neighbour")
        self.secrets = {name: f"canary-{secrets.token_hex(12)}" for name in names}
        self.secrets["hidden rows"] = f"{secrets.randbelow(10**12):012d}"
        self.course = make_course(root, self.secrets)
        # What the clerk writes beside them is there before the first attack, and guarded as well.
        remember(self.course.releases, read_release(self.course.release("hw"), "hw", ()))
        self._files = self._snapshot()
        unix = root / "socket"
        abstract = f"canary-{secrets.token_hex(6)}"
        self._sockets = {
            "tcp": _listening(socket.AF_INET, socket.SOCK_STREAM, ("127.0.0.1", 0)),
            "udp": _listening(socket.AF_INET, socket.SOCK_DGRAM, ("127.0.0.1", 0)),
            "unix": _listening(socket.AF_UNIX, socket.SOCK_STREAM, str(unix)),
            "abstract": _listening(socket.AF_UNIX, socket.SOCK_STREAM, f"\0{abstract}"),
        }
        self._start_neighbour()
        self._fixed = {
            "course": str(root),
            "home": str(root / "home"),
            "other": str(root / "submitted/honest/hw/hw.ipynb"),
            "hidden": str(root / "checks/hw/hidden"),
            "tcp": str(self._sockets["tcp"].getsockname()[1]),
            "udp": str(self._sockets["udp"].getsockname()[1]),
            "unix": str(unix),
            "abstract": abstract,
            "clerk": str(os.getpid()),
        }

    @property
    def places(self) -> dict[str, str]:
        """Where everything is: the attacker knows it all beforehand."""
        return self._fixed | {"neighbour": str(self._neighbour.pid)}

    @property
    def submission(self) -> Path:
        """Where the attacker hands in."""
        return self.course.submitted("hw", ATTACKER)

    def clear(self) -> None:
        """Take away what was handed in last, however deep it is."""
        subprocess.run(["/bin/rm", "-rf", "--", self.submission], check=True)

    def shown(self, text: str) -> set[str]:
        """The secrets that a text holds."""
        return {name for name, secret in self.secrets.items() if secret in text}

    def touched(self) -> set[str]:
        """The canaries that are not as they were; all are mended, so that the next can start."""
        found = set()
        now = self._snapshot()
        for path in self._files.keys() | now.keys():
            if self._files.get(path) != now.get(path):
                found.add(path.name)
                self._restore(path)
        assert self._snapshot() == self._files, "a canary could not be mended"
        for name, listener in self._sockets.items():
            with suppress(BlockingIOError):
                while True:
                    _take(listener)
                    found.add(name)
        if self._look_at_neighbour() != self._calm:
            found.add("neighbour")
            self._end_neighbour()
            self._start_neighbour()
        return found

    def close(self) -> None:
        """Let go of sockets, of the neighbour, and of the last hand-in."""
        self.clear()
        for listener in self._sockets.values():
            listener.close()
        self._end_neighbour()

    def _snapshot(self) -> dict[Path, tuple[int, int, bytes]]:
        found = {}
        for place, folders, names in os.walk(self.course.root):
            folders[:] = set(folders) - {ATTACKER}  # what is handed in may have any depth
            for path in (Path(place, name) for name in names):
                if path.is_file() and not path.is_symlink():
                    known = path.stat()
                    found[path] = known.st_mode, known.st_mtime_ns, path.read_bytes()
        return found

    def _restore(self, path: Path) -> None:
        path.unlink(missing_ok=True)  # never through it: it may be a link by now
        if path not in self._files:
            return
        mode, when, data = self._files[path]
        path.write_bytes(data)
        path.chmod(mode)
        os.utime(path, ns=(when, when))

    def _start_neighbour(self) -> None:
        token = {"TOKEN": self.secrets["neighbour"]}
        # It has no more rights than a box can have: root's own would protect it even from root.
        self._neighbour = subprocess.Popen(
            ["/bin/sleep", "1000"], env=token, preexec_fn=_have_no_capability
        )
        self._calm = self._look_at_neighbour()

    def _end_neighbour(self) -> None:
        self._neighbour.kill()
        self._neighbour.wait()

    def _look_at_neighbour(self) -> tuple[Any, ...]:
        pid = self._neighbour.pid
        try:
            status = Path(f"/proc/{pid}/status").read_text().splitlines()
            told = dict(line.split(":\t", 1) for line in status if ":\t" in line)
            limits = resource.prlimit(pid, resource.RLIMIT_NOFILE)
            stopped = told["State"][0] in "TtZ"
            return (
                stopped,
                told["TracerPid"],
                limits,
                os.sched_getaffinity(pid),
                os.getpriority(0, pid),
            )
        except ProcessLookupError:
            return ("gone",)


def _have_no_capability() -> None:
    syscalls.drop_bounding_set()
    syscalls.drop_capabilities()


def _listening(family: int, kind: int, address: Any) -> socket.socket:
    listener = socket.socket(family, kind)
    listener.bind(address)
    listener.setblocking(False)
    if kind == socket.SOCK_STREAM:
        listener.listen(8)
    return listener


def _take(listener: socket.socket) -> None:
    if listener.type == socket.SOCK_DGRAM:
        listener.recv(100)
    else:
        listener.accept()[0].close()
