# title = "The model learns to write what it has just read"
# student = "carl"
# ending = "finished"
# [points]
# attention = 4
# masks = 3
# heads = 3
# positions = 2
# block = 3
# model = 1.5

# %% attention_answer
import math


def attention_weights(queries, keys):
    """How much each query looks at each key: shape (..., n, m), rows that sum to one."""
    d = queries.size(-1)
    scores = torch.einsum("...nd,...md->...nm", queries, keys) / math.sqrt(d)
    return scores.softmax(-1)


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
    return torch.softmax(scores, dim=-1) @ values

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
        out = scores.softmax(dim=-1) @ v
        return self.W_o(out.permute(0, 2, 1, 3).reshape(N, T, width))

# %% positions_answer
def position_code(length, width):
    """One row for each position: sines and cosines, from fast to slow."""
    code = torch.zeros(length, width)
    t = torch.arange(length).unsqueeze(1)
    for i in range(width // 2):
        angle = t[:, 0] / 10000 ** (2 * i / width)
        code[:, 2 * i] = torch.sin(angle)
        code[:, 2 * i + 1] = torch.cos(angle)
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

# %% model_answer
class CharacterModel(nn.Module):
    """Scores for the next character, at each position of a text."""

    def __init__(self, count, width=32, heads=4):
        super().__init__()
        self.width = width
        self.embedding = nn.Embedding(count, width)
        self.block = Block(width, SelfAttention(width, heads))
        self.last = nn.Linear(width, count)

    def forward(self, ids):
        x = self.embedding(ids)
        x = x + position_code(x.size(1), self.width)
        return self.last(self.block(x, causal_mask(x.size(1))))


def go_on(model, ids, count):
    """The ids with so many more, each the most likely next one."""
    for _ in range(count):
        with torch.no_grad():
            ids = torch.cat([ids, model(ids.unsqueeze(0))[0, -1:].argmax(dim=-1)])
    return ids


torch.manual_seed(0)
characters = sorted(set(sentence))
ids = torch.tensor([characters.index(character) for character in sentence])
rounds = torch.stack([ids.roll(-start) for start in range(len(ids))])
model = CharacterModel(len(characters))
optimizer = torch.optim.Adam(model.parameters(), lr=0.01)
losses = []

for _ in range(150):
    optimizer.zero_grad()
    logits = model(rounds[:, :-1]).transpose(1, 2)
    loss = functional.cross_entropy(logits, rounds[:, :-1])
    loss.backward()
    optimizer.step()
    losses.append(loss.item())

print(f"loss {losses[0]:.3f} at first, {losses[-1]:.4f} at last")
