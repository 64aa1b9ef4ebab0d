"""The clerk's end of a box, with a process that only sleeps and messages that are made up."""

import json
import os
import signal
import socket
import subprocess
from collections.abc import Callable, Iterator
from contextlib import suppress
from threading import Thread

import pytest

from autograder.boxes.box import Box, Ended
from autograder.boxes.template import Forked
from autograder.config import RunLimits
from autograder.evidence.frames import Channel, frame
from autograder.evidence.shown import left_out
from autograder.evidence.values import Json
from autograder.model import Ending

SHOWN: dict[str, Json] = {"outputs": [], "failure": None}
ANSWER: dict[str, Json] = {"answer": 7}
DONE: dict[str, Json] = {"probed": None}
VALUE: dict[str, Json] = {"probe": {"ask": "value", "names": ["x"]}, "payload": {"dict": []}}


class FakeGuest:
    """The other ends of a box: a process that sleeps, its channel and its death notice."""

    def __init__(self) -> None:
        self.process = subprocess.Popen(["sleep", "600"])
        ours, theirs = socket.socketpair()
        report, self.report = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        self.channel, pid = Channel(theirs), self.process.pid
        self.forked = Forked(ours, report, os.pidfd_open(pid), pid, None, None)
        self.replies: list[tuple[dict[str, Json] | bytes, ...]] = []
        self.thread = Thread(target=self._serve)
        self.thread.start()

    def _serve(self) -> None:
        with suppress(OSError):
            while self.channel.receive() is not None:
                self.say(*self.replies.pop(0))

    def will_say(self, *messages: dict[str, Json] | bytes) -> None:
        """Say this when it is asked the next time."""
        self.replies.append(messages)

    def say(self, *messages: dict[str, Json] | bytes) -> None:
        """Say this now, all in one piece; bytes as they are."""
        data = [one if isinstance(one, bytes) else frame(one) for one in messages]
        self.channel.socket.sendall(b"".join(data))

    def end(self, code: int | None) -> None:
        """End, as the template tells it, or without a word of it."""
        told = b"nothing" if code is None else json.dumps({"exit": code}).encode()
        self.report.send(told)
        self.process.kill()
        self.channel.socket.shutdown(socket.SHUT_RDWR)


MakeBox = Callable[..., tuple[Box, FakeGuest]]


@pytest.fixture
def make_box() -> Iterator[MakeBox]:
    """Boxes with their guests, closed in the end."""
    made: list[tuple[Box, FakeGuest]] = []

    def make(*, alone: bool = True) -> tuple[Box, FakeGuest]:
        guest = FakeGuest()
        guest.say({"ready": True})
        made.append((Box(guest.forked, RunLimits(), alone=alone), guest))
        made[-1][0].wait_until_ready()
        return made[-1]

    yield make
    for box, guest in made:
        guest.report.close()
        box.close()
        guest.process.wait()
        guest.thread.join()
        guest.channel.socket.close()


@pytest.mark.parametrize(
    ("said", "told"),
    [
        (frame({"failed": "no room"}), "no room"),
        (frame({"else": 1}), "the box did not start"),
        (b"no message at all, and a long one", "the box did not start"),
        (None, "it closed its channel"),
    ],
)
def test_a_box_that_does_not_start_is_our_failure(said: bytes | None, told: str) -> None:
    """Whatever it says in the place of being ready, and if it says nothing."""
    guest = FakeGuest()
    box = Box(guest.forked, RunLimits())
    guest.channel.socket.shutdown(socket.SHUT_RDWR) if said is None else guest.say(said)
    with pytest.raises(Ended, match=told) as caught:
        box.wait_until_ready()
    assert caught.value.ending is Ending.BOX_FAILED
    guest.report.close()
    box.close()
    guest.process.kill()
    guest.process.wait()
    guest.thread.join()
    guest.channel.socket.close()


@pytest.mark.parametrize("odd", [{"threads": "two"}, {"threads": 2, "more": 1}, {"outputs": []}])
def test_threads_that_are_counted_oddly_are_a_lie(
    make_box: MakeBox, monkeypatch: pytest.MonkeyPatch, odd: dict[str, Json]
) -> None:
    """And a cell of which no outputs are told."""
    monkeypatch.setattr("autograder.boxes.box.threads", lambda _: 3)
    box, guest = make_box()
    guest.will_say({"threads": 2})
    assert box.has_threads()
    guest.will_say(odd)
    with pytest.raises(Ended) as caught:
        box.has_threads()
    assert caught.value.ending is Ending.LIED
    box, guest = make_box()
    guest.will_say({"outputs": "none", "failure": None})
    with pytest.raises(Ended, match="no known form"):
        box.run("x")


