"""The words with which a check compares what a student's work answers with what is right.

All raise CheckFailed with a sentence for the student that never holds a right value.
"""

from collections.abc import Mapping, Sequence
from functools import partial, reduce
from typing import Any, TypeAlias

import torch

from autograder.checks.coercing import tensor
from autograder.checks.diagnosing import told
from autograder.checks.similarity import FEWEST, fitted
from autograder.checks.tolerances import tolerances
from autograder.judging.current_check import CheckFailed, NotReached, current

Number: TypeAlias = float | torch.Tensor


def close(
    name: str,
    actual: Any,
    expected: Any,
    *,
    rtol: float | None = None,
    atol: float | None = None,
    others: Mapping[str, Any] | None = None,
) -> None:
    """Require the shape of ``expected``, at least one element, finite values, and these values.

    Both are tensors or what can stand for one: numbers, lists of numbers.  Nothing is broadcast,
    dtypes may differ.  Right is |actual - expected| <= atol + rtol * |expected|, as in
    torch.testing.assert_close; tolerances not given come from `autograder.checks.tolerances`.
    ``others`` holds what is right for other names: an answer that is one of these is said to be.
    """
    right = torch.as_tensor(expected).detach().cpu()
    found = tensor(name, actual)
    inputs = current().inputs  # before another question is asked
    kinds, device = (found.dtype, right.dtype), current().device
    rtol, atol = tolerances(*kinds, device=device, rtol=rtol, atol=atol)

    matches = partial(_matches, rtol=rtol, atol=atol)
    if found.shape != right.shape:
        same = _unchanged(found)
        why = f"it is {same}" if same else told(found, right, hidden=current().hidden)
        raise CheckFailed(_shapes(name, found, right) + (f"; {why}" if why else ""))
    if not right.numel():
        raise ValueError(f"{name} is compared with no values at all")
    finite = torch.isfinite(found)
    rest = ", and right elsewhere" if finite.any() and matches(found[finite], right[finite]) else ""
    _require_finite(name, found, torch.isfinite(right) | (found != right), rest)
    if atol > 0:
        _measure(name, found, right, rtol, atol)
    if not matches(found, right):
        for other, value in (others or {}).items():
            if found.numel() >= FEWEST and matches(found, torch.as_tensor(value)):
                raise CheckFailed(f"{name} is what {other} should be")
        why = _unchanged(found) or told(found, right, hidden=current().hidden, inputs=inputs)
        raise CheckFailed(f"{name} is {why or _places(found, right, rtol, atol)}")


def one_of(
    name: str,
    actual: Any,
    expected: Sequence[Any],
    *,
    rtol: float | None = None,
    atol: float | None = None,
) -> None:
    """Require one of several right answers, each as `close` does.

    Where it is none of them, the finding is about the one that lies nearest, of those with its
    shape the one with the smallest sum of squared differences.
    """
    found = tensor(name, actual)
    rights = [torch.as_tensor(right).detach().cpu() for right in expected]
    if not rights:
        raise ValueError(f"{name} is compared with no answer at all")
    alike = [right for right in rights if right.shape == found.shape] or rights[:1]
    close(name, found, min(alike, key=partial(_apart, found)), rtol=rtol, atol=atol)


def _apart(found: torch.Tensor, right: torch.Tensor) -> float:
    if found.shape != right.shape:
        return 0.0
    wide, exact = _widened(found, right)
    return float((wide - exact).abs().square().nan_to_num(torch.inf, torch.inf).sum())


def _widened(*values: torch.Tensor) -> list[torch.Tensor]:
    """Tensors as one dtype, in which differences of them are exact enough."""
    kind = reduce(torch.promote_types, (one.dtype for one in values), torch.float64)
    return [one.to(kind) for one in values]


def _measure(name: str, found: torch.Tensor, right: torch.Tensor, rtol: float, atol: float) -> None:
    """Record how many tolerances the answer lies apart, at most."""
    wide, exact = _widened(found, right)
    apart = (wide - exact).abs() / (atol + rtol * exact.abs())
    # Where both are infinite, and equal, it is nan.
    current().measure(f"{name}, in tolerances", float(apart.nan_to_num(0, posinf=0).max()))


def _matches(one: torch.Tensor, other: torch.Tensor, *, rtol: float, atol: float) -> bool:
    try:
        torch.testing.assert_close(
            one, other, rtol=rtol, atol=atol, equal_nan=True, check_dtype=False
        )
    except AssertionError:
        return False
    return True


def below(name: str, actual: Any, *, full: Number, none: Number) -> None:
    """Give a share of the points: all at ``full`` or below, nothing at ``none`` or above.

    In between the share is interpolated; of several in one check the smallest counts.
    ``actual`` is one number.  Raises ValueError unless full < none.
    """
    if not float(full) < float(none):
        raise ValueError(f"below: full ({full}) is not less than none ({none})")
    _share(name, actual, float(full), float(none))


