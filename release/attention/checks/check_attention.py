"""attention, exercise attention: two queries and three keys that you can compute on paper."""

import torch

from autograder.checks import CheckFailed, close, exercise, points, tensor

pytestmark = exercise("attention")

QUERIES = torch.tensor([[1.0, 0.0, 2.0, -1.0], [0.5, 1.5, -1.0, 0.0]])
KEYS = torch.tensor([[1.0, 1.0, 0.0, 0.0], [0.0, 2.0, 1.0, -1.0], [-1.0, 0.5, 0.5, 1.0]])
VALUES = torch.tensor([[1.0, -1.0], [0.0, 2.0], [3.0, 0.5]])
SCORES = QUERIES @ KEYS.mT
WEIGHTS = torch.softmax(SCORES / 2, dim=-1)
SLIPS = {
    "the scores are not divided by the root of d": torch.softmax(SCORES, dim=-1),
    "the scores are divided by d, not by its root": torch.softmax(SCORES / 4, dim=-1),
    "the root is not that of d, the length of a query": torch.softmax(SCORES / 3**0.5, dim=-1),
    "the softmax goes over the queries, not over the keys": torch.softmax(SCORES / 2, dim=-2),
    "there is no softmax": SCORES / 2,
}


def right_or_told(name, answer, expected, slips):
    """Require the right values, and name the slip if the answer is what it gives."""
    found = tensor(name, answer)
    for words, wrong in slips.items():
        if found.shape == wrong.shape and torch.allclose(found.float(), wrong, atol=1e-4):
            raise CheckFailed(f"{name} is nearly right, but {words}")
    close(name, found, expected)


@points(
    0.5, hint="scores = products of queries and keys, over the root of d; softmax over the keys"
)
def check_weights(student):
    """attention_weights(queries, keys) holds a row of weights for each query."""
    answer = student.call("attention_weights", QUERIES, KEYS)

    right_or_told("attention_weights(queries, keys)", answer, WEIGHTS, SLIPS)


@points(0.5, hint="the weights times the values: one product of matrices")
def check_answers(student):
    """attention(queries, keys, values) is the mean of the values with these weights."""
    answer = student.call("attention", QUERIES, KEYS, VALUES)

    slips = {words: weights @ VALUES for words, weights in SLIPS.items()}
    right_or_told("attention(queries, keys, values)", answer, WEIGHTS @ VALUES, slips)