def test_what_is_asked_is_answered(make_box: MakeBox) -> None:
    """A cell with its outputs, and a question with its answer."""
    box, guest = make_box()
    output = {"output_type": "stream", "name": "stdout", "text": "hi"}
    guest.will_say({"outputs": [output, {"nonsense": 1}], "failure": "NameError"})
    ran = box.run("x")
    assert (ran.outputs, ran.count, ran.failure, ran.interrupted) == (
        [output], 1, "NameError", False,
    )  # fmt: skip
    guest.will_say(ANSWER, DONE)
    assert box.ask(VALUE, []).body == ANSWER


@pytest.mark.parametrize("later", [False, True])
@pytest.mark.parametrize("unasked", [SHOWN, ANSWER, DONE])
@pytest.mark.parametrize("following", ["run", "ask"])
def test_unasked_words_end_the_run(
    make_box: MakeBox, unasked: dict[str, Json], following: str, *, later: bool
) -> None:
    """What was said before the question is no answer to it, with the last answer or after it."""
    box, guest = make_box()
    guest.will_say(ANSWER, DONE, *([] if later else [unasked]))
    assert box.ask(VALUE, []).body == ANSWER
    if later:
        guest.say(unasked)
    with pytest.raises(Ended, match="without being asked") as caught:
        box.run("x") if following == "run" else box.ask(VALUE, [])
    assert caught.value.ending is Ending.LIED
    with pytest.raises(Ended, match="without being asked"):
        box.run("x")


@pytest.mark.parametrize(
    ("code", "ending"),
    [
        (0, Ending.DIED), (70, Ending.DIED), (77, Ending.OUT_OF_MEMORY),
        (-signal.SIGKILL, Ending.OUT_OF_MEMORY), (-signal.SIGXCPU, Ending.TIMED_OUT),
        (-signal.SIGSEGV, Ending.DIED),
    ],
)  # fmt: skip
def test_an_end_by_itself_is_named(make_box: MakeBox, code: int, ending: Ending) -> None:
    """By the exit code that the template tells; only a kill may have come from outside."""
    box, guest = make_box()
    guest.end(code)
    with pytest.raises(Ended) as caught:
        box.run("x")
    assert (caught.value.ending, box.killed) == (ending, code == -signal.SIGKILL)


@pytest.mark.parametrize("alone", [True, False])
def test_what_fails_for_want_of_a_thread_is_stalled_beside_others(
    make_box: MakeBox, *, alone: bool
) -> None:
    """They may have taken it: such a cell, answer or end decides nothing before it ran alone."""
    missing = "RuntimeError in line 1: can't start new thread"
    box, guest = make_box(alone=alone)
    guest.will_say(SHOWN | {"failure": missing})
    box.run("x")
    assert box.stalled is not alone
    box, guest = make_box(alone=alone)
    guest.will_say({"raised": {"type": "RuntimeError", "message": missing, "kinds": []}}, DONE)
    box.ask(VALUE, [])
    assert box.stalled is not alone
    box, guest = make_box(alone=alone)
    guest.end(-signal.SIGABRT)
    with pytest.raises(Ended):
        box.run("x")
    assert box.stalled is not alone


@pytest.mark.parametrize(
    "said",
    [
        [{"answer": {"array": ["uint8", [2], 0]}}, DONE],
        [ANSWER, ANSWER],
        [ANSWER, {"probed": None, "more": 1}],
        [SHOWN, DONE],
    ],
)
def test_what_is_no_answer_ends_the_run(make_box: MakeBox, said: list[dict[str, Json]]) -> None:
    """No evidence, two answers, or an answer that was refused."""
    box, guest = make_box()
    guest.will_say(*said)
    with pytest.raises(Ended) as caught:
        box.ask(VALUE, [])
    assert caught.value.ending is Ending.LIED
    with pytest.raises(Ended):
        box.run("x")


def test_what_is_no_message_is_a_lie(make_box: MakeBox) -> None:
    """It is told apart from a box that died."""
    box, guest = make_box()
    guest.will_say(b"no message at all")
    with pytest.raises(Ended, match="no message") as caught:
        box.run("x")
    assert caught.value.ending is Ending.LIED


def test_one_answer_may_be_a_word_of_its_end(make_box: MakeBox) -> None:
    """A fork that died before it answered says nothing more."""
    box, guest = make_box()
    guest.will_say({"probed": "memory"})
    assert box.ask(VALUE, []).body == {"gone": "it ran out of memory"}
    guest.will_say(SHOWN)
    assert box.run("x").outputs == []


def test_outputs_are_cut_and_cleaned(make_box: MakeBox) -> None:
    """Beyond the room of all cells together nothing is shown; words of failures are bounded."""
    box, guest = make_box()
    big = {"output_type": "stream", "name": "stdout", "text": "x" * (9 << 20)}
    widget = {"output_type": "display_data", "data": {"w": "x"}, "metadata": {"m": 1}}
    guest.will_say({"outputs": [widget, big], "failure": "F" * 5000})
    ran = box.run("x")
    assert ran.outputs == [widget | {"data": {}, "metadata": {}}, big]
    assert len(ran.failure or "") == 1000
    for output in (big, big | {"text": "x"}):
        guest.will_say(SHOWN | {"outputs": [output]})
        assert box.run("x").outputs == [left_out()]


