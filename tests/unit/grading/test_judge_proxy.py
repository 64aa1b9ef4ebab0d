"""A judge seen from the clerk: what is heard, and what a judge that says nothing comes to."""

import socket
import subprocess
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import asdict
from itertools import count
from threading import Event, Lock, Thread
from types import SimpleNamespace
from typing import Any

import pytest

from autograder.boxes.box import CellRun
from autograder.errors import BoxError
from autograder.evidence.frames import Channel
from autograder.grading import judge_proxy
from autograder.grading.judge_proxy import Judge, JudgeTemplate
from autograder.grading.running import run
from autograder.model import Check, Finding, Verdict
from autograder.notebooks.cells import Cell, Kind
from autograder.notebooks.rebuilding import Rebuilt

CHECKS = [Check(f"{name}.x", name, "x is right", 1, hidden=False) for name in ("a", "b")]
UNHEARD = [Verdict.INCONCLUSIVE, "the check did not run to its end", 0]
Say = Callable[[Channel, str], None]


class FakeJudge:
    """The other end of a judge, which does as it is told for each exercise."""

    def __init__(self, say: Say, pid: int | None = None) -> None:
        ours, theirs = socket.socketpair()
        self.judge, self.channel = Judge(Channel(ours), pid), Channel(theirs)
        self.say = say
        self.asked: list[str] = []
        self.thread = Thread(target=self._serve)
        self.thread.start()

    def _serve(self) -> None:
        with self.channel.socket, suppress(OSError):
            while (message := self.channel.receive()) is not None:
                self.asked.append(message.body["exercise"])
                self.say(self.channel, self.asked[-1])

    def hears(self, exercise: str) -> list[list[Any]]:
        """What the clerk makes of one exercise."""
        checks = [check for check in CHECKS if check.exercise == exercise]
        found = self.judge.judge(
            exercise, checks, _nothing_is_asked, lambda *_: None, source="", printed=""
        )
        return [[one.verdict, one.sentence, one.points] for one in found]


def _nothing_is_asked(*_: object) -> Any:
    raise AssertionError


@pytest.fixture
def make() -> Iterator[Callable[..., FakeJudge]]:
    """Judges that are closed in the end."""
    made: list[FakeJudge] = []

    def make(say: Say, pid: int | None = None) -> FakeJudge:
        made.append(FakeJudge(say, pid))
        return made[-1]

    yield make
    for one in made:
        one.judge.close()
        one.thread.join()


def passes(channel: Channel, exercise: str) -> None:
    """The findings of an exercise, and its end."""
    (check,) = (check for check in CHECKS if check.exercise == exercise)
    found = Finding(check, Verdict.PASSED, 1)
    channel.send({"finding": asdict(found), "asked": []})
    channel.send({"judged": exercise})


def test_what_a_judge_says_is_heard(make: Callable[..., FakeJudge]) -> None:
    """One exercise after the other."""
    judge = make(passes)
    assert judge.hears("a") == judge.hears("b") == [[Verdict.PASSED, "", 1]]


def hangs_up(channel: Channel, _: str) -> None:
    """A judge that dies."""
    channel.socket.shutdown(socket.SHUT_RDWR)


def mumbles(channel: Channel, _: str) -> None:
    """A judge that says what is no message."""
    channel.socket.sendall(b"nonsense")


def skips(channel: Channel, exercise: str) -> None:
    """A judge that forgets a check."""
    channel.send({"judged": exercise})


@pytest.mark.parametrize("say", [hangs_up, mumbles, skips])
def test_a_check_that_is_not_heard_decides_nothing(
    make: Callable[..., FakeJudge], say: Say
) -> None:
    """A judge that died is no zero; one whose words are lost is not asked again."""
    judge = make(say)
    assert judge.hears("a") == [UNHEARD]
    assert judge.judge.gone is (say is not skips)
    assert judge.hears("b") == [UNHEARD]
    assert judge.asked == (["a", "b"] if say is skips else ["a"])


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """A clerk whose patience is over at once."""
    monkeypatch.setattr(judge_proxy, "TICK_SECONDS", 0.001)
    monkeypatch.setattr(judge_proxy, "JUDGING_SECONDS", 10)
    monkeypatch.setattr(judge_proxy, "look", lambda _: (11, False))


