"""Runs a command, kills parts of it perhaps, and tells what is left of it.

    python killing.py '{"command": [..], "victims": [["judges", 2], ["box", 0.1]]}'

A victim is the clerk, the template, a box, the judges or a judge; its delay starts when there is
one, and the next one is looked for when it is dead.  All that the command leaves behind becomes a
child of this process, so nothing is missed.
"""

import ctypes
import json
import os
import signal
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path
from typing import Any

PR_SET_CHILD_SUBREAPER = 36
PATIENCE_SECONDS = 20
MARKS = {"autograder.guest": ("template", "box"), "autograder.judging.judge": ("judges", "judge")}


def find(clerk: int, victim: str) -> int | None:
    """The process of this kind below the clerk, if there is one now."""
    if victim == "clerk":
        return clerk
    for child in below(clerk):
        for mark, (template, fork) in MARKS.items():
            if mark in command_of(child):
                if victim == template:
                    return child
                if victim == fork:
                    return next(iter(below(child)), None)
    return None


def below(parent: int) -> list[int]:
    """The children of a process that live."""
    found: list[int] = []
    for thread in Path(f"/proc/{parent}/task").glob("*/children"):
        with suppress(OSError):
            found += map(int, thread.read_text().split())
    return [one for one in found if command_of(one) != [""]]


def command_of(process: int) -> list[str]:
    """Its command line, which one that has ended has no more."""
    with suppress(OSError):
        return Path(f"/proc/{process}/cmdline").read_text().split("\0")
    return [""]


def children() -> list[str]:
    """The command lines of what is still below this process."""
    found = []
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            with suppress(OSError, IndexError, ValueError):
                fields = (entry / "stat").read_text().rpartition(")")[2].split()
                if int(fields[1]) == os.getpid():
                    found.append((entry / "cmdline").read_text().replace("\0", " "))
    return found


def strike(process: "subprocess.Popen[str]", victim: str, delay: float, how: int) -> bool:
    """Wait for a victim, and kill it after the delay; whether there was one."""
    struck = None
    while struck is None and process.poll() is None:
        struck = find(process.pid, victim)
        time.sleep(0.01)
    if struck:
        time.sleep(delay)
        with suppress(ProcessLookupError):
            if process.poll() is None:
                os.kill(process.pid if how == signal.SIGINT else struck, how)
    return struck is not None


def run(
    command: list[str], victims: list[tuple[str, float]], how: int = signal.SIGKILL
) -> dict[str, Any]:
    """Run a command to its end, with or without kills; how it ended, and what it left."""
    ctypes.CDLL(None).prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    struck = [strike(process, victim, delay, how) for victim, delay in victims]
    out, err = process.communicate()
    end = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < end:
        try:
            os.waitpid(-1, os.WNOHANG)
        except ChildProcessError:
            break
        time.sleep(0.02)
    told = {"code": process.returncode, "out": out, "err": err, "struck": all(struck)}
    return told | {"left": children()}


if __name__ == "__main__":
    print(json.dumps(run(**json.loads(sys.argv[1]))))
