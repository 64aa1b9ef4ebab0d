# title = "A softmax over the queries"
# student = "wanda"
# ending = "finished"
# [points]
# attention = 0.5
# masks = 1.5
# heads = 1
# positions = 0
# block = 0
# model = 0

# %% attention_answer
import math


def attention_weights(queries, keys):
    """How much each query looks at each key: shape (..., n, m), rows that sum to one."""
    d = queries.size(-1)
    scores = torch.einsum("...nd,...md->...nm", queries, keys) / math.sqrt(d)
    return scores.softmax(-2)


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
    scores = queries @ keys.transpose(-2, -1) / queries.shape[-1] ** 0.5
    scores = torch.where(mask, scores, torch.tensor(float("-inf")))
    return torch.softmax(scores, dim=-2) @ values

# %% heads_answer
class SelfAttention(nn.Module):
    """Each position looks at the others, with several heads."""

    def __init__(self, width, heads):
        super().__init__()
        self.heads = heads
        self.W_o = nn.Linear(width, width)
        self.W_v = nn.Linear(width, width, bias=False)
        self.W_k = nn.Linear(width, width, bias=False)
        self.W_q = nn.Linear(width, width, bias=False)

    def forward(self, x, mask=None):
        N, T, width = x.shape
        q, k, v = (
            W(x).view(N, T, self.heads, width // self.heads).permute(0, 2, 1, 3)
            for W in (self.W_q, self.W_k, self.W_v)
        )
        scores = q @ k.transpose(-2, -1) / (width // self.heads) ** 0.5
        if mask is not None:
            scores = scores.masked_fill(mask == False, -1e9)
        out = scores.softmax(dim=-2) @ v
        return self.W_o(out.permute(0, 2, 1, 3).reshape(N, T, width))
