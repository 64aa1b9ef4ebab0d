"""A box at work: it runs the cells it is sent, answers probes, and ends with its channel.

    {"cell": source, "exercise": id or null, "room": letters}  ->  {"outputs", "failure"};
                                                  with "silent" nothing is shown, and none drawn
    {"threads": null}  ->  {"threads": how many Python has}
    {"probe": .., "payload": tree}            ->  {"answer": tree} | {"missing"} | {"raised"};
                                                  then {"probed": why there is none, or null};
                                                  "refused" where there was no room for a fork

Questions and replies are those of `asking`.  Several questions are answered in one fork, or not at
all where the first is answered otherwise when it is put once more at the end, or one was
interrupted.  The fork that takes the first step with objects takes those that follow, too, each
with one reply, until {"leave": null}; "probed" tells of its end, whenever that comes.

The first message is {"ready": true}; the listener for forks comes with it.
"""

import errno
import os
import random
import resource
import select
import signal
import socket
import sys
from contextlib import AbstractContextManager, nullcontext, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import torch

from autograder.asking import questions, replies
from autograder.asking.answering import MissingNameError, answer
from autograder.asking.objects import Objects
from autograder.asking.questions import Question, Read, Step
from autograder.asking.replies import Answer, Missing, Raised, Reply
from autograder.asking.tensors import ANSWER_BYTES, ITEMS, thaw
from autograder.evidence.frames import Channel, Message, frame
from autograder.evidence.values import Value
from autograder.guest.answer_rerun import removed, run_again
from autograder.guest.chance import draw_from, make_certain
from autograder.guest.confinement import Profile, confine, silence
from autograder.guest.shell import Shell, interruptible, run_cell
from autograder.guest.substitutes import substitute

OUT_OF_MEMORY = 77
_frames = sys._current_frames  # noqa: SLF001 - knows threads of every maker; those of torch have none
TURN_SECONDS = 0.02
ARRAYS = 1000  # in the answers to several probes


@dataclass(slots=True)
class Box:
    """One submission's process, from its confinement to its end."""

    shell: Shell
    channel: Channel
    device: str
    probe_seconds: int
    raw_output: int
    answers: dict[str, list[str]] = field(default_factory=dict)
    removed: dict[str, Any] = field(default_factory=dict)  # what cells deleted, by name
    objects: Objects | None = None  # of the replica that this process is
    rerun: AbstractContextManager[None] = field(default_factory=nullcontext)  # with which it began

    def serve(self) -> None:
        """Do as the clerk says, until it closes the channel."""
        while (message := self.channel.receive()) is not None:
            if "cell" in message.body:
                self._run(**message.body)
            elif "threads" in message.body:
                # A new thread has no frame before it runs for the first time.
                select.select([], [], [], TURN_SECONDS)
                self.channel.send({"threads": len(_frames())})
            elif "probe" in message.body:  # "leave" may come after the fork has ended
                self._probe(message)

    def _run(self, cell: str, exercise: str | None, room: int, *, silent: bool = False) -> None:
        if exercise is not None:
            self.answers.setdefault(exercise, []).append(cell)
        before = dict(self.shell.user_ns)
        self.shell.outputs.muted = silent
        ran = run_cell(self.shell, cell, self.raw_output, room)
        self.shell.outputs.muted = False
        self.removed.update(removed(before, self.shell.user_ns))
        self.channel.send({"outputs": ran.outputs, "failure": ran.failure})

    def _probe(self, message: Message) -> None:
        if message.body.get("here") or not questions.runs_student_code(message.body["probe"]):
            self.channel.send(*self.reply(message))
            self.channel.send({"probed": None})
            return
        try:
            child = os.fork()
        except OSError as problem:
            refused = problem.errno in (errno.EAGAIN, errno.ENOMEM)
            self.channel.send({"probed": "refused" if refused else "died"})
            return
        if child == 0:
            _answer_and_leave(self, message)
        with _killing(child):
            _, status = os.waitpid(child, 0)
        code = os.waitstatus_to_exitcode(status)
        self.channel.send({"probed": _why(code) if code else None})

    def reply(self, message: Message) -> tuple[dict[str, Any], list[bytes]]:
        """The reply to a question, or to each of several."""
        asked = questions.read(message.body, message.blobs)
        told = [self._told(one) for one in asked]
        if len(asked) == 1:
            return replies.write(told[0])
        alike = replies.write(told[0]) == replies.write(self._told(asked[0]))
        body, blobs = replies.write_several(told)
        valid = alike and not any(map(_is_interrupted, told)) and _passes(body, blobs)
        return (body, blobs) if valid else replies.write_several(None)

    def _told(self, question: Question) -> Reply:
        seed(question.seed, self.device)
        try:
            if isinstance(question.what, Step):
                with interruptible():
                    return Answer(self._take(question, question.what))
            with interruptible(), self._rerun(question):
                return Answer(answer(self.shell.user_ns, question.what, self.device))
        except MissingNameError as missing:
            return Missing(str(missing))
        except BaseException as problem:
            return Raised.by(problem)

    def _take(self, question: Question, step: Step) -> Value:
        if not step.after:
            self.objects = Objects(self.shell.user_ns, self.device)
            self.rerun = self._rerun(question)
            self.rerun.__enter__()  # for as long as the process lives
        assert self.objects is not None  # noqa: S101 - the clerk begins with a first step
        return self.objects.do(step)

    def _rerun(self, question: Question) -> AbstractContextManager[None]:
        again, what = question.rerun, question.what
        if again is None:
            return nullcontext()
        if again.exercise not in self.answers:
            raise MissingNameError(again.exercise)
        replaced = thaw(dict(again.replaced), self.device)
        names = what.names if isinstance(what, Read) else ()
        sources = self.answers[again.exercise]
        return run_again(self.shell, sources, replaced, self.removed, names)


