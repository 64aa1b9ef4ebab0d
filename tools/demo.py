"""A class graded end to end: released, handed in, graded, and held against what it must get.

Everything happens in the folder `demo/`, a course of its own; the repository is left alone.
"""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

from autograder.config import find_course
from autograder.model import Check, Ending, Finding, Grade, Verdict
from autograder.notebooks.assignment import read_assignment
from autograder.verifying.specimens import disagreements, read_specimens

ROOT = Path(__file__).resolve().parent.parent
DEMO = ROOT / "demo"
ASSIGNMENT = "backprop"


def main() -> int:
    """Run the demonstration; 0 if every specimen got what it states."""
    shutil.rmtree(DEMO, ignore_errors=True)
    for folder in ("source", "checks"):
        shutil.copytree(ROOT / folder, DEMO / folder)
    for name in ("autograder.toml", "nbgrader_config.py"):
        shutil.copy(ROOT / name, DEMO / name)
    course = find_course(DEMO)

    say("An instructor makes the release:")
    command("release", ASSIGNMENT)
    notebook = read_assignment(course.release(ASSIGNMENT) / f"{ASSIGNMENT}.ipynb")
    specimens = read_specimens(course.checks(ASSIGNMENT) / "specimens")
    frame = course.release(ASSIGNMENT) / notebook.name
    for specimen in specimens:
        specimen.hand_in(course.submitted(ASSIGNMENT, specimen.student), frame, notebook)
    say(f"{len(specimens)} students hand in, and an assistant grades them:")
    printed = command("grade", ASSIGNMENT, "--feedback", "--json")
    differing = disagreements(specimens, [read(grade) for grade in json.loads(printed)["grades"]])

    example = specimens[0].student
    say("Where to look:")
    print(f"  a feedback page    demo/feedback/{example}/{ASSIGNMENT}/{ASSIGNMENT}.html")
    print(f"  a graded notebook  demo/autograded/{example}/{ASSIGNMENT}/{ASSIGNMENT}.ipynb")
    print("  the formgrader     cd demo && ../.venv/bin/jupyter lab, then Nbgrader > Formgrader")
    for name, problems in differing.items():
        print(f"  {name}: {'; '.join(problems)}")
    agreeing = len(specimens) - len(differing)
    print(f"\n{agreeing} of {len(specimens)} specimens got the points and the ending they state.")
    return 1 if differing else 0


def command(*arguments: str) -> str:
    """Run `autograder` in the demonstration's course; it may say that a person must look."""
    print(f"  $ autograder {' '.join(arguments)}", flush=True)
    done = subprocess.run(  # noqa: S603 - our own command
        [sys.executable, "-m", "autograder", *arguments],
        cwd=DEMO,
        env=os.environ | {"COLUMNS": os.environ.get("COLUMNS", "110")},
        stdout=subprocess.PIPE,
        text=True,
        check=False,
    )
    if done.returncode not in (0, 1):
        sys.exit(done.returncode)
    return done.stdout


def read(told: dict[str, object]) -> Grade:
    """A grade from the JSON that `autograder grade` prints."""
    fields = dict(told)
    findings = tuple(
        Finding(
            Check(item["check"], item["exercise"], item["title"], item["of"], hidden=False),
            Verdict(item["verdict"]),
            share=item["points"] / item["of"],
        )
        for item in fields["findings"]  # type: ignore[attr-defined]
    )
    return Grade(str(fields["student"]), ASSIGNMENT, findings, Ending(str(fields["ending"])))


def say(sentence: str) -> None:
    """Print a sentence that stands out a little."""
    print(f"\n{sentence}", flush=True)


if __name__ == "__main__":
    sys.exit(main())
