"""What counts of a grade."""

import pytest

from autograder.grading.graded_submission import Graded
from autograder.grading.tapes import Tape
from autograder.model import Check, Ending, Finding, Grade, Verdict
from autograder.notebooks.rebuilding import Rebuilt

FOUND = Finding(Check("curve.x", "curve", "x is right", 1, hidden=False), Verdict.FAILED)
GRADE = Grade("verify", "hw", (FOUND,), Ending.TIMED_OUT)


@pytest.mark.parametrize("stalled", [True, False])
def test_a_run_that_lacked_what_others_had_decides_nothing(stalled: bool) -> None:
    """For `verify` a starved run is a failure of ours, and no wrong answer."""
    decided = Graded(GRADE, Tape(Rebuilt(())), stalled=stalled).decided
    assert decided.ending is (Ending.BOX_FAILED if stalled else Ending.TIMED_OUT)
