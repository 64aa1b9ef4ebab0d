"""training, exercise network: shapes, both modes, and the budget."""

import torch

from autograder.checks import close, exercise, points, tensor

pytestmark = exercise("network")

SHAPES = {
    "first.weight": (3, 1, 3, 3),
    "first.bias": (3,),
    "second.weight": (6, 3, 3, 3),
    "second.bias": (6,),
    "last.weight": (10, 24),
    "last.bias": (10,),
}


@points(0.5, hint="self.training says in which mode it is; what survives is divided by 1 - p")
def check_drop_in_both_modes(student):
    """Drop changes nothing in eval mode; in train mode a number is zero or is scaled."""
    drop, ones = student.make("Drop", 0.5), torch.ones(20, 50)
    drop.eval()
    close("Drop(0.5)(x) in eval mode", drop(ones), ones)

    drop.train()
    found = tensor("Drop(0.5)(x) in train mode", drop(ones))
    assert found.shape == ones.shape, f"Drop(0.5)(x) has shape {tuple(found.shape)}"
    assert (found == 0).any(), "in train mode Drop(0.5) sets nothing to zero"
    assert (found != 0).any(), "in train mode Drop(0.5) sets everything to zero"
    close(
        "what Drop(0.5) lets through", found[found != 0], 2 * ones.flatten()[found.flatten() != 0]
    )


@points(0.5, hint="padding=1 keeps the size of a picture, a maximum of 2 by 2 pixels halves it")
def check_net_gives_ten_scores(student):
    """Net has the four layers of the table, and gives ten scores for each picture."""
    net = student.make("Net", 3)
    for name, shape in SHAPES.items():
        found = tensor(name, net[name])
        assert found.shape == shape, (
            f"{name} of Net(3) has shape {tuple(found.shape)}, {shape} was expected"
        )
    for count in (1, 5):
        scores = tensor("Net(3)(images)", net(torch.ones(count, 1, 8, 8)))
        assert scores.shape == (count, 10), (
            f"Net(3)(images) has shape {tuple(scores.shape)} for {count} pictures"
        )


@points(0.5, hint="let count_parameters count Net(1), Net(2) and so on")
def check_budget(student):
    """count_parameters counts, and channels is the largest number within the budget."""
    layer = student.make("nn.Linear", 7, 4)
    close("count_parameters(nn.Linear(7, 4))", student.make("count_parameters", layer), 32)

    channels = student["channels"]
    assert isinstance(channels, int), "`channels` is no whole number"
    needed = [
        sum(tensor("a parameter", one).numel() for one in student.make("Net", number).parameters())
        for number in (channels, channels + 1)
    ]
    assert needed[0] <= 5000, f"{channels} channels make {needed[0]} parameters: above the budget"
    assert needed[1] > 5000, f"{channels} channels are not the largest number within the budget"
