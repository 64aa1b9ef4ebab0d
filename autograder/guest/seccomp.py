"""Which system calls a box may make: a classic BPF program, assembled here.

Refused calls answer with an errno, nobody is killed for trying.  A new process is asked about: the
kernel holds the call until the clerk, which owns the listener, says yes or no.  So is a new thread
where no limit counts those of one box alone.
"""

import errno
import platform
import struct
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

_LOAD, _MASK, _EQUAL, _AT_LEAST, _ANY_BIT, _RETURN = 0x20, 0x54, 0x15, 0x35, 0x45, 0x06
_ALLOW, _ASK, _KILL = 0x7FFF_0000, 0x7FC0_0000, 0x8000_0000
_ERRNO = 0x0005_0000
_NUMBER, _ARCHITECTURE = 0, 4
_X32 = 0x4000_0000

# The flags of fork and pthread_create, as glibc and musl have them: nobody else needs others.
_FORKS = (0x0120_0011, 0x11)
_THREADS = (0x003D_0F00, 0x007D_0F00)
_AF_UNIX = 1
_DATAGRAMS = 2  # this bit of a socket's type; one end of such a pair can send to any address
# Copies, flags and locks of descriptors.  What is missing sends signals, or holds up those who
# open a file (leases), watches a folder, or takes the memory of pipes that a user's boxes share.
_FCNTL = (0, 1, 2, 3, 4, 5, 6, 7, 9, 36, 37, 38, 1030, 1032, 1033, 1034)
# Whether it is a terminal and how large, how much can be read, and two flags of the descriptor.
_IOCTL = (0x5401, 0x5413, 0x541B, 0x5421, 0x5450, 0x5451)
# A GPU's driver needs others: what signals, types or changes the attributes of a file.
_NO_IOCTL = (
    0x5412, 0x541C, 0x8901, 0x8902, 0x4008_6602, 0x4004_6602, 0x4008_7602, 0x401C_5820,
    0x4080_6685,
)  # fmt: skip
_PR_SET_PDEATHSIG, _PR_SET_CHILD_SUBREAPER, _PR_SET_PTRACER = 1, 36, 0x5961_6D61

