"""optimizers, exercise schedule: a run of twelve steps."""

import math

import torch

from autograder.checks import close, exercise, points

pytestmark = exercise("schedule")

PEAK, WARMUP, TOTAL, FLOOR = 0.8, 4, 12, 0.1


def right(step):
    """The rate of a step."""
    if step < WARMUP:
        return PEAK * (step + 1) / WARMUP
    done = min(1, (step - WARMUP) / (TOTAL - WARMUP))
    return FLOOR + (PEAK - FLOOR) * (1 + math.cos(math.pi * done)) / 2


def schedule_of(student):
    """A plain descent and a schedule for it."""
    optimizer = student.make("GradientDescent", [torch.zeros(2)], lr=PEAK)
    return optimizer, student.make("WarmupCosine", optimizer, WARMUP, TOTAL, floor=FLOOR)


@points(0.5, hint="up to the peak in a line, from the peak down to the floor along half a cosine")
def check_rates(student):
    """rate(step) climbs, goes down along half a cosine, and stays on the floor."""
    _, schedule = schedule_of(student)
    rates = [float(schedule.rate(step)) for step in range(15)]

    close("rate(step)", rates, [right(step) for step in range(15)])


@points(0.5, hint="the first call gives the rate of step 0")
def check_steps(student):
    """step() gives the optimizer one rate after the other."""
    optimizer, schedule = schedule_of(student)
    rates = []
    for _ in range(14):
        schedule.step()
        rates.append(float(optimizer.lr))

    close("optimizer.lr", rates, [right(step) for step in range(14)])
