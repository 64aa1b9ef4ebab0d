"""What the commands share: their arguments, the course, and how they speak."""

import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated
from unicodedata import normalize

import typer

from autograder.config import Course, find_course
from autograder.errors import UsageError
from autograder.text import legible

if TYPE_CHECKING:  # it imports what takes time
    from rich.console import Console

INSTRUCTORS, ASSISTANTS, OPERATORS = "For instructors", "For assistants", "For operators"

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
Students = Annotated[
    list[str] | None, typer.Option("--student", help="Only this student; may be given again.")
]
Jobs = Annotated[int, typer.Option(min=0, max=255, help="Workers; 0 means one per core.")]
Json = Annotated[bool, typer.Option("--json", help="Print the answer as JSON.")]
Feedback = Annotated[bool, typer.Option("--feedback", help="Also write the feedback pages.")]


@app.callback()
def _on_linux() -> None:
    if sys.platform != "linux":
        raise UsageError("This command needs Linux; a container or a virtual machine will do.")


def console(*, stderr: bool = True) -> "Console":
    """Where tables and progress are shown."""
    from rich.console import Console

    return Console(stderr=stderr)


def say(sentence: str) -> None:
    """Tell who typed the command."""
    print(legible(sentence, lines=True), file=sys.stderr)


def course_at(folder: Path | None) -> Course:
    """The course of this folder, or of the one that one is in.  Raises UsageError."""
    return find_course(folder or Path.cwd())


def chosen_students(course: Course, assignment: str, wanted: Sequence[str] | None) -> list[str]:
    """Who handed something in: everyone, or those that are wanted.  Raises UsageError."""
    if not course.source(assignment).is_dir() and not course.release(assignment).is_dir():
        raise UsageError(f"There is no assignment {assignment}: source/{assignment} is missing.")
    found = course.students(assignment)
    everyone = [name for name in found if name.encode("utf-8", "ignore").decode() == name]
    for name in found:
        if name not in everyone:
            say(f"submitted/{name!a} is left out: a name is text in UTF-8. Rename the folder.")
    # One name has several forms in Unicode; a folder bears that of the system it came from.
    forms = {normalize("NFC", name): name for name in everyone}
    chosen = [
        one if one in everyone else forms.get(normalize("NFC", one), one) for one in wanted or ()
    ]
    if missing := sorted(set(chosen) - set(everyone)):
        raise UsageError(f"Nothing was handed in as submitted/{missing[0]}/{assignment}.")
    if not everyone:
        raise UsageError(
            f"Nothing was handed in: put notebooks into submitted/<student>/{assignment}/, "
            "or collect them with nbgrader collect or zip_collect."
        )
    return [name for name in everyone if not chosen or name in chosen]


def workers_of(jobs: int) -> int:
    """How many workers are meant: 0 is one per core that is ours."""
    return jobs or len(os.sched_getaffinity(0))


def require_folder(file: Path | None) -> None:
    """Raises UsageError where a file could not be written for want of a folder."""
    if file is not None and not file.parent.is_dir():
        raise UsageError(f"{file} cannot be written: there is no folder {file.parent}.")
