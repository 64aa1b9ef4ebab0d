"""One submission: its cells run in a box, each exercise judged where its grade cell stands."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from autograder.boxes.box import CellRun, Ended
from autograder.files import unfit
from autograder.grading.failures import Makers, called, explain, origin, unreadable
from autograder.grading.judge_proxy import Judge
from autograder.grading.tapes import Player, Recorder, runs
from autograder.model import Check, Ending, Finding, Verdict
from autograder.notebooks.cells import Cell, Kind
from autograder.notebooks.rebuilding import Rebuilt
from autograder.notebooks.stubs import has_stub

_LONGEST_REASON = 600  # letters
MakeBox = Callable[[], Recorder | Player]


@dataclass(slots=True)
class Run:
    """What one run came to; filled in while it goes on."""

    findings: list[Finding] = field(default_factory=list)
    outputs: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)
    asked: dict[str, list[str]] = field(default_factory=dict)  # the questions of each check
    ending: Ending = Ending.FINISHED
    unheard: bool = False  # a judge was gone before it had judged
    silent: bool = False  # of some check nothing was heard


def run(rebuilt: Rebuilt, checks: Sequence[Check], make_box: MakeBox, judge: Judge) -> Run:
    """Run a rebuilt notebook, or play its tape, and judge its exercises.

    Raises Unrecorded where a tape does not hold what is asked.
    """
    return _Running(rebuilt, checks, make_box, judge).whole()


class _Running:
    def __init__(
        self, rebuilt: Rebuilt, checks: Sequence[Check], make_box: MakeBox, judge: Judge
    ) -> None:
        self.rebuilt = rebuilt
        self.checks = checks
        self.make_box = make_box
        self.judge = judge
        self.run = Run(notes=list(rebuilt.notes))
        self.failures: dict[str, str] = {}
        self.makers = Makers(rebuilt.cells, rebuilt.files)
        self.stopped: dict[str, str] = {}
        self.answering = ""  # the exercise whose answer has begun, until it is judged
        self.beside = ""  # what stopped first, of the other cells since the last exercise
        self.before = 0  # questions that were put at earlier pauses
        self.heard: dict[str, Finding] = {}  # by check, also of an exercise that the end cut short
        self.box: Recorder | Player | None = None
        self.over: Ended | None = None

    def whole(self) -> Run:
        """Cell by cell to the end, whatever that is."""
        try:
            self.box = self.make_box()
        except Ended as ended:
            self.over = ended
        try:
            for cell in self.rebuilt.cells:
                self._step(cell)
        finally:
            if self.box:
                self.box.close()
        if self.over:
            self.run.ending = self.over.ending
        if self.over and self.over.ending is not Ending.BOX_FAILED:
            self.run.notes.append(f"The run stopped early: {self.over.sentence}.")
        return self.run

    def _step(self, cell: Cell) -> None:
        try:
            if cell.kind is Kind.GRADE:
                self._judge(cell)
            elif self.over is None:
                self._execute(cell)
        except Ended as ended:
            self.over = ended
            if cell.kind is Kind.GRADE:
                self._judge(cell)

    def _execute(self, cell: Cell) -> None:
        source, line = runs(cell), has_stub(cell.source) if cell.type == "code" else None
        if not source:
            if line is not None and cell.kind is Kind.ADDED and not cell.file:
                self.run.notes.append(f"A cell of yours was not run: line {line} holds a stub.")
            return
        if line is not None:
            open_ = f"{cell.line(line)} is not filled in yet"
            self.failures.setdefault(cell.exercise, open_)
        # What is in a file is neither continued nor run again by cells of the notebook.
        own = "" if cell.file else cell.exercise
        self.answering = own or self.answering
        assert self.box is not None  # noqa: S101 - without one, the run is over
        self._record(cell, self.box.run(source, exercise=own or None))

    def _record(self, cell: Cell, ran: CellRun) -> None:
        self.run.outputs[cell.id] = ran.outputs
        if ran.interrupted:
            self._stopped(cell, "took too long and was interrupted")
        elif ran.failure is not None:
            self._look_at_files(ran.failure)
            why = explain(ran.failure, cell, self.makers, self.stopped)
            # One that rests on many others would make the next sentence longer, and so on.
            self.stopped[cell.id] = why if len(why) <= _LONGEST_REASON else ran.failure
            self._stopped(cell, f"stopped with {why}")

    def _look_at_files(self, failure: str) -> None:
        """Say once of a file that was handed in that it cannot be read."""
        name = unreadable(failure, self.makers.files)
        if name and not self.makers.files[name]:
            self.makers.files[name] = unfit(
                name, "damaged, or of another kind than the notebook reads"
            )
            self.run.notes.append(self.makers.files[name])

    def _stopped(self, cell: Cell, how: str) -> None:
        """Remember it: a cell of the student's own below an answer is a part of it."""
        sentence = f"{'the answer' if cell.exercise else called(cell)} {how}"
        exercise = cell.exercise or (self.answering if cell.kind is Kind.ADDED else "")
        if exercise:
            self.failures.setdefault(exercise, sentence)
        else:
            self.beside = self.beside or sentence

    def _judge(self, cell: Cell) -> None:
        """Judge one exercise; after the box's end its checks are not reached, or inconclusive."""
        exercise, over = cell.exercise, self.over
        checks = [check for check in self.checks if check.exercise == exercise]
        if exercise in self.rebuilt.ambiguous:
            sentence = "there are several different answers; a person will choose"
            self._all(checks, Verdict.INCONCLUSIVE, sentence)
        elif exercise in self.rebuilt.unasked:
            sentence = "this exercise was added after the hand-in was made; a person decides"
            self._all(checks, Verdict.INCONCLUSIVE, sentence)
        elif exercise in self.rebuilt.unread:
            sentence = "the file with this answer could not be read; a person decides"
            self._all(checks, Verdict.INCONCLUSIVE, sentence)
        elif not self.rebuilt.answered(exercise):
            self._all(checks, Verdict.NOT_REACHED, "not answered yet")
        elif over is not None and over.ending is Ending.BOX_FAILED:
            self._all(checks, Verdict.INCONCLUSIVE, over.sentence)
        elif over is not None:
            self._all(checks, Verdict.NOT_REACHED, self.failures.get(exercise, over.sentence))
        else:
            assert self.box is not None  # noqa: S101 - without one, the run is over
            self.before = len(self.box.asked)
            found = self.judge.judge(
                exercise,
                checks,
                self.box.ask,
                self._heard,
                source=self._source(exercise),
                printed=self._printed(exercise),
            )
            self.run.findings += [self._explained(finding) for finding in found]
            self.run.unheard |= self.judge.gone
            self.run.silent |= any(check.id not in self.heard for check in checks)
        self.answering = self.beside = ""

    def _all(self, checks: Sequence[Check], verdict: Verdict, sentence: str) -> None:
        """Say the same of all checks, but for those that have spoken."""
        self.run.findings += [
            self._explained(self.heard[check.id])
            if check.id in self.heard
            else Finding(check, verdict, sentence=sentence)
            for check in checks
        ]

    def _explained(self, finding: Finding) -> Finding:
        """What stopped the answer is told first: all else that is wrong may follow from it."""
        why = self.failures.get(finding.check.exercise)
        full = finding.verdict is Verdict.PASSED and finding.share == 1
        if full or finding.verdict is Verdict.INCONCLUSIVE:
            return finding
        if not why:
            return replace(finding, sentence=finding.sentence + self._elsewhere(finding))
        if finding.verdict is Verdict.NOT_REACHED:
            return replace(finding, sentence=f"{finding.sentence}: {why}".removeprefix(": "))
        # A hint would say how to mend what the answer never came to.
        sentence = f"{why}; as it stands, {finding.sentence}" if finding.sentence else why
        return replace(finding, sentence=sentence, hint="")

    def _elsewhere(self, finding: Finding) -> str:
        """What a finding may come from that no answer of its exercise stopped with."""
        cells = (one for one in self.rebuilt.cells if one.kind is Kind.GRADE)
        here = next(one for one in cells if one.exercise == finding.check.exercise)
        found = origin(finding.sentence, here, self.makers, self.stopped)
        return found or f"; {self.beside}".removesuffix("; ")

    def _source(self, exercise: str) -> str:
        own = (cell for cell in self.rebuilt.cells if cell.kind is Kind.ANSWER)
        return "\n\n".join(cell.source for cell in own if cell.exercise == exercise)

    def _printed(self, exercise: str) -> str:
        ids = [cell.id for cell in self.rebuilt.cells if cell.exercise == exercise]
        outputs = (out for name in ids for out in self.run.outputs.get(name, ()))
        return "".join(out["text"] for out in outputs if out["output_type"] == "stream")

    def _heard(self, finding: Finding, asked: Sequence[int]) -> None:
        """A check has spoken, and these were its questions; several may share one."""
        assert self.box is not None  # noqa: S101 - only a paused box is judged
        self.heard[finding.check.id] = finding
        questions = [self.box.asked[self.before + number] for number in asked]
        self.run.asked[finding.check.id] = questions
