"""The same notebook and the same checks on a CUDA device."""

import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import torch

from autograder.config import find_course
from autograder.notebooks.assignment import read_assignment
from autograder.verifying.specimens import disagreements, read_specimens
from tools.demo import read

ROOT = Path(__file__).parents[2]

pytestmark = [
    pytest.mark.gpu,
    pytest.mark.skipif(not torch.cuda.is_available(), reason="torch sees no CUDA device here"),
]


def test_specimens_get_the_same_on_cuda(tmp_path: Path) -> None:
    """Right and wrong answers get on CUDA what they state, as on the CPU."""
    for name in ("source", "checks", "release"):
        shutil.copytree(ROOT / name, tmp_path / name)
    shutil.copy(ROOT / "autograder.toml", tmp_path)
    course = find_course(tmp_path)
    frame = course.release("backprop") / "backprop.ipynb"
    notebook = read_assignment(frame)
    wanted = {"perfect", "cosine_twice", "accumulated"}
    folder = course.checks("backprop") / "specimens"
    specimens = [one for one in read_specimens(folder) if one.name in wanted]
    for specimen in specimens:
        specimen.hand_in(course.submitted("backprop", specimen.student), frame, notebook)
    done = subprocess.run(
        [
            *(sys.executable, "-m", "autograder", "grade", "backprop"),
            *("--device", "cuda", "--dry-run", "--json"),
        ],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    grades = [read(grade) for grade in json.loads(done.stdout)["grades"]]
    assert disagreements(specimens, grades) == {}
