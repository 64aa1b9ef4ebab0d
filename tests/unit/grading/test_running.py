"""A run that ends in the middle of an exercise, with a judge and a box that are told what to do."""

from collections.abc import Callable, Sequence
from typing import Any

import pytest

from autograder.boxes import CellRun, Ended
from autograder.grading.running import run
from autograder.model import Check, Ending, Finding, Verdict
from autograder.notebooks import Cell, Kind, Rebuilt

CELLS = (
    Cell("a", "code", "x = 1", Kind.ANSWER, "curve_answer"),
    Cell("b", "code", 'check("curve")', Kind.GRADE, "curve", 3),
)
CHECKS = tuple(Check(name, "curve", "a title", 1, hidden=False) for name in ("a", "b", "c"))


class FakeBox:
    """A box that ends at its second question."""

    def __init__(self) -> None:
        self.asked: list[str] = []

    def run(self, source: str, *, exercise: str | None = None) -> CellRun:
        """A cell that shows nothing."""
        return CellRun([], 1, None, interrupted=False)

    def ask(self, *_: Any) -> None:
        """An answer, or the end."""
        self.asked.append(f"question {len(self.asked)}")
        if len(self.asked) == 2:
            raise Ended(Ending.LIED, "an answer was no evidence")

    def close(self) -> None:
        """Nothing to end."""


class FakeJudge:
    """A judge whose checks ask one question each, and pass."""

    gone = False

    def judge(
        self,
        _: str,
        checks: Sequence[Check],
        ask: Callable[..., None],
        heard: Callable[[Finding, Sequence[int]], None],
        **__: Any,
    ) -> list[Finding]:
        """The findings, as far as it comes."""
        for number, check in enumerate(checks):
            ask()
            heard(Finding(check, Verdict.PASSED, share=1), [number])
        return []


def test_a_check_that_ran_to_its_end_keeps_its_points() -> None:
    """Whatever the box does when the next one asks: no points are taken back, and none given."""
    done = run(Rebuilt(CELLS), CHECKS, FakeBox, FakeJudge())  # type: ignore[arg-type]  # fakes
    verdicts = [(finding.verdict, finding.points) for finding in done.findings]
    assert verdicts == [(Verdict.PASSED, 1), (Verdict.NOT_REACHED, 0), (Verdict.NOT_REACHED, 0)]
    assert done.ending is Ending.LIED
    assert done.asked == {"a": ["question 0"]}


class FailingBox(FakeBox):
    """A box that fails through us at its second question."""

    def ask(self, *_: Any) -> None:
        """An answer, or the end."""
        self.asked.append(f"question {len(self.asked)}")
        if len(self.asked) == 2:
            raise Ended(Ending.BOX_FAILED, "no room for a process")


def no_box() -> Any:
    """A box that does not start."""
    raise Ended(Ending.BOX_FAILED, "no room for a process")


@pytest.mark.parametrize(
    ("make_box", "first"), [(FailingBox, Verdict.PASSED), (no_box, Verdict.INCONCLUSIVE)]
)
def test_a_failure_of_ours_decides_nothing(make_box: Callable[[], Any], first: Verdict) -> None:
    """What is not judged for want of a box is inconclusive, and no note blames the student."""
    done = run(Rebuilt(CELLS), CHECKS, make_box, FakeJudge())  # type: ignore[arg-type]  # fakes
    verdicts = [finding.verdict for finding in done.findings]
    assert verdicts == [first, Verdict.INCONCLUSIVE, Verdict.INCONCLUSIVE]
    assert {finding.sentence for finding in done.findings[1:]} == {"no room for a process"}
    assert (done.ending, done.notes) == (Ending.BOX_FAILED, [])


class StoppedBox(FakeBox):
    """A box whose cells stop with an error."""

    def run(self, source: str, *, exercise: str | None = None) -> CellRun:
        """A cell that stops."""
        return CellRun([], 1, "KeyError in line 1: 'lr'", interrupted=False)


class SternJudge(FakeJudge):
    """A judge whose checks come to each verdict."""

    def judge(self, _: str, checks: Sequence[Check], *__: Any, **___: Any) -> list[Finding]:
        """A finding of each kind."""
        return [
            Finding(checks[0], Verdict.PASSED, share=1),
            Finding(checks[1], Verdict.FAILED, sentence="the loss is 84", hint="train longer"),
            Finding(checks[2], Verdict.NOT_REACHED, sentence="model is not defined"),
        ]


def test_what_stopped_the_answer_is_told_first() -> None:
    """Whoever reads that the loss is high shall not train longer what stopped with an error."""
    done = run(Rebuilt(CELLS), CHECKS, StoppedBox, SternJudge())  # type: ignore[arg-type]  # fakes
    stopped = "the answer stopped with KeyError in line 1: 'lr'"
    assert [(finding.sentence, finding.hint) for finding in done.findings] == [
        ("", ""),
        (f"{stopped}; as it stands, the loss is 84", ""),
        (f"model is not defined: {stopped}", ""),
    ]


@pytest.mark.parametrize("kind", [Kind.ADDED, Kind.GIVEN])
@pytest.mark.parametrize("below", [True, False])
def test_what_stopped_beside_the_answer_is_told_too(kind: Kind, *, below: bool) -> None:
    """A cell of one's own below the answer is a part of it; any other is told of at the end."""
    other = Cell("train", "code", "train(Net)", kind)
    cells = (CELLS[0], other, CELLS[1]) if below else (other, *CELLS)
    own = "your cell that begins with `train(Net)`" if kind is Kind.ADDED else "cell train"
    stopped = f"{own} stopped with KeyError in line 1: 'lr'"
    box = type("Box", (FakeBox,), {"run": _stops_at_train})
    done = run(Rebuilt(cells), CHECKS, box, SternJudge())  # type: ignore[arg-type]  # fakes
    is_part = below and kind is Kind.ADDED
    assert [(finding.sentence, finding.hint) for finding in done.findings] == [
        ("", ""),
        (f"{stopped}; as it stands, the loss is 84", "")
        if is_part
        else (f"the loss is 84; {stopped}", "train longer"),
        (f"model is not defined: {stopped}" if is_part else f"model is not defined; {stopped}", ""),
    ]


def _stops_at_train(_: FakeBox, source: str, *, exercise: str | None = None) -> CellRun:
    failure = "KeyError in line 1: 'lr'" if source.startswith("train") else None
    return CellRun([], 1, failure, interrupted=bool(exercise and failure))


def test_a_missing_name_in_a_finding_is_traced_to_the_cell_that_stopped() -> None:
    """Also where the answer ran to its end, and a check calls what it defines."""
    other = Cell("b0", "code", "train = nobody\nmodel = 3", Kind.ADDED)
    box = type("Box", (FakeBox,), {"run": _stops_at_train})
    done = run(Rebuilt((other, *CELLS)), CHECKS, box, SternJudge())  # type: ignore[arg-type]  # fakes
    assert done.findings[2].sentence == (
        "model is not defined; model comes from your cell that begins with `train = nobody`, "
        "which stopped with KeyError in line 1: 'lr'"
    )
