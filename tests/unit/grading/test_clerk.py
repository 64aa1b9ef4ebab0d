"""What a class came to, as its exit code."""

import pytest

from autograder.errors import AutograderError, SubmissionError
from autograder.grading import ClassGraded
from autograder.model import Check, Ending, Finding, Grade, Verdict

CHECK = Check("curve.x", "curve", "x is right", 1, hidden=False)


@pytest.mark.parametrize(
    ("verdict", "final", "problems", "code"),
    [
        (Verdict.PASSED, True, [], 0),
        (Verdict.FAILED, True, [], 0),
        (Verdict.FAILED, False, [], 0),
        (Verdict.INCONCLUSIVE, True, [], 1),
        (Verdict.INCONCLUSIVE, False, [], 3),
        (Verdict.PASSED, True, [SubmissionError("no notebook")], 1),
        (Verdict.PASSED, True, [AutograderError("a full disk")], 3),
    ],
)
def test_the_exit_code_says_who_has_to_act(
    verdict: Verdict, final: bool, problems: list[AutograderError], code: int
) -> None:
    """3 for a failure of ours, which the next run may mend; 1 where a person must look."""
    done = ClassGraded(("curve",), problems=problems)
    for student, found in (("ann", Verdict.PASSED), ("bob", verdict)):
        grade = Grade(student, "hw", (Finding(CHECK, found),), Ending.FINISHED)
        done.add(grade, "new", final=final or student == "ann")
    assert done.exit_code == code
