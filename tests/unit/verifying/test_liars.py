"""What no work was done for: the names, types and shapes of an answer, and nothing behind them."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import torch
from test_verifying import PROBES, SOURCE, answered, case

from autograder.config import Course
from autograder.model import Ending
from autograder.notebooks.cells import Cell
from autograder.verifying.case import Case
from autograder.verifying.liars import liars

SOLUTION = """\
### BEGIN SOLUTION
x = t + 1
error = 0.25
class Layer:
    def __init__(self, size):
        self.weight = torch.ones(size)
    def forward(self, v):
        return v * self.weight
    def fill(self, v):
        v.fill_(7)
class Filler:
    def __init__(self, v):
        self.v = v
    def fill(self):
        self.v.fill_(7)
layer = Layer(3)
def f(v):
    return 2 * v
for step in range(2):
    losses = [1.0, {"a": 2}]
### END SOLUTION"""


def solved(root: Path, judge: Any, **options: Any) -> Case:
    """A case whose solution makes one of each kind."""
    found = case(root, judge, **options)
    cells = tuple(
        replace(cell, source=SOLUTION) if cell.id == "answer" else cell for cell in SOURCE.cells
    )
    return replace(found, source=replace(SOURCE, cells=cells), specimens=(), jobs=1)


def lies(root: Path) -> list[dict[str, Any]]:
    """The names that each liar leaves behind."""
    seen: list[dict[str, Any]] = []

    def judge(_: Course, cells: Sequence[Cell]) -> float:
        names: dict[str, Any] = {"torch": torch, "t": torch.arange(3.0)}
        exec(answered(cells), names)  # noqa: S102 - our own code
        seen.append(names)
        return 0

    assert liars(solved(root, judge)).wrong == []
    return seen


@pytest.mark.parametrize(("share", "ending"), [(-1, Ending.FINISHED), (0, Ending.BOX_FAILED)])
def test_a_lie_that_could_not_be_judged_is_told(
    tmp_path: Path, share: float, ending: Ending
) -> None:
    """What nobody judged was not found out."""
    found = liars(solved(tmp_path, lambda *_: share, ending=ending))
    assert len(found.wrong) == len(found.rows)
    assert all(f"could not be judged ({ending})" in told for told in found.wrong)


def test_a_liar_has_the_kinds_and_shapes_and_no_work(tmp_path: Path) -> None:
    """Tensors, numbers, lists, and what functions, classes and objects give."""
    for names, number in zip(lies(tmp_path), (0, 1, 0), strict=True):
        assert torch.equal(names["x"], torch.full((3,), float(number)))
        assert names["error"] == number
        assert names["losses"] == [number, {"a": number}]
        assert torch.equal(names["layer"].weight, torch.full((3,), float(number)))
        assert torch.equal(names["Layer"](2).weight, torch.full((2,), float(number)))
        assert "_hidden" not in names


def test_an_echo_gives_back_what_it_got(tmp_path: Path) -> None:
    """And the others give what they say for everything."""
    given = torch.arange(1.0, 4.0)
    answers = [names["f"](given).tolist() for names in lies(tmp_path)]
    assert answers == [[0, 0, 0], [1, 1, 1], [1, 2, 3]]


@pytest.mark.parametrize(("share", "wrong"), [(1.0, 1), (0.1, 1), (0.0, 0)])
def test_a_check_that_pays_for_it_is_named(tmp_path: Path, share: float, wrong: int) -> None:
    """Once, with what it paid for; a check of few points may judge the form."""
    found = liars(solved(tmp_path, lambda *_: share))
    assert len(found.wrong) == wrong
    assert all("curve.x pays 2 of 2 for zeros, ones, echoes" in words for words in found.wrong)
    if not wrong:
        return
    assert {row[3] for row in found.rows} == {"curve.x"}
    assert [row[2] for row in found.rows] == [f"{2 * share:g} of 2"] * 3


def test_a_check_that_asks_for_words_alone_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its questions are values by their names; one that calls or runs something is not."""
    assert "by name, which a box may claim: curve.x" in liars(solved(tmp_path, no)).notes[0]
    several = {"ask": "each", "each": [*PROBES["curve.x"], {"ask": "call", "function": "f"}]}
    for probe in (several, {"ask": "value", "rerun": "curve"}, {"ask": "grad"}):
        monkeypatch.setitem(PROBES, "curve.x", [probe])
        assert liars(solved(tmp_path, no)).notes == []


def no(*_: object) -> float:
    """Nothing earns anything."""
    return 0


def test_a_liar_changes_nothing_of_the_check(tmp_path: Path) -> None:
    """What an optimizer or a function in place does to its arguments is its work, and not done."""
    for names in lies(tmp_path)[:2]:
        given = torch.zeros(3)
        names["Filler"](given).fill()
        names["layer"].fill(given)
        names["Layer"](3).fill(given)
        assert not given.any()
