"""A class graded in parallel: one thread per worker, each with one box and one judge at a time."""

import hashlib
import math
import queue
import tempfile
import traceback
from collections.abc import Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from autograder.boxes import LAYERS, Box, Ended, Profile, Template, missing_walls
from autograder.config import Course
from autograder.errors import BoxError, ConfinementError, CourseError, Problem, SubmissionError
from autograder.grading.judges import JudgeTemplate
from autograder.grading.running import Run, run
from autograder.model import Ending, Finding, Grade, Verdict
from autograder.notebooks import (
    Cell,
    Kind,
    Rebuilt,
    find_mismatches,
    read_release,
    receive,
)
from autograder.reports import exercise_html, exercise_text

ATTEMPTS = 2
Outputs = Mapping[str, Sequence[Mapping[str, Any]]]


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


@dataclass(frozen=True, slots=True)
class Graded:
    """A submission's grade, and the notebook with what its cells showed."""

    grade: Grade
    cells: Sequence[Cell]
    outputs: Outputs
    counts: Mapping[str, int] = field(default_factory=dict)
    stalled: bool = False

    def comments(self, exercises: Sequence[str]) -> dict[str, str]:
        """What a student reads per exercise; notes on the whole notebook stand with the first."""
        texts = {
            name: exercise_text(title(number, name), self.grade.of(name))
            for number, name in enumerate(exercises, 1)
        }
        if self.grade.notes and exercises:
            texts[exercises[0]] = "\n".join([*self.grade.notes, "", texts[exercises[0]]])
        return texts


class Workshop:
    """Both templates of one assignment, warm.  Use it as a context manager.

    `place` is the folder with the notebook and the data: the release, unless said otherwise.
    """

    def __init__(
        self, course: Course, assignment: str, options: Options, *, place: Path | None = None
    ) -> None:
        self.course = course
        self.assignment = assignment
        self.options = options
        self.limits = course.settings.limits_of(assignment)
        self.place = place or course.release(assignment)
        self._slots: queue.SimpleQueue[int] = queue.SimpleQueue()
        for slot in range(options.jobs):
            self._slots.put(slot)

    def __enter__(self) -> "Workshop":
        self.notebook = read_release(self.place, self.assignment)
        with ExitStack() as stack:
            # Both import for seconds: started together, waited for one after the other.
            self.template = stack.enter_context(
                Template(_wanted(self.options), device=self.options.device)
            )
            self.judges = stack.enter_context(
                start_judges(self.course, self.assignment, self.options.device)
            )
            self.checks = self.judges.checks()
            problems = find_mismatches(self.notebook, self.checks)
            if problems:
                raise CourseError(problems)
            self.layers = _standing(self.template.find_layers(), self.options)
            self.template.wait_until_warm()
            self._stack = stack.pop_all()
        return self

    def __exit__(self, *_: object) -> None:
        self._stack.close()

    def grade(self, student: str) -> Graded:
        """Grade what one student handed in; whatever it is, there is a grade."""
        folder = self.course.submitted(self.assignment, student)
        try:
            return self.grade_cells(student, receive(folder, self.notebook), folder)
        except SubmissionError as problem:
            return self._withheld(student, Ending.NOT_RUN, problem.remedy, str(problem))
        except Exception as problem:
            traceback.print_exc()  # our mistake: it is told, and the class goes on
            return self._withheld(student, Ending.BOX_FAILED, f"an error of ours: {problem!r}")

    def grade_cells(self, student: str, rebuilt: Rebuilt, folder: Path | None = None) -> Graded:
        """Grade a rebuilt notebook; a failure of ours is tried once more, then withheld."""
        for _ in range(ATTEMPTS):
            done = self._run(rebuilt, folder)
            if done.ending is not Ending.BOX_FAILED:
                break
        grade = Grade(
            student,
            self.assignment,
            tuple(done.findings),
            done.ending,
            tuple(done.notes),
            missing_walls(self.layers),
        )
        outputs = done.outputs | self._shown(grade)
        return Graded(grade, rebuilt.cells, outputs, done.counts, stalled=done.stalled)

    def solve(self, cells: Sequence[Cell]) -> tuple[Outputs, Mapping[str, int]]:
        """Run the reference solution.  Raises CourseError unless it earns every point."""
        done = self.grade_cells("reference", Rebuilt(tuple(cells)))
        problems = []
        for finding in done.grade.findings:
            if finding.verdict is not Verdict.PASSED or finding.share < 1:
                what = f"the reference solution gets {finding.points:g} of {finding.check.points:g}"
                said = [finding.sentence, finding.hint and f"look at: {finding.hint}"]
                remedy = "; ".join(filter(None, said)) or "Mend the solution or the check."
                problems.append(
                    Problem(f"{finding.check.exercise}: {finding.check.title}", what, remedy)
                )
        if problems:
            raise CourseError(problems)
        return done.outputs, done.counts

    def _run(self, rebuilt: Rebuilt, folder: Path | None) -> Run:
        slot = self._slots.get()
        judge = None
        try:
            with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as work:
                judge = self.judges.fork()
                return run(
                    rebuilt,
                    self.checks,
                    lambda: self._box(slot, folder, work),
                    judge,
                    replay_probes=self.options.replay_probes or self.options.device == "cuda",
                )
        except BoxError as problem:
            return self._failed(str(problem))
        finally:
            if judge:
                judge.close()
            self._slots.put(slot)

    def _box(self, slot: int, folder: Path | None, work: str) -> Box:
        folders = [str(place) for place in (self.place, folder) if place is not None]
        profile = Profile(
            layers=list(self.layers),
            slot=slot,
            folders=folders,
            work=work,
            memory_mib=self.limits.memory_mib,
            file_mib=self.limits.file_mib,
            cpu_seconds=math.ceil(self.limits.notebook_seconds * 2),
            device=self.options.device,
        )
        seed = _seed(self.course.settings.seed, self.assignment)
        seconds = math.ceil(self.limits.probe_seconds)
        box = Box(self.template.fork(profile, seed=seed, probe_seconds=seconds), self.limits)
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
        findings = tuple(
            Finding(check, Verdict.INCONCLUSIVE, sentence=sentence) for check in self.checks
        )
        grade = Grade(student, self.assignment, findings, ending, notes)
        return Graded(grade, self.notebook.cells, self._shown(grade))

    def _failed(self, sentence: str) -> Run:
        found = [Finding(check, Verdict.INCONCLUSIVE, sentence=sentence) for check in self.checks]
        return Run(findings=found, ending=Ending.BOX_FAILED)

    def _shown(self, grade: Grade) -> dict[str, list[dict[str, Any]]]:
        """The findings as the outputs of the grade cells."""
        shown = {}
        cells = (cell for cell in self.notebook.cells if cell.kind is Kind.GRADE)
        for number, cell in enumerate(cells, 1):
            name, findings = title(number, cell.exercise), grade.of(cell.exercise)
            data = {
                "text/html": exercise_html(name, findings),
                "text/plain": exercise_text(name, findings),
            }
            output = {"output_type": "display_data", "metadata": {}, "data": data}
            shown[cell.id] = [output]
        return shown


