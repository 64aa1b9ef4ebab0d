"""The course: its folders, and the settings in `autograder.toml` at its root.

course = "deep-learning"
seed = "..."                      never released
gradebook = "sqlite:///..."       default: gradebook.db at the root
data = { cifar = "/srv/cifar" }   shared by all assignments, and read only
warm = ["torch"]                  libraries that no box has to import: default WARM
[limits]                          of one run in a box
[assignments.backprop.limits]     what differs for one assignment
[assignments.backprop]
answers = ["layers.py"]           its answer files, in the order in which they import each other
files = ["net.pth"]               what else belongs to a hand-in
"""

import json
import os
import re
import stat
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, fields, replace
from keyword import iskeyword
from pathlib import Path
from typing import Any

from autograder.errors import CourseError, Problem, UsageError, require_none

FILE = "autograder.toml"
WARM = (
    "torch", "numpy", "matplotlib.pyplot", "sklearn.linear_model", "sklearn.ensemble",
    "sklearn.model_selection", "sklearn.preprocessing",
)  # fmt: skip
TOLD = "checks/course.json"  # what a release tells of it
_WORDS = {
    str: 'it in quotes: "..."',
    dict: "a table: [...]",
    list: 'a list of names in quotes: ["...", "..."]',
    int: "a whole number",
    (int, float): "a number",
}
PASSED_OVER = {"__MACOSX", "__pycache__", "checks"}  # in a hand-in
MOST_MIB = 64  # of all files that a hand-in must have
_SHARED = re.compile(r"/(?!(proc|dev|sys|given)(/|$)|tmp$).+")  # a box has such of its own
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
    hand_in_mib: int = 16


@dataclass(frozen=True, slots=True)
class Settings:
    """All that `autograder.toml` says."""

    course: str
    seed: str
    gradebook: str = ""
    data: Mapping[str, str] = field(default_factory=dict)
    warm: tuple[str, ...] = WARM
    limits: RunLimits = RunLimits()
    assignments: Mapping[str, RunLimits] = field(default_factory=dict)
    answers: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    files: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    def files_of(self, assignment: str) -> dict[str, int]:
        """The files that belong to a hand-in, by their paths, and how many bytes each may have."""
        most = self.limits_of(assignment).hand_in_mib << 20
        return dict.fromkeys(self.files.get(assignment, ()), most)

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


def find_data(name: str) -> Path:
    """Where the shared data of this name are for whoever works here.  Raises FileNotFoundError.

    In the folder AUTOGRADER_DATA, where the course has them, or in a folder `data` beside the
    notebook or above it.
    """
    here, known = Path.cwd(), {}
    if (here / TOLD).is_file():
        known = json.loads((here / TOLD).read_bytes()).get("data", {})
    else:
        with suppress(UsageError):
            known = dict(find_course(here).settings.data)
    names = (name, Path(known.get(name, name)).name)
    chosen = os.environ.get("AUTOGRADER_DATA", "")
    places = [Path(chosen, one) for one in names] if chosen else []
    places += [Path(known[name])] if name in known else []
    places += [folder / "data" / one for folder in (here, *here.parents) for one in names]
    for place in places:
        if os.access(place, os.R_OK):
            return place
    raise FileNotFoundError(
        f"The data {name} are not here: put them into a folder data beside this notebook or above "
        "it, or name the folder that holds them in the environment variable AUTOGRADER_DATA."
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
    known: dict[str, type] = dict.fromkeys(("course", "seed", "gradebook"), str)
    known |= dict.fromkeys(("data", "limits", "assignments"), dict) | {"warm": list}
    found = _entries(table, known, "", problems)
    found["warm"] = tuple(found.get("warm", WARM))
    problems += [
        _wrong("warm", name, 'Write names as they are imported: "torch", "scipy.optimize".')
        for name in found["warm"]
        if not isinstance(name, str) or not all(map(str.isidentifier, name.split(".")))
    ]
    problems.extend(
        Problem(f"{FILE}, {key}", "is missing", f'Add {key} = "..."')
        for key in ("course", "seed")
        if not table.get(key)
    )
    if found.get("course") and not _NAME.fullmatch(found["course"]):
        problems.append(_wrong("course", found["course"], "Use letters, digits, - and _ only."))
    data = found.get("data", {})
    paths = _entries(data, dict.fromkeys(data, str), "data.", problems)
    problems += _wrong_data(paths)
    found["data"] = {one: os.path.normpath(at) for one, at in paths.items()}
    limits = _limits(found.pop("limits", {}), "limits", problems, RunLimits())
    assignments, answers, files = {}, {}, {}
    own = found.pop("assignments", {})
    for name, given in _entries(own, dict.fromkeys(own, dict), "assignments.", problems).items():
        place = f"assignments.{name}"
        kinds = {"limits": dict, "answers": list, "files": list}
        part = _entries(given, kinds, f"{place}.", problems)
        assignments[name] = _limits(part.get("limits", {}), f"{place}.limits", problems, limits)
        answers[name], files[name] = tuple(part.get("answers", ())), tuple(part.get("files", ()))
        problems += _wrong_answers(f"{place}.answers", answers[name])
        most = assignments[name].hand_in_mib
        problems += _wrong_files(f"{place}.files", files[name], answers[name], most)
    require_none(problems)
    found |= {"assignments": assignments, "answers": answers, "files": files}
    return Settings(**found, limits=limits)


def _wrong_data(data: Mapping[str, str]) -> Iterator[Problem]:
    for name, path in data.items():
        if not (_NAME.fullmatch(name) and _SHARED.fullmatch(os.path.normpath(path))):
            remedy = 'Write an absolute path, the same for students and for grading: "/srv/cifar".'
            yield _wrong(f"data.{name}", path, remedy)


def _wrong_answers(place: str, names: Sequence[object]) -> Iterator[Problem]:
    """The answer files that Python could not import, or that are named twice."""
    for number, name in enumerate(names):
        stem = name.removesuffix(".py") if isinstance(name, str) else ""
        if stem == name or not (stem.isascii() and stem.isidentifier()) or iskeyword(stem):
            remedy = 'Name a file beside the notebook that can be imported, such as "layers.py".'
            yield _wrong(place, name, remedy)
        elif name in names[:number]:
            yield _wrong(place, name, "Name each file once.")


def _wrong_files(
    place: str, names: Sequence[object], answers: Sequence[object], mib: int
) -> Iterator[Problem]:
    """The files that no hand-in can have, that are named twice, or that are too many."""
    for name in names:
        parts = name.split("/") if isinstance(name, str) and name.isprintable() else [""]
        odd = {part for part in parts if part[:1] in ("", ".") or "\\" in part} | PASSED_OVER & {
            *parts
        }
        taken = name == "timestamp.txt" or parts[0] in answers or names.count(name) > 1
        if odd or taken or parts[-1].endswith(".ipynb"):
            remedy = (
                'Write its path from the notebook, such as "net.pth", once; it is no notebook, '
                "no answer file, and lies in no hidden folder and not in checks."
            )
            yield _wrong(place, name, remedy)
    if len(names) * mib > MOST_MIB:
        what = f"allows {len(names)} files of {mib} MiB, more than {MOST_MIB} MiB in all"
        yield Problem(f"{FILE}, {place}", what, "Set hand_in_mib, in its limits, to a lower value.")


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
