"""The other side of the runner: each attack succeeds where something is missing that a box has."""

import json
import os
import subprocess
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from attack_files import Attack, read_attacks
from attacked_course import EXERCISES
from canaries import ATTACKER, Target
from naive_judge import judge
from trials import hand_in, name_of, outputs_of, success

from autograder.boxes.incoming import Reply
from autograder.boxes.layers import LAYERS
from autograder.boxes.template import Template
from autograder.evidence.frames import FrameReader, Limits, Message
from autograder.grading.tapes import Tape
from autograder.grading.template_pool import Warm
from autograder.grading.workshop import Options, Workshop, _Used
from autograder.notebooks.rebuilding import Rebuilt

SHELL_SECONDS = 20
# What is missing is a layer, and on a busy machine not the time to reach it.  What succeeds by
# taking time, under a judge of the usual kind, need not take as much.
SECONDS, USUAL_SECONDS = 10, 2
Weakened = Callable[..., Workshop]
# Those of one weakened box together: it takes seconds to become warm.
ATTACKS = sorted(
    (attack for attack in read_attacks() if not attack.real.startswith("cannot be shown")),
    key=lambda attack: sorted(attack.left_out or LAYERS),
)


class Without:
    """A template without some layers: what is left out is a matter of each box."""

    def __init__(self, template: Template, left_out: frozenset[str]) -> None:
        self.template = template
        self.left_out = left_out

    def find_layers(self) -> tuple[str, ...]:
        """The others."""
        return tuple(name for name in self.template.find_layers() if name not in self.left_out)

    def __getattr__(self, name: str) -> Any:
        return getattr(self.template, name)


@pytest.fixture(scope="module")
def weakened(target: Target) -> Iterator[Weakened]:
    """Boxes with some layers left out, of the same templates as long as these live."""
    made: dict[tuple[frozenset[str], int], Workshop] = {}
    with Workshop(target.course, "hw", Options()) as whole, ExitStack() as stack:

        def weaken(left_out: frozenset[str]) -> Any:
            template = whole.templates.get()
            if template._process.poll() is not None:
                whole.templates.renew([template])
            return Without(whole.templates.get(), left_out)

        def make(left_out: frozenset[str], seconds: int = SECONDS) -> Workshop:
            if (left_out, seconds) not in made:
                options = Options(layers=frozenset(LAYERS) - left_out)
                shop = stack.enter_context(Workshop(target.course, "hw", options))
                shop.limits = replace(
                    shop.limits, cell_seconds=seconds, notebook_seconds=6 * seconds
                )
                shop.templates = Warm(lambda _: weaken(left_out))
                shop.judges = Warm(lambda _: whole.judges.get())
                made[left_out, seconds] = shop
            return made[left_out, seconds]

        yield make


@pytest.mark.parametrize("attack", ATTACKS, ids=name_of)
def test_an_attack_is_real(
    attack: Attack,
    target: Target,
    weakened: Weakened,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Where something is missing that a box has, the attack has what it is after."""
    how, _, what = attack.real.partition(": ")
    if how == "bare" and os.geteuid() != 0:
        pytest.skip("a box without layers has the rights of an ordinary user, not root's")
    hand_in(attack, target)
    if how == "run":
        text = shell(what, target)
        assert "reached:" in text or target.shown(text), text
    elif how == "trusting reader":
        trust_what_boxes_say(monkeypatch)
        assert weakened(frozenset(LAYERS)).grade(ATTACKER).grade.ending.value != attack.ending
    else:
        found, details = gain(attack, target, weakened, tmp_path)
        assert found, details


def gain(
    attack: Attack, target: Target, weakened: Weakened, tmp_path: Path
) -> tuple[set[str], object]:
    """What the attack gets in its weakened box or under a usual judge, and the details of it."""
    points: Mapping[str, float | None]
    shown: Sequence[Mapping[str, Any]]
    for _ in range(attack.times):
        if attack.left_out is not None:
            graded = weakened(attack.left_out).grade(ATTACKER)
            points = {name: graded.grade.points(name) for name in EXERCISES}
            shown = outputs_of(graded)
        else:
            points, shown = judged_in_process(attack, target, weakened, tmp_path)
        found = success(attack, target, points, shown)
    if attack.left_out is None:
        found |= attack.lost(points)
    return found, (points, shown)


def judged_in_process(
    attack: Attack, target: Target, weakened: Weakened, tmp_path: Path
) -> tuple[dict[str, float | None], list[dict[str, Any]]]:
    """What a judge of the usual kind makes of it."""
    work = tmp_path / "work"
    work.mkdir()
    workshop = weakened(frozenset(LAYERS), USUAL_SECONDS)
    tree = json.loads((target.submission / "hw.ipynb").read_text())
    used = _Used(Tape(Rebuilt(())), "s", templates=[workshop.templates.get()])
    (nothing := tmp_path / "nothing").mkdir()
    box = workshop._box(0, (nothing, target.submission), str(work), used)
    try:
        return judge(box, tree, attack.real.split()[-1], work)
    finally:
        box.close()


def trust_what_boxes_say(monkeypatch: pytest.MonkeyPatch) -> None:
    """Take the strictness away with which the clerk reads."""

    def trusting(message: Message, *_: object, **__: object) -> Reply:
        return Reply(message.body, message.blobs)

    monkeypatch.setattr("autograder.boxes.box.checked_reply", trusting)
    trusted = Limits(count=10**9)
    monkeypatch.setattr("autograder.boxes.box.Limits", lambda **_: trusted)
    monkeypatch.setattr("autograder.boxes.box._ANSWERS", trusted)
    monkeypatch.setattr("autograder.evidence.frames.count_parts", lambda _: 0)
    monkeypatch.setattr(FrameReader, "empty", property(lambda _: True))


def shell(command: str, target: Target) -> str:
    """What a command prints in the folder that was handed in."""
    done = subprocess.run(
        ["/bin/sh", "-c", command], cwd=target.submission, capture_output=True, text=True,
        timeout=SHELL_SECONDS, check=False, errors="replace",
    )  # fmt: skip
    return done.stdout + done.stderr
