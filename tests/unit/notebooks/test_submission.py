"""A hand-in is read once, within its budget, and what does not count is said."""

import os
import socket
import stat
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from autograder.notebooks import submission as module
from autograder.notebooks.submission import Submission, read_submission

NAMED = "hw.ipynb"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A hand-in with two files and one in a folder."""
    folder = tmp_path / "handed"
    (folder / "figures").mkdir(parents=True)
    for name in (NAMED, "mine.py", "figures/a.csv"):
        (folder / name).write_text(name)
    return folder


def read(folder: Path) -> Submission:
    """What is read of it."""
    return read_submission(folder, NAMED)


def test_regular_files_count_by_their_paths(folder: Path) -> None:
    """Their bytes are kept; hidden files and left-overs of systems are passed over in silence."""
    for name in (".hidden", ".git/config", "__pycache__/a.pyc", "__MACOSX/b", "checks/c.py"):
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_text("x")
    names = (NAMED, "mine.py", "figures/a.csv")
    assert read(folder) == Submission({name: name.encode() for name in names})
    assert read(folder).sentences == []


def make_socket(path: Path) -> None:
    """A socket as a file: its path is bounded, so it is made from inside the folder."""
    before = Path.cwd()
    os.chdir(path.parent)
    try:
        with socket.socket(socket.AF_UNIX) as own:
            own.bind(path.name)
    finally:
        os.chdir(before)


MAKE: dict[str, Callable[[Path], Any]] = {
    "a link": lambda path: path.symlink_to("/etc/hostname"),
    "a link to a folder": lambda path: path.symlink_to("/etc"),
    "a link to a name that no folder can hold": lambda path: path.symlink_to("n" * 300),
    "a link to itself": lambda path: path.symlink_to(path.name),
    "a pipe": os.mkfifo,
    "a socket": make_socket,
}


@pytest.mark.parametrize("name", [NAMED, "data.csv", "figures/b.csv"])
@pytest.mark.parametrize("make", MAKE.values(), ids=MAKE)
def test_what_is_no_regular_file_is_left_out(
    folder: Path, make: Callable[[Path], Any], name: str
) -> None:
    """It is neither followed nor waited for, and the student is told its name."""
    (folder / name).unlink(missing_ok=True)
    make(folder / name)
    read_of_it = read(folder)
    assert name not in read_of_it.files
    (sentence,) = read_of_it.sentences
    assert name in sentence
    assert sentence.endswith(("(a link).", "(no plain file)."))


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can make a device node")
def test_a_device_is_not_opened(folder: Path) -> None:
    """It would give its bytes without end."""
    os.mknod(folder / "endless", 0o666 | stat.S_IFCHR, os.makedev(1, 5))
    assert read(folder).left_out == {"endless": "no plain file"}


def deep_folders(folder: Path) -> None:
    """A thousand folders inside each other, with a path that no call takes as a whole."""
    place = os.open(folder, os.O_RDONLY)
    for _ in range(1000):
        os.mkdir("deep", dir_fd=place)
        inner = os.open("deep", os.O_RDONLY, dir_fd=place)
        os.close(place)
        place = inner
    os.close(place)


def long_path(folder: Path) -> None:
    """A few folders with the longest names."""
    place = os.open(folder, os.O_RDONLY)
    for _ in range(module.DEEPEST - 1):
        os.mkdir("n" * 255, dir_fd=place)
        inner = os.open("n" * 255, os.O_RDONLY, dir_fd=place)
        os.close(place)
        place = inner
    os.close(place)


def many_files(folder: Path) -> None:
    """More files than anyone looks at, each of which would come before the notebook."""
    for number in range(module.MOST_ENTRIES + 1):
        (folder / f"a{number}").touch()


def many_in_one(folder: Path) -> None:
    """Such a number of them in a folder of their own."""
    (folder / "all").mkdir()
    many_files(folder / "all")


def sparse(folder: Path) -> None:
    """Files of many GiB that take no room on the disk."""
    for number in range(8):
        with (folder / f"sparse{number}").open("wb") as file:
            file.truncate(1 << 36)


def sparse_notebooks(folder: Path) -> None:
    """The same, called like notebooks."""
    for number in range(30):
        with (folder / f"sparse{number}.ipynb").open("wb") as file:
            file.write(b'{"cells": [' + b" " * 5000 if number % 2 else b"")
            file.truncate(1 << 36)


OVER = {
    one.__name__: one
    for one in (deep_folders, long_path, many_files, many_in_one, sparse, sparse_notebooks)
}


@pytest.fixture
def emptied(folder: Path) -> Iterator[Path]:
    """The hand-in, of which nothing stays that pytest could not remove."""
    yield folder
    subprocess.run(["rm", "-rf", str(folder)], check=True)


@pytest.mark.parametrize("make", OVER.values(), ids=OVER)
def test_over_the_budget_the_notebook_still_counts(
    emptied: Path, make: Callable[[Path], None]
) -> None:
    """Whatever lies beside it, the notebook is read, and what does not count is said."""
    make(emptied)
    found = read(emptied)
    assert found.files[NAMED] == NAMED.encode()
    assert sum(map(len, found.files.values())) <= module.MOST_BYTES
    assert len(found.files) <= module.MOST_FILES
    assert found.sentences
    assert all(sentence.isprintable() and len(sentence) < 600 for sentence in found.sentences)


def test_more_files_than_count_are_left_out(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """By their names, the first ones count; a file that is too large does not stop the next."""
    monkeypatch.setattr(module, "MOST_FILES", 2)
    monkeypatch.setattr(module, "MOST_BYTES", 20)
    (folder / "large.csv").write_bytes(b"0" * 100)
    found = read_submission(folder, NAMED)
    assert list(found.files) == [NAMED, "mine.py"]
    assert set(found.left_out) == {"large.csv", "figures/a.csv"}


def test_a_folder_that_is_a_link_is_not_followed(folder: Path, tmp_path: Path) -> None:
    """It could lead to another student's work."""
    link = tmp_path / "link"
    link.symlink_to(folder)
    assert read(link).files == {}
    assert "the folder is a link" in read(link).sentences[0]
    assert read(tmp_path / "nobody") == Submission({})


