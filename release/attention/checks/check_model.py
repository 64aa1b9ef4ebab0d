"""attention, exercise model: what the model has learned, and how it goes on."""

import torch

from autograder.checks import CheckFailed, above, close, exercise, points, tensor

pytestmark = exercise("model")

SENTENCE = "she sells sea shells by the sea shore "


def rounds_of(sentence):
    """The sentence as numbers, from each of its characters on."""
    characters = sorted(set(sentence))
    ids = torch.tensor([characters.index(character) for character in sentence])
    return torch.stack([ids.roll(-start) for start in range(len(ids))])


def next_of(model, ids):
    """The character that the model finds most likely at each position."""
    scores = tensor("model(ids)", model(ids))
    wanted = (*ids.shape, len(set(SENTENCE)))
    if scores.shape != wanted:
        raise CheckFailed(f"model(ids) has shape {tuple(scores.shape)}, {wanted} was expected")
    return scores.argmax(dim=-1)


@points(0.5, hint="scores for all columns but the last, targets from all columns but the first")
def check_knows_the_sentence(student):
    """The model has read twelve characters of the sentence and knows the next one."""
    rounds = rounds_of(SENTENCE)
    right = next_of(student.theirs("model"), rounds[:, :12])[:, -1] == rounds[:, 12]

    above("the share of right characters", right.double().mean(), full=0.9, none=0.5)


@points(0.5, hint="the scores of the last position are those for the next character")
def check_goes_on(student):
    """go_on(model, ids, count) appends the character with the highest score, each time."""
    model, start = student.theirs("model"), rounds_of(SENTENCE)[0, :6]
    found = tensor("go_on(model, ids, 20)", student.theirs("go_on")(model, start, 20))
    if found.shape != (26,) or found.is_floating_point():
        raise CheckFailed("go_on(model, ids, 20) gives something else than 26 whole numbers")

    following = next_of(model, found[None, :-1])[0]
    close("go_on(model, ids, 20)", found, torch.cat([start, following[5:]]))
