"""Do the checks pay for words?  Answers of the right names, types and shapes, without the work.

A liar runs the solution where nobody sees it, on copies of what it was given, and hands in
something of the same kind: zeros, ones, or what it was given.  What it earns, a student earns who
claims a value by its name.
"""

import ast
from collections.abc import Iterator, Sequence
from dataclasses import replace

from autograder.asking.questions import runs_student_code
from autograder.model import Check, Ending, Finding, Verdict
from autograder.notebooks.cells import Cell, Exercise
from autograder.notebooks.stubs import without_markers
from autograder.notebooks.unfilled import made_by
from autograder.verifying.case import UNDRAWN, Answer, Case

FEW = 0.1  # of an exercise's points, which its form may be worth
_LIES = {
    "zeros": "_like(value(*_aside(given), **_aside(named)), number)",
    "ones": "_like(value(*_aside(given), **_aside(named)), number)",
    "echoes": "given[-1] if given else None",
}
_LIAR = """\
def _hidden():
    import copy, numpy, torch

    def _aside(given):
        try:
            return copy.deepcopy(given)
        except Exception:
            return given

    def _like(value, number):
        if isinstance(value, torch.Tensor):
            return torch.full_like(value.detach(), number).requires_grad_(value.requires_grad)
        if isinstance(value, numpy.ndarray):
            return numpy.full_like(value, number)
        if isinstance(value, (list, tuple)):
            return type(value)(_like(item, number) for item in value)
        if isinstance(value, dict):
            return {{name: _like(item, number) for name, item in value.items()}}
        if isinstance(value, type):
            return lambda *given, **named: Liar(value(*_aside(given), **_aside(named)))
        if callable(value):
            return lambda *given, **named: {lie}
        if type(value) in (bool, int, float):
            return type(value)(number)
        return Liar(value) if hasattr(value, "__dict__") else value

    class Liar:
        def __init__(self, real):
            self.__dict__["real"] = real

        def __getattr__(self, name):
            return _like(getattr(self.real, name), number)

    number = {number}
    real = dict(globals())
    exec({source!r}, real)
    return {{name: _like(real[name], number) for name in {names!r} if name in real}}


globals().update(_hidden())
del _hidden
"""


def liars(case: Case) -> Answer:
    """Hand in each kind of lie for each exercise, the other exercises answered by the solution."""
    tasks = [(exercise, lie) for exercise in case.exercises for lie in _LIES]
    grades = case.each(lambda task: case.bench.grade(_lying(case, *task)), tasks, question="liars")
    rows = []
    paying: dict[Check, list[str]] = {}
    undecided = []
    for (exercise, lie), grade in zip(tasks, grades, strict=True):
        found = grade.of(exercise.id)
        paid = [one for one in found if one.verdict is Verdict.PASSED and one.points]
        for one in paid:
            paying.setdefault(one.check, []).append(lie)
        if grade.points(exercise.id) is None or grade.ending is Ending.BOX_FAILED:
            undecided.append(f"{exercise.id}, {lie}: it could not be judged ({grade.ending}).")
        points = sum(one.points for one in paid)
        rows.append((exercise.id, lie, f"{points:g} of {exercise.points:g}", _ids(paid)))
    whole = {exercise.id: exercise.points for exercise in case.exercises}
    wrong = [
        f"{check.id} pays {check.points:g} of {whole[check.exercise]:g} for {', '.join(lies)}: ask "
        "about inputs that the check makes, or give it few points."
        for check, lies in paying.items()
        if check.points > FEW * whole[check.exercise]
    ]
    plain = ", ".join(_by_word(case))
    told = f"These checks only read values by name, which a box may claim: {plain}."
    notes = [told] if plain else []
    return Answer("liars", ("exercise", "answers", "earn", "by"), rows, wrong + undecided, notes)


def _lying(case: Case, exercise: Exercise, lie: str) -> list[Cell]:
    source = "\n".join(without_markers(cell.source) for cell in exercise.answers)
    known = {
        "source": source,
        "number": int(lie == "ones"),
        "names": sorted(made_by(ast.parse(source).body)),
    }
    lying = _LIAR.format(lie=_LIES[lie], **known)
    first, *others = (cell.id for cell in exercise.answers)
    texts = {first: lying} | dict.fromkeys(others, "pass")
    cells = [replace(cell, source=texts.get(cell.id, cell.source)) for cell in case.notebook()]
    return [UNDRAWN, *cells]


def _by_word(case: Case) -> Iterator[str]:
    asked = case.bench.questions([UNDRAWN, *case.notebook()])
    for check in case.bench.checks:
        probes = asked.get(check.id, ())
        if check.points and probes and not any(map(runs_student_code, probes)):
            yield check.id


def _ids(findings: Sequence[Finding]) -> str:
    return ", ".join(one.check.id for one in findings) or "nothing"
