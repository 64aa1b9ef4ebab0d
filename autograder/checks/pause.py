"""One pause of a box: what is asked in it is asked once, and what is said ahead in one go."""

import hashlib
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

from autograder.errors import EvidenceError
from autograder.evidence import Channel, FormatError, Json, Message, Value, decode, encode, frame

KEPT_BYTES = 32 << 20
AHEAD_BYTES, AHEAD_ARRAYS = 16 << 20, 1000  # in one message

Question = tuple[dict[str, Json], Value]
Replies = dict[str, tuple[int, Message]]


@dataclass(slots=True)
class Pause:
    """What was asked during one pause, over the channel to the clerk, and what was answered.

    The replies are remembered as they came: each check words them in its own way.
    """

    channel: Channel
    room: int = KEPT_BYTES
    put: int = 0
    asked: dict[int, None] = field(default_factory=dict)  # the running check's, by their numbers
    replies: Replies = field(default_factory=dict)
    ahead: Replies = field(default_factory=dict)  # the running check's, not the first in their fork
    singly: bool = False  # a message with several questions was not answered

    def ask(self, probe: dict[str, Json], payload: Value) -> Message:
        """The reply to a question, perhaps the one that it got before.

        Raises EvidenceError when the clerk is gone.
        """
        key = question_key(probe, payload)
        known = self.replies.get(key) or self.ahead.get(key)
        number, reply = known or self._put(probe, *encode(payload))
        self.asked[number] = None
        if known is None:
            self._remember(self.replies, key, number, reply)
        return reply

    def knows(self, question: Question) -> bool:
        """Whether the answer to a question is known to the running check."""
        key = question_key(*question)
        return key in self.replies or key in self.ahead

    def ask_ahead(self, questions: Sequence[Question]) -> None:
        """Put all questions of which no answer is known in one message, for one fork of the box.

        If that is not answered in full, such as one that takes too long as a whole, nothing has
        been asked: then and for the rest of the pause they are put one by one.
        """
        keys = [question_key(*question) for question in questions]
        known = self.replies.keys() | self.ahead.keys()
        new = {key: one for key, one in zip(keys, questions, strict=True) if key not in known}
        tree, blobs = encode({"each": [payload for _, payload in new.values()]})
        is_small = len(blobs) <= AHEAD_ARRAYS and sum(map(len, blobs)) <= AHEAD_BYTES
        if self.singly or len(new) < 2 or not is_small:
            return
        probes = [probe for probe, _ in new.values()]
        number, reply = self._put({"ask": "each", "each": probes}, tree, blobs)
        self.asked[number] = None
        replies = _replies(reply, len(new))
        self.singly = not replies
        for place, (key, one) in enumerate(zip(new, replies, strict=False)):
            # Only the first was asked as if alone, and so is what another check wants to know.
            self._remember(self.ahead if place else self.replies, key, number, one)

    def take(self) -> list[int]:
        """The numbers of the questions that the check which now ends has asked."""
        numbers, self.asked = list(self.asked), {}
        self.room += sum(_size(reply) for _, reply in self.ahead.values())
        self.ahead = {}
        return numbers

    def _put(
        self, probe: dict[str, Json], tree: Json, blobs: Sequence[bytes]
    ) -> tuple[int, Message]:
        self.channel.send({"probe": probe, "payload": tree}, blobs)
        reply = self.channel.receive()
        if reply is None:
            raise EvidenceError("the clerk hung up before it answered")
        self.put += 1
        return self.put - 1, reply

    def _remember(self, where: Replies, key: str, number: int, reply: Message) -> None:
        if (size := _size(reply)) <= self.room:
            self.room -= size
            where[key] = number, reply


def question_key(probe: dict[str, Any], payload: Value) -> str:
    """What tells a question from others: not its seed, but that of a rerun.

    All reruns of a check draw alike, so that what differs between two is what was replaced.
    """
    said = {name: value for name, value in probe.items() if name != "seed" or "rerun" in probe}
    tree, blobs = encode(payload)
    return hashlib.sha256(frame({"probe": said, "payload": tree}, blobs)).hexdigest()


def _size(reply: Message) -> int:
    return len(frame(reply.body, reply.blobs))


def _replies(reply: Message, count: int) -> list[Message]:
    """The replies to several questions, one for each; none at all where that is not so."""
    with suppress(FormatError, KeyError):
        told = decode(reply.body["answer"], reply.blobs)
        replies = [_single(one) for one in told] if isinstance(told, list) else []
        if len(replies) == count:
            return replies
    return []


def _single(told: Value) -> Message:
    match told:
        case {"answer": value, **rest} if not rest:
            tree, blobs = encode(value)
            return Message({"answer": tree}, tuple(blobs))
        case {"missing": str(name), **rest} if not rest:
            return Message({"missing": name})
        case {"raised": {"type": str(kind), "message": str(text)}, **rest} if not rest:
            return Message({"raised": {"type": kind, "message": text}})
    raise FormatError("a reply in no known form")
