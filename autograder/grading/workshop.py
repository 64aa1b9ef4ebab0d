"""The workshop: one submission after another run in a box and judged from outside."""

import hashlib
import queue
import time
import traceback
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, closing, contextmanager, suppress
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path

from autograder.boxes.box import Box, Ended
from autograder.boxes.deadlines import IDLE_FACTOR
from autograder.boxes.layers import LAYERS, missing_walls
from autograder.boxes.shared_data import find_data_problems
from autograder.boxes.template import Template
from autograder.config import Course
from autograder.errors import BoxError, ConfinementError, Problem, SubmissionError, require_none
from autograder.files import find_ways_out, workplace
from autograder.grading.graded_submission import Graded, Outputs
from autograder.grading.judge_proxy import JudgeTemplate
from autograder.grading.replayed_box import Double
from autograder.grading.running import Run, run
from autograder.grading.tapes import Player, Recorder, Tape, Unrecorded
from autograder.grading.template_pool import Warm
from autograder.model import Check, Ending, Finding, Grade, Verdict
from autograder.notebooks.answer_files import importable, join
from autograder.notebooks.assignment import find_mismatches, read_release
from autograder.notebooks.cells import Cell
from autograder.notebooks.earlier import Earlier, remember
from autograder.notebooks.rebuilding import Rebuilt
from autograder.notebooks.receiving import receive
from autograder.notebooks.submission import Submission, read_submission, read_wanted

ATTEMPTS = 3
SLOTS = 256  # for the boxes of as many workers; then come those that stand beside them


@dataclass(frozen=True, slots=True)
class Options:
    """How a class is graded.

    `layers` are those that boxes shall have; None means all that this machine can do, and that
    every wall must stand unless a weaker box is accepted.
    """

    jobs: int = 1
    device: str = "cpu"
    layers: frozenset[str] | None = None
    accept_weaker_box: bool = False
    replay_probes: bool = False

    @property
    def how(self) -> tuple[object, ...]:
        """What of this the evidence may depend on."""
        layers = None if self.layers is None else sorted(self.layers)
        return (self.device, layers, self.accept_weaker_box, self.replay_probes)


