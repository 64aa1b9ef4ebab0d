"""attention, exercise attention: other sizes, whole batches, gradients, and other orders."""

import torch
from torch.nn import functional

from autograder.checks import (
    CheckFailed,
    close,
    equivariant,
    exercise,
    gradients_close,
    points,
    words_of,
)

pytestmark = exercise("attention")

LIBRARY = {
    "scaled_dot_product_attention",
    "MultiheadAttention",
    "multi_head_attention_forward",
    "TransformerEncoderLayer",
}


def batch(rng, *front):
    """Queries, keys and values, with more sizes in front."""
    shapes = ((5, 6), (7, 6), (7, 3))
    return [torch.randn(*front, *shape, generator=rng) for shape in shapes]


@points(0.5, hint="queries.shape[-1] and dim=-1: the last sizes count, however many stand in front")
def check_batches(student, rng):
    """Weights and answers are right for batches, and for batches of heads."""
    for front in ((2,), (2, 3)):
        queries, keys, values = batch(rng, *front)
        weights = torch.softmax(queries @ keys.mT / 6**0.5, dim=-1)
        close("attention_weights(...)", student.call("attention_weights", queries, keys), weights)
        close("attention(...)", student.call("attention", queries, keys, values), weights @ values)


@points(0.5, hint="softmax of torch's subtracts the largest score; exp alone overflows")
def check_large_scores(student, rng):
    """attention(queries, keys, values) is right where scores are large."""
    queries, keys, values = batch(rng)
    expected = functional.scaled_dot_product_attention(30 * queries, 30 * keys, values)

    close("attention(...)", student.call("attention", 30 * queries, 30 * keys, values), expected)


@points(1, hint="compute with torch alone, and detach nothing")
def check_gradients(student, rng):
    """Gradients flow to queries, keys and values, and are right."""
    gradients_close(
        student,
        "attention",
        *batch(rng, 2),
        cotangent=torch.randn(2, 5, 3, generator=rng),
        reference=functional.scaled_dot_product_attention,
    )


@points(0.5, hint="is the softmax over the keys? nothing in attention knows of order")
def check_any_order(student, rng):
    """Keys and values in another order change nothing; queries in another order move answers."""
    queries, keys, values = batch(rng, 2)
    attention, order = student.theirs("attention"), torch.randperm(5, generator=rng)

    equivariant(
        "attention(...)", lambda q: attention(q, keys, values), queries, lambda q: q[:, order]
    )
    equivariant(
        "attention(...)",
        lambda both: attention(queries, both[..., :6], both[..., 6:]),
        torch.cat([keys, values], dim=-1),
        lambda both: both.roll(2, 1),
        lambda answers: answers,
    )


@points(0.5)
def check_written_by_hand(student, rng):
    """The answers are right, and are not left to a function of torch's."""
    queries, keys, values = batch(rng)
    expected = functional.scaled_dot_product_attention(queries, keys, values)
    close("attention(...)", student.call("attention", queries, keys, values), expected)
    if used := sorted(words_of(student.source("attention")) & LIBRARY):
        raise CheckFailed(f"the answer leaves the work to {used[0]}: write the formula yourself")
