"""The story of `autograder release`: from the instructor's notebook to what students get.

    source/hw/hw.ipynb, data  \\  verified   nbgrader's own      compared with    swapped into
    checks/hw/visible/*.py     > here    ->  generate_assignment  ->  what was ->  release/hw/
                              /             into a folder aside      verified

nbgrader's command and formgrader's button give the same bytes: they run the same preprocessors.
"""

import copy
import json
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from fnmatch import fnmatch
from pathlib import Path

from autograder.boxes.shared_data import find_data_problems
from autograder.config import TOLD, Course
from autograder.errors import AutograderError, CourseError, Problem, require_none
from autograder.files import move_in, read_plain, workplace, write_whole
from autograder.gradebook import nbgrader_environment
from autograder.model import Check
from autograder.notebooks.answer_files import join, numbered
from autograder.notebooks.assignment import (
    find_mismatches,
    find_problems,
    place_of,
    read_assignment,
    read_release,
    read_solution,
)
from autograder.notebooks.attachments import kept
from autograder.notebooks.cells import Cell, Kind, Notebook
from autograder.notebooks.earlier import remember
from autograder.notebooks.leaks import find_leaks
from autograder.notebooks.stripping import strip
from autograder.notebooks.stubs import replace_solutions
from autograder.notebooks.submission import read_wanted
from autograder.notebooks.writing import Output, compose
from autograder.revising import Words, foresee

_IGNORED = (".ipynb_checkpoints", "*.pyc", "__pycache__", "feedback")  # as nbgrader does
_LOG_LINES = 15
_NO_WORDS = Words()
_STOPS = "Mend it. If students should see the error, catch it with try and except."


def release(
    course: Course, assignment: str, checks: Sequence[Check], words: Words = _NO_WORDS
) -> Path:
    """Writes the release of an assignment; CourseError lists all that stands in its way.

    What becomes of marks for exercises that the source has no more, `words` say.
    """
    check_assignment(course, assignment, checks)
    with workplace(course.scratch) as aside:
        _generate(course, assignment, aside.relative_to(course.root), words)
        made = aside / assignment
        _compare(course, assignment, made)
        target = course.release(assignment)
        put_in_place(course, assignment, made, target)
    return target


def put_in_place(course: Course, assignment: str, made: Path, target: Path) -> None:
    """Takes a folder from a workplace to where it belongs, in the place of what stood there.

    Of a release it is remembered what hand-ins may be made from.
    """
    ours = target == course.release(assignment)
    if ours and (standing := find_release(course, assignment)):
        remember(course.releases, standing)
    move_in(made, target)
    if ours:
        remember(course.releases, read_release(target, assignment, _answers(course, assignment)))


def find_release(course: Course, assignment: str) -> Notebook | None:
    """The notebook that stands in the release, if there is one that can be read."""
    with suppress(CourseError):
        place = course.release(assignment)
        return read_release(place, assignment, _answers(course, assignment))
    return None


def coming_release(course: Course, assignment: str) -> Notebook:
    """The notebook as students will get it."""
    return released_notebook(_source(course, assignment))


def foreseen(course: Course, assignment: str, words: Words = _NO_WORDS) -> list[str]:
    """What a release would do to hand-ins and their marks.  Raises CourseError as `release`."""
    now = find_release(course, assignment)
    return foresee(course, now, coming_release(course, assignment), words)


Solve = Callable[[Sequence[Cell]], tuple[Mapping[str, Sequence[Output]], Mapping[str, int]]]


def solved(course: Course, assignment: str, run: Solve) -> str:
    """The executed reference notebook; `run` gives outputs and counts by the cells' ids.

    Raises CourseError for every cell that stops with an error, and what `run` raises.
    """
    path, cells = _notebook_path(course, assignment), _solution(course, assignment)
    outputs, counts = run(cells)
    problems = [
        Problem(place_of(path.name, cell), f"the cell stops with {output['ename']}", _STOPS)
        for cell in cells
        for output in outputs.get(cell.id, ())
        if output["output_type"] == "error"
    ]
    require_none(problems)
    return compose(path, cells, outputs, counts)


