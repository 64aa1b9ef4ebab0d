"""Gradients against differences of the student's own function."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import torch

from autograder.checks.coercing import tensor
from autograder.checks.diagnosing import told
from autograder.judging.current_check import CheckFailed, NotReached, StudentRaised, current
from autograder.judging.students import Student

Tensors = list[torch.Tensor]

_NAMED = {
    number: f"{word} the right gradient, everywhere (ratio {number:.3f})"
    for number, word in {2.0: "twice", 0.5: "half", -1.0: "minus"}.items()
}
# The step that balances truncation (h^2) and rounding (eps / h), as a share of the values' size,
# and what that leaves of the digits: the cube root of eps and about its square, with room.
_STEP = {torch.float64: 6e-6, torch.float32: 5e-3}
_NEARER = 1024  # times, where digits allow it
_RTOL = {torch.float64: 1e-5, torch.float32: 5e-2}
_REFERENCE = {torch.float64: 1e-4, torch.float32: 1e-3}  # formulas, not differences
_ELEMENTS = 64  # that are moved one by one, to say what is wrong
_DISAGREES = "the gradient does not agree with differences of the function itself"


def gradients_close(
    student: Student,
    function: str,
    *tensors: torch.Tensor,
    wrt: str | None = None,
    backward: str | None = None,
    left: Mapping[str, str] | None = None,
    cotangent: torch.Tensor | None = None,
    at: Sequence[torch.Tensor] | None = None,
    reference: Callable[..., torch.Tensor] | None = None,
    directions: int = 2,
    rtol: float | None = None,
) -> None:
    """Require that the gradients of a student's function agree with its central differences.

    Judged is sum(cotangent * function(*tensors)), the plain sum without a cotangent, with respect
    to the floating-point tensors or, with ``wrt``, to the tensors of the list or Module of that
    name, at their present values or, for a Module necessarily, ``at`` the given ones.

    The gradients are autograd's, so that a torch.autograd.Function is asked as "Name.apply"; or
    those that the hand-written ``backward(*tensors, cotangent)`` returns, one for each
    floating-point tensor, without the last argument if there is no cotangent.  ``left`` says where
    else gradients are left, {"layer.weight": "layer.weight_grad"}, after ``backward`` or, without
    one, by the notebook.  A ``reference`` takes the tensors and those in ``left``, and must have
    the same gradients.

    Along each of a few random directions v, <gradient, v> must agree with
    (f(p + h v) - f(p - h v)) / 2h up to rtol of the largest one (Nocedal and Wright, Numerical
    Optimization, section 8.1); kinks of the function must not lie at the tensors themselves.  All
    is done in float64 where the student's function takes it, else in float32 with a coarser step.
    What is wrong is then looked for in single tensors and elements.
    """
    moving = _Moving(student, function, list(tensors), wrt, backward, left or {}, cotangent, rtol)
    places = moving.start(at)
    if not places:
        raise ValueError("gradients_close needs a floating-point tensor to differentiate by")
    try:
        _compare(moving, [place.double() for place in places], directions, reference)
    except StudentRaised:
        _compare(moving, [place.float() for place in places], directions, reference)


@dataclass(frozen=True, slots=True)
class _Moving:
    """A student's function of the tensors that are moved."""

    student: Student
    function: str
    inputs: Tensors
    wrt: str | None
    backward: str | None
    left: Mapping[str, str]
    cotangent: torch.Tensor | None
    rtol: float | None

    def tolerance(self, places: Tensors) -> float:
        """How much of the largest slope the two may differ by."""
        return _RTOL[places[0].dtype] if self.rtol is None else self.rtol

    @property
    def moves_inputs(self) -> bool:
        """Whether gradients with respect to the arguments are asked for."""
        return self.wrt is None and bool(self.backward or not self.left)

    def start(self, at: Sequence[torch.Tensor] | None) -> Tensors:
        """The tensors that are moved: arguments, then those that are held under a name."""
        inputs = [v for v in self.inputs if v.is_floating_point()] if self.moves_inputs else []
        if self.wrt is None:
            held = [self.student[name] for name in self.left] if at is None else at
            return inputs + [tensor(name, v) for name, v in zip(self.left, held, strict=True)]
        values = self.student[self.wrt] if at is None else at
        values = [values] if isinstance(values, torch.Tensor) else values
        if not isinstance(values, (list, tuple)) or not values:
            raise CheckFailed(f"{self.wrt} is not a list of tensors")
        return [tensor(self.wrt, value) for value in values]

    def names(self, count: int) -> list[str]:
        """What the tensors that are moved are called."""
        if self.wrt is not None:
            return [f"{self.wrt}[{index}]" for index in range(count)]
        numbers = [i + 1 for i, v in enumerate(self.inputs) if v.is_floating_point()]
        inputs = [f"argument {number}" for number in numbers] if self.moves_inputs else []
        return inputs + list(self.left)

    def question(self, places: Tensors) -> tuple[Tensors, dict[str, Any]]:
        """The arguments and the lent values with the tensors at these places."""
        kind, moved = places[0].dtype, iter(places)
        inputs = [v.to(kind) if v.is_floating_point() else v for v in self.inputs]
        if self.moves_inputs:
            inputs = [next(moved) if v.is_floating_point() else v for v in inputs]
        if self.wrt is not None:
            return inputs, {self.wrt: places}
        return inputs, {name: [value] for name, value in zip(self.left, moved, strict=True)}

    def ask_ahead(self, sides: Sequence[Tensors], place: Tensors | None = None) -> None:
        """Ask in one go for the values at several places, and first about `place` itself."""

        def asking(
            ask: Callable[[_Moving, Tensors], object], places: Tensors
        ) -> Callable[[Student], object]:
            return lambda student: ask(replace(self, student=student), places)

        # A backward by hand goes by what the last forward kept, and what is left by what the
        # notebook left: these are asked alone.
        by_autograd = not (self.backward or self.left)
        about = [_Moving.leave_unharmed, *([_Moving.gradients] if by_autograd else [])]
        first = [] if place is None else [asking(ask, place) for ask in about]
        self.student.ask_ahead(*first, *(asking(_Moving.value, places) for places in sides))

    def value(self, places: Tensors) -> tuple[float, float]:
        """The judged sum with the tensors at these places, and the sum of its terms' sizes."""
        inputs, assign = self.question(places)
        name = f"{self.function}(...)"
        answer = self.student.call(self.function, *inputs, assign=assign or None)
        output = tensor(name, answer)
        if output.dtype is torch.float32 and places[0].dtype is torch.float64:
            raise StudentRaised(f"{name} computes in 32 bits")
        output = output.double()
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
        inputs, assign = self.question(places)
        if self.backward is not None:
            found = self._by_hand(inputs, assign)
        elif self.left:
            found = [self.student[name] for name in self.left.values()]
        else:
            found = self._by_autograd(inputs, assign or None)
        if len(found) != len(places):
            raise CheckFailed(f"{len(found)} gradients, {len(places)} were expected")
        names = self.names(len(places))
        return [_whole(*each) for each in zip(names, found, places, strict=True)]

    def _by_autograd(self, inputs: Tensors, assign: Any) -> list[Any]:
        options: dict[str, Any] = {"wrt": self.wrt, "cotangent": self.cotangent, "assign": assign}
        try:
            return self.student.grad(self.function, *inputs, **options)
        except StudentRaised as problem:
            # The same call without gradients went well.
            words = "with gradients on: is something changed in place, or handed to NumPy?"
            raise StudentRaised(f"{problem.sentence}, {words}") from None

    def before(self, name: str) -> torch.Tensor | None:
        """What stands where a gradient is left, before any question."""
        try:
            found = self.student[self.left[name]] if self.backward else None
        except (KeyError, CheckFailed, NotReached):
            return None
        return found if isinstance(found, torch.Tensor) else None

    def _by_hand(self, inputs: Tensors, assign: dict[str, Any]) -> list[Any]:
        if self.cotangent is not None:
            inputs = [*inputs, self.cotangent.to(inputs[0].dtype)]
        function, assigned = str(self.backward), assign or None
        returned, *left = self.unharmed(function, inputs, assigned, list(self.left.values()))
        if returned is None:
            raise CheckFailed(f"{function}(...) returns nothing: a gradient was expected")
        returned = returned if isinstance(returned, list) else [returned]
        return [*returned, *left]

    def leave_unharmed(self, places: Tensors) -> None:
        """Require that the function does not change what it is given."""
        inputs, assign = self.question(places)
        self.unharmed(self.function, inputs, assign or None)

    def unharmed(
        self, function: str, inputs: Tensors, assign: Any, then: Sequence[str] = ()
    ) -> list[Any]:
        """What a call returned and left behind, after its arguments, which must be as before."""
        places = [str(place) for place in range(len(inputs))]
        answer = self.student.call(function, *inputs, assign=assign, then=[*places, *then])
        for place, value in enumerate(inputs, 1):
            after = answer[place]
            if not isinstance(after, torch.Tensor) or not torch.equal(after, value.cpu()):
                raise CheckFailed(f"{function}(...) changes its argument {place} in place")
        return [answer[0], *answer[1 + len(inputs) :]]


