"""autograder doctor: what it says of a machine is what an attacker would find."""

import json
import subprocess
import sys
from collections.abc import Iterator
from typing import Any

import pytest

from autograder.boxes import LAYERS, Template
from autograder.examining import canaries, refuses


@pytest.fixture(scope="module")
def template() -> Iterator[Template]:
    """A warm template."""
    with Template() as template:
        template.wait_until_warm()
        yield template


@pytest.fixture(scope="module")
def aims() -> Iterator[dict[str, Any]]:
    """What the attempts are aimed at."""
    with canaries() as aims:
        yield aims


@pytest.mark.parametrize("name", LAYERS)
def test_a_layer_alone_refuses_what_succeeds_without_it(
    template: Template, aims: dict[str, Any], name: str
) -> None:
    """Each attempt is real: it works in a bare box, and the layer by itself stops it."""
    layer = LAYERS[name]
    assert not refuses(template, layer, aims, layer.beside)
    if name not in template.find_layers():
        pytest.skip(f"this machine cannot do {name}: {layer.remedy}")
    assert refuses(template, layer, aims)


def test_the_command_shows_every_layer() -> None:
    """As JSON and as a table, with an exit code that says whether grading would refuse."""
    command = [sys.executable, "-m", "autograder", "doctor"]
    done = subprocess.run([*command, "--json"], capture_output=True, text=True, check=False)
    told = json.loads(done.stdout)
    assert [layer["name"] for layer in told["layers"]] == list(LAYERS)
    assert told["time"] is True
    assert done.returncode == (1 if told["missing_walls"] else 0), done.stderr
    shown = subprocess.run(command, capture_output=True, text=True, check=False)
    assert shown.returncode == done.returncode
    assert all(name in shown.stdout for name in LAYERS)