def solutions(course: Course, assignment: str, run: Solve) -> Path:
    """Writes the executed reference notebook.  Raises as `solved` does."""
    notebook = {f"{assignment}.ipynb": solved(course, assignment, run)}
    folder = course.solutions(assignment)
    for name, text in (notebook | join(_solution(course, assignment))).items():
        write_whole(folder / name, text)
    return folder


def check_assignment(course: Course, assignment: str, checks: Sequence[Check]) -> None:
    """Raises CourseError with all that an instructor must mend before a release.

    What would give something away is looked for where all else is well.
    """
    path, source = _notebook_path(course, assignment), _source(course, assignment)
    problems = [
        Problem(str(other.relative_to(course.root)), "is a second notebook", "Keep only one here.")
        for other in sorted(path.parent.rglob("*.ipynb"))
        if other != path and not _ignored(other.relative_to(path.parent))
    ]
    problems += find_problems(source)
    problems += find_mismatches(source, checks)
    problems += _without_files(course, assignment)
    problems += find_data_problems(course)
    require_none(problems or _leaks(course, assignment, source))


def find_faults(course: Course, assignment: str, checks: Sequence[Check]) -> list[str]:
    """What is wrong with what students get: its problems, its leaks, or that it is out of date."""
    try:
        check_assignment(course, assignment, checks)
    except CourseError as error:
        return [str(problem) for problem in error.problems]
    stale = f"release/{assignment} is out of date: run autograder release {assignment}"
    return [] if _is_fresh(course, assignment, course.release(assignment)) else [stale]


def visible_checks(course: Course, assignment: str) -> dict[str, bytes]:
    """What of the checks students get, by its path in the release, and of the settings."""
    folder, files = course.checks(assignment) / "visible", course.settings.files_of(assignment)
    found = {f"checks/{path.name}": path.read_bytes() for path in sorted(folder.glob("*.py"))}
    told = {"files": files, "data": dict(course.settings.data)}
    settings = {name: what for name, what in told.items() if what}
    return found | ({TOLD: json.dumps(settings, indent=1).encode()} if settings else {})


def released_files(course: Course, assignment: str) -> dict[str, bytes]:
    """What students get beside the notebook and its data: visible checks, files with stubs."""
    stubs = join(coming_release(course, assignment).cells)
    own = {name: text.encode() for name, text in stubs.items()}
    return visible_checks(course, assignment) | own


def released_notebook(source: Notebook) -> Notebook:
    """The notebook as students get it."""
    return Notebook(source.name, numbered(map(_released, source.cells)))


def _released(cell: Cell) -> Cell:
    """The cell with stubs, and with the pictures alone that its text still shows."""
    text = cell.source
    if cell.kind in {Kind.ANSWER, Kind.WRITTEN}:
        text = replace_solutions(text, written=cell.kind is Kind.WRITTEN)
    return replace(cell, source=text, attachments=kept(cell.attachments, text))


def _leaks(course: Course, assignment: str, source: Notebook) -> list[Problem]:
    visible = visible_checks(course, assignment)
    files = _data_files(course, assignment)
    hidden = course.checks(assignment) / "hidden"
    own = [path for path in hidden.rglob("*") if path.is_file()]
    secrets = {path.read_bytes(): f"hidden {path.name}" for path in own}
    wanted = read_wanted(course.source(assignment), course.settings.files_of(assignment)).files
    secrets |= {data: f"reference's {name}" for name, data in wanted.items()}
    problems = [
        Problem(name, f"is the {secrets[data]}", "Remove it from the release.")
        for name, data in (visible | files).items()
        if data and data in secrets
    ]
    return problems + find_leaks(
        source, released_notebook(source), _texts(visible), _texts(files), hidden
    )


def _without_files(course: Course, assignment: str) -> Iterator[Problem]:
    """The files of a hand-in that the reference has not, or not so."""
    place = f"source/{assignment}"
    for name, most in course.settings.files_of(assignment).items():
        path = course.source(assignment) / name
        size = path.stat().st_size if path.is_file() else 0
        if size > most:
            what = f"has {size / 2**20:.1f} MiB, and {most >> 20} MiB are allowed"
            remedy = f"Set hand_in_mib in [assignments.{assignment}.limits] to a higher value."
            yield Problem(f"{place}/{name}", what, remedy)
        elif not read_plain(path, most):
            what = "is in `files`, and there is no such file, or an empty one, or a link"
            remedy = f"Run your notebook, so that it writes {name}; or take it out of `files`."
            yield Problem(f"{place}/{name}", what, remedy)


