"""Threads that a notebook started are not in a fork: a second box replays it and answers."""

from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest
from small_boxes import LIMITS, MakeBox, array, ask, shown
from tiny_course import class_course

from autograder.boxes.box import Box
from autograder.boxes.layers import LAYERS
from autograder.evidence.values import Json
from autograder.grading.replayed_box import Double
from autograder.grading.workshop import Options, Workshop
from autograder.model import Ending, Verdict
from autograder.notebooks.assignment import read_assignment
from autograder.notebooks.cells import Cell, Kind
from autograder.notebooks.rebuilding import Rebuilt

Lent = list[Box]
MakeDouble = Callable[[], tuple[Double, Lent]]

EXECUTOR = """
from concurrent.futures import ThreadPoolExecutor
pool = ThreadPoolExecutor(2)
def double(v): return pool.submit(lambda: 2 * v).result()
double(1)
"""
OLD_POOL = """
from multiprocessing.pool import ThreadPool
pool = ThreadPool(2)
def double(v): return sum(pool.map(lambda one: one * v, [1, 1]))
"""
LOOP = """
import asyncio, threading
loop = asyncio.new_event_loop()
threading.Thread(target=loop.run_forever, daemon=True).start()
async def later(v):
    await asyncio.sleep(0.01)
    return 2 * v
def double(v): return asyncio.run_coroutine_threadsafe(later(v), loop).result()
"""
# As SummaryWriter does: a worker empties a short queue, and `flush` waits for it.
WRITER = """
import queue, threading
waiting, written = queue.Queue(2), []
def write():
    while True:
        written.append(waiting.get())
        waiting.task_done()
threading.Thread(target=write, daemon=True).start()
def double(v):
    for one in (v, v, v): waiting.put(one)
    waiting.join()
    return 2 * written[-1]
"""
LOCK = """
import threading, time
lock = threading.Lock()
def hold():
    while True:
        with lock: time.sleep(0.05)
threading.Thread(target=hold, daemon=True).start()
time.sleep(0.01)
def double(v):
    with lock: return 2 * v
"""
PRODUCER = """
import queue, threading
twos = queue.Queue(1)
def produce():
    while True: twos.put(2)
threading.Thread(target=produce, daemon=True).start()
def double(v): return twos.get() * twos.get() * twos.get() * v / 4
"""
ASKED_IF_ALIVE = """
import threading
helper = threading.Thread(target=threading.Event().wait, daemon=True)
helper.start()
def double(v): return 2 * v if helper.is_alive() else 0 * v
"""
WAITED_FOR_TOO_SHORTLY = """
import _thread, threading
asked, told = threading.Semaphore(0), threading.Semaphore(0)
def tell():
    while asked.acquire(): told.release()
_thread.start_new_thread(tell, ())
def double(v):
    asked.release()
    return 2 * v if told.acquire(timeout=3) else v
"""
RIGHT = "x = t - 1.5 * torch.cos(17 * t)"
ONCE = """
import os, threading
threading.Thread(target=threading.Event().wait, daemon=True).start()
with open("mark", "a") as mark: mark.write("x")
if os.path.getsize("mark") > 1: os._exit(0)
"""
KINDS = {
    "executor": EXECUTOR, "old_pool": OLD_POOL, "loop": LOOP, "writer": WRITER, "lock": LOCK,
    "producer": PRODUCER, "alive": ASKED_IF_ALIVE, "timeout": WAITED_FOR_TOO_SHORTLY,
}  # fmt: skip
PROBE: dict[str, Json] = {"ask": "call", "function": "double"}


@pytest.fixture
def make_double(make_box: MakeBox) -> Iterator[MakeDouble]:
    """A box with those that stand beside it, and the list of all."""
    made: list[Double] = []

    def make() -> tuple[Double, Lent]:
        lent: Lent = []

        @contextmanager
        def lend(second: bool) -> Iterator[Box]:
            with closing(make_box(LIMITS, slot=256 * second)) as box:
                lent.append(box)
                yield box

        made.append(Double(lend))
        return made[-1], lent

    yield make
    for double in made:
        double.close()


