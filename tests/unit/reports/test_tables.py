"""A class for others, the record of an exercise, and how far a class is."""

import io

import pytest
from rich.console import Console

from autograder.evidence.frames import Message
from autograder.evidence.values import Array, Json, Unreadable, Value, encode
from autograder.model import Check, Ending, Finding, Grade, Verdict
from autograder.reports import progress as module
from autograder.reports.progress import Progress
from autograder.reports.tables import class_csv
from autograder.reports.transcripts import described, transcript


def test_no_cell_of_the_class_is_a_formula() -> None:
    """Names that begin like one are quoted; commas and quotes are too."""
    starts = ["=1+1", "+1", "-1", "@x", "\ta", "\ra", 'Ivanov, "Jr."']
    points = {name: {"curve": 1.0, "late penalty": 0.0} for name in starts}
    text = class_csv(points, ["curve"])
    assert text.splitlines()[0] == "student,curve,late penalty,total"
    for name in (*starts[:4], r"\ta", r"\ra"):
        assert f"'{name},1,0,1" in text
    assert '"Ivanov, ""Jr.""",1,0,1' in text


def test_a_penalty_takes_from_the_sum_and_never_more() -> None:
    """An undecided part leaves the sum open."""
    points: dict[str, dict[str, float | None]]
    points = {"ann": {"a": 2.0, "b": 1.0, "late penalty": 0.5}, "bob": {"a": None, "b": 1.0}}
    points |= {"cleo": {"a": 0.0, "b": 1.0, "late penalty": 5.0}}
    rows = class_csv(points, ["a", "b"]).splitlines()[1:]
    assert rows == ["ann,2,1,0.5,2.5", "bob,,1,,", "cleo,0,1,5,0"]


@pytest.mark.parametrize(
    ("value", "words"),
    [
        (Array("float32", (2,), b"\0\0\x80?\0\0\0@"), "float32 2: 1, 2"),
        (Array("int64", (2, 4), b"\1\0\0\0\0\0\0\0" * 8), "int64 2x4: 1, 1, 1, 1, 1, 1, .."),
        (Array("bool", (), b"\1"), "bool scalar: True"),
        (Array("bfloat16", (2,), b"\0\0\0\0"), "bfloat16 2: 4 bytes"),
        ([1, 2.5], "2 items: 1; 2.5"),
        ({"a": None}, "1 entries: a: None"),
        (Unreadable("a Model"), "unreadable: a Model"),
        ("\x1b[31m" + "a" * 400, "'\\x1b[31m" + "a" * 291 + " .."),
    ],
)
def test_a_value_is_told_in_bounds(value: Value, words: str) -> None:
    """Its kind, its shape and its first numbers; text of strangers on one printable line."""
    assert described(value) == words


def test_the_record_tells_questions_answers_and_findings() -> None:
    """What had no answer says why."""
    check = Check("curve.x", "curve", "x is right", 2, hidden=True)
    tree, blobs = encode({"arguments": [Array("uint8", (1,), b"\7")]})
    asked = {"probe": {"ask": "call", "function": "f", "wrt": None}, "payload": tree}
    answers: list[Message] = [
        Message({"asked": asked, "split": 1, "answered": {"answer": 5}}, (*blobs,)),
        Message({"asked": asked, "split": 1, "answered": {"missing": "f"}}, (*blobs,)),
        Message({"asked": asked, "split": 1, "ended": ["died", "it died"]}, (*blobs,)),
    ]
    finding = Finding(check, Verdict.FAILED, sentence="wrong", hint="think")
    assert transcript([finding], lambda _: answers).splitlines() == [
        "no  x is right  (curve.x): 0 of 2",
        "      asked     call function=f",
        "                with arguments = 1 items: uint8 1: 7",
        "      answered  5",
        "      asked     call function=f",
        "                with arguments = 1 items: uint8 1: 7",
        "      answered  {'missing': 'f'}",
        "      asked     call function=f",
        "                with arguments = 1 items: uint8 1: 7",
        "      answered  nothing: it died",
        "      said      wrong",
        "      hint      think",
    ]


@pytest.mark.parametrize(
    ("told", "first", "second"),
    [
        ({"answered": {"answer": [{"dict": [["answer", 5]]}, {"dict": [["missing", "f"]]}]}},
         "5", "1 entries: missing: 'f'"),
        ({"answered": {"gone": "it took too long"}}, *["{'gone': 'it took too long'}"] * 2),
        ({"ended": ["died", "it died"]}, *["nothing: it died"] * 2),
    ],
)  # fmt: skip
def test_questions_that_were_asked_ahead_are_told_one_by_one(
    told: dict[str, Json], first: str, second: str
) -> None:
    """Each has its own arguments and its own answer."""
    check = Check("curve.x", "curve", "x is right", 2, hidden=True)
    tree, blobs = encode({"each": [{"arguments": [7]}, {"arguments": [8]}]})
    probe = {"ask": "each", "each": [{"ask": "call", "function": "f", "seed": 1}] * 2}
    message = Message({"asked": {"probe": probe, "payload": tree}, "split": 0, **told}, (*blobs,))
    finding = Finding(check, Verdict.FAILED)
    assert transcript([finding], lambda _: [message]).splitlines()[1:] == [
        "      asked     call function=f",
        "                with arguments = 1 items: 7",
        f"      answered  {first}",
        "      asked     call function=f",
        "                with arguments = 1 items: 8",
        f"      answered  {second}",
    ]


def test_without_a_terminal_there_is_a_line_now_and_then(monkeypatch: pytest.MonkeyPatch) -> None:
    """How many are done, run, are withheld; nothing for a class that is done at once."""
    file = io.StringIO()
    grade = Grade("ann", "hw", (), Ending.FINISHED)
    with Progress(3, 2, Console(file=file)) as progress:
        progress.tell(grade)
        assert file.getvalue() == ""
        monkeypatch.setattr(module, "SECONDS", -1)
        progress.tell(grade)
        progress.tell(grade)
    assert file.getvalue().startswith("2 of 3 graded, 1 running, 0 withheld")
    assert file.getvalue().count("\n") == 1
