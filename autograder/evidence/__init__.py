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
from autograder.evidence.parts import read_part, write_part
from autograder.evidence.shown import left_out, letters
from autograder.evidence.values import (
    DTYPES,
    INTEGER,
    ITEM_BYTES,
    SMALL,
    Array,
    Dtype,
    FormatError,
    Json,
    Key,
    Object,
    Unreadable,
    Value,
    decode,
    encode,
)

__all__ = [
    "DTYPES",
    "INTEGER",
    "ITEM_BYTES",
    "PARTS",
    "SMALL",
    "Array",
    "Channel",
    "Dtype",
    "FormatError",
    "FrameReader",
    "Json",
    "Key",
    "Limits",
    "Message",
    "Object",
    "Unreadable",
    "Value",
    "count_parts",
    "decode",
    "encode",
    "frame",
    "left_out",
    "letters",
    "read_part",
    "write_part",
]