def title(number: int, exercise: str) -> str:
    """What heads the findings of an exercise."""
    return f"Exercise {number}, {exercise}"


def grade(workshop: Workshop, students: Sequence[str]) -> Iterator[Graded]:
    """Grade a class, each submission handed on as soon as it is done.

    What only waited while others worked is graded once more, alone, and that counts.
    """
    stalled = []
    with ThreadPoolExecutor(workshop.options.jobs, thread_name_prefix="worker") as pool:
        futures = [pool.submit(workshop.grade, student) for student in students]
        try:
            for future in as_completed(futures):
                done = future.result()
                if done.stalled and workshop.options.jobs > 1:
                    stalled.append(done.grade.student)
                else:
                    yield done
        finally:
            for future in futures:
                future.cancel()
    for student in stalled:
        yield workshop.grade(student)


def start_judges(course: Course, assignment: str, device: str = "cpu") -> JudgeTemplate:
    """The judge's template of an assignment; its data are what students get."""
    folder = course.checks(assignment)
    if not folder.is_dir():
        remedy = f"Write checks/{assignment}/visible/check_*.py and hidden/check_*.py"
        raise CourseError([Problem(f"checks/{assignment}", "there are no checks", remedy)])
    return JudgeTemplate(
        folder,
        course.source(assignment),
        assignment=assignment,
        seed=course.settings.seed,
        device=device,
    )


def _wanted(options: Options) -> Iterable[str]:
    return LAYERS if options.layers is None else options.layers


def _standing(layers: tuple[str, ...], options: Options) -> tuple[str, ...]:
    """The layers that boxes will have.  Raises ConfinementError if walls are missing unasked."""
    missing = missing_walls(layers)
    if missing and options.layers is None and not options.accept_weaker_box:
        raise ConfinementError(
            f"Student code cannot be confined here: nothing walls off {' and '.join(missing)}."
        )
    return layers


def _seed(seed: str, assignment: str) -> int:
    digest = hashlib.sha256(f"{seed}\0{assignment}\0box".encode()).digest()
    return int.from_bytes(digest[:4], "little")
