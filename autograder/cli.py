"""The command `autograder`: arguments in, exit codes out."""

import os
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated
from unicodedata import normalize

import typer

from autograder.config import Course, find_course
from autograder.devices import find_device
from autograder.errors import AutograderError, ConfinementError, UsageError
from autograder.text import as_json, counted, legible

if TYPE_CHECKING:  # these import what takes seconds
    from rich.console import Console

    from autograder.grading import Workshop
    from autograder.model import Check
    from autograder.verifying import Bench

UNCONFINED = frozenset({"rlimits"})
INTERRUPTED = 130

app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    help="Auto-graded deep-learning homework that does not trust the homework.",
)

Assignment = Annotated[str, typer.Argument(help="The assignment's id, such as backprop.")]
CourseFolder = Annotated[
    Path | None, typer.Option("--course", help="The course folder; by default the one around here.")
]
Students = Annotated[list[str] | None, typer.Option(help="Only this student; may be given again.")]
Feedback = Annotated[bool, typer.Option("--feedback", help="Also write the feedback pages.")]


@app.callback()
def _on_linux() -> None:
    if sys.platform != "linux":
        raise UsageError("This command needs Linux; a container or a virtual machine will do.")


@app.command()
def release(
    assignment: Assignment,
    drop: Annotated[
        list[str] | None,
        typer.Option(help="Take this exercise out, and keep its marks in dropped/."),
    ] = None,
    rename: Annotated[
        list[str] | None,
        typer.Option(metavar="OLD=NEW", help="The marks of OLD are those of NEW from now on."),
    ] = None,
    course: CourseFolder = None,
) -> None:
    """Make the release and the executed solutions; take the marks of hand-ins along."""
    from autograder import releasing
    from autograder.revising import Words

    home = _course(course)
    words = Words.read(drop or (), rename or ())
    with _verified(home, assignment) as (workshop, checks):
        said = releasing.foreseen(home, assignment, words)
        releasing.solutions(home, assignment, workshop.solve)
    releasing.release(home, assignment, checks, words)
    _say("\n".join([*said, f"release/{assignment} and solutions/{assignment} are up to date."]))


@contextmanager
def _verified(home: Course, assignment: str) -> "Iterator[tuple[Workshop, tuple[Check, ...]]]":
    """A workshop for the reference of an assignment, and its checks, once all is well with both."""
    from autograder.grading import JudgeTemplate, Options, Workshop
    from autograder.releasing import check_assignment

    with JudgeTemplate(home, assignment) as judges:
        checks = judges.checks()
    check_assignment(home, assignment, checks)
    options = Options(accept_weaker_box=True)  # the reference is the instructor's own code
    with Workshop(home, assignment, options, place=home.source(assignment)) as workshop:
        yield workshop, checks


@app.command()
def problems(assignment: Assignment, course: CourseFolder = None) -> None:
    """Say what must be mended before a release, and what it would do to hand-ins and marks."""
    from autograder.releasing import foreseen, solved

    home = _course(course)
    with _verified(home, assignment) as (workshop, _):
        solved(home, assignment, workshop.solve)
    _say("\n".join([*foreseen(home, assignment), f"{assignment} has no problems."]))


@app.command()
def triage(
    assignment: Assignment,
    student: Students = None,
    json: Annotated[bool, typer.Option("--json", help="Print it as JSON.")] = False,
    course: CourseFolder = None,
) -> None:
    """List what would be repaired, guessed or refused, before anything is run or graded."""
    from autograder.triaging import triage

    home = _course(course)
    seen = list(triage(home, assignment, _students(home, assignment, student or ())))
    odd, waiting = [one for one in seen if one.notes], [one for one in seen if one.needs_a_person]
    if json:
        print(as_json([asdict(one) for one in seen]))
    else:
        for one in odd:
            print(legible("\n".join(one.lines), lines=True), flush=True)
    _say(f"{counted(len(seen), 'submission')}, {len(odd)} odd, {len(waiting)} for a person.")
    raise typer.Exit(1 if waiting else 0)


