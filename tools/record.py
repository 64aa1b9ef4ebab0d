"""Records the tape by which tests hold what evidence and judging mean.

    python -m tools.record

Where a box answers otherwise than on the recorded tape, or the checks find something else in it,
the number in `autograder/grading/keys.py` must be raised first: else nothing is recorded.
"""

import json
import sys
from contextlib import closing, nullcontext
from dataclasses import asdict
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from autograder.boxes.box import Box
from autograder.boxes.template import Template
from autograder.config import Course, RunLimits, Settings
from autograder.evidence.values import FormatError
from autograder.grading.judge_proxy import JudgeTemplate
from autograder.grading.keys import EVIDENCE, JUDGING
from autograder.grading.replayed_box import Double
from autograder.grading.running import MakeBox, run
from autograder.grading.tapes import Player, Recorder, Tape, Unrecorded, unpack
from autograder.notebooks.cells import Cell, Kind
from autograder.notebooks.rebuilding import Rebuilt

PLACE = Path(__file__).parents[1] / "tests/unit/grading/recorded"
TAPE, FINDINGS = PLACE / "tape.bin", PLACE / "findings.json"
SEED = 1  # of the box


def main() -> None:
    """Record anew, unless a meaning has changed and its number has not."""
    tape = record()
    findings = judge(Rebuilt(tape.rebuilt.cells), lambda: Player(tape))
    if TAPE.exists():
        told, old = json.loads(FINDINGS.read_text("utf-8")), _recorded()
        if told["evidence"] == EVIDENCE and (old is None or differs(old, tape)):
            sys.exit("A box answers otherwise than was recorded: raise EVIDENCE in keys.py.")
        if told["judging"] == JUDGING and old and judged_again(old) != told["findings"]:
            sys.exit("The checks find something else than was recorded: raise JUDGING in keys.py.")
    numbers = {"evidence": EVIDENCE, "judging": JUDGING}
    text = json.dumps(numbers | {"findings": findings}, indent=1, ensure_ascii=False)
    FINDINGS.write_text(text + "\n", "utf-8")
    TAPE.write_bytes(tape.pack())
    print(f"{len(tape.answers)} questions and {len(findings)} findings are recorded.")


def _recorded() -> Tape | None:
    """The tape that was recorded; None where its form has changed."""
    try:
        return unpack(TAPE.read_bytes())
    except FormatError:
        return None


def record() -> Tape:
    """What a box makes of the notebook, and answers to the checks."""
    cells = tuple(map(_cell, PLACE.joinpath("notebook.txt").read_text("utf-8").split("# %% ")[1:]))
    tape = Tape(Rebuilt(cells))
    with TemporaryDirectory() as work, Template() as template:
        Path(work).chmod(0o755)
        template.wait_until_warm()
        layers = template.find_layers()
        box = Box(template.fork(RunLimits(), work, layers=layers, seed=SEED), RunLimits())
        with closing(box):
            box.wait_until_ready()
            double = Double(lambda _: nullcontext(box))
            judge(tape.rebuilt, lambda: Recorder(double, tape))
    return tape


def judge(rebuilt: Rebuilt, make_box: MakeBox) -> list[dict[str, Any]]:
    """What the recorded checks find, as plain data.  Raises Unrecorded as `run` does."""
    course = Course(PLACE, Settings("recorded", "s"))
    with JudgeTemplate(course, "recorded") as judges:
        checks = judges.checks()
        with closing(judges.fork("a seed")) as one:
            found = run(rebuilt, checks, make_box, one).findings
    plain: list[dict[str, Any]] = json.loads(json.dumps([asdict(finding) for finding in found]))
    return plain


def judged_again(tape: Tape) -> list[dict[str, Any]]:
    """What the checks find in a tape; nothing where they ask for what is not on it."""
    try:
        return judge(tape.rebuilt, lambda: Player(tape))
    except Unrecorded:
        return []


def differs(old: Tape, new: Tape) -> bool:
    """Whether the same cell or question got another answer; new ones may have come along."""
    ran = {one.body["cell"]: one.body for one in old.cells}
    if any(ran.get(one.body["cell"], one.body) != one.body for one in new.cells):
        return True
    return any(old.answers.get(key, one) != one for key, one in new.answers.items())


def _cell(text: str) -> Cell:
    head, _, source = text.partition("\n")
    if head.startswith("grade "):
        return Cell(f"{head} cell", "code", "", Kind.GRADE, head.removeprefix("grade "), 1)
    kind = Kind.ANSWER if head.endswith("_answer") else Kind.GIVEN
    return Cell(f"{head} cell", "code", source.strip(), kind, head if kind is Kind.ANSWER else "")


if __name__ == "__main__":
    main()
