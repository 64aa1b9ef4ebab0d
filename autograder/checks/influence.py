"""Which places of an input have an influence on which places of an output.

All is judged by behaviour: places of the input get other values, and the outputs are compared.
"""

from collections.abc import Callable, Sequence
from typing import Any

import torch
from torch import Tensor

from autograder.checks.coercing import require_shape, tensor
from autograder.checks.diagnosing import told
from autograder.checks.tolerances import tolerances
from autograder.judging.current_check import CheckFailed, current
from autograder.judging.theirs import Theirs, lent_beside

Function = Callable[[Any], Any]
Move = Callable[[Tensor], Tensor]

_LARGE = 100  # times the spread of the input
_MOST = 64  # places that are changed one by one
_ROUNDING = 16  # last digits in which outputs may differ though nothing that counts has changed


def ignores(
    name: str, f: Function, x: Any, where: Any, *, at: Any = None, also: Sequence[float] = ()
) -> None:
    """Require that the marked places of x have no influence on f(x).

    ``where`` is boolean and has the first sizes of x: (B, T) for x of shape (B, T, D).  ``at``
    marks places of f(x) in the same way, if only these must not change.  f is an object of the
    student's, or a function of the check that asks the student.  The marked places get other
    values, then values that lie 100 times as far apart (whole numbers and booleans: others that
    occur in x), then each number in ``also``.  Have nan or inf there only if an answer must select
    before it computes: 0 * nan is nan, also for a weight that is 0.  Outputs may differ by the
    usual tolerances.  If f gives an object of a replica, no gradient may lead to the places either.

    A constant ignores everything: also require, with the same f, `depends_on` for other places.
    """
    trial = _Trial(name, f, x, at)
    marked = _marks(where, trial.x)
    if not marked.any():
        raise ValueError(f"{name}: no place is marked")
    for times in (1, _LARGE):
        if trial.leaks(trial.after(marked, times)).any():
            raise CheckFailed(f"{name}: {_leaking(trial, marked)}")
    for value in also:
        if trial.leaks(trial.answer(trial.x.masked_fill(_wide(marked, trial.x), value))).any():
            raise CheckFailed(f"{name} changes if {value} stands where it must not look")
    trial.require_no_gradient(marked, trial.seen)


def depends_on(name: str, f: Function, x: Any, where: Any = None, *, at: Any = None) -> None:
    """Require that every marked place of x has an influence on f(x), each by itself.

    f, ``where`` and ``at`` are as for `ignores`; without ``where`` all places count, without their
    last size; at most 64 are tried.  A change counts if it is larger than rounding, so
    a very small influence is enough.
    """
    trial = _Trial(name, f, x, at)
    marked = _marks(where, trial.x)
    units = marked.nonzero().tolist()[:_MOST]
    blind = [one for one in units if not trial.moved(trial.after(_alone(marked, one))).any()]
    if not blind:
        return
    if not trial.moved(trial.after(torch.ones_like(marked))).any():
        raise CheckFailed(f"{name} does not change, whatever its input is")
    if len(blind) == len(units) and not marked.all():
        words = "ignores what must count, and changes with the rest: is a mask the wrong way round?"
        raise CheckFailed(f"{name} {words}")
    which = "some places" if current().hidden else f"position {_shown(blind[0])}"
    raise CheckFailed(f"{name} does not change with {which} of its input")


