"""What one pause remembers, on a channel that answers with its count."""

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import Any

import pytest
import torch

from autograder.asking.tensors import freeze, thaw
from autograder.errors import EvidenceError
from autograder.evidence.frames import Message
from autograder.evidence.values import Json, decode, encode
from autograder.judging.current_check import Running, Stream, current, running
from autograder.judging.in_box import KEPT_BYTES, Pause
from autograder.judging.students import Student

X = torch.arange(3.0)


class FakeChannel:
    """A clerk whose box answers the number of the message, or what `told` says."""

    def __init__(self, told: dict[str, Json] | None = None) -> None:
        self.told = told
        self.sent: list[tuple[dict[str, Any], Any]] = []

    def send(self, body: dict[str, Json], blobs: Any = ()) -> None:
        """A question."""
        self.sent.append((body["probe"], thaw(decode(body["payload"], blobs))))

    def receive(self) -> Message | None:
        """Its answer."""
        if self.told is not None:
            return Message(self.told) if self.told else None
        number = [torch.tensor(float(len(self.sent)))]
        each = [{"answer": number} for _ in self.sent[-1][0].get("each", ())]
        tree, blobs = encode(freeze(each or number))
        return Message({"answer": tree}, tuple(blobs))


def student(channel: FakeChannel) -> Student:
    """A student's work, in a box that answers so."""
    return Student(Pause(channel), "curve", sources="")  # type: ignore[arg-type]  # as much as is needed


def pause_of(work: Student) -> Pause:
    """The pause in which it is asked."""
    assert isinstance(work.home, Pause)
    return work.home


def calling(function: str, *arguments: Any, **options: Any) -> Callable[[Student], Any]:
    """The question that this call is."""
    return lambda student: student.call(function, *arguments, **options)


def test_a_question_is_put_once() -> None:
    """Whatever its seed, the second answer is the first, untouched by what was done with that."""
    channel = FakeChannel()
    work = student(channel)
    (first,) = work.call("f", X)
    first += 7
    assert work.call("f", X.clone()) == [torch.tensor(1.0)]
    assert len(channel.sent) == 1
    assert pause_of(work).take() == [0]
    assert pause_of(work).take() == []


def test_what_differs_is_another_question() -> None:
    """Another function, kind, argument, dtype, lent value or reading is put, and numbered."""
    channel = FakeChannel()
    work = student(channel)
    asked: list[Callable[[], Any]] = [
        lambda: work.call("f", X),
        lambda: work.call("g", X),
        lambda: work.predict("f", X),
        lambda: work.grad("f", X),
        lambda: work.grad("f", X, cotangent=X),
        lambda: work.call("f", X + 1),
        lambda: work.call("f", X.double()),
        lambda: work.call("f", X, X),
        lambda: work.call("f", X, assign={"w": [X]}),
        lambda: work.call("f", X, assign={"w": [X + 1]}),
        lambda: work["f"],
        lambda: work.rerun("curve", t=X)["f"],
        lambda: work.rerun("curve", t=X + 1)["f"],
    ]
    with running(Running()):
        first = [ask() for ask in asked]
        assert [ask() for ask in asked] == first
    assert len(channel.sent) == len(asked)
    assert pause_of(work).take() == list(range(len(asked)))


def test_reruns_of_two_checks_are_two() -> None:
    """All reruns of a check draw alike, and so not like those of another one."""
    channel = FakeChannel()
    work = student(channel)
    for name in ("one", "one", "other"):
        with running(Running(Stream(check=name))):
            work.rerun("curve", t=X)["x"]
    assert [probe["seed"] == channel.sent[0][0]["seed"] for probe, _ in channel.sent] == [
        True,
        False,
    ]


def test_later_seeds_do_not_shift() -> None:
    """A question that is not put again has drawn its seed all the same."""
    seeds = []
    for first in (X, X + 1):
        channel = FakeChannel()
        work = student(channel)
        with running(Running()):
            work.call("f", X)
            work.call("f", first)
            work.call("g", X)
        seeds.append(channel.sent[-1][0]["seed"])
    assert seeds[0] == seeds[1]


