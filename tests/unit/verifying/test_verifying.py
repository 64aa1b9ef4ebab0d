"""The questions, asked of a bench that knows what it would answer."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from autograder.config import Course, RunLimits, Settings
from autograder.errors import CourseError
from autograder.model import Check, Ending, Finding, Grade, Measured, Verdict
from autograder.notebooks.cells import Cell, Kind, Notebook
from autograder.verifying.case import Answer, Bench, Case
from autograder.verifying.costs import costs
from autograder.verifying.specimens import Specimen
from autograder.verifying.stability import Tally, parity, stability, thresholds
from autograder.verifying.strictness import strictness
from autograder.verifying.verifying import report

CHECK = Check("curve.x", "curve", "x is right", 2, hidden=False)
SOURCE = Notebook(
    "hw.ipynb",
    (
        Cell("start", "code", "import torch"),
        Cell(
            "answer", "code", "seed(1)\n### BEGIN SOLUTION\nx = 1 + t\n### END SOLUTION",
            Kind.ANSWER, "curve_answer",
        ),
        Cell("grade", "code", 'check("curve")', Kind.GRADE, "curve", 2),
        Cell("after", "code", "plot(x)"),
    ),
)  # fmt: skip
HONEST = Specimen(
    "other", "another way", "ada", "finished", {"curve": (2, 2)},
    {"curve_answer": "seed(5)\nx = t + 1"},
)  # fmt: skip
PROBES: dict[str, list[dict[str, Any]]] = {"curve.x": [{"ask": "value", "names": ["x"]}]}
Judge = Callable[[Course, Sequence[Cell]], float]


def case(
    root: Path,
    judge: Judge,
    *,
    runs: int = 3,
    ending: Ending = Ending.FINISHED,
    specimen: Specimen = HONEST,
) -> Case:
    """A case whose grades are the shares that `judge` gives for a course and cells."""

    def grade(course: Course, cells: Sequence[Cell]) -> Grade:
        share = judge(course, cells)
        verdict = Verdict.PASSED if share > 0 else Verdict.FAILED
        if share < 0:
            verdict, share = Verdict.INCONCLUSIVE, 0
        measured = (Measured("the error", 10 - share, 8, 10),)
        found = Finding(CHECK, verdict, share, "not right", measured=measured)
        return Grade("verify", "hw", (found,), ending)

    def meter(cells: Sequence[Cell]) -> tuple[dict[str, Any], dict[str, int]]:
        used = {cell.id: f"{place} {place / 2} {100 * place}" for place, cell in enumerate(cells)}
        return {id_: [{"text": text}] for id_, text in used.items()}, {}

    @contextmanager
    def open_(course: Course, _device: str) -> Iterator[Bench]:
        def reseeded(cells: Sequence[Cell], seed: str = "secret") -> Grade:
            return grade(replace(course, settings=Settings("c", seed)), cells)

        yield Bench((CHECK,), reseeded, meter, lambda _: iter(()), lambda _: PROBES)

    def track(things: Iterable[Any], **_: object) -> Iterable[Any]:
        return things

    course = Course(root, Settings("c", "secret"))
    with open_(course, "cpu") as bench:
        return Case(course, SOURCE, (specimen,), bench, open_, runs, 2, track, 0.001, suggest=True)


def answered(cells: Sequence[Cell]) -> str:
    """The answer among the cells."""
    return next(cell.source for cell in cells if cell.kind is Kind.ANSWER)


def mark(root: Path, text: str) -> None:
    """Writes the marks of the assignment."""
    path = root / "checks" / "hw" / "equivalent.toml"
    path.parent.mkdir(parents=True)
    path.write_text(f"[[mutant]]\n{text}", "utf-8")


def test_a_survivor_is_shown(tmp_path: Path) -> None:
    """Where checks let a mutant pass there is a diff, and too few killed need a person."""
    lax = case(
        tmp_path, lambda _, cells: float("- t" in answered(cells) or "1 + t" in answered(cells))
    )
    found = strictness(lax, "hw")
    assert any("    -x = 1 + t\n    +x = 1 - t" in note for note in found.notes)
    assert found.wrong == ["curve: fewer than 95% of the wrong answers are found."]


def test_the_notebook_is_cut_behind_the_exercise(tmp_path: Path) -> None:
    """A mutant costs what stands before its own grade cell, and nothing after it."""
    seen = set()

    def judge(_course: Course, cells: Sequence[Cell]) -> float:
        seen.add(cells[-1].id)
        return 0

    strictness(case(tmp_path, judge), "hw")
    assert seen == {"grade"}


def test_an_end_before_the_end_kills(tmp_path: Path) -> None:
    """Full points in a run that died are no survivor."""
    found = strictness(case(tmp_path, lambda *_: 1.0, ending=Ending.DIED), "hw")
    assert found.wrong == []
    assert found.rows[0][4] == "0"


@pytest.mark.parametrize(("share", "ending"), [(-1, Ending.FINISHED), (0, Ending.BOX_FAILED)])
def test_an_undecided_mutant_is_no_proof_of_strictness(
    tmp_path: Path, share: float, ending: Ending
) -> None:
    """What a judge could not judge, or a box could not run, counts as a survivor."""
    found = strictness(case(tmp_path, lambda *_: share, ending=ending), "hw")
    made, killed, _, survivors = found.rows[0][1:5]
    assert (killed, survivors) == ("0", made)
    assert found.wrong == ["curve: fewer than 95% of the wrong answers are found."]


def test_a_marked_mutant_is_equivalent(tmp_path: Path) -> None:
    """A mark takes a survivor out of the account, with its reason."""
    mark(
        tmp_path, 'exercise = "curve"\nbefore = "x = 1 + t"\nafter = ["x = 1 - t"]\nreason = "odd"'
    )
    found = strictness(case(tmp_path, lambda _, cells: float("1 - t" in answered(cells))), "hw")
    assert found.wrong == []
    assert found.rows[0][3:5] == ("1", "0")
    assert found.notes == ["curve, 1 equivalent: odd"]


def test_a_stale_mark_is_told(tmp_path: Path) -> None:
    """A mark that excuses nothing has to go."""
    mark(tmp_path, 'exercise = "curve"\nkind = "axis"\nreason = "odd"')
    found = strictness(case(tmp_path, lambda *_: 0.0), "hw")
    assert found.wrong == ["curve: no survivor fits the mark (odd)."]


def test_a_mark_needs_a_reason(tmp_path: Path) -> None:
    """One without it is the author's to mend."""
    mark(tmp_path, 'exercise = "curve"')
    with pytest.raises(CourseError, match="reason"):
        strictness(case(tmp_path, lambda *_: 0.0), "hw")


