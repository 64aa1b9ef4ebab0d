"""What the commands share: arguments, the course, and how messages are printed."""

import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any
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
    help="Grades deep-learning homework in Jupyter notebooks without trusting it.",
)


def option(value: str, what: str, *names: str, **bounds: Any) -> Any:
    """An option as the help shows it: its value, and what it does; a flag has no value."""
    return typer.Option(*names, metavar=value, help=what, **bounds)


Assignment = Annotated[str, typer.Argument(help="The assignment's id, such as backprop.")]
CourseFolder = Annotated[
    Path | None, option("FOLDER", "The course folder, if this folder is not in it.", "--course")
]
Students = Annotated[
    list[str] | None, option("NAME", "Only this student; you may repeat it.", "--student")
]
Jobs = Annotated[int, option("N", "Workers; 0 means one per core.", min=0, max=255)]
Json = Annotated[bool, option("", "Print the result as JSON.", "--json")]
Feedback = Annotated[bool, option("", "Also write the feedback pages.", "--feedback")]


@app.callback()
def _on_linux() -> None:
    if sys.platform != "linux":
        raise UsageError("This command needs Linux; a container or a virtual machine is enough.")


def console(*, stderr: bool = True) -> "Console":
    """Where tables and progress are shown."""
    from rich.console import Console

    return Console(stderr=stderr)


def say(sentence: str) -> None:
    """Print a message on standard error."""
    print(legible(sentence, lines=True), file=sys.stderr)


def course_at(folder: Path | None) -> Course:
    """The course that a folder, or this one, lies in.  Raises UsageError."""
    return find_course(folder or Path.cwd())


def chosen_students(course: Course, assignment: str, wanted: Sequence[str] | None) -> list[str]:
    """The students with a hand-in: all of them, or the wanted ones.  Raises UsageError."""
    if not course.source(assignment).is_dir() and not course.release(assignment).is_dir():
        raise UsageError(f"There is no assignment {assignment}: source/{assignment} is missing.")
    found = course.students(assignment)
    everyone = [name for name in found if name.encode("utf-8", "ignore").decode() == name]
    for name in found:
        if name not in everyone:
            say(f"submitted/{name!a} is left out: its name is not UTF-8. Rename the folder.")
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
    """The number of workers; 0 means one for each core that this process may use."""
    return jobs or len(os.sched_getaffinity(0))


def require_folder(file: Path | None) -> None:
    """Raises UsageError if the folder of this file does not exist."""
    if file is not None and not file.parent.is_dir():
        raise UsageError(f"{file} cannot be written: there is no folder {file.parent}.")
