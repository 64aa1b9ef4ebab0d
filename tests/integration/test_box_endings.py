"""How a box on this machine ends, and what is left of it: nothing."""

import socket
from pathlib import Path

import pytest
from small_boxes import MakeBox, hurry, shown

from autograder.boxes.box import Box, Ended
from autograder.boxes.template import Template
from autograder.config import RunLimits
from autograder.model import Ending


def test_an_endless_loop_is_interrupted_and_the_run_goes_on(box: Box) -> None:
    """Over its time a cell is interrupted; the next one runs."""
    assert hurry(box).run("while True: pass").interrupted
    assert shown(box, "1 + 1") == "2"


def test_an_endless_live_plot_is_interrupted_too(box: Box) -> None:
    """Drawing swallows an interrupt now and then: it is repeated."""
    source = "import matplotlib.pyplot as plt\nwhile True:\n    plt.plot([1, 2])\n    plt.show()"
    assert hurry(box).run(source).interrupted
    assert shown(box, "1 + 1") == "2"


@pytest.mark.parametrize(
    ("source", "ending"),
    [
        ("import os; os._exit(0)", Ending.DIED),
        ("import os; os.kill(os.getpid(), 11)\nimport ctypes; ctypes.string_at(0)", Ending.DIED),
        (
            "import signal\nsignal.pthread_sigmask(signal.SIG_BLOCK, [2])\nwhile True: pass",
            Ending.TIMED_OUT,
        ),
        ("import os\nfor i in range(3, 20):\n  try: os.write(i, b'x' * 99)\n  except OSError: 0",
         Ending.LIED),
        ("import os; os._exit(77)", Ending.OUT_OF_MEMORY),
        ("import os; os._exit(70)", Ending.DIED),
        (
            "import gc, signal, struct, time\n"
            "signal.signal(signal.SIGINT, signal.SIG_IGN)\n"
            "box = next(o for o in gc.get_objects() if type(o).__name__ == 'Box')\n"
            "box.channel.socket.sendall(b'AG1\\n' + struct.pack('<I', 1 << 20))\n"
            "while True:\n    box.channel.socket.sendall(b' ')\n    time.sleep(0.01)",
            Ending.TIMED_OUT,
        ),
    ],
)  # fmt: skip
def test_an_ending_is_named(
    box: Box, source: str, ending: Ending, monkeypatch: pytest.MonkeyPatch
) -> None:
    """However a box stops, the clerk says how, and its process is gone."""
    monkeypatch.setattr("autograder.boxes.deadlines.GRACE_SECONDS", 0.2)
    hurry(box)
    with pytest.raises(Ended) as caught:
        [box.run(cell) for cell in (source, "1")]
    assert caught.value.ending is ending
    with pytest.raises(Ended):
        box.run("1")


def test_the_whole_notebook_has_a_limit(make_box: MakeBox) -> None:
    """Many cells that each stay within their limit are stopped by that of the notebook."""
    box = make_box(RunLimits(cell_seconds=1, notebook_seconds=0.5, probe_seconds=1))
    cell = "import time\nend = time.process_time() + 0.2\nwhile time.process_time() < end: 0"
    with pytest.raises(Ended) as caught:
        [box.run(cell) for _ in range(5)]
    assert caught.value.ending is Ending.TIMED_OUT


def test_waiting_has_a_limit_for_the_whole_notebook_too(make_box: MakeBox) -> None:
    """Many cells that only sleep, each within its limit, cannot keep a worker for hours."""
    box = make_box(RunLimits(cell_seconds=1, notebook_seconds=0.5, probe_seconds=1))
    with pytest.raises(Ended) as caught:
        [box.run("import time; time.sleep(0.9)") for _ in range(5)]
    assert caught.value.ending is Ending.TIMED_OUT


@pytest.mark.parametrize(
    "cell",
    [
        "import time; time.sleep(9)",
        "import signal; signal.signal(signal.SIGINT, signal.SIG_IGN)\nimport time; time.sleep(9)",
        "import threading; threading.Event().wait(9)",
        "import os; os.read(os.pipe()[0], 1)",
    ],
)
def test_earlier_attempts_count_for_the_clock(make_box: MakeBox, cell: str) -> None:
    """Whoever waits by itself gets what is left, is not run again, and all of it is counted."""
    box = make_box(RunLimits(cell_seconds=5, notebook_seconds=1, probe_seconds=1))
    box.waited = 2.5
    with pytest.raises(Ended) as caught:
        box.run(cell)
    assert caught.value.ending is Ending.TIMED_OUT
    assert 3 < box.waited < 4
    assert not box.stalled


def test_what_no_notebook_could_hold_is_left_out(box: Box) -> None:
    """Displays that are no text, or far too much of it, cost their cell and nothing else."""
    box.run("from IPython.display import JSON, display\ndisplay(JSON({'a': float('nan')}))")
    long = "from IPython.display import HTML\nfor _ in range(30): display(HTML('x' * 1_000_000))"
    *kept, last = box.run(long).outputs
    assert sum(len(one["data"]["text/html"]) for one in kept) == 16_000_000
    assert "left out" in last["text"]
    assert shown(box, "1 + 1") == "2"


def test_a_closed_box_leaves_no_process(make_box: MakeBox) -> None:
    """With its box every thread and process of a submission is gone."""
    box = make_box()
    box.run("import threading, time\nthreading.Thread(target=time.sleep, args=(99,)).start()")
    pid = box.pid
    box.close()
    assert not Path(f"/proc/{pid}/stat").exists()


def test_the_same_seed_gives_the_same_numbers(make_box: MakeBox) -> None:
    """Boxes of one seed draw alike, boxes of two seeds do not."""
    source = "import random, torch, numpy as np\n(random.random(), np.random.rand(), torch.rand(1))"
    first, second, other = (shown(make_box(seed=seed), source) for seed in (1, 1, 2))
    assert first == second != other


def test_the_template_dies_with_the_clerk() -> None:
    """A template whose clerk is gone ends by itself."""
    with Template() as template:
        template.wait_until_warm()
        template._control.shutdown(socket.SHUT_RDWR)
        assert template._process.wait(timeout=10) == 0
