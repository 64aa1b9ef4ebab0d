"""The judge's template: collects an assignment's checks once, and is forked for each submission.

    started as boxes/process.py does it, with FD

    clerk                                  template                        child
      |  SETTINGS ->                          |                               |
      |  <- {"checks": [..]}                  |
      |  {"do", "seed"} + a descriptor ->     |  --- fork --->                |
      |  <- {"pid"}                           |                               |
      |  {"exercise", "source", "printed"} -------------------------------->  |
      |  <- {"probe", "payload"}, an answer ->, {"finding", "asked"}, ------  |
      |     {"judged"}                                                        |

"asked" are the numbers of the questions that a check has asked, counted from the exercise's first:
one that another check had asked before it is not put again.
FD is one end of a SOCK_SEQPACKET pair, SETTINGS a JSON object: folder, data (the folder with the
released files), and perhaps assignment, device, shared (data of the course, by name).  The course
seed comes with each fork, in no argument and no box, since everyone on the machine can read a
command line.  With problems, they are sent in place of the checks and the exit code is 1.
"""

import ctypes
import gc
import json
import os
import resource
import signal
import socket
import sys
import time
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import asdict
from pathlib import Path
from typing import Any

import torch

from autograder.errors import Problem
from autograder.evidence.frames import Channel
from autograder.judging.in_box import Pause
from autograder.judging.session import Session, hold
from autograder.judging.students import Student

_PACKET = 1 << 16
_PAUSES = (0.1, 0.5, 2.0)
_CPU_SECONDS = 330  # more than the clerk's patience, which is the one that counts
_DATA_BYTES = 4 << 30
_PR_SET_PDEATHSIG, _PR_SET_DUMPABLE = 1, 4


def main(arguments: Sequence[str]) -> int:
    """Serve until the clerk hangs up."""
    _guard()
    torch.set_num_threads(1)
    control = socket.socket(fileno=int(arguments[0]))
    settings = json.loads(control.recv(_PACKET))
    vars(sys.modules["autograder"])["_shared"] = settings.pop("shared", {})
    folder, data = Path(settings.pop("folder")).resolve(), Path(settings.pop("data"))
    session = Session(folder, data, device_name=settings.pop("device", "cpu"), **settings)
    hold(session, lambda held: _serve(held, control))
    return 1 if session.problems else 0


def _guard() -> None:
    """Die with the clerk, and let no process of the same user look inside."""
    if sys.platform == "linux":
        libc = ctypes.CDLL(None)
        libc.prctl(_PR_SET_PDEATHSIG, int(signal.SIGKILL), 0, 0, 0)
        libc.prctl(_PR_SET_DUMPABLE, 0, 0, 0, 0)


def _serve(session: Session, control: socket.socket) -> None:
    if not session.checks and not session.problems:
        remedy = "write check_*.py files in visible/ or hidden/"
        session.problems.append(Problem(session.folder.name, "there are no checks", remedy))
    if session.problems:
        found: dict[str, Any] = {"problems": [asdict(problem) for problem in session.problems]}
    else:
        found = {"checks": [asdict(check) for check in session.checks]}
    control.send(json.dumps(found).encode())
    if session.problems:
        return
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # the kernel reaps the children
    _warm(session)
    gc.collect()
    gc.freeze()  # so that a child's collections leave the shared pages alone
    gc.enable()
    while True:
        packet, descriptors = b"", list[int]()
        with suppress(ConnectionResetError):  # the clerk is gone, and did not hear our last word
            packet, descriptors, _, _ = socket.recv_fds(control, _PACKET, 1)
        if not packet:
            return
        match json.loads(packet), descriptors:
            case {"do": "fork", "seed": str(seed)}, [descriptor]:
                child = _fork()
                if child == 0:
                    session.seed = seed
                    _child(session, control, descriptor)
                control.send(json.dumps({"pid": child}).encode())
            case _:
                raise ValueError("the clerk asks for something else than a fork")
        os.close(descriptors[0])


def _fork() -> int | None:
    """Fork, later where the machine has no room for it yet; None where it has none at all."""
    for pause in _PAUSES:
        with suppress(OSError):
            return os.fork()
        time.sleep(pause)
    return None


def _warm(session: Session) -> None:
    """Pay once for first uses: of torch's comparisons, half a second, and of each check.

    A check gets as far as its first question, which nobody answers.
    """
    ours, theirs = socket.socketpair()
    theirs.close()
    with ours:
        for exercise in dict.fromkeys(check.exercise for check in session.checks):
            for _ in session.judge(exercise, Student(Pause(Channel(ours)), exercise, sources="")):
                pass
    torch.testing.assert_close(torch.zeros(2), torch.zeros(2))
    torch.linalg.lstsq(torch.eye(2), torch.ones(2, 1), driver="gelsd")


def _child(session: Session, control: socket.socket, descriptor: int) -> None:
    """Judge one submission; never returns."""
    code = 3
    try:
        _guard()
        # A check that never ends must not outlive the clerk.
        resource.setrlimit(resource.RLIMIT_CPU, (_CPU_SECONDS, _CPU_SECONDS))
        resource.setrlimit(resource.RLIMIT_DATA, (_DATA_BYTES, _DATA_BYTES))
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        control.close()
        nowhere = os.open(os.devnull, os.O_RDWR)
        for stream in (0, 1, 2):
            os.dup2(nowhere, stream)
        judge(session, Channel(socket.socket(fileno=descriptor)))
        code = 0
    finally:
        os._exit(code)


def judge(session: Session, channel: Channel) -> None:
    """Judge the exercises that the clerk names, until it hangs up."""
    while (message := channel.receive()) is not None:
        asked = message.body
        exercise = str(asked["exercise"])
        pause = Pause(channel)
        student = Student(
            pause,
            exercise,
            asked.get("source", ""),
            asked.get("printed", ""),
            exercises=frozenset(check.exercise for check in session.checks),
        )
        for finding in session.judge(exercise, student):
            channel.send({"finding": asdict(finding), "asked": pause.take()})
        channel.send({"judged": exercise})


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
