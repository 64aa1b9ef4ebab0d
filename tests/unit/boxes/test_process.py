"""Warm processes that do not become warm, and one that is gone."""

from pathlib import Path

import pytest

from autograder.boxes import process
from autograder.boxes.process import WarmProcess
from autograder.errors import BoxError

# The number of the control socket is the first argument.
MODULES = {
    "silent": "",
    "breaks_off": "import socket, sys\nsocket.socket(fileno=int(sys.argv[1])).close()\n",
    "waits": "import socket, sys\nsocket.socket(fileno=int(sys.argv[1])).recv(1)\n",
    "speaks": "import socket, sys\ns = socket.socket(fileno=int(sys.argv[1]))\n"
    "s.send(b'{\"ready\": true}')\ns.recv(1)\n",
}


def started(folder: Path, module: str) -> WarmProcess:
    """A process of one of these modules."""
    (folder / f"{module}.py").write_text(MODULES[module])
    return WarmProcess("template", module, environment={"PYTHONPATH": str(folder)}, folder=folder)


def test_it_says_that_it_is_ready_and_ends_with_its_socket(tmp_path: Path) -> None:
    """What it says is heard, it lives until it is closed, and it has not grown at once."""
    with started(tmp_path, "speaks") as warm:
        assert warm._hear() == {"ready": True}
        assert not warm.grown
        assert warm._process.poll() is None
    assert warm.gone


@pytest.mark.parametrize("module", ["silent", "breaks_off"])
def test_one_that_ends_while_it_starts_is_our_failure(tmp_path: Path, module: str) -> None:
    """Whether it says nothing or hangs up, nobody waits for it."""
    with (
        started(tmp_path, module) as warm,
        pytest.raises(BoxError, match="the template ended while it started"),
    ):
        warm._hear()


def test_nobody_waits_for_ever(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """One that does not start in time is a failure of ours too."""
    monkeypatch.setattr(process, "START_SECONDS", 0.01)
    with started(tmp_path, "waits") as warm, pytest.raises(BoxError, match="did not start within"):
        warm._hear()


def test_what_cannot_be_started_is_told(tmp_path: Path) -> None:
    """With the reason, and without a socket that stays open."""
    before = len(list(Path("/proc/self/fd").iterdir()))
    with pytest.raises(BoxError, match=r"template could not be started: .*nowhere"):
        WarmProcess("template", "this", environment={}, folder=tmp_path / "nowhere")
    assert len(list(Path("/proc/self/fd").iterdir())) == before
