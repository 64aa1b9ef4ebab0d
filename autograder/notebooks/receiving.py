"""Receiving what a student handed in: found among its files, and rebuilt from the release.

By its name, else by its cells: of several notebooks the one that answers something is taken; if
two do, and differently, a person chooses.  Checkpoints and other left-overs are not looked at.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from autograder.errors import SubmissionError
from autograder.notebooks.attachments import attach_files
from autograder.notebooks.cells import Cell, Kind, Notebook
from autograder.notebooks.earlier import Earlier
from autograder.notebooks.handed_files import read_handed
from autograder.notebooks.reading import read_notebook
from autograder.notebooks.rebuilding import Care, Note, Rebuilt, rebuild
from autograder.notebooks.submission import Submission
from autograder.text import legible
from autograder.times import read_time

_MOST_NOTEBOOKS, _NAMED = 20, 5
_NOTHING = Earlier()
TIMESTAMP = "timestamp.txt"
_TIMELESS = f"The time in {TIMESTAMP} cannot be read: the work counts as handed in on time."
_ARCHIVES = {".zip", ".rar", ".7z", ".gz", ".tar"}


def receive(submission: Submission, release: Notebook, earlier: Earlier = _NOTHING) -> Rebuilt:
    """The notebook to run for what a student handed in, with the pictures that its text shows.

    `earlier` are the releases that the student may have worked on.  Raises
    SubmissionError when there is none that can be read, or several that answer.
    """
    handed = read_handed(submission, release, earlier)
    given = tuple(handed.given.get(cell.id, cell) for cell in release.cells)
    rebuilt = _found(submission, replace(release, cells=given), earlier, handed.cells)
    lacking = submission.lacking
    left_out = [Note(Care.UNANSWERED, sentence) for sentence in lacking.values()]
    left_out += [Note(Care.LEFT_OUT, sentence) for sentence in submission.sentences]
    when = submission.files.get(TIMESTAMP, b"")
    if when.strip() and read_time(when) is None:
        left_out.append(Note(Care.LEFT_OUT, _TIMELESS))
    cells = attach_files(rebuilt.cells, submission)
    return replace(
        rebuilt,
        cells=cells,
        oddities=(*handed.oddities, *rebuilt.oddities, *left_out),
        unread=frozenset(cell.exercise for cell in cells if cell.file in handed.unread) - {""},
        files=dict.fromkeys(submission.wanted, "") | lacking,
    )


def _found(
    submission: Submission, release: Notebook, earlier: Earlier, parts: Sequence[Cell]
) -> Rebuilt:
    named = release.name
    # By its name it is found among any number of files.
    found = [name for name in submission.notebooks if name != named]
    if named in submission.files or named in submission.left_out:
        found.insert(0, named)
    if not found:
        raise _nothing(submission, named)
    read: dict[str, Rebuilt] = {}
    refused: list[SubmissionError] = []
    for name in found[:_MOST_NOTEBOOKS]:
        try:
            notebook = _read(submission, name)
            both = replace(notebook, cells=(*parts, *notebook.cells))
            read[name] = rebuild(release, both, earlier)
        except SubmissionError as error:
            refused.append(error)
        if name == named and name in read and _answers(read[name], release):
            return read[name]
    if not read:
        raise refused[0]
    return _chosen(read, release)


def _read(submission: Submission, name: str) -> Notebook:
    if name in submission.left_out:
        raise SubmissionError(
            f"{legible(name)} was not read ({submission.left_out[name]}): hand in the notebook "
            "itself, with its outputs cleared.",
            "Look at the file, and ask for the notebook again.",
        )
    return read_notebook(name, submission.files[name], whole=name not in submission.condensed)


def _chosen(read: Mapping[str, Rebuilt], release: Notebook) -> Rebuilt:
    named = release.name
    answering = {name: one for name, one in read.items() if _answers(one, release)}
    different = {tuple(cell.source for cell in one.cells): name for name, one in answering.items()}
    if len(different) > 1 or not (different or named in read or len(read) == 1):
        every = list(different.values() or read)
        names = ", ".join([*map(_called, every[:_NAMED]), *["..."] * (len(every) > _NAMED)])
        raise SubmissionError(
            f"There are several notebooks ({names}): hand in one, called {named}.",
            f"Choose: leave one of them in the folder, called {named}, and grade again.",
        )
    name = next(iter(different.values()), named if named in read else next(iter(read)))
    if name == named:
        return read[name]
    folder, _, own = name.rpartition("/")
    called = f"The notebook is called {legible(own)} and not {named}" if own != named else ""
    where = f"{'and is' if called else 'The notebook is'} in the folder {legible(folder)}"
    what = " ".join(filter(None, (called, where if folder else "")))
    note = f"{what}: it was used anyway."
    return replace(read[name], oddities=(Note(Care.GUESSED, note), *read[name].oddities))


def _answers(rebuilt: Rebuilt, release: Notebook) -> bool:
    """Whether anything in it is an answer, filled in or half."""
    given = {cell.id: cell.source for cell in release.cells if cell.kind is Kind.ANSWER}
    own = (cell for cell in rebuilt.cells if not cell.file)
    return any(given.get(cell.id, cell.source) != cell.source for cell in own)


def _called(path: str) -> str:
    return legible(path.rpartition("/")[2])


def _nothing(submission: Submission, name: str) -> SubmissionError:
    others = [path for path in submission.files if path != TIMESTAMP]
    packed = any(path.endswith(ending) for path in others for ending in _ARCHIVES)
    first = "unpack it and " if packed else ""
    only = f", only {', '.join(map(_called, others[:3]))}" if others else ""
    left_out = "".join(f" {sentence}" for sentence in submission.sentences)
    return SubmissionError(
        f"There is no notebook{only}: {first}hand in the file {name}.{left_out}",
        f"{first}look whether the notebook is among the files, or ask for it.".capitalize(),
    )
