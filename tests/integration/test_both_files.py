"""An assignment with an answer file and a file to hand in: the answer reads what was trained."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from test_student_check import run
from tiny_course import cell, write_notebook
from trained_course import CHECKS, LINE, SETTINGS, cells, save, trained_course

from autograder.config import Course
from autograder.grading.clerk import ClassGraded, grade_class
from autograder.grading.workshop import Options
from autograder.releasing import find_faults, release

pytestmark = pytest.mark.usefixtures("started_once")

SOURCE = """\
import torch

# %% net_answer
def make():
    ### BEGIN SOLUTION
    return torch.nn.Linear(2, 1)
    ### END SOLUTION


# %% loading
def load(path):
    net = make()
    net.load_state_dict(torch.load(path))
    return net
"""
SOLVED = "".join(line for line in SOURCE.splitlines(keepends=True) if "### " not in line)
STUBBED = SOLVED.replace("torch.nn.Linear(2, 1)", "<your_code_here>")
IMPORT = "from autograder import check\nfrom nets import load"
OVER = 'from pathlib import Path\n_ = Path("nets.py").write_text("1 +")'


def write(folder: Path, line: str, text: str | bytes = SOLVED, more: str = "") -> None:
    """Write a notebook, perhaps with a cell more, its answer file, and right weights."""
    setup, _, _, *rest = cells(line=line)
    setup["source"] = IMPORT
    own = [cell("more", "code", more)] if more else []
    own = [setup, *own, cell("load", "code", 'net = load("net.pth")'), *rest]
    write_notebook(folder / "hw.ipynb", own)
    (folder / "nets.py").write_bytes(text if isinstance(text, bytes) else text.encode())
    save(folder / "net.pth")


def cut(folder: Path) -> None:
    """Half the weights, which the answer file reads."""
    write(folder, "x = 3")
    (folder / "net.pth").write_bytes((folder / "net.pth").read_bytes()[:700])


HAND_INS: dict[str, Callable[[Path], None]] = {
    "right": lambda folder: write(folder, "x = 3"),
    "over": lambda folder: write(folder, "x = 3", more=OVER),
    "cut": cut,
    "open": lambda folder: write(folder, "x = 3", STUBBED),
    "unread": lambda folder: write(folder, "x = 3", bytes(range(256))),
}
POINTS = {"right": 2.0, "over": 2.0, "cut": 0.0, "open": 0.0, "unread": None}


@pytest.fixture(scope="module")
def course(tmp_path_factory: pytest.TempPathFactory) -> Course:
    """A released course with a class."""
    settings = SETTINGS.replace("files =", 'answers = ["nets.py"]\nfiles =')
    course = trained_course(tmp_path_factory.mktemp("both") / "course", settings)
    write(course.source("hw"), LINE, SOURCE)
    release(course, "hw", CHECKS)
    for student, make in HAND_INS.items():
        (folder := course.submitted("hw", student)).mkdir(parents=True)
        make(folder)
    return course


@pytest.fixture(scope="module")
def done(course: Course, started_once: None) -> ClassGraded:
    """Everybody's grade."""
    return grade_class(course, "hw", list(HAND_INS), Options(2))


def test_a_release_has_the_stubs_and_nothing_trained(course: Course) -> None:
    """Students get the answer file with its stubs, and of what they train the name and the size."""
    found = course.release("hw")
    files = {path.relative_to(found).as_posix() for path in found.rglob("*.*")}
    assert files - {"data.csv"} == {
        "hw.ipynb", "nets.py", "checks/check_curve.py", "checks/course.json"
    }  # fmt: skip
    assert (found / "nets.py").read_text() == STUBBED
    assert json.loads((found / "checks/course.json").read_text()) == {"files": {"net.pth": 1 << 20}}
    assert find_faults(course, "hw", CHECKS) == []


def test_both_files_decide(done: ClassGraded) -> None:
    """The answer file as it was handed in reads the weights that were handed in."""
    assert {name: grade.points("net") for name, grade in done.grades.items()} == POINTS
    assert {grade.points("curve") for grade in done.grades.values()} == {1.0}
    assert not done.problems
    assert done.grades["over"].notes == done.grades["right"].notes == ()


def test_a_failure_names_both_files(done: ClassGraded) -> None:
    """The line of the answer file, and the file that it read."""
    (finding,) = done.grades["cut"].of("net")
    line = SOLVED.split("\n").index("    net.load_state_dict(torch.load(path))") + 1
    assert f" in nets.py, line {line} (net.pth is damaged" in finding.sentence
    (note,) = done.grades["cut"].notes
    assert note.startswith("net.pth is damaged")


def test_the_students_check_looks_at_both(course: Course, tmp_path: Path) -> None:
    """An answer file counts as it is saved, and what has still to be handed in is told."""
    for name, data in (("nets.py", STUBBED.encode()), ("checks/check_curve.py", b"")):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_bytes(data or (course.release("hw") / name).read_bytes())
    told = course.release("hw") / "checks/course.json"
    (tmp_path / "checks/course.json").write_bytes(told.read_bytes())
    saved = f"from pathlib import Path\n_ = Path('nets.py').write_text({SOLVED!r})"
    trained = "import nets, torch\ntorch.save(nets.make().state_dict(), 'net.pth')"
    check = 'x = 3\ncheck("curve")'
    ran = run(tmp_path, IMPORT, check, saved, trained, "net = load('net.pth')", check)
    before, after = (str(ran[place].outputs[-1].data["text/plain"]) for place in (1, 5))
    assert "net.pth is missing: hand it in, beside the notebook." in before
    assert "1 of 1 point" in after
    assert "net.pth" not in after
