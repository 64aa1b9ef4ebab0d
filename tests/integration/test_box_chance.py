"""Nothing in a box depends on when it runs, and what needs other programs does without."""

from small_boxes import MakeBox, shown

from autograder.boxes.box import Box

SOURCES = [
    "np.random.default_rng().random()",
    "np.random.RandomState().rand()",
    "(np.random.seed(), np.random.rand())[1]",
    "(random.seed(), random.random())[1]",
    "random.Random().random()",
    "random.SystemRandom().random()",
    "secrets.token_hex(8)",
    "os.urandom(8)",
    "uuid.uuid4()",
    "torch.seed()",
    "(torch.seed(), torch.rand(2))[1]",
    "int(time.time() * 1e6)",
    "time.time_ns()",
    "tempfile.mktemp()",
]


def test_no_source_of_chance_is_another_in_another_run(make_box: MakeBox) -> None:
    """What is drawn from the machine or taken from the clock is the same in every run."""
    first, second = make_box(), make_box()
    start = "import os, random, secrets, tempfile, time, uuid\nimport numpy as np\nimport torch"
    for box in (first, second):
        box.run(start)
    for source in SOURCES:
        drawn, again = ([shown(box, source) for _ in range(2)] for box in (first, second))
        assert drawn == again, source
        assert drawn[0] != drawn[1], source
    assert shown(make_box(seed=2), f"{start}\nnp.random.default_rng().random()") != shown(
        make_box(), f"{start}\nnp.random.default_rng().random()"
    )


def test_a_clock_goes_on(box: Box) -> None:
    """Nobody divides by nothing, waits for ever, or sleeps for free."""
    assert shown(box, "import time\nt = time.time()\n1 / (time.time() - t) > 0") == "True"
    assert shown(box, "t = time.time()\nwhile time.time() < t + 3: pass\n1") == "1"
    assert shown(box, "t = time.time()\ntime.sleep(.2)\ntime.time() - t > .2") == "True"
    assert (
        shown(box, "t = time.perf_counter()\ntime.sleep(.2)\ntime.perf_counter() - t > .2")
        == "True"
    )


def test_what_is_compiled_runs_as_it_is(box: Box) -> None:
    """However it is asked for; nothing of the compiler is needed or loaded."""
    source = """\
import sys, torch
model = torch.nn.Linear(2, 1)
compiled = torch.compile(model, mode="max-autotune")
model.compile(fullgraph=True)

@torch.compile
def double(v):
    return 2 * v

@torch.compile(dynamic=True)
def triple(v):
    return 3 * v

v = torch.ones(2)
compiled(v).backward()
[compiled is model, double(v).tolist(), triple(v).tolist(), model.weight.grad.tolist()]"""
    assert shown(box, source) == "[True, [2.0, 2.0], [3.0, 3.0], [[1.0, 1.0]]]"
    assert shown(box, "'torch._inductor' in sys.modules") == "False"
    assert shown(box, "torch.jit.script(torch.nn.ReLU())(v).tolist()") == "[1.0, 1.0]"
