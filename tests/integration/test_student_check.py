"""`check("..")` as a student meets it: in a real kernel, and under nbgrader's Validate."""

import json
import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from textwrap import dedent
from typing import Any

import nbformat
import pytest
from nbclient import NotebookClient
from nbgrader.validator import Validator

CHECKS = '''
"""The visible checks of two exercises."""

import torch

from autograder.checks import close, exercise, points

T = torch.arange(4.0)


@points(1, hint="mind the sign")
@exercise("curve")
def check_x(student, rng):
    """x is the negative of t."""
    torch.manual_seed(0)
    print("said by a check", torch.rand(1, generator=rng))
    close("x", student["x"], -T)


@points(2)
@exercise("slope")
def check_f(student, data):
    """f doubles."""
    assert (data / "checks").is_dir()
    close("f(t)", student.call("f", T), 2 * T)
'''
CHECK = 'from autograder import check\ncheck("curve")'


@pytest.fixture
def release(tmp_path: Path) -> Path:
    """A folder as a student has it."""
    (tmp_path / "checks").mkdir()
    (tmp_path / "checks" / "check_curve.py").write_text(CHECKS)
    return tmp_path


def run(folder: Path, *sources: str) -> list[Any]:
    """The cells after a run in a real kernel in this folder."""
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(s) for s in sources])
    client = NotebookClient(
        notebook, timeout=120, allow_errors=True, resources={"metadata": {"path": str(folder)}}
    )
    client.execute()
    return list(notebook.cells)


def shown(cell: Any) -> str:
    """What a cell showed as text, and nothing else: no stream, no error, one result."""
    assert [output.output_type for output in cell.outputs] == ["execute_result"]
    assert cell.outputs[0].data["text/html"].startswith("<div>")
    return str(cell.outputs[0].data["text/plain"])


def test_the_page_follows_the_edits(release: Path) -> None:
    """Unanswered, wrong, right: the same cell says so each time."""
    cells = run(
        release,
        CHECK,
        "import torch; x = 2 * torch.arange(4.0)",
        'check("curve")',
        "x = -torch.arange(4.0)",
        'check("curve")',
        'f = lambda t: t + undefined; check("slope")',
        'check("nothing")',
    )
    assert "not answered yet" in shown(cells[0])
    assert "-2.000 times what is right" in shown(cells[2])
    assert "mind the sign" in shown(cells[2])
    assert "1 of 1 point" in shown(cells[4])
    assert "NameError: name 'undefined' is not defined" in shown(cells[5])
    assert "There are: curve, slope." in shown(cells[6])


def test_the_kernel_is_left_as_it_was(release: Path) -> None:
    """Random numbers, modes, paths, warnings, modules and files are the same afterwards."""
    state = dedent("""
        import os, sys, warnings, random, torch, numpy as np
        def state():
            modules = {name for name in sys.modules if "check_" in name or name == "checks"}
            return (sorted(modules), list(sys.path), list(warnings.filters), random.getstate(),
                    torch.get_rng_state().tolist(), np.random.get_state()[1].tolist(),
                    torch.is_grad_enabled(), torch.get_default_dtype(), dict(os.environ),
                    sys.stdout is sys.__stdout__, sys.dont_write_bytecode, os.getcwd())
        x = -torch.arange(4.0)
        torch.set_grad_enabled(False)
    """)
    cells = run(
        release, state, CHECK, 'before = state(); check("curve")', "assert before == state()"
    )
    assert cells[3].outputs == []
    assert sorted(path.name for path in release.rglob("*")) == ["check_curve.py", "checks"]


def test_missing_and_unreadable_checks_have_a_remedy(tmp_path: Path) -> None:
    """The page says what to do without the folder, and if a file of it does not import."""
    broken = "from pathlib import Path\nPath('checks').mkdir()\n"
    broken += "Path('checks/check_curve.py').write_text('import no_such_module');"
    missing, _, unreadable = run(tmp_path, CHECK, broken, 'check("curve")')
    assert "Fetch the assignment again" in shown(missing)
    assert "cannot be read" in shown(unreadable)


def test_files_to_hand_in_are_looked_at(release: Path) -> None:
    """Below its findings the page says what would be wrong with a file; no damage is guessed."""
    names = ("net.pth", "a.npz", "b.json", "c.npy", "d.pth", "e.csv", "f.csv", "g.pth")
    (release / "checks/course.json").write_text(json.dumps({"files": dict.fromkeys(names, 4096)}))
    save = """
        import json, numpy as np, torch
        class Net: pass
        torch.save(torch.zeros(9), "net.pth"); np.savez("a.npz", a=np.zeros(9))
        json.dump([1], open("b.json", "w")); np.save("c.npy", np.zeros(9))
        torch.save(Net(), "d.pth"); torch.save(torch.zeros(2000), "g.pth")
        open("e.csv", "w").write("1")
    """
    spoil = """
        for name in ("net.pth", "a.npz", "b.json", "c.npy"):
            data = open(name, "rb").read(); open(name, "wb").write(data[:len(data) // 2])
        import os; os.remove("e.csv"); os.mkdir("e.csv")
    """
    answer = "import torch; x = -torch.arange(4.0)"
    cells = run(release, answer, dedent(save), CHECK, dedent(spoil), 'check("curve")')
    whole, spoilt = shown(cells[2]), shown(cells[4])
    assert "1 of 1 point" in whole
    assert "1 of 1 point" in spoilt
    told = [line for line in whole.splitlines() if "beside the notebook" in line]
    assert [line.split(":")[0] for line in told] == [
        "f.csv is missing",
        "g.pth is larger than 0 MiB",
    ]
    for name in ("net.pth", "a.npz", "b.json", "c.npy"):
        assert f"{name} is damaged: save it again" in spoilt
    assert "e.csv is a folder" in spoilt


def validated(folder: Path, sources: Sequence[str]) -> dict[str, Any]:
    """What the Validate button finds."""
    cells = [nbformat.v4.new_code_cell(source) for source in sources]
    grade = {"grade": True, "locked": True, "solution": False, "task": False, "points": 1}
    cells[-1].metadata["nbgrader"] = {
        **grade, "grade_id": "curve", "schema_version": 3, "cell_type": "code",
    }  # fmt: skip
    kernel = {"kernelspec": {"name": "python3", "display_name": "Python", "language": "python"}}
    notebook = nbformat.v4.new_notebook(cells=cells, metadata=kernel)
    nbformat.write(notebook, folder / "homework.ipynb")
    found: dict[str, Any] = Validator().validate(str(folder / "homework.ipynb"))
    return found


def test_validate_passes_what_is_right(release: Path) -> None:
    """Nothing is reported when every visible check passes."""
    assert validated(release, ["import torch; x = -torch.arange(4.0)", CHECK]) == {}


def test_validate_shows_the_page(release: Path) -> None:
    """What is not right fails the cell, with the page as its error and no traceback."""
    failed = validated(release, ["import torch; x = torch.arange(4.0)", CHECK])["failed"]
    error = failed[0]["raw_error"]
    assert "right except for the sign" in error
    assert "Traceback" not in error
    assert "pytest" not in error


def test_importing_check_costs_nothing() -> None:
    """`from autograder import check` imports neither torch nor pytest, nor any of our parts."""
    code = (
        "import sys; from autograder import check;"
        "assert not {'torch', 'pytest', 'autograder.checks'} & set(sys.modules)"
    )
    subprocess.run([sys.executable, "-c", code], check=True, env=dict(os.environ))
