"""What a Dataset or a DataLoader gives: its rows, each of them once, in batches, in an order."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from math import exp, lgamma
from typing import Any

import torch
from torch import Tensor

from autograder.checks.coercing import require_shape, tensor
from autograder.checks.diagnosing import told
from autograder.judging.current_check import CheckFailed, current
from autograder.judging.theirs import plain
from autograder.text import counted

_FEWEST = 8  # rows, of which there are 40,320 orders
_RARE = 2e-5


def batches(
    name: str,
    loader: Any,
    rows: Sequence[Any],
    *,
    size: int | None = None,
    shuffled: bool | None = False,
    drop_last: bool = False,
    padding: float | None = None,
) -> None:
    """Require that a loader gives these rows, each of them once.

    ``rows`` are columns, such as inputs of shape (N, ...) and labels of shape (N,); a batch holds
    one tensor for each column, of shape (size, ...).  Without a ``size`` the loader is a Dataset,
    with a length and with single rows, by number.  The last batch may be smaller or, with
    ``drop_last``, is missing.  Where it is ``shuffled``, the order is not that of the rows, nor
    that of the epoch before: a right loader fails in less than 1 of 10,000 checks.  None allows any
    order.  With a ``padding`` a column may be a list of tensors of other lengths; each batch is
    filled up with this number to its longest row.  Raises ValueError for columns that do not fit.
    """
    columns = [_column(column, padding) for column in rows]
    count = len(columns[0].rows) if columns else 0
    if any(len(one.rows) != count for one in columns) or count < (_FEWEST if shuffled else 1):
        raise ValueError(f"batches: {name} needs columns of one length, and rows enough to judge")
    epochs = []
    for _ in range(2 if shuffled else 1):
        epochs.append(_places(name, loader, columns, size))
        _require_each(name, epochs[-1], count, size, drop_last=drop_last)
    _require_order(name, epochs, shuffled=shuffled)


@dataclass(frozen=True, slots=True)
class _Column:
    """Rows of one shape, filled up where they were shorter."""

    rows: Tensor
    lengths: Tensor | None = None
    filling: float = 0.0

    def filled(self, name: str, found: Tensor) -> Tensor:
        """Rows (K, ...) as long as the longest of all.  Raises CheckFailed for another shape."""
        shape = [found.shape[0] if found.dim() else 1, *self.rows.shape[1:]]
        shorter = self.lengths is not None and found.dim() > 1 and found.shape[1] < shape[1]
        wanted = [shape[0], found.shape[1], *shape[2:]] if shorter else shape
        require_shape(name, found, wanted)
        if not shorter:
            return found.double()
        full = torch.full(shape, self.filling, dtype=torch.float64)
        full[:, : found.shape[1]] = found
        return full

    def alike(self, found: Tensor, *, inside: bool = False) -> Tensor:
        """Whether each found row is each of the rows, K x N; inside, up to the row's length."""
        one, other = (x.reshape(len(x), x.shape[1:].numel()) for x in (found, self.rows))
        near = 1e-6 + 1e-5 * float(other.abs().max())
        if not inside or self.lengths is None:
            return torch.cdist(one, other, p=torch.inf) <= near
        each = other.shape[1] // self.rows.shape[1]
        beyond = torch.arange(other.shape[1]) >= each * self.lengths[:, None]
        return (((one[:, None] - other).abs() <= near) | beyond).all(dim=2)


def _column(values: Any, padding: float | None) -> _Column:
    if isinstance(values, Tensor) or padding is None:
        return _Column(torch.as_tensor(values).double())
    lengths = torch.tensor([len(row) for row in values])
    filled = torch.nn.utils.rnn.pad_sequence([*values], batch_first=True, padding_value=padding)
    return _Column(filled.double(), lengths, padding)


def _given(
    name: str, loader: Any, columns: list[_Column], size: int | None
) -> Iterator[tuple[str, list[Tensor]]]:
    """Each batch, with what it is called; a row of a Dataset is a batch of one."""
    if size is not None:
        for number, batch in enumerate(loader, 1):
            called = f"batch {number} of {name}"
            if number > len(columns[0].rows):
                raise CheckFailed(f"{name} does not end after all of its rows")
            yield called, _parts(called, batch, len(columns))
        return
    if len(loader) != len(columns[0].rows):
        raise CheckFailed(f"len({name}) is {len(loader)}: it has {len(columns[0].rows)} rows")
    for place in range(len(loader)):
        called = f"{name}[{place}]"
        yield called, [one[None] for one in _parts(called, loader[place], len(columns))]


def _parts(name: str, given: Any, count: int) -> list[Tensor]:
    held = plain(given)
    held = [held] if isinstance(held, Tensor) and count == 1 else held
    if not isinstance(held, (list, tuple)) or len(held) != count:
        parts = f"{len(held)} parts" if isinstance(held, (list, tuple)) else "no parts"
        raise CheckFailed(f"{name} has {parts}, {count} were expected")
    return [tensor(f"part {number} of {name}", one) for number, one in enumerate(held, 1)]


