"""An answer that must be numbers, as a tensor."""

from collections.abc import Sequence
from functools import reduce
from typing import Any

import torch

from autograder.judging.current_check import CheckFailed
from autograder.judging.theirs import plain


def tensor(name: str, value: Any) -> torch.Tensor:
    """An answer as a tensor on the CPU: a tensor itself, a number, or a list of numbers.

    Raises CheckFailed with a sentence for the student when it is anything else.
    """
    value = plain(value)
    if isinstance(value, torch.Tensor):
        return value.detach().cpu()
    if isinstance(value, (list, tuple)) and value:
        return _stacked(name, value)
    if isinstance(value, int) and abs(value) >= 2**63:
        raise CheckFailed(f"{name} is a whole number of more than 64 bits")
    if isinstance(value, (bool, int, float)):
        return torch.tensor(value, dtype=torch.float64 if isinstance(value, float) else None)
    raise CheckFailed(f"{name} is {_kind(value)}, a tensor was expected")


def require_shape(name: str, found: torch.Tensor, shape: Sequence[int], when: str = "") -> None:
    """Raises CheckFailed for a tensor of another shape."""
    if tuple(found.shape) != tuple(shape):
        was = f"{name} has shape {tuple(found.shape)}{when}"
        raise CheckFailed(f"{was}, {tuple(shape)} was expected")


def _stacked(name: str, values: Sequence[Any]) -> torch.Tensor:
    parts = [tensor(name, value) for value in values]
    if len({part.shape for part in parts}) > 1:
        raise CheckFailed(f"{name} is a list of unlike things, a tensor was expected")
    dtype = reduce(torch.promote_types, {part.dtype for part in parts})
    return torch.stack([part.to(dtype) for part in parts])


def _kind(value: Any) -> str:
    match value:
        case None:
            return "None"
        case str():
            return "a string"
        case list() | tuple():
            return "an empty list"
        case dict():
            return "a dict"
    return f"a {type(value).__name__}"
