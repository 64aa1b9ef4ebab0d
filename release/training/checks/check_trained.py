"""training, exercise trained: the network from net.pth, on the validation pictures."""

import torch
from sklearn.datasets import load_digits

from autograder.checks import above, exercise, points, tensor

pytestmark = exercise("trained")


@points(0.5, hint="is net.pth from this network, trained long enough with a good rate?")
def check_validation_pictures(student):
    """The network from net.pth reads most of the validation pictures."""
    table = load_digits()
    images = torch.tensor(table.images[1000:1400], dtype=torch.float32)[:, None] / 16
    classes = torch.tensor(table.target[1000:1400])

    scores = tensor("net(images)", student.predict("net", images))
    assert scores.shape == (400, 10), f"net(images) has shape {tuple(scores.shape)}"
    right = (scores.argmax(dim=1) == classes).double().mean()
    above("the share of validation pictures that are read", right, full=0.95, none=0.8)
