"""All that an operator can read of a release can be read in a box, or the box does not start."""

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from autograder.guest import offering
from autograder.guest.confinement import works
from autograder.guest.offering import offer
from autograder.guest.syscalls import drop_capabilities

READ = """
import os, sys
if sys.argv[1:]:
    os.setgroups([])
    os.setresgid(*[60000] * 3)
    os.setresuid(*[60000] * 3)
for place, _, names in os.walk(".", followlinks=True):
    for name in names:
        path = os.path.join(place, name)
        print(os.path.normpath(path), open(path).read())
"""
RELEASE = {
    "a.csv": "a", "data/b.csv": "b", "data/deep/er/c.csv": "c", "open/d.csv": "d",
    "open/sub/e.csv": "e",
}  # fmt: skip
LINKS = {"latest": "data", "open/b.csv": "../data/b.csv", "data/deep/a.csv": "../../a.csv"}
as_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root can give a box another user")


@pytest.fixture
def release(monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A release; beside it lies an empty folder, which is the current one.  Others reach both."""
    with TemporaryDirectory() as folder:
        root = Path(folder)
        for name, text in RELEASE.items():
            (root / "release" / name).parent.mkdir(parents=True, exist_ok=True)
            (root / "release" / name).write_text(text)
        (root / "work").mkdir()
        for path in (root, *root.rglob("*")):
            path.chmod(0o755 if path.is_dir() else 0o644)
        monkeypatch.chdir(root / "work")
        yield root / "release"


def close(release: Path, *names: str) -> None:
    """As `chmod go=` does it."""
    for name in names:
        (release / name).chmod(0o700 if (release / name).is_dir() else 0o600)


def read(*, as_another: bool) -> dict[str, str]:
    """What a box reads in its folder, perhaps as another user."""
    done = subprocess.run(
        [sys.executable, "-c", READ, *(["another"] * as_another)],
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    return dict(line.split() for line in done.stdout.splitlines())


EVERYTHING = (".", *{part for name in RELEASE for part in (name, *map(str, Path(name).parents))})


@as_root
@pytest.mark.parametrize("walled", [True, False])
@pytest.mark.parametrize(
    "closed",
    [
        (), ("a.csv",), ("data",), ("data/b.csv",), ("data/deep",), ("data/deep/er",),
        ("data/deep/er/c.csv",), ("open/sub/e.csv", "data"), (".",), EVERYTHING,
    ],
)  # fmt: skip
def test_what_others_may_not_read_is_there_all_the_same(
    release: Path, closed: tuple[str, ...], *, walled: bool
) -> None:
    """A file, a folder, or one far below: no student meets a file that is not found."""
    close(release, *closed)
    offer(release, to_another=True, walled=walled)
    assert read(as_another=True) == RELEASE


@as_root
@pytest.mark.parametrize("closed", [(), ("data",), ("data/b.csv",), ("a.csv",), EVERYTHING])
def test_links_inside_a_release_lead_where_they_did(release: Path, closed: tuple[str, ...]) -> None:
    """To a file or a folder, whether that is linked or copied; one to nothing is left out."""
    for name, target in LINKS.items():
        (release / name).symlink_to(target)
    (release / "gone").symlink_to("nothing")
    close(release, *closed)
    offer(release, to_another=True, walled=True)
    found = read(as_another=True)
    assert found == RELEASE | {
        "latest/b.csv": "b", "latest/deep/er/c.csv": "c", "latest/deep/a.csv": "a",
        "open/b.csv": "b", "data/deep/a.csv": "a",
    }  # fmt: skip
    assert not os.path.lexists("gone")


@as_root
def test_a_link_to_where_it_lies_ends_somewhere(release: Path) -> None:
    """It is laid out as a link, and not walked through."""
    (release / "data/again").symlink_to("..")
    close(release, "data")
    offer(release, to_another=True, walled=True)
    assert Path("data/again/data/b.csv").read_text() == "b"


@as_root
@pytest.mark.parametrize(("bound", "value"), [("COPIED_BYTES", 1), ("COPIED_FILES", 2)])
def test_what_is_too_much_to_be_copied_is_a_failure_of_ours(
    release: Path, bound: str, value: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The box does not start, and says which file it is and what would help."""
    monkeypatch.setattr(offering, bound, value)
    close(release, "data")
    with pytest.raises(OSError, match=r"data/.*chmod -R go\+rX"):
        offer(release, to_another=True, walled=True)


def test_what_is_open_is_linked_and_not_copied(release: Path) -> None:
    """A large data set costs a box nothing."""
    offer(release, to_another=os.geteuid() == 0, walled=True)
    assert {path.name for path in Path().iterdir() if path.is_symlink()} == {
        "a.csv", "data", "open",
    }  # fmt: skip
    assert read(as_another=False) == RELEASE


def test_what_the_operator_cannot_read_is_a_failure_of_ours(release: Path) -> None:
    """It is no file that a student could be blamed for."""
    (release / "data/b.csv").chmod(0)

    def attempt() -> None:
        drop_capabilities()  # with which root reads everything
        with pytest.raises(PermissionError):
            offer(release, to_another=False, walled=True)

    assert works(attempt)


def test_of_two_folders_the_first_one_counts(release: Path) -> None:
    """A hand-in changes no given file."""
    handed_in = release.parent / "handed in"
    (handed_in / "data").mkdir(parents=True)
    for name in ("a.csv", "data/b.csv", "mine.py"):
        (handed_in / name).write_text("theirs")
    for folder in (release, handed_in):
        offer(folder, to_another=os.geteuid() == 0, walled=True)
    assert read(as_another=False) == RELEASE | {"mine.py": "theirs"}


@pytest.mark.parametrize("walled", [True, False])
def test_what_is_copied_can_be_changed(release: Path, *, walled: bool) -> None:
    """A notebook may write over its own file, which stands before a given one of the same name."""
    own = release.parent / "own"
    (own / "open").mkdir(parents=True)
    for name in ("a.csv", "open/d.csv"):
        (own / name).write_text("mine")
    another = os.geteuid() == 0
    offer(own, to_another=another, walled=walled, copied=True)
    offer(release, to_another=another, walled=walled)
    assert read(as_another=another) == RELEASE | {"a.csv": "mine", "open/d.csv": "mine"}
    script = READ + "open('a.csv', 'w').write('new'); open('open/new.csv', 'w')"
    subprocess.run([sys.executable, "-c", script, *(["x"] * another)], check=True)
    assert (own / "a.csv").read_text() == "mine"
