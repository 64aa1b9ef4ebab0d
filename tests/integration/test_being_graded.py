"""A notebook can leave out its training when it is graded, and load what was trained."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import torch
from small_boxes import shown

from autograder.boxes.box import Box
from autograder.config import Course, find_course
from autograder.errors import CourseError
from autograder.grading.workshop import Options, Workshop
from autograder.notebooks.assignment import read_assignment
from autograder.notebooks.cells import Kind
from autograder.releasing import solved

EXAMPLE = Path(__file__).parents[2] / "docs/examples/trained-course"
ASKED = "from autograder import being_graded; print(being_graded())"


def test_a_notebook_can_ask_whether_it_is_graded(box: Box) -> None:
    """Yes in a box, by our word and by nbgrader's; no in anybody's own kernel."""
    assert shown(box, ASKED) == "True"
    assert shown(box, "import os; print(os.environ['NBGRADER_EXECUTION'])") == "autograde"
    done = subprocess.run([sys.executable, "-c", ASKED], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"


def train(course: Course) -> None:
    """Run the instructor's notebook as at home, without its checks."""
    cells = read_assignment(course.source("circle") / "circle.ipynb").cells
    code = [one.source for one in cells if one.type == "code" and one.kind is not Kind.GRADE]
    command = [sys.executable, "-c", "\n".join(code)]
    subprocess.run(command, cwd=course.source("circle"), check=True)


@pytest.mark.usefixtures("started_once")
def test_the_guides_network_is_trained_at_home(tmp_path: Path) -> None:
    """Its weights earn all points in a box that trains nothing, and no others do."""
    shutil.copytree(EXAMPLE, tmp_path / "course")
    course = find_course(tmp_path / "course")
    train(course)
    weights = course.source("circle") / "net.pth"
    written = weights.stat().st_mtime_ns
    options = Options(accept_weaker_box=True)
    with Workshop(course, "circle", options, place=course.source("circle")) as workshop:
        solved(course, "circle", workshop.solve)
        assert weights.stat().st_mtime_ns == written
        untrained = {name: 0 * value for name, value in torch.load(weights).items()}
        torch.save(untrained, weights)
        with pytest.raises(CourseError, match="not seen: the reference solution gets 0 of 2"):
            solved(course, "circle", workshop.solve)