def test_the_digest_stands_for_all_that_counts(folder: Path) -> None:
    """Paths, bytes, and what was left out; nothing else changes it."""
    before = read(folder).digest
    (folder / NAMED).touch()
    (folder / ".hidden").touch()
    assert read(folder).digest == before
    seen = {before}
    for change in (
        lambda: (folder / "mine.py").write_text("other"),
        lambda: (folder / "mine.py").rename(folder / "yours.py"),
        lambda: (folder / "figures").rename(folder / "specimens"),
        lambda: (folder / "specimens/a.csv").rename(folder / "specimensa.csv"),
        lambda: (folder / "link").symlink_to("yours.py"),
        lambda: (folder / "link").rename(folder / "linked"),
    ):
        change()
        seen.add(read(folder).digest)
    assert len(seen) == 7


def test_what_was_read_can_be_written_elsewhere(folder: Path, tmp_path: Path) -> None:
    """The box sees exactly the bytes that were read, whatever has become of the folder."""
    found = read(folder)
    (folder / "mine.py").write_text("changed")
    (folder / "figures/a.csv").unlink()
    target = tmp_path / "box"
    target.mkdir()
    found.write(target, wanted=False)
    assert read(target) == found
    assert stat.S_IMODE((target / "figures/a.csv").stat().st_mode) == 0o644


def test_a_large_notebook_is_kept_without_outputs(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """So its bytes fit the budget; of a large file that is no notebook the start is enough."""
    monkeypatch.setattr(module, "LARGEST_WHOLE", 50)
    (folder / NAMED).write_text('{"cells": [{"source": "x", "outputs": ["' + "A" * 1000 + '"]}]}')
    (folder / "other.ipynb").write_text("no notebook" * 1000)
    found = read(folder)
    assert found.files[NAMED] == b'{"cells": [{"source": "x", "outputs": []}]}'
    assert len(found.files["other.ipynb"]) < 5000
    assert found.condensed == {NAMED, "other.ipynb"}


def test_a_wanted_file_has_room_of_its_own(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever else fills a hand-in, what was asked for is read, and is held to its own size."""
    monkeypatch.setattr(module, "MOST_BYTES", 40)
    monkeypatch.setattr(module, "MOST_ENTRIES", 2)
    (folder / "net.pth").write_bytes(b"w" * 100)
    found = read_submission(folder, NAMED, {"net.pth": 100})
    assert found.files["net.pth"] == b"w" * 100
    assert found.lacking == {}
    found = read_submission(folder, NAMED, {"net.pth": 99})
    assert "net.pth" not in found.files
    assert list(found.lacking) == ["net.pth"]


def test_a_wanted_file_is_found_in_one_folder(folder: Path) -> None:
    """A whole hand-in in a folder is found with its file; of two files, neither is taken."""
    wanted = {"a.csv": 1 << 20}
    assert read_submission(folder, NAMED, wanted).files["a.csv"] == b"figures/a.csv"
    (folder / "more").mkdir()
    (folder / "more/a.csv").write_text("other")
    found = read_submission(folder, NAMED, wanted)
    assert found.lacking == {"a.csv": "a.csv is missing: hand it in, beside the notebook."}


def test_what_came_in_place_of_a_wanted_file_makes_another_digest(folder: Path) -> None:
    """Nothing, an empty file, a link, a folder, a pipe: each is another hand-in."""
    wanted, seen = {"net.pth": 100}, set()
    path = folder / "net.pth"
    for make in (
        str,
        path.touch,
        lambda: path.symlink_to(NAMED),
        path.mkdir,
        lambda: os.mkfifo(path),
    ):
        make()
        found = read_submission(folder, NAMED, wanted)
        assert list(found.lacking) == ["net.pth"]
        assert not any("net.pth" in one for one in found.sentences)
        seen.add(found.digest)
        if path.is_dir():
            path.rmdir()
        path.unlink(missing_ok=True)
    assert len(seen) == 5
