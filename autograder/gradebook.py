"""nbgrader's side of a grade: its gradebook and the autograded folder.

nbgrader takes seconds to import, so it is imported when it is needed and not before.
"""

import logging
import os
import sys
import warnings
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from autograder.config import Course
from autograder.errors import AutograderError, CourseError, Problem
from autograder.files import locked, read_plain, write_folder
from autograder.text import legible
from autograder.times import read_time

_MOST_FILES = 500
_MOST_BYTES = 64 * 2**20
_SMALL = 1000
_CONFIG = "nbgrader_config.py"
# jsonschema compiles grammars for addresses from it, for a second, and does well without.
_SLOW = "rfc3987_syntax"
_RECORDED = """
SELECT submitted_assignment.student_id FROM submitted_assignment
JOIN assignment ON assignment.id = submitted_assignment.assignment_id WHERE assignment.name = :name
"""


class EntryError(AutograderError):
    """The database refuses what an entry holds, such as a name that is too long for it."""

    exit_code = 1


@dataclass(frozen=True, slots=True)
class Entry:
    """What the gradebook learns of one submission; points of None wait for a person.

    `unchanged` says that the gradebook knows these very bytes: then marks by hand stand.
    """

    student: str
    points: Mapping[str, float | None]  # by exercise
    comments: Mapping[str, str]  # by exercise
    unchanged: bool = False


def prepare() -> None:
    """Import nbgrader now, while there is nothing else to do: it takes a second."""
    with nbgrader_ready():
        import nbgrader.api  # noqa: F401 - for the next one who needs it


def record(course: Course, assignment: str, entries: Iterable[Entry]) -> None:
    """Writes points and comments, all or none; what a person gave by hand stays.

    Raises EntryError where the database refuses what one of them holds, AutograderError where it
    cannot be used at all.
    """
    # Writers at the same time would lose rows: nbgrader's own commands come here as well.
    with locked(course.ledger.with_name("gradebook.lock")), opened(course) as book:
        _require(book, assignment)
        # nbgrader commits after each step: five waits for the disk for every student.
        commit, book.db.commit = book.db.commit, book.db.flush
        for entry in entries:
            _record(book, course, assignment, entry)
        commit()


def recorded(course: Course, assignment: str) -> frozenset[str]:
    """Who has a submission in the gradebook; asked without nbgrader, which takes long to import."""
    from sqlalchemy import NullPool, create_engine, make_url, text
    from sqlalchemy.exc import SQLAlchemyError

    try:
        url = make_url(course.gradebook)
        if url.get_backend_name() == "sqlite" and not Path(url.database or "").is_file():
            return frozenset()  # to connect would make it
        # Without a pool, so that nothing stays open.
        with create_engine(url, poolclass=NullPool).connect() as connection:
            rows = connection.execute(text(_RECORDED), {"name": assignment})
            return frozenset(row[0] for row in rows)
    except (SQLAlchemyError, ImportError):  # whoever writes will tell
        return frozenset()


def class_points(course: Course, assignment: str) -> dict[str, dict[str, float | None]]:
    """For each student who handed in, the points that count: by hand where a person gave them.

    By exercise and, where there is one, under `late penalty`; None where nothing is decided.
    """
    found = {}
    with opened(course) as book:
        _require(book, assignment)
        for submission in book.assignment_submissions(assignment):
            student = submission.student.id
            notebook = book.find_submission_notebook(assignment, assignment, student)
            points = {grade.name: _points(grade) for grade in notebook.grades}
            found[student] = points | {"late penalty": notebook.late_submission_penalty or 0.0}
    return dict(sorted(found.items()))


def refresh_penalties(course: Course, assignment: str) -> None:
    """Works out late penalties again: they rest on points that a person may have given since."""
    with locked(course.ledger.with_name("gradebook.lock")), opened(course) as book:
        _require(book, assignment)
        for submission in book.assignment_submissions(assignment):
            student = submission.student.id
            notebook = book.find_submission_notebook(assignment, assignment, student)
            notebook.late_submission_penalty = _penalty(book, course, submission, notebook)
        book.db.commit()


