"""The record of an exercise, for a dispute: questions, answers and findings as text."""

from collections.abc import Callable, Iterable, Sequence
from typing import Any

from autograder.evidence.frames import Message
from autograder.evidence.values import Array, FormatError, Json, Unreadable, Value, decode
from autograder.model import Finding
from autograder.reports.wording import earned, mark
from autograder.text import legible

_FIRST = 6
_LONGEST = 300


def transcript(findings: Iterable[Finding], questions: Callable[[str], Sequence[Message]]) -> str:
    """Each check with its questions and answers, as they were recorded, and with its finding."""
    lines: list[str] = []
    for finding in findings:
        lines += [
            "",
            f"{mark(finding)}  {finding.check.title}  ({finding.check.id}): {earned(finding)}",
        ]
        for message in questions(finding.check.id):
            lines += _exchange(message)
        said = {"said": finding.sentence, "hint": finding.hint}
        lines += [f"      {label:<10}{text}" for label, text in said.items() if text]
    return legible("\n".join(lines).strip("\n"), lines=True)


def _exchange(message: Message) -> Iterable[str]:
    body, split = message.body, message.body["split"]
    probe = body["asked"]["probe"]
    given: Any = _decoded(body["asked"]["payload"], message.blobs[:split])
    several = probe["ask"] == "each" and isinstance(given, dict)
    probes, payloads = (probe["each"], given["each"]) if several else ([probe], [given])
    answers = _answers(message, len(probes))
    for one, payload, told in zip(probes, payloads, answers, strict=True):
        yield from _question(one, payload)
        yield f"      answered  {told}"


def _question(probe: dict[str, Json], given: Value) -> Iterable[str]:
    words = [
        f"{key}={value}" for key, value in probe.items() if value and key not in {"ask", "seed"}
    ]
    yield f"      asked     {probe['ask']} {' '.join(words)}"
    if isinstance(given, dict):
        for name, value in given.items():
            yield f"                with {name} = {described(value)}"


def _answers(message: Message, count: int) -> list[str]:
    """What was answered to each of several questions, in words."""
    body = message.body
    if "ended" in body:
        return [f"nothing: {body['ended'][1]}"] * count
    if "answer" not in body["answered"]:
        return [_bounded(str(body["answered"]))] * count
    answer = _decoded(body["answered"]["answer"], message.blobs[body["split"] :])
    if count > 1 and isinstance(answer, list) and len(answer) == count:
        return [
            described(one["answer"] if isinstance(one, dict) and "answer" in one else one)
            for one in answer
        ]
    return [described(answer)] * count


def described(value: Value) -> str:
    """A value in at most a few hundred letters: of an array its dtype, shape and first numbers."""
    match value:
        case Array():
            shape = "x".join(map(str, value.shape)) or "scalar"
            return f"{value.dtype} {shape}: {_numbers(value)}"
        case Unreadable():
            return f"unreadable: {value.reason}"
        case list():
            items = "; ".join(described(item) for item in value[:_FIRST])
            return _bounded(f"{len(value)} items: {items}")
        case dict():
            items = "; ".join(f"{key}: {described(value[key])}" for key in list(value)[:_FIRST])
            return _bounded(f"{len(value)} entries: {items}")
    return _bounded(repr(value))


def _numbers(array: Array) -> str:
    import numpy as np  # here, as the clerk seldom needs it

    if array.dtype == "bfloat16":  # NumPy has none
        return f"{len(array.data)} bytes"
    numbers = np.frombuffer(array.data, array.dtype)
    shown = numbers[:_FIRST].tolist()
    words = [str(one) if isinstance(one, int) else f"{one:.6g}" for one in shown]
    return ", ".join([*words, ".."] if len(numbers) > _FIRST else words)


def _decoded(tree: object, blobs: Sequence[bytes]) -> Value:
    try:
        return decode(tree, blobs)
    except FormatError as problem:
        return Unreadable(str(problem))


def _bounded(text: str) -> str:
    return text[:_LONGEST] + (" .." if len(text) > _LONGEST else "")
