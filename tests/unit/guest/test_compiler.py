"""torch's compiler, in processes that have not loaded it."""

import json
import subprocess
import sys

import pytest

_TRAIN = """
import sys, torch
torch.manual_seed(0)
from autograder.guest import compiler
compiler.load_late()

def losses(kind):
    model = torch.nn.Linear(2, 1)
    optimizer = kind(model.parameters(), lr=0.01)
    def loss():
        optimizer.zero_grad()
        found = model(torch.ones(3, 2)).square().mean()
        found.backward()
        return found
    optimizer.load_state_dict(optimizer.state_dict())
    torch.optim.lr_scheduler.StepLR(optimizer, 1)
    return [optimizer.step(loss).item() for _ in range(5)]

kinds = [getattr(torch.optim, name) for name in ("SGD", "Adam", "AdamW", "RMSprop", "LBFGS")]
"""
_UNLOADED = """
for kind in kinds:
    found = losses(kind)
    assert found[-1] < found[0], (kind, found)
assert "sympy" not in sys.modules
"""
_LOADED = """
losses(torch.optim.Adam)
double = torch.compile(lambda x: 2 * x, backend="eager")
assert double(torch.ones(1)).item() == 2
import torch._dynamo.config
zero_grad = torch.optim.Optimizer.zero_grad.__wrapped__
assert "sympy" in sys.modules and not hasattr(zero_grad, "__dynamo_disable")
losses(torch.optim.Adam)
assert zero_grad.__dynamo_disable is not zero_grad
compiler.load_late()
assert torch._dynamo.config is sys.modules["torch._dynamo.config"]
"""


_DISABLED = """
@torch.compiler.disable(recursive=False)
def double(x):
    return 2 * x

assert double(torch.ones(1)).item() == 2
assert torch.compiler.disable(torch.sin)(torch.zeros(1)).item() == 0
losses(torch.optim.Adam)
"""
_INTERRUPTED = """
losses(torch.optim.SGD)
import builtins
plain = builtins.__import__

def fail(name, *rest):
    if "convert_frame" in name:
        raise KeyboardInterrupt
    return plain(name, *rest)

builtins.__import__ = fail
try:
    torch.compile(lambda x: 2 * x, backend="eager")
    raise AssertionError
except KeyboardInterrupt:
    builtins.__import__ = plain
losses(torch.optim.SGD)
assert torch.compile(lambda x: 2 * x, backend="eager")(torch.ones(1)).item() == 2
"""


# torch is imported once, and each script runs in a fork of that.
_FORKS = """
import json, os, traceback
codes = {}
for name, script in json.loads(sys.argv[1]).items():
    child = os.fork()
    if child == 0:
        try:
            exec(script)
        except BaseException:
            traceback.print_exc()
            os._exit(1)
        os._exit(0)
    codes[name] = os.waitpid(child, 0)[1]
print(json.dumps(codes))
"""


@pytest.fixture(scope="module")
def codes() -> dict[str, int]:
    """How each script ended, by its name."""
    scripts = {
        "unloaded": _UNLOADED, "loaded": _LOADED,
        "disabled": _DISABLED, "interrupted": _INTERRUPTED,
    }  # fmt: skip
    command = [sys.executable, "-W", "error", "-c", _TRAIN + _FORKS, json.dumps(scripts)]
    done = subprocess.run(command, check=True, stdout=subprocess.PIPE)
    codes: dict[str, int] = json.loads(done.stdout)
    assert codes.keys() == scripts.keys()
    return codes


def test_optimisers_do_without_it(codes: dict[str, int]) -> None:
    """Each that a course uses takes its steps, and none loads it."""
    assert codes["unloaded"] == 0


def test_who_compiles_gets_it(codes: dict[str, int]) -> None:
    """It loads at its first use, and then hears what optimisers had to say to it."""
    assert codes["loaded"] == 0


def test_a_function_of_ones_own_is_not_compiled(codes: dict[str, int]) -> None:
    """Who says so, as a decorator with options or of what is no function, is understood."""
    assert codes["disabled"] == 0


def test_an_interrupt_while_it_loads_spoils_nothing(codes: dict[str, int]) -> None:
    """The next import begins anew, as with any module."""
    assert codes["interrupted"] == 0
