"""What a loader gives: near misses of every kind, each with its sentence."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import cycle
from typing import Any

import pytest
import torch
from torch.utils.data import DataLoader, TensorDataset

from autograder.checks import CheckFailed, batches
from autograder.judging.current_check import Running, running

X = torch.arange(60.0).reshape(20, 3).square()
LABELS = torch.arange(20) % 4
ROWS = (X, LABELS)
ALL = list(range(20))
TURNS = [2, 0, 3, 1]
SHORT = [torch.arange(1.0, 2 + n % 4) + 10 * n for n in range(10)]


class Given:
    """A loader that gives each epoch as a function says: lists of rows' numbers."""

    def __init__(self, epoch: Callable[[], Iterable[Sequence[int]]]) -> None:
        self.epoch = epoch

    def __iter__(self) -> Iterator[Any]:
        return ([X[list(rows)], LABELS[list(rows)]] for rows in self.epoch())


def cut(rows: Sequence[int], size: int = 6) -> list[Sequence[int]]:
    """Batches of rows in this order."""
    return [rows[start : start + size] for start in range(0, len(rows), size)]


def whole_batches() -> list[Sequence[int]]:
    """The same rows together in each epoch, the batches in another order."""
    parts = cut(ALL, 5)
    TURNS.append(TURNS.pop(0))
    return [parts[place] for place in TURNS]


def shuffled() -> list[Sequence[int]]:
    """An order of its own for each epoch."""
    return cut(torch.randperm(20).tolist())


def loader(x: torch.Tensor = X, labels: torch.Tensor = LABELS, **options: Any) -> DataLoader[Any]:
    """A loader of torch's, with batches of six rows."""
    return DataLoader(TensorDataset(x, labels), batch_size=6, **options)


def filled(width: int | None = None, value: float = 0.0) -> list[list[torch.Tensor]]:
    """Batches of five short rows, filled up to the longest one, or to a width."""
    found = []
    for start in (0, 5):
        rows = SHORT[start : start + 5]
        longest = width or max(map(len, rows))
        found.append([torch.stack([_filled(row, longest, value) for row in rows])])
    return found


def _filled(row: torch.Tensor, width: int, value: float) -> torch.Tensor:
    return torch.cat([row, torch.full((width - len(row),), value)])


RIGHT: dict[str, tuple[Any, Sequence[Any], dict[str, Any]]] = {
    "in order": (loader(), ROWS, {"size": 6}),
    "shuffled": (loader(shuffle=True), ROWS, {"size": 6, "shuffled": True}),
    "any order": (loader(shuffle=True), ROWS, {"size": 6, "shuffled": None}),
    "without the last": (loader(drop_last=True), ROWS, {"size": 6, "drop_last": True}),
    "none is last": (torch.split(X, 5), (X,), {"size": 5, "drop_last": True}),
    "by hand": (Given(shuffled), ROWS, {"size": 6, "shuffled": True}),
    "a dataset": (TensorDataset(*ROWS), ROWS, {}),
    "pairs with plain numbers": ([(x, int(y)) for x, y in zip(*ROWS, strict=True)], ROWS, {}),
    "rows that are there twice": (
        DataLoader(TensorDataset(X.repeat(2, 1), LABELS.repeat(2)), batch_size=6, shuffle=True),
        (X.repeat(2, 1), LABELS.repeat(2)),
        {"size": 6, "shuffled": True},
    ),
    "filled up": (filled(), (SHORT,), {"size": 5, "padding": 0.0}),
    "short rows, one by one": ([[row] for row in SHORT], (SHORT,), {"padding": 0.0}),
    "one batch": (loader(X[:6], LABELS[:6]), (X[:6], LABELS[:6]), {"size": 6}),
}


@pytest.fixture(autouse=True)
def seeded() -> None:
    """The same order in each run of a test."""
    torch.manual_seed(0)


@pytest.mark.parametrize("case", RIGHT.values(), ids=RIGHT)
def test_what_is_right_passes(case: tuple[Any, Sequence[Any], dict[str, Any]]) -> None:
    """Every honest way to give rows."""
    given, rows, options = case
    batches("loader", given, rows, **options)


