"""The format that crosses the trust line: written there, read strictly here; no pickle."""

from autograder.evidence.frames import (
    PARTS,
    Channel,
    FrameReader,
    Limits,
    Message,
    count_parts,
    frame,
)
from autograder.evidence.shown import left_out, letters
from autograder.evidence.values import (
    ITEM_BYTES,
    SMALL,
    Array,
    FormatError,
    Json,
    Unreadable,
    Value,
    decode,
    encode,
)

__all__ = [
    "ITEM_BYTES",
    "PARTS",
    "SMALL",
    "Array",
    "Channel",
    "FormatError",
    "FrameReader",
    "Json",
    "Limits",
    "Message",
    "Unreadable",
    "Value",
    "count_parts",
    "decode",
    "encode",
    "frame",
    "left_out",
    "letters",
]
