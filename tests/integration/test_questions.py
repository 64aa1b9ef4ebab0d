"""Questions to a paused box: what they read, what they may not change, and how they end."""

import os
import subprocess
import sys
import time
from contextlib import ExitStack
from dataclasses import replace
from typing import Any

import pytest
from small_boxes import LIMITS, MakeBox, array, ask, hurry, shown

from autograder.boxes.box import Box, Ended
from autograder.boxes.procfs import look
from autograder.evidence.values import Json, Unreadable, Value
from autograder.model import Ending

# Refuses the first forks, as a machine without room for them does.
REFUSING = """
def full():
    if len(refused) >= 2:
        return fork()
    refused.append(1)
    raise BlockingIOError(errno.EAGAIN, "no room")
os.fork = full
def one(): return 1
"""


def test_a_name_is_read(box: Box) -> None:
    """Values of the closed set cross exactly; what is none of them is said to be so."""
    box.run("import numpy as np, torch\nx = torch.tensor([1., 2.], requires_grad=True)")
    box.run("y = [1, 'a', None, (2.5,), {'k': np.float32(3)}]\nz = object()")
    probe = {"ask": "value", "names": ["x", "y", "z"]}
    assert ask(box, probe) == [
        array(1, 2),
        [1, "a", None, [2.5], {"k": 3.0}],
        Unreadable("a object"),
    ]
    assert ask(box, {"ask": "value", "names": ["nothing"]}) == {"missing": "nothing"}


def test_a_long_list_is_read(box: Box) -> None:
    """Ten thousand tensors of one number each are read, of large ones a thousand."""
    box.run("import torch\nx = list(torch.ones(10_000))\ny = [torch.ones(17)] * 1001")
    found: Any = ask(box, {"ask": "value", "names": ["x", "y"]})
    assert (len(found[0]), found[0][-1].data) == (10_000, found[0][0].data)
    assert found[1][-1] == Unreadable("too large, or too many tensors")
    box.run("losses = [0.0] * 2_000_000\na = b = [0.0] * 150_000\nw = torch.ones(100)")
    names = ["losses", "a", "b", "w"]
    too_large = Unreadable("too large or nested too deeply")
    assert ask(box, {"ask": "value", "names": names[:1]}) == [too_large]
    answer: Any = ask(box, {"ask": "value", "names": names})
    assert [type(one).__name__ for one in answer] == ["Unreadable", "list", "Unreadable", "Array"]


def test_the_fullest_answer_is_evidence(make_box: MakeBox) -> None:
    """What fills every budget at once still passes, and is no lie."""
    # Time is none of these budgets: a busy clerk reads it for seconds.
    box = make_box(replace(LIMITS, probe_seconds=10, notebook_seconds=60))
    box.run(
        "import torch\n"
        "small = [torch.full((8,), 1/3, dtype=torch.float64)] * 30_000\n"
        "pairs = {str(k): -1.2345678901234567e-300 for k in range(150_000)}\n"
        "text = '\\x01' * 300_000"
    )
    found: Any = ask(box, {"ask": "value", "names": ["small", "pairs", "text"]})
    assert [type(one).__name__ for one in found] == ["list", "dict", "Unreadable"]


def test_calls_and_gradients_leave_no_trace(box: Box) -> None:
    """A probe that runs student code runs in a fork: what it changes, later cells do not see."""
    box.run("import torch\ncalls = []\ndef double(v):\n    calls.append(1)\n    return 2 * v")
    probe: dict[str, Json] = {"ask": "call", "function": "double"}
    assert ask(box, probe, arguments=[array(1, 2)]) == array(2, 4)
    probe = {"ask": "grad", "function": "double", "wrt": None}
    assert ask(box, probe, arguments=[array(1, 2)], cotangent=array(1, 3)) == [array(2, 6)]
    assert shown(box, "len(calls)") == "0"


