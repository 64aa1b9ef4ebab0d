"""Where a step with an object goes, and what happens when its process is gone."""

from collections.abc import Sequence

import pytest

from autograder.asking import questions
from autograder.asking.questions import Question, Step
from autograder.boxes.incoming import Reply
from autograder.evidence.values import Json
from autograder.grading.replicas import OTHERWISE, TOO_MUCH, Replicas

GONE = {"gone": "it took too long to answer"}


class FakeProcess:
    """A process that says how many steps it has taken, or what it is told to say."""

    def __init__(self) -> None:
        self.taken: list[str] = []
        self.begun = 0
        self.says: dict[str, Json] = {}

    def put(self, body: dict[str, Json], _: Sequence[bytes]) -> Reply:
        """Take a step; without one before it, in a new process."""
        if not body["probe"]["after"]:
            self.taken, self.begun = [], self.begun + 1
        self.taken.append(body["probe"]["name"])
        return Reply(self.says or {"answer": len(self.taken)})


class Chain:
    """The steps of one check, one after the other."""

    def __init__(self, replicas: Replicas, process: FakeProcess) -> None:
        self.replicas, self.process = replicas, process
        self.after = ""

    def take(self, name: str) -> dict[str, Json]:
        """Take the next step."""
        question = Question(Step(self.after, "name", name=name))
        self.after = question.key
        return self.replicas.take(*questions.write([question]), self.process.put).body


@pytest.fixture
def process() -> FakeProcess:
    """A process."""
    return FakeProcess()


@pytest.fixture
def replicas() -> Replicas:
    """The steps of a pause."""
    return Replicas()


def test_steps_go_on_where_the_last_one_was(replicas: Replicas, process: FakeProcess) -> None:
    """One process takes them all."""
    chain = Chain(replicas, process)
    assert [chain.take(name)["answer"] for name in "abc"] == [1, 2, 3]
    assert process.begun == 1


def test_who_comes_back_finds_the_same(replicas: Replicas, process: FakeProcess) -> None:
    """After another replica, or a question, the steps before are taken once more."""
    one, other = Chain(replicas, process), Chain(replicas, process)
    one.take("a"), one.take("b"), other.take("x")
    assert one.take("c") == {"answer": 3}
    assert (process.taken, process.begun) == (["a", "b", "c"], 3)
    replicas.leave()
    assert one.take("d") == {"answer": 4}
    assert (process.taken, process.begun) == (["a", "b", "c", "d"], 4)


def test_another_answer_at_the_second_time_is_withheld(
    replicas: Replicas, process: FakeProcess
) -> None:
    """Nobody can tell which of the two is the work's: a person decides, and nothing goes on."""
    chain = Chain(replicas, process)
    chain.take("a")
    replicas.leave()
    process.says = {"answer": "another"}
    assert chain.take("b") == {"withheld": OTHERWISE}
    process.says = {}
    assert chain.take("c") == {"withheld": OTHERWISE}
    assert process.begun == 2


def test_what_is_gone_stays_gone(replicas: Replicas, process: FakeProcess) -> None:
    """Each later step has the answer of the one that ended the process, and is not put."""
    chain = Chain(replicas, process)
    chain.take("a")
    process.says = GONE
    assert [chain.take(name) for name in "bcd"] == [GONE] * 3
    assert process.taken == ["a", "b"]
    process.says = {}
    assert Chain(replicas, process).take("x") == {"answer": 1}


def test_beyond_its_room_nobody_comes_back(process: FakeProcess) -> None:
    """Steps go on as long as they are not left; what they sent is not kept without end."""
    replicas = Replicas(room=10)
    chain = Chain(replicas, process)
    assert [chain.take(name)["answer"] for name in "ab"] == [1, 2]
    replicas.leave()
    assert chain.take("c") == {"withheld": TOO_MUCH}
