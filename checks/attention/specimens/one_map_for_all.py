# title = "Queries, keys and values from one map"
# student = "emil"
# ending = "finished"
# [points]
# attention = 0
# masks = 0
# heads = 1.5
# positions = 0
# block = 0
# model = 0

# %% heads_answer
class SelfAttention(nn.Module):
    """Each position looks at the others, with several heads."""

    def __init__(self, width, heads):
        super().__init__()
        self.heads = heads
        self.W_o = nn.Linear(width, width)
        self.W = nn.Linear(width, 3 * width, bias=False)

    def forward(self, x, mask=None):
        N, T, width = x.shape
        q, k, v = (
            part.view(N, T, self.heads, width // self.heads).permute(0, 2, 1, 3)
            for part in self.W(x).chunk(3, dim=-1)
        )
        scores = q @ k.transpose(-2, -1) / (width // self.heads) ** 0.5
        if mask is not None:
            scores = scores.masked_fill(mask == False, -1e9)
        out = scores.softmax(dim=-1) @ v
        return self.W_o(out.permute(0, 2, 1, 3).reshape(N, T, width))
