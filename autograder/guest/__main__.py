"""The template: libraries imported once, nothing secret, forked for every submission.

Started as `boxes/process.py` does it, with FD and CONFIG.  FD is a seqpacket socket.  The template
first says which of the wanted layers work here, then that it is warm.  A packet {"profile", ..}
comes with two descriptors: the box's channel, and a socket on which the template tells that box's
pid (with a pidfd), and later how it ended; or that the machine refused the fork.  End of file on FD
ends the template.
"""

import array
import gc
import json
import os
import resource
import select
import signal
import socket
import sys
import traceback
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

from autograder.guest import syscalls
from autograder.guest.confinement import NAMESPACES, available, works

PACKET = 1 << 20
Run = Callable[[socket.socket, dict[str, Any]], None]


def main() -> None:
    """Say what this machine can do, warm up, and fork until the clerk is gone."""
    control = socket.socket(fileno=int(sys.argv[1]))
    config = json.loads(sys.argv[2])
    syscalls.prctl(syscalls.PR_SET_PDEATHSIG, signal.SIGKILL)
    try:
        layers = _find_layers(control, config["layers"])
        control.send(json.dumps({"layers": layers}).encode())
        from autograder.guest.serving import run
        from autograder.guest.warming import warm

        shell = warm(config["device"], config["warm"])
        _require_a_clean_fork()
        gc.freeze()  # so that a child's collections leave the shared pages alone
        gc.enable()
        syscalls.use_huge_pages()
        own = os.open("/proc/self/ns/pid", os.O_RDONLY | os.O_CLOEXEC)
        # After the last write to /proc/self, which is root's from here on.
        syscalls.prctl(syscalls.PR_SET_DUMPABLE, 0)
    except Exception as problem:  # every reason is told to the clerk
        control.send(json.dumps({"failed": f"{type(problem).__name__}: {problem}"}).encode())
        sys.exit(3)
    control.send(json.dumps({"ready": True}).encode())
    _serve(control, own, lambda stream, request: run(shell, stream, request))


def _require_a_clean_fork() -> None:
    """Refuse what forks would share or hang on: a second thread, an open file."""
    threads = len(list(Path("/proc/self/task").iterdir()))
    if threads != 1:
        raise RuntimeError(f"the template has {threads} threads: its forks would hang")
    inherited = {"0", "1", "2"}
    links = [link for link in Path("/proc/self/fd").iterdir() if link.name not in inherited]
    files = [os.path.realpath(link) for link in links if link.is_file()]
    if files:
        raise RuntimeError(f"the template has open files, which its forks would share: {files}")


def _find_layers(control: socket.socket, wanted: list[str]) -> list[str]:
    """Which of the wanted layers work here, perhaps after entering a user namespace for them."""
    found = available(wanted)
    if set(found) >= {*NAMESPACES, "pid"} & set(wanted):
        return found
    # A root without rights, as in a container, would lose other people's files there.
    entered = os.geteuid() != 0 and _enter_user_namespace(control)
    return available(wanted) if entered else found


def _enter_user_namespace(control: socket.socket) -> bool:
    """Own a user and a pid namespace from here on, where the machine lets anyone have them."""
    flags = syscalls.CLONE_NEWPID
    if not works(lambda: syscalls.enter_user_namespace(flags)):
        return False
    syscalls.enter_user_namespace(flags)
    child = os.fork()
    if child:
        control.close()
        os._exit(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) & 0xFF)
    syscalls.prctl(syscalls.PR_SET_PDEATHSIG, signal.SIGKILL)
    return True


def _serve(control: socket.socket, own: int, run: Run) -> None:
    living: dict[int, socket.socket] = {}
    wake = _wake_on_death()
    while True:
        watched: list[socket.socket | int] = [control, wake]
        ready, _, _ = select.select(watched, [], [])
        if wake in ready:
            os.read(wake, 4096)
        _tell_of_the_dead(living)
        if control not in ready:
            continue
        packet, descriptors, _, _ = socket.recv_fds(control, PACKET, 2)
        if not packet:
            os._exit(0)
        stream, report = (socket.socket(fileno=descriptor) for descriptor in descriptors)
        request = json.loads(packet)
        try:
            child = _fork(separate="pid" in request["profile"]["layers"], own=own)
        except OSError as problem:  # the machine has no room: the clerk knows what to do
            stream.close()
            _report(report, {"refused": str(problem)}, [])
            report.close()
            continue
        if child == 0:
            control.close()
            report.close()
            _be_a_box(stream, request, run)
        stream.close()
        living[child] = report
        descriptor = os.pidfd_open(child)
        size = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        _report(report, {"pid": child, "template_kib": size}, [descriptor])
        os.close(descriptor)


def _wake_on_death() -> int:
    """A pipe that becomes readable whenever a child ends."""
    reading, writing = os.pipe2(os.O_NONBLOCK | os.O_CLOEXEC)
    signal.signal(signal.SIGCHLD, lambda *_: None)
    signal.set_wakeup_fd(writing, warn_on_full_buffer=False)
    return reading


def _fork(*, separate: bool, own: int) -> int:
    """Fork; a separate child is the first process of a pid namespace of its own."""
    if not separate:
        return os.fork()
    syscalls.unshare(syscalls.CLONE_NEWPID)
    child = -1
    try:
        child = os.fork()
    finally:
        if child:
            syscalls.join_namespace(own, syscalls.CLONE_NEWPID)
    return child


def _be_a_box(stream: socket.socket, request: dict[str, Any], run: Run) -> None:
    from autograder.evidence.frames import Channel

    try:
        signal.set_wakeup_fd(-1)
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        run(stream, request)
    except BaseException:
        try:
            Channel(stream).send({"failed": traceback.format_exc()[-2000:]})
        finally:
            os._exit(70)
    os._exit(0)


def _tell_of_the_dead(living: dict[int, socket.socket]) -> None:
    while living:
        child, status = os.waitpid(-1, os.WNOHANG)
        if not child:
            return
        with suppress(ProcessLookupError):
            # Without a pid namespace what it forked is still there: it cannot leave the group.
            os.killpg(child, signal.SIGKILL)
        report = living.pop(child, None)
        if report is None:
            continue  # what a box left behind, where the template is the first of a pid namespace
        _report(report, {"exit": os.waitstatus_to_exitcode(status)}, [])
        report.close()


def _report(stream: socket.socket, told: dict[str, Any], descriptors: list[int]) -> None:
    passed = [(socket.SOL_SOCKET, socket.SCM_RIGHTS, array.array("i", descriptors))]
    try:
        stream.sendmsg([json.dumps(told).encode()], passed if descriptors else [])
    except OSError:
        return  # The worker that asked is gone, and so is anyone to tell.


if __name__ == "__main__":
    main()
