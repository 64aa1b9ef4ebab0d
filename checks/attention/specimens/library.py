# title = "torch's own attention does the work"
# student = "lena"
# ending = "finished"
# [points]
# attention = 3.5
# masks = 3
# heads = 2.5
# positions = 0
# block = 0
# model = 0

# %% attention_answer
import math


def attention_weights(queries, keys):
    """How much each query looks at each key: shape (..., n, m), rows that sum to one."""
    d = queries.size(-1)
    scores = torch.einsum("...nd,...md->...nm", queries, keys) / math.sqrt(d)
    return scores.softmax(-1)


def attention(queries, keys, values):
    """For each query, the mean of the values with its weights: shape (..., n, e)."""
    return functional.scaled_dot_product_attention(queries, keys, values)

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
    return functional.scaled_dot_product_attention(queries, keys, values, attn_mask=mask)

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
        out = functional.scaled_dot_product_attention(q, k, v, attn_mask=mask)
        return self.W_o(out.permute(0, 2, 1, 3).reshape(N, T, width))
