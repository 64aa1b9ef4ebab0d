"""What the filter answers to a system call; its program is run here as the kernel would."""

import errno
import platform
import struct

import pytest

from autograder.guest.seccomp import Box, box_program, silent_program

COLUMN = 1 if platform.machine() == "aarch64" else 0
ARCHITECTURE = (0xC000_003E, 0xC000_00B7)[COLUMN]
ALLOW, ASK, KILL = 0x7FFF_0000, 0x7FC0_0000, 0x8000_0000
WALLED = Box(pid=None, mounted=True, counted=True)
BARE = Box(pid=77, mounted=False, counted=False)
BOXES = (WALLED, BARE, Box(pid=None, mounted=True, counted=True, gpu=True))
# Numbers as the kernel's own tables have them: (x86_64, aarch64).
NEVER = {
    "execve": (59, 221), "execveat": (322, 281), "ptrace": (101, 117), "mount": (165, 40),
    "umount2": (166, 39), "pivot_root": (155, 41), "chroot": (161, 51), "unshare": (272, 97),
    "setns": (308, 268), "bpf": (321, 280), "perf_event_open": (298, 241), "keyctl": (250, 219),
    "add_key": (248, 217), "userfaultfd": (323, 282), "io_uring_setup": (425, 425),
    "process_vm_readv": (310, 270), "process_vm_writev": (311, 271), "memfd_create": (319, 279),
    "open_by_handle_at": (304, 265), "init_module": (175, 105), "kexec_load": (246, 104),
    "connect": (42, 203), "bind": (49, 200), "listen": (50, 201), "socket": (41, 198),
    "shmget": (29, 194), "msgget": (68, 186), "semget": (64, 190), "mq_open": (240, 180),
    "seccomp": (317, 277), "pidfd_open": (434, 434), "pidfd_getfd": (438, 438),
    "pidfd_send_signal": (424, 424), "setsid": (112, 157), "setpgid": (109, 154),
    "reboot": (169, 142), "clone3": (435, 435),
}  # fmt: skip
CHANGES = {"fchmodat": (268, 53), "fchownat": (260, 54), "utimensat": (280, 88)}
AIMED = {"kill": (62, 129), "tgkill": (234, 131), "tkill": (200, 130), "prlimit64": (302, 261)}
EVERYDAY = {"read": (0, 63), "write": (1, 64), "mmap": (9, 222), "exit": (60, 93)}
CLONE, OPENAT, SENDMSG = (56, 220)[COLUMN], (257, 56)[COLUMN], (46, 211)[COLUMN]


def answer(program: bytes, number: int, *arguments: int, architecture: int = ARCHITECTURE) -> int:
    """What a classic BPF program returns for a call."""
    wide = (list(arguments) + [0] * 6)[:6]
    data = struct.pack("<iIQ6Q", number, architecture, 0, *wide)
    words = list(struct.iter_unpack("<HBBI", program))
    place = register = 0
    while True:
        code, yes, no, operand = words[place]
        place += 1
        match code:
            case 0x20:
                (register,) = struct.unpack_from("<I", data, operand)
            case 0x54:
                register &= operand
            case 0x06:
                return int(operand)
            case 0x15:
                place += yes if register == operand else no
            case 0x35:
                place += yes if register >= operand else no
            case 0x45:
                place += yes if register & operand else no
            case _:
                raise ValueError(f"no instruction of ours: {code:#x}")


def is_refused(answered: int) -> bool:
    """Whether a call fails with an error, and nobody is killed or asked."""
    return answered & 0xFFFF_0000 == 0x0005_0000 and answered & 0xFFFF > 0


@pytest.mark.parametrize("box", BOXES)
@pytest.mark.parametrize("name", NEVER)
def test_no_box_may_make_these_calls(name: str, box: Box) -> None:
    """Whatever else is missing on a machine: no other program, no trace, no mount, no network."""
    assert is_refused(answer(box_program(box), NEVER[name][COLUMN]))


@pytest.mark.parametrize("box", BOXES)
def test_everyday_calls_are_allowed(box: Box) -> None:
    """Nothing stands between a notebook and its files and memory."""
    for numbers in EVERYDAY.values():
        assert answer(box_program(box), numbers[COLUMN]) == ALLOW


def test_another_architecture_ends_the_process() -> None:
    """The numbers mean other calls there; on x86_64 there is a second set of them as well."""
    for program in (box_program(WALLED), silent_program()):
        assert answer(program, 0, architecture=0x4000_0003) == KILL
        if COLUMN == 0:
            assert is_refused(answer(program, 0x4000_0000 | 59))


def test_without_a_root_of_its_own_no_file_is_changed_but_its_content() -> None:
    """Rights, owners and times, and a file that is opened to be read and emptied."""
    for numbers in CHANGES.values():
        assert is_refused(answer(box_program(BARE), numbers[COLUMN]))
        assert answer(box_program(WALLED), numbers[COLUMN]) == ALLOW
    assert is_refused(answer(box_program(BARE), OPENAT, 0, 0, 0o1000))
    assert answer(box_program(BARE), OPENAT, 0, 0, 0o1001) == ALLOW


def test_a_call_that_is_aimed_at_a_process_reaches_no_other() -> None:
    """Where processes of others can be seen, a box signals and limits itself alone."""
    for numbers in AIMED.values():
        answers = [answer(box_program(BARE), numbers[COLUMN], pid) for pid in (0, 77, 78, 1)]
        assert [one == ALLOW for one in answers] == [True, True, False, False]


def test_a_fork_is_asked_about_and_a_thread_where_nothing_counts_it() -> None:
    """The clerk says yes or no; whatever is neither fork nor thread is refused."""
    fork, thread = 0x0120_0011, 0x003D_0F00
    assert [answer(box_program(box), CLONE, fork) for box in (WALLED, BARE)] == [ASK, ASK]
    assert [answer(box_program(box), CLONE, thread) for box in (WALLED, BARE)] == [ALLOW, ASK]
    for flags in (0, 0x8011, 0x1000_0011, fork | 0x8000, thread | 0x8000):
        assert is_refused(answer(box_program(WALLED), CLONE, flags))


def test_no_descriptor_leaves_once_the_listener_was_sent() -> None:
    """The second filter refuses messages, and nothing else."""
    assert answer(silent_program(), SENDMSG) == 0x0005_0000 | errno.EPERM
    assert answer(silent_program(), EVERYDAY["write"][COLUMN]) == ALLOW
