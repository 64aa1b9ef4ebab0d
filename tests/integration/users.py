"""Starting a program as somebody with fewer rights."""

import errno
import os
from collections.abc import Callable
from pathlib import Path

from autograder.guest import landlock, seccomp, syscalls

USER = 20_000 + os.getpid() % 10_000  # processes are counted by user: a test has its own


def as_ordinary_user(
    *needed: str, namespaces: bool = True, filters: bool = True
) -> Callable[[], None]:
    """What a child of root does before it starts: become another user, for whom these are open.

    A Python that lives in root's home is out of others' reach; in a mount namespace of its own the
    child sees a home with nothing else in it.  Without `namespaces` it can never make one again,
    as in many containers; without `filters` the kernel seems to have no Landlock and no seccomp.
    """

    def become() -> None:
        if os.geteuid() == 0:
            syscalls.unshare(syscalls.CLONE_NEWNS)
            syscalls.mount(None, "/", None, syscalls.MS_REC | syscalls.MS_PRIVATE)
            for closed in {str(top) for path in needed if (top := _closed_above(Path(path)))}:
                _open(closed, [path for path in needed if path.startswith(f"{closed}/")])
            os.setgroups([])
            os.setresgid(USER, USER, USER)
            os.setresuid(USER, USER, USER)
            # A process that changed its user may not write its own /proc files until it starts one.
            syscalls.prctl(syscalls.PR_SET_DUMPABLE, 1)
        if not namespaces:
            syscalls.enter_user_namespace()
            Path("/proc/sys/user/max_user_namespaces").write_text("0")
        if not filters:
            syscalls.prctl(syscalls.PR_SET_NO_NEW_PRIVS, 1)
            os.close(syscalls.install_filter(_no_filters()))

    return become


def _no_filters() -> bytes:
    """A seccomp program under which the kernel answers like one without seccomp and Landlock."""
    program = seccomp._Program()
    program.add(seccomp._LOAD, seccomp._NUMBER)
    for number in (syscalls._SECCOMP, landlock._CREATE_RULESET):
        program.answer_if(seccomp._EQUAL, number, seccomp._refuse(errno.ENOSYS))
    program.add(seccomp._RETURN, seccomp._ALLOW)
    return program.packed()


def _open(closed: str, inside: list[str]) -> None:
    opened = [(os.open(path, os.O_PATH), path) for path in inside]
    syscalls.mount("tmpfs", closed, "tmpfs", 0, "mode=755")
    for descriptor, path in opened:
        Path(path).mkdir(parents=True, exist_ok=True)
        source = f"/proc/self/fd/{descriptor}"
        syscalls.mount(source, path, None, syscalls.MS_BIND | syscalls.MS_REC)


def _closed_above(path: Path) -> Path | None:
    """The first folder on the way to a path that others may not enter."""
    on_the_way = [*reversed(path.parents), path]
    return next((folder for folder in on_the_way if not folder.stat().st_mode & 0o001), None)


def hand_over(folder: Path) -> None:
    """Let the ordinary user have a folder and all in it."""
    if os.geteuid() != 0:
        return
    for path in (folder, *folder.rglob("*")):
        os.chown(path, USER, USER)