def test_each_run_has_seeds_of_its_own(tmp_path: Path) -> None:
    """Judge, box and answers get new seeds, and right answers take turns."""
    seen = []

    def judge(course: Course, cells: Sequence[Cell]) -> float:
        seen.append((course.settings.seed, answered(cells)))
        assert cells[-1].id == "grade"  # what stands behind it costs time and decides nothing
        return 1

    done, _ = stability(case(tmp_path, judge))
    assert sorted(seen) == [
        ("secret 1", "seed(1001)\nx = 1 + t"),
        ("secret 2", "seed(1002)\nx = t + 1"),
        ("secret 3", "seed(1003)\nx = 1 + t"),
    ]
    assert done.rows == [("curve.x", "3", "0", "63.16%", "0", "")]
    assert done.wrong == []
    assert "2,995 runs" in done.notes[0]


def test_an_answer_that_is_right_by_its_own_seed_keeps_it(tmp_path: Path) -> None:
    """Another seed would make it another answer; that it kept its own is said."""
    seen = set()

    def judge(_course: Course, cells: Sequence[Cell]) -> float:
        seen.add(answered(cells))
        return 1

    lucky = replace(HONEST, own_seed=("curve",))
    done, _ = stability(case(tmp_path, judge, runs=2, specimen=lucky))
    assert seen == {"seed(1001)\nx = 1 + t", "seed(5)\nx = t + 1"}
    assert done.notes[1] == "Run with its own seed in curve: other."


