"""The command `autograder`: arguments in, exit codes out."""

import sys

from autograder.commands import assistants, instructors, operators
from autograder.commands.common import app, say
from autograder.errors import AutograderError, ConfinementError

__all__ = ["app", "assistants", "instructors", "main", "operators"]


def main() -> None:
    """Run the command; exit codes are 0 done, 1 a person must act, 2 usage, 3 a fault of ours."""
    try:
        app()
    except AutograderError as problem:
        say(str(problem))
        if isinstance(problem, ConfinementError):
            say(
                "Nothing was run. autograder doctor shows each layer, and the command that mends "
                "it. autograder grade --accept-weaker-box grades with the layers that work; "
                "autograder grade --unconfined grades without any: student code can then read, "
                "change and send everything that you can."
            )
        sys.exit(problem.exit_code)
