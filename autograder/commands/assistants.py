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
    option,
    require_folder,
    say,
    workers_of,
)
from autograder.devices import find_device
from autograder.errors import UsageError
from autograder.text import as_json, counted, legible

if TYPE_CHECKING:  # it imports what takes seconds
    from autograder.grading.clerk import ClassGraded
    from autograder.grading.workshop import Options

UNCONFINED = frozenset({"rlimits"})
INTERRUPTED = 130

Device = Annotated[str, option("NAME", "Where student code runs: auto, cpu or cuda.")]
DryRun = Annotated[bool, option("", "Write no gradebook, notebooks or feedback.", "--dry-run")]
Force = Annotated[
    bool, option("", "Also run submissions whose grades are in the ledger.", "--force")
]
Notebook = Annotated[
    Path | None,
    option("FILE", "With one --student: also write the graded notebook to this file."),
]
Unconfined = Annotated[
    bool,
    option(
        "",
        "Run student code without confinement: it can then read, change and send "
        "everything that you can. Only for submissions that you trust.",
        "--unconfined",
    ),
]
WeakerBox = Annotated[
    bool,
    option(
        "",
        "Grade although walls of the box are missing on this machine; each grade names "
        "them. See autograder doctor.",
        "--accept-weaker-box",
    ),
]


@app.command(rich_help_panel=ASSISTANTS)
def triage(
    assignment: Assignment,
    student: Students = None,
    json: Json = False,
    course: CourseFolder = None,
) -> None:
    """List the odd hand-ins: what would be repaired, guessed or refused. Nothing is run."""
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
    """Grade the hand-ins of a class; write the gradebook and the graded notebooks.

    Submissions whose grades are in the ledger are not run again.
    """
    from autograder.grading.clerk import grade_class
    from autograder.reports.progress import Progress

    home = course_at(course)
    students = chosen_students(home, assignment, student)
    if notebook is not None and len(students) != 1:
        raise UsageError("--notebook writes one notebook: give exactly one --student.")
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
        say(f"Stopped. {len(done.grades)} of {len(students)} are graded and kept.")
        say("The same command continues from there.")
        raise typer.Exit(INTERRUPTED)
    if json:
        print(as_json({"grades": done.as_json(notebook)}))
    _tell(done)
    raise typer.Exit(done.exit_code)


@app.command("for-nbgrader", hidden=True)
def for_nbgrader(
    assignment: Assignment,
    student: Annotated[str, typer.Option(help="Whose submission.")],
    notebook: Annotated[Path, typer.Option(help="Where the graded notebook is written.")],
    json: Json = False,
    course: CourseFolder = None,
) -> None:
    """Grade one submission for nbgrader, which records the result: that stands."""
    from autograder.grading.clerk import grade_class, told
    from autograder.grading.workshop import Options

    home = course_at(course)
    students = chosen_students(home, assignment, [student])
    require_folder(notebook)
    options = Options(device=find_device("auto"))
    done = grade_class(
        home, assignment, students, options, dry_run=True, notebook=notebook, stands=True
    )
    if json:
        print(as_json({"grades": done.as_json(notebook)}))
    if done.problems:
        say(told(done.problems))
    raise typer.Exit(INTERRUPTED if done.stopped else done.exit_code)


def _options(jobs: int, device: str, count: int, unconfined: bool, weaker: bool) -> "Options":
    from autograder.grading.workshop import Options

    if unconfined:
        say("Unconfined: student code can read, change and send everything that you can.")
    # A GPU holds one box at a time, unless somebody knows better.
    workers = workers_of(jobs or (1 if device == "cuda" else 0))
    layers = UNCONFINED if unconfined else None
    return Options(min(workers, count), device, layers=layers, accept_weaker_box=weaker)


def _tell(done: "ClassGraded") -> None:
    """Print the table, the notes below it, and the problems with writing."""
    from autograder.grading.clerk import told
    from autograder.reports.tables import class_notes, class_table

    grades = list(done.grades.values())
    out = console()
    # A table that is too wide all the same loses nothing: the terminal wraps its lines.
    out.print(class_table(grades, done.exercises, done.why, width=out.width), crop=False)
    for note in class_notes(grades):
        say(note)
    if missing := sorted({wall for grade in grades for wall in grade.missing_walls}):
        say(f"Graded in a weaker box, without a wall for {' and '.join(missing)}.")
    if done.problems:
        say(told(done.problems))


@app.command(rich_help_panel=ASSISTANTS)
def sync(
    assignment: Assignment,
    feedback: Feedback = False,
    course: CourseFolder = None,
) -> None:
    """Write gradebook and graded notebooks again from the ledger. Nothing is run or judged."""
    from autograder.grading.clerk import sync_class

    number = sync_class(course_at(course), assignment, feedback=feedback)
    say(f"Written again from the ledger: {counted(number, 'submission')} of {assignment}.")


@app.command(rich_help_panel=ASSISTANTS)
def replay(
    student: Annotated[str, typer.Argument(help="The student's name, as in submitted/.")],
    exercise: Annotated[str, typer.Argument(help="The exercise's id.")],
    assignment: Annotated[
        str | None, option("NAME", "Needed if the student handed in several assignments.")
    ] = None,
    course: CourseFolder = None,
) -> None:
    """Show the recorded questions, answers and findings of an exercise. Nothing is run."""
    from autograder.grading.exercise_record import replay

    print(replay(course_at(course), student, exercise, assignment))


@app.command(rich_help_panel=ASSISTANTS)
def export(assignment: Assignment, course: CourseFolder = None) -> None:
    """Print the class as CSV, with points given by hand; undecided points stay blank."""
    from autograder.gradebook import class_points, refresh_penalties
    from autograder.notebooks.assignment import read_release
    from autograder.reports.tables import class_csv

    home = course_at(course)
    exercises = read_release(
        home.release(assignment), assignment, home.settings.answers_of(assignment)
    ).exercises
    refresh_penalties(home, assignment)
    print(class_csv(class_points(home, assignment), [one.id for one in exercises]), end="")
