"""The course: its folders, and the settings in `autograder.toml` at its root.

course = "deep-learning"
seed = "..."                      never released
gradebook = "sqlite:///..."       default: gradebook.db at the root
[limits]                          of one run in a box
[assignments.backprop.limits]     what differs for one assignment
[assignments.backprop]
answers = ["layers.py"]           its answer files, in the order in which they import each other
"""

import os
import re
import stat
import tomllib
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, fields, replace
from keyword import iskeyword
from pathlib import Path
from types import MappingProxyType
from typing import Any

from autograder.errors import CourseError, Problem, UsageError

FILE = "autograder.toml"
_WORDS = {
    str: 'it in quotes: "..."',
    dict: "a table: [...]",
    list: 'a list: ["..."]',
    int: "a whole number",
    (int, float): "a number",
}
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
    answers: Mapping[str, Sequence[str]] = field(default_factory=lambda: MappingProxyType({}))

    def limits_of(self, assignment: str) -> RunLimits:
        """The limits of one assignment: its own where it has some."""
        return self.assignments.get(assignment, self.limits)

    def answers_of(self, assignment: str) -> Sequence[str]:
        """The answer files of one assignment."""
        return self.answers.get(assignment, ())


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
        """The folder for half-made files; it may be deleted at any time."""
        return self.root / ".autograder" / "scratch"

    @property
    def ledger(self) -> Path:
        """The file that keeps runs and findings; all other results are derived from it."""
        return self.root / ".autograder" / "ledger.db"

    @property
    def releases(self) -> Path:
        """The folder that keeps what earlier releases said."""
        return self.root / ".autograder" / "releases"

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
        """Who handed the assignment in, sorted: one whose folder is a link is among them."""
        place, found = self.root / "submitted", []
        with suppress(FileNotFoundError), os.scandir(place) as folders:
            for folder in folders:
                with suppress(OSError):  # no folder, or a name that is too long with another
                    kind = os.lstat(place / folder.name / _assignment(assignment)).st_mode
                    found += [folder.name] * (stat.S_ISDIR(kind) or stat.S_ISLNK(kind))
        return tuple(sorted(name for name in found if not name.startswith(".")))


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
    """The settings in a file; CourseError lists all mistakes in them."""
    try:
        table = tomllib.loads(path.read_text("utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise CourseError(
            [Problem(path.name, f"this is not TOML: {error}", "Mend the line named above.")]
        ) from error
    problems: list[Problem] = []
    known = {"course": str, "seed": str, "gradebook": str, "limits": dict, "assignments": dict}
    found = _entries(table, known, "", problems)
    problems.extend(
        Problem(f"{FILE}, {key}", "is missing", f'Add {key} = "..."')
        for key in ("course", "seed")
        if not table.get(key)
    )
    if found.get("course") and not _NAME.fullmatch(found["course"]):
        problems.append(_wrong("course", found["course"], "Use letters, digits, - and _ only."))
    limits = _limits(found.pop("limits", {}), "limits", problems, RunLimits())
    assignments, answers = {}, {}
    own = found.pop("assignments", {})
    for name, given in _entries(own, dict.fromkeys(own, dict), "assignments.", problems).items():
        place = f"assignments.{name}"
        part = _entries(given, {"limits": dict, "answers": list}, f"{place}.", problems)
        assignments[name] = _limits(part.get("limits", {}), f"{place}.limits", problems, limits)
        answers[name] = _answers(part.get("answers", []), f"{place}.answers", problems)
    if problems:
        raise CourseError(problems)
    limited, files = MappingProxyType(assignments), MappingProxyType(answers)
    return Settings(**found, limits=limits, assignments=limited, answers=files)


def _answers(names: list[Any], place: str, problems: list[Problem]) -> tuple[str, ...]:
    """The names of answer files, each of which Python can import, and once."""
    stems = [name[:-3] for name in dict.fromkeys(map(str, names)) if name.endswith(".py")]
    good = tuple(f"{one}.py" for one in stems if one.isidentifier() and not iskeyword(one))
    if list(good) != names or not "".join(good).isascii():
        remedy = (
            "Name files beside the notebook that can be imported, such as layers.py, each once."
        )
        problems.append(_wrong(place, names, remedy))
    return good


def _limits(
    table: dict[str, Any], place: str, problems: list[Problem], start: RunLimits
) -> RunLimits:
    kinds = {one.name: int if one.type is int else (int, float) for one in fields(RunLimits)}
    found = _entries(table, kinds, f"{place}.", problems)
    for key, value in found.items():
        if not 0 < value < 1e9:
            problems.append(_wrong(f"{place}.{key}", value, "Write a number above zero."))
    return replace(start, **found)


def _entries(
    table: dict[str, Any], kinds: Mapping[str, Any], place: str, problems: list[Problem]
) -> dict[str, Any]:
    """What of a table is known and of its kind; the rest becomes problems."""
    good = {}
    for key, value in table.items():
        if key not in kinds:
            remedy = f"Known settings: {', '.join(sorted(kinds))}."
            problems.append(Problem(f"{FILE}, {place}{key}", "is not a setting", remedy))
        elif isinstance(value, bool) or not isinstance(value, kinds[key]):
            problems.append(_wrong(f"{place}{key}", value, f"Write {_WORDS[kinds[key]]}."))
        else:
            good[key] = value
    return good


def _wrong(place: str, value: object, remedy: str) -> Problem:
    return Problem(f"{FILE}, {place}", f"cannot be {value!r}", remedy)


def _assignment(name: str) -> str:
    if not _NAME.fullmatch(name):
        raise UsageError(
            f"{name!r} cannot be the name of an assignment: use letters, digits, - and _ only."
        )
    return name


def _student(name: str) -> str:
    if not name or name.startswith(".") or "/" in name or "\0" in name:
        raise UsageError(f"{name!r} cannot be the name of a student: no folder can have it.")
    return name
