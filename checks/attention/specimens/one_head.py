# title = "All heads are one"
# student = "otto"
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
        self.heads = 1
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
        out = scores.softmax(dim=-1) @ v
        return self.W_o(out.permute(0, 2, 1, 3).reshape(N, T, width))
