"""Reads the replies of a box: only known forms pass, reduced to outputs that a page can show."""

from collections.abc import Sequence
from dataclasses import dataclass

from autograder.asking import replies
from autograder.evidence.frames import Message
from autograder.evidence.values import FormatError, Json
from autograder.model import Ending

_SHOWN = {
    "text/plain", "text/html", "text/latex", "text/markdown", "image/png", "image/jpeg",
}  # fmt: skip
# The box gives no more than a word: its own sentences could carry hidden inputs out.
_GONE = {
    "slow": "it took too long to answer",
    "memory": "it ran out of memory",
    "died": "it ended its process",
}


@dataclass(frozen=True, slots=True)
class Reply:
    """A box's reply to a probe, checked to be evidence."""

    body: dict[str, Json]
    blobs: Sequence[bytes] = ()


def gone(ending: Ending) -> Reply:
    """What stands for an answer where the process that was asked has ended so."""
    words = {Ending.TIMED_OUT: "slow", Ending.OUT_OF_MEMORY: "memory"}
    return Reply(*replies.write(replies.Gone(_GONE[words.get(ending, "died")])))


def is_output(output: Json) -> bool:
    """Whether it is an output as a notebook holds them, with nothing added."""
    match output:
        case {"output_type": "stream", "name": "stdout" | "stderr", "text": str()}:
            return len(output) == 3
        case {"output_type": "error", "ename": str(), "evalue": str(), "traceback": list(lines)}:
            return len(output) == 4 and all(type(line) is str for line in lines)
        case {"output_type": "display_data", "data": dict(), "metadata": dict()}:
            return len(output) == 3
        case {
            "output_type": "execute_result",
            "data": dict(),
            "metadata": dict(),
            "execution_count": _,
        }:
            return len(output) == 4
    return False


def cleaned(output: dict[str, Json]) -> dict[str, Json]:
    """An output of known kinds, without widgets and metadata; pages clean HTML themselves."""
    if "data" not in output:
        return output
    data = {kind: text for kind, text in output["data"].items() if kind in _SHOWN}
    shown = {kind: text for kind, text in data.items() if isinstance(text, str)}
    return {**output, "data": shown, "metadata": {}}


def numbered(output: dict[str, Json], count: int) -> dict[str, Json]:
    """An output with the number of the cell that made it, as we counted."""
    return output | {"execution_count": count} if "execution_count" in output else output


def checked_reply(message: Message, why: str | None, *, interrupted: bool) -> Reply:
    """The reply to a probe.  Raises FormatError when it is in no known form."""
    if "probed" in message.body:
        told = _GONE.get("slow" if interrupted else why or "", _GONE["died"])
        return Reply(*replies.write(replies.Gone(told)))
    found = replies.read(message.body, message.blobs)
    match found:
        case replies.Answer():
            return Reply(message.body, message.blobs)
        case replies.Raised("KeyboardInterrupt") if interrupted:
            return Reply(*replies.write(replies.Gone(_GONE["slow"])))  # no fork was ended for it
        case replies.Gone() | replies.Withheld():
            raise FormatError("only the clerk says that there is no answer")
    return Reply(*replies.write(found))