class Workshop:
    """Both templates of one assignment, warm as soon as they are needed.  Use it with `with`.

    `place` is the folder with the notebook and the data: the release, unless said otherwise.
    """

    def __init__(
        self, course: Course, assignment: str, options: Options, *, place: Path | None = None
    ) -> None:
        self.course = course
        self.assignment = assignment
        self.options = options
        self.limits = course.settings.limits_of(assignment)
        self.answers = course.settings.answers_of(assignment)
        self.wanted = course.settings.files_of(assignment)
        self.place = place or course.release(assignment)
        self.templates: Warm[Template] = Warm(self._start_template)
        self.judges: Warm[JudgeTemplate] = Warm(self._start_judges)
        self.earlier = Earlier()
        self._checks: tuple[Check, ...] = ()
        self._layers: tuple[str, ...] = ()
        self._slots: queue.SimpleQueue[int] = queue.SimpleQueue()
        for slot in range(options.jobs):
            self._slots.put(slot)

    def __enter__(self) -> "Workshop":
        self.notebook = read_release(self.place, self.assignment, self.answers)
        if self.place == self.course.release(self.assignment):
            self.earlier = remember(self.course.releases, self.notebook)
        self._stack = ExitStack()
        self._scratch = self._stack.enter_context(workplace(self.course.scratch))
        return self

    def __exit__(self, *_: object) -> None:
        self.close()
        self._stack.close()

    def begin(self, *, boxes: bool = True) -> None:
        """Start what is needed, the slower one first, and wait for nothing."""
        if boxes:
            self.templates.begin()
        self.judges.begin()

    def start(self, *, boxes: bool = True) -> None:
        """Warm up what is needed: the judges, and the boxes unless there is evidence for all.

        Raises what stands in the way of grading anyone.
        """
        self.begin(boxes=boxes)
        self.judges.get()
        if boxes:
            self.templates.get()

    def close(self) -> None:
        """End both templates, and with them all boxes and judges."""
        self.templates.close()
        self.judges.close()

    @property
    def checks(self) -> tuple[Check, ...]:
        """The checks of the assignment."""
        return self._checks or self.judges.get().checks()

    def read(self, student: str) -> Submission:
        """What one student handed in."""
        folder = self.course.submitted(self.assignment, student)
        return read_submission(folder, self.notebook.name, self.wanted)

    def grade(self, student: str, kept: Tape | None = None, *, alone: bool = True) -> Graded:
        """Grade what one student handed in; whatever it is, there is a grade.

        It is not run `alone` where what it lacks others may have taken.  With kept evidence it runs
        only if the checks ask for what is not in that.
        """
        digest = ""
        try:
            if kept is not None:
                with suppress(Unrecorded):
                    return self.grade_cells(student, kept.rebuilt, kept=kept, alone=alone)
            submission = self.read(student)
            digest = submission.digest
            rebuilt = receive(submission, self.notebook, self.earlier)
            done = self.grade_cells(student, rebuilt, submission, alone=alone)
            return replace(done, handed_in=digest)
        except SubmissionError as problem:
            done = self._withheld(student, Ending.NOT_RUN, problem.remedy, str(problem))
            return replace(done, handed_in=digest)
        except Exception as problem:
            traceback.print_exc()  # our mistake: it is told, and the class goes on
            done = self._withheld(student, Ending.BOX_FAILED, f"an error of ours: {problem!r}")
            return replace(done, from_evidence=kept is not None)  # which is as good as before

    def grade_cells(
        self,
        student: str,
        rebuilt: Rebuilt,
        submission: Submission | None = None,
        *,
        kept: Tape | None = None,
        seed: str | None = None,
        alone: bool = True,
    ) -> Graded:
        """Grade a rebuilt notebook, or a tape of it; what we broke is tried again, then withheld.

        All attempts together take no longer by the clock than one may.  A seed takes the place of
        the course's.  Raises Unrecorded where the tape does not hold what is asked.
        """
        start = time.monotonic()
        attempts, again, waited = 0, True, 0.0
        while again:
            attempts += 1
            used = _Used(kept or Tape(rebuilt), seed or self.course.settings.seed, waited, alone)
            done = self._run(used, submission, play=kept is not None)
            # Killed by whom?  If it was the submission's doing, it will happen again, also alone.
            killed = any(box.killed for box in used.boxes)
            failed = done.unheard or done.ending is Ending.BOX_FAILED
            waited = max((box.waited for box in used.boxes), default=waited)
            # Less than an honest run may need is no rest to begin another one with.
            rest = self.limits.notebook_seconds * IDLE_FACTOR - waited
            again = attempts < ATTEMPTS and rest >= self.limits.notebook_seconds
            again = again and (failed or (killed and alone))
            if again and failed:
                self.templates.renew(used.templates)
                self.judges.renew(used.judges)
        stalled = failed or killed or any(box.stalled for box in used.boxes)
        missing = missing_walls(used.tape.layers) if used.tape.layers else ()
        found, notes = tuple(done.findings), tuple(done.notes)
        blank = tuple(sorted(used.tape.rebuilt.blank))
        return Graded(
            Grade(student, self.assignment, found, done.ending, notes, missing, blank),
            used.tape,
            done.asked,
            final=not (stalled or done.silent),
            stalled=stalled,
            from_evidence=kept is not None,
            seconds=time.monotonic() - start,
            attempts=attempts,
        )

    def solve(self, cells: Sequence[Cell]) -> tuple[Outputs, Mapping[str, int]]:
        """Run the reference solution.  Raises CourseError unless it earns every point."""
        done = self.grade_cells("reference", Rebuilt(tuple(cells)))
        problems = []
        if done.grade.ending is not Ending.FINISHED:
            what = f"the run of the reference ended early ({done.grade.ending})"
            problems.append(Problem(self.assignment, what, " ".join(done.grade.notes)))
        for finding in done.grade.findings:
            if finding.verdict is not Verdict.PASSED or finding.share < 1:
                what = f"the reference solution gets {finding.points:g} of {finding.check.points:g}"
                said = [finding.sentence, finding.hint and f"look at: {finding.hint}"]
                remedy = "; ".join(filter(None, said)) or "Mend the solution or the check."
                problems.append(
                    Problem(f"{finding.check.exercise}: {finding.check.title}", what, remedy)
                )
        require_none(problems)
        return done.shown()

    def _run(self, used: "_Used", submission: Submission | None, *, play: bool) -> Run:
        slot = self._slots.get()
        try:
            with ExitStack() as stack:
                judges = stack.enter_context(self.judges.lent())
                used.judges.append(judges)
                folders = None if play else self._written(used.tape.rebuilt, submission, stack)
                judge = stack.enter_context(closing(judges.fork(used.seed)))

                def make() -> Recorder | Player:
                    if folders is None:
                        return Player(used.tape)
                    forkless = self.options.replay_probes or self.options.device == "cuda"
                    lend = partial(self._lent, slot, folders, used)
                    return Recorder(Double(lend, forkless=forkless), used.tape)

                return run(used.tape.rebuilt, self.checks, make, judge)
        except BoxError as problem:
            return self._failed(str(problem))
        finally:
            self._slots.put(slot)

    def _written(
        self, rebuilt: Rebuilt, submission: Submission | None, stack: ExitStack
    ) -> tuple[Path, Path]:
        """Two folders for a box to see, before the release and after it.

        What the box may change: answer files as they run, and what was asked for, of which the
        reference's own stand where nobody handed in.  Then what else was handed in.
        """
        folder = stack.enter_context(workplace(self.course.scratch))
        folder.chmod(0o755)
        found = submission or read_wanted(self.course.source(self.assignment), self.wanted)
        texts = join(rebuilt.cells, importable)
        own = Submission({name: text.encode() for name, text in texts.items()})
        first, others = folder / "first", folder / "others"
        for place in (first, others):
            place.mkdir(mode=0o755)
        found.write(first, wanted=True)
        own.write(first, wanted=False)
        found.write(others, wanted=False)
        return first, others

    def _start_template(self, made: list[Template]) -> Template:
        require_none(find_data_problems(self.course, whole=False))
        wanted = LAYERS if self.options.layers is None else self.options.layers
        device, warm = self.options.device, self.course.settings.warm
        template = Template(wanted, device=device, warm=warm, scratch=self._scratch)
        made.append(template)
        layers = template.find_layers()
        _require_walls(layers, self.options)
        if self.options.layers is None and self.place == self.course.release(self.assignment):
            _require_no_way_out(self.place)
        self._layers = self._layers or layers
        if layers != self._layers:
            raise BoxError("the machine was too full to try what it can do")
        template.wait_until_warm()
        return template

    def _start_judges(self, made: list[JudgeTemplate]) -> JudgeTemplate:
        device, scratch = self.options.device, self._scratch
        judges = JudgeTemplate(self.course, self.assignment, device, scratch=scratch)
        made.append(judges)
        require_none(find_mismatches(self.notebook, judges.checks()))
        self._checks = judges.checks()
        return judges

    @contextmanager
    def _lent(
        self, slot: int, folders: tuple[Path, Path], used: "_Used", second: bool
    ) -> Iterator[Box]:
        """A box with an empty folder to write in; a second one stands beside the first.

        Raises Ended where it is not ready.
        """
        with self.templates.lent() as template, workplace(self.course.scratch) as work:
            used.templates.append(template)
            with closing(self._box(slot + SLOTS * second, folders, str(work), used)) as box:
                yield box

    def _box(self, slot: int, folders: tuple[Path, Path], work: str, used: "_Used") -> Box:
        template, (first, others) = used.templates[-1], folders
        used.tape.layers = template.find_layers()
        forked = template.fork(
            self.limits,
            work,
            layers=used.tape.layers,
            copied=first,
            shared=self.course.settings.data,
            folders=[self.place, others],
            slot=slot,
            seed=_seed(used.seed, self.assignment),
        )
        box = Box(forked, self.limits, waited=used.waited, alone=used.alone)
        used.boxes.append(box)
        try:
            box.wait_until_ready()
        except Ended:
            box.close()
            raise
        return box

    def _withheld(self, student: str, ending: Ending, sentence: str, *notes: str) -> Graded:
        """A hand-in that was not run: a person must look, the release's cells stand for it.

        The student reads the notes, the assistant the sentence as well.
        """
        done = self._failed(sentence)
        grade = Grade(student, self.assignment, tuple(done.findings), ending, notes)
        tape = Tape(Rebuilt(self.notebook.cells))
        return Graded(grade, tape, final=ending is Ending.NOT_RUN)

    def _failed(self, sentence: str) -> Run:
        found = [Finding(check, Verdict.INCONCLUSIVE, sentence=sentence) for check in self.checks]
        return Run(findings=found, ending=Ending.BOX_FAILED)


@dataclass(slots=True)
class _Used:
    """What one attempt stood on."""

    tape: Tape
    seed: str
    waited: float = 0.0  # by the clock, in earlier attempts
    alone: bool = True
    boxes: list[Box] = field(default_factory=list)
    templates: list[Template] = field(default_factory=list)
    judges: list[JudgeTemplate] = field(default_factory=list)


def _require_walls(layers: tuple[str, ...], options: Options) -> None:
    """Raises ConfinementError if walls are missing unasked."""
    missing = missing_walls(layers)
    if missing and options.layers is None and not options.accept_weaker_box:
        raise ConfinementError(
            f"Student code cannot be confined here: there is no wall for {' and '.join(missing)}."
        )


def _require_no_way_out(release: Path) -> None:
    """Raises CourseError with the links of a release that would be missing in every box."""
    remedy = "Put there what it names: a box sees the release and nothing beside it."
    what, ways = "is a link that leads out", find_ways_out(release)
    require_none([Problem(f"{release}/{way}", what, remedy) for way in ways])


def _seed(seed: str, assignment: str) -> int:
    digest = hashlib.sha256(f"{seed}\0{assignment}\0box".encode()).digest()
    return int.from_bytes(digest[:4], "little")
