"""The answer files of a hand-in, found among its files and read as parts, whatever they hold.

not there                 its answers are missing, as cells would be
not to be read            its answers wait for a person; for them stand the release's parts
given parts               with what the student added; what was changed is put back
"""

import ast
import re
import tokenize
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from io import BytesIO
from itertools import groupby

from autograder.notebooks.answer_files import split
from autograder.notebooks.cells import Cell, Kind, Notebook, head_of
from autograder.notebooks.earlier import Earlier
from autograder.notebooks.rebuilding import Care, Note
from autograder.notebooks.submission import Submission
from autograder.notebooks.unfilled import made_by, without_stubs
from autograder.text import legible

LARGEST = 1 << 18
_LONGEST = 50_000  # letters of a given part: nobody adds more
_COPY = r"(?: ?\(\d+\)|-Copy\d+| copy(?: \d+)?|_\d+)?"
_COOKIE = re.compile(r"\A((?:.*\n)?[ \t\f]*#.*?coding[:=][ \t]*)[-\w.]+")
_IMPORTS = ast.Import | ast.ImportFrom
# Those that editors write; decoding by some others takes hours.
_CODINGS = re.compile(r"utf-8|iso-8859|cp\d|windows-|koi8|mac|gb|big5|shift|euc|ascii")


class _UnreadError(Exception):
    """Why a file that is there cannot be read, in a part of a sentence."""


@dataclass(slots=True)
class Handed:
    """What the answer files of a hand-in came to.

    `given` are parts of the release with what the student added, by their ids; the answers of files
    that are `unread` wait for a person.
    """

    cells: list[Cell] = field(default_factory=list)
    given: dict[str, Cell] = field(default_factory=dict)
    oddities: list[Note] = field(default_factory=list)
    unread: set[str] = field(default_factory=set)


def read_handed(submission: Submission, release: Notebook, earlier: Earlier) -> Handed:
    """The parts that a student handed in of each answer file of the release."""
    handed = Handed()
    of_files = [cell for cell in release.cells if cell.file]
    for file, own in groupby(of_files, key=lambda cell: cell.file):
        parts = list(own)
        try:
            text = _find(submission, file, handed)
        except _UnreadError as why:
            sentence = f"{file} was not read: {why}. A person will look at its answers."
            handed.oddities.append(Note(Care.UNDECIDED, sentence))
            handed.unread.add(file)
            handed.cells += parts
            continue
        if text is None:
            handed.cells += [cell for cell in parts if cell.kind is Kind.GIVEN]
            if not all(map(earlier.lacked, parts)):
                sentence = f"There is no {file} among your files: hand it in beside the notebook."
                handed.oddities.append(Note(Care.UNANSWERED, sentence))
            continue
        others = earlier.ids - {cell.id for cell in release.cells}
        cells = split(file, text, others | {cell.id for cell in parts[1:]})
        handed.given |= {cell.id: cell for cell in _with_additions(parts, cells)}
        handed.cells += [replace(cell, kind=Kind.ADDED) for cell in cells]
    return handed


def _find(submission: Submission, file: str, handed: Handed) -> str | None:
    """The text of a file, by its name, else by one like it; None if there is none."""
    if file in submission.left_out:
        raise _UnreadError(f"it is {submission.left_out[file]}; hand in the file itself")
    pattern = re.compile(rf"(?:.*/)?{head_of(file)}{_COPY}\.py(?:\.txt)?", re.IGNORECASE)
    found = [file] if file in submission.files else []
    found = found or sorted(filter(pattern.fullmatch, submission.files))
    if len({submission.files[path] for path in found}) > 1:
        names = ", ".join(legible(path[-80:]) for path in found[:3])
        raise _UnreadError(f"there are several ({names}); hand in one, called {file}")
    if not found:
        if any(path.startswith(f"{file}/") for path in (*submission.files, *submission.left_out)):
            raise _UnreadError("it is a folder; hand in the file itself")
        return None
    if found[0] != file:
        note = f"{file} was handed in as {legible(found[0][-80:])}: it was used anyway."
        handed.oddities.append(Note(Care.GUESSED, note))
    return _text(submission.files[found[0]], file, handed)


def _text(data: bytes, file: str, handed: Handed) -> str:
    if len(data) > LARGEST:
        raise _UnreadError(f"it has more than {LARGEST >> 10} KiB; keep data in other files")
    try:
        coding = tokenize.detect_encoding(BytesIO(data).readline)[0]
        text = data.decode(coding if _CODINGS.match(coding) else "utf-8")
    except (SyntaxError, LookupError, ValueError):
        text = data.decode("utf-8", "replace")
        note = f"Letters of {file} that are not in UTF-8 were replaced: save it as UTF-8."
        handed.oddities.append(Note(Care.REPAIRED, note))
    if "\0" in text:
        raise _UnreadError("it is no text in UTF-8; save it as that")
    text = text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n")
    return _COOKIE.sub(r"\1utf-8", text)  # as which a box gets it


def _with_additions(release: Sequence[Cell], handed: Sequence[Cell]) -> Iterable[Cell]:
    """The given parts of a release, each with what the student added in that place."""
    for cell in release:
        own = [one.source for one in handed if one.id == cell.id]
        if cell.kind is Kind.GIVEN and len(own) == 1 and own[0] != cell.source:
            others = [other for other in release if other.id != cell.id]
            try:
                yield replace(cell, source=_merged(cell.source, own[0], others))
            except (SyntaxError, ValueError, RecursionError, MemoryError):
                continue


def _merged(given: str, theirs: str, others: Iterable[Cell]) -> str:
    """What is given, with the statements that a student added; as theirs if nothing else changed.

    A statement is added if it makes no name that is given, here or elsewhere in the file.
    """
    if len(theirs) > _LONGEST:
        return given
    wanted, own = ast.parse(given).body, ast.parse(theirs).body
    known = [ast.dump(one) for one in wanted]
    added = [one for one in own if ast.dump(one) not in known]
    elsewhere = ast.parse("\n".join(without_stubs(cell.source) for cell in others)).body
    if made_by(added) & made_by(elsewhere):
        return given  # a marker is gone: what stands below it is no addition
    names = made_by(wanted)
    fresh = [one for one in added if isinstance(one, _IMPORTS) or not made_by([one]) & names]
    if fresh == added and [one for one in map(ast.dump, own) if one in known] == known:
        return theirs
    kept = [one for one in fresh if getattr(one, "module", "") != "__future__"]
    return "\n".join([given, *map(ast.unparse, kept)])
