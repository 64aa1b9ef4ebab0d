"""Where a fork of a paused box cannot answer for it, a second box replays the notebook and answers.

A fork has one thread: what the notebook's others would do for it never comes, and a lock that one
of them holds stays held.  On CUDA there can be no fork at all.
"""

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager, ExitStack
from typing import TypeVar

from autograder.asking.questions import Step, runs_student_code
from autograder.boxes.box import Box, CellRun, Ended
from autograder.boxes.deadlines import IDLE_FACTOR, STARVED
from autograder.boxes.incoming import Reply, gone
from autograder.evidence.values import Json
from autograder.grading.replicas import Replicas
from autograder.model import Ending

NO_TIME = (
    "threads of the notebook are still running, and notebook_seconds is too short to run the "
    "notebook again for each question: raise it for this assignment"
)
OTHERWISE = "the notebook did something else when it was run again to answer a question"
Lend = Callable[[bool], AbstractContextManager[Box]]
T = TypeVar("T")


class Double:
    """A box whose probes that run student code go to a second one, where a fork cannot answer.

    `lend` makes the box, and each second one.  All second ones together get `notebook_seconds` of
    CPU; by the clock all boxes share what one may take, and no replay begins that would leave the
    first less than `notebook_seconds` of it.  A `forkless` one, which can never be forked, is
    replayed for the more important questions also beyond that.
    """

    def __init__(self, lend: Lend, *, forkless: bool = False) -> None:
        self._lend = lend
        self._forkless = forkless
        self._stack, self._second_stack = ExitStack(), ExitStack()
        self._box = self._stack.enter_context(lend(False))
        self._second: Box | None = None
        self._steps: list[Callable[[Box], bool]] = []  # done again; whether it came out the same
        self._replays: bool | None = None  # at this pause, once that is known
        self._forks_hang = False
        self._replicas = Replicas()
        self._cost = self._wait = 0.0  # of one replay: CPU seconds, and seconds by the clock
        self._spent = self._waited = 0.0  # by all of them
        self._began = (0.0, 0.0)

    def run(self, source: str, *, exercise: str | None = None) -> CellRun:
        """Run one cell.  Raises Ended."""
        self._forget()
        self._replays, self._forks_hang, self._replicas = None, False, Replicas()
        try:
            ran = self._counted(lambda: self._box.run(source, exercise=exercise))
        except Ended as ended:
            own = self._box.waited - self._waited
            if ended.ending is Ending.TIMED_OUT and own <= self._patience < self._box.waited:
                raise Ended(Ending.BOX_FAILED, NO_TIME) from None
            raise

        def again(box: Box) -> bool:
            return _outcome(box.run(source, exercise=exercise, silent=True)) == _outcome(ran)

        self._steps.append(again)
        return ran

    def ask(self, body: dict[str, Json], blobs: Sequence[bytes]) -> Reply:
        """Put one probe.  Raises Ended."""
        if body["probe"]["ask"] == Step.ask:
            return self._replicas.take(body, blobs, self._take)
        self._replicas.leave()
        if not runs_student_code(body["probe"]):
            # A replay gets it, too: it seeds the generators from which the next cell draws.
            self._steps.append(lambda box: bool(box.ask(body, blobs)))
            return self._counted(lambda: self._box.ask(body, blobs))
        if not self._is_replayed():
            return self._box.ask(body, blobs)
        if not self._forkless:
            return self._threaded(body, blobs)
        given = {key for key, _ in body["payload"]["dict"]}
        leaves_traces = bool(given & {"replaced", "assign", "each"})
        if leaves_traces or self._is_cheap:
            self._forget()
        reply = self._answered(body, blobs)
        if leaves_traces:
            self._forget()
        return reply

    def _take(self, body: dict[str, Json], blobs: Sequence[bytes]) -> Reply:
        """Take one step with objects: where a fork cannot, all of them in one fresh replay."""
        if not self._is_replayed():
            return self._box.ask(body, blobs)
        if not body["probe"]["after"]:
            if not (self._forkless or self._has_time):
                return self._withheld()
            self._forget()
        return self._answered(body, blobs)

    def _is_replayed(self) -> bool:
        """Whether forks cannot answer at this pause."""
        if self._replays is None:
            self._replays = self._forkless or self._box.has_threads()
        return self._replays

    def close(self) -> None:
        """End both."""
        self._forget()
        self._stack.close()

    def _threaded(self, body: dict[str, Json], blobs: Sequence[bytes]) -> Reply:
        """The answer of a fresh replay, or one that is as good and costs none.

        As good is what a used replay answers, which has the threads, if the fork, whose state is
        as the cells left it, answers the same.
        """
        if self._second and not self._is_cheap and not self._forks_hang:
            forked = self._box.ask(body, blobs)
            self._forks_hang = "gone" in forked.body
            if not self._forks_hang and _same(forked, self._answered(body, blobs)):
                return forked
        if not self._has_time:
            return self._withheld()
        self._forget()
        return self._answered(body, blobs)

    def _answered(self, body: dict[str, Json], blobs: Sequence[bytes]) -> Reply:
        """The second box's answer; it is replayed first if there is none."""
        with self._box.stopped():
            return self._put(body, blobs)

    def _put(self, body: dict[str, Json], blobs: Sequence[bytes]) -> Reply:
        try:
            why = "" if self._second else self._replay()
            if self._second is None or why:
                self._forget()
                return self._withheld(why)
            self._begin(self._second)
            return self._second.ask(body | {"here": True}, blobs)
        except Ended as ended:
            self._settle()
            self._forget()
            if ended.ending in (Ending.BOX_FAILED, Ending.LIED):
                raise
            is_ours = ended.ending is Ending.TIMED_OUT and self._is_over
            return self._withheld() if is_ours else gone(ended.ending)
        finally:
            self._settle()

    def _withheld(self, why: str = NO_TIME) -> Reply:
        """What leaves a check without a verdict; if others held it up, it is run again alone."""
        box = self._box
        idle = box.waited - box.spent - self._spent
        has_cpu = self._spent + self._cost <= box.limits.notebook_seconds
        box.stalled |= has_cpu and box.held_up > STARVED * idle
        return Reply({"withheld": why})

    def _replay(self) -> str:
        """Run the notebook in a second box; why that came to nothing, if it did."""
        try:
            self._second = self._second_stack.enter_context(self._lend(True))
            self._begin(self._second)
            is_same = all(step(self._second) for step in self._steps)
        except Ended as ended:
            if ended.ending in (Ending.BOX_FAILED, Ending.LIED):
                raise
            is_same = False
        self._settle()
        return "" if is_same else NO_TIME if self._is_over else OTHERWISE

    def _begin(self, second: Box) -> None:
        """Let it go on where the account stands."""
        if not self._forkless:
            second.spent, second.waited = self._spent, self._box.waited
            second.held_up = self._box.held_up
        self._began = second.spent, second.waited

    def _settle(self) -> None:
        """Put what the second box took since then on the account."""
        if self._second is None:
            return
        spent, waited = self._second.spent - self._began[0], self._second.waited - self._began[1]
        self._began = self._second.spent, self._second.waited
        self._spent += spent
        if not self._forkless:
            self._waited += waited
            self._box.waited += waited
            self._box.held_up = self._second.held_up

    def _forget(self) -> None:
        """End the second box."""
        self._second = None
        self._second_stack.close()

    @property
    def _is_over(self) -> bool:
        """Whether replays have used up what they get."""
        over = self._spent > self._box.limits.notebook_seconds
        return not self._forkless and (over or self._box.waited > self._patience)

    @property
    def _patience(self) -> float:
        """Seconds by the clock that one notebook may take."""
        return self._box.limits.notebook_seconds * IDLE_FACTOR

    @property
    def _has_time(self) -> bool:
        """Whether one more replay keeps to the limits."""
        most = self._box.limits.notebook_seconds
        waited = self._box.waited + self._wait
        return self._spent + self._cost <= most and waited <= self._patience - most

    @property
    def _is_cheap(self) -> bool:
        """Whether one more replay keeps to the limits, and takes less than a question may."""
        return self._cost <= self._box.limits.probe_seconds and self._has_time

    def _counted(self, act: Callable[[], T]) -> T:
        """What the box does, which each replay does once more."""
        spent, waited = self._box.spent, self._box.waited
        found = act()
        self._cost += self._box.spent - spent
        self._wait += self._box.waited - waited
        return found


def _outcome(ran: CellRun) -> tuple[bool, bool]:
    return ran.interrupted, ran.failure is None


def _same(one: Reply, other: Reply) -> bool:
    return one.body == other.body and [*one.blobs] == [*other.blobs]
