"""Gradients against differences of the student's own function."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import torch

from autograder.checks.evidence import tensor
from autograder.checks.running import CheckFailed, StudentRaised, current
from autograder.checks.students import Student

Tensors = list[torch.Tensor]

_NAMED = {2.0: "twice", 0.5: "half", -1.0: "minus"}
# The step that balances truncation (h^2) and rounding (eps / h), as a share of the values' size,
# and what that leaves of the digits: the cube root of eps and about its square, with room.
_STEP = {torch.float64: 6e-6, torch.float32: 5e-3}
_RTOL = {torch.float64: 1e-5, torch.float32: 5e-2}


def gradients_close(
    student: Student,
    function: str,
    *tensors: torch.Tensor,
    wrt: str | None = None,
    cotangent: torch.Tensor | None = None,
    at: Sequence[torch.Tensor] | None = None,
    directions: int = 4,
    rtol: float | None = None,
) -> None:
    """Require that the gradients of a student's function agree with its central differences.

    Judged is sum(cotangent * function(*tensors)), the plain sum without a cotangent, with respect
    to the floating-point tensors or, with ``wrt``, to the tensors of the list or Module of that
    name, at their present values or, for a Module necessarily, ``at`` the given ones.  Along each
    of a few random directions v, <gradient, v> must agree with (f(p + h v) - f(p - h v)) / 2h up
    to rtol of the largest one (Nocedal and Wright, Numerical Optimization, section 8.1); kinks of
    the function must lie elsewhere.  All is done in float64 where the student's function takes
    it, else in float32 with a coarser step.
    """
    inputs = list(tensors)
    places = _places(student, inputs, wrt, at)
    if not places:
        raise ValueError("gradients_close needs a floating-point tensor to differentiate by")
    moving = _Moving(student, function, inputs, wrt, cotangent)
    try:
        _compare(moving, [place.double() for place in places], torch.float64, directions, rtol)
    except StudentRaised:
        _compare(moving, [place.float() for place in places], torch.float32, directions, rtol)


def _places(
    student: Student, inputs: Tensors, wrt: str | None, at: Sequence[torch.Tensor] | None
) -> Tensors:
    if wrt is None:
        return [value for value in inputs if value.is_floating_point()]
    values = student[wrt] if at is None else at
    values = [values] if isinstance(values, torch.Tensor) else values
    if not isinstance(values, (list, tuple)) or not values:
        raise CheckFailed(f"{wrt} is not a list of tensors")
    return [tensor(wrt, value) for value in values]


@dataclass(frozen=True, slots=True)
class _Moving:
    """A student's function of the tensors that are moved."""

    student: Student
    function: str
    inputs: Tensors
    wrt: str | None
    cotangent: torch.Tensor | None

    def _question(self, places: Tensors) -> tuple[Tensors, Any]:
        kind = places[0].dtype
        if self.wrt is None:
            moved = iter(places)
            return [next(moved) if v.is_floating_point() else v for v in self.inputs], None
        inputs = [v.to(kind) if v.is_floating_point() else v for v in self.inputs]
        return inputs, {self.wrt: places}

    def value(self, places: Tensors) -> tuple[float, float]:
        """The judged sum with the tensors at these places, and the sum of its terms' sizes."""
        inputs, assign = self._question(places)
        name = f"{self.function}(...)"
        output = tensor(name, self.student.call(self.function, *inputs, assign=assign)).double()
        if not torch.isfinite(output).all():
            raise CheckFailed(f"{name} is not finite (nan or infinite)")
        weights = torch.ones_like(output) if self.cotangent is None else self.cotangent.double()
        if output.shape != weights.shape:
            expected = tuple(weights.shape)
            raise CheckFailed(f"{name} has shape {tuple(output.shape)}, {expected} was expected")
        terms = output * weights
        return float(terms.sum()), float(terms.abs().sum())

    def gradients(self, places: Tensors) -> Tensors:
        """The student's gradients there, all of them present, finite and of the right shapes."""
        inputs, assign = self._question(places)
        found = self.student.grad(
            self.function, *inputs, wrt=self.wrt, cotangent=self.cotangent, assign=assign
        )
        if len(found) != len(places):
            raise CheckFailed(f"{len(found)} gradients, {len(places)} were expected")
        return [self._whole(i, g, p) for i, (g, p) in enumerate(zip(found, places, strict=True))]

    def _whole(self, index: int, gradient: Any, place: torch.Tensor) -> torch.Tensor:
        which = f"{self.wrt}[{index}]" if self.wrt else f"argument {index + 1}"
        if gradient is None:
            raise CheckFailed(f"no gradient reaches {which}")
        values = tensor(f"the gradient of {which}", gradient).double()
        if values.shape != place.shape:
            raise CheckFailed(f"the gradient of {which} has shape {tuple(values.shape)}")
        if not torch.isfinite(values).all():
            raise CheckFailed(f"the gradient of {which} is not finite (nan or infinite)")
        return values


def _compare(
    moving: _Moving, places: Tensors, kind: torch.dtype, directions: int, rtol: float | None
) -> None:
    gradients = moving.gradients(places)
    rng = current().stream.generator("directions")
    size = max([1.0, *(float(place.abs().max()) for place in places if place.numel())])
    slopes, noise = [], 0.0
    for _ in range(directions):
        direction = [torch.randn(p.shape, generator=rng, dtype=torch.float64) for p in places]
        along = sum(float((g * v).sum()) for g, v in zip(gradients, direction, strict=True))
        slope, blur = _difference(moving, places, direction, _STEP[kind] * size)
        slopes.append((along, slope))
        noise = max(noise, blur)
    _judge(slopes, _RTOL[kind] if rtol is None else rtol, noise)


def _difference(
    moving: _Moving, places: Tensors, direction: Tensors, step: float
) -> tuple[float, float]:
    """The slope along a direction, and how much of it rounding alone may have made."""

    def moved(by: float) -> Tensors:
        pairs = zip(places, direction, strict=True)
        return [(place + by * v).to(place.dtype) for place, v in pairs]

    (ahead, size), (behind, _) = moving.value(moved(step)), moving.value(moved(-step))
    rounding = torch.finfo(places[0].dtype).eps * max(1.0, size)
    return (ahead - behind) / (2 * step), 4 * rounding / step


def _judge(slopes: list[tuple[float, float]], rtol: float, noise: float) -> None:
    largest = max(max(abs(found), abs(right)) for found, right in slopes)
    if noise > 10 * rtol * largest > 0:
        raise CheckFailed("the values are so large beside their slopes that nothing can be told")
    room = rtol * largest + noise
    if all(abs(found - right) <= room for found, right in slopes):
        return
    ratio = sum(f * r for f, r in slopes) / max(sum(r * r for _, r in slopes), 1e-300)
    if ratio and all(abs(found - ratio * right) <= room for found, right in slopes):
        for named, times in _NAMED.items():
            if abs(ratio - named) < 1e-2:
                told = f"{times} the right gradient, everywhere (ratio {named:.3f})"
                raise CheckFailed(told)
        raise CheckFailed("a number times the right gradient, everywhere")
    raise CheckFailed("the gradient does not agree with differences of the function itself")
