"""Data of a course lie once for all: students and boxes read them where they are."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from small_boxes import MakeBox, shown
from tiny_course import write_course

from autograder.boxes.box import Ended
from autograder.boxes.shared_data import find_data_problems, listed
from autograder.config import Course, find_course
from autograder.errors import CourseError
from autograder.grading.keys import Keys
from autograder.grading.workshop import Options, Workshop
from autograder.releasing import visible_checks

LAYERS = [None, ("landlock", "seccomp", "rlimits"), ("rlimits",)]
FIND = "from autograder import data; print(data('cifar'))"


@pytest.fixture
def place() -> Iterator[Path]:
    """A folder with data that everybody may read; pytest closes its own to others."""
    with TemporaryDirectory() as folder:
        Path(folder).chmod(0o755)
        place = Path(folder, "cifar")
        (place / "train").mkdir(parents=True)
        (place / "train/rows.csv").write_text("1,2\n")
        (place / "latest").symlink_to("train")
        yield place


@pytest.mark.parametrize("layers", LAYERS)
def test_a_box_reads_shared_data_where_they_are(
    make_box: MakeBox, place: Path, layers: Sequence[str] | None
) -> None:
    """By the course's name for them and by their path, all below it, and nothing beside it."""
    (place.parent / "beside.csv").write_text("secret")
    box = make_box(layers=layers, shared={"cifar": str(place)})
    assert shown(box, FIND) == str(place)
    assert shown(box, f"print(open('{place}/train/rows.csv').read())") == "1,2"
    assert shown(box, "print((data('cifar') / 'latest/rows.csv').read_text())") == "1,2"
    assert (
        shown(box, "import os; print(sorted(os.listdir(data('cifar'))))") == "['latest', 'train']"
    )
    failure = box.run("data('mnist')").failure
    assert failure is not None
    assert "mnist" in failure
    if layers != ("rlimits",):
        assert box.run(f"open('{place.parent}/beside.csv')").failure is not None


@pytest.mark.parametrize("layers", LAYERS[:2])
def test_a_box_changes_no_shared_data(
    make_box: MakeBox, place: Path, layers: Sequence[str] | None
) -> None:
    """They are read only, also for a box whose user could write them elsewhere."""
    for path in (place, place / "train", place / "train/rows.csv"):
        path.chmod(0o777)
    before = listed(place)
    box = make_box(layers=layers, shared={"cifar": str(place)})
    for change in (
        "open(rows, 'w')", "open(rows, 'a')", "os.truncate(rows, 0)", "os.remove(rows)",
        "open(f'{place}/new', 'w')", "os.mkdir(f'{place}/new')", "os.rename(rows, f'{rows}2')",
        "os.symlink('x', f'{place}/new')",
    ):  # fmt: skip
        source = f"import os\nplace = '{place}'; rows = f'{{place}}/train/rows.csv'\n{change}"
        assert box.run(source).failure is not None, change
    assert listed(place) == before


@pytest.mark.parametrize("layers", LAYERS[:2])
def test_one_file_can_be_shared(
    make_box: MakeBox, place: Path, layers: Sequence[str] | None
) -> None:
    """An archive is as good as a folder."""
    box = make_box(layers=layers, shared={"rows": str(place / "train/rows.csv")})
    assert shown(box, "from autograder import data; print(data('rows').read_text())") == "1,2"
    assert box.run("data('rows').write_text('3')").failure is not None


def test_data_that_a_box_cannot_read_are_our_failure(make_box: MakeBox, place: Path) -> None:
    """Such a box never starts, and says what to do."""
    place.chmod(0o000 if os.geteuid() else 0o700)
    with pytest.raises(Ended, match=f"chmod -R go\\+rX {place}"):
        make_box(shared={"cifar": str(place)})
    place.chmod(0o755)


def course_with(root: Path, data: Mapping[str, object]) -> Course:
    """A course that shares these."""
    shared = ", ".join(f'{name} = "{path}"' for name, path in data.items())
    settings = f'course = "tiny"\nseed = "s"\ndata = {{ {shared} }}\n'
    return write_course(root, {"autograder.toml": settings})


