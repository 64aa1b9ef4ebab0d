"""The steps that checks take with objects: each goes to the process in which those before it were.

That process lives until something else is asked.  If a check comes back to the objects after that,
or another check begins with the same steps, they are taken once more in a new process.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from autograder.asking import questions
from autograder.boxes.incoming import Reply
from autograder.evidence.frames import frame
from autograder.evidence.values import Json

KEPT_BYTES = 64 << 20
OTHERWISE = "the student's objects did something else when the same was asked of them again"
TOO_MUCH = "this check sends too much data to objects to come back to them later"
Put = Callable[[dict[str, Json], Sequence[bytes]], Reply]


@dataclass(frozen=True, slots=True)
class _Taken:
    """A step and its answer; without its message where there was no room for it."""

    after: str
    message: tuple[dict[str, Json], Sequence[bytes]] | None
    reply: Reply

    @property
    def is_over(self) -> bool:
        """Whether the process is gone."""
        return not self.reply.body.keys().isdisjoint({"gone", "withheld"})


@dataclass(slots=True)
class Replicas:
    """All steps of one pause, by their keys."""

    room: int = KEPT_BYTES
    taken: dict[str, _Taken] = field(default_factory=dict)
    last: str = ""  # of the process that lives, if one does

    def leave(self) -> None:
        """Forget the process: it ends as soon as something else is asked."""
        self.last = ""

    def take(self, body: dict[str, Json], blobs: Sequence[bytes], put: Put) -> Reply:
        """The answer to a step; `put` takes it where its process is, or begins a new one."""
        after, key = body["probe"]["after"], questions.read(body, blobs)[0].key
        reply = self._come_back(after, put) if after != self.last else None
        if reply is None:
            reply = put(body, blobs)
        self.room -= len(frame(body, blobs))
        done = _Taken(after, (body, blobs) if self.room >= 0 else None, reply)
        self.taken[key], self.last = done, "" if done.is_over else key
        return reply

    def _come_back(self, after: str, put: Put) -> Reply | None:
        """Go back to where a process stood; what is answered where there is no way."""
        if not after:
            return None
        before = self.taken[after]
        if before.is_over:
            return before.reply
        why = self._take_again(after, put)
        return Reply({"withheld": why}) if why else None

    def _take_again(self, last: str, put: Put) -> str:
        """Take the steps up to the last one in a new process; why that came to nothing, if so."""
        steps = list[_Taken]()
        while last:
            steps.append(self.taken[last])
            last = self.taken[last].after
        for step in reversed(steps):
            if step.message is None:
                return TOO_MUCH
            reply = put(*step.message)
            if (reply.body, [*reply.blobs]) != (step.reply.body, [*step.reply.blobs]):
                return OTHERWISE
        return ""