# name: (x86_64, aarch64), None where the machine has no such call
_Calls = Mapping[str, tuple[int | None, int | None]]
_REFUSED: _Calls = {
    "ptrace": (101, 117), "msgget": (68, 186), "semget": (64, 190), "shmget": (29, 194),
    "shmat": (30, 196), "setpriority": (141, 140), "modify_ldt": (154, None),
    "pivot_root": (155, 41), "adjtimex": (159, 171), "chroot": (161, 51), "acct": (163, 89),
    "settimeofday": (164, 170), "mount": (165, 40), "umount2": (166, 39), "swapon": (167, 224),
    "swapoff": (168, 225), "reboot": (169, 142), "sethostname": (170, 161),
    "setdomainname": (171, 162), "iopl": (172, None), "ioperm": (173, None),
    "init_module": (175, 105), "delete_module": (176, 106), "quotactl": (179, 60),
    "clock_settime": (227, 112), "mq_open": (240, 180), "kexec_load": (246, 104),
    "add_key": (248, 217), "request_key": (249, 218), "keyctl": (250, 219),
    "ioprio_set": (251, 30), "migrate_pages": (256, 238), "mknod": (133, None),
    "mknodat": (259, 33), "unshare": (272, 97), "move_pages": (279, 239),
    "perf_event_open": (298, 241), "fanotify_init": (300, 262), "name_to_handle_at": (303, 264),
    "open_by_handle_at": (304, 265), "clock_adjtime": (305, 266), "setns": (308, 268),
    "process_vm_readv": (310, 270), "process_vm_writev": (311, 271), "kcmp": (312, 272),
    "finit_module": (313, 273), "memfd_create": (319, 279), "kexec_file_load": (320, 294),
    "bpf": (321, 280), "execve": (59, 221), "execveat": (322, 281), "userfaultfd": (323, 282),
    "syslog": (103, 116), "vhangup": (153, 58), "lookup_dcookie": (212, 18),
    "seccomp": (317, 277), "fork": (57, None), "vfork": (58, None), "connect": (42, 203),
    "bind": (49, 200), "listen": (50, 201), "pidfd_send_signal": (424, 424),
    "io_uring_setup": (425, 425), "io_uring_enter": (426, 426), "io_uring_register": (427, 427),
    "open_tree": (428, 428), "move_mount": (429, 429), "fsopen": (430, 430),
    "fsconfig": (431, 431), "fsmount": (432, 432), "fspick": (433, 433), "pidfd_open": (434, 434),
    "sched_setattr": (314, 274), "pidfd_getfd": (438, 438), "process_madvise": (440, 440),
    "mount_setattr": (442, 442), "setsid": (112, 157), "setpgid": (109, 154),
    "quotactl_fd": (443, 443), "statmount": (457, 457), "listmount": (458, 458),
    "open_tree_attr": (467, 467),
    # Queues, semaphores and memory of others, by a number that can be guessed.
    "msgsnd": (69, 189), "msgrcv": (70, 188), "msgctl": (71, 187), "semop": (65, 193),
    "semctl": (66, 191), "semtimedop": (220, 192), "shmctl": (31, 195), "mq_unlink": (241, 181),
    # What all of a machine, or of a user, share a number of.
    "io_setup": (206, 0), "inotify_init": (253, None), "inotify_init1": (294, 26),
    "timer_create": (222, 107),
}  # fmt: skip
# They change what a file is, not what is in it: of that Landlock knows nothing.
_METADATA = {
    "chmod": (90, None), "fchmod": (91, 52), "fchmodat": (268, 53), "fchmodat2": (452, 452),
    "chown": (92, None), "fchown": (93, 55), "lchown": (94, None), "fchownat": (260, 54),
    "utime": (132, None), "utimes": (235, None), "futimesat": (261, None), "utimensat": (280, 88),
    "file_setattr": (469, 469),
    # Landlock learnt this one later than the rest.
    "truncate": (76, 45),
}  # fmt: skip
# So it did this: opened to be read alone, and yet emptied.  The call, and where it has its flags.
_OPENS = (((2, None), 1), ((257, 56), 2))
_OPENAT2 = {"openat2": (437, 437)}  # its flags lie in memory; programs go back to openat
_O_ACCMODE, _O_TRUNC = 3, 0o1000
# As on a disk that has none, which every program expects.
_XATTRS = {
    "setxattr": (188, 5), "lsetxattr": (189, 6), "fsetxattr": (190, 7), "getxattr": (191, 8),
    "lgetxattr": (192, 9), "fgetxattr": (193, 10), "listxattr": (194, 11), "llistxattr": (195, 12),
    "flistxattr": (196, 13), "removexattr": (197, 14), "lremovexattr": (198, 15),
    "fremovexattr": (199, 16), "setxattrat": (463, 463), "getxattrat": (464, 464),
    "listxattrat": (465, 465), "removexattrat": (466, 466),
}  # fmt: skip
# Descriptors under way count for all boxes of a user.
_MESSAGES = {"sendmsg": (46, 211), "sendmmsg": (307, 269)}
# OpenMP and ZeroMQ give up when these fail, and lose nothing when they do nothing.
_IGNORED = {
    "sched_setparam": (142, 118), "sched_setscheduler": (144, 119), "sync": (162, 81),
    "syncfs": (306, 267),
}  # fmt: skip
_JUDGED = {
    "clone": (56, 220), "clone3": (435, 435), "socket": (41, 198), "socketpair": (53, 199),
    "prctl": (157, 167), "ioctl": (16, 29), "fcntl": (72, 25),
}  # fmt: skip
# Their first argument is a process.
_AIMED = {
    "kill": (62, 129), "tgkill": (234, 131), "rt_sigqueueinfo": (129, 138),
    "rt_tgsigqueueinfo": (297, 240), "prlimit64": (302, 261), "sched_setaffinity": (203, 122),
    "tkill": (200, 130),
}  # fmt: skip


@dataclass(slots=True)
class _Program:
    """Instructions in the order in which they run; jumps only go forward."""

    words: list[tuple[int, int, int, int]] = field(default_factory=list)

    def add(self, code: int, operand: int, yes: int = 0, no: int = 0) -> None:
        self.words.append((code, yes, no, operand & 0xFFFF_FFFF))

    def load_argument(self, index: int) -> None:
        self.add(_LOAD, 16 + 8 * index)

    def answer_if(self, test: int, operand: int, answer: int) -> None:
        self.add(test, operand, 0, 1)
        self.add(_RETURN, answer)

    def on(self, number: int | None, body: "_Program") -> None:
        """Run the body, which must return, when the call has this number."""
        if number is not None:
            self.add(_EQUAL, number, 0, len(body.words))
            self.words += body.words

    def packed(self) -> bytes:
        return b"".join(struct.pack("<HBBI", *word) for word in self.words)


def _refuse(number: int = errno.EPERM) -> int:
    return _ERRNO | number


