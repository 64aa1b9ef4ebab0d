"""Small boxes for tests, what is said to them, and what they say."""

import struct
from collections.abc import Callable
from dataclasses import replace

from autograder.boxes.box import Box
from autograder.config import RunLimits
from autograder.evidence.values import Array, Json, Value, decode, encode
from autograder.grading.replayed_box import Double

LIMITS = RunLimits(cell_seconds=1, notebook_seconds=5, probe_seconds=1, memory_mib=512, file_mib=8)
MakeBox = Callable[..., Box]


def hurry(box: Box) -> Box:
    """The box, whose cells have a fifth of a second from here on: its start had more."""
    box.limits = replace(box.limits, cell_seconds=0.2)
    return box


def shown(box: Box | Double, source: str) -> str:
    """What a cell printed or displayed as text."""
    outputs = box.run(source).outputs
    texts = (one.get("text") or one.get("data", {}).get("text/plain", "") for one in outputs)
    return "".join(texts).strip()


def ask(box: Box | Double, probe: dict[str, Json], **payload: Value) -> Value | dict[str, Json]:
    """The answer to a probe, or the reply that stands for one."""
    tree, blobs = encode(dict(payload))
    reply = box.ask({"probe": probe, "payload": tree}, blobs)
    if "answer" in reply.body:
        return decode(reply.body["answer"], reply.blobs)
    return reply.body


def array(*numbers: float) -> Array:
    """A float32 vector."""
    return Array("float32", (len(numbers),), struct.pack(f"<{len(numbers)}f", *numbers))
