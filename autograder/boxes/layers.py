"""The layers of a box: what each keeps from student code, and how to get one that is off.

A wall stands when its layers do; without every wall nothing is graded, unless an operator
accepts it.  Time, the last wall, is kept by the clerk and needs nothing of the machine.
"""

from collections.abc import Collection
from dataclasses import dataclass

_NAMESPACES = (
    "sudo sysctl -w user.max_user_namespaces=15000 kernel.unprivileged_userns_clone=1 "
    "(Ubuntu: also kernel.apparmor_restrict_unprivileged_userns=0), or grade as root"
)
_MANY_THREADS = """
import threading
threading.stack_size(65536)
done = threading.Event()
try:
    for _ in range(300): threading.Thread(target=done.wait).start()
finally:
    done.set()
"""
# A process that is no child of the box, and a lease, which holds up others who open the file.
_CLONE_PARENT = """
import ctypes, os, platform
number = 220 if platform.machine() == "aarch64" else 56
child = ctypes.CDLL(None).syscall(number, 0x8011, 0, 0, 0, 0)
child or os._exit(0)
assert child > 0
"""
_LEASE = "import fcntl; fcntl.fcntl(open({open_file!r}), fcntl.F_SETLEASE, fcntl.F_RDLCK)"


@dataclass(frozen=True, slots=True)
class Layer:
    """One layer: its name, what an attacker could do without it, and the remedy.

    `attempts` are cells that do the forbidden thing, each in its way, and so all fail in a box that
    has this layer and those `beside` it, which it cannot do without.
    """

    name: str
    without: str
    remedy: str
    attempts: tuple[str, ...]
    beside: tuple[str, ...] = ()


_TABLE = (
    Layer(
        "mount",
        "see which files the machine has, and read those that Landlock does not close",
        _NAMESPACES,
        (
            "open({open_file!r}).read()",
            "import os; os.chmod({open_file!r}, 0o644)",
            "open('device', 'rb').read(1)",
        ),
    ),
    Layer(
        "landlock",
        "read files, if a way out of the mount namespace is found",
        "boot Linux 5.13 or later with landlock among lsm=..., see /sys/kernel/security/lsm",
        ("open({open_file!r}).read()",),
    ),
    Layer(
        "network",
        "send packets, if a way around seccomp is found",
        _NAMESPACES,
        ("import socket; socket.create_connection(('127.0.0.1', {port}), 5).close()",),
    ),
    Layer(
        "pid",
        "see that other processes exist, and leave one behind if seccomp is off too",
        _NAMESPACES,
        ("import os; os.kill({pid}, 0)",),
    ),
    Layer(
        "seccomp",
        "start programs, use every system call, and change rights and times of files outside",
        "use Linux 5.5 or later with CONFIG_SECCOMP_FILTER, in containers a profile that allows it",
        (
            "import subprocess; subprocess.run(['true'], check=True)",
            "import os; os.chmod({open_file!r}, 0o644)",
            "import os; os.utime({open_file!r})",
            _LEASE,
            _CLONE_PARENT,
            _MANY_THREADS,
        ),
    ),
    Layer(
        "rlimits",
        "fill the memory and the disk",
        "start the command from a shell whose `ulimit -a` has no lower limits",
        ("len(bytearray(1 << 29))",),
    ),
    Layer(
        "cgroup",
        "use the memory limit once more in each process that a question starts",
        "systemd-run --user --scope -p Delegate=yes autograder grade ...",
        ("len(b'x' * (1 << 30))",),
    ),
    Layer(
        "user",
        "use your own rights wherever no other layer stops it, or take threads that others need",
        "use Linux 5.14 or later, and: " + _NAMESPACES,
        ("import os; os.setuid(0)", _MANY_THREADS),
        ("mount", "rlimits"),
    ),
    Layer(
        "ipc",
        "use System V shared memory of other programs, if seccomp is off",
        _NAMESPACES,
        ("import ctypes; assert ctypes.CDLL(None).shmget({key}, 0, 0) >= 0",),
    ),
    Layer(
        "uts",
        "learn the machine's name",
        _NAMESPACES,
        ("import socket; assert socket.gethostname() == {host!r}",),
    ),
)
LAYERS = {layer.name: layer for layer in _TABLE}
# Each stands with one of these.  What a file is, not what is in it, Landlock leaves to seccomp.
WALLS = {
    "files": ({"mount"}, {"landlock", "seccomp"}),
    "network": ({"network"}, {"seccomp"}),
    "processes": ({"pid"}, {"seccomp"}),
    "memory": ({"rlimits"}, {"cgroup"}),
}


def missing_walls(layers: Collection[str]) -> tuple[str, ...]:
    """The walls that do not stand with these layers."""
    return tuple(wall for wall, of in WALLS.items() if not any(one <= set(layers) for one in of))
