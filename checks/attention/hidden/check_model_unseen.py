"""attention, exercise model: other weights, other texts, and another sentence to learn."""

import torch
from torch import nn
from torch.nn import functional

from autograder.checks import CheckFailed, above, causal, exercise, points, same_network, tensor

pytestmark = exercise("model")

OTHER = "how much wood would a woodchuck chuck "


class Model(nn.Module):
    """The whole network, with the functions of torch."""

    def __init__(self, count, width, heads):
        super().__init__()
        self.width, self.heads = width, heads
        self.embedding = nn.Embedding(count, width)
        self.first, self.second = nn.LayerNorm(width), nn.LayerNorm(width)
        self.mlp = nn.Sequential(
            nn.Linear(width, 4 * width), nn.ReLU(), nn.Linear(4 * width, width)
        )
        self.query, self.key, self.value = (nn.Linear(width, width, bias=False) for _ in range(3))
        self.out, self.last = nn.Linear(width, width), nn.Linear(width, count)

    def forward(self, ids):
        """Scores for the next character."""
        angles = torch.arange(ids.shape[1])[:, None] / 10000 ** (
            torch.arange(0, self.width, 2) / self.width
        )
        x = self.embedding(ids) + torch.stack([angles.sin(), angles.cos()], dim=-1).flatten(1)
        parts = [each(self.first(x)) for each in (self.query, self.key, self.value)]
        cut = [part.unflatten(-1, (self.heads, -1)).transpose(1, 2) for part in parts]
        answers = functional.scaled_dot_product_attention(*cut, is_causal=True)
        y = x + self.out(answers.transpose(1, 2).flatten(2))
        return self.last(y + self.mlp(self.second(y)))


@points(0.5, hint="the embedding plus the position code, then the block, then last")
def check_whole_network(student, rng):
    """CharacterModel computes the right thing with other weights, and gradients reach them."""
    ids = torch.randint(0, 7, (3, 6), generator=rng)
    theirs = student.make("CharacterModel", 7, width=8, heads=2)

    same_network("CharacterModel(...)", lambda: Model(7, 8, 2), theirs, ids)
    if any(one is None or not one.any() for one in theirs(ids).gradients(theirs)):
        raise CheckFailed("no gradient of model(ids) reaches some of its weights")


@points(0.5, hint="does the block hand a causal mask on?")
def check_reads_nothing_later(student, rng):
    """A character that comes later changes no score, and each one before changes some."""
    ids = torch.randint(0, 7, (2, 6), generator=rng)

    causal("model(ids)", student.make("CharacterModel", 7, width=8, heads=2), ids, dim=1)


@points(1, hint="the cell makes its model from `sentence`, whatever it is, and trains it")
def check_learns_another_sentence(student):
    """With another sentence, the same cell learns that one."""
    known = sorted(set(OTHER))
    one = torch.tensor([known.index(letter) for letter in OTHER])
    texts = torch.stack([one.roll(-shift) for shift in range(len(one))])
    model = student.rerun("model", sentence=OTHER).theirs("model")
    scores = tensor("model(ids)", model(texts[:, :14]))
    if scores.shape != (len(one), 14, len(known)):
        raise CheckFailed("model(ids) does not give a score for each character of the new sentence")

    right = scores[:, -1].argmax(dim=-1) == texts[:, 14]
    above("the share of right characters", right.double().mean(), full=0.9, none=0.5)