@pytest.mark.parametrize("full", [True, False])
def test_no_room_for_a_fork_is_asked_about_again(
    make_box: MakeBox, monkeypatch: pytest.MonkeyPatch, *, full: bool
) -> None:
    """On a full machine it is our failure in the end, on another one the box's own."""
    monkeypatch.setattr("autograder.boxes.box.PAUSES", (0, 0, 0))
    monkeypatch.setattr("autograder.boxes.scarcity.no_room", lambda: full)
    box, guest = make_box()
    for _ in range(4):
        guest.will_say({"probed": "refused"})
    with pytest.raises(Ended) as caught:
        box.ask(VALUE, [])
    assert caught.value.ending is (Ending.BOX_FAILED if full else Ending.DIED)
    assert (box.stalled, guest.replies) == (full, [])


@pytest.mark.parametrize("alone", [True, False])
def test_a_box_that_fills_itself_with_threads_answers_nothing(
    make_box: MakeBox, monkeypatch: pytest.MonkeyPatch, *, alone: bool
) -> None:
    """It goes on: the room that is missing is its own."""
    monkeypatch.setattr("autograder.boxes.box.threads", lambda _: 99)
    box, guest = make_box(alone=alone)
    guest.will_say({"probed": "refused"})
    assert "left no room" in box.ask(VALUE, []).body["gone"]
    assert box.stalled is not alone


@pytest.mark.parametrize("ready", [True, False])
def test_a_box_that_fails_before_it_is_ready_failed_through_us(ready: bool) -> None:
    """Later it can make any exit code of its own; without a report nobody knows."""
    for code, ending in ((70, Ending.DIED), (None, Ending.BOX_FAILED)):
        guest = FakeGuest()
        box = Box(guest.forked, RunLimits())
        box._ready = ready
        guest.end(code)
        with pytest.raises(Ended) as caught:
            box.run("x")
        assert caught.value.ending is (ending if ready else Ending.BOX_FAILED)
        guest.report.close()  # nobody says more
        box.close()
        guest.process.wait()
        guest.thread.join()
        guest.channel.socket.close()


def step(after: str) -> tuple[dict[str, Json], list[bytes]]:
    """A step with an object, after another one or the first of its replica."""
    probe = {"ask": "step", "after": after, "do": "name", "on": None, "name": "f", "seed": 0}
    return {"probe": probe, "payload": {"dict": []}}, []


@pytest.mark.parametrize("following", ["run", "ask", "begin"])
def test_a_fork_that_holds_objects_is_left_before_anything_else(
    make_box: MakeBox, following: str
) -> None:
    """Steps have one reply each; then the fork ends, and what comes is answered as ever."""
    box, guest = make_box()
    guest.will_say(ANSWER)
    guest.will_say(ANSWER)
    assert [box.ask(*step(after)).body for after in ("", "a")] == [ANSWER, ANSWER]
    guest.will_say(DONE)
    guest.will_say(*{"run": [SHOWN], "ask": [ANSWER, DONE], "begin": [ANSWER]}[following])
    if following == "run":
        assert box.run("x").outputs == []
    else:
        assert box.ask(*((VALUE, []) if following == "ask" else step(""))).body == ANSWER
    assert guest.replies == []


@pytest.mark.parametrize("when", ["with it", "between", "unasked"])
@pytest.mark.parametrize(
    ("why", "gone"), [("memory", "it ran out of memory"), (None, "it ended its process")]
)
def test_a_fork_that_held_objects_may_end_at_any_time(
    make_box: MakeBox, when: str, why: str | None, gone: str
) -> None:
    """Its end is the answer to the next step, and no lie of the box, whoever is asked next."""
    box, guest = make_box()
    end = {"probed": why}
    guest.will_say(*([ANSWER] if when != "unasked" else [ANSWER, end]))
    assert box.ask(*step("")).body == ANSWER
    if when == "between":
        guest.say(end)
    if when == "with it":
        guest.will_say(end)
    if when != "unasked":
        assert box.ask(*step("a")).body == {"gone": gone}
    guest.will_say(SHOWN)
    assert box.run("x").outputs == []


@pytest.mark.parametrize("following", ["step", "run"])
def test_a_step_has_one_reply(make_box: MakeBox, following: str) -> None:
    """A second one is no answer to what comes next."""
    box, guest = make_box()
    guest.will_say(ANSWER, ANSWER)
    assert box.ask(*step("")).body == ANSWER
    with pytest.raises(Ended, match="two answers") as caught:
        box.ask(*step("a")) if following == "step" else box.run("x")
    assert caught.value.ending is Ending.LIED
