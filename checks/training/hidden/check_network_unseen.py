"""training, exercise network: other sizes, weights of the judge's, and chance."""

import torch
from torch.nn import functional

from autograder.checks import close, exercise, points, spread_like

pytestmark = exercise("network")


def scores(images, weights):
    """The right forward pass in eval mode."""
    first, second, last = (
        [weights[f"{name}.{part}"] for part in ("weight", "bias")]
        for name in ("first", "second", "last")
    )
    hidden = functional.max_pool2d(functional.conv2d(images, *first, padding=1).relu(), 2)
    hidden = functional.max_pool2d(functional.conv2d(hidden, *second, padding=1).relu(), 2)
    return functional.linear(hidden.flatten(1), *last)


def weights_for(channels, rng):
    """Some weights of the right shapes."""
    shapes = {
        "first.weight": (channels, 1, 3, 3),
        "first.bias": (channels,),
        "second.weight": (2 * channels, channels, 3, 3),
        "second.bias": (2 * channels,),
        "last.weight": (10, 8 * channels),
        "last.bias": (10,),
    }
    return {name: torch.randn(shape, generator=rng) / 2 for name, shape in shapes.items()}


def require_gradients(net, images, weights):
    """Require that gradients of the scores reach each weight, and are right."""
    ours = {name: value.clone().requires_grad_() for name, value in weights.items()}
    right = torch.autograd.grad(scores(images, ours).sum(), [*ours.values()])
    found = net(images).gradients(*[net[name] for name in ours])
    for name, one, other in zip(ours, found, right, strict=True):
        assert one is not None, f"no gradient of the scores reaches {name}"
        close(f"the gradient for {name}", one, other, rtol=1e-3, atol=1e-3)


@points(0.5, hint="each number has its own chance p to be zero, and the others grow by 1 / (1 - p)")
def check_drop_by_chance(student, rng):
    """In train mode Drop(p) sets numbers to zero with probability p, for another p."""
    drop = student.make("Drop", 0.3)
    drop.train()
    x = 2 * torch.ones(40, 50)

    kept = torch.rand(50_000, generator=rng) >= 0.3
    spread_like("Drop(p)(x) in train mode", lambda: drop(x), 2 * kept / 0.7)
    for mode in (True, False):
        drop.train(mode)
        lent = student.lend(x, requires_grad=True)
        after = drop(lent)
        (gradient,) = after.gradients(lent)
        assert gradient is not None, "no gradient flows through Drop(p)"
        close("the gradient through Drop(p)", gradient, after.read() / 2)


@points(1, hint="go through the table line by line; in train mode the dropout works, before `last`")
def check_net_with_other_weights(student, rng):
    """Net computes what the table says, for other channels and weights, and drops in training."""
    weights, images = weights_for(4, rng), torch.rand(6, 1, 8, 8, generator=rng)
    net = student.make("Net", 4, p=0.4)
    net.load(weights)
    net.eval()
    close("the scores in eval mode", net(images), scores(images, weights))
    require_gradients(net, images, weights)

    # What stands before `last` is 1 everywhere, and each score shows one number of it.
    for value in weights.values():
        value.zero_()
    weights["first.bias"] += 1
    weights["second.bias"] += 1
    places = torch.arange(8)
    weights["last.weight"][places, 4 * places] = 1
    net.load(weights)
    net.train()
    kept = torch.rand(50_000, generator=rng) >= 0.4
    some = torch.ones(200, 1, 8, 8)
    spread_like(
        "a number before `last` in train mode",
        lambda: net(some).read()[:, :8],
        kept / 0.6,
        count=3200,
    )
