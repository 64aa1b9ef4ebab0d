"""What nbgrader runs of ours: preprocessors that call the command, and the lists they stand in.

    generate_assignment   lock, stub, clear, check, add visible checks, verify, save to the database
    autograde             no preprocessor; see `autograder/nbgrader_converters.py`
    feedback              nbgrader's preprocessors, with a word where it would print a zero
    pages                 filters of ours; see `autograder/sanitizing/`

A preprocessor that is no NbGraderPreprocessor is disabled by nbgrader without a word.
"""

import sys
import warnings
from datetime import datetime
from pathlib import Path
from typing import Any

from markupsafe import Markup
from nbformat.v4 import new_output
from nbgrader.api import MissingEntry
from nbgrader.coursedir import CourseDirectory
from nbgrader.preprocessors import ClearSolutions, GetGrades, NbGraderPreprocessor, SaveCells
from traitlets import List, Unicode

from autograder.config import find_course
from autograder.files import locked
from autograder.formgrader import guard_formgrader
from autograder.gradebook import handed_in_at
from autograder.nbgrader_converters import (
    GRADES,
    SHOWS,
    VERIFIES,
    Command,
    course_of,
    take_over,
)
from autograder.notebooks.stripping import strip
from autograder.notebooks.stubs import WRITTEN_STUB, find_regions, replace_solutions
from autograder.releasing import coming_release, find_release, released_files
from autograder.reports.wording import as_markdown
from autograder.revising import Words, revise

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
        VERIFIES,
        f"{_HERE}SaveExercises",
    ]
    c.Autograde.sanitize_preprocessors = [GRADES]
    c.Autograde.autograde_preprocessors = []
    c.GenerateFeedback.exporter_class = "autograder.sanitizing.exporting.PageExporter"
    c.GenerateFeedback.preprocessors = [
        SHOWS,
        "nbconvert.preprocessors.CSSHTMLHeaderPreprocessor",
    ]
    c.HTMLExporter.sanitize_html = True
    c.HTMLExporter.filters = {
        name: f"{_FILTERS}{name}"
        for name in ("clean_html", "markdown2html", "highlight_code", "ansi2html")
    } | {"strip_files_prefix": f"{_FILTERS}as_it_is"}
    c.HTMLExporter.preprocessors = [f"{_FILTERS}prepare"]
    _read_times()
    take_over()
    guard_formgrader()


def _read_times() -> None:
    """Lets nbgrader read times as we do: it waits for a FIFO and misreads zones."""

    def submitted(api: Any, assignment: str, student: str) -> datetime | None:
        own = api.coursedir
        folder = own.format_path(own.submitted_directory, student, assignment)
        return handed_in_at(Path(folder).resolve())

    CourseDirectory.get_existing_timestamp = lambda _, folder: handed_in_at(Path(folder))
    if loaded := sys.modules.get("nbgrader.apps.api"):  # formgrader's
        loaded.NbGraderAPI.get_submitted_timestamp = submitted


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
    """Lets the visible checks go along with the notebook, and answer files with their stubs."""

    def preprocess(self, nb: Any, resources: Any) -> tuple[Any, Any]:
        """Adds them to the files that are written beside the notebook."""
        files = released_files(course_of(resources), resources["nbgrader"]["assignment"])
        resources["outputs"] = dict(resources.get("outputs") or {}) | files
        return nb, resources


class VerifyRelease(Command):
    """Stops a release that would hold a secret or whose points do not sum up."""

    def preprocess(self, nb: Any, resources: Any) -> tuple[Any, Any]:
        """Raises what the command says."""
        self.ask("problems", resources["nbgrader"]["assignment"])
        return nb, resources


class SaveExercises(SaveCells):  # type: ignore[misc]  # nbgrader is untyped
    """Tells the gradebook of the exercises, all or none, also where there are hand-ins."""

    drop = List(Unicode(), help="Exercises whose marks go").tag(config=True)
    rename = List(Unicode(), help="OLD=NEW for exercises with another name").tag(config=True)

    def preprocess(self, nb: Any, resources: Any) -> tuple[Any, Any]:
        """Alone among those who write the gradebook."""
        self.course = course_of(resources)
        with locked(self.course.ledger.with_name("gradebook.lock")):
            return super().preprocess(nb, resources)  # type: ignore[no-any-return]  # untyped

    def _create_notebook(self, nb: Any) -> None:
        db, name = self.gradebook.db, self.assignment_id
        commit, db.commit = db.commit, db.flush  # nbgrader commits after each step
        words = Words.read(self.drop, self.rename)
        now, coming = find_release(self.course, name), coming_release(self.course, name)
        revise(self.course, self.gradebook, now, coming, words)
        for one in coming.cells:
            if one.file and one.grade_id:  # such an answer has comments, too
                self.new_solution_cells[one.grade_id] = {}
                self.new_source_cells[one.grade_id] = {"cell_type": "code", "source": one.source}
        super()._create_notebook(nb)
        commit()


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

    def preprocess_cell(self, cell: Any, resources: Any, cell_index: int) -> tuple[Any, Any]:
        """A cell with what is known of it; of an exercise that was taken out since, the cell."""
        try:
            super().preprocess_cell(cell, resources, cell_index)
        except MissingEntry:
            del cell.metadata["nbgrader"]
        return cell, resources

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

    def _get_comment(self, cell: Any, resources: Any) -> None:  # noqa: ARG002 - nbgrader's
        own = cell.metadata.nbgrader
        found = self.gradebook.find_comment(
            own.grade_id, self.notebook_id, self.assignment_id, self.student_id
        )
        ours = found.manual_comment is None and found.auto_comment
        own["comment"] = as_markdown(found.auto_comment) if ours else found.comment
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
    given = grade.manual_score is not None or grade.extra_credit
    if not given or grade.score == grade.auto_score:
        return ""
    return (
        f"A person gave {grade.score:g} of {grade.max_score:g} points. "
        "The findings of the checks are below."
    )
