"""What wrong answers are said to look like, held against what is wrong with them."""

import re
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

import pytest
import torch
from autopsy_corpus import cases

from autograder.checks.diagnosing import OF_CURVES, OF_SHAPES, OF_VALUES, WHOLE, mistaken

PAGE = Path(__file__).parents[3] / "docs/autopsy.md"
SEEDS = (101,)
KINDS = tuple(dict.fromkeys((WHOLE, *OF_VALUES, *OF_CURVES.values(), *OF_SHAPES)))
# The faults of the corpus that each diagnosis is a true word about; behind "~" stands one that it
# describes without naming it, which is not wrong but does not count as named either.
TRUE_OF = {
    "permuted": "transposed",
    "twice": "twice",
    "half": "half",
    "sign": "sign",
    "degrees": "degrees",
    "logarithm's base": "log base",
    "sample spread": "sample",
    "multiple": "N; k times",
    "fraction": "1/N; ~division",
    "factor": "factor; ~sample; ~division; ~no division",
    "shift up": "shift; ~centring",
    "shift down": "shift; ~centring",
    "absolute value": "abs",
    "square": "square; no root; exponent",
    "square root": "root; no square",
    "exponential": "exp; ~no division",
    "logarithm": "log",
    "sigmoid": "sigmoid",
    "tanh": "tanh",
    "reciprocal": "reciprocal",
    "relu": "relu",
    "no square": "no square",
    "no absolute value": "no abs; ~signs",
    "no sigmoid": "no sigmoid",
    "no tanh": "no tanh",
    "no relu": "no relu",
    "no softmax": "no softmax",
    "no log-softmax": "no softmax",
    "softmax": "softmax; softmax twice",
    "log-softmax": "log-softmax",
    "no division by the sum": "no division; softmax over all; ~row factor",
    "division by the sum": "division",
    "no centring": "no centring; ~row",
    "centring": "centring",
    "no standardisation": "no standardisation; only centred; ~row factor; ~other scale",
    "standardisation": "standardisation",
    "no running sum": "no running sum",
    "running sum": "running sum",
    "softmax's axis": "softmax axis",
    "reversed": "reverse",
    "off by one": "one off; one off at an edge",
    "order": "shuffled",
    "signs": "signs",
    "clipped": "clipped",
    "quarter turn": "sine",
    "same term": "row",
    "same factor": "row factor",
    "steady term": "line; no line",
    "steady factor": "no factor; factor too many",
    "scaled and shifted": "other scale",
    "frequency": "frequency",
    "frequency and amplitude": "frequency and amplitude",
    "amplitude": "amplitude",
    "wave's sign": "wave sign",
    "phase": "phase",
    "no wave": "no wave",
    "a wave": "a wave",
    "numbers": "numbers; other scale",
    "whole numbers": "whole",
    "zero": "zero",
    "precision": "precision; ~whole",
    "axes": "transposed",
    "shape": "column; flat",
    "square table": "table",
    "one too many": "one longer",
    "one too few": "one shorter",
    "not reduced": "not reduced; unsummed",
    "reduced": "sum; mean; all",
    "other axis": "axis",
}


@dataclass(frozen=True, slots=True)
class Record:
    """How often a diagnosis was given and right, and how often it should have been given."""

    given: int
    right: int
    due: int
    found: int


@pytest.fixture(scope="module")
def records() -> dict[str, Record]:
    """The whole corpus, diagnosed; "" counts answers of which something should be said."""
    torch.set_num_threads(1)
    given: Counter[str] = Counter()
    right: Counter[str] = Counter()
    due: Counter[str] = Counter()
    found: Counter[str] = Counter()
    true_of = {name: set(faults.replace("~", "").split("; ")) for name, faults in TRUE_OF.items()}
    names = {name: set(faults.split("; ")) for name, faults in TRUE_OF.items()}
    for case in (case for seed in SEEDS for case in cases(seed)):
        kind = mistaken(case.answer, case.right, case.inputs)
        name = kind.name if kind else ""
        given[name] += 1
        right[name] += bool(kind) and bool(true_of[name] & case.faults)
        hit = bool(kind) and bool(names[name] & case.faults)
        if "strange" in case.faults:
            given["strange"] += name not in {"", "zero"}
            due["strange"] += 1
        else:
            wanted = [each for each, faults in names.items() if faults & case.faults]
            for each in ["", *wanted]:
                due[each] += 1
                found[each] += hit
    return {name: Record(given[name], right[name], due[name], found[name]) for name in due}