def _is_interrupted(told: Reply) -> bool:
    return isinstance(told, Raised) and told.type == "KeyboardInterrupt"


def _passes(body: dict[str, Any], blobs: list[bytes]) -> bool:
    """Whether several answers together are no more than one may be; else each is asked alone."""
    if len(blobs) > ARRAYS or sum(map(len, blobs)) > ANSWER_BYTES:
        return False
    return len(frame(body)) <= ITEMS  # every item has at least one letter


def _answer_and_leave(box: Box, message: Message | None) -> None:
    """In the fork: answer, and be gone; more CPU seconds than allowed for one answer end it."""
    # After a parallel region in the parent, a second thread here would wait for ever.
    torch.set_num_threads(1)
    with suppress(BaseException):
        while message is not None and "leave" not in message.body:
            is_step = message.body["probe"]["ask"] == Step.ask
            _allow(box.probe_seconds, once=not is_step)
            box.channel.send(*box.reply(message))
            message = box.channel.receive() if is_step else None
        os._exit(0)
    os._exit(OUT_OF_MEMORY)


def _allow(seconds: int, *, once: bool) -> None:
    """Let this process work on for some seconds of CPU."""
    usage = resource.getrusage(resource.RUSAGE_SELF)
    used = int(usage.ru_utime + usage.ru_stime)
    most = resource.getrlimit(resource.RLIMIT_CPU)[1]
    resource.setrlimit(resource.RLIMIT_CPU, (used + seconds, used + seconds if once else most))


class _killing:  # noqa: N801 - reads as the word that it is
    """While it lasts, an interrupt ends the child that is waited for."""

    def __init__(self, child: int) -> None:
        self.child = child

    def __enter__(self) -> None:
        signal.signal(signal.SIGINT, self._kill)

    def _kill(self, *_: object) -> None:
        # It is gone, or may not be killed without a pid namespace: then the clerk ends the box.
        with suppress(OSError):
            os.kill(self.child, signal.SIGKILL)

    def __exit__(self, *_: object) -> None:
        signal.signal(signal.SIGINT, signal.SIG_IGN)


def _why(code: int) -> str:
    if code in (-signal.SIGXCPU, -signal.SIGKILL):
        return "slow"
    return "memory" if code == OUT_OF_MEMORY else "died"


def seed(number: int, device: str) -> None:
    """Seed the generators that student code uses, and what it draws from the machine."""
    draw_from(number)
    random.seed(number)
    np.random.seed(number % 2**32)
    # For a device that is not in use torch.manual_seed writes down a whole stack of calls.
    (torch.manual_seed if device == "cuda" else torch.default_generator.manual_seed)(number)


def run(shell: Shell, stream: socket.socket, request: dict[str, Any]) -> None:
    """Be the box of one submission; never returns."""
    profile = Profile(**request["profile"])
    raw_output = os.memfd_create("output", os.MFD_CLOEXEC)
    os.dup2(raw_output, 1)
    os.dup2(raw_output, 2)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    listener = confine(profile, (stream.fileno(), raw_output))
    sys.path.append(str(Path.cwd()))
    make_certain()
    seed(request["seed"], profile.device)
    socket.send_fds(stream, [frame({"ready": True})], [] if listener is None else [listener])
    if listener is not None:
        os.close(listener)
        silence()
        if "mount" not in profile.layers:
            substitute(str(Path.cwd()))
    box = Box(shell, Channel(stream), profile.device, request["probe_seconds"], raw_output)
    try:
        box.serve()
    except MemoryError:
        os._exit(OUT_OF_MEMORY)
    os._exit(0)
