"""The layers of a box: what each keeps from student code, and how to get one that is off.

A wall stands when one of its layers does; without every wall nothing is graded, unless an operator
accepts it.  Time, the last wall, is kept by the clerk and needs nothing of the machine.
"""

from collections.abc import Collection
from dataclasses import dataclass

_NAMESPACES = (
    "sudo sysctl -w user.max_user_namespaces=15000 kernel.unprivileged_userns_clone=1 "
    "(Ubuntu: also kernel.apparmor_restrict_unprivileged_userns=0), or grade as root"
)


@dataclass(frozen=True, slots=True)
class Layer:
    """One layer: its name, what an attacker could do without it, and the remedy.

    `attempt` is a cell that does the forbidden thing, and so fails in a box that has this layer
    and those `beside` it, which it cannot do without.
    """

    name: str
    without: str
    remedy: str
    attempt: str
    beside: tuple[str, ...] = ()


_TABLE = (
    Layer(
        "mount",
        "see which files the machine has, and read those that Landlock does not close",
        _NAMESPACES,
        "open({open_file!r}).read()",
    ),
    Layer(
        "landlock",
        "read files, if a way out of the mount namespace is found",
        "boot Linux 5.13 or later with landlock among lsm=..., see /sys/kernel/security/lsm",
        "open({open_file!r}).read()",
    ),
    Layer(
        "network",
        "send packets, if a way around seccomp is found",
        _NAMESPACES,
        "import socket; socket.create_connection(('127.0.0.1', {port}), 5).close()",
    ),
    Layer(
        "pid",
        "see that other processes exist, and leave one behind if seccomp is off too",
        _NAMESPACES,
        "import os; os.kill({pid}, 0)",
    ),
    Layer(
        "seccomp",
        "start programs, and use every system call of the kernel",
        "use Linux 5.5 or later with CONFIG_SECCOMP_FILTER, in containers a profile that allows it",
        "import subprocess; subprocess.run(['true'], check=True)",
    ),
    Layer(
        "rlimits",
        "fill the memory and the disk",
        "start the command from a shell whose `ulimit -a` has no lower limits",
        "len(bytearray(1 << 29))",
    ),
    Layer(
        "cgroup",
        "use the memory limit once more in each process that a question starts",
        "systemd-run --user --scope -p Delegate=yes autograder grade ...",
        "len(b'x' * (1 << 30))",
    ),
    Layer(
        "user",
        "use your own rights wherever no other layer stops it",
        "grade as root: each worker then gets a user of its own",
        "import os; os.setuid(0)",
        ("mount",),
    ),
    Layer(
        "ipc",
        "use System V shared memory of other programs, if seccomp is off",
        _NAMESPACES,
        "import ctypes; assert ctypes.CDLL(None).shmget({key}, 0, 0) >= 0",
    ),
    Layer(
        "uts",
        "learn the machine's name",
        _NAMESPACES,
        "import socket; assert socket.gethostname() == {host!r}",
    ),
)
LAYERS = {layer.name: layer for layer in _TABLE}
WALLS = {
    "files": ("mount", "landlock"),
    "network": ("network", "seccomp"),
    "processes": ("pid", "seccomp"),
    "memory": ("rlimits", "cgroup"),
}


def missing_walls(layers: Collection[str]) -> tuple[str, ...]:
    """The walls of which no layer is among these."""
    return tuple(wall for wall, of in WALLS.items() if not set(of) & set(layers))
