"""The word that judges optimizers: the steps of theirs against those of a reference."""

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

import torch

from autograder.checks.coercing import tensor
from autograder.checks.comparing import close
from autograder.checks.descents import Slopes, Way, mistake_of
from autograder.checks.diagnosing import told
from autograder.checks.tolerances import tolerances
from autograder.judging.current_check import CheckFailed, current
from autograder.judging.students import Student
from autograder.judging.theirs import Theirs, plain


def moves(
    student: Student,
    optimizer: str | Callable[..., Any],
    reference: Callable[..., Any],
    start: Sequence[torch.Tensor],
    gradients: Slopes,
    *,
    rtol: float | None = None,
    atol: float | None = None,
    **settings: Any,
) -> None:
    """Require that an optimizer moves parameters as a reference does, step after step.

    ``start`` holds the parameters, tensors of any floating-point dtype; ``gradients`` holds, for
    each step, one gradient for each parameter, of its shape, or None.  The optimizer is a class of
    theirs by its name, made with a list of the parameters and the settings: before each ``step()``
    every parameter gets its ``.grad``.  Or it is a function of the check's, of the same arguments,
    the parameters as objects of the replica; it gives such an object with ``step()``, or a function
    of the gradients that has theirs take one step, and gives the new parameters, or None if these
    are changed in place.

    The reference is made with the same arguments, in 64 bits: torch.optim.Adam, or any class with
    ``step()``.  After each step all parameters must be as in `close`, with its tolerances.
    Of SGD, RMSprop, Adam and AdamW, as torch.optim defines them (Kingma and Ba, arXiv:1412.6980;
    Loshchilov and Hutter, arXiv:1711.05101), the finding names the mistake that comes the same way.
    """
    if not gradients or any(len(some) != len(start) for some in gradients):
        raise ValueError("moves needs some steps, with a gradient or None for each parameter")
    name = optimizer if isinstance(optimizer, str) else optimizer.__name__
    wide = [one.detach().cpu().double().clone().requires_grad_() for one in start]
    slopes = [[None if one is None else one.double() for one in some] for some in gradients]
    model = reference(wide, **settings)
    right = [_stepped(model, wide, some, partial(_copied, wide)) for some in slopes]

    lent = [student.lend(one, requires_grad=True) for one in start]
    everything = student.lend(lent)
    make = partial(student.make, optimizer) if isinstance(optimizer, str) else optimizer
    made = make(lent, **settings)
    found = [
        _fitting(name, _stepped(made, lent, some, everything.read), start) for some in gradients
    ]
    room = tolerances(start[0].dtype, device=current().device, rtol=rtol, atol=atol)
    try:
        close(f"what {name} moves", _flat(found), _flat(right), rtol=room[0], atol=room[1])
    except CheckFailed:
        if like := mistake_of(found, right, getattr(model, "defaults", {}), start, gradients):
            raise CheckFailed(f"{name} moves as it would {like}") from None
        first = _copied(start)
        words = _words(name, [first, *found], [first, *right], gradients, room)
        raise CheckFailed(words) from None


def _copied(values: Sequence[torch.Tensor]) -> list[torch.Tensor]:
    return [one.detach().cpu().clone() for one in values]


def _stepped(
    optimizer: Any, parameters: Sequence[Any], slopes: Sequence[Any], read: Callable[[], Any]
) -> Any:
    """The parameters after one step."""
    if not (isinstance(optimizer, Theirs) or hasattr(optimizer, "step")):
        given = plain(optimizer(slopes))
        return read() if given is None else given
    for parameter, slope in zip(parameters, slopes, strict=True):
        parameter.grad = slope
    optimizer.step()
    return read()


def _fitting(name: str, found: Any, start: Sequence[torch.Tensor]) -> list[torch.Tensor]:
    """The parameters that were read, one for each at the start and of its shape."""
    found = [found] if isinstance(found, torch.Tensor) and len(start) == 1 else found
    if not isinstance(found, list) or len(found) != len(start):
        raise CheckFailed(f"{name} gives no {len(start)} parameters")
    for place, (one, was) in enumerate(zip(found, start, strict=True), 1):
        shape = tuple(tensor(f"parameter {place}", one).shape)
        if shape != was.shape:
            wanted = f"{tuple(was.shape)} was expected"
            raise CheckFailed(f"{name} gives parameter {place} the shape {shape}, {wanted}")
    return [torch.as_tensor(one) for one in found]


def _flat(way: Way) -> torch.Tensor:
    return torch.cat([one.flatten() for some in way for one in some])


def _words(name: str, found: Way, right: Way, gradients: Slopes, room: tuple[float, float]) -> str:
    """What is wrong first, of the parameters at the start and after each step."""
    if all(map(torch.equal, *found[:2])) and not all(map(torch.equal, *right[:2])):
        return f"{name} moves nothing in its first step: change the parameters in place"
    step, place = next(
        (step, place)
        for step, pairs in enumerate(zip(found, right, strict=True))
        for place, (one, two) in enumerate(zip(*pairs, strict=True))
        if not torch.allclose(one.double(), two.double(), *room)
    )
    which = f"step {step} of {name}"
    if not torch.isfinite(found[step][place]).all():
        return f"{which} makes parameter {place + 1} nan or infinite"
    if gradients[step - 1][place] is None:
        return f"{which} moves parameter {place + 1}, which has no gradient"
    move, wanted = (way[step][place].double() - way[step - 1][place] for way in (found, right))
    why = told(move, wanted, hidden=current().hidden)
    right_so_far = "; the steps before are right: look at what is kept between steps"
    return (
        f"{which} moves parameter {place + 1} wrong"
        + (f": its move is {why}" if why else "")
        + (right_so_far if step > 1 else "")
    )