def test_what_is_wrong_with_shared_data_is_told(tmp_path: Path, place: Path) -> None:
    """What is absent, closed, leads out, or would show a box what it may not see."""
    root = tmp_path / "course"
    assert find_data_problems(course_with(root, {"cifar": place})) == []
    closed, out = place / "train/closed.csv", place / "out"
    closed.touch(mode=0o000)
    told = [problem.what for problem in find_data_problems(course_with(root, {"cifar": place}))]
    assert told == [f"a box cannot read {closed.resolve()}"]
    closed.unlink()
    out.symlink_to("/etc/hostname")
    (problem,) = find_data_problems(course_with(root, {"cifar": place}))
    assert problem.what == f"{place.resolve() / 'out'} is a link that leads out"
    for path in (root, root.parent, root / "checks/hw/hidden", root / "autograder.toml"):
        (problem,) = find_data_problems(course_with(root, {"cifar": path}))
        assert "holds what no box may see" in problem.what
    out.unlink()
    (place.parent / "link").symlink_to(root / "checks")
    course = course_with(root, {"a": place.parent / "none", "b": place.parent / "link"})
    whats = [problem.what for problem in find_data_problems(course, whole=False)]
    assert "there is nothing at" in whats[0]
    assert "no box may see" in whats[1]
    with (
        Workshop(course, "hw", Options(), place=course.source("hw")) as workshop,
        pytest.raises(CourseError, match=r"data\.a"),
    ):
        workshop.start()


@pytest.mark.parametrize("path", ["data/cifar", "/", "/proc", "/dev/shm", "/tmp", "/given/0", ""])  # noqa: S108 - refused
def test_a_path_must_be_the_same_for_all(tmp_path: Path, path: str) -> None:
    """It is absolute, and none that a box has for itself."""
    with pytest.raises(CourseError, match=r"data\.cifar"):
        course_with(tmp_path, {"cifar": path})


def test_changed_data_are_other_evidence(tmp_path: Path, place: Path) -> None:
    """A run is known by the data that it could read."""
    course = course_with(tmp_path, {"cifar": f"{place}/"})
    before = Keys(course, "hw", ()).of("x")
    assert Keys(course, "hw", ()).of("x") == before
    (place / "train/rows.csv").write_text("3,4,5\n")
    assert Keys(course, "hw", ()).of("x").run != before.run


def found(folder: Path, **environment: str) -> str:
    """What `data` finds in a kernel in this folder, or says."""
    done = subprocess.run(
        [sys.executable, "-c", FIND],
        cwd=folder, env=os.environ | environment, capture_output=True, text=True, check=False,
    )  # fmt: skip
    return done.stdout.strip() or done.stderr.strip().splitlines()[-1]


def test_a_student_finds_the_data_on_a_hub_and_on_a_laptop(tmp_path: Path, place: Path) -> None:
    """Where the course has them, in a folder above the notebook, or where a variable says."""
    course = course_with(tmp_path / "course", {"cifar": place})
    assert found(course.source("hw")) == str(place)
    home = tmp_path / "home"
    for name, data in visible_checks(course, "hw").items():
        (home / "hw" / name).parent.mkdir(parents=True, exist_ok=True)
        (home / "hw" / name).write_bytes(data)
    assert json.loads((home / "hw/checks/course.json").read_text()) == {
        "data": {"cifar": str(place)}
    }
    assert found(home / "hw") == str(place)
    place.rename(place.with_name("moved"))
    assert found(home / "hw").startswith("FileNotFoundError: The data cifar are not here: put them")
    (home / "data/cifar").mkdir(parents=True)
    assert found(home / "hw") == str(home / "data/cifar")
    (tmp_path / "own/cifar").mkdir(parents=True)
    assert found(home / "hw", AUTOGRADER_DATA=str(tmp_path / "own")) == str(tmp_path / "own/cifar")
    assert find_course(course.root).settings.data == {"cifar": str(place)}
