"""A large class with odd and hostile hand-ins, graded while its processes are killed at random.

The command is repeated until it completes; then every grade must be the expected one, the clerk's
memory flat, and no process and no file left.  `SOAK=100 make soak` takes a smaller class.
"""

import ctypes
import json
import os
import random
import signal
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable
from contextlib import closing, suppress
from pathlib import Path

from autograder.config import Course
from tests.integration.killing import PR_SET_CHILD_SUBREAPER, children, find
from tests.integration.tiny_course import class_course, hand_in
from tools.bench.growth import anonymous_mib

RIGHT = "x = t - 1.5 * torch.cos(17 * t)"
BY_HEART = "s = torch.linspace(0, 1, 5)\nx = s - 1.5 * torch.cos(17 * s)"
LIMITS = "[limits]\ncell_seconds = 1\nnotebook_seconds = 20\nmemory_mib = 512\n"
Outcome = tuple[str, float | None]
HONEST: dict[str, Outcome] = {
    RIGHT: ("finished", 3),
    BY_HEART: ("finished", 1),
    "x = t": ("finished", 0),
    "x = <your_code_here>": ("finished", 0),
    "x = t.no_such_thing()": ("finished", 0),
}
HOSTILE: dict[str, Outcome] = {
    "import os; os._exit(0)": ("died", 0),
    "while True: pass": ("finished", 0),
    "raise SystemExit": ("finished", 0),
    "import socket; socket.socket()": ("finished", 0),
    "x = bytearray(1 << 40)": ("finished", 0),
    "torch.testing.assert_close = torch.allclose = lambda *a, **k: True; x = t": ("finished", 0),
    "import os\nfor _ in range(99): os.fork()": ("finished", 0),
}
VICTIMS = {"box": 8, "judge": 5, "template": 1, "judges": 1}
CLERK_KILLS = 5
LEFT = {"course.lock", "gradebook.lock", "ledger.lock", "ledger.db", "scratch"}


def main() -> int:
    """Grade, kill, repeat, compare; 0 if all is as it must be."""
    number = int(os.environ.get("SOAK", "1000"))
    chance = random.Random(os.environ.get("SEED", "soak"))  # noqa: S311 - no secret
    ctypes.CDLL(None).prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)
    with tempfile.TemporaryDirectory() as folder:
        root, temporary = Path(folder, "course"), Path(folder, "tmp")
        temporary.mkdir()
        course = class_course(root, {})
        (root / "autograder.toml").write_text(f'course = "tiny"\nseed = "s"\n{LIMITS}')
        expected = {name: make(course, name, chance) for name in names(number)}
        start = time.monotonic()
        soak = Soak(course, temporary, number, chance)
        codes = soak.repeat()
        minutes = (time.monotonic() - start) / 60
        start = time.monotonic()
        grades = soak.grades()
        again = time.monotonic() - start
        wrong = [
            f"{name}: {grades.get(name)}, expected {outcome}"
            for name, outcome in expected.items()
            if grades.get(name) != outcome
        ]
        left = [str(path) for path in temporary.iterdir()]
        left += [str(path) for path in course.scratch.iterdir()]
        left += [path.name for path in course.ledger.parent.iterdir() if path.name not in LEFT]
        living = soak.living()
    print(f"{number} submissions, {minutes:.1f} minutes, {number / minutes:.0f} a minute")
    print(f"killed: {dict(soak.kills)}; the command ended with {codes}")
    print(f"all of them again, unchanged: {again:.1f} s")
    early, late = soak.memory
    print(f"the clerk's memory: {early} MiB after a tenth, {late} MiB at the end")
    print(f"{len(wrong)} wrong outcomes, {len(living)} processes left, {len(left)} files left")
    for line in [*wrong, *living, *left]:
        print(f"  {line}")
    return 1 if wrong or living or left or late > early * 1.2 + 10 else 0


def names(number: int) -> list[str]:
    """The students."""
    return [f"s{place:04}" for place in range(number)]


def make(course: Course, student: str, chance: random.Random) -> Outcome:
    """Hand something in: 2 % hostile, 5 % odd; what must come of it."""
    kind = chance.random()
    answers = HOSTILE if kind < 0.02 else HONEST
    answer = RIGHT if 0.02 <= kind < 0.07 else chance.choice(list(answers))
    path = hand_in(course, student, f"{answer}\n# {student}")
    if not 0.02 <= kind < 0.07:
        return answers[answer]
    how = chance.choice(list(ODD))
    return ODD[how](path)