def test_what_took_too_long_is_not_asked_again() -> None:
    """A reply that is no answer is remembered like one."""
    channel = FakeChannel({"gone": "it took too long to answer"})
    work = student(channel)
    for _ in range(2):
        with pytest.raises(Exception, match="too long"):
            work.call("f", X)
    assert len(channel.sent) == 1


def test_memory_is_bounded() -> None:
    """What there is no room for is asked again."""
    channel = FakeChannel()
    work = student(channel)
    pause_of(work).room = 100
    for name in ("f", "g", "f", "g"):
        work.call(name, X)
    assert [probe["function"] for probe, _ in channel.sent] == ["f", "g", "g"]


def test_a_clerk_that_is_gone_is_no_answer() -> None:
    """It is our failure, and nobody's wrong answer."""
    with pytest.raises(EvidenceError):
        student(FakeChannel({})).call("f", X)


def test_what_is_asked_ahead_is_one_message() -> None:
    """Each question gets its own answer, with its own seed in any order, and is not put again."""
    channel = FakeChannel()
    work = student(channel)
    with running(Running()):
        work["y"]
        lent = [{"w": [X]}, {"w": [X + 1]}]
        work.ask_ahead(*(calling("f", X, assign=one) for one in lent))
        answers = [work.call("f", X, assign=one) for one in lent]
    assert [len(channel.sent), answers] == [2, [[torch.tensor(2.0)]] * 2]
    probe, payload = channel.sent[1]
    single = FakeChannel()
    for one in reversed(lent):
        student(single).call("f", X, assign=one)
    assert [one["seed"] for one in probe["each"]] == [one["seed"] for one, _ in single.sent[::-1]]
    assert [str(one["assign"]) for one in payload["each"]] == [str(one) for one in lent]
    assert pause_of(work).take() == [0, 1]


def test_only_the_first_was_asked_as_if_alone() -> None:
    """Another check, which did not say ahead what it asks, gets no answer of a longer message."""
    channel = FakeChannel()
    work = student(channel)
    work.ask_ahead(lambda s: s.grad("f", X, wrt="w"), lambda s: s.grad("f", X + 1, wrt="w"))
    pause_of(work).take()
    work.grad("f", X, wrt="w")
    assert (len(channel.sent), pause_of(work).take()) == (1, [0])
    work.grad("f", X + 1, wrt="w")
    assert (len(channel.sent), pause_of(work).take()) == (2, [1])


def test_what_is_known_is_not_asked_ahead() -> None:
    """Only new questions are put, and one alone waits until it is asked."""
    channel = FakeChannel()
    work = student(channel)
    work.call("f", X)
    work.ask_ahead(calling("f", X), calling("f", X + 1))
    assert len(channel.sent) == 1
    work.ask_ahead(*(calling("f", X + number) for number in (0, 1, 2, 1)))
    assert len(channel.sent[1][0]["each"]) == 2


def test_reruns_are_asked_ahead() -> None:
    """All of a check's draw alike, and each knows what it replaces."""
    channel = FakeChannel()
    work = student(channel)
    work.ask_ahead(*(lambda s, t=t: s.rerun("curve", t=t)["x"] for t in (1, 2)))
    assert [work.rerun("curve", t=t)["x"] for t in (1, 2)] == [torch.tensor(1.0)] * 2
    ((probe, payload),) = channel.sent
    assert [one["replaced"] for one in payload["each"]] == [{"t": 1}, {"t": 2}]
    assert len({one["seed"] for one in probe["each"]}) == 1


def test_an_exercise_that_nobody_has_cannot_run_again() -> None:
    """That is the check's mistake, and costs no student a point."""
    work = replace(student(FakeChannel()), exercises=frozenset({"curve"}))
    work.rerun("curve")["x"]
    with pytest.raises(LookupError, match="curv again"):
        work.rerun("curv")


