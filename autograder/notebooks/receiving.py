"""Receiving what a student handed in: found in its folder, read, and rebuilt from the release.

By its name, else by its cells: of several notebooks the one that answers something is taken; if
two do, and differently, a person chooses.  Checkpoints and other left-overs are not looked at.
"""

import os
import re
from collections.abc import Iterator
from dataclasses import replace
from itertools import islice
from pathlib import Path

from autograder.errors import SubmissionError
from autograder.notebooks.cells import Kind, Notebook
from autograder.notebooks.reading import name_of, read_submission
from autograder.notebooks.rebuilding import Care, Note, Rebuilt, rebuild

_MOST_FILES = 1000
_MOST_NOTEBOOKS = 20
_NOTEBOOK = re.compile(
    r"(?!\.)(?!.*-checkpoint).*\.ipynb(\.txt|\.json)?", re.IGNORECASE | re.DOTALL
)
_LEFT_OVER = {"__MACOSX", "checks"}
_ARCHIVES = {".zip", ".rar", ".7z", ".gz", ".tar"}


def receive(folder: Path, release: Notebook) -> Rebuilt:
    """The notebook to run for what lies in a student's folder.

    Raises SubmissionError when there is none that can be read, or several that answer.
    """
    files = list(islice(_files(folder), _MOST_FILES))
    named = folder / release.name
    found = sorted(path for path in files if _NOTEBOOK.fullmatch(path.name))
    # By its name it is found among any number of files.
    found = [named] * named.is_file() + [path for path in found if path != named]
    if not found:
        raise _nothing(files, release.name)
    read: dict[Path, Rebuilt] = {}
    refused: list[SubmissionError] = []
    for path in found[:_MOST_NOTEBOOKS]:
        try:
            read[path] = rebuild(release, read_submission(path))
        except SubmissionError as error:
            refused.append(error)
        if path == named and path in read and _answers(read[path], release):
            return read[path]
    if not read:
        raise refused[0]
    return _chosen(read, release, named)


def _chosen(read: dict[Path, Rebuilt], release: Notebook, named: Path) -> Rebuilt:
    answering = {path: one for path, one in read.items() if _answers(one, release)}
    different = {tuple(cell.source for cell in one.cells): path for path, one in answering.items()}
    if len(different) > 1 or not (different or named in read or len(read) == 1):
        names = ", ".join(map(name_of, different.values() or read))
        raise SubmissionError(
            f"There are several notebooks ({names}): hand in one, called {release.name}.",
            f"Choose: leave one of them in the folder, called {release.name}, and grade again.",
        )
    path = next(iter(different.values()), named if named in read else next(iter(read)))
    if path == named:
        return read[path]
    note = (
        f"The notebook is called {name_of(path)} and not {release.name}: it was taken all the same."
    )
    note = note if path.parent == named.parent else f"{note[:-1]}, from a folder inside yours."
    return replace(read[path], oddities=(Note(Care.GUESSED, note), *read[path].oddities))


def _answers(rebuilt: Rebuilt, release: Notebook) -> bool:
    """Whether anything in it is an answer, filled in or half."""
    given = {cell.id: cell.source for cell in release.cells if cell.kind is Kind.ANSWER}
    return any(given.get(cell.id, cell.source) != cell.source for cell in rebuilt.cells)


def _files(folder: Path) -> Iterator[Path]:
    """The files of a hand-in, nearest first by folder; links are followed nowhere."""
    for place, folders, names in os.walk(folder):
        folders[:] = sorted(one for one in folders if one[0] != "." and one not in _LEFT_OVER)
        yield from (Path(place, name) for name in sorted(names))


def _nothing(files: list[Path], name: str) -> SubmissionError:
    others = [path for path in files if path.name != "timestamp.txt" and path.name[0] != "."]
    first = "unpack it and " if any(path.suffix in _ARCHIVES for path in others) else ""
    only = f", only {', '.join(map(name_of, others[:3]))}" if others else ""
    return SubmissionError(
        f"There is no notebook{only}: {first}hand in the file {name}.",
        f"{first}look whether the notebook is among the files, or ask for it.".capitalize(),
    )
