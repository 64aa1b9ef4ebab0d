# title = "A causal mask without the position itself, a padding mask with one word more"
# student = "olga"
# ending = "finished"
# [points]
# attention = 0
# masks = 1.5
# heads = 0
# positions = 0
# block = 0
# model = 0

# %% masks_answer
def causal_mask(length):
    """True where position t (row) may look at position s (column): not at what comes later."""
    t = torch.arange(length)
    return t[:, None] > t[None, :]


def padding_mask(lengths, longest):
    """True where a sentence has a word: shape (N, 1, longest)."""
    return (torch.arange(longest)[None] <= lengths[:, None]).unsqueeze(1)


def masked_attention(queries, keys, values, mask):
    """Attention that looks only where the mask is true."""
    scores = queries @ keys.transpose(-2, -1) / queries.shape[-1] ** 0.5
    scores = torch.where(mask, scores, torch.tensor(float("-inf")))
    return torch.softmax(scores, dim=-1) @ values
