"""What the exceptions of a check's setup, call and teardown come to."""

import traceback
from collections.abc import Mapping
from pathlib import Path

from autograder.errors import EvidenceError
from autograder.judging.current_check import CheckFailed, NotReached, Running
from autograder.model import Check, Finding, Verdict

PHASES = ("setup", "call", "teardown")
Phases = Mapping[str, BaseException | None]
_LONGEST = 600


def finding(check: Check, phases: Phases, record: Running, folder: Path, hint: str) -> Finding:
    """The finding of a check that ran: only one that reached its end has points.

    An exception that is neither a verdict nor a failed ``assert`` of the check itself is the
    check's own mistake, and so are a skip, an xfail and an end before the end.
    """
    problems = [(when, phases[when]) for when in PHASES if phases.get(when) is not None]
    for when, problem in problems:
        if not _is_verdict(when, problem):
            return Finding(check, Verdict.INCONCLUSIVE, sentence=_ours(problem, folder))
    match problems:
        case []:
            if any(when not in phases for when in PHASES):
                sentence = "the check did not run to its end"
                return Finding(check, Verdict.INCONCLUSIVE, sentence=sentence)
            sentence = "; ".join(record.sentences)
            hint = hint if record.share < 1 else ""
            return Finding(check, Verdict.PASSED, record.share, sentence, hint)
        case [(_, NotReached() as problem), *_]:
            return Finding(check, Verdict.NOT_REACHED, sentence=str(problem)[:_LONGEST])
        case [(_, CheckFailed() as problem), *_]:
            sentence, hint = problem.sentence[:_LONGEST], problem.hint or hint
            return Finding(check, Verdict.FAILED, sentence=sentence, hint=hint)
    return Finding(check, Verdict.FAILED, sentence=_message(problems[0][1], folder), hint=hint)


def _is_verdict(when: str, problem: BaseException | None) -> bool:
    if when == "teardown":
        return False
    if isinstance(problem, (CheckFailed, NotReached)):
        return True
    return when == "call" and isinstance(problem, AssertionError)


def _message(problem: BaseException | None, folder: Path) -> str:
    """What the author wrote after ``assert ..,``; a library's words could hold right values."""
    if problem is None or not problem.args or not isinstance(problem.args[0], str):
        return ""
    frames = traceback.extract_tb(problem.__traceback__)
    own = bool(frames) and Path(frames[-1].filename).is_relative_to(folder)
    return problem.args[0][:_LONGEST] if own else ""


def _ours(problem: BaseException | None, folder: Path) -> str:
    """For the maintainer: the exception and the line of the check in which it came up.

    Where the clerk had no answer, its sentence says why, and no line of the check does.
    """
    if isinstance(problem, EvidenceError):
        return str(problem)[:_LONGEST]
    frames = traceback.extract_tb(problem.__traceback__) if problem else []
    own = [frame for frame in frames if Path(frame.filename).is_relative_to(folder)]
    where = own[-1] if own else frames[-1] if frames else None
    place = f" ({Path(where.filename).name}, line {where.lineno})" if where else ""
    return f"{type(problem).__name__}: {problem}"[:_LONGEST] + place
