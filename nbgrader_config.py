"""nbgrader, set up so that its commands and its formgrader do what `autograder` does."""

from pathlib import Path

from autograder.nbgrader_plugins import configure

configure(get_config(), Path(__file__).parent)  # type: ignore[name-defined]  # noqa: F821 - nbgrader defines it
