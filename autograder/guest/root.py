"""The root of a box: read-only libraries, the given folders, and a small /tmp of its own."""

import os
import sys
import sysconfig
from collections.abc import Collection, Sequence
from functools import cache
from pathlib import Path

from autograder.guest import syscalls

WORK = "/tmp/work"  # noqa: S108 - inside the box, where /tmp is its own
GIVEN = "/given"
INODES = 20_000
WRITABLE = {"/tmp": 256, "/dev/shm": 64}  # noqa: S108 - MiB of the box's own
_SYSTEM = (
    "/usr", "/bin", "/sbin", "/lib", "/lib64", "/etc/ld.so.cache", "/etc/localtime", "/etc/fonts",
    "/etc/nsswitch.conf", "/etc/alternatives",
)  # fmt: skip
_DEVICES = ("null", "zero", "full", "random", "urandom")


def enter_root(folders: Sequence[str], device: str, shared: Collection[str] = ()) -> list[str]:
    """Build a root that holds the libraries and these folders, enter it, and say where they are.

    What is `shared` is where it is outside.  Needs a mount namespace of one's own.
    """
    os.umask(0o022)  # whoever grades: others go through the folders that are made here
    syscalls.mount(None, "/", None, syscalls.MS_REC | syscalls.MS_PRIVATE)
    root = "/tmp"  # noqa: S108 - any folder serves: it is covered for this process alone
    given = [f"{GIVEN}/{number}" for number, _ in enumerate(folders)]
    sources = [(path, path) for path in [*libraries(), *devices(device), *shared]]
    sources += zip(folders, given, strict=True)
    # What lies below the new root is reached through descriptors once the root covers it.
    opened = [(os.open(source, os.O_PATH), target) for source, target in sources]
    _tmpfs(root, "size=1m,mode=755")
    for place, size in WRITABLE.items():
        _tmpfs(root + place, f"size={size}m,nr_inodes={INODES},mode=1777")
    for link in _links():
        Path(root + link).symlink_to(Path(link).readlink())
    for descriptor, target in opened:
        _bind(descriptor, Path(root + target), device=target.startswith("/dev/"))
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


@cache
def libraries() -> tuple[str, ...]:
    """The system, Python and its packages; of this one the guest, its questions and the format."""
    python = map(sysconfig.get_path, ("stdlib", "platstdlib", "purelib", "platlib"))
    places = {sys.prefix, sys.base_prefix, *python}
    here = Path(__file__).resolve().parent
    places |= {str(here), *(str(here.with_name(name)) for name in ("asking", "evidence"))}
    places |= set(_SYSTEM) - set(_links())
    existing = sorted(place for place in places if Path(place).exists())
    return tuple(
        place
        for place in existing
        if not any(Path(other) in Path(place).parents for other in existing)
    )


def _links() -> list[str]:
    """System folders that are links into others, such as /bin."""
    return [path for path in _SYSTEM if Path(path).parent == Path("/") and Path(path).is_symlink()]


def devices(device: str) -> list[str]:
    """The harmless devices, and those of the GPU where it is asked for."""
    names = [f"/dev/{name}" for name in _DEVICES]
    if device == "cuda":
        names += [str(path) for path in sorted(Path("/dev").glob("nvidia*"))]
    return names


def _tmpfs(place: str, options: str) -> None:
    Path(place).mkdir(parents=True, exist_ok=True)
    syscalls.mount("tmpfs", place, "tmpfs", syscalls.MS_NOSUID | syscalls.MS_NODEV, options)


def _bind(descriptor: int, target: Path, *, device: bool) -> None:
    source = f"/proc/self/fd/{descriptor}"
    if Path(source).is_dir():
        target.mkdir(parents=True, exist_ok=True)
    else:
        target.parent.mkdir(parents=True, exist_ok=True)
        target.touch()
    syscalls.mount(source, str(target), None, syscalls.MS_BIND | syscalls.MS_REC)
    attributes = syscalls.MOUNT_ATTR_RDONLY | syscalls.MOUNT_ATTR_NOSUID
    if not device:
        attributes |= syscalls.MOUNT_ATTR_NODEV
    syscalls.restrict_mount(str(target), attributes)
    os.close(descriptor)