def _whole(which: str, gradient: Any, place: torch.Tensor) -> torch.Tensor:
    if gradient is None:
        raise CheckFailed(f"no gradient reaches {which}")
    values = tensor(f"the gradient of {which}", gradient).double()
    if values.shape != place.shape:
        words = f"the gradient of {which} has shape {tuple(values.shape)}"
        raise CheckFailed(f"{words}, {tuple(place.shape)} was expected")
    if not torch.isfinite(values).all():
        raise CheckFailed(f"the gradient of {which} is not finite (nan or infinite)")
    return values


def _compare(
    moving: _Moving, places: Tensors, directions: int, reference: Callable[..., torch.Tensor] | None
) -> None:
    rng = current().stream.generator("directions")
    size = max([1.0, *(float(place.abs().max()) for place in places if place.numel())])
    step = _STEP[places[0].dtype] * size
    ways = [
        [torch.randn(p.shape, generator=rng, dtype=torch.float64) for p in places]
        for _ in range(directions)
    ]
    moving.ask_ahead([side for way in ways for side in _sides(places, way, step)], places)
    moving.leave_unharmed(places)
    gradients = moving.gradients(places)
    wrong, apart = _disagreement(moving, gradients, places, ways, step)
    if wrong and places[0].dtype is torch.float64:
        # A kink between two sides spoils their difference; nearer there is hardly ever one left.
        near = step / _NEARER
        moving.ask_ahead([side for way in ways for side in _sides(places, way, near)])
        still, nearer = _disagreement(moving, gradients, places, ways, near)
        wrong, apart = (wrong, apart) if still else ("", nearer)
    current().measure("slopes, in tolerances", apart)
    if wrong in _NAMED.values():
        raise CheckFailed(wrong)
    if reference is not None:
        _refer(moving, places, gradients, reference)
    if wrong:
        _explain(moving, places, gradients, step)
        raise CheckFailed(wrong)


