"""One runner for all attacks: none gets anything from a box."""

import os
import re
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest
from attack_files import GROUPS, Attack, read_attacks
from attacked_course import EXERCISES, FULL, NEIGHBOURS
from canaries import ATTACKER, Target
from trials import hand_in, letters_shown, name_of, outputs_of, read_by_people, success, told

from autograder.grading.workers import grade
from autograder.grading.workshop import Options, Workshop

ATTACKS = read_attacks()


@pytest.fixture(scope="module")
def workshop(target: Target) -> Iterator[Workshop]:
    """Boxes with every layer, two at a time: an attack, and honest work beside it."""
    with Workshop(target.course, "hw", Options(jobs=2)) as workshop:
        yield workshop


@pytest.mark.parametrize("attack", ATTACKS, ids=name_of)
def test_an_attack_gets_what_it_deserves(
    attack: Attack, target: Target, workshop: Workshop
) -> None:
    """Exactly the stated points and ending; nothing reached, touched, shown or left behind."""
    layers = set(workshop.templates.get().find_layers())
    if attack.left_out and not attack.left_out & layers:
        pytest.skip("this machine has none of the layers that stop it")
    hand_in(attack, target)
    attack = attack.within(layers)
    # What one box takes may be missing in each that comes after it as well.
    beside = NEIGHBOURS if attack.group == "starve" else NEIGHBOURS[:1]
    for _ in range(attack.times):
        done = {one.grade.student: one for one in grade(workshop, [ATTACKER, *beside])}
        graded = done[ATTACKER]
        points = {name: graded.grade.points(name) for name in EXERCISES}
        assert graded.grade.ending.value == attack.ending, told(graded)
        assert attack.is_right(points), told(graded)
        assert success(attack, target, points, outputs_of(graded), read_by_people(graded)) == set()
        assert [word for word in attack.unseen if word in read_by_people(graded)] == []
        # The kernel may need a moment to bury on a busy machine.
        deadline = time.monotonic() + 10
        while (left := left_behind(workshop)) and time.monotonic() < deadline:
            time.sleep(0.05)
        assert not left
        assert letters_shown(graded) <= workshop.limits.output_mib << 20
        for name in beside:
            honest = done[name]
            assert [honest.grade.points(one) for one in EXERCISES] == [FULL] * 3, told(honest)


def test_the_suite_is_whole() -> None:
    """There are many attacks, in every group, and few whose reality is only stated."""
    assert {attack.group for attack in ATTACKS} == set(GROUPS)
    assert len(ATTACKS) >= 70
    assert sum(attack.real.startswith("cannot") for attack in ATTACKS) <= len(ATTACKS) / 8


def test_the_page_on_security_counts_them() -> None:
    """docs/security.md tells how many attacks each group has."""
    page = (Path(__file__).parents[2] / "docs/security.md").read_text("utf-8")
    told = re.findall(r"^\| `(\w+)` \| (\d+) \|", page, re.MULTILINE)
    count = Counter(attack.group for attack in ATTACKS)
    assert told == [(group, str(count[group])) for group in GROUPS]


def left_behind(workshop: Workshop) -> list[int]:
    """Processes of boxes that live on: below the template, or without a parent."""
    template = workshop.templates.get()._process.pid
    parents, ours = {}, set()
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                parents[int(entry.name)] = int(
                    (entry / "stat").read_text().rpartition(")")[2].split()[1]
                )
                if b"autograder.guest" in (entry / "cmdline").read_bytes():
                    ours.add(int(entry.name))
            except OSError:
                continue
    boxes = {pid for pid, parent in parents.items() if parent == template}
    if os.geteuid() != 0:  # the first one only watches over the template
        boxes = {pid for pid, parent in parents.items() if parent in boxes}
    return sorted(boxes | {pid for pid in ours if parents[pid] == 1})
