"""training, exercise digits: a Dataset of twelve pictures, and the two loaders."""

import torch
from sklearn.datasets import load_digits

from autograder.checks import batches, exercise, points

pytestmark = exercise("digits")


def pictures(first, last):
    """Pictures from 0 to 1, with their classes."""
    table = load_digits()
    pixels = torch.tensor(table.images[first:last], dtype=torch.float32)
    return pixels[:, None] / 16, torch.tensor(table.target[first:last])


@points(0.5, hint="one axis more, and ink is 16 in the table but 1 in the picture")
def check_dataset(student):
    """Digits gives pictures of shape (1, 8, 8) from 0 to 1, each with its class."""
    images, classes = pictures(1500, 1512)
    pixels = 16 * images[:, 0]

    batches("Digits(pixels, classes)", student.make("Digits", pixels, classes), (images, classes))


@points(1, hint="all training pictures and no others, 32 in a batch, shuffle=True")
def check_train_loader(student):
    """train_loader gives each training picture once, in a new order in each epoch."""
    loader = student.theirs("train_loader")

    batches("train_loader", loader, pictures(0, 1000), size=32, shuffled=True)


@points(0.5, hint="all validation pictures and no others, 100 in a batch")
def check_valid_loader(student):
    """valid_loader gives each validation picture once."""
    loader = student.theirs("valid_loader")

    batches("valid_loader", loader, pictures(1000, 1400), size=100, shuffled=None)
