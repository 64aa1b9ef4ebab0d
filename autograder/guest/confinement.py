"""Putting a freshly forked box into its confinement, one layer after another.

descriptors   only the channel to the clerk, and a file that collects raw output
namespaces    mount (a root of read-only libraries and a small /tmp), net, ipc, uts; pid at fork
user          an identity of its own where the template is root; no capability, no new privilege
limits        memory, file size, open files, threads, CPU seconds, no core file
seccomp       last, so that nothing above needs a call that it refuses
"""

import os
import resource
import shutil
import signal
import sys
import sysconfig
import tempfile
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from autograder.guest import seccomp, syscalls

WORK = "/tmp/work"  # noqa: S108 - inside the box, where /tmp is its own
GIVEN = "/given"
FIRST_USER = 61184
DESCRIPTORS = 256
INODES = 20_000
COPIED_BYTES = 64 << 20
THREADS = 512
_WRITABLE = {"/tmp": 256, "/dev/shm": 64}  # noqa: S108 - MiB of the box's own
MIB = 1 << 20
_SYSTEM = (
    "/usr", "/bin", "/sbin", "/lib", "/lib64", "/etc/ld.so.cache", "/etc/localtime", "/etc/fonts",
    "/etc/nsswitch.conf", "/etc/alternatives",
)  # fmt: skip
_KEPT = ("CUDA_VISIBLE_DEVICES", "PYTORCH_NVML_BASED_CUDA_CHECK")
_DEVICES = ("null", "zero", "full", "random", "urandom")


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


def confine(profile: Profile, keep: Iterable[int]) -> int | None:
    """Confine this process; returns the listener for forks, or None where nothing confines.

    Raises OSError when a layer cannot be had: a box with a missing layer never runs student code.
    """
    close_descriptors(keep)
    os.setsid()
    syscalls.prctl(syscalls.PR_SET_PDEATHSIG, signal.SIGKILL)
    work, folders = profile.work, profile.folders
    if profile.confined:
        work, folders = WORK, _enter_namespaces(profile)
    os.chdir(work)
    for folder in folders:
        _offer(Path(folder))
    if profile.confined:
        _become_nobody(profile.slot)
        # A change of user resets it.
        syscalls.prctl(syscalls.PR_SET_PDEATHSIG, signal.SIGKILL)
    _clean_environment(work)
    _limit(profile)
    if not profile.confined:
        return None
    syscalls.prctl(syscalls.PR_SET_NO_NEW_PRIVS, 1)
    return syscalls.install_filter(seccomp.box_program())


def close_descriptors(keep: Iterable[int]) -> None:
    """Close every descriptor but these and the standard three."""
    last = resource.getrlimit(resource.RLIMIT_NOFILE)[0]
    kept = sorted({0, 1, 2, *keep})
    for low, high in zip(kept, [*kept[1:], last], strict=True):
        os.closerange(low + 1, high)


def _enter_namespaces(profile: Profile) -> list[str]:
    """Build a root that holds the libraries and the given folders, and enter it."""
    syscalls.enter_box_namespaces()
    root = "/tmp"  # noqa: S108 - any folder serves: it is covered for this process alone
    given = [f"{GIVEN}/{number}" for number, _ in enumerate(profile.folders)]
    sources = [(path, path) for path in [*_libraries(), *_devices(profile.device)]]
    sources += zip(profile.folders, given, strict=True)
    # What lies below the new root is reached through descriptors once the root covers it.
    opened = [(os.open(source, os.O_PATH), root + target) for source, target in sources]
    _tmpfs(root, "size=1m,mode=755")
    for place, size in _WRITABLE.items():
        _tmpfs(root + place, f"size={size}m,nr_inodes={INODES},mode=1777")
    for link in _links():
        Path(root + link).symlink_to(Path(link).readlink())
    for descriptor, target in opened:
        _bind(descriptor, Path(target))
    proc = Path(root, "proc")
    proc.mkdir()
    shielded = syscalls.MS_NOSUID | syscalls.MS_NODEV | syscalls.MS_NOEXEC
    syscalls.mount("proc", str(proc), "proc", shielded)
    os.chdir(root)
    syscalls.make_current_folder_the_root()
    syscalls.restrict_mount("/", syscalls.MOUNT_ATTR_RDONLY, recursive=False)
    Path(WORK).mkdir()
    Path(WORK).chmod(0o777)
    return given


