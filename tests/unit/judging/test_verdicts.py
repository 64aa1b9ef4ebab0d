"""Only a check that ran to its end has points, and what broke of ours decides nothing."""

from pathlib import Path

import pytest

from autograder.judging.current_check import CheckFailed, NotReached, Running
from autograder.judging.verdicts import finding
from autograder.model import Check, Verdict

CHECK = Check("curve.x", "curve", "x is right", 2, hidden=False)
Phases = dict[str, BaseException | None]
WHOLE: Phases = {"setup": None, "call": None, "teardown": None}


@pytest.mark.parametrize(
    ("phases", "verdict"),
    [
        (WHOLE, Verdict.PASSED),
        ({}, Verdict.INCONCLUSIVE),
        ({"setup": None}, Verdict.INCONCLUSIVE),
        ({"setup": None, "call": None}, Verdict.INCONCLUSIVE),
        ({"call": None, "teardown": None}, Verdict.INCONCLUSIVE),
        ({**WHOLE, "teardown": AssertionError("ours")}, Verdict.INCONCLUSIVE),
        ({**WHOLE, "teardown": CheckFailed("ours")}, Verdict.INCONCLUSIVE),
        (
            {**WHOLE, "call": CheckFailed("wrong"), "teardown": NotReached("ours")},
            Verdict.INCONCLUSIVE,
        ),
        ({**WHOLE, "setup": AssertionError("ours")}, Verdict.INCONCLUSIVE),
        ({**WHOLE, "call": NameError("ours")}, Verdict.INCONCLUSIVE),
        ({**WHOLE, "call": AssertionError("wrong")}, Verdict.FAILED),
        ({**WHOLE, "call": CheckFailed("wrong")}, Verdict.FAILED),
        ({"setup": CheckFailed("wrong"), "teardown": None}, Verdict.FAILED),
        ({**WHOLE, "call": NotReached("no x")}, Verdict.NOT_REACHED),
    ],
)
def test_what_the_phases_come_to(phases: Phases, verdict: Verdict) -> None:
    """A missing end and a failing teardown are ours; no verdict but a pass has points."""
    found = finding(CHECK, phases, Running(), Path(__file__).parent, "a hint")
    assert found.verdict is verdict
    assert found.points == (2 if verdict is Verdict.PASSED else 0)
    assert found.hint == ("a hint" if verdict is Verdict.FAILED else "")
