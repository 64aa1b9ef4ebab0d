"""Messages on a stream: a JSON object and raw bytes, all sizes said and checked beforehand.

magic "AG1\\n"   4 bytes
header length   4 bytes, little endian
header          UTF-8 JSON: {"body": {..}, "blobs": [length, ..]}
blobs           one after another
"""

import json
import math
import re
import socket
import struct
from collections.abc import Sequence
from dataclasses import dataclass

from autograder.evidence.values import FormatError, Json

MAGIC = b"AG1\n"
PARTS = 1_000_000  # of JSON, which as Python objects take a hundred times their bytes
_PREFIX = struct.Struct("<4sI")
_MARKS = (b"[", b"{", b",")
_STRING = re.compile(rb'"(?:[^"\\]++|\\.)*+(?:"|\Z)', re.DOTALL)
_CHUNK = 1 << 20


@dataclass(frozen=True, slots=True)
class Limits:
    """How much one message may hold, in bytes and in blobs."""

    header: int = 48 << 20
    blobs: int = 256 << 20
    count: int = 2000


@dataclass(frozen=True, slots=True)
class Message:
    """A JSON object and the raw bytes that it refers to."""

    body: dict[str, Json]
    blobs: tuple[bytes, ...] = ()


def count_parts(text: bytes) -> int:
    """How many lists, objects, commas and strings there are in JSON, or a few more."""
    strings = text.count(b'"') // 2
    count = max(strings, sum(text.count(mark) for mark in _MARKS))
    if count <= PARTS or strings > PARTS:
        return count
    bare = _STRING.sub(b"", text)
    return sum(bare.count(mark) for mark in _MARKS)


def frame(body: dict[str, Json], blobs: Sequence[bytes] = ()) -> bytes:
    """One message as bytes; numbers must be finite, lone surrogates become question marks."""
    header = {"body": body, "blobs": [len(blob) for blob in blobs]}
    text = json.dumps(header, allow_nan=False, ensure_ascii=False, separators=(",", ":"))
    encoded = text.encode("utf-8", "replace")
    return b"".join((_PREFIX.pack(MAGIC, len(encoded)), encoded, *blobs))


class FrameReader:
    """Bytes in, messages out; knows nothing of sockets, and holds no more than the limits allow."""

    def __init__(self, limits: Limits | None = None) -> None:
        self.limits = limits or Limits()
        self._buffer = bytearray()
        self._header: tuple[dict[str, Json], list[int]] | None = None

    @property
    def empty(self) -> bool:
        """Whether no byte of a further message has come."""
        return not self._buffer and self._header is None

    @property
    def wanted(self) -> int:
        """How many bytes are missing until something can be decided; at least one."""
        return max(1, self._needed() - len(self._buffer))

    def feed(self, data: bytes) -> None:
        """Take bytes from the stream.  Raises FormatError as soon as they cannot be a message."""
        self._buffer += data
        self._open()

    def next(self) -> Message | None:
        """The next whole message, or None until more bytes come."""
        self._open()
        if self._header is None or len(self._buffer) < self._needed():
            return None
        (body, lengths), self._header = self._header, None
        blobs = []
        start = 0
        for length in lengths:
            blobs.append(bytes(self._buffer[start : start + length]))
            start += length
        del self._buffer[:start]
        return Message(body, tuple(blobs))

    def _needed(self) -> int:
        if self._header is not None:
            return sum(self._header[1])
        if len(self._buffer) < _PREFIX.size:
            return _PREFIX.size
        magic, length = _PREFIX.unpack_from(self._buffer)
        if magic != MAGIC:
            raise FormatError("a message does not start like one")
        if length > self.limits.header:
            raise FormatError(f"a header of {length} bytes is over the limit")
        return _PREFIX.size + int(length)

    def _open(self) -> None:
        if self._header is None and len(self._buffer) >= _PREFIX.size:
            needed = self._needed()
            if len(self._buffer) >= needed:
                self._header = self._parse(bytes(self._buffer[_PREFIX.size : needed]))
                del self._buffer[:needed]

    def _parse(self, header: bytes) -> tuple[dict[str, Json], list[int]]:
        match _strict_json(header):
            case {"body": dict(body), "blobs": list(lengths), **rest} if not rest:
                if len(lengths) > self.limits.count:
                    raise FormatError(f"{len(lengths)} blobs are over the limit")
                if any(type(length) is not int or length < 0 for length in lengths):
                    raise FormatError("a blob's length is not a size")
                if sum(lengths) > self.limits.blobs:
                    raise FormatError(f"{sum(lengths)} bytes of blobs are over the limit")
                return body, lengths
        raise FormatError("a header is not an object of body and blobs")


def _strict_json(data: bytes) -> Json:
    if count_parts(data) > PARTS:
        raise FormatError("a header has too many parts")
    try:
        tree = json.loads(data.decode("utf-8"), parse_constant=_refuse, parse_float=_finite)
        if b"\\u" in data:
            # An escape can spell half a character, which no file of ours could hold.
            json.dumps(tree, ensure_ascii=False).encode("utf-8")
    except FormatError:
        raise
    except (ValueError, RecursionError) as problem:
        raise FormatError(f"a header is not JSON: {type(problem).__name__}") from None
    return tree


def _refuse(constant: str) -> Json:
    raise FormatError(f"JSON has no {constant}")


def _finite(text: str) -> float:
    number = float(text)
    if not math.isfinite(number):
        raise FormatError("a number is too large")
    return number


class Channel:
    """Blocking messages over a connected stream socket."""

    def __init__(self, stream: socket.socket, limits: Limits | None = None) -> None:
        self.socket = stream
        self.reader = FrameReader(limits)

    def send(self, body: dict[str, Json], blobs: Sequence[bytes] = ()) -> None:
        """Send one message.  Raises OSError when the other side is gone."""
        self.socket.sendall(frame(body, blobs))

    def receive(self) -> Message | None:
        """The next message, or None when the other side has closed.

        Raises FormatError when what comes is no message, OSError and TimeoutError as sockets do.
        """
        while (message := self.reader.next()) is None:
            data = self.socket.recv(min(_CHUNK, self.reader.wanted))
            if not data:
                return None
            self.reader.feed(data)
        return message
