"""attention, exercise masks: other masks, and numbers that change where nobody may look."""

import torch
from torch.nn import functional

from autograder.checks import close, depends_on, exercise, gradients_close, ignores, points, tensor

pytestmark = exercise("masks")


def attend(queries, keys, values, mask):
    """The right answer, by torch's own function."""
    return functional.scaled_dot_product_attention(queries, keys, values, attn_mask=mask)


@points(0.5, hint="any length, and lengths from one word to all")
def check_other_masks(student):
    """Both masks are right for other lengths."""
    for length in (1, 9):
        expected = torch.ones(length, length).tril().bool()
        found = tensor("causal_mask(...)", student.call("causal_mask", length))
        assert found.dtype is torch.bool, "causal_mask(...) holds no booleans"
        close("causal_mask(...)", found, expected)
    lengths = torch.tensor([7, 1, 4, 2])
    found = tensor("padding_mask(...)", student.call("padding_mask", lengths, 7))
    assert found.dtype is torch.bool, "padding_mask(...) holds no booleans"
    close("padding_mask(...)", found, torch.arange(7) < lengths[:, None, None])


@points(0.5, hint="-inf before the softmax: what is hidden must not decide how large the rest is")
def check_filling_is_ignored(student, rng):
    """What stands in the filling changes nothing, however large; every word counts."""
    lengths = torch.tensor([4, 2])
    words = torch.arange(6) < lengths[:, None]
    queries, keys, values = torch.randn(3, 2, 6, 5, generator=rng)
    masked = student.theirs("masked_attention")

    def answers(both):
        return masked(queries, both[..., :5], both[..., 5:], words[:, None])

    both = torch.cat([keys, values], dim=-1)
    ignores("masked_attention(...)", answers, both, ~words)
    depends_on("masked_attention(...)", answers, both, words)


@points(0.5, hint="the mask is broadcast to (..., n, m): let torch do it, and detach nothing")
def check_any_mask(student, rng):
    """masked_attention and its gradients are right for a batch of heads and any mask."""
    queries, keys = torch.randn(2, 2, 3, 5, 4, generator=rng)
    values = torch.randn(2, 3, 5, 2, generator=rng)
    mask = torch.rand(2, 1, 5, 5, generator=rng) < 0.5
    mask |= torch.eye(5).bool()

    answer = student.call("masked_attention", queries, keys, values, mask)
    close("masked_attention(...)", answer, attend(queries, keys, values, mask))
    weight = torch.randn(2, 3, 5, 2, generator=rng)
    inputs = (queries, keys, values, mask)
    gradients_close(student, "masked_attention", *inputs, cotangent=weight, reference=attend)
