"""optimizers, exercise clipping: other gradients, short ones, and a limit that makes no sense."""

import torch

from autograder.checks import close, exercise, points, raises, unchanged

pytestmark = exercise("clipping")

NAME = "clip_gradients"


def lent(student, rng, norm):
    """Three parameters, one of them without a gradient; the gradients have this norm together."""
    start = [torch.randn(shape, generator=rng) for shape in ((3, 2), (5,), ())]
    gradients = [torch.randn(shape, generator=rng) for shape in ((3, 2), (5,))]
    whole = torch.cat([gradient.flatten() for gradient in gradients]).norm()
    gradients = [norm / whole * gradient for gradient in gradients]
    parameters = [student.lend(one, requires_grad=True) for one in start]
    for parameter, gradient in zip(parameters, gradients, strict=False):
        parameter.grad = gradient
    return parameters, gradients


def clips(student, rng, norm, limit):
    """Gradients of a norm are clipped to a limit, and the norm comes back."""
    parameters, gradients = lent(student, rng, norm)
    with unchanged("clip_gradients(...)", **{"the parameters": student.lend(parameters)}):
        answer = student.make(NAME, parameters, limit)

    close("clip_gradients(...)", float(answer), norm)
    for place, (parameter, gradient) in enumerate(zip(parameters, gradients, strict=False), 1):
        close(f"gradient {place}", parameter.grad, min(1.0, limit / norm) * gradient)


@points(0.5, hint="the factor depends on the norm of all gradients together; skip who has none")
def check_other_gradients(student, rng):
    """Gradients of other sizes are clipped to other limits, and the parameters stay."""
    clips(student, rng, 30.0, 4.0)
    clips(student, rng, 0.9, 0.3)


@points(0.5, hint="do nothing at all to gradients that are short enough")
def check_short_gradients(student, rng):
    """Short gradients stay as they are, to the last bit; long ones beside them do not."""
    clips(student, rng, 8.0, 7.0)
    parameters, _ = lent(student, rng, 0.7)
    held = {f"gradient {place}": parameters[place - 1].grad for place in (1, 2)}

    with unchanged("clip_gradients(...)", **held):
        student.make(NAME, parameters, 0.8)


@points(0.5, hint="compare the limit with 0 before anything else is done, and raise a ValueError")
def check_senseless_limits(student, rng):
    """A limit that is not positive is a ValueError; any positive one is not."""
    clips(student, rng, 2.0, 0.001)
    parameters, _ = lent(student, rng, 2.0)

    for limit in (0.0, -1.0):
        held = {"the gradients": parameters[0].grad}
        with unchanged("clip_gradients(...)", **held), raises("clip_gradients(...)", ValueError):
            student.make(NAME, parameters, limit)
