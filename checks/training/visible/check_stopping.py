"""training, exercise stopping: a few pictures with classes by chance, so that nothing lasts."""

import torch

from autograder.checks import CheckFailed, exercise, points, tensor

pytestmark = exercise("stopping")

RATE, EPOCHS, PATIENCE = 1.0, 12, 3
SEEDS = 24, 48  # with these the third epoch is the best
UNCLEAR = (
    "with your train_epoch and accuracy no epoch is worse than the best one, so that stopping "
    "cannot be judged: exercise 4 comes first"
)


def pictures(seed, count=30):
    """Pictures and classes by chance."""
    rng = torch.Generator().manual_seed(seed)
    return torch.randn(count, 1, 8, 8, generator=rng), torch.randint(3, (count,), generator=rng)


def loader_of(student, images, classes):
    """They, in batches of ten."""
    rows = student.make("torch.utils.data.TensorDataset", images, classes)
    return student.make("torch.utils.data.DataLoader", rows, batch_size=10)


def start(student):
    """A network, an optimiser for it, and two loaders: always the same."""
    layer = student.make("torch.nn.Linear", 64, 3, bias=False)
    layer.load([torch.randn(3, 64, generator=torch.Generator().manual_seed(3)) / 8])
    network = student.make("torch.nn.Sequential", student.make("torch.nn.Flatten"), layer)
    network.to(student.theirs("device"))
    optimizer = student.make("torch.optim.SGD", network.parameters(), lr=RATE)
    loaders = [loader_of(student, *pictures(seed)) for seed in SEEDS]
    return network, optimizer, *loaders


def walked(student):
    """Accuracies and weights, epoch by epoch, by the student's own two functions."""
    network, optimizer, train_loader, valid_loader = start(student)
    history, weights = [], []
    for _ in range(EPOCHS):
        student.make("train_epoch", network, train_loader, optimizer)
        history.append(float(student.make("accuracy", network, valid_loader)))
        weights.append(network["1.weight"].read())
    if history.index(max(history)) > EPOCHS - PATIENCE - 2:
        raise CheckFailed(UNCLEAR)
    return history, weights


def fitted(student):
    """What fit returns, and the weight that it leaves."""
    network, *others = start(student)
    found = tensor("fit(...)", student.make("fit", network, *others, EPOCHS, PATIENCE))
    assert found.dim() == 1, "fit(...) returns no list of numbers"
    return found, network["1.weight"].read()


@points(1, hint="count the epochs since the best one, from zero again after a better one")
def check_stops_in_time(student):
    """fit stops when three epochs in a row were not better, and returns the accuracies."""
    history, _ = walked(student)
    found, _ = fitted(student)
    count = min(len(found), EPOCHS)
    right = torch.tensor(history[:count])
    assert torch.allclose(found[:count].float(), right, atol=1e-4), (
        "fit(...) does not return the validation accuracies, epoch by epoch"
    )
    stop = next(n for n in range(1, EPOCHS) if n - PATIENCE > history.index(max(history[:n])))
    assert len(found) >= stop, "fit stops before 3 epochs in a row were no better than the best"
    assert len(found) <= stop, "fit goes on after 3 epochs in a row were no better than the best"


@points(1, hint="copy.deepcopy(network.state_dict()) at each best epoch, and load it in the end")
def check_keeps_the_best_weights(student):
    """When fit has ended, the network has the weights of the best epoch."""
    history, weights = walked(student)
    found, left = fitted(student)
    best, last = history.index(max(history)), len(found) - 1

    if last < EPOCHS and torch.allclose(left, weights[last], atol=1e-5):
        raise CheckFailed(
            "the network has the weights of the last epoch: load those of the best one, which you "
            "have copied when it was reached"
        )
    assert torch.allclose(left, weights[best], atol=1e-5), (
        "the network does not have the weights of the best epoch"
    )
