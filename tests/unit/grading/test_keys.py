"""Two keys are the same if, and only if, nothing changed that the content depends on."""

import os
from collections.abc import Callable
from dataclasses import replace
from importlib import metadata
from pathlib import Path

import pytest

from autograder.config import Course, RunLimits, Settings
from autograder.grading import keys as module
from autograder.grading.keys import Key, Keys
from autograder.grading.workshop import Options
from autograder.notebooks.submission import read_submission


@pytest.fixture
def course(tmp_path: Path) -> Course:
    """A course with files in all the places that count."""
    course = Course(tmp_path, Settings("c", "s"))
    for folder, names in {
        course.submitted("hw", "ann"): ("hw.ipynb", "mine.py"),
        course.release("hw"): ("hw.ipynb", "data.csv"),
        course.source("hw"): ("hw.ipynb", "data.csv"),
        course.checks("hw") / "hidden": ("check_a.py", "rest.csv"),
        course.checks("hw") / "specimens": ("a.py",),
    }.items():
        folder.mkdir(parents=True)
        for name in names:
            (folder / name).write_text(name)
    return course


def key(course: Course, options: Options | None = None) -> Key:
    """The key of the one submission."""
    submission = read_submission(course.submitted("hw", "ann"), "hw.ipynb")
    return Keys(course, "hw", (options or Options()).how).of(submission.digest)


def touch(name: str, text: str = "new") -> Callable[[Course], None]:
    """A change of a file."""

    def change(course: Course) -> None:
        (course.root / name).parent.mkdir(parents=True, exist_ok=True)
        (course.root / name).write_text(text)

    return change


def rename(course: Course) -> None:
    """A file under another name."""
    folder = course.submitted("hw", "ann")
    (folder / "mine.py").rename(folder / "yours.py")


def link(course: Course) -> None:
    """A link in the place of a file."""
    (course.submitted("hw", "ann") / "mine.py").unlink()
    (course.submitted("hw", "ann") / "mine.py").symlink_to("hw.ipynb")


@pytest.mark.parametrize(
    ("change", "differs"),
    [
        (touch("submitted/ann/hw/hw.ipynb"), {"handed_in", "run", "findings"}),
        (touch("submitted/ann/hw/deep/more.py"), {"handed_in", "run", "findings"}),
        (rename, {"handed_in", "run", "findings"}),
        (link, {"handed_in", "run", "findings"}),
        (touch("release/hw/data.csv"), {"run", "findings"}),
        (touch("checks/hw/hidden/check_a.py"), {"findings"}),
        (touch("checks/hw/conftest.py"), {"findings"}),
        (touch("checks/hw/hidden/rest.csv"), {"findings"}),
        (touch("source/hw/data.csv"), {"findings"}),
        (touch("checks/hw/specimens/a.py"), set()),
        (touch("checks/hw/hidden/__pycache__/a.pyc"), set()),
        (touch("submitted/ann/hw/specimens/hw.ipynb"), {"handed_in", "run", "findings"}),
        (touch("submitted/ann/hw/__pycache__/a.ipynb"), set()),
        (touch("submitted/bob/hw/hw.ipynb"), set()),
        (touch("submitted/ann/hw/hw.ipynb", "hw.ipynb"), set()),
    ],
)
def test_a_change_changes_what_depends_on_it(
    change: Callable[[Course], None], differs: set[str], course: Course
) -> None:
    """The hand-in changes all; what is given, runs and findings; checks, findings alone."""
    before = key(course)
    change(course)
    after = key(course)
    names = ("handed_in", "run", "findings")
    assert {name for name in names if getattr(before, name) != getattr(after, name)} == differs


def test_settings_and_options_that_matter_change_the_run(course: Course) -> None:
    """The seed, the limits, the device and the box; how many work at a time does not."""
    others = [
        key(replace(course, settings=Settings("c", "other"))),
        key(replace(course, settings=Settings("c", "s", limits=RunLimits(cell_seconds=1)))),
        key(course, Options(device="cuda")),
        key(course, Options(layers=frozenset({"rlimits"}))),
        key(course, Options(accept_weaker_box=True)),
    ]
    assert len({key(course).run, *(other.run for other in others)}) == 6
    assert key(course, Options(jobs=8)) == key(course)


@pytest.mark.parametrize(("number", "same_run"), [("EVIDENCE", False), ("JUDGING", True)])
def test_another_meaning_changes_what_depends_on_it(
    number: str, same_run: bool, course: Course, monkeypatch: pytest.MonkeyPatch
) -> None:
    """That of evidence decides runs, that of judging findings."""
    before = key(course)
    monkeypatch.setattr(module, number, getattr(module, number) + 1)
    assert (key(course).run == before.run, key(course) == before) == (same_run, False)


def test_a_tidier_source_of_ours_changes_no_key(
    course: Course, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """No class is run anew for a docstring; it is written anew where pages may look otherwise."""

    def keys() -> tuple[Key, str]:
        found = Keys(course, "hw", Options().how)
        return found.of("handed in"), found.mark("findings")

    files = ("guest/serving.py", "checks/comparing.py", "grading/running.py", "model.py")
    for name in (*files, "reports/pages.py"):
        touch(f"package/{name}")(course)
    monkeypatch.setattr(module, "_PACKAGE", tmp_path / "package")
    before = keys()
    for name in files:
        touch(f"package/{name}", "tidier")(course)
    assert keys() == before
    touch("package/reports/pages.py", "tidier")(course)
    assert (keys()[0], keys()[1] == before[1]) == (before[0], False)


@pytest.mark.parametrize(
    ("library", "differs"),
    [
        *(
            (name, {"run", "findings"})
            for name in ("torch", "numpy", "scipy", "scikit-learn", "matplotlib", "ipython")
        ),
        *((name, {"findings"}) for name in ("pytest", "hypothesis")),
        ("typer", set()),
    ],
)
def test_another_version_of_a_library_changes_what_it_computes(
    library: str, differs: set[str], course: Course, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What students use decides runs, what checks use decides findings."""
    before = key(course)
    monkeypatch.setattr(
        "autograder.grading.keys.version",
        lambda name: metadata.version(name) + ".post1" * (name == library),
    )
    after = key(course)
    names = ("handed_in", "run", "findings")
    assert {name for name in names if getattr(before, name) != getattr(after, name)} == differs


def test_another_python_runs_and_judges_anew(
    course: Course, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its version is part of what all evidence depends on."""
    before = key(course)
    monkeypatch.setattr("autograder.grading.keys.platform.python_version", lambda: "3.99.0")
    assert key(course).run != before.run


def test_what_is_written_depends_on_the_configuration_of_nbgrader(course: Course) -> None:
    """A new late penalty, or another gradebook, is written although nothing is run or judged."""

    def mark(course: Course) -> str:
        keys = Keys(course, "hw", Options().how)
        return keys.mark(keys.of("handed in").findings)

    marks = [mark(course)]
    for penalty in ("zero", "none"):
        touch("nbgrader_config.py", f"c.LateSubmissionPlugin.penalty_method = '{penalty}'")(course)
        marks.append(mark(course))
    other = replace(course, settings=replace(course.settings, gradebook="sqlite:///other.db"))
    marks.append(mark(other))
    assert len(set(marks)) == 4


def test_special_files_have_a_digest_and_are_not_read(course: Course) -> None:
    """A FIFO in a hand-in stops nobody."""
    before = key(course)
    os.mkfifo(course.submitted("hw", "ann") / "pipe")
    assert key(course).handed_in != before.handed_in