def _places(name: str, loader: Any, columns: list[_Column], size: int | None) -> list[list[int]]:
    """The numbers of the rows in each batch of an epoch.

    Raises CheckFailed where a row is none of them, or its parts belong to different ones.
    """
    found, places, used = [list[Tensor]() for _ in columns], list[list[int]](), set[int]()
    strange = mixed = 0
    for called, parts in _given(name, loader, columns, size):
        whole = [
            one.filled(f"part {number} of {called}", each)
            for number, (one, each) in enumerate(zip(columns, parts, strict=True), 1)
        ]
        if any(len(one) != len(whole[0]) for one in whole):
            raise CheckFailed(f"the parts of {called} do not have the same number of rows")
        near = [one.alike(each) for one, each in zip(columns, whole, strict=True)]
        for held, each in zip(found, whole, strict=True):
            held.append(each)
        places.append([])
        for first, every in zip(near[0], torch.stack(near).all(dim=0), strict=True):
            hits = every.nonzero().flatten().tolist()
            place = next((hit for hit in hits if hit not in used), hits[0] if hits else -1)
            strange, mixed = strange + (not first.any()), mixed + (first.any() and place < 0)
            used.add(place)
            places[-1].append(place)
        _require_filled(f"part 1 of {called}", parts[0], columns[0], places[-1])
    if not places:
        raise CheckFailed(f"{name} gives nothing")
    if strange or mixed:
        raise CheckFailed(_of_rows(name, [*map(torch.cat, found)], columns, strange, int(mixed)))
    return places


def _require_filled(name: str, found: Tensor, column: _Column, places: list[int]) -> None:
    if column.lengths is not None and min(places, default=-1) >= 0:
        longest = int(column.lengths[places].max())
        if found.shape[1] != longest:
            raise CheckFailed(f"{name} is {found.shape[1]} long, its longest row {longest}")


def _of_rows(
    name: str, found: list[Tensor], columns: list[_Column], strange: int, mixed: int
) -> str:
    """What is wrong with rows that are none of the right ones."""
    inputs, right = found[0], columns[0]
    if not strange:
        same = [
            torch.equal(one.flatten().sort().values, column.rows.flatten().sort().values)
            for one, column in zip(found[1:], columns[1:], strict=True)
        ]
        if all(same):
            return f"the labels of {name} are not shuffled with their inputs"
        return f"{mixed} rows of {name} have wrong labels"
    if right.lengths is not None and right.alike(inputs, inside=True).any(dim=1).all():
        return f"{name} fills short rows up with another number"
    if strange == len(inputs) and inputs.numel() == right.rows.numel():
        why = told(
            inputs.flatten().sort().values,
            right.rows.flatten().sort().values,
            hidden=current().hidden,
        )
        if why:
            return f"each row of {name} is {why}"
    return f"{strange} rows of {name} are not among those that belong there"


def _require_each(
    name: str, places: list[list[int]], count: int, size: int | None, *, drop_last: bool
) -> None:
    """Require that batches have their sizes, and that each row comes once."""
    last = count % size if size else 0
    for number, batch in enumerate(places, 1):
        if size and len(batch) != size and (len(batch) > size or number < len(places)):
            raise CheckFailed(f"batch {number} of {name} has {len(batch)} rows, not {size}")
    times = Counter(place for batch in places for place in batch)
    if again := sum(number > 1 for number in times.values()):
        raise CheckFailed(f"{counted(again, 'row')} of {name} come more than once in an epoch")
    missing = count - len(times)
    if drop_last and last and not missing:
        raise CheckFailed(f"{name} keeps its last batch, which is not full")
    if last and missing == last and not drop_last:
        lost = counted(missing, "row")
        raise CheckFailed(f"{lost} of {name} never come: the last batch is lost")
    if missing != (last if drop_last else 0):
        raise CheckFailed(f"{counted(missing, 'row')} of {name} never come")


def _require_order(name: str, epochs: list[list[list[int]]], *, shuffled: bool | None) -> None:
    orders = [[place for batch in one for place in batch] for one in epochs]
    if shuffled is False and orders[0] != sorted(orders[0]):
        raise CheckFailed(f"{name} gives its rows in another order")
    if shuffled and orders[0] == sorted(orders[0]):
        raise CheckFailed(f"{name} is not shuffled: its rows come as they stand in the data")
    if shuffled and orders[0] == orders[1]:
        raise CheckFailed(f"the order of {name} is the same in each epoch")
    together = [{frozenset(batch) for batch in one} for one in epochs]
    if shuffled and together[0] == together[1] and _ways(epochs[0]) > 1 / _RARE:
        raise CheckFailed(f"{name} shuffles whole batches: the same rows always come together")


def _ways(batches: list[list[int]]) -> float:
    """In how many ways rows can be divided into such batches."""
    orders = lgamma(sum(map(len, batches)) + 1) - sum(lgamma(len(one) + 1) for one in batches)
    return exp(min(orders - lgamma(len(batches) + 1), 99.0))
