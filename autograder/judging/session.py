"""pytest as the engine: a session collects the checks of an assignment and runs some.

hold(session, then)     pytest, without any configuration or plug-in but ours
  collects              <folder>/visible/check_*.py, <folder>/hidden/check_*.py, or <folder>
  then(session)         .checks, .problems, .judge(exercise, student)
"""

import inspect
import os
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from itertools import zip_longest
from pathlib import Path
from typing import Any

import pytest
import torch

from autograder.errors import AutograderError, Problem
from autograder.judging.current_check import Running, Stream, running
from autograder.judging.students import Student
from autograder.judging.verdicts import finding
from autograder.model import Check, Finding

_WITHOUT = (
    "terminal cacheprovider warnings logging faulthandler unraisableexception threadexception"
    " doctest junitxml unittest debugging pastebin stepwise"
)
_SURROUNDINGS = {
    "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1",
    "PYTEST_ADDOPTS": "",
    "PYTEST_PLUGINS": "",
}
_OPTIONS = ("python_files=check_*.py", "python_functions=check_*", "python_classes=")


@dataclass(slots=True, eq=False)
class Session:
    """Our pytest plug-in: the fixtures, and the checks that were collected."""

    folder: Path
    data: Path
    seed: str = ""
    assignment: str = ""
    device_name: str = "cpu"
    checks: list[Check] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    then: "Callable[[Session], None] | None" = None
    failure: BaseException | None = None
    _items: dict[str, pytest.Item] = field(default_factory=dict)
    _student: Student | None = None
    _record: Running = field(default_factory=Running)
    _phases: dict[str, BaseException | None] = field(default_factory=dict)

    @pytest.fixture
    def student(self) -> Student:
        """The work that is judged."""
        if self._student is None:
            raise LookupError("no student's work is at hand")
        return self._student

    @pytest.fixture
    def rng(self) -> torch.Generator:
        """Random numbers of this check's own."""
        return self._record.stream.generator()

    @pytest.fixture(name="data")
    def _data(self) -> Path:
        return self.data

    @pytest.fixture
    def device(self) -> torch.device:
        """Where the student's work runs."""
        return torch.device(self.device_name)

    def pytest_configure(self, config: pytest.Config) -> None:
        """Make our marks known."""
        config.addinivalue_line("markers", "exercise(id): the exercise that a check judges")
        config.addinivalue_line("markers", "points(number, hint): what a check is worth")

    def pytest_collectreport(self, report: pytest.CollectReport) -> None:
        """Turn a file that cannot be read into a problem."""
        if report.failed:
            what = _last_line(report.longreprtext)
            self.problems.append(Problem(report.nodeid, what, "mend the file, it must import"))

    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        """Take over once everything is collected."""
        for item in session.items:
            self._add(item)
        try:
            if self.then:
                self.then(self)
        except Exception as problem:  # raised again outside of pytest, which would print it
            self.failure = problem
        return True

    def pytest_runtest_makereport(self, call: pytest.CallInfo[None]) -> None:
        """Remember how a phase of the running check ended."""
        self._phases[call.when] = call.excinfo.value if call.excinfo else None

    def judge(self, exercise: str, student: Student) -> Iterator[Finding]:
        """Run the checks of one exercise, in order."""
        chosen = [check for check in self.checks if check.exercise == exercise]
        for check, following in zip_longest(chosen, chosen[1:]):
            yield self._run(check, following, student)

    def _run(self, check: Check, following: Check | None, student: Student) -> Finding:
        item = self._items[check.id]
        nextitem = self._items[following.id] if following else None
        self._student, self._phases = student, {}
        stream = Stream(self.seed, self.assignment, check.id)
        self._record = Running(stream, self.device_name, hidden=check.hidden)
        with running(self._record):
            try:
                item.config.hook.pytest_runtest_protocol(item=item, nextitem=nextitem)
            except pytest.exit.Exception as problem:
                self._phases["call"] = problem
        hint = str(_argument(item, "points", 1) or "")
        found = finding(check, self._phases, self._record, self.folder, hint)
        return replace(found, measured=tuple(self._record.measured.values()))

    def _add(self, item: pytest.Item) -> None:
        path = item.path.relative_to(self.folder)
        name = item.name.removeprefix("check_")
        exercise, points = _argument(item, "exercise", 0), _argument(item, "points", 0)
        title = inspect.getdoc(getattr(item, "obj", None)) or ""
        missing = {
            "belongs to no exercise": "" if exercise else 'add pytestmark = exercise("..")',
            "has no points": "" if points else "add @points(..) above it",
            "has no docstring": "" if title else "say in one sentence what it checks",
        }
        id_ = f"{exercise}.{name}"
        if id_ in self._items:
            missing["has the name of another check of its exercise"] = "rename one of them"
        where = f"{path.as_posix()}, {item.name}"
        found = [Problem(where, what, remedy) for what, remedy in missing.items() if remedy]
        self.problems.extend(found)
        if not found:
            self._items[id_] = item
            title = _title(title, name)
            hidden = path.parts[0] == "hidden"
            self.checks.append(Check(id_, str(exercise), title, float(points), hidden))


def hold(session: Session, then: Callable[[Session], None]) -> None:
    """Collect the checks, and call ``then`` while pytest is running.

    Raises what ``then`` raises, KeyboardInterrupt, and AutograderError if pytest itself fails.
    """
    session.then = then
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sys, "dont_write_bytecode", True)
        for name, value in _SURROUNDINGS.items():
            patch.setenv(name, value)
        code = pytest.main(_arguments(session.folder), plugins=[session])
    if session.failure:
        raise session.failure
    if code == pytest.ExitCode.INTERRUPTED:
        raise KeyboardInterrupt
    if code in (pytest.ExitCode.INTERNAL_ERROR, pytest.ExitCode.USAGE_ERROR):
        raise AutograderError(f"pytest could not run the checks in {session.folder.name}: {code!r}")


def _arguments(folder: Path) -> list[str]:
    parts = [part for part in (folder / "visible", folder / "hidden") if part.is_dir()]
    return [
        *("-c", os.devnull, "--rootdir", str(folder), "--confcutdir", str(folder)),
        *("--import-mode=importlib", "--assert=plain", "--capture=no"),
        *(f"-pno:{name}" for name in _WITHOUT.split()),
        *(f"--override-ini={option}" for option in _OPTIONS),
        *(str(part) for part in parts or [folder]),
    ]


def _argument(item: pytest.Item, mark: str, index: int) -> Any:
    found = item.get_closest_marker(mark)
    return found.args[index] if found and len(found.args) > index else None


def _title(docstring: str, name: str) -> str:
    paragraph = " ".join(docstring.split("\n\n")[0].split()).rstrip(".")
    _, bracket, case = name.partition("[")
    return f"{paragraph} ({case.removesuffix(']')})" if bracket else paragraph


def _last_line(text: str) -> str:
    lines = [line.removeprefix("E").strip() for line in text.splitlines() if line.strip()]
    return lines[-1] if lines else "cannot be collected"
