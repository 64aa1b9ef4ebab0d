"""Reading an attack: one small file, its head in TOML comments, its cells below.

    # aim = "What it is after, in one sentence"
    # points = {curve = 1, bump = [0, 3], model = "withheld"}  what it must get; 0 where not named
    # ending = "died"                                        "finished" if not said
    # honest = ["bump"]                                      exercises that it answers well
    # real = "in process allclose"                           where it succeeds; see below
    # container = {ending = "timed out", points = {curve = 3}}
    #                                                        what differs without namespaces
    # needs = "root"                                         what nobody else can hand in

    # %% added                     a cell of its own, before the next answer, or before all
    # %% curve_answer              an answer cell
    # %% hand_in                   trusted code of the runner: changes `tree`, or writes in `folder`

An attack that fails everywhere proves nothing.  `real` names where it is shown to succeed:

    in process WAY                 the checks run as cells of the notebook, comparing in that way
    without LAYER LAYER            a box with these layers left out
    bare                           a box without any layer
    trusting reader                a clerk that believes what a box says: the lie passes
    run: COMMAND                   a shell command in the folder that was handed in
    cannot be shown: REASON        nothing of the kind can be shown here

Success is the same everywhere: points that are not deserved, a secret in what it shows, a canary
that was touched, or a line `reached: ..` that it printed once it had what it wanted.  In the usual
kind of judge the loss of points that are deserved counts as well.

`container` is for boxes that cannot have a pid namespace, where a process can stop or kill itself:
another ending, and with it other points.  It can excuse no success.
"""

import re
import tomllib
from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from attacked_course import EXERCISES, HONEST, pour

from autograder.boxes.layers import LAYERS

FOLDER = Path(__file__).parent / "attacks"
GROUPS = ("not_run", "lie", "steal", "forge", "starve", "bend")
Points = tuple[float, float] | None  # the least and the most; None where they are withheld
_CELL = re.compile(r"^# %% (\w+)[ \t]*\n", re.MULTILINE)
_KNOWN = {
    "aim", "points", "ending", "honest", "real", "times", "unseen", "uses", "container", "needs",
}  # fmt: skip
_USES = {
    # The box's own end of its channel, and a way to write anything at all there.
    "channel": """\
import gc, json, os, struct, time
box = next(one for one in gc.get_objects() if type(one).__name__ == "Box")
def say(header, blobs=b""):
    text = header if isinstance(header, bytes) else json.dumps(header).encode()
    box.channel.socket.sendall(b"AG1\\n" + struct.pack("<I", len(text)) + text + blobs)
def answer_with(tree, *blobs):
    body = {"answer": [tree]}
    def reply(self, message):
        say({"body": body, "blobs": [len(blob) for blob in blobs]}, b"".join(blobs))
        say({"body": {"probed": None}, "blobs": []})
    type(box)._probe = reply
""",
    # System calls that Python does not offer.
    "calls": """\
import ctypes, os, platform, struct
libc = ctypes.CDLL(None, use_errno=True)
libc.syscall.restype = ctypes.c_long
NUMBERS = {
    "io_uring_setup": (425, 425), "bpf": (321, 280), "userfaultfd": (323, 282),
    "ptrace": (101, 117), "perf_event_open": (298, 241), "add_key": (248, 217), "shmget": (29, 194),
    "process_vm_readv": (310, 270), "process_vm_writev": (311, 271), "unshare": (272, 97),
    "mount": (165, 40), "pidfd_open": (434, 434), "pidfd_getfd": (438, 438), "mq_open": (240, 180),
    "memfd_create": (319, 279), "shmctl": (31, 195),
}
def call(name, *arguments):
    number = NUMBERS[name][platform.machine() == "aarch64"]
    words = (number, *arguments)
    return libc.syscall(*[ctypes.c_long(one) if isinstance(one, int) else one for one in words])
""",
}