def causal(name: str, f: Function, x: Any, *, dim: int, back: int | None = None) -> None:
    """Require that each position of f(x), along dim, depends on no later position of x.

    It must depend on its own position, and on the ``back`` positions before it or, if that is not
    given, on all of them.  x and f(x) have the same number of positions, three or more.  f, the
    changes and what counts as one are as for `ignores` and `depends_on`; each position is changed
    alone.  A long recurrence, which nearly forgets, needs a small ``back``.
    """
    trial = _Trial(name, f, x)
    length, dim = trial.x.shape[dim], dim % trial.x.dim()
    if length < 3:
        raise ValueError(f"{name}: three positions or more are needed along dim {dim}")
    if trial.before.shape[dim : dim + 1] != (length,):
        shape = tuple(trial.before.shape)
        raise CheckFailed(f"{name} has shape {shape}, size {length} was expected along dim {dim}")
    after = [trial.after(_slice(trial.x, dim, place, place + 1)) for place in range(length)]
    leaks, moved = (
        torch.stack([_along(differ(one), dim) for one in after], dim=1)
        for differ in (trial.leaks, trial.moved)
    )
    if words := _not_causal(leaks, moved, length if back is None else back):
        if leaks.triu(2).any() and _same_way(trial.before, after, dim):
            words = "looks ahead, but only by a factor: is a softmax or a norm over the wrong axis?"
        raise CheckFailed(f"{name} {words}")
    late, early = (_slice(trial.x, dim, length // 2), ~_slice(trial.before, dim, length // 2))
    if (trial.leaks(trial.after(late, _LARGE)) & early).any():
        raise CheckFailed(f"{name} looks ahead where later values are large: is the mask too weak?")
    trial.require_no_gradient(late, early)


def equivariant(name: str, f: Function, x: Any, move: Move, moved: Move | None = None) -> None:
    """Require that f(move(x)) is moved(f(x)): what moves in the input moves in the output.

    ``move`` is a change of the input, such as ``lambda t: t[:, order]`` or
    ``lambda t: t.roll(1, -1)``; ``moved`` that of the output, the same if it is not given.  With
    ``moved=lambda t: t`` f is invariant.  Values may differ by the usual tolerances.  An output
    that is the same everywhere fails, but a constant is invariant: also require `depends_on`.
    """
    trial = _Trial(name, f, x)
    other, expected = move(trial.x), (moved or move)(trial.before)
    if torch.equal(other, trial.x):
        raise ValueError(f"{name}: the input stays as it is when it is moved")
    stays = torch.equal(expected, trial.before)
    if moved is None and stays:
        raise CheckFailed(f"{name} is the same everywhere, so that nothing moves in it")
    found = trial.answer(other, expected.shape)
    if not trial.differ(found, expected).any():
        return
    if not stays and found.shape == trial.before.shape and not trial.leaks(found).any():
        raise CheckFailed(f"{name} stays as it is when its input is moved")
    why = told(found, expected, hidden=current().hidden)
    words = "changes when" if stays else "does not move as"
    raise CheckFailed(f"{name} {words} its input is moved" + (f": it is {why}" if why else ""))


class _Trial:
    """A function, an input, what the function gave for it, and where that is looked at."""

    def __init__(self, name: str, f: Function, x: Any, at: Any = None) -> None:
        self.name, self.f, self.x = name, f, torch.as_tensor(x).detach().cpu()
        self.raw = f(self.x.clone())
        found = tensor(name, self.raw)
        if not found.isfinite().all():
            some = ", but not everywhere: does a position see nothing at all?"
            words = f"{name} is not finite (nan or infinite)"
            raise CheckFailed(words + some * bool(found.isfinite().any()))
        self.before = found.double()
        self.rtol, self.atol = tolerances(found.dtype, device=current().device)
        eps = torch.finfo(found.dtype).eps if found.is_floating_point() else 0.0
        self.rounding = _ROUNDING * eps * self.before.abs().max()
        self.marks = _marks(at, found)
        self.seen = _wide(self.marks, found)
        self.rng = current().stream.generator("influence")
        if self.moved(self.answer(self.x)).any():
            words = "gives two answers to the same input: is dropout on, or is a state kept?"
            raise CheckFailed(f"{name} {words}")

    def answer(self, x: Tensor, shape: torch.Size | None = None) -> Tensor:
        """What the function gives for another input, in the shape that it must have."""
        found = tensor(self.name, self.f(x.clone())).double()
        right = self.before.shape if shape is None else shape
        require_shape(self.name, found, right, " for another input of the same kind")
        return found

    def after(self, marked: Tensor, times: float = 1) -> Tensor:
        """What the function gives when the marked places of the input hold other values."""
        x = self.x
        if x.is_floating_point():
            spread = float(x.double().std(correction=0)) or 1.0
            other = x + times * spread * torch.randn(x.shape, generator=self.rng).to(x.dtype)
        else:
            low, count = int(x.min()), int(x.max()) - int(x.min())
            if not count:
                raise ValueError(f"{self.name}: the numbers of its input must differ")
            by = torch.randint(1, count + 1, x.shape, generator=self.rng)
            other = (low + (x.long() - low + by) % (count + 1)).to(x.dtype)
        return self.answer(torch.where(_wide(marked, x), other, x))

    def differ(self, found: Tensor, right: Tensor) -> Tensor:
        """Where two outputs lie further apart than right answers do."""
        return ~torch.isclose(found, right, rtol=self.rtol, atol=self.atol)

    def leaks(self, found: Tensor) -> Tensor:
        """Where an output differs from the first one."""
        return self.differ(found, self.before) & self.seen

    def moved(self, found: Tensor) -> Tensor:
        """Where an output differs from the first one by more than rounding."""
        return ~((found - self.before).abs() <= self.rounding) & self.seen

    def require_no_gradient(self, marked: Tensor, seen: Tensor) -> None:
        """Require that no gradient leads from what is seen of the output to marked places."""
        if not isinstance(self.raw, Theirs) or not self.x.is_floating_point():
            return
        lent = lent_beside(self.raw, self.x)
        try:
            answer = self.f(lent.clone())  # which may be changed in place
        except TypeError:  # a function of the check that takes nothing but tensors
            return
        weight = torch.randn(seen.shape, generator=self.rng) * seen
        (found,) = answer.gradients(lent, cotangent=weight)
        if isinstance(found, Tensor):
            there = found.masked_select(_wide(marked, self.x))
            if not (there.abs() <= self.atol + self.rtol * found.nan_to_num().abs().max()).all():
                what = "nan as gradient" if there.isnan().any() else "gradients"
                raise CheckFailed(f"{self.name} sends {what} to places that it must ignore")


def _leaking(trial: _Trial, marked: Tensor) -> str:
    """How an output changes with what it must ignore."""
    if not marked.all() and not trial.moved(trial.after(~marked)).any():
        return "it changes with that and nothing else: is a mask the wrong way round?"
    wrong, found = torch.zeros_like(marked), []
    for place in marked.nonzero().tolist()[:_MOST]:
        if (leaks := trial.leaks(trial.after(_alone(marked, place)))).any():
            wrong |= _alone(marked, place)
            found.append((leaks.nonzero()[0].tolist()[: trial.marks.dim()], place))
    free = torch.nn.functional.pad(~marked, (1, 1))
    beside = free[..., :-2] | free[..., 2:]
    if found and not (wrong & ~beside).any() and (marked & ~wrong).any():
        return "it changes with the first place that it must ignore, not with the next: off by one?"
    if current().hidden or not found:
        return "it changes with what it must ignore"
    which = f"its position {_shown(found[0][0])}" if found[0][0] else "it"
    return f"{which} changes with position {_shown(found[0][1])} of the input, which it must ignore"


def _not_causal(leaks: Tensor, moved: Tensor, back: int) -> str:
    """What is wrong with a table of which output (row) changes with which input (column)."""
    ahead, behind = leaks.triu(1), moved.tril(-1)
    missing = ~moved & torch.ones_like(moved).tril().triu(-back)
    row, column = next(iter((ahead if ahead.any() else missing).nonzero().tolist()), (0, 0))
    hidden = current().hidden
    if not moved.any():
        return "does not change, whatever its input is"
    if ahead.any() and not behind.any():
        return "sees what comes later and nothing earlier: is the mask the wrong way round?"
    if ahead.any() and not leaks.triu(2).any() and leaks.diagonal(1).all():
        return "sees one position ahead: is the mask off by one?"
    if ahead.any():
        where = f"its position {row} changes with position {column}"
        return f"looks ahead: {'it changes with later positions' if hidden else where} of the input"
    if missing.diagonal().all():
        return "does not see the position itself: is the mask off by one?"
    if missing.any() and not behind.any():
        return "sees no earlier position, only the position itself"
    where = "" if hidden else f": its position {row} does not change with {column}"
    return f"does not see all earlier positions{where}" if missing.any() else ""


def _same_way(before: Tensor, after: list[Tensor], dim: int) -> bool:
    """Whether all later positions move the first one along one and the same direction."""
    if dim == before.dim() - 1 or before.shape[-1] < 2:
        return False
    moves = torch.stack([(one - before).select(dim, 0) for one in after[1:]], dim=-2)
    sizes = torch.linalg.svdvals(moves.nan_to_num())
    return bool((sizes[..., 1] < 1e-3 * sizes[..., 0]).all())


def _marks(marks: Any, x: Tensor) -> Tensor:
    """Boolean marks for places of x; if there are none, for all of them."""
    if marks is None:
        return torch.ones(x.shape[: max(x.dim() - 1, 1)], dtype=torch.bool)
    found = torch.as_tensor(marks)
    if found.dtype is not torch.bool or not found.dim() or found.shape != x.shape[: found.dim()]:
        raise ValueError(f"marks are boolean, with the first sizes of {tuple(x.shape)}")
    return found


def _wide(marks: Tensor, x: Tensor) -> Tensor:
    return marks.reshape([*marks.shape, *[1] * (x.dim() - marks.dim())]).expand(x.shape)


def _alone(marks: Tensor, place: list[int]) -> Tensor:
    alone = torch.zeros_like(marks)
    alone[tuple(place)] = True
    return alone


def _slice(x: Tensor, dim: int, start: int, stop: int | None = None) -> Tensor:
    marks = torch.zeros(x.shape, dtype=torch.bool)
    marks.transpose(0, dim)[start:stop] = True
    return marks


def _along(marks: Tensor, dim: int) -> Tensor:
    """For each position along a dim, whether anything is marked there."""
    return marks.transpose(0, dim).reshape(marks.shape[dim], -1).any(1)


def _shown(place: Sequence[int]) -> str:
    return str(place[0]) if len(place) == 1 else str(tuple(place))