def _points(grade: Any) -> float | None:
    given = grade.auto_score if grade.manual_score is None else grade.manual_score
    return None if given is None else float(given + (grade.extra_credit or 0))


def write_autograded(course: Course, assignment: str, student: str, notebook: str) -> Path:
    """Puts the graded notebook where nbgrader looks for it, with the released files beside it.

    Formgrader serves that folder: of what was handed in it holds what nbgrader's exchange reads and
    nothing else.  Raises AutograderError where that cannot be written.
    """
    target = course.autograded(assignment, student)
    try:
        files = {f"{assignment}.ipynb": notebook.encode()} | _released(course.release(assignment))
        files |= exchanged(course.submitted(assignment, student))
        write_folder(target, files, course.scratch)
    except OSError as problem:
        raise AutograderError(
            f"{legible(str(target))} cannot be written ({problem.strerror}). The grade is safe in "
            "the ledger: "
            "make room, or let this user write there, and run the same command again."
        ) from problem
    return target


def nbgrader_environment() -> dict[str, str]:
    """The environment for nbgrader's commands: it runs `alembic` by name and reads by locale."""
    programs = str(Path(sys.prefix, "bin"))
    path = os.environ.get("PATH", os.defpath)
    return os.environ | {"PATH": os.pathsep.join([programs, path]), "PYTHONUTF8": "1"}


def _record(book: Any, course: Course, assignment: str, entry: Entry) -> None:
    when = handed_in_at(course.submitted(assignment, entry.student))
    book.update_or_create_student(entry.student)
    given = {} if when is None else {"timestamp": when}
    submission = book.update_or_create_submission(assignment, entry.student, **given)
    notebook = book.find_submission_notebook(assignment, assignment, entry.student)
    for grade in notebook.grades:
        _grade(grade, entry.points.get(grade.name), unchanged=entry.unchanged)
    names = {comment.name for comment in notebook.comments}
    answers = {
        name if (name := f"{exercise}_answer") in names else exercise: text
        for exercise, text in entry.comments.items()
    }
    for comment in notebook.comments:
        comment.auto_comment = answers.get(comment.name)
    notebook.late_submission_penalty = _penalty(book, course, submission, notebook)


def _grade(grade: Any, points: float | None, *, unchanged: bool) -> None:
    """Sets the automatic points; a person looks again where one judged what has changed since."""
    marked = grade.manual_score is not None
    stands = marked and unchanged and grade.auto_score == points
    grade.auto_score = points
    if not stands:
        grade.needs_manual_grade = marked or points is None


def _penalty(book: Any, course: Course, submission: Any, notebook: Any) -> float | None:
    """What nbgrader's own late penalty takes, by the plug-in and method that are configured."""
    from nbgrader.preprocessors import AssignLatePenalties

    if submission.total_seconds_late <= 0:
        return None
    book.db.flush()
    book.db.refresh(notebook)
    assigner = AssignLatePenalties(config=nbgrader_config(course))
    assigner.init_plugin()
    penalty = assigner.plugin_inst.late_submission_penalty(
        submission.student.id, notebook.score, submission.total_seconds_late
    )
    return None if penalty is None else min(max(penalty, 0.0), notebook.score)


def _require(book: Any, assignment: str) -> None:
    from nbgrader.api import MissingEntry

    try:
        book.find_notebook(assignment, assignment)
    except MissingEntry as error:
        remedy = f"Run `autograder release {assignment}` first."
        raise CourseError(
            [Problem(assignment, "the gradebook does not know this assignment", remedy)]
        ) from error


def exchanged(folder: Path) -> dict[str, bytes]:
    """The small files of a hand-in without which nbgrader gives nothing back; no forged time."""
    if folder.is_symlink():
        return {}
    names = ("submission_secret.txt", *(["timestamp.txt"] if handed_in_at(folder) else []))
    found = {name: read_plain(folder / name, _SMALL) for name in names}
    return {name: data for name, data in found.items() if data is not None}


