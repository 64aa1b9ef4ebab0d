"""Auto-graded homework: what a notebook imports is here; everything else has a module."""

import os
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from autograder.reports.pages import Page

__version__ = "0.1.0"


_shared: dict[str, str] | None = None  # the data of the course, where its settings are known


def data(name: str) -> Path:
    """The folder or file with the data of this name that the course shares, to be read."""
    if _shared is not None:
        return Path(_shared[name])
    from autograder.config import find_data  # which a box does not see

    return find_data(name)


def being_graded() -> bool:
    """Whether this notebook is being graded: then it can load what it trained before."""
    return os.environ.get("NBGRADER_EXECUTION") == "autograde"


def __getattr__(name: str) -> "Callable[[str], Page]":
    """`check`; whoever imports it can import answer files in which stubs are left."""
    if name != "check":
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from autograder.notebooks.importing import follow_files

    follow_files()
    return globals().setdefault(name, _check)  # type: ignore[no-any-return]  # it is this one


def _check(exercise: str) -> "Page":
    """Run the visible checks of an exercise on what this notebook has defined, and show the page.

    Answer files count as they are saved.  Under nbgrader's Validate, a page on which something is
    not right is raised as well.
    """
    from autograder.errors import AutograderError

    # Here, so that importing `check` costs nothing.
    from autograder.judging.live import examine, lacking, names
    from autograder.notebooks.importing import refresh
    from autograder.reports.pages import Page

    try:
        refresh(names())
        page = Page(exercise, examine(exercise), notes=lacking())
    except AutograderError as problem:
        page = Page(exercise, sentence=str(problem))
    page.raise_when_validating()
    return page
