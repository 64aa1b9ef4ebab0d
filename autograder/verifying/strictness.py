"""Is it strict?  Each mutant of the solution is graded; one that keeps full points survives.

[[mutant]]                   checks/<assignment>/equivalent.toml: survivors that are right too,
exercise = "deeper_network"  marked once; `kind`, `before` and `after` (one, or a list) are the
before = "... lr=0.01)"      mutant's, and what is left out fits any
after = "... lr=1.01)"
reason = "another rate"
"""

import tomllib
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

from autograder.errors import CourseError, Problem
from autograder.model import Ending, Verdict
from autograder.notebooks.cells import Cell, Kind
from autograder.verifying.case import UNDRAWN, Answer, Case
from autograder.verifying.mutants import Mutant, find_mutants
from autograder.verifying.specimens import SLACK

ENOUGH = 0.95


@dataclass(frozen=True, slots=True, eq=False)
class Mark:
    """Why some mutants of an exercise are right answers, and which ones."""

    exercise: str
    reason: str
    kind: str = ""
    before: str = ""
    after: str | list[str] = ""

    def fits(self, mutant: Mutant) -> bool:
        """Whether the mark speaks of this mutant."""
        after = [self.after] if isinstance(self.after, str) else self.after
        return (
            self.exercise == mutant.cell.exercise
            and self.kind in {"", mutant.kind}
            and self.before in {"", mutant.lines("-")}
            and (after == [""] or mutant.lines("+") in after)
        )


def read_marks(path: Path) -> list[Mark]:
    """The marks of an assignment; none without the file.  Raises CourseError."""
    try:
        table = tomllib.loads(path.read_text("utf-8")) if path.exists() else {}
        return [Mark(**mark) for mark in table.get("mutant", ())]
    except (TypeError, ValueError) as error:
        remedy = "Each [[mutant]] has exercise and reason, and perhaps kind, before, after."
        raise CourseError([Problem(path.name, str(error), remedy)]) from error


def strictness(case: Case, assignment: str) -> Answer:
    """Grade every mutant with all other answers as in the solution, up to its own grade cell."""
    marks = read_marks(case.course.checks(assignment) / "equivalent.toml")
    answers = [cell for cell in case.source.cells if cell.kind is Kind.ANSWER]
    mutants = [mutant for cell in answers for mutant in find_mutants(cell)]
    case.bench.solve(case.notebook())  # which must earn every point
    lived = case.each(partial(_survives, case), mutants, "strictness")
    said = {id(one): why for one, why in zip(mutants, lived, strict=True) if why is not None}
    alive = [mutant for mutant in mutants if id(mutant) in said]
    fitting = {mark: [mutant for mutant in alive if mark.fits(mutant)] for mark in marks}
    equal = [mutant for mutant in alive if any(mark.fits(mutant) for mark in marks)]
    left = [mutant for mutant in alive if mutant not in equal]
    rows, wrong = [], []
    for name in (exercise.id for exercise in case.exercises):
        made, same, survivors = (
            sum(mutant.cell.exercise == name for mutant in some) for some in (mutants, equal, left)
        )
        share = 1 - survivors / max(made - same, 1)
        numbers = map(str, (made, made - same - survivors, same, survivors))
        rows.append((name, *numbers, f"{share:.1%}"))
        if share < ENOUGH or not made:
            wrong.append(f"{name}: fewer than {ENOUGH:.0%} of the wrong answers are found.")
    notes = []
    for mark, some in fitting.items():
        if some:
            notes.append(f"{mark.exercise}, {len(some)} equivalent: {mark.reason}")
        else:
            wrong.append(f"{mark.exercise}: no survivor fits the mark ({mark.reason}).")
    return Answer(
        "strictness",
        ("exercise", "mutants", "killed", "equivalent", "survivors", "killed of the rest"),
        rows,
        wrong,
        [*notes, *(_shown(mutant, said[id(mutant)]) for mutant in left)],
    )


def _survives(case: Case, mutant: Mutant) -> str | None:
    """Nothing if a mutant kept full points; why it could not be judged; None if it lost some."""
    name, grade = mutant.cell.exercise, case.bench.grade(_cells(case, mutant))
    (full,) = (exercise.points for exercise in case.exercises if exercise.id == name)
    points = grade.points(name)
    if points is None or grade.ending is Ending.BOX_FAILED:
        broken = (one for one in grade.findings if one.verdict is Verdict.INCONCLUSIVE)
        why = (f"{one.check.id}: {one.sentence}" for one in broken)
        return next(why, grade.ending.value)
    return "" if grade.ending is Ending.FINISHED and points >= full - SLACK else None


def _cells(case: Case, mutant: Mutant) -> list[Cell]:
    """The notebook up to the grade cell of the mutant's exercise, which is its only one."""
    cells = [UNDRAWN]
    for cell in case.notebook():
        own = cell.exercise == mutant.cell.exercise
        if own or cell.kind is not Kind.GRADE:
            source = mutant.source if cell.id == mutant.cell.id else cell.source
            cells.append(replace(cell, source=source))
        if own and cell.kind is Kind.GRADE:
            break
    return cells


def _shown(mutant: Mutant, why: str) -> str:
    lines = "\n".join(f"    {line}" for line in mutant.diff)
    what = f"could not be judged, {why}" if why else "a survivor"
    return f"{mutant.cell.grade_id}, {what} ({mutant.kind}):\n\n{lines}"