def handed_in_at(folder: Path) -> datetime | None:
    """When it was handed in, as naive UTC, if a readable `timestamp.txt` says so."""
    data = read_plain(folder / "timestamp.txt", _SMALL)
    return read_time(data) if data else None


@contextmanager
def opened(course: Course) -> Iterator[Any]:
    """nbgrader's gradebook; what it refuses, or why it cannot be used, is said in our words."""
    with nbgrader_ready():
        from nbgrader.api import Gradebook, InvalidEntry
        from sqlalchemy.exc import DataError, IntegrityError, SQLAlchemyError

        try:
            with Gradebook(course.gradebook, course.settings.course) as book:
                yield book
        except (DataError, IntegrityError, InvalidEntry) as problem:
            raise EntryError(
                f"the gradebook {_address(course)} refuses these data ({_cause(problem)})"
            ) from problem
        except (SQLAlchemyError, ImportError) as problem:  # the latter for want of a driver
            raise AutograderError(
                f"The gradebook {_address(course)} cannot be used ({_cause(problem)}). The grades "
                "are safe in the ledger: let others finish, make room, or let this user write "
                "there, and run the same command again."
            ) from problem


def _address(course: Course) -> str:
    """Where the gradebook is, without what an address may say besides, such as a password."""
    from sqlalchemy import URL, make_url
    from sqlalchemy.exc import ArgumentError

    try:
        url = make_url(course.gradebook)
    except ArgumentError:
        return "(whose address in autograder.toml cannot be read)"
    return str(URL.create(url.drivername, host=url.host, port=url.port, database=url.database))


def _cause(problem: Exception) -> str:
    """What the database said, without the statement that it was about."""
    own = problem if isinstance(problem, ImportError) else type(problem).__name__
    # nbgrader tells of some in an error of its own, whose text has the statement.
    found = (getattr(one, "orig", None) for one in (problem, problem.__context__))
    said = str(next(filter(None, found), own))
    return said.strip().split("\n", 1)[0]


@contextmanager
def nbgrader_ready() -> Iterator[None]:
    """Lets nbgrader find its programs, and keeps one known false alarm of its database quiet."""
    log = logging.getLogger("tornado.application")
    if not log.hasHandlers():  # nbgrader writes tracebacks there, which nobody asked to see
        log.addHandler(logging.NullHandler())
    path = os.environ.get("PATH")
    os.environ["PATH"] = nbgrader_environment()["PATH"]
    modules: dict[str, Any] = sys.modules
    modules.setdefault(_SLOW, None)
    try:
        with warnings.catch_warnings():
            warnings.filterwarnings("ignore", message="Object of type .* not in session")
            yield
    finally:
        if modules.get(_SLOW) is None:
            modules.pop(_SLOW, None)
        if path is None:
            del os.environ["PATH"]
        else:
            os.environ["PATH"] = path


def nbgrader_config(course: Course) -> Any:
    """The course's own nbgrader configuration."""
    from traitlets.config import Config
    from traitlets.config.loader import PyFileConfigLoader

    if not (course.root / _CONFIG).exists():
        return Config({"CourseDirectory": {"root": str(course.root), "db_url": course.gradebook}})
    return PyFileConfigLoader(_CONFIG, path=str(course.root)).load_config()


def _released(release: Path) -> dict[str, bytes]:
    """The regular files of the release but notebooks, up to a bound."""
    found, budget = dict[str, bytes](), _MOST_BYTES
    for folder, folders, names in os.walk(release):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        for path in (Path(folder, name) for name in sorted(names) if not name.endswith(".ipynb")):
            data = read_plain(path, budget)
            if data is not None and len(found) < _MOST_FILES:
                found[str(path.relative_to(release))] = data
                budget -= len(data)
    return found