def test_parameters_can_be_set_for_one_question(box: Box) -> None:
    """`assign` changes tensors in place for one probe only, and may change their dtype."""
    box.run("import torch\nw = torch.tensor([1.], requires_grad=True)\nparameters = [w]")
    box.run("def predict(x): return w * x")
    probe = {"ask": "call", "function": "predict"}
    assign: Value = {"parameters": [array(5)]}
    assert ask(box, probe, arguments=[array(2)], assign=assign) == array(10)
    assert ask(box, probe, arguments=[array(2)]) == array(2)
    probe = {"ask": "grad", "function": "predict", "wrt": "parameters"}
    assert ask(box, probe, arguments=[array(2, 3)]) == [array(5)]


def test_several_questions_are_answered_as_if_each_was_asked_alone(box: Box) -> None:
    """In one fork: the same bytes, seeds, lent values and errors; and no trace."""
    box.run(
        "import torch\ncalls = []\nw = torch.ones(3, requires_grad=True)\n"
        "def f(x, y):\n"
        "    calls.append(1)\n"
        "    return (w.sigmoid() * (x @ y)).sum(0) + torch.rand(1)"
    )
    inputs: list[Value] = [[array(*range(k, k + 3)), array(1, 2, 3)] for k in range(4)]
    probes: list[dict[str, Json]] = [
        {"ask": "call", "function": "f", "seed": 1},
        {"ask": "grad", "function": "f", "seed": 2, "wrt": "w"},
        {"ask": "call", "function": "f", "seed": 3, "then": ["w"]},
        {"ask": "call", "function": "f", "seed": 1},
        {"ask": "call", "function": "nothing"},
        {"ask": "call", "function": "f"},
    ]
    lent: Value = {"w": [array(1, 2, 4)]}
    payloads: list[dict[str, Value]] = [
        {"arguments": inputs[0], "assign": lent},
        {"arguments": inputs[1], "assign": lent},
        {"arguments": inputs[2]},
        {"arguments": inputs[3]},
        {"arguments": []},
        {"arguments": []},
    ]
    alone = [ask(box, one, **payload) for one, payload in zip(probes, payloads, strict=True)]
    told = ask(box, {"ask": "each", "each": probes}, each=list(payloads))
    assert told == [{"answer": one} for one in alone[:4]] + alone[4:]
    assert "raised" in str(alone[5])
    assert shown(box, "len(calls), w.tolist()") == "(0, [1.0, 1.0, 1.0])"


def test_each_of_several_sees_the_names_and_modes_of_the_notebook(box: Box) -> None:
    """A rerun leaves its names to no other question, and a prediction its mode."""
    box.run("import torch\nmodel = torch.nn.Dropout()\nsteps = 1")
    box.run("steps = 2\nx = [steps] * 3", exercise="count")
    value: dict[str, Json] = {"ask": "value", "names": ["x", "steps", "model.training"]}
    probes: list[dict[str, Json]] = [
        {**value, "rerun": "count"},
        {"ask": "predict", "model": "model"},
        {**value, "rerun": "count"},
        value,
    ]
    payloads: Value = [{"replaced": {"steps": 5}}, {"arguments": [array(1)]}, {}, {}]
    told = ask(box, {"ask": "each", "each": probes}, each=payloads)
    answers = [[[5] * 3, 5, True], array(1), [[2] * 3, 2, True], [[2] * 3, 2, True]]
    assert told == [{"answer": one} for one in answers]


def test_questions_that_would_change_each_other_are_not_answered_together(box: Box) -> None:
    """The first, put once more at the end, shows code that keeps state."""
    box.run("calls = []\ndef count(): calls.append(1); return len(calls)\ndef f(): return 1")

    def each(*functions: str) -> Value | dict[str, Json]:
        probes = [{"ask": "call", "function": name} for name in functions]
        payloads: Value = [{"arguments": []} for _ in functions]
        return ask(box, {"ask": "each", "each": probes}, each=payloads)

    assert each("count", "f") is None
    assert each("f", "f") == [{"answer": 1}, {"answer": 1}]


