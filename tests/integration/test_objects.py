"""Objects that a check holds live in one fork of the paused box, or in one replay of it."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import replace

import pytest
import torch
from small_boxes import LIMITS, MakeBox, shown

from autograder.asking import questions, replies
from autograder.asking.questions import Question
from autograder.asking.replies import Reply
from autograder.boxes.box import Box
from autograder.checks import NotReached, Student
from autograder.grading.replayed_box import Double
from autograder.judging.current_check import Running, running

CLASSES = """
import torch
from torch.optim import Adam
made = []
class Net(torch.nn.Module):
    def __init__(self, size, *, hidden=3):
        super().__init__()
        self.layer, self.noise = torch.nn.Linear(size, hidden), torch.nn.Dropout(0.5)
        made.append(self)
    def forward(self, x):
        return self.noise(self.layer(x))
class Counter:
    n = 0
    def count(self):
        type(self).n += 1
        return self.n
def endless():
    while True: yield 1
def spin():
    while True: pass
def leave():
    import os
    os._exit(0)
"""
THREAD = "import threading\nthreading.Thread(target=threading.Event().wait, daemon=True).start()"
X = torch.ones(4, 2)


class Through:
    """A home whose questions go to a box at once, so that a test sees every one of them."""

    def __init__(self, double: Double) -> None:
        self.double = double
        self.put = 0

    def ask(self, question: Question) -> Reply:
        """The reply, as the judge gets it."""
        self.put += 1
        reply = self.double.ask(*questions.write([question]))
        return replies.read(reply.body, reply.blobs)

    def knows(self, _: Question) -> bool:
        """Nothing beforehand."""
        return False

    def ask_ahead(self, questions: Sequence[Question]) -> None:
        """Nothing is put in one go."""


Made = tuple[Student, Double, list[Box]]


@pytest.fixture(params=["fork", "replay"])
def make_student(make_box: MakeBox, request: pytest.FixtureRequest) -> Iterator[Callable[[], Made]]:
    """A student whose notebook has run, with the boxes that were lent for it."""
    doubles: list[Double] = []

    def make() -> Made:
        lent: list[Box] = []

        @contextmanager
        def lend(second: bool) -> Iterator[Box]:
            with closing(make_box(LIMITS, slot=256 * second)) as box:
                lent.append(box)
                yield box

        doubles.append(Double(lend))
        doubles[-1].run(CLASSES)
        if request.param == "replay":
            doubles[-1].run(THREAD)
        return Student(Through(doubles[-1])), doubles[-1], lent

    with running(Running()):
        yield make
    for double in doubles:
        double.close()


def test_one_process_holds_all_objects_of_a_check(make_student: Callable[[], Made]) -> None:
    """A network is made, loaded, called and trained as at home, and nothing of it stays."""
    student, double, lent = make_student()
    net = student.make("Net", 2, hidden=1)
    net.load([torch.ones(1, 2), torch.zeros(1)])
    net.eval()
    assert torch.equal(net(X).read(), torch.full((4, 1), 2.0))
    optimizer = student.make("Adam", net.parameters(), lr=0.1)
    net(X).pow(2).mean().backward()
    optimizer.step()
    assert torch.allclose(net["layer.weight"].read(), torch.full((1, 2), 0.9))
    assert len(lent) <= 2
    assert shown(double, "len(made)") == "0"


def test_whoever_asks_between_two_steps_disturbs_nothing(make_student: Callable[[], Made]) -> None:
    """The steps are taken again in a new process, and go on there with the same state and noise."""
    student, _, _ = make_student()
    counter, net = student.make("Counter"), student.make("Net", 2)
    assert [int(counter.count()) for _ in range(2)] == [1, 2]
    noise = net(X)
    before = noise.read()
    assert student["made"] == []
    assert int(counter.count()) == 3
    assert torch.equal(noise.read(), before)
    assert not torch.equal(net(X).read(), before)


@pytest.mark.parametrize(
    ("name", "sentence"),
    [("spin", "it took too long to answer"), ("leave", "it ended its process")],
)
def test_a_step_that_gives_no_answer_ends_its_objects_alone(
    make_student: Callable[[], Made], name: str, sentence: str
) -> None:
    """What comes after it in the check is not reached; other checks and cells go on."""
    student, double, _ = make_student()
    counter = student.make("Counter")
    for _ in range(2):
        with pytest.raises(NotReached, match=sentence):
            student.make(name)
        with pytest.raises(NotReached, match=sentence):
            counter.count()
    with running(Running()):
        assert int(student.make("Counter").count()) == 1
    assert shown(double, "Counter.n") == "0"


def test_an_answer_runs_again_before_its_objects_are_made(
    make_student: Callable[[], Made],
) -> None:
    """Each rerun has a replica of its own, in which the names stay as it left them."""
    student, double, _ = make_student()
    double.run("size = 2")
    double.run("net = Net(size, hidden=1)\nsizes = [size]", exercise="net")
    made = {n: student_with(student, size=n).theirs("net") for n in (3, 4)}
    for n, net in made.items():
        assert net.layer.weight.shape == (1, n)
        net.load({"layer.bias": torch.full((1,), float(n))})
    assert [float(net.layer.bias) for net in made.values()] == [3, 4]
    assert student_with(student, size=5).theirs("sizes") == [5]
    assert student["net.layer.weight"].shape == (1, 2)


def student_with(student: Student, **replaced: object) -> Student:
    """The work after the answer ran again, as a hidden check asks for it."""
    return replace(student, sources="").rerun("net", **replaced)
