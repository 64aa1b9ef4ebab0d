"""release, problems, verify."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from autograder.commands.common import (
    INSTRUCTORS,
    Assignment,
    CourseFolder,
    Jobs,
    Json,
    app,
    console,
    course_at,
    option,
    require_folder,
    say,
    workers_of,
)
from autograder.config import Course
from autograder.devices import find_device
from autograder.errors import UsageError
from autograder.text import as_json

if TYPE_CHECKING:  # these import what takes seconds
    from autograder.grading.workshop import Workshop
    from autograder.model import Check
    from autograder.verifying.case import Bench

Drop = Annotated[
    list[str] | None, option("EXERCISE", "Remove this exercise; its marks go to dropped/.")
]
Rename = Annotated[list[str] | None, option("OLD=NEW", "The marks of OLD belong to NEW.")]
Only = Annotated[
    str,
    option(
        "NAMES", "Ask only some of specimens, strictness, liars, stability, parity, leaks, cost."
    ),
]
Runs = Annotated[
    int, option("N", "Runs for stability; 3000 can show an error below 1 in 1,000.", min=1)
]
Error = Annotated[
    float, option("SHARE", "The share of right answers that a check may fail.", min=1e-6, max=0.5)
]
Suggest = Annotated[bool, option("", "Suggest thresholds.", "--suggest")]
Report = Annotated[Path | None, option("FILE", "Write the answers to this Markdown file.")]


@app.command(rich_help_panel=INSTRUCTORS)
def release(
    assignment: Assignment,
    drop: Drop = None,
    rename: Rename = None,
    course: CourseFolder = None,
) -> None:
    """Make the release and the executed solutions, and move the marks of hand-ins along."""
    from autograder import releasing
    from autograder.revising import Words

    home = course_at(course)
    words = Words.read(drop or (), rename or ())
    with _verified(home, assignment) as (workshop, checks):
        said = releasing.foreseen(home, assignment, words)
        releasing.solutions(home, assignment, workshop.solve)
    releasing.release(home, assignment, checks, words)
    say("\n".join([*said, f"release/{assignment} and solutions/{assignment} are up to date."]))


@contextmanager
def _verified(home: Course, assignment: str) -> "Iterator[tuple[Workshop, tuple[Check, ...]]]":
    """A workshop for an assignment's reference, and its checks, if neither has problems."""
    from autograder.grading.judge_proxy import JudgeTemplate
    from autograder.grading.workshop import Options, Workshop
    from autograder.releasing import check_assignment

    with JudgeTemplate(home, assignment) as judges:
        checks = judges.checks()
    check_assignment(home, assignment, checks)
    options = Options(accept_weaker_box=True)  # the reference is the instructor's own code
    with Workshop(home, assignment, options, place=home.source(assignment)) as workshop:
        yield workshop, checks


@app.command(rich_help_panel=INSTRUCTORS)
def problems(assignment: Assignment, course: CourseFolder = None) -> None:
    """List what must be mended before a release, and what it would do to hand-ins and marks."""
    from autograder.releasing import foreseen, solved

    home = course_at(course)
    with _verified(home, assignment) as (workshop, _):
        solved(home, assignment, workshop.solve)
    say("\n".join([*foreseen(home, assignment), f"{assignment} has no problems."]))


@app.command(rich_help_panel=INSTRUCTORS)
def verify(
    assignment: Assignment,
    only: Only = "",
    runs: Runs = 20,
    error: Error = 0.001,
    suggest: Suggest = False,
    jobs: Jobs = 0,
    json: Json = False,
    report: Report = None,
    course: CourseFolder = None,
) -> None:
    """Test whether an assignment is fair, strict and stable; exit code 1 if it is not."""
    from rich.markdown import Markdown
    from rich.progress import Progress

    from autograder.releasing import find_faults
    from autograder.verifying import verifying

    home = course_at(course)
    chosen = [one.strip() for one in only.split(",")] if only else verifying.QUESTIONS
    if unknown := sorted(set(chosen) - set(verifying.QUESTIONS)):
        raise UsageError(f"--only {unknown[0]}: choose from {', '.join(verifying.QUESTIONS)}.")
    require_folder(report)
    workers = workers_of(jobs)
    answers = []
    with Progress(console=console(), transient=True) as bar:
        for answer in verifying.verify(
            home,
            assignment,
            partial(_bench, assignment, workers),
            partial(find_faults, home, assignment),
            only=chosen,
            runs=runs,
            jobs=workers,
            devices=["cuda"] if find_device("auto") == "cuda" else [],
            track=bar.track,
            error=error,
            suggest=suggest,
        ):
            console().print(Markdown(answer.markdown()))
            answers.append(answer)
            if report is not None:  # each time: the next answer may take hours
                report.write_text(verifying.report(assignment, answers), encoding="utf-8")
    if json:
        print(as_json([asdict(answer) for answer in answers]))
    raise typer.Exit(1 if any(answer.wrong for answer in answers) else 0)


@contextmanager
def _bench(assignment: str, jobs: int, course: Course, device: str) -> "Iterator[Bench]":
    """A workshop, as verifying borrows it."""
    from autograder.grading.workers import grade
    from autograder.grading.workshop import Options, Workshop
    from autograder.notebooks.rebuilding import Rebuilt
    from autograder.verifying.case import Bench

    with Workshop(course, assignment, Options(jobs, device)) as shop:
        yield Bench(
            shop.checks,
            lambda cells, seed=None: (
                shop.grade_cells("verify", Rebuilt(tuple(cells)), seed=seed).decided
            ),
            shop.solve,
            lambda students: (done.grade for done in grade(shop, students)),
            lambda cells: shop.grade_cells("verify", Rebuilt(tuple(cells))).probes(),
        )
