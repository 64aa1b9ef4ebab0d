"""What CONTRIBUTING says of the shape of the code."""

import ast
import subprocess
import sys
from pathlib import Path
from shutil import which

ROOT = Path(__file__).parents[2]
SOURCES = [
    path for name in ("autograder", "tests", "tools") for path in (ROOT / name).rglob("*.py")
]
OURS = [path for path in SOURCES if "attacks" not in path.parts]
# They import the standard library alone, so any Python can try them.
PLAIN = (
    "autograder.errors autograder.evidence.frames autograder.asking.questions"
    " autograder.asking.replies autograder.model autograder.text autograder.devices"
    " autograder.config autograder.files"
)


def test_no_module_is_too_long() -> None:
    """Nobody has to read more than 400 lines at once."""
    lines = {str(path.relative_to(ROOT)): path.read_text().count("\n") for path in OURS}
    assert {path: count for path, count in lines.items() if count > 400} == {}


def test_no_function_is_too_long() -> None:
    """Nor a function of more than 50 lines."""
    found = {
        f"{path.relative_to(ROOT)}:{node.name}": node.end_lineno - node.lineno + 1
        for path in OURS
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)) and node.end_lineno
    }
    assert len(found) > 1000
    assert {name: lines for name, lines in found.items() if lines > 50} == {}


def test_unit_tests_mirror_the_package() -> None:
    """Whoever looks for the tests of a package finds them under its name."""
    here = {path.name for path in (ROOT / "tests/unit").iterdir() if any(path.glob("test_*.py"))}
    packages = {path.parent.name for path in (ROOT / "autograder").glob("*/__init__.py")}
    assert here - {"tools"} == here & packages
    # The commands are tried as commands, and the sanitiser by a file of its name.
    assert packages - here == {"commands", "sanitizing"}


def test_newer_pythons_read_it() -> None:
    """All modules compile by every Python here, and what needs no library is imported."""
    found = [sys.executable, *(which(f"python3.{minor}") for minor in range(12, 15))]
    code = (
        "import pathlib\n"
        "for path in pathlib.Path('autograder').rglob('*.py'):\n"
        "    compile(path.read_bytes(), str(path), 'exec')\n"
        f"for name in {PLAIN!r}.split(): __import__(name)\n"
    )
    starts = [one for one in found if one and not subprocess.run([one, "-c", ""]).returncode]
    for python in starts:
        subprocess.run([python, "-W", "error", "-B", "-c", code], cwd=ROOT, check=True)
    assert sys.executable in starts
