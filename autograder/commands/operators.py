"""doctor."""

import typer

from autograder.commands.common import OPERATORS, Json, app, console
from autograder.text import as_json


@app.command(rich_help_panel=OPERATORS)
def doctor(json: Json = False) -> None:
    """Try each layer of the box on this machine; exit code 1 if a wall is missing."""
    from autograder.doctor import examine
    from autograder.reports.tables import layers_table

    found = examine()
    if json:
        print(as_json(found.as_json()))
    else:
        console(stderr=False).print(layers_table(found.as_json()["layers"]))
        print(found.sentence)
    raise typer.Exit(1 if found.missing else 0)
