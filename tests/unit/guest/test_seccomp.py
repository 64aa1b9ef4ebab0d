"""The numbers of the system calls that a box is refused."""

import ctypes
import ctypes.util

import pytest

from autograder.guest import seccomp

NATIVE = {"x86_64": 0xC000_003E, "aarch64": 0xC000_00B7}
TABLES = {
    name: table
    for name, table in vars(seccomp).items()
    if isinstance(table, dict) and all(isinstance(one, tuple) for one in table.values())
}


def library() -> ctypes.CDLL:
    """libseccomp, which knows the numbers of every machine."""
    name = ctypes.util.find_library("seccomp") or "libseccomp.so.2"
    try:
        return ctypes.CDLL(name)
    except OSError:
        pytest.skip("this machine has no libseccomp to compare with")


@pytest.mark.parametrize("machine", NATIVE)
def test_the_numbers_are_those_of_libseccomp(machine: str) -> None:
    """A slip of one digit would refuse another call, and let this one through."""
    resolve = library().seccomp_syscall_resolve_name_arch
    column = list(NATIVE).index(machine)
    ours = {name: numbers for table in TABLES.values() for name, numbers in table.items()}
    assert len(ours) > 100
    known = {name: resolve(NATIVE[machine], name.encode()) for name in ours}
    wrong = {
        name: (numbers[column], known[name])
        for name, numbers in ours.items()
        # -1 is newer than the library, and any other below 0 is no call of this machine.
        if known[name] != -1 and numbers[column] != (known[name] if known[name] >= 0 else None)
    }
    assert wrong == {}
