"""attention, exercise masks: small masks, and attention that looks through one."""

import torch
from torch.nn import functional

from autograder.checks import CheckFailed, close, exercise, points, tensor

pytestmark = exercise("masks")

LOWER = torch.tensor([[1, 0, 0, 0], [1, 1, 0, 0], [1, 1, 1, 0], [1, 1, 1, 1]]).bool()
X = torch.tensor([[1.0, 0.0, 2.0], [0.5, 1.5, -1.0], [-1.0, 0.5, 0.5], [0.0, -1.0, 1.0]])


def require_booleans(name, found):
    """Require a tensor of booleans."""
    if found.dtype is not torch.bool:
        raise CheckFailed(f"{name} holds numbers, booleans were expected")


@points(0.5, hint="position t looks at 0, ..., t: at itself too")
def check_causal_mask(student):
    """causal_mask(4) is true where a position may look."""
    found = tensor("causal_mask(4)", student.call("causal_mask", 4))

    require_booleans("causal_mask(4)", found)
    for words, wrong in {
        "true where it should be false, and the reverse": ~LOWER,
        "the wrong way round: rows are the positions that look": LOWER.mT,
        "off by one: a position may look at itself": LOWER.tril(-1),
        "off by one: a position looks one ahead": torch.ones(4, 4).bool().tril(1),
    }.items():
        if torch.equal(found, wrong):
            raise CheckFailed(f"causal_mask(4) is {words}")
    close("causal_mask(4)", found, LOWER)


@points(0.5, hint="compare the places 0, ..., longest - 1 with each length")
def check_padding_mask(student):
    """padding_mask(lengths, longest) is true where a sentence has a word."""
    lengths = torch.tensor([3, 1, 4])
    found = tensor("padding_mask(lengths, 5)", student.call("padding_mask", lengths, 5))

    require_booleans("padding_mask(lengths, 5)", found)
    expected = torch.tensor([[[1, 1, 1, 0, 0]], [[1, 0, 0, 0, 0]], [[1, 1, 1, 1, 0]]]).bool()
    if torch.equal(found, ~expected):
        raise CheckFailed("padding_mask(lengths, 5) is true where it should be false")
    close("padding_mask(lengths, 5)", found, expected)


@points(0.5, hint="scores that must not count become -inf before the softmax")
def check_masked_attention(student):
    """masked_attention(queries, keys, values, mask) looks only where the mask is true."""
    answer = tensor("masked_attention(...)", student.call("masked_attention", X, X, X, LOWER))

    scores = X @ X.mT / 3**0.5
    for words, wrong in {
        "looks where the mask is false": scores.masked_fill(LOWER, -1e9).softmax(-1) @ X,
        "looks everywhere, whatever the mask is": scores.softmax(-1) @ X,
        "masks after the softmax: rows no longer sum to one": scores.softmax(-1) * LOWER @ X,
        "gives what is masked the score 0, which still counts": (scores * LOWER).softmax(-1) @ X,
        "does not divide by the root of d": (
            (3**0.5 * scores).masked_fill(~LOWER, -1e9).softmax(-1) @ X
        ),
    }.items():
        if answer.shape == wrong.shape and torch.allclose(answer.float(), wrong, atol=1e-4):
            raise CheckFailed(f"masked_attention(...) {words}")
    expected = functional.scaled_dot_product_attention(X, X, X, attn_mask=LOWER)
    close("masked_attention(...)", answer, expected)
