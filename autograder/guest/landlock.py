"""Landlock: what this process and its children may open, kept by the kernel whatever is mounted."""

import ctypes
import os
import stat
import struct
from collections.abc import Iterable

from autograder.guest.syscalls import system_call

_CREATE_RULESET, _ADD_RULE, _RESTRICT_SELF = 444, 445, 446
_VERSION = 1
_PATH_BENEATH = 1

_EXECUTE, _WRITE, _READ, _READ_FOLDER = 1, 2, 4, 8
_TRUNCATE, _IOCTL = 1 << 14, 1 << 15
_OF_A_FILE = _EXECUTE | _WRITE | _READ | _TRUNCATE | _IOCTL
_REMOVE_FOLDER, _REMOVE, _MAKE_FOLDER, _MAKE_FILE = 1 << 4, 1 << 5, 1 << 7, 1 << 8
_MAKE_LINK, _REFER = 1 << 12, 1 << 13
LOOK = _READ | _READ_FOLDER
CHANGE = (
    LOOK | _WRITE | _TRUNCATE | _REMOVE_FOLDER | _REMOVE | _MAKE_FOLDER | _MAKE_FILE | _MAKE_LINK
    | _REFER
)  # fmt: skip
USE = _READ | _WRITE | _IOCTL
_TCP = 3
_SCOPES = 3  # abstract sockets, signals


def restrict(rules: Iterable[tuple[str, int]]) -> None:
    """Allow what the rules name, in these folders and files, and no other file.

    Where the kernel knows how, TCP, abstract sockets of others and signals to others are refused
    too.  Raises OSError where there is no Landlock.
    """
    version = system_call("landlock_create_ruleset", _CREATE_RULESET, None, 0, _VERSION)
    # Moving between folders came with version 2, truncating with 3, devices with 5.
    known = (1 << (13 + (version >= 2) + (version >= 3) + (version >= 5))) - 1
    words = [known] + [_TCP] * (version >= 4) + [_SCOPES] * (version >= 6)
    attributes = struct.pack(f"<{len(words)}Q", *words)
    ruleset = system_call(
        "landlock_create_ruleset", _CREATE_RULESET, attributes, len(attributes), 0
    )
    try:
        for path, access in rules:
            _allow(ruleset, path, access & known)
        system_call("landlock_restrict_self", _RESTRICT_SELF, ruleset, 0)
    finally:
        os.close(ruleset)


def _allow(ruleset: int, path: str, access: int) -> None:
    try:
        place = os.open(path, os.O_PATH | os.O_CLOEXEC)
    except OSError:
        return  # what is not there needs no leave
    try:
        if not stat.S_ISDIR(os.fstat(place).st_mode):
            access &= _OF_A_FILE
        rule = ctypes.create_string_buffer(struct.pack("<Qi", access, place))
        system_call("landlock_add_rule", _ADD_RULE, ruleset, _PATH_BENEATH, rule, 0)
    finally:
        os.close(place)
