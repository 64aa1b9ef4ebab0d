"""The command line: what a tired person types, and what it says."""

import json
import os
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest
from tiny_course import class_course

from autograder.gradebook import nbgrader_environment

ROOT = Path(__file__).parents[2]
COURSE = 'course = "c"\nseed = "s"\n'


def autograder(folder: Path, *arguments: str) -> "subprocess.CompletedProcess[str]":
    """Run the command in a folder."""
    return subprocess.run(
        [sys.executable, "-m", "autograder", *arguments],
        cwd=folder,
        env=os.environ | {"COLUMNS": "200", "NO_COLOR": "1", "TERM": "dumb"},
        capture_output=True,
        text=True,
        check=False,
    )


def test_help_names_the_commands(tmp_path: Path) -> None:
    """Without arguments, and with --help, the commands are listed."""
    said = autograder(tmp_path, "--help")
    assert said.returncode == 0
    for command in ("release", "problems", "triage", "grade", "sync", "replay", "export"):
        assert command in said.stdout


def test_help_imports_nothing_heavy() -> None:
    """What takes long to import is imported by the command that needs it."""
    heavy = "torch numpy matplotlib nbformat nbgrader nbconvert sqlalchemy IPython pytest nh3"
    code = (
        "import sys\nfrom autograder.cli import app\napp(['--help'], standalone_mode=False)\n"
        f"sys.exit(str(set(sys.modules) & set({heavy.split()})))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.stderr == "set()\n"


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        (("grade", "backprop"), "There is no autograder.toml"),
        (("grade", "--nonsense"), "No such option"),
        (("grade",), "Missing argument"),
        (("grade", "backprop", "--jobs", "-1"), "jobs"),
    ],
)
def test_wrong_usage_is_told_with_code_two(
    tmp_path: Path, arguments: tuple[str, ...], expected: str
) -> None:
    """A command that cannot work says why, without a traceback."""
    done = autograder(tmp_path, *arguments)
    assert done.returncode == 2
    assert expected in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize(
    ("arguments", "code", "expected"),
    [
        (("grade", "nothing"), 2, "There is no assignment nothing"),
        (("grade", "empty"), 2, "Nothing was handed in"),
        (("grade", "hw"), 1, "autograder release hw"),
        (("triage", "hw"), 1, "autograder release hw"),
        (("triage", "empty"), 2, "Nothing was handed in"),
        (("grade", "hw", "--student", "bob"), 2, "submitted/bob/hw"),
        (("grade", "hw", "--device", "tpu"), 2, "auto, cpu or cuda"),
        (("grade", "../x"), 2, "cannot be the name of an assignment"),
        (("problems", "hw"), 1, "there are no checks"),
        (("sync", "hw"), 1, "autograder release hw"),
        (("export", "hw"), 1, "autograder release hw"),
        (("replay", "ann", "curve"), 2, "run autograder grade first"),
        (("release", "hw"), 1, "there are no checks"),
        (("grade", "hw", "--notebook", "no/x.ipynb"), 2, "there is no folder no"),
        (("verify", "hw", "--report", "no/x.md"), 2, "there is no folder no"),
    ],
)
def test_an_unready_course_is_told_with_a_remedy(
    tmp_path: Path, arguments: tuple[str, ...], code: int, expected: str
) -> None:
    """What is missing is named, and what to do about it."""
    (tmp_path / "autograder.toml").write_text(COURSE)
    for folder in ("source/hw", "source/empty", "submitted/ann/hw"):
        (tmp_path / folder).mkdir(parents=True)
    done = autograder(tmp_path, *arguments)
    assert (done.returncode, "Traceback" in done.stderr) == (code, False), done.stderr
    assert expected in done.stderr


@pytest.mark.skipif(any(Path("/dev").glob("nvidia[0-9]*")), reason="there is a CUDA device")
def test_a_device_that_is_missing_is_told_before_anything_runs(tmp_path: Path) -> None:
    """`--device cuda` without CUDA is an error of its own, with the remedy."""
    (tmp_path / "autograder.toml").write_text(COURSE)
    for folder in ("source/hw", "source/empty", "submitted/ann/hw"):
        (tmp_path / folder).mkdir(parents=True)
    done = autograder(tmp_path, "grade", "hw", "--device", "cuda")
    assert done.returncode == 2
    assert "torch sees no CUDA device here" in done.stderr


QUICKLY = """
import sys
from autograder.cli import main
try:
    main()
finally:
    assert not {"torch", "nbgrader", "IPython", "autograder.boxes"} & set(sys.modules)
"""


def test_a_name_that_is_no_text_stops_nobody(tmp_path: Path) -> None:
    """A folder in another encoding is named and left out; a name that prints oddly is a name."""
    (tmp_path / "autograder.toml").write_text(COURSE)
    persian = "submitted/\u0645\u06cc\u200c\u0646/hw"  # with a letter that has no width
    for name in ("source/hw", "release/hw", "submitted/ann/hw", persian):
        (tmp_path / name).mkdir(parents=True)
    (tmp_path / "release/hw/hw.ipynb").write_text(
        '{"cells": [], "nbformat": 4, "nbformat_minor": 5}'
    )
    (tmp_path / "submitted" / os.fsdecode(b"Jos\xe9") / "hw").mkdir(parents=True)
    done = autograder(tmp_path, "triage", "hw")
    assert "'Jos\\udce9' is left out" in done.stderr
    assert "2 submissions" in done.stderr


