"""What was recorded means today what it meant then, or its number has been raised.

The tape is made by `python -m tools.record`, which says which number it is.
"""

import json

from autograder.grading.keys import EVIDENCE, JUDGING
from autograder.grading.tapes import unpack
from tools.record import FINDINGS, TAPE, judged_again

TOLD = json.loads(FINDINGS.read_text("utf-8"))


def test_the_tape_was_recorded_with_these_numbers() -> None:
    """Whoever raises one records anew; whoever records otherwise must raise one."""
    assert (TOLD["evidence"], TOLD["judging"]) == (EVIDENCE, JUDGING)


def test_the_same_evidence_gets_the_same_findings() -> None:
    """Else raise JUDGING in autograder/grading/keys.py, then run `python -m tools.record`."""
    assert judged_again(unpack(TAPE.read_bytes())) == TOLD["findings"]