def test_several_answers_are_no_more_than_one_may_be(box: Box) -> None:
    """What would break the limits of a message is asked one by one; so is what never ends."""
    box.run("import torch\ndef f(n): return [torch.ones(20)] * n\ndef loop(n):\n  while n: pass")

    def each(function: str, *numbers: int) -> Value | dict[str, Json]:
        probes = [{"ask": "call", "function": function} for _ in numbers]
        payloads: Value = [{"arguments": [number]} for number in numbers]
        return ask(box, {"ask": "each", "each": probes}, each=payloads)

    assert each("f", 600, 600) is None
    assert each("loop", 0, 1) == {"gone": "it took too long to answer"}
    assert each("loop", 0, 0) == [{"answer": None}] * 2


def test_an_answer_is_run_again_with_other_values(box: Box) -> None:
    """A rerun leaves out assignments to replaced names, and figures."""
    source = "import torch, matplotlib.pyplot as plt\nt = torch.zeros(1)\nx = t + 1\nplt.plot(x)"
    box.run(source, exercise="curve")
    probe = {"ask": "value", "names": ["x"], "rerun": "curve"}
    assert ask(box, probe, replaced={"t": array(4)}) == [array(5)]
    assert ask(box, {"ask": "value", "names": ["x"]}) == [array(1)]


def test_what_was_deleted_is_there_when_an_answer_runs_again(box: Box) -> None:
    """Clearing up is no mistake: names that the answer or a later cell deleted are lent to it."""
    box.run("import torch\nfactor = 3\nt = torch.ones(1)\ndef scaled(v): return factor * v")
    box.run("x = scaled(t)\ndel factor", exercise="curve")
    box.run("del scaled")
    probe = {"ask": "value", "names": ["x"], "rerun": "curve"}
    assert ask(box, probe, replaced={"t": array(4)}) == [array(12)]
    assert ask(box, {"ask": "value", "names": ["factor"]}) == {"missing": "factor"}


def test_what_an_answer_made_before_it_stopped_counts_again_too(box: Box) -> None:
    """A rerun that stops says what was made anew until then, and nothing of the first run."""
    source = "import torch\nt = torch.ones(1)\nx = t + 1\ny = (1 / t).isfinite().item() or 1 / 0"
    box.run(source, exercise="curve")
    probe = {"ask": "value", "names": ["x"], "rerun": "curve"}
    assert ask(box, probe, replaced={"t": array(0)}) == [array(1)]
    assert "raised" in str(ask(box, {**probe, "names": ["x", "y"]}, replaced={"t": array(0)}))


def test_a_probe_ends_within_its_own_limit(box: Box) -> None:
    """A question that never ends, or kills its process, costs that question and no more."""
    box.run("import os\ndef loop(): \n  while True: pass\ndef die(): os._exit(0)\ndef bad(): 1 / 0")
    assert "gone" in str(ask(box, {"ask": "call", "function": "loop"}, arguments=[]))
    assert "gone" in str(ask(box, {"ask": "call", "function": "die"}, arguments=[]))
    raised = ask(box, {"ask": "call", "function": "bad"}, arguments=[])
    kinds = ["ZeroDivisionError", "ArithmeticError", "Exception", "BaseException", "object"]
    told = {"type": "ZeroDivisionError", "message": "division by zero", "kinds": kinds}
    assert raised == {"raised": told}
    assert shown(box, "1 + 1") == "2"


