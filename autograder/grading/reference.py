"""The reference first: what an exercise's own solution no longer earns, nobody can be judged by.

A check that was changed, a lower limit or another library can make that so after the release.
"""

import traceback
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import replace

from autograder.evidence.values import FormatError
from autograder.grading.graded_submission import Graded
from autograder.grading.keys import Key, Keys, digest
from autograder.grading.tapes import Unrecorded, unpack
from autograder.grading.workshop import Workshop
from autograder.ledger import Judged, KeptRun, Ledger
from autograder.model import Grade, Verdict
from autograder.notebooks.assignment import read_solution
from autograder.notebooks.cells import Cell
from autograder.notebooks.rebuilding import Rebuilt
from autograder.notebooks.submission import read_wanted


def judge_reference(workshop: Workshop, ledger: Ledger, keys: Keys) -> dict[str, str]:
    """The exercises that the reference solution does not earn in full, each with the reason.

    Its evidence is kept like a student's: it runs only if what it depends on has changed.  None
    where there is no source to run, or where we failed.
    """
    path = workshop.course.source(workshop.assignment) / workshop.notebook.name
    if not path.is_file():
        return {}
    cells = read_solution(path, workshop.answers)
    files = read_wanted(path.parent, workshop.wanted)
    key = keys.of(digest("reference", *cells, files.digest))
    known = ledger.judged(key.findings)
    if known is None or not known.final:
        try:
            graded = _graded(workshop, ledger, key, cells)
        except Exception:  # our mistake: it is told, and the class is graded without an answer
            traceback.print_exc()
            return {}
        known = keep(ledger, graded, key)
    return dict(_reasons(known.grade)) if known.final else {}


def keep(ledger: Ledger, graded: Graded, key: Key) -> Judged:
    """Keep what was found, and the run unless it was there before."""
    judged = Judged(key.findings, key.run, graded.grade, graded.asked, graded.final)
    tape, run = graded.tape, None
    if not graded.from_evidence:
        run = KeptRun(key.run, tape.pack(), tape.complete and graded.final, graded.seconds)
    ledger.keep(judged, run)
    return judged


def withhold(grade: Grade, broken: Mapping[str, str]) -> Grade:
    """The grade, undecided in these exercises."""
    found = (
        replace(one, verdict=Verdict.INCONCLUSIVE, share=0.0, sentence=why, hint="")
        if (why := broken.get(one.check.exercise))
        else one
        for one in grade.findings
    )
    return replace(grade, findings=tuple(found))


def _graded(workshop: Workshop, ledger: Ledger, key: Key, cells: Sequence[Cell]) -> Graded:
    kept = ledger.run(key.run)
    if kept and kept.playable:
        with suppress(Unrecorded, FormatError):
            tape = unpack(kept.evidence)
            return workshop.grade_cells("reference", tape.rebuilt, kept=tape)
    return workshop.grade_cells("reference", Rebuilt(tuple(cells)))


def _reasons(grade: Grade) -> dict[str, str]:
    return {
        finding.check.exercise: (
            f"the reference solution gets {finding.points:g} of {finding.check.points:g} for "
            f"{finding.check.id}{': ' if finding.sentence else ''}{finding.sentence}"
        )
        for finding in reversed(grade.findings)
        if finding.verdict is not Verdict.INCONCLUSIVE and finding.share < 1
    }
