"""Notebooks: read, replaced by stubs, rebuilt and written; nothing here runs them."""

from autograder.notebooks.assignment import (
    find_mismatches,
    find_problems,
    read_assignment,
    read_release,
    read_solution,
)
from autograder.notebooks.cells import Cell, Exercise, Kind, Notebook
from autograder.notebooks.earlier import Earlier, remember
from autograder.notebooks.reading import read_notebook
from autograder.notebooks.rebuilding import Care, Note, Rebuilt, rebuild
from autograder.notebooks.receiving import receive
from autograder.notebooks.stubs import STUB, has_stub, replace_solutions, without_markers
from autograder.notebooks.submission import Submission, read_submission, read_wanted
from autograder.notebooks.unfilled import without_stubs
from autograder.notebooks.writing import Output, compose

__all__ = [
    "STUB",
    "Care",
    "Cell",
    "Earlier",
    "Exercise",
    "Kind",
    "Note",
    "Notebook",
    "Output",
    "Rebuilt",
    "Submission",
    "compose",
    "find_mismatches",
    "find_problems",
    "has_stub",
    "read_assignment",
    "read_notebook",
    "read_release",
    "read_solution",
    "read_submission",
    "read_wanted",
    "rebuild",
    "receive",
    "remember",
    "replace_solutions",
    "without_markers",
    "without_stubs",
]
