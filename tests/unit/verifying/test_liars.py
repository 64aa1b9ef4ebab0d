"""Answers that make what is asked for by name, and do no work."""

from autograder.verifying.liars import LIES, lying

ANSWER = """\
import torch

### BEGIN SOLUTION
error = compute()


def predict(x):
    return 2 * x


class Layer:
    def __init__(self):
        self.weight = 3

    def forward(self, x):
        return x


layer = Layer()
### END SOLUTION
"""


def test_a_liar_keeps_every_name_and_does_no_work() -> None:
    """Values, functions and layers are there, and hold what the lie says."""
    for lie, (answered, held) in {"zero": (0.0, 0.0), "the input": (7, 1e-9)}.items():
        names: dict[str, object] = {}
        exec(lying(ANSWER, LIES[lie]), names)  # noqa: S102 - an answer of this test's own
        assert names["error"] == held
        assert names["predict"](7) == answered  # type: ignore[operator]
        assert names["layer"].forward(7) == answered  # type: ignore[attr-defined]
        assert names["layer"].weight == held  # type: ignore[attr-defined]
