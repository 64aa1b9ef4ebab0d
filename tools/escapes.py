"""The attacks in each set-up in which people grade: none gets anything from a box.

    root             its boxes have every layer, and users of their own
    ordinary         a user without any right, who may make namespaces
    container        the same user where nobody may make them, as in a JupyterHub pod

`python -m tools.escapes` runs them all, `--others` those that the caller is not in, and
`--as container -k threads` one of them, with arguments for pytest.  A set-up that cannot be made
here is skipped, and it is said why.
"""

import argparse
import os
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from autograder.guest.syscalls import enter_user_namespace
from tests.integration.users import as_ordinary_user

ROOT = Path(__file__).resolve().parent.parent
SETUPS = ("root", "ordinary", "container")
NEEDED = (sys.base_prefix, sys.prefix, str(ROOT))
SUITE = "tests/escapes/test_escapes.py"
CANNOT_BE_MADE = 75  # no exit code of pytest
AT_ONCE = 2


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of the suite in one set-up."""

    setup: str
    code: int
    text: str
    seconds: float

    @property
    def failed(self) -> bool:
        """Whether an attack got through, or the suite did not run to its end."""
        return self.code not in {0, CANNOT_BE_MADE}

    @property
    def line(self) -> str:
        """What is said of it: pytest's own last line, or why there is none."""
        last = self.text.strip().rpartition("\n")[2].strip("= ")
        word = {0: "holds", CANNOT_BE_MADE: "skipped"}.get(self.code, "FAILED")
        return f"{self.setup:10} {word:8} {last} ({self.seconds:.0f} s)"


def main() -> int:
    """Run what was asked for; 0 if no attack got through."""
    parser = argparse.ArgumentParser(
        prog="python -m tools.escapes",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--others", action="store_true", help="leave out the caller's own set-up")
    parser.add_argument("--as", choices=SETUPS, dest="setup", help="one set-up, in the foreground")
    options, arguments = parser.parse_known_args()
    if options.setup:
        return run_as(options.setup, arguments)
    setups = [name for name in SETUPS if not (options.others and name == own_setup())]
    with ThreadPoolExecutor(AT_ONCE) as pool:
        outcomes = list(pool.map(lambda name: run_apart(name, arguments), setups))
    for outcome in outcomes:
        if outcome.failed:
            print(f"\n{outcome.setup}\n\n{outcome.text}")
    print(*(outcome.line for outcome in outcomes), sep="\n")
    return int(any(outcome.failed for outcome in outcomes))


def own_setup() -> str:
    """The set-up in which this very process is."""
    if os.geteuid() == 0:
        return "root"
    return "ordinary" if may_make_namespaces() else "container"


def run_apart(setup: str, arguments: list[str]) -> Outcome:
    """Run the suite in a set-up, in a process of its own that can become somebody else."""
    start = time.monotonic()
    command = [sys.executable, "-m", "tools.escapes", "--as", setup, *arguments]
    done = subprocess.run(  # noqa: S603 - our own command
        command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False
    )
    return Outcome(setup, done.returncode, done.stdout, time.monotonic() - start)


def run_as(setup: str, arguments: list[str]) -> int:
    """Become the user of a set-up and run the suite."""
    try:
        enter(setup)
    except OSError as problem:
        print(f"this set-up cannot be made here: {problem}")
        return CANNOT_BE_MADE
    with tempfile.TemporaryDirectory() as home:
        environment = os.environ | {"HOME": home, "PYTHONDONTWRITEBYTECODE": "1"}
        command = [sys.executable, "-m", "pytest", "-q", "--tb=short", "-p", "no:cacheprovider"]
        command += [f"--basetemp={home}/base", SUITE, *arguments]
        done = subprocess.run(command, cwd=ROOT, env=environment, check=False)  # noqa: S603 - ours
        return done.returncode


def enter(setup: str) -> None:
    """Turn this process into one of that set-up.  Raises OSError where it cannot be one."""
    if setup == "root":
        if os.geteuid() != 0:
            raise PermissionError("only root can run it as root")
    elif setup == "container" and own_setup() == "container":
        return
    else:
        as_ordinary_user(*NEEDED, namespaces=setup == "ordinary")()
        if setup == "ordinary" and not may_make_namespaces():
            raise PermissionError("an ordinary user may not make namespaces on this machine")


def may_make_namespaces() -> bool:
    """Whether a child of this process gets a user namespace."""
    child = os.fork()
    if child == 0:
        try:
            enter_user_namespace()
        except OSError:
            os._exit(1)
        os._exit(0)
    return os.waitpid(child, 0)[1] == 0


if __name__ == "__main__":
    sys.exit(main())