def renamed(path: Path) -> Outcome:
    """A name of its own."""
    path.rename(path.with_name("Моя работа (1).ipynb"))
    return ("finished", 3)


def stripped(path: Path) -> Outcome:
    """Saved by something that drops metadata."""
    tree = json.loads(path.read_text("utf-8"))
    for cell in tree["cells"]:
        cell["metadata"] = {}
    path.write_text(json.dumps(tree), "utf-8")
    return ("finished", 3)


def doubled(path: Path) -> Outcome:
    """An answer cell copied."""
    tree = json.loads(path.read_text("utf-8"))
    tree["cells"] = [cell for cell in tree["cells"] for _ in range(1 + ("answer" in cell["id"]))]
    path.write_text(json.dumps(tree), "utf-8")
    return ("finished", 3)


def marked(path: Path) -> Outcome:
    """A byte order mark, and the line ends of another system."""
    path.write_bytes(b"\xef\xbb\xbf" + path.read_bytes().replace(b"\n", b"\r\n"))
    return ("finished", 3)


def broken(path: Path) -> Outcome:
    """Half a file."""
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])
    return ("not run", None)


ODD: dict[str, Callable[[Path], Outcome]] = {
    one.__name__: one for one in (renamed, stripped, doubled, marked, broken)
}


class Soak:
    """The command, again and again, and what is killed below it."""

    def __init__(self, course: Course, temporary: Path, number: int, chance: random.Random) -> None:
        self.course = course
        self.temporary = temporary
        self.number = number
        self.chance = chance
        self.kills: Counter[str] = Counter()
        self.memory = (0, 0)

    def repeat(self) -> list[int]:
        """Grade until it completes; how each command ended."""
        codes: list[int] = []
        while not codes or codes[-1] not in (0, 1):
            codes.append(self._once())
            if len(codes) > 10 * CLERK_KILLS:
                break
        return codes

    def grades(self) -> dict[str, Outcome]:
        """What the course has now, by the same command once more."""
        done = subprocess.run(  # noqa: S603 - our own command
            self._command("--json"), cwd=self.course.root, env=self._environment(),
            stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, check=False,
        )  # fmt: skip
        told = json.loads(done.stdout)["grades"]
        return {one["student"]: (one["ending"], one["points"]["curve"]) for one in told}

    def living(self) -> list[str]:
        """Processes that outlived the commands."""
        for _ in range(500):
            with suppress(ChildProcessError):
                os.waitpid(-1, os.WNOHANG)
            if not children():
                return []
            time.sleep(0.02)
        return children()

    def _once(self) -> int:
        clerk = subprocess.Popen(  # noqa: S603 - our own command
            self._command(), cwd=self.course.root, env=self._environment(),
            stdout=subprocess.DEVNULL, stderr=(self.temporary.parent / "log").open("ab"),
        )  # fmt: skip
        before, early, late = self._done(), 0, 0
        # The last one lives on, and shows what it needs for many.
        share = self.chance.uniform(0, 0.5 * self.number / CLERK_KILLS)
        limit = before + share if self.kills["clerk"] < CLERK_KILLS else self.number + 1
        while clerk.poll() is None:
            time.sleep(self.chance.uniform(0.2, 2))
            done = self._done()
            late = anonymous_mib(clerk.pid) or late
            if done - before > self.number / 10:
                early = early or late
            self._kill(clerk.pid, "clerk" if done > limit else self._victim())
        if early:  # this one saw many: the last such shows whether it grows
            self.memory = (early, late)
        return clerk.returncode

    def _victim(self) -> str:
        (victim,) = self.chance.choices(list(VICTIMS), list(VICTIMS.values()))
        return victim

    def _kill(self, clerk: int, victim: str) -> None:
        target = find(clerk, victim)
        if target is not None and self.chance.random() < 0.5:
            with suppress(ProcessLookupError):
                os.kill(target, signal.SIGKILL)
                self.kills[victim] += 1

    def _done(self) -> int:
        if not self.course.ledger.exists():
            return 0
        with closing(sqlite3.connect(f"file:{self.course.ledger}?mode=ro", uri=True)) as file:
            try:
                (number,) = file.execute("SELECT count(*) FROM current").fetchone()
            except sqlite3.Error:  # it has only just been made
                return 0
            return int(number)

    def _command(self, *options: str) -> list[str]:
        return [sys.executable, "-m", "autograder", "grade", "hw", *options]

    def _environment(self) -> dict[str, str]:
        return os.environ | {"TMPDIR": str(self.temporary), "COLUMNS": "100"}


if __name__ == "__main__":
    sys.exit(main())
