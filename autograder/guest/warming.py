"""What every box would otherwise pay for: imports, first-use caches, fonts."""

import gc
import importlib
import os
import sys
import tempfile
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

from autograder.guest import compiler
from autograder.guest.serial import work_in_one_process
from autograder.guest.shell import Shell, make_shell, run_cell

_TRAINING = """
import numpy as np, torch, matplotlib.pyplot as plt
from IPython.display import clear_output, display, HTML
model = torch.nn.Sequential(torch.nn.Linear(2, 4), torch.nn.ReLU(), torch.nn.Linear(4, 1))
x = torch.rand(8, 2)
for kind in (torch.optim.SGD, torch.optim.Adam):
    optimiser = kind(model.parameters(), lr=0.01)
    torch.nn.functional.mse_loss(model(x), torch.zeros(8, 1)).backward()
    optimiser.step()
    optimiser.zero_grad()
model(x).backward(torch.ones(8, 1))
rows = np.random.rand(9, 2)
"""
_FIRST_USES = {
    "sklearn.preprocessing": "StandardScaler().fit_transform(rows)",
    "sklearn.linear_model": "LinearRegression().fit(rows, rows[:, 0])",
    "sklearn.ensemble": "RandomForestRegressor(2).fit(rows, rows[:, 0])",
}
_PLOT = """
clear_output(True)
fig, ax = plt.subplots()
ax.plot(torch.ones(2), label="a"); ax.scatter([0, 1], [0, 1])
ax.set_title("x"); ax.set_xlabel("$x$")
ax.grid(True); ax.legend()
plt.show()
"""
_OTHERS = ("print(torch.ones(2))", "torch.ones(2)", "1 / 0", "display(HTML('a'))")


def warm(device: str, libraries: Sequence[str]) -> Shell:
    """Import, train and draw once, single-threaded, and hand back a shell that has seen nothing."""
    # In the folder that the clerk chose, which clears up there after a kill.
    with tempfile.TemporaryDirectory(dir=Path.cwd()) as folder:
        os.environ.update(MPLCONFIGDIR=folder, IPYTHONDIR=folder, HOME=folder)
        torch = importlib.import_module("torch")
        torch.set_num_threads(1)
        compiler.load_late()
        compiler.run_uncompiled()
        shell = make_shell()
        vars(sys.modules["autograder"])["check"] = lambda _exercise: None  # the judge looks
        work_in_one_process()
        _watch_no_progress_bar()
        _run_once(shell, libraries)
    if device == "cuda" and torch.cuda.is_initialized():
        raise RuntimeError("CUDA was initialised in the template: its forks could not use it")
    return shell


def _run_once(shell: Shell, libraries: Sequence[str]) -> None:
    output = os.memfd_create("warming")
    for name in libraries:
        _import(name)
    uses = [
        f"from {name} import *; {use}" for name, use in _FIRST_USES.items() if name in libraries
    ]
    ran = [run_cell(shell, "\n".join([_TRAINING, *uses]), output)]
    gc.freeze()  # what is collected below is not looked for among all that was imported
    ran += [run_cell(shell, cell, output) for cell in (_PLOT, _PLOT, *_OTHERS)]
    os.close(output)
    failures = [cell.failure for cell in ran if cell.failure is not None]
    if failures != ["ZeroDivisionError in line 1: division by zero"]:
        raise RuntimeError("; ".join(failures))
    shell.reset()
    shell.execution_count = 1
    _close_fonts()


def _import(name: str) -> None:
    """Import a library that the course names.  Raises ImportError where boxes cannot share it."""
    try:
        importlib.import_module(name)
    except Exception as problem:
        why = f"{name} cannot be imported here: {type(problem).__name__}: {problem}"
        raise ImportError(f"autograder.toml, warm: {why}") from problem
    if len(os.listdir("/proc/self/task")) > 1:  # noqa: PTH208 - only their number counts
        raise ImportError(f"autograder.toml, warm: {name} starts threads, so boxes must import it")


def _close_fonts() -> None:
    """Let go of open font files: boxes would share their offsets, or lose them unexpectedly."""
    from matplotlib import font_manager, mathtext

    font_manager._get_font.cache_clear()  # type: ignore[attr-defined]  # noqa: SLF001 - no other way
    mathtext.MathTextParser._parse_cached.cache_clear()  # type: ignore[attr-defined]  # noqa: SLF001
    gc.collect()


def _watch_no_progress_bar() -> None:
    """Let tqdm start no thread that looks after its bars: a box with threads is run again."""
    with suppress(ImportError):
        importlib.import_module("tqdm").tqdm.monitor_interval = 0
