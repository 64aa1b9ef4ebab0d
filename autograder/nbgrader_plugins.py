"""What nbgrader runs of ours: preprocessors that call the command, and the lists they stand in.

    generate_assignment   lock, stub, clear, check, add visible checks, verify, save to a database:
                          made aside, then put in the place of the release that stood
    autograde             `autograder for-nbgrader` as a process for each student; nothing that
                          was handed in is copied or read here
    feedback              nbgrader's preprocessors, with a word where it would print a zero;
                          a page that cannot be written leaves the one that stood
    pages                 filters of ours; see `autograder/sanitizing/`

A preprocessor that is no NbGraderPreprocessor is disabled by nbgrader without a word.
"""

import json
import subprocess
import sys
import tempfile
import warnings
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any

from markupsafe import Markup
from nbformat.v4 import new_output
from nbgrader.api import MissingEntry
from nbgrader.converters import Autograde, GenerateAssignment, GenerateFeedback
from nbgrader.converters.base import BaseConverter, NbGraderException
from nbgrader.coursedir import CourseDirectory
from nbgrader.preprocessors import ClearSolutions, GetGrades, NbGraderPreprocessor, SaveCells
from nbgrader.utils import temp_attrs
from traitlets import List, Unicode

from autograder.config import Course, find_course
from autograder.errors import AutograderError
from autograder.feedback import generate_feedback
from autograder.files import locked, workplace
from autograder.formgrader import NotDone, guard_formgrader
from autograder.gradebook import (
    Entry,
    handed_in_at,
    nbgrader_environment,
    record,
    write_autograded,
)
from autograder.model import Ending
from autograder.notebooks.stripping import strip
from autograder.notebooks.stubs import WRITTEN_STUB, find_regions, replace_solutions
from autograder.releasing import coming_release, find_release, put_in_place, visible_checks
from autograder.reports import as_markdown
from autograder.revising import Words, revise
from autograder.text import legible

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
        f"{_HERE}SaveExercises",
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
    _read_times()
    GenerateAssignment.convert_notebooks = _generate
    GenerateFeedback.convert_notebooks = _write_feedback
    Autograde.init_notebooks, Autograde.convert_notebooks = _find_hand_ins, _autograde
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
            raise AutograderError(words)
        return done.stdout


class VerifyRelease(_Command):
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
        self.course = _course(resources)
        with locked(self.course.ledger.with_name("gradebook.lock")):
            nb, resources = super().preprocess(nb, resources)
        return nb, resources

    def _create_notebook(self, nb: Any) -> None:
        db, name = self.gradebook.db, self.assignment_id
        commit, db.commit = db.commit, db.flush  # nbgrader commits after each step
        words = Words.read(self.drop, self.rename)
        now, coming = find_release(self.course, name), coming_release(self.course, name)
        revise(self.course, self.gradebook, now, coming, words)
        super()._create_notebook(nb)
        commit()


class GradeInBox(_Command):
    """Grades one submission with `autograder for-nbgrader`; takes its notebook and points."""

    def grade(self, course: Course, assignment: str, student: str) -> None:
        """Writes what it came to; AutograderError, and nothing is written, if it cannot be read."""
        with tempfile.TemporaryDirectory(prefix="autograder-") as folder:
            target = str(Path(folder, "graded.ipynb"))
            arguments = ["--student", student, "--json", "--notebook", target]
            (grade,) = json.loads(self.ask("for-nbgrader", assignment, *arguments))["grades"]
            if grade["ending"] == Ending.NOT_RUN:
                said = [*grade["notes"], *(finding["sentence"] for finding in grade["findings"])]
                raise AutograderError(" ".join(dict.fromkeys(said)))
            for note in grade["notes"]:
                self.log.warning("%s", note)
            text = Path(target).read_text("utf-8")
        points = grade["points"] | dict.fromkeys(grade.get("blank", ()), 0.0)
        record(course, assignment, [Entry(student, points, grade["comments"])])
        write_autograded(course, assignment, student, text)


def _generate(self: Any) -> None:
    """nbgrader's loop: a release is made aside, and one that stood stays until it is whole."""
    if f"{_HERE}VerifyRelease" not in self.preprocessors:
        BaseConverter.convert_notebooks(self)  # of a course that is none of ours
        return
    for folder, notebooks in self.assignments.items():
        name, self.notebooks = Path(folder).name, sorted(notebooks)
        target = Path(self._format_dest(name, "."))
        if target.exists() and not self.force:
            self.log.info("Skipping existing assignment: %s", target)
            continue
        try:
            _make_release(self, _course_here(self), name, target)
        except Exception as problem:
            raise _not_done(self, [(name, problem)]) from problem