def _texts(files: Mapping[str, bytes]) -> dict[str, str]:
    return {name: data.decode("utf-8", "replace") for name, data in files.items()}


def _data_files(course: Course, assignment: str) -> dict[str, bytes]:
    folder = course.source(assignment)
    apart = {*_answers(course, assignment), *course.settings.files_of(assignment)}
    names = (path.relative_to(folder) for path in sorted(folder.rglob("*")) if path.is_file())
    own = (name for name in names if name.as_posix() not in apart)
    kept = (name for name in own if name.suffix != ".ipynb" and not _ignored(name))
    return {name.as_posix(): (folder / name).read_bytes() for name in kept}


def _ignored(path: Path) -> bool:
    return any(fnmatch(part, pattern) for part in path.parts for pattern in _IGNORED)


def _notebook_path(course: Course, assignment: str) -> Path:
    return course.source(assignment) / f"{assignment}.ipynb"


def _source(course: Course, assignment: str) -> Notebook:
    """The instructor's notebook.  Raises CourseError."""
    path = _notebook_path(course, assignment)
    others = sorted(path.parent.glob("*.ipynb"))
    if len(others) == 1 and others[0] != path:
        what = "is not called like its folder"
        remedy = f"Call it {path.name}: hand-ins and marks go by that name."
        where = str(others[0].relative_to(course.root))
        raise CourseError([Problem(where, what, remedy)])
    return read_assignment(path, _answers(course, assignment))


def _solution(course: Course, assignment: str) -> tuple[Cell, ...]:
    return read_solution(_notebook_path(course, assignment), _answers(course, assignment))


def _answers(course: Course, assignment: str) -> Sequence[str]:
    return course.settings.answers_of(assignment)


def _generate(course: Course, assignment: str, step: Path, words: Words) -> None:
    """Runs nbgrader's own converter, so that its database knows the assignment."""
    command = [sys.executable, "-m", "nbgrader", "generate_assignment", assignment, "--force"]
    command += [f"--CourseDirectory.release_directory={step}", "--VerifyRelease.enabled=False"]
    command += [f"--SaveExercises.drop={name}" for name in sorted(words.drop)]
    command += [f"--SaveExercises.rename={old}={new}" for new, old in words.renamed.items()]
    done = subprocess.run(  # noqa: S603 - our own interpreter and a checked name
        command, cwd=course.root, env=nbgrader_environment(), capture_output=True, text=True,
        check=False,
    )  # fmt: skip
    if done.returncode:
        log = "\n".join(done.stderr.splitlines()[-_LOG_LINES:])
        raise AutograderError(f"nbgrader could not generate {assignment}; it says:\n{log}")


def _compare(course: Course, assignment: str, made: Path) -> None:
    """Stops unless nbgrader made exactly what was verified, and nothing else."""
    if not _is_fresh(course, assignment, made):
        raise AutograderError(
            f"nbgrader made another release of {assignment} than the one that was verified: "
            "nbgrader_config.py must call autograder.nbgrader_plugins.configure, "
            "and change no preprocessor after it."
        )


def _is_fresh(course: Course, assignment: str, made: Path) -> bool:
    """Whether a folder holds exactly what the source gives: no outputs, nothing in metadata."""
    path = _notebook_path(course, assignment)
    expected = _data_files(course, assignment) | released_files(course, assignment)
    actual = {
        path.relative_to(made).as_posix(): path.read_bytes()
        for path in made.rglob("*")
        if path.is_file()
    }
    tree = json.loads(actual.pop(path.name, b'{"cells": [], "metadata": {}}'))
    stripped = copy.deepcopy(tree)
    strip(stripped)
    same = actual == expected and not any(cell.get("outputs") for cell in tree["cells"])
    wanted, answers = coming_release(course, assignment), _answers(course, assignment)
    return same and stripped == tree and read_assignment(made / path.name, answers) == wanted
