"""Answers that make what is asked for by name, and do no work."""

from types import SimpleNamespace
from typing import Any, cast

from autograder.model import Check, Finding, Verdict
from autograder.notebooks import Exercise
from autograder.verifying.bench import Case
from autograder.verifying.liars import LIES, liars, lying

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


def test_a_check_that_pays_for_a_word_is_named() -> None:
    """One with many points is to be looked at, one with few is a note, and others are not told."""
    points = {"believes": 5.0, "shape": 0.5, "behaves": 4.5}
    checks = {
        name: Check(f"fit.{name}", "fit", name, worth, hidden=False)
        for name, worth in points.items()
    }
    verdicts = {"believes": Verdict.PASSED, "shape": Verdict.PASSED, "behaves": Verdict.FAILED}
    findings = [
        Finding(checks[name], verdict, float(verdict is Verdict.PASSED))
        for name, verdict in verdicts.items()
    ]

    def each(work: object, items: list[object], question: str) -> list[object]:
        return [SimpleNamespace(findings=findings) for _ in items]

    case = SimpleNamespace(exercises=[Exercise("fit", 10, ())], each=each)
    answer = liars(cast("Case", cast("Any", case)))
    (wrong,), (note,) = answer.wrong, answer.notes
    assert wrong.startswith("fit.believes pays for zero, one, nothing")
    assert note.startswith("fit.shape pays for")
    assert answer.rows[0] == ("fit", "zero", "5.5 of 10")
