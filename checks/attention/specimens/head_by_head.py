# title = "Heads in a loop, an mlp in Sequential, a code by concatenation"
# student = "hana"
# ending = "finished"
# [points]
# attention = 0
# masks = 0
# heads = 3
# positions = 2
# block = 3
# model = 0

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
        q, k, v = self.W_q(x), self.W_k(x), self.W_v(x)
        size = q.shape[-1] // self.heads
        answers = []
        for head in range(self.heads):
            part = slice(head * size, (head + 1) * size)
            allowed = None if mask is None else mask.expand(x.shape[0], self.heads, *mask.shape[-2:] if mask.shape[-2] > 1 else (x.shape[1], x.shape[1]))[:, head]
            scores = q[..., part] @ k[..., part].mT / size**0.5
            if allowed is not None:
                scores = scores.masked_fill(~allowed, -torch.inf)
            answers.append(scores.softmax(-1) @ v[..., part])
        return self.W_o(torch.cat(answers, dim=-1))

# %% positions_answer
def position_code(length, width):
    """One row for each position: sines and cosines, from fast to slow."""
    power = torch.exp(-torch.arange(0, width, 2) / width * torch.log(torch.tensor(10000.0)))
    code = torch.empty(length, width)
    code[:, 0::2] = torch.sin(torch.arange(length)[:, None] * power)
    code[:, 1::2] = torch.cos(torch.arange(length)[:, None] * power)
    return code

# %% block_answer
class Block(nn.Module):
    """Look around, then think: both with a norm before, and what comes in goes past."""

    def __init__(self, width, mix):
        super().__init__()
        self.mix = mix
        self.ln1, self.ln2 = nn.LayerNorm(width), nn.LayerNorm(width)
        self.up, self.down = nn.Linear(width, 4 * width), nn.Linear(4 * width, width)

    def forward(self, x, mask):
        x = x + self.mix(self.ln1(x), mask)
        return x + self.down(functional.relu(self.up(self.ln2(x))))
