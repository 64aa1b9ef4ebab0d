"""One pause of a box: each question is sent once, and questions asked ahead in one message."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from autograder.asking import questions, replies
from autograder.asking.questions import Question
from autograder.asking.replies import Reply
from autograder.errors import EvidenceError
from autograder.evidence.frames import Channel, frame
from autograder.evidence.values import FormatError, Json

KEPT_BYTES = 32 << 20
AHEAD_BYTES, AHEAD_ARRAYS = 16 << 20, 1000  # in one message

Replies = dict[str, tuple[int, Reply]]


@dataclass(slots=True)
class Pause:
    """The questions of one pause, sent over the channel to the clerk, and their answers."""

    channel: Channel
    room: int = KEPT_BYTES
    put: int = 0
    asked: dict[int, None] = field(default_factory=dict)  # the running check's, by their numbers
    replies: Replies = field(default_factory=dict)
    ahead: Replies = field(default_factory=dict)  # the running check's, not the first in their fork
    singly: bool = False  # a message with several questions was not answered

    def ask(self, question: Question) -> Reply:
        """The reply to a question, perhaps the one that it got before.

        Raises EvidenceError when the clerk is gone.
        """
        key = question.key
        known = self.replies.get(key) or self.ahead.get(key)
        number, reply = known or self._put(*questions.write([question]))
        self.asked[number] = None
        if known is None:
            self._remember(self.replies, key, number, reply)
        return reply

    def knows(self, question: Question) -> bool:
        """Whether the answer to a question is known to the running check."""
        key = question.key
        return key in self.replies or key in self.ahead

    def ask_ahead(self, asked: Sequence[Question]) -> None:
        """Put all questions of which no answer is known in one message, for one fork of the box.

        If that is not answered in full, such as one that takes too long as a whole, nothing has
        been asked: then and for the rest of the pause they are put one by one.
        """
        known = self.replies.keys() | self.ahead.keys()
        new = {key: one for one in asked if (key := one.key) not in known}
        if self.singly or len(new) < 2:
            return
        body, blobs = questions.write([*new.values()])
        if len(blobs) > AHEAD_ARRAYS or sum(map(len, blobs)) > AHEAD_BYTES:
            return
        number, reply = self._put(body, blobs)
        self.asked[number] = None
        several = replies.read_several(reply, len(new))
        self.singly = not several
        for place, (key, one) in enumerate(zip(new, several, strict=False)):
            # Only the first was asked as if alone, and so is what another check wants to know.
            self._remember(self.ahead if place else self.replies, key, number, one)

    def take(self) -> list[int]:
        """The numbers of the questions that the check which now ends has asked."""
        numbers, self.asked = list(self.asked), {}
        self.room += sum(_size(reply) for _, reply in self.ahead.values())
        self.ahead = {}
        return numbers

    def _put(self, body: dict[str, Json], blobs: Sequence[bytes]) -> tuple[int, Reply]:
        self.channel.send(body, blobs)
        message = self.channel.receive()
        if message is None:
            raise EvidenceError("the clerk hung up before it answered")
        self.put += 1
        try:
            return self.put - 1, replies.read(message.body, message.blobs)
        except FormatError as problem:
            raise EvidenceError(f"the clerk answered {sorted(message.body)}") from problem

    def _remember(self, where: Replies, key: str, number: int, reply: Reply) -> None:
        if (size := _size(reply)) <= self.room:
            self.room -= size
            where[key] = number, reply


def _size(reply: Reply) -> int:
    return len(frame(*replies.write(reply)))
