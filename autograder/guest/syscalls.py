"""The few Linux calls that Python does not offer, each raising OSError with its own name."""

import ctypes
import os
import platform
import struct
from pathlib import Path

CLONE_NEWNS = 0x0002_0000
CLONE_NEWUTS = 0x0400_0000
CLONE_NEWIPC = 0x0800_0000
CLONE_NEWUSER = 0x1000_0000
CLONE_NEWPID = 0x2000_0000
CLONE_NEWNET = 0x4000_0000

MS_NOSUID, MS_NODEV, MS_NOEXEC = 2, 4, 8
MS_BIND, MS_REC, MS_PRIVATE = 0x1000, 0x4000, 0x4_0000
MNT_DETACH = 2
MOUNT_ATTR_RDONLY, MOUNT_ATTR_NOSUID, MOUNT_ATTR_NODEV = 1, 2, 4
_AT_FDCWD = -100
_AT_RECURSIVE = 0x8000

PR_SET_PDEATHSIG, PR_SET_DUMPABLE, PR_CAPBSET_DROP, PR_SET_CHILD_SUBREAPER = 1, 4, 24, 36
PR_SET_NO_NEW_PRIVS, PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL = 38, 47, 4
_PR_SET_SECCOMP, _SECCOMP_MODE_FILTER = 22, 2

_SECCOMP_SET_MODE_FILTER = 1
_SECCOMP_FILTER_FLAG_NEW_LISTENER = 8
_PIVOT_ROOT, _SECCOMP = (41, 277) if platform.machine() == "aarch64" else (155, 317)
_MOUNT_SETATTR = 442
_MADV_COLLAPSE = 25

_libc = ctypes.CDLL(None, use_errno=True)
_libc.syscall.restype = ctypes.c_long


def _checked(outcome: int, what: str) -> int:
    if outcome < 0:
        number = ctypes.get_errno()
        raise OSError(number, f"{what}: {os.strerror(number)}")
    return outcome


def system_call(
    what: str, number: int, *arguments: bytes | ctypes.Array[ctypes.c_char] | int | None
) -> int:
    """Make one call by its number; integers are passed at full width."""
    wide = [ctypes.c_long(word) if isinstance(word, int) else word for word in arguments]
    return _checked(_libc.syscall(number, *wide), what)


def unshare(flags: int) -> None:
    """Leave the namespaces named by the flags."""
    _checked(_libc.unshare(flags), "unshare")


def join_namespace(descriptor: int, flag: int) -> None:
    """Enter the namespace behind a descriptor."""
    _checked(_libc.setns(descriptor, flag), "setns")


def prctl(option: int, value: int = 0) -> None:
    """Set one property of this process."""
    arguments = [ctypes.c_ulong(word) for word in (value, 0, 0, 0)]
    _checked(_libc.prctl(option, *arguments), f"prctl {option}")


def mount(source: str | None, target: str, kind: str | None, flags: int, data: str = "") -> None:
    """Mount source on target."""
    names = [None if name is None else os.fsencode(name) for name in (source, target, kind)]
    outcome = _libc.mount(*names, ctypes.c_ulong(flags), os.fsencode(data) or None)
    _checked(outcome, f"mount {target}")


def restrict_mount(target: str, attributes: int, *, recursive: bool = True) -> None:
    """Add attributes such as read-only to a mount, and to those below it."""
    words = struct.pack("<QQQQ", attributes, 0, 0, 0)
    flags = _AT_RECURSIVE if recursive else 0
    what = f"mount_setattr {target}"
    system_call(what, _MOUNT_SETATTR, _AT_FDCWD, os.fsencode(target), flags, words, len(words))


def make_current_folder_the_root() -> None:
    """Turn the current folder into the root, and let go of everything outside it."""
    system_call("pivot_root", _PIVOT_ROOT, b".", b".")
    _checked(_libc.umount2(b".", MNT_DETACH), "umount")


def use_huge_pages() -> None:
    """Gather this process's memory in huge pages where the kernel can: forks copy fewer entries."""
    for line in Path("/proc/self/maps").read_text().splitlines():
        fields = line.split()
        if fields[1].startswith("rw-p") and fields[4] == "0":
            start, end = (int(address, 16) for address in fields[0].split("-"))
            _libc.madvise(ctypes.c_void_p(start), ctypes.c_size_t(end - start), _MADV_COLLAPSE)


def enter_user_namespace(flags: int = 0) -> None:
    """Enter a user namespace, and others with it, as the same user and group as outside."""
    user, group = os.geteuid(), os.getegid()
    unshare(CLONE_NEWUSER | flags)
    prctl(PR_SET_DUMPABLE, 1)  # else these files are root's
    files = {"setgroups": "deny", "uid_map": f"{user} {user} 1", "gid_map": f"{group} {group} 1"}
    for name, text in files.items():
        Path("/proc/self", name).write_text(text)


def drop_bounding_set() -> None:
    """Let no capability ever come back; needs the right to set capabilities."""
    last = int(Path("/proc/sys/kernel/cap_last_cap").read_text())
    for capability in range(last + 1):
        _libc.prctl(PR_CAPBSET_DROP, capability, 0, 0, 0)


def drop_capabilities() -> None:
    """Give up every capability that this process holds."""
    _libc.prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL, 0, 0, 0)
    header, none = struct.pack("<Ii", 0x2008_0522, 0), bytes(24)
    _checked(_libc.capset(header, none), "capset")


def install_filter(program: bytes) -> int:
    """Put a seccomp program on this process; returns the listener for the calls it asks about."""
    buffer = ctypes.create_string_buffer(program, len(program))
    flag = _SECCOMP_FILTER_FLAG_NEW_LISTENER
    return system_call("seccomp", _SECCOMP, _SECCOMP_SET_MODE_FILTER, flag, _head(buffer, program))


def add_filter(program: bytes) -> None:
    """Put one more seccomp program on this process, which asks about nothing."""
    buffer = ctypes.create_string_buffer(program, len(program))
    mode = ctypes.c_ulong(_SECCOMP_MODE_FILTER)
    _checked(_libc.prctl(_PR_SET_SECCOMP, mode, _head(buffer, program), 0, 0), "seccomp")


def _head(buffer: ctypes.Array[ctypes.c_char], program: bytes) -> bytes:
    return struct.pack("<HxxxxxxQ", len(program) // 8, ctypes.addressof(buffer))
