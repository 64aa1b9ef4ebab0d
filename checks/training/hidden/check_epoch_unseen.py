"""training, exercise epoch: layers that have two modes, and a change of the images."""

import copy

import torch
from torch import nn
from torch.nn import functional

from autograder.checks import CheckFailed, close, exercise, points

pytestmark = exercise("epoch")

RATE = 0.2
VARIANTS = {
    "the network learns in eval mode: train_epoch says network.train()": {"mode": False},
    "the images are not changed first: give `change` those of each batch": {"change": False},
    "gradients add up from batch to batch": {"clears": False},
}


def loader_of(student, images, classes):
    """Pictures in batches of six."""
    data = student.theirs("torch.utils.data")
    return data.DataLoader(data.TensorDataset(images, classes), batch_size=6)


def sequence_of(student, *layers):
    """The same layers in the box."""
    nn = student.theirs("torch.nn")
    made = [getattr(nn, name)(*sizes) for name, *sizes in layers]
    return nn.Sequential(nn.Flatten(), *made).to(student.theirs("device"))


def trained(network, images, classes, *, mode=True, change=True, clears=True):
    """The network after one epoch, and its mean loss of a picture."""
    network = copy.deepcopy(network).train(mode)
    optimizer, total = torch.optim.SGD(network.parameters(), lr=RATE), 0.0
    for x, right in zip(images.split(6), classes.split(6), strict=True):
        loss = functional.cross_entropy(network(-x if change else x), right)
        if clears:
            optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        total += loss.item() * len(x)
    return network, total / len(images)


def numbers_of(network):
    """Weights and running means in one tensor."""
    return torch.cat([one.flatten() for one in (network[2].weight, network[1].running_mean)])


@points(
    1, hint="say train() inside of train_epoch, and hand the images to `change` if there is one"
)
def check_training_mode_and_change(student, rng):
    """A network that is found in eval mode is trained in train mode, on the changed images."""
    images, classes = torch.rand(20, 1, 8, 8, generator=rng), torch.randint(5, (20,), generator=rng)
    ours = nn.Sequential(nn.Flatten(), nn.BatchNorm1d(64), nn.Linear(64, 5))
    with torch.no_grad():
        ours[2].weight.copy_(torch.randn(5, 64, generator=rng) / 8)
        ours[2].bias.zero_()

    network = sequence_of(student, ("BatchNorm1d", 64), ("Linear", 64, 5))
    network.load({"2.weight": ours[2].weight.detach(), "2.bias": torch.zeros(5)})
    network.eval()
    optimizer = student.theirs("torch.optim").SGD(network.parameters(), lr=RATE)
    change, loader = student.theirs("torch.neg"), loader_of(student, images, classes)
    loss = student.make("train_epoch", network, loader, optimizer, change=change)
    found = torch.cat([network[name].read().flatten() for name in ("2.weight", "1.running_mean")])

    for words, variant in VARIANTS.items():
        mistaken, _ = trained(ours, images, classes, **variant)
        if torch.allclose(found, numbers_of(mistaken), atol=1e-5):
            raise CheckFailed(words)
    right, mean = trained(ours, images, classes)
    close("the network after train_epoch", found, numbers_of(right).detach(), atol=1e-4)
    close("the loss", loss, mean, atol=1e-4)


@points(0.5, hint="say eval() inside of accuracy, and count pictures, not batches")
def check_accuracy_in_eval_mode(student, rng):
    """accuracy is measured in eval mode, also for a network that is found in train mode."""
    classes = torch.randint(10, (40,), generator=rng)
    images = torch.eye(64)[classes].reshape(40, 1, 8, 8)
    wrong = torch.randint(3, 9, (), generator=rng)
    classes[40 - wrong :] = (classes[40 - wrong :] + 1) % 10
    network = sequence_of(student, ("Dropout", 0.9), ("Linear", 64, 10))
    network.load({"2.weight": torch.eye(10, 64), "2.bias": torch.zeros(10)})
    network.train()

    found = student.make("accuracy", network, loader_of(student, images, classes))
    close("accuracy(...)", found, (40 - wrong) / 40)
