"""A run that ends in the middle of an exercise, with a judge and a box that are told what to do."""

from collections.abc import Callable, Sequence
from typing import Any

import pytest

from autograder.boxes.box import CellRun, Ended
from autograder.grading.running import Run, run
from autograder.model import Check, Ending, Finding, Verdict
from autograder.notebooks.cells import Cell, Kind
from autograder.notebooks.rebuilding import Rebuilt

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


class ToldBox(FakeBox):
    """A box that says what it is told beforehand, and remembers what it was given."""

    def __init__(self, *ran: CellRun | Ended) -> None:
        super().__init__()
        self.ran = list(ran)
        self.closed = 0

    def run(self, source: str, *, exercise: str | None = None) -> CellRun:
        """What comes next."""
        done = self.ran.pop(0) if self.ran else CellRun([], 1, None, interrupted=False)
        if isinstance(done, Ended):
            raise done
        return done

    def close(self) -> None:
        """Count it."""
        self.closed += 1


class Hearing:
    """A judge that passes all checks, and remembers what it was told of the answer."""

    gone = False

    def __init__(self, verdict: Verdict = Verdict.FAILED) -> None:
        self.verdict = verdict
        self.told: list[tuple[str, str, str]] = []

    def judge(
        self, exercise: str, checks: Sequence[Check], *_: Any, source: str, printed: str
    ) -> list[Finding]:
        """One finding for each check."""
        self.told.append((exercise, source, printed))
        return [Finding(check, self.verdict, sentence="so it is") for check in checks]


def judged(
    *ran: CellRun | Ended, judge: Hearing | None = None, **rebuilt: Any
) -> tuple[Run, ToldBox]:
    """A run of the cells in a box that says this."""
    box = ToldBox(*ran)
    known: dict[str, Any] = {"cells": CELLS} | rebuilt
    return run(Rebuilt(**known), CHECKS, lambda: box, judge or Hearing()), box  # type: ignore[arg-type, return-value]  # fakes


def test_several_answers_wait_for_a_person() -> None:
    """Nothing is judged by one of them, and nothing is lost."""
    judge = Hearing()
    done, _ = judged(judge=judge, ambiguous=frozenset({"curve"}))
    assert {finding.verdict for finding in done.findings} == {Verdict.INCONCLUSIVE}
    assert judge.told == []


def test_what_is_not_answered_is_not_judged() -> None:
    """Its checks are not reached, and say so."""
    judge = Hearing()
    done, _ = judged(judge=judge, untouched=frozenset({"curve"}))
    assert {(one.verdict, one.sentence) for one in done.findings} == {
        (Verdict.NOT_REACHED, "not answered yet")
    }
    assert judge.told == []


@pytest.mark.parametrize("gone", [True, False])
def test_a_judge_that_is_gone_is_told(*, gone: bool) -> None:
    """Then it is tried again with another one."""
    judge = Hearing()
    judge.gone = gone
    done, _ = judged(judge=judge)
    assert (done.unheard, done.silent) == (gone, True)


@pytest.mark.parametrize("ending", [Ended(Ending.DIED, "it died"), None])
def test_a_box_is_closed_however_it_ends(ending: Ended | None) -> None:
    """Nothing of a submission stays behind."""
    done, box = judged(*([ending] if ending else []))
    assert box.closed == 1
    assert done.notes == (["The run stopped early: it died."] if ending else [])
    assert done.ending is (Ending.DIED if ending else Ending.FINISHED)


def test_after_its_end_a_box_is_not_asked() -> None:
    """The exercise in which it ended says why, with those that follow."""
    done, _ = judged(Ended(Ending.TIMED_OUT, "it took too long"))
    assert {(one.verdict, one.sentence) for one in done.findings} == {
        (Verdict.NOT_REACHED, "it took too long")
    }


@pytest.mark.parametrize(
    ("ran", "why"),
    [
        (
            CellRun([], 1, None, interrupted=True),
            "the answer took too long and was interrupted",
        ),
        (
            CellRun([], 1, "KeyError in line 1: 'lr'", interrupted=False),
            "the answer stopped with KeyError in line 1: 'lr'",
        ),
    ],
)
def test_a_mistake_of_ours_is_not_explained_by_the_answer(ran: CellRun, why: str) -> None:
    """What a check broke with is the author's to read, and no matter of how the answer stopped."""
    for verdict, sentence in (
        (Verdict.INCONCLUSIVE, "so it is"),
        (Verdict.FAILED, f"{why}; as it stands, so it is"),
    ):
        done, _ = judged(ran, judge=Hearing(verdict))
        assert {finding.sentence for finding in done.findings} == {sentence}


def test_a_stub_is_told_before_what_follows_from_it() -> None:
    """In an answer it is not filled in yet; a cell of one's own that holds one is a copy."""
    stub = "x = 1\ny = <your_code_here>"
    cells = (
        Cell("a", "code", stub, Kind.ANSWER, "curve_answer"),
        Cell("o", "code", stub, Kind.ADDED),
        CELLS[1],
    )
    done, _ = judged(cells=cells)
    assert {finding.sentence for finding in done.findings} == {
        "line 2 of curve_answer is not filled in yet; as it stands, so it is"
    }
    assert done.notes == ["A cell of yours was not run: line 2 holds a stub."]


def test_a_judge_is_told_of_the_answer_and_of_nothing_else() -> None:
    """Its source, and what its cells printed: no error, no picture, no cell of another."""
    shown: list[dict[str, Any]] = [
        {"output_type": "stream", "name": "stdout", "text": "hi"},
        {"output_type": "error", "ename": "E", "evalue": "", "traceback": [], "text": "no"},
    ]
    cells = (
        Cell("g", "code", "given = 1"),
        CELLS[0],
        Cell("a2", "code", "more = 2", Kind.ANSWER, "curve_answer_2"),
        Cell("o", "code", "own = 3", Kind.ADDED),
        CELLS[1],
    )
    judge = Hearing()
    ran = [CellRun(shown * bool(n), 1, None, interrupted=False) for n in range(4)]
    judged(*ran, judge=judge, cells=cells)
    assert judge.told == [("curve", "x = 1\n\nmore = 2", "hihi")]


class Twice:
    """A judge of two exercises, in each of which a check asks one question."""

    gone = False

    def judge(
        self,
        exercise: str,
        checks: Sequence[Check],
        ask: Callable[..., None],
        heard: Callable[[Finding, Sequence[int]], None],
        **_: Any,
    ) -> list[Finding]:
        """One question, counted from the first of this exercise."""
        ask()
        found = [Finding(check, Verdict.PASSED, share=1) for check in checks]
        for finding in found:
            heard(finding, [0])
        return found


def test_questions_belong_to_the_check_that_asked_them() -> None:
    """Also in a later exercise, where a judge counts them anew."""
    cells = (
        *CELLS,
        Cell("c", "code", "y = 1", Kind.ANSWER, "later_answer"),
        Cell("d", "code", "", Kind.GRADE, "later", 3),
    )
    checks = [CHECKS[0], Check("z", "later", "a title", 1, hidden=False)]

    class Asked(ToldBox):
        def ask(self, *_: Any) -> None:
            self.asked.append(f"question {len(self.asked)}")

    box: Any = Asked()
    judge: Any = Twice()
    done = run(Rebuilt(cells), checks, lambda: box, judge)
    assert done.asked == {"a": ["question 0"], "z": ["question 1"]}