@app.command()
def grade(
    assignment: Assignment,
    student: Students = None,
    jobs: Annotated[int, typer.Option(min=0, max=255, help="Workers; 0 means one per core.")] = 0,
    device: Annotated[str, typer.Option(help="auto, cpu or cuda.")] = "auto",
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Write neither gradebook, notebooks nor feedback.")
    ] = False,
    force: Annotated[bool, typer.Option("--force", help="Run also what is known.")] = False,
    json: Annotated[bool, typer.Option("--json", help="Print the grades as JSON.")] = False,
    feedback: Feedback = False,
    notebook: Annotated[
        Path | None, typer.Option(help="Write the one student's graded notebook to this file.")
    ] = None,
    unconfined: Annotated[
        bool,
        typer.Option(
            "--unconfined",
            help="Run student code without confinement: it can then read, change and send "
            "whatever you can. Only for submissions that you trust.",
        ),
    ] = False,
    accept_weaker_box: Annotated[
        bool,
        typer.Option(
            "--accept-weaker-box",
            help="Grade though walls of the box are missing here; each grade says which. "
            "See autograder doctor.",
        ),
    ] = False,
    course: CourseFolder = None,
) -> None:
    """Grade what students handed in; write the gradebook and the graded notebooks.

    What the ledger knows is not run again.
    """
    from autograder.grading import Options, grade_class, told
    from autograder.reports import Progress, class_notes, class_table

    home = _course(course)
    students = _students(home, assignment, student or ())
    if notebook is not None and len(students) != 1:
        raise UsageError("--notebook needs exactly one --student, whose notebook it is.")
    _require_folder(notebook)
    device = find_device(device)
    # A GPU holds one box at a time, unless somebody knows better.
    workers = jobs or (1 if device == "cuda" else len(os.sched_getaffinity(0)))
    options = Options(
        min(workers, len(students)),
        device,
        layers=UNCONFINED if unconfined else None,
        accept_weaker_box=accept_weaker_box,
    )
    if unconfined:
        _say("Unconfined: student code can read, change and send whatever you can.")
    with Progress(len(students), options.jobs, _console()) as progress:
        done = grade_class(
            home,
            assignment,
            students,
            options,
            dry_run=dry_run,
            force=force,
            feedback=feedback,
            notebook=notebook,
            tell=progress.tell,
        )
    if done.stopped:
        _say(f"Stopped. {len(done.grades)} of {len(students)} are graded and kept:")
        _say("the same command goes on from there.")
        raise typer.Exit(INTERRUPTED)
    grades = list(done.grades.values())
    _console().print(class_table(grades, done.exercises, done.why))
    for note in class_notes(grades):
        _say(note)
    if missing := sorted({wall for grade in grades for wall in grade.missing_walls}):
        _say(f"Graded in a weaker box: nothing walled off {' and '.join(missing)}.")
    if json:
        print(as_json({"grades": done.as_json(notebook)}))
    if done.problems:
        _say(told(done.problems))
    raise typer.Exit(done.exit_code)


@app.command()
def verify(
    assignment: Assignment,
    only: Annotated[
        str, typer.Option(help="Some of: specimens,strictness,liars,stability,parity,leaks,cost.")
    ] = "",
    runs: Annotated[
        int, typer.Option(min=1, help="Seeds for stability; 3000 can prove an error of 1 in 1,000.")
    ] = 20,
    error: Annotated[
        float, typer.Option(min=1e-6, max=0.5, help="Share of right answers that a check may fail.")
    ] = 0.001,
    suggest: Annotated[bool, typer.Option("--suggest", help="Name thresholds for it.")] = False,
    jobs: Annotated[int, typer.Option(min=0, max=255, help="Workers; 0 means one per core.")] = 0,
    json: Annotated[bool, typer.Option("--json", help="Print the answers as JSON.")] = False,
    report: Annotated[
        Path | None, typer.Option(help="Write the answers to this Markdown file.")
    ] = None,
    course: CourseFolder = None,
) -> None:
    """Ask of an assignment whether it is fair, strict and stable; exit code 1 if it is not."""
    from rich.markdown import Markdown
    from rich.progress import Progress

    from autograder import verifying
    from autograder.releasing import find_faults

    home = _course(course)
    chosen = only.split(",") if only else verifying.QUESTIONS
    if unknown := sorted(set(chosen) - set(verifying.QUESTIONS)):
        raise UsageError(f"--only {unknown[0]}: it takes {','.join(verifying.QUESTIONS)}.")
    _require_folder(report)
    workers = jobs or len(os.sched_getaffinity(0))
    answers = []
    with Progress(console=_console(), transient=True) as bar:
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
            _console().print(Markdown(answer.markdown()))
            answers.append(answer)
            if report is not None:  # each time: the next answer may take hours
                report.write_text(verifying.report(assignment, answers), encoding="utf-8")
    if json:
        print(as_json([asdict(answer) for answer in answers]))
    raise typer.Exit(1 if any(answer.wrong for answer in answers) else 0)


