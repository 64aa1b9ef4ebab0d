"""The fenced blocks of the documents, and their sessions, played in a course."""

import json
import os
import re
import shlex
import subprocess
import sys
from contextlib import ExitStack, redirect_stderr, redirect_stdout
from dataclasses import dataclass, field
from io import StringIO
from pathlib import Path
from typing import Any

import pytest

from autograder.cli import main

ROOT = Path(__file__).resolve().parents[2]
DOCUMENTS = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").glob("*.md")])
SMALL = ROOT / "docs/examples/small-course"
TRAINED = ROOT / "docs/examples/trained-course"
FENCE = re.compile(r"^```(\w+)(?: (\S+))?\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_CELL = re.compile(r"^# %% (\w+), ([\w ]+?)(?:, (\d+) points?)?\n", re.MULTILINE)
FOREIGN = {
    "--force", "--extra-index-url", "--quick", "--as", "--no-deps", "--wheel-dir",
}  # fmt: skip
_FLAGS = {
    "Autograded answer": {"grade": False, "locked": False, "solution": True},
    "Autograder tests": {"grade": True, "locked": True, "solution": False},
    "Manually graded answer": {"grade": True, "locked": False, "solution": True},
}


@dataclass(frozen=True, slots=True)
class Block:
    """A fenced block of a document: its language, the word behind it, and its text."""

    language: str
    name: str
    text: str


@dataclass(frozen=True, slots=True)
class Played:
    """A course in which the sessions of documents were played: what was shown, what came."""

    root: Path
    sessions: list[tuple[str, str]] = field(default_factory=list)

    def play(self, document: str) -> None:
        """Run the sessions of a document, in its order."""
        for block in blocks(document, "console"):
            self.sessions.append((block.text, transcript(block.text, self.root)))


def blocks(document: str, language: str = "", name: str | None = None) -> list[Block]:
    """The fenced blocks of a document, all or those of one kind."""
    found = (Block(*match.groups("")) for match in FENCE.finditer((ROOT / document).read_text()))
    return [
        block
        for block in found
        if block.language.startswith(language) and name in {None, block.name}
    ]


def transcript(session: str, folder: Path) -> str:
    """The commands of a session with what they print now."""
    shown, code = "", 0
    for line in session.splitlines():
        if line.startswith("$ "):
            command = line[2:]
            run = ours if command.startswith("autograder ") else bash
            printed, code = run(command, folder, code)
            shown += f"{line}\n{printed}"
    return shown


def ours(command: str, folder: Path, _: int) -> tuple[str, int]:
    """What a command of ours prints, also on standard error, and its exit code."""
    words, *file = command.split(" > ")
    printed, code = StringIO(), 0
    with ExitStack() as stack:
        patch = stack.enter_context(pytest.MonkeyPatch.context())
        patch.setattr(sys, "argv", shlex.split(words))
        patch.setenv("COLUMNS", "100")
        patch.chdir(folder)
        target = stack.enter_context(Path(*file).open("w")) if file else printed
        stack.enter_context(redirect_stdout(target))
        stack.enter_context(redirect_stderr(printed))
        try:
            main()
        except SystemExit as end:
            code = int(end.code or 0)
    return printed.getvalue(), code


def bash(command: str, folder: Path, code: int) -> tuple[str, int]:
    """What any other command prints, where `$?` is the last one's exit code, and its own."""
    done = subprocess.run(
        ["bash", "-c", f"(exit {code}); {command}"],
        cwd=folder,
        env=os.environ | {"LC_ALL": "C.UTF-8"},
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False,
    )  # fmt: skip
    return done.stdout, done.returncode


def plain(text: str) -> list[str]:
    """The lines that count: without empty ones and spaces at the end."""
    return [line.rstrip() for line in text.splitlines() if line.strip()]


def agrees(shown: str, actual: str) -> bool:
    """Whether the lines are the same, where a shown `...` stands for any number of them."""
    parts = (r"(?:.*\n)*" if line == "..." else re.escape(line) + r"\n" for line in plain(shown))
    return bool(re.fullmatch("".join(parts), "".join(f"{line}\n" for line in plain(actual))))


def notebook(script: str) -> str:
    """The notebook that the instructor's guide writes as a script."""
    parts = _CELL.split(script)[1:]
    cells: list[dict[str, Any]] = []
    for id_, kind, points, source in zip(*(parts[n::4] for n in range(4)), strict=True):
        own: dict[str, Any] = dict(_FLAGS.get(kind, {}))
        own |= {"grade_id": id_, "schema_version": 3} if own else {}
        own |= {"points": int(points)} if points else {}
        text = kind in {"markdown", "Manually graded answer"}
        lines = [line.removeprefix("#").removeprefix(" ") for line in source.splitlines()]
        cell: dict[str, Any] = {"id": id_, "metadata": {"nbgrader": own} if own else {}}
        code: dict[str, Any] = {"cell_type": "code", "outputs": [], "execution_count": None}
        cell |= {"cell_type": "markdown"} if text else code
        cells.append(cell | {"source": "\n".join(lines) if text else source.strip("\n")})
    kernel = {"name": "python3", "display_name": "Python 3", "language": "python"}
    tree = {"cells": cells, "metadata": {"kernelspec": kernel}}
    return json.dumps(tree | {"nbformat": 4, "nbformat_minor": 5})
