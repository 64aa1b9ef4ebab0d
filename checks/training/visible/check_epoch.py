"""training, exercise epoch: one affine layer, and a few pictures of the check's."""

import torch

from autograder.checks import CheckFailed, close, exercise, points, tensor

pytestmark = exercise("epoch")

RATE = 0.5


def pictures():
    """21 pictures with their classes: two full batches of eight, and five more."""
    rng = torch.Generator().manual_seed(1)
    return torch.rand(21, 1, 8, 8, generator=rng), torch.randint(10, (21,), generator=rng)


def loader_of(student, images, classes):
    """They, in batches of eight."""
    rows = student.make("torch.utils.data.TensorDataset", images, classes)
    return student.make("torch.utils.data.DataLoader", rows, batch_size=8)


def layer_of(student, weight):
    """An affine layer for pictures, with this weight and no bias."""
    layer = student.make("torch.nn.Linear", 64, 10, bias=False)
    layer.load([weight])
    network = student.make("torch.nn.Sequential", student.make("torch.nn.Flatten"), layer)
    return network.to(student.theirs("device"))


def descended(weight, images, classes, *, clears=True):
    """The weight after one epoch, by the formula of the gradient, and the losses of all pictures.

    Gradients that are not cleared add up.
    """
    gradient, losses = torch.zeros_like(weight), []
    for x, right in zip(images.flatten(1).split(8), classes.split(8), strict=True):
        shares = torch.softmax(x @ weight.T, dim=1)
        losses.append(-shares[torch.arange(len(x)), right].log())
        away = (shares - torch.eye(10)[right]) / len(x)
        gradient = away.T @ x + (0 if clears else gradient)
        weight = weight - RATE * gradient
    return weight, losses


def trained(student):
    """What train_epoch returns, the weight before, and the weight that it leaves."""
    weight = torch.randn(10, 64, generator=torch.Generator().manual_seed(2)) / 8
    network = layer_of(student, weight)
    optimizer = student.make("torch.optim.SGD", network.parameters(), lr=RATE)
    loss = student.make("train_epoch", network, loader_of(student, *pictures()), optimizer)
    return loss, weight, network["1.weight"].read()


@points(0.5, hint="for each batch: the loss, zero_grad(), backward(), step()")
def check_steps_of_an_epoch(student):
    """train_epoch takes one step for each batch, each along a fresh gradient."""
    _, before, found = trained(student)
    assert not torch.equal(found, before), "train_epoch leaves the weights as they were"

    if torch.allclose(found, descended(before, *pictures(), clears=False)[0], atol=1e-5):
        raise CheckFailed("gradients add up from batch to batch: clear them before each backward()")
    close("the weight after train_epoch", found, descended(before, *pictures())[0])


@points(0.5, hint="each batch counts with its number of pictures, and nothing is divided twice")
def check_mean_loss(student):
    """train_epoch returns the mean loss of a picture."""
    loss, before, _ = trained(student)
    losses, mistaken = (
        descended(before, *pictures(), clears=clears)[1] for clears in (True, False)
    )
    found = tensor("the loss", loss).float()
    if torch.allclose(found, torch.cat(mistaken).mean()):
        return  # of steps that are wrong, which costs once
    if torch.allclose(found, torch.stack([one.mean() for one in losses]).mean(), atol=1e-6):
        raise CheckFailed(
            "the loss is the mean over batches: the last one counts for five pictures"
        )
    close("the loss", loss, torch.cat(losses).mean())


@points(0.5, hint="count the pictures that are right, and divide by all of them, once")
def check_accuracy(student):
    """accuracy(network, loader) is the share of pictures whose class is found."""
    classes = torch.arange(21) % 10
    images = torch.eye(64)[classes].reshape(21, 1, 8, 8)
    classes[12:20] = (classes[12:20] + 1) % 10
    network = layer_of(student, torch.eye(10, 64))

    close(
        "accuracy(...)",
        student.make("accuracy", network, loader_of(student, images, classes)),
        13 / 21,
    )
