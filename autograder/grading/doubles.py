"""Where a paused box cannot be forked, as with CUDA: a second box replays the notebook for it."""

from collections.abc import Callable, Sequence

from autograder.asking.questions import runs_student_code
from autograder.boxes import Box, CellRun, Ended, Reply
from autograder.evidence import Json


class Double:
    """A box whose probes that run student code go to a second one, replayed up to the pause."""

    def __init__(self, make_box: Callable[[], Box]) -> None:
        self._make_box = make_box
        self._box = make_box()
        self._second: Box | None = None
        self._earlier: list[tuple[str, str | None]] = []

    def run(self, source: str, *, exercise: str | None = None) -> CellRun:
        """Run one cell.  Raises Ended."""
        self._forget()
        ran = self._box.run(source, exercise=exercise)
        self._earlier.append((source, exercise))
        return ran

    def ask(self, body: dict[str, Json], blobs: Sequence[bytes]) -> Reply:
        """Put one probe.  Raises Ended."""
        if not runs_student_code(body["probe"]):
            return self._box.ask(body, blobs)
        given = {key for key, _ in body["payload"]["dict"]}
        leaves_traces = bool(given & {"replaced", "assign", "each"})
        if leaves_traces:
            self._forget()
        try:
            return self._replayed().ask(body | {"here": True}, blobs)
        except Ended as ended:
            self._forget()
            return Reply({"gone": ended.sentence})
        finally:
            if leaves_traces:
                self._forget()

    def close(self) -> None:
        """End both."""
        self._forget()
        self._box.close()

    def _replayed(self) -> Box:
        if self._second is None:
            self._second = self._make_box()
            for source, exercise in self._earlier:
                self._second.run(source, exercise=exercise)
        return self._second

    def _forget(self) -> None:
        if self._second is not None:
            self._second.close()
            self._second = None
