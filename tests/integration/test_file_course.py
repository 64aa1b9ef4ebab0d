"""Answer files end to end: in the student's kernel, in a release, in a class, in verify."""

from pathlib import Path
from typing import Any

import pytest
from test_student_check import CHECKS, run, shown

FILE = """\
import torch

# %% curve_answer
def curve(scale=1):
    return <your_code_here>


# %% slope_answer
def f(t):
    return <your_code_here>


class Line:
    def __call__(self, t):
        return f(t)
"""


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """A folder as a student has it, with an answer file."""
    (tmp_path / "checks").mkdir()
    (tmp_path / "checks" / "check_curve.py").write_text(CHECKS)
    (tmp_path / "curves.py").write_text(FILE)
    return tmp_path


def saves(*answers: str) -> str:
    """The cell of a student who saves the file with these in the place of its stubs."""
    head, *rest = FILE.split("<your_code_here>")
    text = head + "".join(map("".join, zip(answers, rest, strict=True)))
    return f"from pathlib import Path; _ = Path('curves.py').write_text({text!r})"


def said(cell: Any) -> str:
    """What a cell printed, in as many pieces as the kernel sent."""
    return "".join(one.text for one in cell.outputs if one.output_type == "stream")


def test_a_file_counts_as_it_is_saved(home: Path) -> None:
    """Open, right, broken, right: each cell has the file as it is now, and exercises go on."""
    cells = run(
        home,
        "from autograder import check",
        "from curves import curve as mine, f, Line\nimport curves",
        'check("slope")',
        saves("<your_code_here>", "2 * t"),
        'check("slope")',
        saves("1 +", "2 * t"),
        'check("slope")',
        "print(f(1))",
        saves("-scale * torch.arange(4.0)", "2 * t"),
        'x = mine(); check("curve")',
        "line = Line(); print(f is curves.f, mine is curves.curve)",
        saves("0", "2 * t"),
        'check("slope")',
    )
    assert "a stub is not filled in yet" in shown(cells[2])
    assert "2 of 2 points" in shown(cells[4])
    assert "curves.py, line 5: SyntaxError: invalid syntax. Mend it" in shown(cells[6])
    assert said(cells[7]).endswith("then run this cell again.\n2\n")
    assert "1 of 1 point" in shown(cells[9])
    assert said(cells[10]) == "True True\n"
    assert said(cells[12]).startswith("`line` was made before the file of its class")
    assert "2 of 2 points" in cells[12].outputs[-1].data["text/plain"]