def _body(argument: int, *rules: tuple[Iterable[int], int], otherwise: int) -> _Program:
    """Answers by the values that an argument may have."""
    body = _Program()
    body.load_argument(argument)
    for values, answer in rules:
        for value in values:
            body.answer_if(_EQUAL, value, answer)
    body.add(_RETURN, otherwise)
    return body


@dataclass(frozen=True, slots=True)
class Box:
    """What the filter must know of its box.

    `pid` is its own where it shares a pid namespace: calls that are aimed at a process are refused
    for every other one.  `mounted` says that it sees no file of others that it could change,
    `counted` that a limit counts its threads, `gpu` that it speaks with a driver.
    """

    pid: int | None
    mounted: bool
    counted: bool
    gpu: bool = False


def box_program(box: Box) -> bytes:
    """The filter of a box, for the architecture of this machine."""
    column = _column()
    program = _program(column)
    _refuse_calls(program, column, _REFUSED)
    if not box.mounted:
        _refuse_calls(program, column, _METADATA)
        _refuse_calls(program, column, _XATTRS, errno.ENOTSUP)
        _refuse_calls(program, column, _OPENAT2, errno.ENOSYS)
        for numbers, argument in _OPENS:
            program.on(numbers[column], _opening(argument))
    _refuse_calls(program, column, _IGNORED, 0)
    if box.pid is not None:
        for numbers in _AIMED.values():
            itself = _body(0, ((0, box.pid), _ALLOW), otherwise=_refuse())
            program.on(numbers[column], itself)
    for name, body in _bodies(box).items():
        program.on(_JUDGED[name][column], body)
    program.add(_RETURN, _ALLOW)
    return program.packed()


def silent_program() -> bytes:
    """A second filter, for after the listener was sent: no descriptor leaves the box."""
    column = _column()
    program = _program(column)
    _refuse_calls(program, column, _MESSAGES)
    program.add(_RETURN, _ALLOW)
    return program.packed()


def _opening(argument: int) -> _Program:
    body = _Program()
    body.load_argument(argument)
    body.add(_MASK, _O_ACCMODE | _O_TRUNC)
    body.answer_if(_EQUAL, _O_TRUNC, _refuse())
    body.add(_RETURN, _ALLOW)
    return body


def _column() -> int:
    return 1 if platform.machine() == "aarch64" else 0


def _program(column: int) -> _Program:
    """The start of every filter: no other architecture, and the number of the call."""
    program = _Program()
    program.add(_LOAD, _ARCHITECTURE)
    program.add(_EQUAL, (0xC000_003E, 0xC000_00B7)[column], 1, 0)
    program.add(_RETURN, _KILL)
    program.add(_LOAD, _NUMBER)
    if column == 0:
        program.answer_if(_AT_LEAST, _X32, _refuse(errno.ENOSYS))
    return program


def _refuse_calls(program: _Program, column: int, calls: _Calls, error: int = errno.EPERM) -> None:
    for numbers in calls.values():
        number = numbers[column]
        if number is not None:
            program.answer_if(_EQUAL, number, _refuse(error))


def _pairing() -> _Program:
    """Streams of this machine's own alone."""
    body = _Program()
    body.load_argument(0)
    body.add(_EQUAL, _AF_UNIX, 1, 0)
    body.add(_RETURN, _refuse(errno.EACCES))
    body.load_argument(1)
    body.answer_if(_ANY_BIT, _DATAGRAMS, _refuse(errno.EACCES))
    body.add(_RETURN, _ALLOW)
    return body


def _bodies(box: Box) -> dict[str, _Program]:
    threads = _ALLOW if box.counted else _ASK
    aimed = (_PR_SET_PDEATHSIG, _PR_SET_CHILD_SUBREAPER, _PR_SET_PTRACER)
    terminal = _body(1, (_IOCTL, _ALLOW), otherwise=_refuse(errno.ENOTTY))
    driver = _body(1, (_NO_IOCTL, _refuse()), otherwise=_ALLOW)
    return {
        "clone": _body(0, (_THREADS, threads), (_FORKS, _ASK), otherwise=_refuse()),
        # Its flags lie in memory, where no filter can look: libc falls back to clone.
        "clone3": _body(0, otherwise=_refuse(errno.ENOSYS)),
        "socket": _body(0, otherwise=_refuse(errno.EACCES)),
        "socketpair": _pairing(),
        "fcntl": _body(1, (_FCNTL, _ALLOW), otherwise=_refuse()),
        "prctl": _body(0, (aimed, _refuse()), otherwise=_ALLOW),
        "ioctl": driver if box.gpu else terminal,
    }
