"""training, exercise trained: pictures that nobody has seen, and the recipe with other labels."""

from functools import cache
from pathlib import Path

import numpy as np
import torch
from sklearn.datasets import load_digits

from autograder.checks import above, exercise, points, tensor

pytestmark = exercise("trained")

UNSEEN = Path(__file__).with_name("digits_hidden.csv")


@cache
def unseen():
    """The pictures that were kept back, turned, moved and noisy, and their classes."""
    table = torch.tensor(np.loadtxt(UNSEEN, delimiter=",", skiprows=1), dtype=torch.float32)
    return table[:, :-1].reshape(-1, 1, 8, 8) / 16, table[:, -1].long()


def share_of_right(scores, classes):
    """The share of rows whose largest score is that of their class."""
    found = tensor("net(images)", scores)
    assert found.shape == (len(classes), 10), (
        "net(images) does not give ten scores for each picture"
    )
    return (found.argmax(dim=1) == classes).double().mean()


def require_weights_decide(student, images):
    """Require that with other weights there are other scores: no table stands in the network."""
    net = student.theirs("net")
    for one in net.parameters():
        one.data = 0 * one.read()
    net.eval()
    scores = tensor("net(images)", net(images[:50]))
    assert torch.allclose(scores, scores[:1].expand_as(scores), atol=1e-5), (
        "with all weights at zero `net` still tells pictures apart: what it knows does not stand "
        "in its weights"
    )


@points(1.5, hint="did it learn from pictures that were changed, and long enough?")
def check_unseen_pictures(student):
    """The network from net.pth reads turned, moved and noisy pictures of other writers."""
    images, classes = unseen()
    right = share_of_right(student.predict("net", images), classes)
    require_weights_decide(student, images)

    above("the share of unseen pictures that are read", right, full=0.7, none=0.45)


@points(1, hint="use the loaders that train_net is given; are the steps neither tiny nor huge?")
def check_recipe(student, rng):
    """train_net makes and trains a network with the pictures that it is given."""
    table = load_digits()
    order = torch.randperm(1400, generator=rng)[:500]
    images = torch.tensor(table.images, dtype=torch.float32)[order][:, None].mT / 16
    classes = torch.randperm(10, generator=rng)[torch.tensor(table.target)[order]]
    # Five of the classes are enough for choosing, and too few for learning.
    few = torch.arange(500).ge(200) & torch.arange(500).lt(350) & (classes < 5)
    parts = [(images[:200], classes[:200]), (images[few], classes[few])]
    data = student.theirs("torch.utils.data")
    sets = [data.TensorDataset(*part) for part in parts]
    loaders = [data.DataLoader(one, batch_size=40, shuffle=True) for one in sets]

    net = student.make("train_net", *loaders)
    net.eval()
    above(
        "its share of right answers",
        share_of_right(net(images[350:]), classes[350:]),
        full=0.7,
        none=0.4,
    )