def above(name: str, actual: Any, *, full: Number, none: Number) -> None:
    """Give a share of the points: all at ``full`` or above, nothing at ``none`` or below.

    In between the share is interpolated; of several in one check the smallest counts.
    ``actual`` is one number.  Raises ValueError unless full > none.
    """
    if not float(full) > float(none):
        raise ValueError(f"above: full ({full}) is not greater than none ({none})")
    _share(name, actual, float(full), float(none))


def nonlinear_in(name: str, x: Any, prediction: Any, *, threshold: float = 1e-6) -> None:
    """Require that no affine function of x explains the prediction.

    x has shape (N,) or (N, F), the prediction (N,) or (N, 1), N > F + 1.  The residual of least
    squares on [1, x], as a share of the variance of the prediction, must exceed the threshold:
    straight lines give 1e-14, the weakest honest answers seen 2e-4.  Finiteness is required first,
    and a variance that float arithmetic alone cannot have made.
    """
    inputs = torch.as_tensor(x).detach().cpu().double()
    inputs = inputs.reshape(len(inputs), -1)
    found = tensor(name, prediction)
    if found.shape not in {(len(inputs),), (len(inputs), 1)}:
        raise CheckFailed(_shapes(name, found, inputs[:, 0]))
    _require_finite(name, found, torch.ones_like(found, dtype=torch.bool))
    if found.is_complex():
        raise CheckFailed(f"{name} holds complex numbers")
    values = found.double().flatten()
    if not values.var(correction=0).isfinite():
        raise CheckFailed(f"{name} is too large to be judged")
    precision = found.dtype if found.is_floating_point() else torch.float64
    noise = values.abs().max() * torch.finfo(precision).eps
    if values.var(correction=0) * threshold <= noise**2:
        raise CheckFailed(f"{name} is the same, or nearly, for every input")
    if not residual_share(inputs, values) > threshold:
        what = "a straight line" if inputs.shape[1] == 1 else "a plane"
        raise CheckFailed(f"{name} is {what} in its input")


def residual_share(inputs: torch.Tensor, values: torch.Tensor) -> float:
    """The share of the variance of values (N,) that no affine function of inputs (N, F) explains.

    Ordinary least squares on standardised columns, which spans the same functions.
    """
    spread = inputs.std(dim=0, correction=0)
    columns = (inputs - inputs.mean(dim=0)) / torch.where(spread > 0, spread, 1.0)
    centred = values - values.mean()
    rest = centred - columns @ fitted(columns, centred)
    return float((rest**2).sum() / (centred**2).sum())


def _share(name: str, actual: Any, full: float, none: float) -> None:
    found = tensor(name, actual)
    if found.numel() != 1 or found.is_complex():
        raise CheckFailed(f"{name} has shape {tuple(found.shape)}, one number was expected")
    _require_finite(name, found, torch.ones_like(found, dtype=torch.bool))
    value = float(found)
    share = round(min(1.0, max(0.0, (none - value) / (none - full))), 4)
    running = current()
    running.measure(name, value, full=full, none=none)
    # What a hidden check measured would tell of data that stay with the judge.
    measured = "" if running.hidden else f" {value:.4g},"
    if share == 0:
        wanted = "low" if full < none else "high"
        raise CheckFailed(f"{name} is{measured} not {wanted} enough yet")
    running.shares.append(share)
    if share < 1:
        running.sentences.append(f"{name} is{measured} good enough for a part of the points")


def _unchanged(found: torch.Tensor) -> str:
    """Whether an answer that ran again with other inputs is what it was before."""
    before = current().before
    try:
        values = before() if before else ()
    except (CheckFailed, NotReached):
        return ""
    same = any(isinstance(v, torch.Tensor) and torch.equal(v, found) for v in values)
    return "unchanged although the inputs changed: compute it from them" if same else ""


def _require_finite(name: str, values: torch.Tensor, where: torch.Tensor, rest: str = "") -> None:
    wrong = int((~torch.isfinite(values) & where).sum())
    if wrong:
        place = "is" if values.numel() == 1 else f"in {wrong} of {values.numel()} places is"
        raise CheckFailed(f"{name} {place} not finite (nan or infinite){rest}")


def _shapes(name: str, found: torch.Tensor, right: torch.Tensor) -> str:
    if not found.numel():
        return f"{name} is empty, shape {tuple(right.shape)} was expected"
    return f"{name} has shape {tuple(found.shape)}, {tuple(right.shape)} was expected"


def _places(found: torch.Tensor, right: torch.Tensor, rtol: float, atol: float) -> str:
    if found.numel() == 1:
        return "not the right value"
    if current().hidden:
        return "not right everywhere"
    kind = torch.promote_types(found.dtype, right.dtype)
    wrong = int((~torch.isclose(found.to(kind), right.to(kind), rtol=rtol, atol=atol)).sum())
    return f"not right in {wrong} of {found.numel()} places"
