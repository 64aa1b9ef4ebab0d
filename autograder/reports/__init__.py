"""Findings in words: for students, in a notebook and in feedback, and for assistants."""

from autograder.reports.pages import Page
from autograder.reports.progress import Progress
from autograder.reports.tables import as_csv, class_csv, class_notes, class_table, layers_table
from autograder.reports.transcripts import transcript
from autograder.reports.wording import as_markdown, exercise_html, exercise_text, unticked

__all__ = [
    "Page",
    "Progress",
    "as_csv",
    "as_markdown",
    "class_csv",
    "class_notes",
    "class_table",
    "exercise_html",
    "exercise_text",
    "layers_table",
    "transcript",
    "unticked",
]
