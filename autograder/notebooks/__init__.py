"""Notebooks: read, replaced by stubs, rebuilt and written; nothing here runs them."""

from autograder.notebooks.assignment import find_mismatches, find_problems, read_assignment
from autograder.notebooks.cells import Cell, Exercise, Kind, Notebook
from autograder.notebooks.reading import find_notebook, read_submission
from autograder.notebooks.rebuilding import Rebuilt, rebuild
from autograder.notebooks.stubs import STUB, has_stub, replace_solutions
from autograder.notebooks.writing import Output, compose

__all__ = [
    "STUB",
    "Cell",
    "Exercise",
    "Kind",
    "Notebook",
    "Output",
    "Rebuilt",
    "compose",
    "find_mismatches",
    "find_notebook",
    "find_problems",
    "has_stub",
    "read_assignment",
    "read_submission",
    "rebuild",
    "replace_solutions",
]