@pytest.mark.parametrize("wait", ["time.sleep(9)", "0", "[time.sleep(0.001) for _ in range(9999)]"])
def test_whoever_waits_or_computes_by_itself_is_not_run_again(
    box: Box, wait: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It used its own time, in one way or the other; the kernel knows that nobody held it up."""
    if wait == "0":  # on a busy machine, too: there it gets its CPU time later
        monkeypatch.setattr("autograder.boxes.deadlines.IDLE_FACTOR", 60)
    box.run(f"import time\ndef f():\n    while True: {wait}")
    assert "gone" in str(ask(box, {"ask": "call", "function": "f"}, arguments=[]))
    # On a busy machine it was held up indeed.
    assert not box.stalled or box.held_up > 0


def test_whoever_was_held_up_by_others_is_run_again(
    box: Box, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A box that is ready to run, and gets no CPU, has not had its time."""
    # It gets none to heed the interrupt either, and how long that takes is not what is asked.
    monkeypatch.setattr("autograder.boxes.deadlines.GRACE_SECONDS", 20)
    one = min(os.sched_getaffinity(0))
    loop = f"import os; os.sched_setaffinity(0, [{one}]); print()\nwhile 1: 0"
    with ExitStack() as stack:
        for _ in range(6):
            # A session each: among these the kernel shares a CPU first.
            other = stack.enter_context(
                subprocess.Popen(
                    [sys.executable, "-uc", loop], stdout=subprocess.PIPE, start_new_session=True
                )
            )
            stack.callback(other.kill)
            assert other.stdout is not None
            other.stdout.readline()
        os.sched_setaffinity(box.pid, {one})
        assert hurry(box).run("end = 0\nwhile True: end += 1").interrupted
    assert box.stalled


def test_a_fork_that_the_machine_refuses_is_asked_for_again(
    box: Box, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As soon as there is room, the question is answered, and nothing is held against anyone."""
    box.run("import errno, os\nfork, refused = os.fork, []\n" + REFUSING)
    assert ask(box, {"ask": "call", "function": "one"}, arguments=[]) == 1
    assert (shown(box, "len(refused)"), box.stalled) == ("2", False)


@pytest.mark.parametrize(
    ("full", "alone", "ending", "stalled"),
    [
        (True, True, Ending.BOX_FAILED, True),
        (False, False, Ending.DIED, True),
        (False, True, Ending.DIED, False),
    ],
)
def test_a_fork_that_is_never_let_through(
    full: bool,
    alone: bool,
    ending: Ending,
    stalled: bool,
    box: Box,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """It is our failure where the clerk sees it too; a box alone that lies about it dies."""
    monkeypatch.setattr("autograder.boxes.scarcity.no_room", lambda: full)
    box.alone = alone
    box.run("import errno, os\nfork, refused = os.fork, []\n" + REFUSING.replace("2", "99"))
    with pytest.raises(Ended) as caught:
        ask(box, {"ask": "call", "function": "one"}, arguments=[])
    assert (caught.value.ending, box.stalled) == (ending, stalled)


def test_a_box_full_of_threads_has_itself_to_blame(box: Box) -> None:
    """Its own limit stops its forks: that question is lost, and nothing is run again."""
    box.run(
        "import threading\nthreading.stack_size(65536)\ndone = threading.Event()\n"
        "def one(): return 1\n"
        "for _ in range(600): threading.Thread(target=done.wait, daemon=True).start()"
    )
    gone = ask(box, {"ask": "call", "function": "one"}, arguments=[])
    assert "its threads left no room" in str(gone)
    assert (shown(box, "done.set()"), box.stalled) == ("", False)


def test_a_stopped_box_takes_no_time(box: Box) -> None:
    """While another one answers for it its threads do nothing; then it goes on."""
    box.run("import threading\nturns, done = [0], threading.Event()")
    box.run("def turn():\n    while not done.is_set(): turns[0] += 1")
    box.run("threading.Thread(target=turn, daemon=True).start()")
    with box.stopped():
        before = look(box.pid)[0]
        time.sleep(0.3)
        assert look(box.pid)[0] - before < 0.1
    assert shown(box, "before = turns[0]; done.wait(0.05); done.set(); turns[0] > before") == "True"


@pytest.mark.parametrize("alone", [True, False])
def test_what_others_may_have_taken_is_run_again_alone(box: Box, alone: bool) -> None:
    """A thread, a process or a file that nobody could have: beside others, that decides nothing."""
    box.alone = alone
    box.run("raise MemoryError")
    assert not box.stalled
    box.run('raise RuntimeError("can\'t start new thread")')
    assert box.stalled is not alone
