"""training, exercise stopping: another patience, ties, few epochs, and a change."""

import pytest
import torch

from autograder.checks import CheckFailed, exercise, points, tensor

pytestmark = exercise("stopping")

RATE, MOST = 1.0, 14


class Walk:
    """A descent on pictures with classes by chance, in the judge: accuracies and weights."""

    def __init__(self, rng):
        self.images = [torch.randn(30, 1, 8, 8, generator=rng) for _ in range(2)]
        self.classes = [torch.randint(3, (30,), generator=rng) for _ in range(2)]
        self.start = torch.randn(3, 64, generator=rng) / 8
        weight, (x, y) = self.start, [images.flatten(1) for images in self.images]
        self.history, self.weights, self.sure = [], [], True
        for _ in range(MOST):
            for part, right in zip(x.split(10), self.classes[0].split(10), strict=True):
                # The change turns the sign of the pictures.
                away = torch.softmax(-part @ weight.T, dim=1) - torch.eye(3)[right]
                weight = weight + RATE * away.T @ part / len(part)
            scores = (y @ weight.T).sort(dim=1).values
            self.sure &= bool((scores[:, 2] - scores[:, 1]).min() > 1e-3)
            found = (y @ weight.T).argmax(dim=1) == self.classes[1]
            self.history.append(float(found.float().mean()))
            self.weights.append(weight)

    def end(self, epochs, patience):
        """After how many epochs fit ends, and which of them is the best."""
        for number in range(1, epochs + 1):
            best = self.history.index(max(self.history[:number]))
            if number - best > patience or number == epochs:
                return number, best
        raise ValueError(epochs)

    def tells(self, epochs, patience):
        """Whether mistakes show: the best is neither first nor last, and is reached once more."""
        end, best = self.end(epochs, patience)
        again = self.history[best + 1 : end].count(self.history[best])
        early = again > 0 and end < epochs - 1 if epochs == MOST else again == 0
        return self.sure and 0 < best < end - 1 and early


def fitted(student, walk, epochs, patience):
    """What fit returns, and the weight that it leaves."""
    torch_there = student.theirs("torch")
    nn, data = torch_there.nn, torch_there.utils.data
    layer = nn.Linear(64, 3, bias=False)
    layer.load([walk.start])
    network = nn.Sequential(nn.Flatten(), layer).to(student.theirs("device"))
    optimizer = torch_there.optim.SGD(network.parameters(), lr=RATE)
    loaders = [
        data.DataLoader(data.TensorDataset(*rows), batch_size=10)
        for rows in zip(walk.images, walk.classes, strict=True)
    ]
    options = {"change": torch_there.neg}
    found = student.make("fit", network, optimizer, *loaders, epochs, patience, **options)
    return tensor("fit(...)", found), network["1.weight"].read()


@points(0.5, hint="an equal accuracy is no better one, and `epochs` ends the training as well")
@pytest.mark.parametrize(("epochs", "patience"), [(MOST, 4), (5, 9)], ids=["patience", "epochs"])
def check_another_patience(student, rng, epochs, patience):
    """fit ends in time and keeps the best weights for another patience, with ties and a change."""
    walk = next(one for one in iter(lambda: Walk(rng), None) if one.tells(epochs, patience))
    end, best = walk.end(epochs, patience)
    found, left = fitted(student, walk, epochs, patience)

    assert found.dim() == 1, "fit(...) returns no list of numbers"
    assert len(found) == end, f"fit trains for too {'many' if len(found) > end else 'few'} epochs"
    assert torch.allclose(found.float(), torch.tensor(walk.history[:end]), atol=1e-4), (
        "fit(...) does not return the accuracies of the validation pictures: does it hand `change` "
        "on, and is exercise 4 right?"
    )
    if torch.allclose(left, walk.weights[end - 1], atol=1e-3):
        raise CheckFailed("the network has the weights of the last epoch, not of the best one")
    assert torch.allclose(left, walk.weights[best], atol=1e-3), (
        "the network does not have the weights of the best epoch"
    )
