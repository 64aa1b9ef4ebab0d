"""A tiny course on disk, for the real nbgrader; one warm template for all that share a process."""

import json
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack
from pathlib import Path
from types import MappingProxyType

import pytest
from sharing import Shared
from small_boxes import LIMITS, MakeBox
from tiny_course import CHECKS, CONFIG, STAND_IN, class_course, write_course

from autograder.boxes.box import Box
from autograder.boxes.template import Template
from autograder.config import Course, RunLimits
from autograder.gradebook import nbgrader_environment
from autograder.model import Check


@pytest.fixture(scope="session")
def template() -> Iterator[Template]:
    """A warm template with every layer: seconds to start, and each box is a fork of its own."""
    with Template() as template:
        template.wait_until_warm()
        yield template


@pytest.fixture(scope="session")
def shared(template: Template, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shared]:
    """Templates that are started once for all tests that ask for nothing else of them."""
    shared = Shared(template, tmp_path_factory.mktemp("shared"))
    yield shared
    shared.close()


@pytest.fixture(scope="module")
def started_once(shared: Shared) -> Iterator[None]:
    """Every workshop of a file has the shared templates."""
    with shared.lent():
        yield


@pytest.fixture
def make_box(template: Template, tmp_path: Path) -> Iterator[MakeBox]:
    """Boxes that see one folder, and are closed in the end."""
    given, work = tmp_path / "given", tmp_path / "work"
    given.mkdir()
    work.mkdir()
    (given / "given.csv").write_text("1,2\n")
    with ExitStack() as stack:

        def make(
            limits: RunLimits = LIMITS,
            seed: int = 1,
            layers: Sequence[str] | None = None,
            slot: int = 0,
            shared: Mapping[str, str] = MappingProxyType({}),
        ) -> Box:
            chosen = template.find_layers() if layers is None else layers
            forked = template.fork(
                limits, str(work), layers=chosen, folders=[given], seed=seed, slot=slot,
                shared=shared,
            )  # fmt: skip
            box = Box(forked, limits)
            stack.callback(box.close)
            box.wait_until_ready()
            return box

        yield make


@pytest.fixture
def box(make_box: MakeBox) -> Box:
    """One box."""
    return make_box()


@pytest.fixture(scope="session")
def tiny_release(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What releasing the tiny assignment adds to a course; its checks are not run for it."""
    root = tmp_path_factory.mktemp("released")
    class_course(root / "course", {})
    shutil.copytree(root / "course/release", root / "made/release")
    shutil.copy(root / "course/gradebook.db", root / "made")
    return root / "made"


@pytest.fixture
def checks() -> tuple[Check, ...]:
    """The checks of the tiny assignment, as the judge would list them."""
    return CHECKS


@pytest.fixture
def course(tmp_path: Path) -> Course:
    """A course with the assignment `hw`, ready to be released."""
    root = tmp_path / "course"
    exchange = tmp_path / "exchange"
    exchange.mkdir(mode=0o777)
    exchange.chmod(0o777)
    listed = json.dumps(
        [{name: getattr(check, name) for name in check.__slots__} for check in CHECKS]
    )
    config = CONFIG.format(
        root=str(root), stand_in=str(root / "stand_in.py"), exchange=str(exchange)
    )
    files = {"stand_in.py": STAND_IN.format(checks=listed), "nbgrader_config.py": config}
    return write_course(root, files)


@pytest.fixture
def nbgrader(course: Course) -> Callable[..., str]:
    """Runs one of nbgrader's own commands in the course."""

    def run(*arguments: str, cwd: Path = course.root, good: bool = True) -> str:
        done = subprocess.run(
            [sys.executable, "-m", "nbgrader", *arguments],
            cwd=cwd, env=nbgrader_environment(), capture_output=True, text=True, check=False,
        )  # fmt: skip
        assert (done.returncode == 0) == good, done.stderr
        return done.stderr + done.stdout

    return run
