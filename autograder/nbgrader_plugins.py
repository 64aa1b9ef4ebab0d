"""What nbgrader runs of ours: preprocessors that call the command, and the lists they stand in.

    generate_assignment   lock, stub, clear, check, add visible checks, verify, save to the database
    autograde             one preprocessor: `autograder for-nbgrader` as a process of its own
    feedback              nbgrader's preprocessors, with a word where it would print a zero
    pages                 filters of ours; see `autograder/sanitizing/`

A preprocessor that is no NbGraderPreprocessor is disabled by nbgrader without a word.
"""

import glob
import json
import subprocess
import sys
import tempfile
import warnings
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

import nbformat
from markupsafe import Markup
from nbformat.v4 import new_output
from nbgrader.coursedir import CourseDirectory
from nbgrader.preprocessors import ClearSolutions, GetGrades, NbGraderPreprocessor
from traitlets import List, Unicode

from autograder.config import Course, find_course
from autograder.errors import AutograderError
from autograder.formgrader import guard_formgrader
from autograder.gradebook import (
    Entry,
    exchanged,
    handed_in_at,
    nbgrader_environment,
    record,
)
from autograder.notebooks.stripping import strip
from autograder.notebooks.stubs import WRITTEN_STUB, find_regions, replace_solutions
from autograder.releasing import visible_checks

_HERE = "autograder.nbgrader_plugins."
_THEIRS = "nbgrader.preprocessors."
_FILTERS = "autograder.sanitizing.filters."
_OPEN = Markup("not graded yet")


def configure(c: Any, root: Path) -> None:
    """Sets nbgrader up for the course at `root`; call it in `nbgrader_config.py`."""
    warnings.filterwarnings("ignore", message="Object of type .* not in session")  # a false alarm
    course = find_course(root)
    c.CourseDirectory.root = str(course.root)
    c.CourseDirectory.course_id = course.settings.course
    c.CourseDirectory.db_url = course.gradebook
    c.ClearSolutions.text_stub = WRITTEN_STUB
    c.GenerateAssignment.preprocessors = [
        f"{_THEIRS}LockCells",
        f"{_HERE}StubSolutions",
        f"{_THEIRS}ClearOutput",
        f"{_THEIRS}CheckCellMetadata",
        f"{_THEIRS}ComputeChecksums",
        f"{_HERE}AddVisibleChecks",
        f"{_HERE}VerifyRelease",
        f"{_THEIRS}SaveCells",
    ]
    c.Autograde.sanitize_preprocessors = [f"{_HERE}GradeInBox"]
    c.Autograde.autograde_preprocessors = []
    c.GenerateFeedback.exporter_class = "autograder.sanitizing.exporting.PageExporter"
    c.GenerateFeedback.preprocessors = [
        f"{_HERE}ShowGrades",
        "nbconvert.preprocessors.CSSHTMLHeaderPreprocessor",
    ]
    c.HTMLExporter.sanitize_html = True
    c.HTMLExporter.filters = {
        name: f"{_FILTERS}{name}"
        for name in ("clean_html", "markdown2html", "highlight_code", "ansi2html")
    } | {"strip_files_prefix": f"{_FILTERS}as_it_is"}
    c.HTMLExporter.preprocessors = [f"{_FILTERS}prepare"]
    # Autograde would copy all that was handed in, and follow links; see GradeInBox.
    usual = CourseDirectory.class_traits()["ignore"].default()
    c.CourseDirectory.ignore = [*usual, f"{glob.escape(str(course.root))}/submitted/*/*"]
    c.Autograde.pre_convert_hook = f"{_HERE}leave_out_devices"
    _read_times()
    guard_formgrader()


def _read_times() -> None:
    """Lets nbgrader read times as we do: it waits for a FIFO and misreads zones."""

    def existing(_: CourseDirectory, folder: str) -> datetime | None:
        return handed_in_at(Path(folder))

    def submitted(api: Any, assignment: str, student: str) -> datetime | None:
        own = api.coursedir
        folder = own.format_path(own.submitted_directory, student, assignment)
        return handed_in_at(Path(folder).resolve())

    CourseDirectory.get_existing_timestamp = existing
    if loaded := sys.modules.get("nbgrader.apps.api"):  # formgrader's
        loaded.NbGraderAPI.get_submitted_timestamp = submitted


def leave_out_devices(*, notebooks: list[str], **_: object) -> None:
    """Takes what nbgrader would wait for without end out of the list that it is about to read."""
    notebooks[:] = [one for one in notebooks if Path(one).is_file()]


class StubSolutions(ClearSolutions):  # type: ignore[misc]  # nbgrader is untyped
    """Puts our stubs where nbgrader would put its own, and strips what no student should get."""

    def preprocess(self, nb: Any, resources: Any) -> tuple[Any, Any]:
        """Replaces the solutions; then no picture, note or state of theirs is left."""
        nb, resources = super().preprocess(nb, resources)
        strip(nb)
        return nb, resources

    def _replace_solution_region(self, cell: Any, language: str) -> bool:  # noqa: ARG002 - theirs
        if not find_regions(cell.source):
            return False
        cell.source = replace_solutions(cell.source, written=cell.cell_type == "markdown")
        return True


