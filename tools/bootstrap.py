"""Make the environment `.venv` with the pinned packages; further arguments go to pip.

A system's Python may come without ensurepip, and its pip may refuse to touch the system: so the
environment is made without pip, and filled by the pip that runs this.
"""

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


def main() -> None:
    """Create or complete the environment, then leave the stamp that make looks at."""
    # The environment itself may be first on the path, and has no pip.
    outer = getattr(sys, "_base_executable", sys.executable)
    environment = ROOT / ".venv"
    if not (environment / "bin" / "python").exists():
        run(outer, "-m", "venv", "--without-pip", str(environment))
    python = str(environment / "bin" / "python")
    pip = (outer, "-m", "pip", "--python", python, "install", "--quiet")
    constraints = str(ROOT / "constraints.txt")
    run(*pip, *sys.argv[1:], "--constraint", constraints, "--editable", f"{ROOT}[course,dev]")
    (environment / "done").touch()


def run(*command: str) -> None:
    """Run a command and stop with its exit code when it fails."""
    code = subprocess.run(command, check=False).returncode  # noqa: S603 - pip, by our own words
    if code:
        sys.exit(code)


if __name__ == "__main__":
    main()
