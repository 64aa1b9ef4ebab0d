"""The format that crosses the trust line: written there, read strictly here; no pickle."""

from autograder.evidence.frames import Channel, FrameReader, Limits, Message, frame
from autograder.evidence.values import (
    ITEM_BYTES,
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
    "Array",
    "Channel",
    "FormatError",
    "FrameReader",
    "Json",
    "Limits",
    "Message",
    "Unreadable",
    "Value",
    "decode",
    "encode",
    "frame",
]
