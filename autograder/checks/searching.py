"""Inputs that are searched for: Hypothesis finds one that fails, and shrinks it.

Imported only where a check draws: a student's installation has no Hypothesis.
"""

import inspect
from collections.abc import Callable
from functools import wraps
from math import prod
from typing import TYPE_CHECKING, Any

import torch

from autograder.judging.current_check import CheckFailed, NotReached, current

if TYPE_CHECKING:
    from hypothesis.strategies import SearchStrategy

_SHOWN = 12  # numbers
_FAILURES = 5  # after so many a hidden check knows enough


def tensors(
    *shape: int | tuple[int, int],
    low: float,
    high: float,
    dtype: torch.dtype = torch.float32,
) -> "SearchStrategy[torch.Tensor]":
    """Tensors of which each size is a number, or between two, with values from low to high."""
    from hypothesis import strategies as st

    sizes = st.tuples(*(st.integers(*(s if isinstance(s, tuple) else (s, s))) for s in shape))
    whole = not dtype.is_floating_point
    value = st.integers(int(low), int(high)) if whole else st.floats(low, high)

    def filled(shape: tuple[int, ...]) -> "SearchStrategy[torch.Tensor]":
        values = st.lists(value, min_size=prod(shape), max_size=prod(shape))
        return values.map(lambda drawn: torch.tensor(drawn, dtype=dtype).reshape(shape))

    return sizes.flatmap(filled)


def given(*, examples: int = 25, **drawn: "SearchStrategy[Any]") -> Callable[..., Any]:
    """Run a check on many inputs, by the name of an argument: "z=tensors(3, low=-1, high=1)".

    A visible check fails with the smallest input that fails, and shows it; a hidden one, which
    shows none, with the largest that was found.  The inputs come from the stream of the check, the
    same for every student, and none is kept: no example that failed for one is tried on another.
    At most four times ``examples`` are tried in all.
    """

    def decorate(check: Callable[..., None]) -> Callable[..., None]:
        @wraps(check)
        def judged(**fixtures: Any) -> None:
            _Search(check, fixtures, drawn, examples).run()

        whole = inspect.signature(check)
        fixtures = [p for p in whole.parameters.values() if p.name not in drawn]
        judged.__signature__ = whole.replace(parameters=fixtures)  # type: ignore[attr-defined]  # as inspect has it
        return judged

    return decorate


class _Search:
    def __init__(
        self,
        check: Callable[..., None],
        fixtures: dict[str, Any],
        drawn: dict[str, Any],
        examples: int,
    ) -> None:
        self.check, self.fixtures, self.drawn, self.examples = check, fixtures, drawn, examples
        self.tried, self.failed, self.hidden = 0, 0, current().hidden
        self.chosen: tuple[AssertionError | NotReached, dict[str, Any]] | None = None

    def run(self) -> None:
        """Search, and raise what the smallest input raised."""
        import hypothesis
        from hypothesis.internal.conjecture import providers
        from hypothesis.internal.constants_ast import Constants

        # Hypothesis tries constants of modules that lie about, which differ from machine to
        # machine, and keeps them in files.
        providers._get_local_constants = Constants  # noqa: SLF001 - there is no setting
        setting = hypothesis.settings(
            max_examples=self.examples,
            database=None,
            deadline=None,
            phases=[hypothesis.Phase.generate, *[hypothesis.Phase.shrink] * (not self.hidden)],
            suppress_health_check=list(hypothesis.HealthCheck),
            report_multiple_bugs=False,
            print_blob=False,
        )
        search = hypothesis.given(**self.drawn)(self.attempt)
        try:
            setting(hypothesis.seed(current().stream.seed("examples"))(search))()
        except (AssertionError, NotReached, hypothesis.errors.Flaky):
            if self.chosen is None:
                raise
        if self.chosen is not None:
            raise self.told(*self.chosen)

    def attempt(self, **values: Any) -> None:
        """Judge one input; the same one always draws alike, and so fails or passes for good."""
        self.tried += 1
        if self.tried > 4 * self.examples or (self.hidden and self.failed == _FAILURES):
            return
        current().replicas.clear()  # each input finds the work as the cells left it
        try:
            self.check(**self.fixtures, **values)
        except (AssertionError, NotReached) as problem:
            if not self.hidden:
                self.chosen = problem, values
                raise
            # Nobody sees the input: more values tell better what is wrong than fewer do.
            self.failed += 1
            if self.chosen is None or _size(values) > _size(self.chosen[1]):
                self.chosen = problem, values

    def told(
        self, problem: AssertionError | NotReached, values: dict[str, Any]
    ) -> AssertionError | NotReached:
        """What is raised in the end: in a visible check with the input, if it is small."""
        if self.hidden or not isinstance(problem, CheckFailed):
            return problem
        shown = [
            f"{name} = {value.tolist()}"
            for name, value in values.items()
            if isinstance(value, torch.Tensor) and value.numel() <= _SHOWN
        ]
        where = f", for {' and '.join(shown)}" if shown else ""
        return CheckFailed(problem.sentence + where, problem.hint)


def _size(values: dict[str, Any]) -> int:
    return sum(value.numel() for value in values.values() if isinstance(value, torch.Tensor))