class AddVisibleChecks(NbGraderPreprocessor):  # type: ignore[misc]  # nbgrader is untyped
    """Lets the visible checks go along with the notebook."""

    def preprocess(self, nb: Any, resources: Any) -> tuple[Any, Any]:
        """Adds them to the files that are written beside the notebook."""
        outputs = dict(resources.get("outputs") or {})
        checks = visible_checks(_course(resources), resources["nbgrader"]["assignment"])
        resources["outputs"] = outputs | checks
        return nb, resources


class _Command(NbGraderPreprocessor):  # type: ignore[misc]  # nbgrader is untyped
    """Asks the command, which runs where neither nbgrader nor a server can be harmed."""

    command = List(
        Unicode(), [sys.executable, "-m", "autograder"], help="How to run `autograder`"
    ).tag(config=True)

    def ask(self, *arguments: str) -> str:
        """What the command prints; AutograderError with its own words if it prints nothing."""
        done = subprocess.run(  # noqa: S603 - our own interpreter; names are checked by the command
            [*self.command, *arguments],
            env=nbgrader_environment(), capture_output=True, text=True, check=False,
        )  # fmt: skip
        if done.returncode and not done.stdout.strip():
            words = done.stderr.strip() or f"it ended with {done.returncode} and said nothing"
            raise AutograderError(f"`autograder {arguments[0]}` stopped: {words}")
        return done.stdout


class VerifyRelease(_Command):
    """Stops a release that would hold a secret or whose points do not sum up."""

    def preprocess(self, nb: Any, resources: Any) -> tuple[Any, Any]:
        """Raises what the command says; nbgrader logs it and removes the release."""
        self.ask("problems", resources["nbgrader"]["assignment"])
        return nb, resources


class GradeInBox(_Command):
    """Grades one submission with `autograder for-nbgrader`; takes its notebook and points."""

    def preprocess(self, nb: Any, resources: Any) -> tuple[Any, Any]:  # noqa: ARG002 - ours replaces it
        """The notebook as it ran in its box; points and comments go to the gradebook."""
        assignment = resources["nbgrader"]["assignment"]
        student = resources["nbgrader"]["student"]
        with tempfile.TemporaryDirectory(prefix="autograder-") as folder:
            target = str(Path(folder, "graded.ipynb"))
            arguments = ["--student", student, "--json", "--notebook", target]
            (grade,) = json.loads(self.ask("for-nbgrader", assignment, *arguments))["grades"]
            for note in grade["notes"]:
                self.log.warning("%s", note)
            if not grade["notebook"]:
                raise AutograderError(f"{student} is not graded: {' '.join(grade['notes'])}")
            graded = nbformat.read(grade["notebook"], as_version=4)
        points = grade["points"] | dict.fromkeys(grade.get("blank", ()), 0.0)
        entry = Entry(student, points, grade["comments"])
        course = _course(resources)
        record(course, assignment, [entry])
        beside = exchanged(course.submitted(assignment, student))
        resources["outputs"] = dict(resources.get("outputs") or {}) | beside
        return graded, resources


class ShowGrades(GetGrades):  # type: ignore[misc]  # nbgrader is untyped
    """Takes points and comments to a feedback page: nothing that is open looks like a zero."""

    def preprocess(self, nb: Any, resources: Any) -> tuple[Any, Any]:
        """The sum is said to be open as long as a part of it is."""
        nb, resources = super().preprocess(nb, resources)
        scores = [cell.metadata.get("nbgrader", {}).get("score") for cell in nb.cells]
        known = resources["nbgrader"]
        if _OPEN in scores:
            decided = any(score not in {None, _OPEN} for score in scores)
            so_far = Markup("{} so far").format(round(known["score"], 2))
            known["score"] = so_far if decided else _OPEN
        return nb, resources

    def _get_score(self, cell: Any, resources: Any) -> None:
        super()._get_score(cell, resources)
        own = cell.metadata.nbgrader
        grade = self._grade(own.grade_id)
        if grade.auto_score is None and grade.manual_score is None and not grade.score:
            own["score"] = _OPEN
        given = _by_hand(grade)
        if given and cell.get("outputs") and not own.solution:
            shown = {"text/html": f"<p><strong>{given}</strong></p>", "text/plain": given}
            cell.outputs.insert(0, new_output("display_data", shown))

    def _get_comment(self, cell: Any, resources: Any) -> None:
        super()._get_comment(cell, resources)
        own = cell.metadata.nbgrader
        name = own.grade_id.removesuffix("_answer")
        grade = self._grade(name) if name != own.grade_id else None
        if grade and own.comment and (given := _by_hand(grade)):
            own["comment"] = f"**{given}**\n\n{own.comment}"

    def _grade(self, name: str) -> Any:
        """What the gradebook holds of one exercise, or None."""
        found = self.gradebook.find_submission_notebook(
            self.notebook_id, self.assignment_id, self.student_id
        )
        return next((grade for grade in found.grades if grade.name == name), None)


def _by_hand(grade: Any) -> str:
    """That a person gave other points than the checks, which are named below it."""
    if grade.manual_score is None and not grade.extra_credit:
        return ""
    if grade.score == grade.auto_score:
        return ""
    return (
        f"A person gave {grade.score:g} of {grade.max_score:g} points. "
        "What the checks found stands below."
    )


def _course(resources: Any) -> Course:
    """The course that nbgrader works on: its converters stand at the root while they run."""
    course = find_course(Path.cwd())
    settings = replace(course.settings, gradebook=resources["nbgrader"]["db_url"])
    return replace(course, settings=settings)
