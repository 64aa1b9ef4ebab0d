"""autograder doctor: what it says of a machine is what an attacker would find."""

import json
from collections.abc import Iterator
from contextlib import nullcontext
from dataclasses import replace
from typing import Any

import pytest
from typer import Exit

from autograder import doctor
from autograder.boxes.layers import LAYERS, missing_walls
from autograder.boxes.template import Template
from autograder.commands import operators
from autograder.doctor import canaries, refuses


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
    for one in layer.attempts:
        assert not refuses(template, replace(layer, attempts=(one,)), aims, layer.beside), one
    if name not in template.find_layers():
        pytest.skip(f"this machine cannot do {name}: {layer.remedy}")
    assert refuses(template, layer, aims)


def test_one_attempt_that_succeeds_is_enough(template: Template, aims: dict[str, Any]) -> None:
    """A layer that stops only some of what it is there to stop does not hold."""
    layer = replace(LAYERS["seccomp"], attempts=("1 / 0", "1"))
    assert not refuses(template, layer, aims)
    assert refuses(template, replace(layer, attempts=("1 / 0",)), aims)


@pytest.mark.parametrize(
    ("layers", "missing"),
    [
        ({"mount", "network", "pid", "rlimits"}, ()),
        ({"landlock", "seccomp", "rlimits"}, ()),
        ({"landlock", "network", "pid", "cgroup"}, ("files",)),
        ({"seccomp"}, ("files", "memory")),
    ],
)
def test_a_wall_stands_with_the_layers_that_it_needs(
    layers: set[str], missing: tuple[str, ...]
) -> None:
    """Landlock keeps what is in a file, and only with seccomp what a file is."""
    assert missing_walls(layers) == missing


@pytest.fixture(scope="module")
def examined(template: Template) -> doctor.Examination:
    """This machine, examined."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(doctor, "Template", lambda: nullcontext(template))
        return doctor.examine()


@pytest.mark.parametrize("as_json", [True, False])
def test_the_command_shows_every_layer(
    as_json: bool,
    examined: doctor.Examination,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """As JSON and as a table, with an exit code that says whether grading would refuse."""
    monkeypatch.setattr(doctor, "examine", lambda: examined)
    with pytest.raises(Exit) as ended:
        operators.doctor(as_json)
    shown = capsys.readouterr().out
    if not as_json:
        assert all(name in shown for name in LAYERS)
        assert ended.value.exit_code == ("grading refuses here" in shown)
        return
    told = json.loads(shown)
    assert [layer["name"] for layer in told["layers"]] == list(LAYERS)
    assert told["time"] is True
    assert ended.value.exit_code == (1 if told["missing_walls"] else 0)
