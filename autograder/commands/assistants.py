"""triage, grade, sync, replay, export."""

from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from autograder.commands.common import (
    ASSISTANTS,
    Assignment,
    CourseFolder,
    Feedback,
    Jobs,
    Json,
    Students,
    app,
    chosen_students,
    console,
    course_at,
    require_folder,
    say,
    workers_of,
)
from autograder.devices import find_device
from autograder.errors import UsageError
from autograder.text import as_json, counted, legible

if TYPE_CHECKING:  # it imports what takes seconds
    from autograder.grading import ClassGraded, Options

UNCONFINED = frozenset({"rlimits"})
INTERRUPTED = 130

Device = Annotated[str, typer.Option(help="auto, cpu or cuda.")]
DryRun = Annotated[
    bool, typer.Option("--dry-run", help="Write neither gradebook, notebooks nor feedback.")
]
Force = Annotated[bool, typer.Option("--force", help="Run also what is known.")]
Notebook = Annotated[
    Path | None, typer.Option(help="Write the one student's graded notebook to this file.")
]
Unconfined = Annotated[
    bool,
    typer.Option(
        "--unconfined",
        help="Run student code without confinement: it can then read, change and send "
        "whatever you can. Only for submissions that you trust.",
    ),
]
WeakerBox = Annotated[
    bool,
    typer.Option(
        "--accept-weaker-box",
        help="Grade though walls of the box are missing here; each grade says which. "
        "See autograder doctor.",
    ),
]


@app.command(rich_help_panel=ASSISTANTS)
def triage(
    assignment: Assignment,
    student: Students = None,
    json: Json = False,
    course: CourseFolder = None,
) -> None:
    """List what would be repaired, guessed or refused, before anything is run or graded."""
    from autograder.triaging import triage

    home = course_at(course)
    seen = list(triage(home, assignment, chosen_students(home, assignment, student)))
    odd, waiting = [one for one in seen if one.notes], [one for one in seen if one.needs_a_person]
    if json:
        print(as_json([asdict(one) for one in seen]))
    else:
        for one in odd:
            print(legible("\n".join(one.lines), lines=True), flush=True)
    say(f"{counted(len(seen), 'submission')}, {len(odd)} odd, {len(waiting)} for a person.")
    raise typer.Exit(1 if waiting else 0)


@app.command(rich_help_panel=ASSISTANTS)
def grade(
    assignment: Assignment,
    student: Students = None,
    jobs: Jobs = 0,
    device: Device = "auto",
    dry_run: DryRun = False,
    force: Force = False,
    json: Json = False,
    feedback: Feedback = False,
    notebook: Notebook = None,
    unconfined: Unconfined = False,
    accept_weaker_box: WeakerBox = False,
    course: CourseFolder = None,
) -> None:
    """Grade what students handed in; write the gradebook and the graded notebooks.

    What the ledger knows is not run again.
    """
    from autograder.grading import grade_class
    from autograder.reports import Progress

    home = course_at(course)
    students = chosen_students(home, assignment, student)
    if notebook is not None and len(students) != 1:
        raise UsageError("--notebook needs exactly one --student, whose notebook it is.")
    require_folder(notebook)
    options = _options(jobs, find_device(device), len(students), unconfined, accept_weaker_box)
    with Progress(len(students), options.jobs, console()) as progress:
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
        say(f"Stopped. {len(done.grades)} of {len(students)} are graded and kept:")
        say("the same command goes on from there.")
        raise typer.Exit(INTERRUPTED)
    if json:
        print(as_json({"grades": done.as_json(notebook)}))
    _tell(done)
    raise typer.Exit(done.exit_code)


def _options(jobs: int, device: str, count: int, unconfined: bool, weaker: bool) -> "Options":
    from autograder.grading import Options

    if unconfined:
        say("Unconfined: student code can read, change and send whatever you can.")
    # A GPU holds one box at a time, unless somebody knows better.
    workers = workers_of(jobs or (1 if device == "cuda" else 0))
    layers = UNCONFINED if unconfined else None
    return Options(min(workers, count), device, layers=layers, accept_weaker_box=weaker)


def _tell(done: "ClassGraded") -> None:
    """The table, what is said below it, and what could not be written."""
    from autograder.grading import told
    from autograder.reports import class_notes, class_table

    grades = list(done.grades.values())
    console().print(class_table(grades, done.exercises, done.why))
    for note in class_notes(grades):
        say(note)
    if missing := sorted({wall for grade in grades for wall in grade.missing_walls}):
        say(f"Graded in a weaker box: nothing walled off {' and '.join(missing)}.")
    if done.problems:
        say(told(done.problems))


@app.command(rich_help_panel=ASSISTANTS)
def sync(
    assignment: Assignment,
    feedback: Feedback = False,
    course: CourseFolder = None,
) -> None:
    """Write gradebook and graded notebooks again, from the ledger: nothing is run or judged."""
    from autograder.grading import sync_class

    number = sync_class(course_at(course), assignment, feedback=feedback)
    say(f"Written as the ledger has it: {counted(number, 'submission')} of {assignment}.")


@app.command(rich_help_panel=ASSISTANTS)
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

    print(replay(course_at(course), student, exercise, assignment))


@app.command(rich_help_panel=ASSISTANTS)
def export(assignment: Assignment, course: CourseFolder = None) -> None:
    """Print the class as CSV, with what was given by hand; undecided points stay blank."""
    from autograder.gradebook import class_points, refresh_penalties
    from autograder.notebooks import read_release
    from autograder.reports import class_csv

    home = course_at(course)
    exercises = read_release(home.release(assignment), assignment).exercises
    refresh_penalties(home, assignment)
    print(class_csv(class_points(home, assignment), [one.id for one in exercises]), end="")
