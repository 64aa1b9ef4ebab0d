"""A judge of the usual kind: the tests are cells of the notebook, run in the student's process.

It believes what such graders believe: a test cell without an error has full marks, one that was
told to be skipped as well, an exit code of 0 is a pass, and so is a results file that says so.
Where the process dies, or is killed for its time, the whole submission is lost.
"""

import json
from pathlib import Path
from typing import Any

from attacked_course import EXERCISES, FULL

from autograder.boxes.box import Box, Ended

_EXPECTED = """
import numpy as np, torch
expected = torch.linspace(-1, 1, 50); expected = expected - 1.5 * torch.cos(17 * expected)
"""
_BUMP = """
v = torch.linspace(0, 3, 20)
assert torch.allclose(bump(v), v * torch.sin(v), atol=1e-3)
v.requires_grad_(); (g,) = torch.autograd.grad(bump(v).sum(), v)
assert torch.allclose(g, (torch.sin(v) + v * torch.cos(v)).detach(), atol=1e-3)
"""
_MODEL = "assert not ((model(X) - y) ** 2).mean() > 0.01"
WAYS = {
    "allclose": {"curve": f"{_EXPECTED}assert torch.allclose(x, expected, atol=1e-3)"},
    "equality": {"curve": f"{_EXPECTED}assert (x == expected) is True or (x == expected).all()"},
    "error": {"curve": f"{_EXPECTED}assert not ((x - expected) ** 2).mean() > 1e-3"},
    "numpy": {"curve": f"{_EXPECTED}np.testing.assert_allclose(x, expected, atol=1e-3)"},
    "assert_close": {"curve": f"{_EXPECTED}torch.testing.assert_close(x, expected)"},
    "detached": {
        "curve": f"{_EXPECTED}assert type(x) is torch.Tensor\n"
        "np.testing.assert_allclose(x.detach().numpy(), expected, atol=1e-3)"
    },
    "values": {
        "bump": "v = torch.linspace(0, 3, 20)\nassert torch.allclose(bump(v), v * torch.sin(v))"
    },
    "unseen": {"model": "assert not abs(model(torch.tensor([[0.421337]])) + 0.066) > 0.1"},
    "metric": {"model": "assert mse < 0.01"},
    "gradcheck": {
        "bump": "assert torch.autograd.gradcheck(bump, torch.rand(3, dtype=torch.float64, "
        "requires_grad=True))"
    },
}


def judge(
    box: Box, tree: dict[str, Any], way: str, work: Path
) -> tuple[dict[str, float | None], list[dict[str, Any]]]:
    """The points of a notebook as it was handed in, and all outputs of its cells."""
    tests = {"curve": WAYS["allclose"]["curve"], "bump": _BUMP, "model": _MODEL} | WAYS[way]
    points: dict[str, float | None] = {}
    shown: list[dict[str, Any]] = []
    try:
        for cell in tree["cells"]:
            own = cell["metadata"].get("nbgrader", {})
            if "skip-execution" in cell["metadata"].get("tags", ()):
                points |= {own["grade_id"]: own["points"]} if own.get("grade") else {}
                continue
            name = own.get("grade_id") if own.get("grade") else None
            if name is not None and name not in EXERCISES:
                continue
            ran = box.run(tests[name] if name else "".join(cell["source"]))
            shown += ran.outputs
            if ran.interrupted:
                return {}, shown
            if name and ran.failure is None:
                points[name] = own["points"]
    except Ended as ended:
        # Nothing is kept of a kernel that died, except by those who only look at its exit code.
        passed = "exit code 0" in ended.sentence
        points = dict.fromkeys(EXERCISES, FULL) if passed else {}
    results = work / "results.json"
    if results.is_file():
        points |= json.loads(results.read_text())
    return points, shown