@contextmanager
def _bench(assignment: str, jobs: int, course: Course, device: str) -> "Iterator[Bench]":
    """A workshop, as verifying borrows it."""
    from autograder.grading import Options, Workshop, grade
    from autograder.notebooks import Rebuilt
    from autograder.verifying import Bench

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


@app.command()
def doctor(
    json: Annotated[bool, typer.Option("--json", help="Print the layers as JSON.")] = False,
) -> None:
    """Try each layer of the box on this machine; exit code 1 if grading would refuse here."""
    from autograder.examining import examine
    from autograder.reports import layers_table

    found = examine()
    if json:
        print(as_json(found.as_json()))
    else:
        _console(stderr=False).print(layers_table(found.as_json()["layers"]))
        print(found.sentence)
    raise typer.Exit(1 if found.missing else 0)


@app.command()
def sync(
    assignment: Assignment,
    feedback: Feedback = False,
    course: CourseFolder = None,
) -> None:
    """Write gradebook and graded notebooks again, from the ledger: nothing is run or judged."""
    from autograder.grading import sync_class

    number = sync_class(_course(course), assignment, feedback=feedback)
    _say(f"Written as the ledger has it: {counted(number, 'submission')} of {assignment}.")


@app.command()
def replay(
    student: Annotated[str, typer.Argument(help="Whose submission.")],
    exercise: Annotated[str, typer.Argument(help="The exercise's id.")],
    assignment: Annotated[
        str | None, typer.Option(help="The assignment, if there are several.")
    ] = None,
    course: CourseFolder = None,
) -> None:
    """Show what was asked, what was answered, and what each check said; nothing is run."""
    from autograder.grading import replay

    print(replay(_course(course), student, exercise, assignment))


@app.command()
def export(assignment: Assignment, course: CourseFolder = None) -> None:
    """Print the class as CSV, with what was given by hand; undecided points stay blank."""
    from autograder.gradebook import class_points, refresh_penalties
    from autograder.notebooks import read_release
    from autograder.reports import class_csv

    home = _course(course)
    exercises = read_release(home.release(assignment), assignment).exercises
    refresh_penalties(home, assignment)
    print(class_csv(class_points(home, assignment), [one.id for one in exercises]), end="")


def _console(*, stderr: bool = True) -> "Console":
    from rich.console import Console

    return Console(stderr=stderr)


def _say(sentence: str) -> None:
    print(legible(sentence, lines=True), file=sys.stderr)


def _course(folder: Path | None) -> Course:
    return find_course(folder or Path.cwd())


def _students(course: Course, assignment: str, wanted: Sequence[str]) -> list[str]:
    if not course.source(assignment).is_dir() and not course.release(assignment).is_dir():
        raise UsageError(f"There is no assignment {assignment}: source/{assignment} is missing.")
    found = course.students(assignment)
    everyone = [name for name in found if name.encode("utf-8", "ignore").decode() == name]
    for name in found:
        if name not in everyone:
            _say(f"submitted/{name!a} is left out: a name is text in UTF-8. Rename the folder.")
    # One name has several forms in Unicode; a folder bears that of the system it came from.
    forms = {normalize("NFC", name): name for name in everyone}
    wanted = [one if one in everyone else forms.get(normalize("NFC", one), one) for one in wanted]
    if missing := sorted(set(wanted) - set(everyone)):
        raise UsageError(f"Nothing was handed in as submitted/{missing[0]}/{assignment}.")
    if not everyone:
        raise UsageError(
            f"Nothing was handed in: put notebooks into submitted/<student>/{assignment}/, "
            "or collect them with nbgrader collect or zip_collect."
        )
    return [name for name in everyone if not wanted or name in wanted]


def _require_folder(file: Path | None) -> None:
    """Raises UsageError where a file could not be written for want of a folder."""
    if file is not None and not file.parent.is_dir():
        raise UsageError(f"{file} cannot be written: there is no folder {file.parent}.")


def main() -> None:
    """Run the command, and end with 0 done, 1 a person must act, 2 usage, 3 a fault of ours."""
    try:
        app()
    except AutograderError as problem:
        _say(str(problem))
        if isinstance(problem, ConfinementError):
            _say(
                "Nothing was run. autograder doctor shows each layer, and the command that mends "
                "it. autograder grade goes on with the layers that there are by "
                "--accept-weaker-box, or with none by --unconfined: student code can then read, "
                "change and send whatever you can."
            )
        sys.exit(problem.exit_code)
