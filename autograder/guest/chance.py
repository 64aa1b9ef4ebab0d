"""Chance in a box: whatever a notebook draws, it draws the same at each run.

The generators of torch, numpy and Python are seeded in `box.py`.  Who asks the machine for chance,
or takes a seed from the time, is answered from here.  Not covered: `torch.Generator().seed()`,
`datetime.now()`, and the addresses of objects.
"""

import hashlib
import os
import random
import time
from collections.abc import Callable
from itertools import count
from typing import Any

import numpy as np
import torch

START = 1_767_225_600.0
# A clock that went on by itself would give other seeds, one that stands divides by nothing.
STEP_NS = 1_000_000
_draw: Callable[[int], bytes] = os.urandom


def make_certain() -> None:
    """Answer from here, in this process and its forks."""
    ticks, sleep = count(int(START) * 10**9, STEP_NS), time.sleep
    slept = [0]

    def sleeping(seconds: float) -> None:
        sleep(seconds)
        slept[0] += int(float(seconds) * 10**9)

    time.time_ns = lambda: next(ticks) + slept[0]
    time.time = lambda: time.time_ns() / 10**9
    time.sleep = sleeping  # type: ignore[assignment]  # it takes numbers of any kind
    os.urandom = lambda size: _draw(size)
    vars(random)["_urandom"] = os.urandom  # SystemRandom, `secrets` and numpy's seeds draw from it
    vars_of: Any = random.Random
    vars_of.seed = _seeding(random.Random.seed, 1)
    random.seed = vars(random)["_inst"].seed
    np.random.seed = _seeding(np.random.seed, 0)
    torch.seed = torch.random.seed = _torch_seed


def draw_from(number: int) -> None:
    """What is drawn from the machine from here on follows from this number."""
    global _draw
    numbers = count()

    def drawn(size: int) -> bytes:
        return hashlib.shake_256(f"{number} {next(numbers)}".encode()).digest(size)

    _draw = drawn


def _seeding(seed: Callable[..., Any], place: int) -> Callable[..., Any]:
    """The same, but that no seed is one from here; it is the argument at this place."""

    def seeding(*given: Any, **named: Any) -> Any:
        asked = [value for value in (*given[place:], *named.values()) if value is not None]
        chosen = () if asked else (int.from_bytes(os.urandom(4), "little"),)
        return seed(*given, **named) if asked else seed(*given[:place], *chosen)

    return seeding


def _torch_seed() -> int:
    number = int.from_bytes(os.urandom(8), "little") >> 1
    torch.manual_seed(number)
    return number
