"""training, exercise augment: where pictures move, and what moves in."""

from collections.abc import Callable
from functools import partial

import torch
from torch.nn import functional

from autograder.checks import CheckFailed, exercise, points, rate_like, tensor

pytestmark = exercise("augment")

MOVES = [(down, right) for down in range(3) for right in range(3)]


def moved(images):
    """The nine right answers to each picture, without noise: (9, N, 1, 8, 8)."""
    padded = functional.pad(images, (1, 1, 1, 1))
    return torch.stack([padded[..., i : i + 8, j : j + 8] for i, j in MOVES])


def moves_of(student, images):
    """Which of the nine moves each picture takes."""
    found = tensor("augment(images)", student.theirs("augment")(images))
    assert found.shape == images.shape, "augment(images) has another shape than images"
    apart = (found - moved(images)).abs().flatten(2).amax(dim=2)
    if (apart.amin(dim=0) > 3).any():
        raise CheckFailed(
            "a picture is none of the nine moves: does it move by one pixel at most, and is what "
            "moves in 0?"
        )
    return apart.argmin(dim=0)


@points(1, hint="torch.roll brings back at one side what leaves at the other; a border does not")
def check_what_moves_in_is_empty(student, rng):
    """What moves out is lost, and what moves in is 0."""
    moves = moves_of(student, 10 * torch.rand(100, 1, 8, 8, generator=rng).round())
    assert (moves != MOVES.index((1, 1))).any(), "no picture moves at all"


KINDS: dict[str, tuple[Callable, float]] = {
    "a move like that of the picture before": (lambda move: move[::2] == move[1::2], 1 / 9),
    "a move up": (lambda move: move // 3 == 2, 1 / 3),
    "a move down": (lambda move: move // 3 == 0, 1 / 3),
    "a move to the left": (lambda move: move % 3 == 2, 1 / 3),
    "a move to the right": (lambda move: move % 3 == 0, 1 / 3),
    "a move as far down as to the right": (lambda move: move // 3 == move % 3, 1 / 3),
}


@points(1, hint="draw two numbers for each picture, from three that are equally likely")
def check_all_moves_are_as_likely(student, rng):
    """Each picture has a move of its own, and all nine are equally likely."""
    images = 10 * torch.rand(400, 1, 8, 8, generator=rng).round()
    draws = [moves_of(student, images) for _ in range(6)]

    for name, (is_so, rate) in KINDS.items():
        drawn = map(is_so, draws)
        rate_like(name, partial(next, drawn), rate, count=6 * 200)
