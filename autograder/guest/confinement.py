"""Putting a freshly forked box into its confinement, one layer after another, each on its own.

descriptors   only the channel to the clerk, and a file that collects raw output
mount         a root of read-only libraries and a small /tmp
network, ipc, uts   namespaces with nothing in them; pid is entered at the fork
user          a user of its own where the template is root, elsewhere a user namespace of its
              own: the limit of threads counts for either; never a capability
rlimits       memory, file size, open files, threads, CPU seconds, no core file
landlock      the same files once more, by rule
seccomp       last, so that nothing above needs a call that it refuses
"""

import os
import resource
import signal
import socket
import sys
import tempfile
from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

from autograder.guest import landlock, seccomp, syscalls
from autograder.guest.offering import offer
from autograder.guest.root import GIVEN, WORK, WRITABLE, devices, enter_root, libraries

# Where a container maps few users, those at the end of the usual 65536, used in turn.
USERS, FEW_USERS, FEW = 1 << 30, 61184, 4096
DESCRIPTORS = 256
THREADS, SIGNALS = 256, 1024
MIB = 1 << 20
NAMESPACES = {
    "mount": syscalls.CLONE_NEWNS,
    "network": syscalls.CLONE_NEWNET,
    "ipc": syscalls.CLONE_NEWIPC,
    "uts": syscalls.CLONE_NEWUTS,
}
_KEPT = ("CUDA_VISIBLE_DEVICES", "PYTORCH_NVML_BASED_CUDA_CHECK", "JOBLIB_MULTIPROCESSING")
# What libraries look up about the machine; without a pid namespace /proc shows others too.
_LOOKED_UP = (
    "/proc/cpuinfo", "/proc/meminfo", "/proc/stat", "/proc/filesystems", "/proc/sys/vm",
    "/proc/sys/kernel", "/sys/devices/system", "/sys/fs/cgroup",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Profile:
    """What one box may use; of two folders that hold a file of one name, the first one counts.

    The first `copied` ones are copied, to be changed.
    """

    layers: list[str]
    slot: int
    folders: list[str]
    work: str
    memory_mib: int
    file_mib: int
    cpu_seconds: int
    device: str
    copied: int = 0
    shared: dict[str, str] = field(default_factory=dict)  # data by name, in no folder of its own


def confine(profile: Profile, keep: Iterable[int]) -> int | None:
    """Confine this process; returns the listener for forks, or None without seccomp.

    Raises OSError when a layer cannot be had: a box with a missing layer never runs student code.
    """
    close_descriptors(keep)
    os.setsid()
    _die_with_the_template()
    # What its own children leave behind stays below it, where the clerk looks for it.
    syscalls.prctl(syscalls.PR_SET_CHILD_SUBREAPER, 1)
    layers, work, folders = profile.layers, profile.work, profile.folders
    shared = profile.shared
    enter_namespaces(layers)
    if "mount" in layers:
        work, folders = WORK, enter_root(profile.folders, profile.device, shared.values())
    os.chdir(work)
    other = "user" in layers and os.geteuid() == 0
    for number, folder in enumerate(folders):
        copied = number < profile.copied
        offer(Path(folder), to_another=other, walled="mount" in layers, copied=copied)
    if other:
        become_nobody(profile.slot, work)
    elif "user" in layers:
        syscalls.enter_user_namespace()
        syscalls.prctl(syscalls.PR_SET_DUMPABLE, 0)
    if "user" in layers:
        # A change of user resets it.
        _die_with_the_template()
    clean_environment(work)
    _share(shared)
    if "rlimits" in layers:
        limit(profile)
    if set(layers) <= {"rlimits"}:
        return None
    syscalls.drop_capabilities()
    syscalls.prctl(syscalls.PR_SET_NO_NEW_PRIVS, 1)
    if "landlock" in layers:
        wall_in(profile.device, [*folders, *shared.values()], mounted="mount" in layers)
    if "seccomp" not in layers:
        return None
    return syscalls.install_filter(seccomp.box_program(_as_the_filter_sees_it(profile)))


def _share(shared: dict[str, str]) -> None:
    """Let the notebook find shared data by name.  Raises OSError where it could not read them."""
    vars(sys.modules["autograder"])["_shared"] = shared
    if closed := [path for path in shared.values() if not os.access(path, os.R_OK)]:
        raise OSError(f"others may not read the shared data: chmod -R go+rX {' '.join(closed)}")


def silence() -> None:
    """Let no descriptor leave this box any more: the last one, the listener, has been sent."""
    syscalls.add_filter(seccomp.silent_program())


def _as_the_filter_sees_it(profile: Profile) -> seccomp.Box:
    return seccomp.Box(
        pid=None if "pid" in profile.layers else os.getpid(),
        mounted="mount" in profile.layers,
        counted={"user", "rlimits"} <= set(profile.layers),
        gpu=profile.device == "cuda",
    )


def close_descriptors(keep: Iterable[int]) -> None:
    """Close every descriptor but these and the standard three."""
    last = resource.getrlimit(resource.RLIMIT_NOFILE)[0]
    kept = sorted({0, 1, 2, *keep})
    for low, high in zip(kept, [*kept[1:], last], strict=True):
        os.closerange(low + 1, high)


def enter_namespaces(layers: Iterable[str]) -> None:
    """Leave those of the machine's namespaces that are layers here."""
    layers = set(layers)
    flags = sum(NAMESPACES[name] for name in layers & set(NAMESPACES))
    if flags:
        syscalls.unshare(flags)
    if "uts" in layers:
        socket.sethostname("box")


def become_nobody(slot: int, work: str) -> None:
    """From root, take a user of this slot's own, who has the work folder and no capability.

    Limits of processes count per user: two commands that shared one could starve each other.
    """
    mapped = int(Path("/proc/self/uid_map").read_text().split()[2])
    user = USERS + slot if mapped > USERS + slot else FEW_USERS + slot % FEW
    os.chown(work, user, user)
    os.setgroups([])
    os.setresgid(user, user, user)
    # Capabilities are cleared by the kernel with the last user of zero; the bounding set first.
    syscalls.drop_bounding_set()
    os.setresuid(user, user, user)


def wall_in(device: str, folders: Iterable[str], *, mounted: bool) -> None:
    """Let no file be opened but libraries, devices, what was given, and one's own."""
    # By its place, as the way to it may be closed without the template's capabilities.
    own = WRITABLE if mounted else [os.curdir]
    looked_up = ["/proc", *_LOOKED_UP] if mounted else [f"/proc/{os.getpid()}", *_LOOKED_UP]
    readable = [*libraries(), *folders, *looked_up, GIVEN]
    rules = [(path, landlock.LOOK) for path in readable]
    rules += [(path, landlock.CHANGE) for path in own]
    rules += [(path, landlock.USE) for path in devices(device)]
    landlock.restrict(rules)


def limit(profile: Profile) -> None:
    """Bound memory, CPU seconds, files, signals, and threads where they are counted alone."""
    sizes = _own_sizes()
    memory = profile.memory_mib * MIB
    limits = {
        resource.RLIMIT_DATA: sizes["VmData"] + memory,
        resource.RLIMIT_CPU: profile.cpu_seconds,
        resource.RLIMIT_FSIZE: profile.file_mib * MIB,
        resource.RLIMIT_NOFILE: DESCRIPTORS,
        resource.RLIMIT_CORE: 0,
        resource.RLIMIT_SIGPENDING: SIGNALS,
    }
    if "user" in profile.layers:
        # Elsewhere it would count all that the same user runs.
        limits[resource.RLIMIT_NPROC] = THREADS
    if profile.device != "cuda":
        # A CUDA context maps far more addresses than it uses.
        limits[resource.RLIMIT_AS] = sizes["VmSize"] + memory + 512 * MIB
    for kind, amount in limits.items():
        ceiling = resource.getrlimit(kind)[1]
        bound = amount if ceiling == resource.RLIM_INFINITY else min(amount, ceiling)
        resource.setrlimit(kind, (bound, bound))


def available(wanted: Iterable[str]) -> list[str]:
    """Those of the wanted layers that this machine can do: each is tried by a child that ends."""
    wanted = list(wanted)
    libraries()  # looked up once: every box asks again
    mounted = "mount" in wanted and works(lambda: _try_root())
    tries: dict[str, Callable[[], object]] = {
        "mount": _try_root,
        "pid": _try_processes,
        "user": lambda: _try_user(mounted=mounted),
        "rlimits": lambda: resource.setrlimit(resource.RLIMIT_CORE, (0, 0)),
        "landlock": _try_walls,
        "seccomp": _try_filter,
    }
    tries |= {name: partial(enter_namespaces, [name]) for name in ("network", "ipc", "uts")}
    return [name for name in wanted if name in tries and works(tries[name])]


def works(attempt: Callable[[], object]) -> bool:
    """Whether an attempt succeeds in a child that ends with it."""
    child = os.fork()
    if child == 0:
        with suppress(BaseException):
            attempt()
            os._exit(0)
        os._exit(1)
    return os.waitpid(child, 0)[1] == 0


def _try_root() -> None:
    enter_namespaces(["mount"])
    enter_root([], "cpu")


def _try_processes() -> None:
    syscalls.unshare(syscalls.CLONE_NEWPID)
    if not works(lambda: None):
        raise OSError("no process in a namespace of its own")


def _try_user(*, mounted: bool) -> None:
    if os.geteuid() != 0:
        _try_counting()
        return
    needed = [sys.executable, *libraries()]
    with tempfile.TemporaryDirectory() as work:
        become_nobody(0, work)
        # Without a root of its own, a Python in somebody's home is closed to others.
        if not mounted and not all(os.access(path, os.R_OK) for path in needed):
            raise PermissionError("another user cannot read the libraries")


def _try_counting() -> None:
    """Raises OSError where a user namespace does not count its processes for itself."""
    syscalls.enter_user_namespace()
    resource.setrlimit(resource.RLIMIT_NPROC, (2, 2))
    if not works(lambda: None):
        raise OSError("the processes of all user namespaces are counted together")


def _try_walls() -> None:
    syscalls.prctl(syscalls.PR_SET_NO_NEW_PRIVS, 1)
    landlock.restrict([])


def _try_filter() -> None:
    syscalls.prctl(syscalls.PR_SET_NO_NEW_PRIVS, 1)
    box = seccomp.Box(os.getpid(), mounted=False, counted=False)
    syscalls.install_filter(seccomp.box_program(box))


def _die_with_the_template() -> None:
    syscalls.prctl(syscalls.PR_SET_PDEATHSIG, signal.SIGKILL)


def clean_environment(work: str) -> None:
    """Keep no variable of the machine's but what libraries need."""
    kept = {name: os.environ[name] for name in _KEPT if name in os.environ}
    os.environ.clear()
    os.environ.update(
        kept,
        PATH="/usr/bin:/bin",
        HOME=work,
        TMPDIR=work,
        MPLCONFIGDIR=work,
        LANG="C.UTF-8",
        MPLBACKEND="module://matplotlib_inline.backend_inline",
        NBGRADER_EXECUTION="autograde",  # as nbgrader says it; `being_graded` reads it
    )
    tempfile.tempdir = work


def _own_sizes() -> dict[str, int]:
    """VmSize and VmData of this process in bytes: limits count what the template already maps."""
    lines = Path("/proc/self/status").read_text().splitlines()
    fields = dict(line.split(":", 1) for line in lines if ":" in line)
    return {name: int(fields[name].split()[0]) * 1024 for name in ("VmSize", "VmData")}
