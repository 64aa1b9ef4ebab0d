# title = "Another activation than the text asks for"
# student = "gina"
# ending = "finished"
# [points]
# attention = 0
# masks = 0
# heads = 0
# positions = 0
# block = 1.5
# model = 0

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
        return x + self.down(functional.gelu(self.up(self.ln2(x))))