@dataclass(frozen=True, slots=True)
class Attack:
    """One attack, and exactly what must come of it."""

    group: str
    name: str
    aim: str
    points: dict[str, Points]
    ending: str
    honest: tuple[str, ...]
    real: str
    times: int
    unseen: tuple[str, ...]
    cells: tuple[tuple[str, str], ...]
    container: "Attack | None" = None  # the same, with what must come of it there
    needs: str = ""

    @property
    def left_out(self) -> frozenset[str] | None:
        """The layers without which it succeeds; None where it is shown in another way."""
        if self.real == "bare":
            return frozenset(LAYERS)
        words = self.real.split()
        return frozenset(words[1:]) if words[0] == "without" else None

    def within(self, layers: Collection[str]) -> "Attack":
        """The same attack, with what must come of it in a box of these layers."""
        return self.container if self.container and "pid" not in layers else self

    def is_right(self, points: Mapping[str, float | None]) -> bool:
        """Whether these are the points that it must get."""
        for name, stated in self.points.items():
            found = points[name]
            if (stated is None) != (found is None):
                return False
            if stated and found is not None and not stated[0] <= found <= stated[1]:
                return False
        return True

    def exceeded(self, points: Mapping[str, float | None]) -> set[str]:
        """The exercises with more points than they deserve."""
        return {
            name
            for name, own in self.points.items()
            if (points.get(name) or 0) > (own or (0, 0))[1]
        }

    def lost(self, points: Mapping[str, float | None]) -> set[str]:
        """The exercises that were right, and whose points are gone."""
        return {
            f"{name}, lost"
            for name, own in self.points.items()
            if own and (points.get(name) or 0) < own[0]
        }

    def hand_in(self, folder: Path, places: dict[str, str]) -> None:
        """Write what is handed in, with the places of the canaries filled in."""
        folder.mkdir(parents=True)
        cells = [(name, fill(text, places)) for name, text in self.cells]
        answers = {f"{name}_answer": HONEST[f"{name}_answer"] for name in self.honest}
        tree = pour(answers, [cell for cell in cells if cell[0] != "hand_in"])
        scope: dict[str, Any] = {"folder": folder, "tree": tree, "HONEST": HONEST}
        for name, text in cells:
            if name == "hand_in":
                # Our own code, from our own file: what a hand-in can be is more than cells.
                exec(compile(text, self.name, "exec"), scope)  # noqa: S102
        if scope["tree"] is not None:
            import json

            (folder / "hw.ipynb").write_text(json.dumps(scope["tree"]), "utf-8")


def fill(text: str, places: dict[str, str]) -> str:
    """The text with each @place@ in it."""
    return re.sub(r"@(\w+)@", lambda found: places[found[1]], text)


def read_attacks() -> tuple[Attack, ...]:
    """All attacks, in the order of their groups.  Raises ValueError on a head that is wrong."""
    return tuple(
        _read(path, group) for group in GROUPS for path in sorted((FOLDER / group).glob("*.py"))
    )


def _read(path: Path, group: str) -> Attack:
    head, *parts = _CELL.split(path.read_text("utf-8"))
    lines = (line.removeprefix("#").removeprefix(" ") for line in head.splitlines())
    told = tomllib.loads("\n".join(lines))
    if (unknown := set(told) - _KNOWN) or not told.get("aim") or not told.get("real"):
        raise ValueError(
            f"{group}/{path.name}: {sorted(unknown)} in its head, or no aim, or no real"
        )
    cells = list(zip(parts[::2], (part.strip("\n") for part in parts[1::2]), strict=True))
    if "uses" in told:
        name, source = cells[0]
        cells[0] = (name, _USES[told["uses"]] + source)
    attack = Attack(
        group, path.stem, told["aim"], _all_points(told.get("points", {})),
        told.get("ending", "finished"), tuple(told.get("honest", ())), told["real"],
        told.get("times", 1), tuple(told.get("unseen", ())), tuple(cells),
        needs=told.get("needs", ""),
    )  # fmt: skip
    if "container" not in told:
        return attack
    other = told["container"]
    if set(other) != {"points", "ending"}:
        raise ValueError(f"{group}/{path.name}: container states points and ending, no more")
    there = replace(attack, points=_all_points(other["points"]), ending=other["ending"])
    return replace(attack, container=there)


def _all_points(stated: Mapping[str, Any]) -> dict[str, Points]:
    if unknown := set(stated) - set(EXERCISES):
        raise ValueError(f"points for {sorted(unknown)}, which are no exercises")
    return {name: _points(stated.get(name, 0)) for name in EXERCISES}


def _points(stated: float | list[float] | str) -> Points:
    if isinstance(stated, str):
        return None
    low, high = stated if isinstance(stated, list) else (stated, stated)
    return float(low), float(high)
