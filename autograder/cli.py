"""The command `autograder`: arguments in, exit codes out."""

import sys

from autograder.commands import assistants, instructors, operators
from autograder.commands.common import app, say
from autograder.errors import AutograderError, ConfinementError

__all__ = ["app", "assistants", "instructors", "main", "operators"]


def main() -> None:
    """Run the command, and end with 0 done, 1 a person must act, 2 usage, 3 a fault of ours."""
    try:
        app()
    except AutograderError as problem:
        say(str(problem))
        if isinstance(problem, ConfinementError):
            say(
                "Nothing was run. autograder doctor shows each layer, and the command that mends "
                "it. autograder grade goes on with the layers that there are by "
                "--accept-weaker-box, or with none by --unconfined: student code can then read, "
                "change and send whatever you can."
            )
        sys.exit(problem.exit_code)