def late(release: Event) -> Say:
    """A judge that says nothing of `a` until it is let, and then says all."""

    def say(channel: Channel, exercise: str) -> None:
        if exercise == "a":
            release.wait(60)
        passes(channel, exercise)

    return say


@pytest.mark.usefixtures("impatient")
def test_late_words_are_not_heard_in_the_next_exercise(make: Callable[..., FakeJudge]) -> None:
    """A judge that was late is not asked again: it is ended, and the rest is inconclusive."""
    release = Event()
    process = subprocess.Popen(["sleep", "600"])
    judge = make(late(release), process.pid)
    assert judge.hears("a") == [UNHEARD]
    release.set()
    assert judge.hears("b") == [UNHEARD]
    assert process.wait() == -9
    judge.judge.close()
    judge.thread.join()
    assert (judge.asked, judge.judge.gone) == (["a"], False)


def test_the_patience_of_the_clerk_is_cpu_time(
    make: Callable[..., FakeJudge], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A judge that is kept from working by others has its time still before it."""
    clock, release = count(step=3600), Event()

    def look(_: int) -> tuple[float, bool]:
        if next(clock) > 20 * 3600:
            release.set()
        return 9, True

    monkeypatch.setattr(judge_proxy, "TICK_SECONDS", 0.001)
    monkeypatch.setattr(judge_proxy, "JUDGING_SECONDS", 10)
    monkeypatch.setattr(judge_proxy, "look", look)
    monkeypatch.setattr(judge_proxy, "time", SimpleNamespace(monotonic=lambda: next(clock)))
    judge = make(late(release), 1 << 30)
    judge.judge._channel.socket.settimeout(10)
    assert judge.hears("a") == [[Verdict.PASSED, "", 1]]


def test_one_that_waits_for_ever_is_late_as_well(
    make: Callable[..., FakeJudge], monkeypatch: pytest.MonkeyPatch
) -> None:
    """For one that does nothing the clock decides."""
    release = Event()
    monkeypatch.setattr(judge_proxy, "TICK_SECONDS", 0.001)
    judge = make(late(release))
    judge.judge._channel.socket.settimeout(0.01)
    assert judge.hears("a") == [UNHEARD]
    release.set()
    assert judge.hears("b") == [UNHEARD]


@pytest.mark.usefixtures("impatient")
@pytest.mark.parametrize("is_late", [True, False])
def test_what_was_not_heard_is_not_final(make: Callable[..., FakeJudge], *, is_late: bool) -> None:
    """Whoever grades again may hear it."""
    release = Event()
    fake = make(late(release) if is_late else passes, None if not is_late else 1 << 30)
    cells = [Cell(name, "code", "x = 1", Kind.ANSWER, f"{name}_answer") for name in ("a", "b")]
    grades = [Cell(f"{name}_", "code", "", Kind.GRADE, name, 1) for name in ("a", "b")]
    box: Any = FakeBox()
    done = run(Rebuilt((*cells, *grades)), CHECKS, lambda: box, fake.judge)
    release.set()
    assert (done.silent, done.unheard) == (is_late, False)
    expected = Verdict.INCONCLUSIVE if is_late else Verdict.PASSED
    assert [one.verdict for one in done.findings] == [expected, expected]


class FakeBox:
    """A box whose cells show nothing."""

    asked: tuple[str, ...] = ()
    ask = staticmethod(_nothing_is_asked)

    def run(self, *_: object, **__: object) -> Any:
        """A cell."""
        return CellRun([], 1, None, interrupted=False)

    def close(self) -> None:
        """Nothing to end."""


@pytest.mark.parametrize("said", [b'{"pid": null}', b"", None])
def test_without_a_judge_the_submission_is_tried_again(said: bytes | None) -> None:
    """A template that has no room, or is gone, is a failure of ours, and later words are lost."""
    template = object.__new__(JudgeTemplate)
    template._forking = Lock()
    template._control, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    template._control.settimeout(10)
    if said is None:
        theirs.close()
    else:
        theirs.send(said)
    with pytest.raises(BoxError, match="there is no judge"):
        template.fork("seed")
    template._control.close()
    theirs.close()