@pytest.mark.parametrize("ending", [Ending.FINISHED, Ending.DIED])
def test_a_run_that_came_to_nothing_is_told(tmp_path: Path, ending: Ending) -> None:
    """Without a verdict nothing is right or wrong, and a person must look."""
    share = -1.0 if ending is Ending.FINISHED else 1.0
    done, thresholds = stability(case(tmp_path, lambda *_: share, ending=ending))
    assert done.rows[0][1:4] == ("0", "0", "100.00%")
    (told,) = done.wrong
    assert told.startswith("3 of the runs")
    assert ("not right" if ending is Ending.FINISHED else "died") in told
    assert thresholds.rows == []


def test_it_stops_when_it_is_sure(tmp_path: Path) -> None:
    """A check that fails the first right answer surely errs too often."""
    done, _ = stability(case(tmp_path, lambda *_: 0.0, runs=50))
    assert done.rows[0][1:3] == ("1", "1")
    assert done.wrong == ["curve.x fails right answers: not right"]


def test_the_bound_is_that_of_clopper_and_pearson() -> None:
    """Without a failure in n runs it is 1 - 0.05 ** (1 / n): some 3,000 are needed."""
    tally = Tally(shares=[1.0] * 3000)
    assert tally.at_most == pytest.approx(1 - 0.05 ** (1 / 3000))
    assert not tally.open
    assert Tally(shares=[1.0] * 2000).open
    assert Tally(failed=1, shares=[1.0] * 3000).open
    assert not Tally(error=0.01, shares=[1.0] * 300).open


def test_lost_shares_are_told() -> None:
    """How many right answers lose a part of the points, and how large the part can be."""
    assert Tally(shares=[0.5, 0.75, 1.0]).row("a")[-2:] == ("2", "0.50")


@pytest.mark.parametrize(
    ("runs", "bound", "share"),
    [(100, "100", "97.05%"), (2995, "2995", "99.90%"), (4743, "4742", "99.90%")],
)
def test_thresholds_follow_from_the_worst_values(runs: int, bound: str, share: str) -> None:
    """The worst of 2,995 values bounds all but 1 in 1,000, of 4,743 the second worst (Wilks)."""
    rising = Tally(measured={"e": [Measured("e", value, 8, 9) for value in range(1, runs + 1)]})
    ((*_, value, least),) = thresholds({"a": rising}, 0.001).rows
    assert (value, least) == (bound, share)
    falling = Tally(measured={"e": [Measured("e", -value, 9, 8) for value in range(1, runs + 1)]})
    assert thresholds({"a": falling}, 0.001).rows[0][-2:] == (f"-{bound}", share)


def test_another_verdict_elsewhere_is_told(tmp_path: Path) -> None:
    """What differs with two threads is named; that there is no other device as well."""
    found = parity(case(tmp_path, lambda _, cells: float(cells[0].id != "threads")), ())
    assert found.rows == [("2 threads", "2", "2", "2")]
    assert found.wrong == ["2 threads: curve.x is passed, and failed there"]
    assert "no CUDA device" in found.notes[0]


def test_limits_follow_from_what_the_solution_needs(tmp_path: Path) -> None:
    """The slowest cell, the whole notebook and the memory, each with room; tight ones are told."""
    made = case(tmp_path, lambda *_: 1.0)
    found = costs(made, RunLimits())
    assert found.rows[0] == ("curve", "2.0", "1.0", "600")
    assert found.notes == [
        "Limits with room for 5 times as much: cell_seconds = 10, notebook_seconds = 60, "
        "memory_mib = 4096."
    ]
    tight = costs(made, RunLimits(cell_seconds=3))
    assert tight.wrong == ["cell_seconds is 3; the solution alone needs 2.0."]


def test_a_report_is_markdown() -> None:
    """Tables, remarks, and what a person has to look at."""
    text = report("hw", [Answer("leaks", ("a", "b"), [("1", "2")], ["a line"], ["so\n\n    far"])])
    assert text == (
        "# What verify says of hw\n\n## Leaks\n\n| a | b |\n| --- | --- |\n| 1 | 2 |\n\n"
        "- so\n  \n      far\n- **To be looked at:** a line\n"
    )