SHUFFLED = {"size": 6, "shuffled": True}
WRONG: dict[str, tuple[Any, dict[str, Any]]] = {
    "3 rows of loader never come": (loader(X[3:], LABELS[3:]), {"size": 6}),
    "1 row of loader never come": (Given(lambda: cut(ALL[:-1])), {"size": 6}),
    "loader never come: the last batch is lost": (loader(drop_last=True), {"size": 6}),
    "loader keeps its last batch, which is not full": (loader(), {"size": 6, "drop_last": True}),
    "2 rows of loader come more than once": (Given(lambda: cut([*ALL[:18], 0, 1])), {"size": 6}),
    "batch 1 of loader has 6 rows, not 5": (loader(), {"size": 5}),
    "batch 2 of loader has 4 rows, not 6": (
        Given(lambda: [ALL[:6], ALL[6:10], ALL[10:16], ALL[16:]]),
        {"size": 6},
    ),
    "loader gives its rows in another order": (loader(shuffle=True), {"size": 6}),
    "loader is not shuffled": (loader(), SHUFFLED),
    "the order of loader is the same in each epoch": (
        loader(X[ORDER], LABELS[ORDER]) if (ORDER := torch.randperm(20)) is not None else None,
        SHUFFLED,
    ),
    "loader shuffles whole batches": (Given(whole_batches), {"size": 5, "shuffled": True}),
    "the labels of loader are not shuffled with their inputs": (
        loader(X[ORDER], LABELS),
        SHUFFLED,
    ),
    "3 rows of loader have wrong labels": (
        loader(X, torch.cat([LABELS[:17], LABELS[17:] + 1])),
        {"size": 6},
    ),
    "4 rows of loader are not among those": (
        loader(torch.cat([X, X[-4:] + 1]), torch.cat([LABELS, LABELS[-4:]]), shuffle=True),
        SHUFFLED,
    ),
    "each row of loader is twice what is right": (loader(2 * X, shuffle=True), SHUFFLED),
    "part 1 of batch 1 of loader has shape (6, 3, 1), (6, 3)": (loader(X[..., None]), {"size": 6}),
    "batch 1 of loader has 1 parts, 2 were": (DataLoader(TensorDataset(X)), {"size": 6}),
    "batch 1 of loader has no parts, 2 were": ([{"x": X}], {"size": 6}),
    "loader gives nothing": ([], {"size": 6}),
    "loader does not end": (Given(lambda: cycle(cut(ALL))), {"size": 6}),
    "the parts of batch 1 of loader do not have": ([(X[:6], LABELS[:5])], {"size": 6}),
    "part 2 of batch 1 of loader has shape (), (1,)": ([(X[:6], LABELS[0])], {"size": 6}),
    "20 rows of loader never come": ([(X[:0], LABELS[:0])], {"size": 6}),
    "len(loader) is 5": (TensorDataset(X[:5], LABELS[:5]), {}),
    "part 1 of loader[0] has shape (1, 1, 3)": (TensorDataset(X[:, None], LABELS), {}),
    "part 2 of loader[0] is a string": ([(x, "one") for x in X], {}),
}


@pytest.mark.parametrize("sentence", WRONG)
def test_each_mistake_has_its_sentence(sentence: str) -> None:
    """The sentence counts rows, and says what became of them."""
    given, options = WRONG[sentence]
    with pytest.raises(CheckFailed) as failure:
        batches("loader", given, ROWS, **options)
    assert sentence in failure.value.sentence


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        (filled(value=-1.0), "loader fills short rows up with another number"),
        (filled(width=5), "has shape (5, 5), (5, 4) was expected"),
        ([[_filled(row, 4, 0.0)[None]] for row in SHORT], "is 4 long, its longest row 1"),
    ],
)
def test_what_fills_rows_up_is_judged(given: Any, sentence: str) -> None:
    """Another number, or too many of them, is a mistake."""
    size = len(given[0][0])
    with pytest.raises(CheckFailed) as failure:
        batches("loader", given, (SHORT,), size=size, padding=0.0)
    assert sentence in failure.value.sentence


def test_a_hidden_check_names_no_factor() -> None:
    """What students choose and can read in the sentence would carry hidden rows out."""
    with running(Running(hidden=True)), pytest.raises(CheckFailed) as failure:
        batches("loader", loader(3.7 * X), ROWS, size=6)
    assert "3.7" not in failure.value.sentence


@pytest.mark.parametrize(
    ("rows", "options"),
    [((), {}), ((X, LABELS[:3]), {}), ((X[:7], LABELS[:7]), {"shuffled": True})],
)
def test_rows_that_cannot_judge_are_a_mistake_of_the_check(
    rows: Sequence[Any], options: dict[str, Any]
) -> None:
    """No student loses points for them."""
    with pytest.raises(ValueError, match="loader needs columns"):
        batches("loader", loader(), rows, **options)


def test_right_loaders_hardly_ever_fail() -> None:
    """With the fewest rows, none of 600 right loaders fails."""
    small = TensorDataset(X[:8], LABELS[:8])
    failed = 0
    for _ in range(600):
        try:
            given = [small[place] for place in torch.randperm(8).tolist()]
            again = [small[place] for place in torch.randperm(8).tolist()]
            epochs = iter([given, again])
            batches("loader", _Epochs(epochs), (X[:8], LABELS[:8]), size=2, shuffled=True)
        except CheckFailed:
            failed += 1
    assert failed == 0


class _Epochs:
    """Rows in pairs, epoch by epoch; faster than a DataLoader."""

    def __init__(self, epochs: Iterator[Any]) -> None:
        self.epochs = epochs

    def __iter__(self) -> Iterator[Any]:
        rows = next(self.epochs)
        for start in range(0, 8, 2):
            xs, ys = zip(*rows[start : start + 2], strict=True)
            yield [torch.stack(xs), torch.stack(ys)]