def _make_release(self: Any, course: Course, name: str, target: Path) -> None:
    coming_release(course, name)  # what cannot be read is told in our words
    with workplace(course.scratch) as aside:
        step = str(aside.relative_to(course.root))
        with temp_attrs(self.coursedir, release_directory=step):
            self.run_pre_convert_hook()
            self.init_assignment(name, ".")
            for notebook in self.notebooks:
                self.convert_single_notebook(notebook)
            self.set_permissions(name, ".")
        put_in_place(course, name, aside / name, target)
        self.run_post_convert_hook()


def _find_hand_ins(self: Any) -> None:
    """nbgrader would pass over folders without a notebook of the right name, or with none."""
    if f"{_HERE}GradeInBox" not in self.sanitize_preprocessors:
        BaseConverter.init_notebooks(self)
        return
    name, wanted, course = (
        self.coursedir.assignment_id, self.coursedir.student_id, _course_here(self),
    )  # fmt: skip
    found = [one for one in course.students(name) if one == wanted or fnmatchcase(one, wanted)]
    self.notebooks, self.assignments = [], {str(course.submitted(name, one)): [] for one in found}
    if not found:
        raise _not_done(self, [(name, AutograderError("Nothing was handed in."))])


def _autograde(self: Any) -> None:
    """nbgrader's loop: who cannot be graded keeps what was graded before, and stops nobody else."""
    if f"{_HERE}GradeInBox" not in self.sanitize_preprocessors:
        BaseConverter.convert_notebooks(self)
        return
    course, grader, failed = _course_here(self), GradeInBox(parent=self), []
    for assignment, student in _due(self):
        try:
            self.run_pre_convert_hook()
            grader.grade(course, assignment, student)
            self.set_permissions(assignment, student)
            self.run_post_convert_hook()
        except Exception as problem:  # one student is no reason to leave out the next
            failed.append((student, problem))
    if failed:
        raise _not_done(self, failed)


def _write_feedback(self: Any) -> None:
    """nbgrader's loop: a page that cannot be written leaves the one that stood."""
    if f"{_HERE}ShowGrades" not in self.preprocessors:
        BaseConverter.convert_notebooks(self)
        return
    course, due = _course_here(self), list(_due(self))
    self.run_pre_convert_hook()
    for assignment in sorted({name for name, _ in due}):
        students = [student for name, student in due if name == assignment]
        try:
            generate_feedback(course, assignment, students)
        except AutograderError as problem:
            raise _not_done(self, [(assignment, problem)]) from problem
    self.run_post_convert_hook()


def _due(self: Any) -> Iterator[tuple[str, str]]:
    """Assignment and student of what is to be done: if forced, never done, or newer than it was."""
    excluded = self.coursedir.student_id_exclude.split(",")
    for folder in map(Path, sorted(self.assignments)):
        assignment, student = folder.name, folder.parent.name
        target = Path(self._format_dest(assignment, student))
        now, before = handed_in_at(folder), handed_in_at(target)
        newer = now is not None and before is not None and now > before
        if student in excluded or (target.exists() and not (self.force or newer)):
            self.log.info("Skipping existing assignment: %s", target)
        else:
            yield assignment, student


def _not_done(self: Any, failed: Sequence[tuple[str, Exception]]) -> NotDone:
    """What stood in the way, a sentence each; where it happened is for nbgrader's --debug."""
    sentences = []
    for name, problem in failed:
        known = isinstance(problem, AutograderError | NbGraderException)
        said = str(problem) if known else f"{type(problem).__name__}: {problem}".partition("\n")[0]
        sentences.append(legible(f"{name}: {said}", lines=True))
        self.log.error("%s", sentences[-1])
        self.log.debug("%s", name, exc_info=problem)
    return NotDone("\n".join(sentences))


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
    if grade.manual_score is None and not grade.extra_credit:
        return ""
    if grade.score == grade.auto_score:
        return ""
    return (
        f"A person gave {grade.score:g} of {grade.max_score:g} points. "
        "The findings of the checks are below."
    )


def _course(resources: Any) -> Course:
    """The course that nbgrader works on: its converters stand at the root while they run."""
    return _with_gradebook(Path.cwd(), resources["nbgrader"]["db_url"])


def _course_here(converter: Any) -> Course:
    return _with_gradebook(Path(converter.coursedir.root), converter.coursedir.db_url)


def _with_gradebook(place: Path, url: str) -> Course:
    course = find_course(place)
    return replace(course, settings=replace(course.settings, gradebook=url))
