"""doctor."""

from contextlib import suppress

import typer

from autograder.commands.common import OPERATORS, CourseFolder, Json, app, console, course_at
from autograder.errors import UsageError
from autograder.text import as_json


@app.command(rich_help_panel=OPERATORS)
def doctor(json: Json = False, course: CourseFolder = None) -> None:
    """Try each layer of the box on this machine, and look at a course's shared data.

    Exit code 1 if a wall is missing or data cannot be read.
    """
    from autograder.boxes.shared_data import find_data_problems
    from autograder.doctor import examine
    from autograder.reports.tables import layers_table

    problems = []
    with suppress(*[] if course else [UsageError]):  # it serves without a course, too
        problems = list(map(str, find_data_problems(course_at(course))))
    found = examine()
    if json:
        print(as_json(found.as_json() | {"data": problems}))
    else:
        console(stderr=False).print(layers_table(found.as_json()["layers"]))
        print("\n".join([found.sentence, *problems]))
    raise typer.Exit(1 if found.missing or problems else 0)
