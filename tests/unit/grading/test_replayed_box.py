"""When a second box answers in the place of a fork, and what all of them may take together."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import pytest

from autograder.asking.questions import Question, Step, write
from autograder.boxes.box import CellRun, Ended
from autograder.boxes.incoming import Reply
from autograder.config import RunLimits
from autograder.grading.replayed_box import NO_TIME, OTHERWISE, Double
from autograder.model import Ending

LIMITS = RunLimits(cell_seconds=30, notebook_seconds=100, probe_seconds=10)
CALL: dict[str, Any] = {"probe": {"ask": "call", "function": "f"}, "payload": {"dict": []}}
ASSIGNED = CALL | {"payload": {"dict": [["assign", {"dict": []}]]}}
VALUE: dict[str, Any] = {"probe": {"ask": "value", "names": ["x"]}, "payload": {"dict": []}}


class FakeBox:
    """A box whose cells take some seconds each, and which answers how often it was asked."""

    limits = LIMITS

    def __init__(self, desk: "Desk", second: bool) -> None:
        self.desk = desk
        self.second = second
        self.spent = self.waited = self.held_up = 0.0
        self.stalled = False
        self.calls = 0

    def run(self, source: str, *, exercise: str | None = None, silent: bool = False) -> CellRun:
        """A cell that stops where the desk says so."""
        del exercise
        assert silent is self.second is self.desk.stopped
        self._take(self.desk.seconds)
        if self.second and self.desk.ends_replays:
            raise Ended(self.desk.ends_replays, "it ended")
        failure = "it stopped" if self.second and source == self.desk.other else None
        return CellRun([], 1, failure, interrupted=False)

    @contextmanager
    def stopped(self) -> Iterator[None]:
        """It is the first one that is stopped, and it runs again afterwards."""
        assert (self.second, self.desk.stopped) == (False, False)
        self.desk.stopped = True
        yield
        self.desk.stopped = False

    def has_threads(self) -> bool:
        """As the desk says."""
        return self.desk.threads

    def ask(self, body: dict[str, Any], _: Sequence[bytes]) -> Reply:
        """What a fork answers is always its first answer."""
        if body["probe"]["ask"] == "value":
            assert self.second is self.desk.stopped
            return Reply({"answer": 0})
        assert body.get("here", False) is self.second is self.desk.stopped
        if not self.second:
            self.desk.forks += 1
            return self.desk.fork
        if self.desk.ends_answers:
            raise Ended(self.desk.ends_answers, "it ended")
        self.calls += 1
        return Reply({"answer": self.calls if self.desk.counts else 1})

    def _take(self, seconds: float) -> None:
        self.spent += seconds
        self.waited += seconds + self.desk.delay
        self.held_up += self.desk.delay
        most = LIMITS.notebook_seconds
        if self.spent > most or self.waited > 3 * most:
            raise Ended(Ending.TIMED_OUT, "the notebook took longer")


class Desk:
    """Hands out boxes, and is told how they shall be."""

    def __init__(self, *, seconds: float = 1.0, threads: bool = True) -> None:
        self.seconds, self.threads = seconds, threads
        self.counts = self.stopped = False
        self.fork = Reply({"answer": 1})
        self.other = ""
        self.ends_replays: Ending | None = None
        self.ends_answers: Ending | None = None
        self.forks = self.replays = 0
        self.open = 0
        self.delay = 0.0  # of each cell, by others
        self.first: Any = None

    @contextmanager
    def lend(self, second: bool) -> Iterator[Any]:
        """One box, and it is counted."""
        self.replays += second
        self.open += 1
        box = FakeBox(self, second)
        self.first = self.first or box
        yield box
        self.open -= 1


def answers(double: Double, *questions: dict[str, Any]) -> list[Any]:
    """What comes of some questions."""
    return [double.ask(question, []).body for question in questions]


def test_without_threads_forks_answer() -> None:
    """An ordinary box is forked for each question, and there is no second one."""
    desk = Desk(threads=False)
    double = Double(desk.lend)
    double.run("x = 1")
    assert answers(double, VALUE, CALL, CALL) == [{"answer": 0}, {"answer": 1}, {"answer": 1}]
    assert (desk.forks, desk.replays) == (2, 0)
    double.close()
    assert desk.open == 0


def test_with_threads_each_question_gets_a_replay_of_its_own() -> None:
    """What one question changes, no other sees; a plain value costs no replay."""
    desk = Desk()
    desk.counts = True
    double = Double(desk.lend)
    double.run("x = 1")
    assert answers(double, CALL, VALUE, CALL) == [{"answer": 1}, {"answer": 0}, {"answer": 1}]
    assert (desk.forks, desk.replays, desk.open) == (0, 2, 2)


def test_whether_threads_live_is_looked_at_anew_after_each_cell() -> None:
    """Threads that have ended since cost nothing any more."""
    desk = Desk()
    double = Double(desk.lend)
    double.run("x = 1")
    answers(double, CALL)
    desk.threads = False
    double.run("pool.shutdown()")
    answers(double, CALL)
    assert (desk.forks, desk.replays) == (1, 1)


def test_a_long_training_is_replayed_once_if_the_threads_do_not_matter() -> None:
    """Where a fork and a replay that has answered before say the same, it is so."""
    desk = Desk(seconds=40)
    double = Double(desk.lend)
    double.run("train()")
    assert answers(double, CALL, CALL, CALL) == [{"answer": 1}] * 3
    assert (desk.forks, desk.replays) == (2, 1)


@pytest.mark.parametrize("fork", [{"gone": "it took too long"}, {"answer": 2}, {"raised": {}}])
def test_where_they_differ_a_fresh_replay_answers_and_then_nobody(fork: dict[str, Any]) -> None:
    """No answer that might be another with more time decides: that one is withheld."""
    desk = Desk(seconds=40)
    desk.fork = Reply(fork)
    double = Double(desk.lend)
    double.run("train()")
    assert answers(double, CALL, CALL, CALL) == [{"answer": 1}] * 2 + [{"withheld": NO_TIME}]
    assert desk.replays == 2
    assert desk.forks == (1 if "gone" in fork else 2)  # one that hangs is not waited for twice


def test_an_answer_that_changes_from_call_to_call_is_never_taken_from_a_used_replay() -> None:
    """A counter has its first value in every question, or none at all."""
    desk = Desk(seconds=40)
    desk.counts = True
    double = Double(desk.lend)
    double.run("train()")
    assert answers(double, CALL, CALL, CALL) == [{"answer": 1}] * 2 + [{"withheld": NO_TIME}]


def test_replays_leave_the_notebook_its_own_time() -> None:
    """They have as much CPU as the notebook, and it has no less for its later cells."""
    desk = Desk(seconds=9)
    desk.counts = True
    double = Double(desk.lend)
    double.run("x = 1")
    told = answers(double, *[CALL] * 30)
    assert told == [{"answer": 1}] * (100 // 9) + [{"withheld": NO_TIME}] * (30 - 100 // 9)
    for _ in range(10):
        double.run("x = 2")
    with pytest.raises(Ended) as caught:
        double.run("x = 2")
    assert caught.value.ending is Ending.TIMED_OUT  # for what it took itself


def test_who_was_held_up_by_others_is_run_again_alone() -> None:
    """By the clock no replay begins that would leave the notebook less than it may compute."""
    desk = Desk(seconds=20)
    desk.delay = 60
    double = Double(desk.lend)
    double.run("x = 1")
    assert answers(double, CALL, VALUE) == [{"answer": 1}, {"answer": 0}]
    assert not desk.first.stalled
    double.run("x = 2")
    assert answers(double, CALL) == [{"withheld": NO_TIME}]
    assert desk.first.stalled


@pytest.mark.parametrize(
    ("ending", "said"),
    [
        (Ending.TIMED_OUT, "it took too long to answer"),
        (Ending.OUT_OF_MEMORY, "it ran out of memory"),
        (Ending.DIED, "it ended its process"),
    ],
)
def test_what_student_code_does_to_a_second_box_is_told_as_of_a_fork(
    ending: Ending, said: str
) -> None:
    """That question is lost, and the next one gets a box that lives."""
    desk = Desk()
    desk.ends_answers = ending
    double = Double(desk.lend)
    double.run("x = 1")
    assert answers(double, CALL) == [{"gone": said}]
    desk.ends_answers = None
    assert answers(double, CALL) == [{"answer": 1}]


@pytest.mark.parametrize("forkless", [False, True])
@pytest.mark.parametrize("place", ["ends_replays", "ends_answers"])
@pytest.mark.parametrize("ending", [Ending.BOX_FAILED, Ending.LIED])
def test_our_failure_and_a_lie_stay_what_they_are(
    ending: Ending, place: str, forkless: bool
) -> None:
    """No second box that fails through us costs points, and none may lie."""
    desk = Desk()
    setattr(desk, place, ending)
    double = Double(desk.lend, forkless=forkless)
    double.run("x = 1")
    with pytest.raises(Ended) as caught:
        double.ask(CALL, [])
    assert caught.value.ending is ending


def test_a_replay_that_goes_another_way_answers_nothing() -> None:
    """What stops only the second time, or ends the box, makes the points withheld, not lost."""
    desk = Desk()
    double = Double(desk.lend)
    double.run("x = 1")
    desk.other = "x = 1"
    assert answers(double, CALL) == [{"withheld": OTHERWISE}]
    desk.other, desk.ends_replays = "", Ending.DIED
    assert answers(double, CALL) == [{"withheld": OTHERWISE}]
    desk.ends_replays = None
    assert answers(double, CALL) == [{"answer": 1}]


def test_what_cannot_be_forked_is_replayed_for_what_leaves_traces() -> None:
    """On CUDA a long training is run again for such a question, and else for the first one."""
    desk = Desk(seconds=40, threads=False)
    double = Double(desk.lend, forkless=True)
    double.run("train()")
    answers(double, CALL, CALL, ASSIGNED, ASSIGNED, CALL, CALL)
    assert (desk.forks, desk.replays) == (0, 4)


def steps(count: int) -> list[dict[str, Any]]:
    """Steps with objects, one after the other."""
    made, after = list[dict[str, Any]](), ""
    for _ in range(count):
        question = Question(Step(after, "name", name="f"))
        made.append(write([question])[0])
        after = question.key
    return made


def test_objects_live_in_one_replay() -> None:
    """All steps of a check go to one second box; after another question it is a new one."""
    desk = Desk()
    desk.counts = True
    double = Double(desk.lend)
    double.run("x = 1")
    first, second, third = steps(3)
    assert answers(double, first, second) == [{"answer": 1}, {"answer": 2}]
    assert desk.replays == 1
    assert answers(double, CALL, third) == [{"answer": 1}, {"answer": 3}]
    assert (desk.forks, desk.replays) == (0, 3)


def test_without_time_for_a_replay_objects_are_withheld() -> None:
    """Nobody knows what they would have done: no step of them costs a point."""
    desk = Desk(seconds=60)
    double = Double(desk.lend)
    double.run("train()")
    first, second = steps(2)
    assert answers(double, first, CALL, first, second) == [
        {"answer": 1}, {"answer": 1}, {"withheld": NO_TIME}, {"withheld": NO_TIME},
    ]  # fmt: skip
