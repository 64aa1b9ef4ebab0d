"""The course: its folders, and the settings in `autograder.toml` at its root.

course = "deep-learning"
seed = "..."                      never released
gradebook = "sqlite:///..."       default: gradebook.db at the root
[limits]                          of one run in a box
[assignments.backprop.limits]     what differs for one assignment
"""

import dataclasses
import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType
from typing import Any

from autograder.errors import CourseError, Problem, UsageError

FILE = "autograder.toml"
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]*")


@dataclass(frozen=True, slots=True)
class RunLimits:
    """What one run in a box may use."""

    cell_seconds: float = 30
    notebook_seconds: float = 300
    probe_seconds: float = 10
    memory_mib: int = 2048
    output_mib: int = 16
    file_mib: int = 64


@dataclass(frozen=True, slots=True)
class Settings:
    """All that `autograder.toml` says."""

    course: str
    seed: str
    gradebook: str = ""
    limits: RunLimits = RunLimits()
    assignments: Mapping[str, RunLimits] = field(default_factory=lambda: MappingProxyType({}))

    def limits_of(self, assignment: str) -> RunLimits:
        """The limits of one assignment: its own where it has some."""
        return self.assignments.get(assignment, self.limits)


@dataclass(frozen=True, slots=True)
class Course:
    """A course folder and its settings."""

    root: Path
    settings: Settings

    @property
    def gradebook(self) -> str:
        """The address of the gradebook's database."""
        return self.settings.gradebook or f"sqlite:///{self.root / 'gradebook.db'}"

    @property
    def scratch(self) -> Path:
        """The folder for what is half made; it may be deleted at any time."""
        return self.root / ".autograder"

    def source(self, assignment: str) -> Path:
        """The instructor's notebook, and the data files students get."""
        return self.root / "source" / _assignment(assignment)

    def release(self, assignment: str) -> Path:
        """What students get."""
        return self.root / "release" / _assignment(assignment)

    def solutions(self, assignment: str) -> Path:
        """The executed reference notebook."""
        return self.root / "solutions" / _assignment(assignment)

    def checks(self, assignment: str) -> Path:
        """The checks, visible and hidden, and the specimens."""
        return self.root / "checks" / _assignment(assignment)

    def submitted(self, assignment: str, student: str) -> Path:
        """What one student handed in; never changed."""
        return self.root / "submitted" / _student(student) / _assignment(assignment)

    def autograded(self, assignment: str, student: str) -> Path:
        """The executed notebook of one student."""
        return self.root / "autograded" / _student(student) / _assignment(assignment)

    def feedback(self, assignment: str, student: str) -> Path:
        """The pages that go back to one student."""
        return self.root / "feedback" / _student(student) / _assignment(assignment)

    def students(self, assignment: str) -> tuple[str, ...]:
        """Who handed the assignment in, sorted."""
        folders = (self.root / "submitted").glob(f"*/{_assignment(assignment)}")
        return tuple(sorted(folder.parent.name for folder in folders if folder.is_dir()))


def find_course(start: Path) -> Course:
    """The course whose root is `start` or the nearest folder above it."""
    start = start.resolve()
    for folder in (start, *start.parents):
        if (folder / FILE).is_file():
            return Course(folder, read_settings(folder / FILE))
    raise UsageError(
        f"There is no {FILE} in {start.name or start} or above it: go to the course folder, "
        "or name it with --course."
    )


def read_settings(path: Path) -> Settings:
    """The settings in a file; CourseError lists all that is wrong with them."""
    try:
        table = tomllib.loads(path.read_text("utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise CourseError(
            [Problem(path.name, f"this is not TOML: {error}", "Mend the line named above.")]
        ) from error
    problems: list[Problem] = []
    limits = _limits(_table(table.pop("limits", {}), "limits", problems), "limits", problems)
    own = _table(table.pop("assignments", {}), "assignments", problems)
    assignments = {name: _own_limits(name, given, limits, problems) for name, given in own.items()}
    texts = _texts(table, problems)
    if problems:
        raise CourseError(problems)
    return Settings(**texts, limits=limits, assignments=MappingProxyType(assignments))


def _texts(table: dict[str, Any], problems: list[Problem]) -> dict[str, str]:
    known = {"course", "seed", "gradebook"}
    _unknown(table, known | {"limits", "assignments"}, "", problems)
    problems.extend(
        _wrong(key, table[key], f'Write it in quotes: {key} = "..."')
        for key in sorted(known & set(table))
        if not isinstance(table[key], str)
    )
    problems.extend(
        Problem(f"{FILE}, {key}", "is missing", f'Add {key} = "..."')
        for key in ("course", "seed")
        if not table.get(key)
    )
    course = table.get("course")
    if isinstance(course, str) and course and not _NAME.fullmatch(course):
        remedy = "Use letters, digits, - and _ only."
        problems.append(_wrong("course", course, remedy))
    return {key: table[key] for key in known & set(table)}


def _own_limits(name: str, given: object, limits: RunLimits, problems: list[Problem]) -> RunLimits:
    place = f"assignments.{name}"
    if not _NAME.fullmatch(name):
        remedy = "Use letters, digits, - and _ only."
        problems.append(Problem(f"{FILE}, {place}", "is no name for an assignment", remedy))
    table = _table(given, place, problems)
    _unknown(table, {"limits"}, f"{place}.", problems)
    own = _table(table.get("limits", {}), f"{place}.limits", problems)
    return _limits(own, f"{place}.limits", problems, limits)


def _limits(
    table: dict[str, Any], place: str, problems: list[Problem], start: RunLimits | None = None
) -> RunLimits:
    start = start or RunLimits()
    whole = {item.name: item.type is int for item in dataclasses.fields(RunLimits)}
    _unknown(table, set(whole), f"{place}.", problems)
    good: dict[str, Any] = {}
    for key in sorted(set(table) & set(whole)):
        value, kind = table[key], int if whole[key] else (int, float)
        if isinstance(value, bool) or not isinstance(value, kind) or not 0 < value < 1e9:
            what = "a whole number" if whole[key] else "a number"
            problems.append(_wrong(f"{place}.{key}", value, f"Write {what} above zero."))
        else:
            good[key] = value
    return dataclasses.replace(start, **good)


def _table(value: object, place: str, problems: list[Problem]) -> dict[str, Any]:
    if isinstance(value, dict):
        return value
    problems.append(_wrong(place, value, f"Write a table: [{place}]"))
    return {}


def _unknown(
    table: Mapping[str, object], known: set[str], prefix: str, problems: list[Problem]
) -> None:
    remedy = f"Known here: {', '.join(sorted(known))}."
    problems.extend(
        Problem(f"{FILE}, {prefix}{key}", "is not a setting", remedy)
        for key in table
        if key not in known
    )


def _wrong(place: str, value: object, remedy: str) -> Problem:
    return Problem(f"{FILE}, {place}", f"cannot be {value!r}", remedy)


def _assignment(name: str) -> str:
    if not _NAME.fullmatch(name):
        raise UsageError(f"{name!r} cannot name an assignment: use letters, digits, - and _ only.")
    return name


def _student(name: str) -> str:
    if not name or name.startswith(".") or "/" in name or "\\" in name or "\0" in name:
        raise UsageError(f"{name!r} cannot name a student: a folder must be able to bear it.")
    return name
