"""A real Jupyter server with nbgrader's formgrader, for the tests that ask or watch it."""

import json
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any
from urllib.error import URLError
from urllib.request import Request, urlopen

from autograder.gradebook import nbgrader_environment

TOKEN = "a-token-for-this-test"  # noqa: S105 - of a server that lives for one test
PATIENCE_SECONDS = 60


class Server:
    """What a browser would ask of formgrader."""

    def __init__(self, port: int) -> None:
        self.origin = f"http://127.0.0.1:{port}"
        self.address = f"{self.origin}/formgrader"

    def ask(self, path: str, method: str = "GET") -> str:
        """The body of an answer."""
        headers = {"Authorization": f"token {TOKEN}"}
        request = Request(f"{self.address}/{path}", method=method, headers=headers)  # noqa: S310
        with urlopen(request, timeout=PATIENCE_SECONDS) as answer:  # noqa: S310 - our own server
            return str(answer.read().decode("utf-8"))

    def json(self, path: str, method: str = "GET") -> Any:
        """The answer of an API."""
        return json.loads(self.ask(f"api/{path}", method))


@contextmanager
def serving(root: Path, place: Path) -> Iterator[Server]:
    """A server that starts in the folder `root`, with its own files at `place`."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    folders = {
        name: str(place / name) for name in ("HOME", "JUPYTER_RUNTIME_DIR", "JUPYTER_DATA_DIR")
    }
    command = [sys.executable, "-m", "jupyter_server", "--no-browser", "--allow-root"]
    command += [f"--port={port}", "--ServerApp.port_retries=0", f"--IdentityProvider.token={TOKEN}"]
    command += [f"--ServerApp.root_dir={root}"]
    extension = {"nbgrader.server_extensions.formgrader": True}
    command += [f"--ServerApp.jpserver_extensions={extension}"]
    with (place / "log").open("wb") as log:
        process = subprocess.Popen(
            command, cwd=root, env=nbgrader_environment() | folders, stdout=log, stderr=log
        )
    try:
        yield _wait(Server(port), process, place / "log")
    finally:
        process.terminate()
        process.wait()


def _wait(server: Server, process: "subprocess.Popen[bytes]", log: Path) -> Server:
    """The server once it answers; it says that it runs before it listens."""
    for _ in range(10 * PATIENCE_SECONDS):
        try:
            process.wait(timeout=0.1)
        except subprocess.TimeoutExpired:
            with suppress(URLError):
                server.json("status")
                return server
        else:
            break
    raise AssertionError(log.read_text("utf-8"))