def test_every_diagnosis_is_in_the_corpus() -> None:
    """None is shown of which it was not measured how often it is right."""
    assert {kind.name for kind in KINDS} == set(TRUE_OF)


def test_a_diagnosis_is_wrong_at_most_once_in_fifty(records: dict[str, Record]) -> None:
    """Of the times that each is given it is right in 98 of 100, and it is given often enough."""
    for name in TRUE_OF:
        assert records[name].given >= 7, name
        assert records[name].right >= 0.98 * records[name].given, (name, records[name])


def test_large_values_do_not_hide_small_ones() -> None:
    """Where a few values are huge and right, nothing is said of the wrong ones beside them."""
    right = torch.tensor([1e30, 1.0, 2.0, 3.0, 4.0, 5.0], dtype=torch.float64)
    assert mistaken(right.clamp(min=3.5), right) is None


@pytest.mark.parametrize("dtype", [torch.float32, torch.float64])
@pytest.mark.parametrize("power", range(-3, 7))
def test_one_number_is_diagnosed_at_any_size(power: int, dtype: torch.dtype) -> None:
    """A wrong single number is named as well near a million as near a thousandth."""
    rng = torch.Generator().manual_seed(power)
    right = 10.0**power * (1 + 8 * torch.rand(40, generator=rng, dtype=torch.float64))
    faults = {
        "twice": 2 * right,
        "sign": -right,
        "multiple": 7 * right,
        "square root": right.sqrt(),
    }
    for name, wrong in faults.items():
        pairs = zip(wrong.to(dtype), right.to(dtype), strict=True)
        kinds = [mistaken(one, other) for one, other in pairs]
        assert sum(kind is not None and kind.name == name for kind in kinds) >= 36, name


@pytest.mark.parametrize("size", [1, 100])
def test_what_is_counted_is_double_by_chance(size: int) -> None:
    """Nothing is said of an accuracy, as a share or in percent, nor of a count of a few things."""
    for of, right in ((300, 37), (90, 41), (512, 256), (7, 2)):
        accuracy = torch.tensor(right / of, dtype=torch.float64)
        for wrong in (2 * accuracy, accuracy / 2, 3 * accuracy):
            assert mistaken(size * wrong, size * accuracy) is None
    assert mistaken(torch.tensor(6 * size), torch.tensor(3 * size)) is None


def test_where_a_function_is_flat_it_explains_nothing() -> None:
    """Any large number has a sigmoid of 1, so an answer of nearly 1 says nothing about it."""
    right = torch.tensor(4321.5)
    for wrong in (1 + 2e-7, 1 - 3e-7):
        assert mistaken(torch.tensor(wrong), right) is None
    small = torch.tensor(0.7315)
    kind = mistaken(small.sigmoid(), small)
    assert kind is not None
    assert kind.name == "sigmoid"


def test_most_faults_are_named(records: dict[str, Record]) -> None:
    """Four of five answers with a single fault are told what it is, and others next to never."""
    assert records[""].found >= 0.8 * records[""].due
    assert records["strange"].given <= 0.002 * records["strange"].due


def test_the_page_tells_what_was_measured(records: dict[str, Record]) -> None:
    """The table of the document is the table of the corpus, up to what machines round."""
    number = re.compile(r"\d+(?:\.\d+)?")
    made, page = table(records), PAGE.read_text("utf-8")
    shown = page[page.index(made[:20]) :]
    assert number.sub("", shown) == number.sub("", made), made
    pairs = zip(number.findall(shown), number.findall(made), strict=True)
    assert all(abs(float(one) - float(other)) <= 3 for one, other in pairs), made


def table(records: dict[str, Record]) -> str:
    """What was measured, in Markdown."""
    lines = ["| looks like | given | right | faults | named |", "| --- | --- | --- | --- | --- |"]
    for kind in KINDS:
        one = records[kind.name]
        right, named = f"{one.right / one.given:.1%}", f"{one.found / one.due:.0%}"
        lines.append(f"| {kind.name} | {one.given} | {right} | {one.due} | {named} |")
    faults, strange = records[""], records["strange"]
    lines += [
        "",
        f"In all, a diagnosis names the fault in {faults.found / faults.due:.0%} of {faults.due} "
        f"answers with a single fault, and {strange.given} of {strange.due} answers that no fault "
        "explains get a diagnosis.",
    ]
    return "\n".join(lines) + "\n"