def _disagreement(
    moving: _Moving, gradients: Tensors, places: Tensors, ways: list[Tensors], step: float
) -> tuple[str, float]:
    """What is wrong with gradients by differences along some directions, and by how much."""
    differences = [_difference(moving, places, way, step) for way in ways]
    along = [_along(gradients, way) for way in ways]
    slopes = [(found, slope) for found, (slope, _) in zip(along, differences, strict=True)]
    if not any(right for _, right in slopes):
        names = " or ".join(moving.names(len(places)))
        raise CheckFailed(f"{moving.function}(...) does not depend on {names}")
    return _judge(slopes, moving.tolerance(places), max(blur for _, blur in differences))


def _sides(places: Tensors, direction: Tensors, step: float) -> list[Tensors]:
    """The places a step ahead, and a step behind."""
    pairs = list(zip(places, direction, strict=True))
    return [[(place + by * v).to(place.dtype) for place, v in pairs] for by in (step, -step)]


def _difference(
    moving: _Moving, places: Tensors, direction: Tensors, step: float
) -> tuple[float, float]:
    """The slope along a direction, and how much of it rounding alone may have made."""
    (ahead, size), (behind, _) = map(moving.value, _sides(places, direction, step))
    rounding = torch.finfo(places[0].dtype).eps * max(1.0, size)
    return (ahead - behind) / (2 * step), 4 * rounding / step


def _along(gradients: Tensors, direction: Tensors) -> float:
    return sum(float((g * v).sum()) for g, v in zip(gradients, direction, strict=True))


