"""Feedback pages: nbgrader's own template and preprocessors, student by student.

nbgrader's command finds folders by patterns, in which some names mean something else, and says of a
page that fails no more than that it failed.
"""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from autograder.config import Course
from autograder.errors import AutograderError
from autograder.files import write_folder
from autograder.gradebook import exchanged, nbgrader_config, nbgrader_ready, refresh_penalties
from autograder.text import counted, legible


def generate_feedback(course: Course, assignment: str, students: Sequence[str]) -> None:
    """Writes the feedback pages of these students, whatever becomes of the others.

    Raises AutograderError that names those whose page could not be written, with the reasons.
    """
    failed = []
    refresh_penalties(course, assignment)
    with nbgrader_ready():
        converter, exporter = _exporter(course)
        for student in students:
            try:
                _write(course, assignment, student, _page(course, exporter, assignment, student))
                converter.set_permissions(assignment, student)
            except Exception as problem:  # one page is no reason to leave out the next
                failed.append(f"{legible(student)}: {_reason(problem)}")
    if failed:
        others = "; the others are written" if len(failed) < len(students) else ""
        whose = counted(len(failed), "student")
        raise AutograderError(
            "\n  ".join([f"The feedback pages of {whose} could not be written{others}.", *failed])
        )


def _exporter(course: Course) -> tuple[Any, Any]:
    """What nbgrader's command would use, by the course's own settings."""
    from nbgrader.converters import GenerateFeedback
    from nbgrader.coursedir import CourseDirectory

    config = nbgrader_config(course)
    converter = GenerateFeedback(coursedir=CourseDirectory(config=config), config=config)
    exporter = converter.exporter_class(parent=converter, config=converter.config)
    for preprocessor in converter.preprocessors:
        exporter.register_preprocessor(preprocessor)
    return converter, exporter


def _page(course: Course, exporter: Any, assignment: str, student: str) -> str:
    notebook = course.autograded(assignment, student) / f"{assignment}.ipynb"
    known = {"student": student, "assignment": assignment, "notebook": assignment}
    resources = {
        "unique_key": assignment,
        "output_files_dir": f"{assignment}_files",
        "nbgrader": known | {"db_url": course.gradebook},
    }
    page, _ = exporter.from_filename(str(notebook), resources=resources)
    return str(page)


def _write(course: Course, assignment: str, student: str, page: str) -> None:
    files = {f"{assignment}.html": page.encode()}
    files |= exchanged(course.autograded(assignment, student))
    write_folder(course.feedback(assignment, student), files, course.scratch)


def _reason(problem: Exception) -> str:
    if isinstance(problem, FileNotFoundError) and str(problem.filename).endswith(".ipynb"):
        return "there is no graded notebook; grade the submission first"
    if isinstance(problem, OSError) and problem.filename:
        return legible(f"{problem.strerror}: {Path(str(problem.filename))}")
    # What a database says, without the statement that it was about.
    words = str(getattr(problem, "orig", None) or problem).strip()
    return legible(words.partition("\n")[0][:300]) or type(problem).__name__
