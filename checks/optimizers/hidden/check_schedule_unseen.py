"""optimizers, exercise schedule: other runs, one without warm-up, and a descent that follows it."""

import math

import torch

from autograder.checks import close, exercise, moves, points

pytestmark = exercise("schedule")


class Followed:
    """The right descent with the right rates."""

    def __init__(self, parameters, lr, warmup, total, floor):
        self.parameters, self.count = parameters, 0
        self.told = lr, warmup, total, floor

    def step(self):
        """One step, with the rate that is due."""
        for parameter in self.parameters:
            parameter.data -= right(self.count, *self.told) * parameter.grad
        self.count += 1


def right(step, peak, warmup, total, floor):
    """The rate of a step."""
    if step < warmup:
        return peak * (step + 1) / warmup
    done = min(1, (step - warmup) / (total - warmup))
    return floor + (peak - floor) * (1 + math.cos(math.pi * done)) / 2


@points(1, hint="compute from self.peak, self.floor, self.warmup and self.total, whatever they are")
def check_other_runs(student):
    """rate(step) is right for other peaks, floors and lengths, also without warm-up."""
    for peak, warmup, total, floor in ((0.3, 7, 23, 0.05), (2.0, 0, 9, 0.0), (0.6, 5, 6, 0.2)):
        optimizer = student.make("GradientDescent", [torch.zeros(2)], lr=peak)
        schedule = student.make("WarmupCosine", optimizer, warmup, total, floor)
        rates = [float(schedule.rate(step)) for step in range(total + 4)]
        expected = [right(step, peak, warmup, total, floor) for step in range(total + 4)]
        close("rate(step)", rates, expected)


@points(0.5, hint="`optimizer.lr` is what the optimizer multiplies with: set it before each step")
def check_an_optimizer_follows(student, rng):
    """An optimizer that is stepped after the schedule takes steps of the right lengths."""
    start = [torch.randn(3, generator=rng)]
    slopes = [[torch.randn(3, generator=rng)] for _ in range(8)]

    def descent(parameters, lr, **told):
        optimizer = student.make("GradientDescent", parameters, lr=lr)
        schedule = student.make("WarmupCosine", optimizer, **told)

        def step(gradients):
            (parameters[0].grad,) = gradients
            schedule.step()
            optimizer.step()

        return step

    moves(student, descent, Followed, start, slopes, lr=0.5, warmup=3, total=7, floor=0.1)