def test_what_needs_an_answer_is_asked_ahead_in_turns() -> None:
    """A function gets what is known, and its first question of which nothing is known is put."""
    channel = FakeChannel()
    work = student(channel)

    def both(student: Student, name: str) -> Any:
        (answer,) = student.call(name, X)
        return student.call(name, answer)

    questions = [partial(both, name=name) for name in "fg"]
    work.ask_ahead(*questions)
    work.ask_ahead(*questions)
    assert [both(work, name) for name in "fg"] == [[torch.tensor(2.0)]] * 2
    assert [len(probe["each"]) for probe, _ in channel.sent] == [2, 2]


def test_asking_ahead_records_nothing() -> None:
    """Neither a share of points twice, nor what a name held in the place of who asks ahead."""

    def half(student: Student) -> None:
        student.rerun("curve", t=1)["x"]
        current().shares.append(0.5)

    work = student(FakeChannel())
    with running(Running()) as record:
        half(work)
        record.before = None
        work.ask_ahead(half, calling("f", X), calling("f", X + 1))
        assert (record.shares, record.before) == ([0.5], None)


def test_room_is_given_back() -> None:
    """What only one check may know takes no room from those after it."""
    work = student(FakeChannel())
    work.ask_ahead(calling("f", X), calling("f", X + 1))
    after = pause_of(work).room
    pause_of(work).take()
    assert after < pause_of(work).room < KEPT_BYTES


def test_asking_ahead_raises_nothing() -> None:
    """What is wrong with an answer is told where it is asked for."""

    def fail(_: Student) -> None:
        raise AssertionError("not now")

    channel = FakeChannel()
    student(channel).ask_ahead(fail, calling("f", X), calling("f", X + 1), fail)
    assert [len(probe["each"]) for probe, _ in channel.sent] == [2]


def test_too_much_for_one_message_is_put_one_by_one() -> None:
    """As many arrays, or bytes, as no message may hold."""
    channel = FakeChannel()
    large = torch.zeros(17)
    student(channel).ask_ahead(*(calling("f", large + number) for number in range(1001)))
    student(channel).ask_ahead(*(calling(name, torch.zeros(5 << 19)) for name in "fg"))
    assert channel.sent == []


@pytest.mark.parametrize(
    "told",
    [
        {"gone": "it took too long to answer"},
        {"answer": None},
        {"answer": [{"dict": [["answer", 1]]}]},
        {"answer": [1, 2]},
        {"answer": [{"dict": [["answer", 1], ["more", 1]]}] * 2},
        {"answer": [{"dict": [["missing", "f"], ["more", 1]]}] * 2},
        {"answer": [{"dict": [["raised", {"dict": [["type", "E"]]}]]}] * 2},
    ],
)
def test_without_an_answer_to_each_they_are_put_one_by_one(told: dict[str, Json]) -> None:
    """Also for the rest of the pause: what is too slow once would be so again."""
    channel = FakeChannel(told)
    work = student(channel)
    work.ask_ahead(calling("f", X), calling("f", X + 1))
    channel.told = None
    assert work.call("f", X) == [torch.tensor(2.0)]
    assert work.call("f", X + 1) == [torch.tensor(3.0)]
    work.ask_ahead(calling("g", X), calling("g", X + 1))
    assert len(channel.sent) == 3


@pytest.mark.parametrize(
    ("told", "sentence"),
    [
        ([["missing", "f"]], "f is not defined"),
        (
            [["raised", {"dict": [["type", "E"], ["message", "no"], ["kinds", []]]}]],
            r"f\(...\) raised E: no",
        ),
        ([["answer", {"unreadable": "a Model"}]], "a Model, which cannot be judged"),
    ],
)
def test_an_error_is_told_where_it_is_asked_for(told: list[Any], sentence: str) -> None:
    """Asking ahead raises nothing, and what follows is worded as ever."""
    work = student(FakeChannel({"answer": [{"dict": [["answer", 1]]}, {"dict": told}]}))
    work.ask_ahead(calling("f", X), calling("f", X + 1))
    assert work.call("f", X) == 1
    with pytest.raises(Exception, match=sentence):
        work.call("f", X + 1)
