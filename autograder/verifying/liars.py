"""Who pays for a word?  Answers that make what is asked for by name, and do no work.

A liar keeps the solution's names and gives them worthless contents: zero, one, nothing at all, the
very inputs.  A check that gives points to any of them believes what it is told.
"""

import ast
from collections.abc import Iterator
from dataclasses import replace
from functools import partial

from autograder.model import Check, Grade, Verdict
from autograder.notebooks import Cell, Exercise, Kind
from autograder.notebooks.stubs import without_markers
from autograder.verifying.bench import UNDRAWN, Answer, Case

FEW = 0.1  # of an exercise's points, which its form may be worth
Lie = tuple[str, str]  # what a name holds, and what a function returns

LIES: dict[str, Lie] = {
    "zero": ("0.0", "0.0"),
    "one": ("1.0", "1.0"),
    "nothing": ("None", "None"),
    "zeros like the input": ("0.0", "0 * (_given[-1] if _given else 0.0)"),
    "the input": ("1e-9", "_given[-1] if _given else 0.0"),
}


def liars(case: Case) -> Answer:
    """Hand in every lie to every exercise, the others answered right, and name what pays."""
    told = [(exercise, name) for exercise in case.exercises for name in LIES]
    grades = case.each(partial(_graded, case), told, "liars")
    paid: dict[Check, list[str]] = {}
    rows = []
    for (exercise, name), grade in zip(told, grades, strict=True):
        found = [one for one in grade.findings if one.check.exercise == exercise.id]
        paying = [one for one in found if one.verdict is Verdict.PASSED and one.share > 0]
        for one in paying:
            paid.setdefault(one.check, []).append(name)
        points = sum(one.check.points * one.share for one in paying)
        rows.append((exercise.id, name, f"{points:g} of {exercise.points:g}"))
    whole = {exercise.id: exercise.points for exercise in case.exercises}
    few = {check for check in paid if check.points <= FEW * whole[check.exercise]}
    said = {check: f"{check.id} pays for {', '.join(names)}" for check, names in paid.items()}
    wrong = [
        f"{words}: ask about inputs that the check makes, or give it few points."
        for check, words in said.items()
        if check not in few
    ]
    notes = [f"{words}, and carries few points." for check, words in said.items() if check in few]
    return Answer("liars", ("exercise", "handed in", "points"), rows, wrong, notes)


def lying(source: str, lie: Lie) -> str:
    """An answer with the same names in it, and nothing behind them.  Raises SyntaxError."""
    value, returned = lie
    return "\n".join(_lies(ast.parse(without_markers(source)), value, returned))


def _lies(tree: ast.Module, value: str, returned: str) -> Iterator[str]:
    made = dict[str, None]()
    for node in tree.body:
        match node:
            case ast.FunctionDef(name=name):
                yield f"def {name}(*_given, **_named):\n    return {returned}"
            case ast.ClassDef(name=name):
                yield _class(node, value, returned)
                made.pop(name, None)
            case ast.Import() | ast.ImportFrom():
                yield ast.unparse(node)
            case _:
                made |= dict.fromkeys(_stored(node))
                if (kept := _instance(node, tree)) is not None:
                    name, text = kept
                    made.pop(name, None)
                    yield text
    yield from (f"{name} = {value}" for name in made)


def _stored(node: ast.AST) -> Iterator[str]:
    for one in ast.walk(node):
        if isinstance(one, ast.Name) and isinstance(one.ctx, ast.Store):
            yield one.id


def _instance(node: ast.stmt, tree: ast.Module) -> tuple[str, str] | None:
    """An object of a class of the answer's own stays one: its methods lie."""
    classes = {one.name for one in tree.body if isinstance(one, ast.ClassDef)}
    match node:
        case ast.Assign(targets=[ast.Name(id=name)], value=ast.Call(func=ast.Name(id=made))) if (
            made in classes
        ):
            return name, f"{name} = {made}()"
    return None


def _class(node: ast.ClassDef, value: str, returned: str) -> str:
    """A class with the same methods and attributes."""
    methods = [one.name for one in node.body if isinstance(one, ast.FunctionDef)]
    held = dict.fromkeys(
        one.attr
        for one in ast.walk(node)
        if isinstance(one, ast.Attribute) and isinstance(one.ctx, ast.Store)
    )
    lines = [
        *(f"    {name} = {value}" for name in held),
        *(
            f"    def {name}(self, *_given, **_named):\n        return {returned}"
            for name in methods
            if name != "__init__"
        ),
    ]
    return "\n".join([f"class {node.name}:", *(lines or ["    pass"])])


def _graded(case: Case, told: tuple[Exercise, str]) -> Grade:
    exercise, name = told
    return case.bench.grade(list(_cells(case, exercise, LIES[name])))


def _cells(case: Case, exercise: Exercise, lie: Lie) -> Iterator[Cell]:
    """The notebook up to the grade cell of an exercise, which is its only one, with a lie in it."""
    yield UNDRAWN
    for cell in case.notebook():
        own = cell.exercise == exercise.id
        if own and cell.kind is Kind.ANSWER:
            yield replace(cell, source=lying(cell.source, lie))
        elif own or cell.kind is not Kind.GRADE:
            yield cell
        if own and cell.kind is Kind.GRADE:
            return