def _libraries() -> list[str]:
    """The system, Python and its packages; of this package the guest and the format alone."""
    places = {sys.prefix, sys.base_prefix, *(str(Path(part)) for part in _python_folders())}
    here = Path(__file__).resolve().parent
    places |= {str(here), str(here.with_name("evidence"))}
    places |= set(_SYSTEM) - set(_links())
    existing = sorted(place for place in places if Path(place).exists())
    return [
        place
        for place in existing
        if not any(Path(other) in Path(place).parents for other in existing)
    ]


def _links() -> list[str]:
    """System folders that are links into others, such as /bin."""
    return [path for path in _SYSTEM if Path(path).parent == Path("/") and Path(path).is_symlink()]


def _python_folders() -> Iterable[str]:
    paths = sysconfig.get_paths()
    return (paths[name] for name in ("stdlib", "platstdlib", "purelib", "platlib"))


def _devices(device: str) -> list[str]:
    names = [f"/dev/{name}" for name in _DEVICES]
    if device == "cuda":
        names += [str(path) for path in sorted(Path("/dev").glob("nvidia*"))]
    return names


def _tmpfs(place: str, options: str) -> None:
    Path(place).mkdir(parents=True, exist_ok=True)
    syscalls.mount("tmpfs", place, "tmpfs", syscalls.MS_NOSUID | syscalls.MS_NODEV, options)


def _bind(descriptor: int, target: Path) -> None:
    source = f"/proc/self/fd/{descriptor}"
    if Path(source).is_dir():
        target.mkdir(parents=True, exist_ok=True)
    else:
        target.parent.mkdir(parents=True, exist_ok=True)
        target.touch()
    syscalls.mount(source, str(target), None, syscalls.MS_BIND | syscalls.MS_REC)
    syscalls.restrict_mount(str(target), syscalls.MOUNT_ATTR_RDONLY | syscalls.MOUNT_ATTR_NOSUID)
    os.close(descriptor)


def _offer(folder: Path) -> None:
    """Link what a folder holds into the current one; copy what the box's user could not read."""
    open_to_all = os.geteuid() != 0 or folder.stat().st_mode & 0o001
    for entry in sorted(folder.iterdir()):
        here = Path(entry.name)
        if os.path.lexists(here) or not entry.exists():
            continue
        if open_to_all and (os.geteuid() != 0 or entry.stat().st_mode & 0o004):
            here.symlink_to(entry)
        elif entry.is_file() and not entry.is_symlink() and entry.stat().st_size <= COPIED_BYTES:
            # Read with the template's rights: so no link, which could lead anywhere.
            shutil.copyfile(entry, here)


def _become_nobody(slot: int) -> None:
    """Take a user of this slot's own where the template is root, and no capability anywhere."""
    if os.geteuid() == 0:
        user = FIRST_USER + slot
        os.setgroups([])
        os.setresgid(user, user, user)
        # Capabilities are cleared by the kernel with the last user of zero; the bounding set first.
        syscalls.drop_bounding_set()
        os.setresuid(user, user, user)
    else:
        syscalls.drop_bounding_set()
    syscalls.drop_capabilities()


def _clean_environment(work: str) -> None:
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
        JOBLIB_MULTIPROCESSING="0",
    )
    tempfile.tempdir = work


def _limit(profile: Profile) -> None:
    sizes = _own_sizes()
    memory = profile.memory_mib * MIB
    limits = {
        resource.RLIMIT_DATA: sizes["VmData"] + memory,
        resource.RLIMIT_CPU: profile.cpu_seconds,
        resource.RLIMIT_FSIZE: profile.file_mib * MIB,
        resource.RLIMIT_NOFILE: DESCRIPTORS,
        resource.RLIMIT_CORE: 0,
    }
    if profile.confined:
        # Elsewhere it would count all that the same user runs.
        limits[resource.RLIMIT_NPROC] = THREADS
    if profile.device != "cuda":
        # A CUDA context maps far more addresses than it uses.
        limits[resource.RLIMIT_AS] = sizes["VmSize"] + memory + 512 * MIB
    for kind, amount in limits.items():
        ceiling = resource.getrlimit(kind)[1]
        bound = amount if ceiling == resource.RLIM_INFINITY else min(amount, ceiling)
        resource.setrlimit(kind, (bound, bound))


def _own_sizes() -> dict[str, int]:
    """VmSize and VmData of this process in bytes: limits count what the template already maps."""
    lines = Path("/proc/self/status").read_text().splitlines()
    fields = dict(line.split(":", 1) for line in lines if ":" in line)
    return {name: int(fields[name].split()[0]) * 1024 for name in ("VmSize", "VmData")}