@pytest.mark.parametrize("kind", KINDS)
def test_what_needs_a_thread_is_answered(make_double: MakeDouble, kind: str) -> None:
    """Whatever a thread that still runs does for a function, the right answer comes, each time."""
    double, lent = make_double()
    double.run(KINDS[kind])
    answers = [ask(double, PROBE, arguments=[array(1, n)]) for n in (2, 3)]
    assert answers == [array(2, 4), array(2, 6)]
    assert len(lent) == 3


@pytest.mark.parametrize(
    "source",
    [
        "from concurrent.futures import ThreadPoolExecutor\npool = ThreadPoolExecutor(2)",
        "with __import__('multiprocessing.pool').pool.ThreadPool(2) as pool: pool.map(abs, [1])",
        "import torch\ntorch.set_num_threads(4)\ntorch.rand(500, 500) @ torch.rand(500, 500)",
        "import threading\nt = threading.Thread(target=int); t.start(); t.join()",
        "import torch\ntorch.rand(3, requires_grad=True).sum().backward()",
    ],
    ids=["unused", "closed", "torch", "joined", "backward"],
)
def test_without_a_living_thread_nothing_is_replayed(make_double: MakeDouble, source: str) -> None:
    """Torch's own threads, those that have ended and those that never began cost no replay."""
    double, lent = make_double()
    double.run(source)
    double.run("def double(v): return 2 * v")
    assert ask(double, PROBE, arguments=[array(1)]) == array(2)
    assert len(lent) == 1


def test_a_replay_is_the_same_run(make_double: MakeDouble) -> None:
    """Chance and clock are the same after cells that drew pictures and were asked for values."""
    double, _ = make_double()
    double.run("import random, time, threading, torch, numpy as np, matplotlib.pyplot as plt")
    double.run("plt.plot([1, 2]); plt.show(); noise = torch.rand(2)\nprint(len(plt.get_fignums()))")
    ask(double, {"ask": "value", "names": ["noise"], "seed": 7})
    double.run("threading.Thread(target=threading.Event().wait, daemon=True).start()")
    double.run("drawn = [torch.rand(2), random.random(), np.random.rand(), time.time()]")
    double.run("drawn += [np.random.default_rng().random()]\ndef tell(): return drawn")
    told = ask(double, PROBE | {"function": "tell"}, arguments=[])
    value = ask(double, {"ask": "value", "names": ["drawn"]})
    assert [told] == value


def test_each_question_finds_what_the_cells_left(make_double: MakeDouble) -> None:
    """A function that counts its calls finds none before it, as if a fork had answered."""
    double, _ = make_double()
    double.run(EXECUTOR + "calls = []\ndef count():\n    calls.append(pool)\n    return len(calls)")
    probe = PROBE | {"function": "count"}
    assert [ask(double, probe, arguments=[]) for _ in range(2)] == [1, 1]
    assert shown(double, "len(calls)") == "0"


def test_a_class_is_graded_so_and_no_file_tells_of_the_first_time(
    tmp_path: Path, tiny_release: Path
) -> None:
    """Also where boxes write into a folder of the machine, each of a submission finds its empty."""
    course = class_course(tmp_path, {"ada": RIGHT}, tiny_release)
    layers = frozenset(LAYERS) - {"mount"}
    with Workshop(course, "hw", Options(layers=layers, accept_weaker_box=True)) as workshop:
        handed = read_assignment(course.submitted("hw", "ada") / "hw.ipynb").cells
        cells = (Cell("first", "code", ONCE, Kind.ADDED), *handed)
        done = workshop.grade_cells("ada", Rebuilt(cells))
    assert [finding.verdict for finding in done.grade.findings] == [Verdict.PASSED] * 2
    assert done.grade.ending is Ending.FINISHED


def test_a_question_to_a_second_box_ends_as_one_to_a_fork(make_double: MakeDouble) -> None:
    """An endless one is over its time and one that ends the process has ended it; others go on."""
    double, _ = make_double()
    double.run(EXECUTOR + "import os, time\ndef wait():\n    while True: time.sleep(0.01)")
    double.run("def leave(): os._exit(0)\ndef spin():\n    while True: pass")
    told = [ask(double, PROBE | {"function": f}, arguments=[]) for f in ("spin", "leave")]
    assert told == [{"gone": "it took too long to answer"}, {"gone": "it ended its process"}]
    assert ask(double, PROBE, arguments=[array(1)]) == array(2)