def _judge(slopes: list[tuple[float, float]], rtol: float, noise: float) -> tuple[str, float]:
    """What is wrong, in general words or an empty string, and how many tolerances it is off."""
    largest = max(max(abs(found), abs(right)) for found, right in slopes)
    if noise > 10 * rtol * largest > 0:
        raise CheckFailed(
            "the values are too large, compared with their slopes, to check the gradient"
        )
    room = rtol * largest + noise
    worst = max(abs(found - right) for found, right in slopes)
    apart = worst / room if room else 0.0
    if worst <= room:
        return "", apart
    ratio = sum(f * r for f, r in slopes) / max(sum(r * r for _, r in slopes), 1e-300)
    if ratio and all(abs(found - ratio * right) <= room for found, right in slopes):
        multiple = "a number times the right gradient, everywhere"
        known = (words for named, words in _NAMED.items() if abs(ratio - named) < 1e-2)
        return next(known, multiple), apart
    return _DISAGREES, apart


def _refer(
    moving: _Moving, places: Tensors, gradients: Tensors, reference: Callable[..., torch.Tensor]
) -> None:
    """Require the gradients of a reference; what differs is named."""
    share = _REFERENCE[places[0].dtype] if moving.rtol is None else moving.rtol
    places = [place.double().requires_grad_() for place in places]
    inputs, held = moving.question(places)
    output = reference(*inputs, *(value for (value,) in held.values()))
    weights = torch.ones_like(output) if moving.cotangent is None else moving.cotangent.double()
    rights = list(torch.autograd.grad(output, places, weights))
    for index, (found, right) in enumerate(zip(gradients, rights, strict=True)):
        room = share * float(right.abs().max()) + 1e-9
        if not torch.allclose(found, right, rtol=0, atol=room):
            raise CheckFailed(_words(moving, index, found, rights))


def _explain(moving: _Moving, places: Tensors, gradients: Tensors, step: float) -> None:
    """Say what is wrong with the first tensor of which that can be found element by element."""
    if sum(place.numel() for place in places) > _ELEMENTS or places[0].dtype is torch.float32:
        return
    ways = [
        [_unit(places, index, element) for element in range(place.numel())]
        for index, place in enumerate(places)
    ]
    moving.ask_ahead([s for some in ways for way in some for s in _sides(places, way, step)])
    rights = []
    for place, some in zip(places, ways, strict=True):
        slopes = [_difference(moving, places, way, step)[0] for way in some]
        rights.append(torch.tensor(slopes, dtype=torch.float64).reshape(place.shape))
    largest = max(float(right.abs().max()) for right in rights)
    for index, (found, right) in enumerate(zip(gradients, rights, strict=True)):
        if (found - right).abs().max() > 1e-5 * largest:
            raise CheckFailed(_words(moving, index, found, rights))


def _unit(places: Tensors, index: int, element: int) -> Tensors:
    """The direction in which one element of one tensor moves."""
    direction = [torch.zeros(place.shape, dtype=torch.float64) for place in places]
    direction[index].view(-1)[element] = 1
    return direction


def _words(moving: _Moving, index: int, found: torch.Tensor, rights: Tensors) -> str:
    """What a wrong gradient looks like, and where it is wrong first."""
    names, right = moving.names(len(rights)), rights[index]
    which = f"the gradient of {names[index]}"

    def is_right(values: torch.Tensor, wanted: torch.Tensor) -> bool:
        same = values.shape == wanted.shape
        return same and torch.allclose(values, wanted, rtol=1e-3, atol=1e-6)

    before = moving.before(names[index])
    if before is not None and before.shape == right.shape and is_right(found - before, right):
        return f"{which} is added to the gradient of the call before: start from zero each time"
    if not right.abs().max() > 1e-6 * max(1.0, *(float(one.abs().max()) for one in rights)):
        return f"{which} is not zero, but {moving.function}(...) makes no use of {names[index]}"
    for other, value in zip(names, rights, strict=True):
        if is_right(found, value) and not is_right(right, value):
            return f"{which} is the gradient of {other}"
    hidden = current().hidden
    if why := told(found, right, hidden=hidden) or ("not right everywhere" if hidden else ""):
        return f"{which} is {why}"
    worst = int((found - right).abs().argmax())
    place = [int(axis) for axis in torch.unravel_index(torch.tensor(worst), right.shape)]
    one, other_one = float(found.flatten()[worst]), float(right.flatten()[worst])
    where = f"{which} is {'not right everywhere, at ' + str(place) + ' it is ' if place else ''}"
    return f"{where}{one / other_one:.3f} times what is right" if other_one else f"{where}not zero"