def test_names_are_shown_and_steer_nothing(tmp_path: Path) -> None:
    """What would move a cursor or turn a line is written as an escape; any folder's name is one."""
    (tmp_path / "autograder.toml").write_text(COURSE)
    odd = ["\x1b[2Jevil", "\u202egnp.exe", "two\nlines", "AD\\ann", "[a-z]*", " edges ", "n" * 250]
    for name in ("source/hw", "release/hw", *(f"submitted/{one}/hw" for one in odd)):
        (tmp_path / name).mkdir(parents=True)
    (tmp_path / "submitted/linked").mkdir()
    (tmp_path / "submitted/linked/hw").symlink_to("l" * 300)
    (tmp_path / "release/hw/hw.ipynb").write_text(
        '{"cells": [], "nbformat": 4, "nbformat_minor": 5}'
    )
    for options in ((), ("--json",)):
        done = autograder(tmp_path, "triage", "hw", *options)
        assert "8 submissions" in done.stderr
        for letter in ("\x1b", "\u202e"):
            assert letter not in done.stdout + done.stderr
    assert {one["student"] for one in json.loads(done.stdout)} == {*odd, "linked"}


def test_triage_lists_what_is_odd_and_runs_nothing(tmp_path: Path) -> None:
    """It imports neither torch nor nbgrader, starts no box, and says 1 if a person must act."""
    (tmp_path / "autograder.toml").write_text(COURSE)
    zoe, ann = "Zoe\u0308", "ann"
    for name, text in (("release", "{}"), (f"submitted/{zoe}", "{}"), (f"submitted/{ann}", "")):
        (tmp_path / name / "hw").mkdir(parents=True)
        release = {"cells": [{"cell_type": "code", "id": "a", "source": ""}], "nbformat": 4}
        text = json.dumps(release | {"nbformat_minor": 5}) if text else ""
        (tmp_path / name / "hw" / "hw.ipynb").write_text(text)
    for arguments, code in ((["--student", "Zo\u00eb"], 0), (["--json"], 1)):
        done = subprocess.run(
            [sys.executable, "-c", QUICKLY, "triage", "hw", *arguments],
            cwd=tmp_path, capture_output=True, text=True, check=False,
        )  # fmt: skip
        assert done.returncode == code, done.stderr
    assert "2 submissions, 1 odd, 1 for a person." in done.stderr
    told = {one["student"]: one["notes"] for one in json.loads(done.stdout)}
    assert told[zoe] == []
    assert told[ann][0]["care"] == "refused"


def test_a_class_is_graded_by_the_command(tmp_path: Path, tiny_release: Path) -> None:
    """`autograder grade` writes notebooks, gradebook and feedback, and says who needs a person.

    What a locked gradebook could not take is told, and written by the next run.
    """
    right = "x = t - 1.5 * torch.cos(17 * t)"
    answers = {"ann": right, "bob": "x = t", "cleo": "import os; os._exit(0)", "dan": "", "eve": ""}
    course = class_course(tmp_path, answers, tiny_release)
    (course.submitted("hw", "dan") / "hw.ipynb").write_text("PK")
    with (course.root / "autograder.toml").open("a") as settings:
        settings.write(f'gradebook = "{course.gradebook}?timeout=0.1"\n')
    chosen = sorted(set(answers) - {"eve"})
    command = [sys.executable, "-m", "autograder", "grade", "hw", "--json"]
    command += [word for one in chosen for word in ("--student", one)]

    def grade(*options: str) -> "subprocess.CompletedProcess[str]":
        return subprocess.run(
            [*command, *options], cwd=course.root, env=nbgrader_environment(),
            capture_output=True, text=True, check=False,
        )  # fmt: skip

    with closing(sqlite3.connect(course.root / "gradebook.db")) as other:
        other.execute("BEGIN EXCLUSIVE")
        locked = grade("--jobs", "1")
    assert locked.returncode == 3, locked.stderr
    for words in ("4 submissions", "gradebook.db cannot be used (database is locked)"):
        assert words in " ".join(locked.stderr.split())
    done = grade("--feedback")
    assert done.returncode == 1, done.stderr
    assert "needs attention" in " ".join(done.stderr.split())
    told = json.loads(done.stdout)["grades"]
    assert sorted(one["student"] for one in told) == chosen
    for one in chosen:
        assert (course.feedback("hw", one) / "hw.html").is_file()
        assert (course.autograded("hw", one) / "hw.ipynb").is_file()
    again = grade("--dry-run", "--jobs", "1")
    assert json.loads(again.stdout)["grades"] == told
    assert json.loads(locked.stdout)["grades"] == told
