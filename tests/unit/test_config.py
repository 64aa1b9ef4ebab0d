"""One file says what a course is, and every mistake in it is told."""

from pathlib import Path

import pytest

from autograder.config import FILE, WARM, RunLimits, find_course, read_settings
from autograder.errors import CourseError, UsageError

GOOD = """
course = "dl"
seed = "s"
[limits]
cell_seconds = 10
[assignments.backprop.limits]
memory_mib = 4096
"""


def test_a_course_is_found_from_any_folder_in_it(tmp_path: Path) -> None:
    """Commands work anywhere below the root, and say so when there is no course."""
    (tmp_path / FILE).write_text(GOOD)
    inside = tmp_path / "source" / "backprop"
    inside.mkdir(parents=True)
    course = find_course(inside)
    assert course.root == tmp_path
    assert course.source("backprop") == inside
    assert course.gradebook == f"sqlite:///{tmp_path}/gradebook.db"
    (tmp_path / FILE).unlink()
    with pytest.raises(UsageError, match="--course"):
        find_course(inside)


def test_limits_have_defaults_and_exceptions(tmp_path: Path) -> None:
    """An assignment's own limits stand on the course's, and those on the defaults."""
    path = tmp_path / FILE
    path.write_text(GOOD)
    settings = read_settings(path)
    assert settings.limits == RunLimits(cell_seconds=10)
    assert settings.limits_of("backprop") == RunLimits(cell_seconds=10, memory_mib=4096)
    assert settings.limits_of("other") == settings.limits


def test_all_mistakes_are_told_at_once(tmp_path: Path) -> None:
    """Unknown keys and wrong types are problems with a place and a remedy."""
    path = tmp_path / FILE
    path.write_text(
        "course = 'a b'\nseed = 7\nfoo = 1\n"
        "limits = {cell_seconds = 'x', memory_mib = 1.5, bar = 1}\n"
        "assignments = {hw = {limits = {file_mib = true}, baz = 1}, 'a b' = 3}\n"
    )
    with pytest.raises(CourseError) as caught:
        read_settings(path)
    told = {problem.where.removeprefix(f"{FILE}, ") for problem in caught.value.problems}
    assert told == {
        "course", "seed", "foo", "limits.bar", "limits.cell_seconds", "limits.memory_mib",
        "assignments.hw.baz", "assignments.hw.limits.file_mib", "assignments.a b",
    }  # fmt: skip
    path.write_text("course = ")
    with pytest.raises(CourseError, match="not TOML"):
        read_settings(path)
    path.write_text("")
    with pytest.raises(CourseError, match="seed: is missing"):
        read_settings(path)


def test_warm_libraries_can_be_chosen(tmp_path: Path) -> None:
    """A list takes the place of the default; what is no name of a library is told."""
    path = tmp_path / FILE
    path.write_text(GOOD)
    assert read_settings(path).warm == WARM
    path.write_text(f"warm = ['torch', 'scipy.optimize']\n{GOOD}")
    assert read_settings(path).warm == ("torch", "scipy.optimize")
    for wrong in ("'torch'", "[1]", "['a b']", "['']", "['a.']", "['-x']"):
        path.write_text(f"warm = {wrong}\n{GOOD}")
        with pytest.raises(CourseError, match=r"autograder.toml, warm: cannot be"):
            read_settings(path)


def test_files_of_a_hand_in_have_a_size(tmp_path: Path) -> None:
    """They are listed for an assignment, and each may be as large as its limits say."""
    path = tmp_path / FILE
    path.write_text(
        GOOD + "hand_in_mib = 3\n[assignments.backprop]\nfiles = ['net.pth', 'models/b.npz']\n"
    )
    settings = read_settings(path)
    assert settings.files_of("backprop") == {"net.pth": 3 << 20, "models/b.npz": 3 << 20}
    assert settings.files_of("other") == {}


@pytest.mark.parametrize(
    "files",
    [
        "'net.pth'", "['/etc/passwd']", "['../net.pth']", "['a//b']", "['']", "[7]", "['.hidden']",
        '["a\\nb"]', "['a\\\\b']", "['checks/a.py']", "['hw.ipynb']", "['timestamp.txt']",
        "['a', 'a']", "['a', 'b', 'c', 'd', 'e']",
    ],
)  # fmt: skip
def test_files_that_no_hand_in_can_have_are_told(tmp_path: Path, files: str) -> None:
    """A path that leads out, one that is never read, one named twice, and more than fits."""
    path = tmp_path / FILE
    path.write_text(f"{GOOD}[assignments.hw]\nfiles = {files}\n")
    with pytest.raises(CourseError) as caught:
        read_settings(path)
    assert {one.where for one in caught.value.problems} == {f"{FILE}, assignments.hw.files"}


@pytest.mark.parametrize("name", ["layers.py", "layers.py/net.pth"])
def test_an_answer_file_is_named_once(tmp_path: Path, name: str) -> None:
    """It is handed in anyhow, and runs part by part: no second rule holds for it."""
    path = tmp_path / FILE
    path.write_text(
        f"{GOOD}[assignments.hw]\nanswers = ['layers.py']\nfiles = ['net.pth', '{name}']\n"
    )
    with pytest.raises(CourseError, match=r"assignments.hw.files: cannot be 'layers.py"):
        read_settings(path)


@pytest.mark.parametrize("name", ["", "..", "a/b", "../x", "a b", ".git"])
def test_no_name_leads_out_of_the_course(tmp_path: Path, name: str) -> None:
    """Assignments and students are names of folders, never paths."""
    (tmp_path / FILE).write_text(GOOD)
    course = find_course(tmp_path)
    with pytest.raises(UsageError, match="cannot be the name"):
        course.source(name)
    if " " not in name:
        with pytest.raises(UsageError, match="cannot be the name"):
            course.submitted("backprop", name)


def test_who_handed_in_is_listed(tmp_path: Path) -> None:
    """Folders with the assignment in them count, in the order of their names."""
    (tmp_path / FILE).write_text(GOOD)
    for student in ("яна", "bob", "ann", ".trash"):
        (tmp_path / "submitted" / student / "backprop").mkdir(parents=True)
    (tmp_path / "submitted" / "eve" / "other").mkdir(parents=True)
    assert find_course(tmp_path).students("backprop") == ("ann", "bob", "яна")
