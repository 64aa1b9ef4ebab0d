# title = "exp without the largest score, and a mask in place of a softmax"
# student = "ulf"
# ending = "finished"
# [points]
# attention = 3.5
# masks = 2.5
# heads = 0
# positions = 0
# block = 0
# model = 0

# %% attention_answer
import math


def attention_weights(queries, keys):
    """How much each query looks at each key: shape (..., n, m), rows that sum to one."""
    d = queries.size(-1)
    scores = torch.einsum("...nd,...md->...nm", queries, keys) / math.sqrt(d)
    powers = scores.exp()
    return powers / powers.sum(-1, keepdim=True)


def attention(queries, keys, values):
    """For each query, the mean of the values with its weights: shape (..., n, e)."""
    return torch.einsum("...nm,...me->...ne", attention_weights(queries, keys), values)

# %% masks_answer
def causal_mask(length):
    """True where position t (row) may look at position s (column): not at what comes later."""
    t = torch.arange(length)
    return t[:, None] >= t[None, :]


def padding_mask(lengths, longest):
    """True where a sentence has a word: shape (N, 1, longest)."""
    return (torch.arange(longest)[None] < lengths[:, None]).unsqueeze(1)


def masked_attention(queries, keys, values, mask):
    """Attention that looks only where the mask is true."""
    scores = queries @ keys.mT / queries.shape[-1] ** 0.5
    powers = scores.exp() * mask
    return powers / powers.sum(-1, keepdim=True) @ values
