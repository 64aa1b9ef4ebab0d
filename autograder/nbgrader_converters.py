"""nbgrader's converters, of a course of ours: what fails leaves what stood, and is one sentence.

    generate_assignment   made aside, then put in the place of the release that stood
    autograde             `autograder for-nbgrader`, a process for each student; nothing that
                          was handed in is copied or read here
    generate_feedback     pages written one by one, each in the place of the one that stood

nbgrader's own loops remove a folder before its work is done, and whenever that fails.
"""

import json
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any

from nbgrader.converters import Autograde, GenerateAssignment, GenerateFeedback
from nbgrader.converters.base import BaseConverter, NbGraderException
from nbgrader.preprocessors import NbGraderPreprocessor
from nbgrader.utils import temp_attrs
from traitlets import List, Unicode

from autograder.config import Course, find_course
from autograder.errors import AutograderError
from autograder.feedback import generate_feedback
from autograder.files import workplace
from autograder.formgrader import NotDone
from autograder.gradebook import (
    Entry,
    handed_in_at,
    nbgrader_environment,
    record,
    write_autograded,
)
from autograder.grading.results import standing, written
from autograder.model import Ending
from autograder.releasing import coming_release, put_in_place
from autograder.text import legible

# By these a course is known as ours.
VERIFIES = "autograder.nbgrader_plugins.VerifyRelease"
GRADES = "autograder.nbgrader_converters.GradeInBox"
SHOWS = "autograder.nbgrader_plugins.ShowGrades"


def take_over() -> None:
    """Puts our loops in the place of nbgrader's, in this process; other courses keep theirs."""
    for kind, sign, name, ours in (
        (GenerateAssignment, VERIFIES, "convert_notebooks", _generate),
        (GenerateFeedback, SHOWS, "init_notebooks", _find_graded),
        (GenerateFeedback, SHOWS, "convert_notebooks", _write_feedback),
        (Autograde, GRADES, "init_notebooks", _find_hand_ins),
        (Autograde, GRADES, "convert_notebooks", _autograde),
    ):
        setattr(kind, name, _for_ours(sign, ours, getattr(BaseConverter, name)))


def _for_ours(sign: str, ours: Callable[[Any], None], theirs: Callable[[Any], None]) -> Any:
    """Our step of a converter for courses with this sign, and nbgrader's for all others."""

    def step(self: Any) -> None:
        listed = [*self.preprocessors, *getattr(self, "sanitize_preprocessors", ())]
        (ours if sign in listed else theirs)(self)

    return step


class Command(NbGraderPreprocessor):  # type: ignore[misc]  # nbgrader is untyped
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


class GradeInBox(Command):
    """Grades one submission with `autograder for-nbgrader` and takes its notebook and points."""

    def grade(self, course: Course, assignment: str, student: str) -> None:
        """Writes what it came to; AutograderError, and nothing is written, if it cannot be read."""
        before = standing(course, assignment, student)
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
        with written(course, assignment, student, before) as unchanged:
            record(course, assignment, [Entry(student, points, grade["comments"], unchanged)])
            write_autograded(course, assignment, student, text)


def _generate(self: Any) -> None:
    """nbgrader's loop: a release is made aside, and one that stood stays until it is whole."""
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
            for wanted in course.settings.files_of(name):  # students have to write them
                (aside / name / wanted).unlink(missing_ok=True)
            for notebook in self.notebooks:
                self.convert_single_notebook(notebook)
            self.set_permissions(name, ".")
        put_in_place(course, name, aside / name, target)
        self.run_post_convert_hook()


def _find_hand_ins(self: Any) -> None:
    """nbgrader would pass over folders without a notebook of the right name, or with none."""
    course, name = _course_here(self), self.coursedir.assignment_id
    _take(self, {one: course.submitted(name, one) for one in course.students(name)})


def _find_graded(self: Any) -> None:
    """nbgrader would take some names for patterns."""
    course, name = _course_here(self), self.coursedir.assignment_id
    every = sorted((course.root / "autograded").glob(f"*/{name}/"))
    _take(self, {folder.parent.name: folder for folder in every})


def _take(self: Any, found: Mapping[str, Path]) -> None:
    """What is to be done: the folders of students whose name was given, or fits a pattern."""
    wanted, name = self.coursedir.student_id, self.coursedir.assignment_id
    chosen = [at for one, at in found.items() if one == wanted or fnmatchcase(one, wanted)]
    self.notebooks, self.assignments = [], {str(folder): [] for folder in chosen}
    if not chosen:
        words = f"There is nothing of {name} in {self._input_directory}."
        raise _not_done(self, [(wanted, AutograderError(words))])


def _autograde(self: Any) -> None:
    """nbgrader's loop: who cannot be graded keeps what was graded before, and stops nobody else."""
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


def course_of(resources: Any) -> Course:
    """The course that nbgrader works on: its converters stand at the root while they run."""
    return _with_gradebook(Path.cwd(), resources["nbgrader"]["db_url"])


def _course_here(converter: Any) -> Course:
    return _with_gradebook(Path(converter.coursedir.root), converter.coursedir.db_url)


def _with_gradebook(place: Path, url: str) -> Course:
    course = find_course(place)
    return replace(course, settings=replace(course.settings, gradebook=url))
