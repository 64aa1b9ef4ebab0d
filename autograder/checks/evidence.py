"""Tensors to evidence and back."""

from collections.abc import Sequence
from functools import reduce
from typing import Any

import torch

from autograder.checks.running import CheckFailed, current
from autograder.evidence import ITEM_BYTES, Array, Unreadable, Value


def to_evidence(value: Any) -> Value:
    """What a check sends along with a question, as evidence.

    Raises TypeError for what cannot cross.
    """
    if value is None or isinstance(value, (bool, int, float, str)):
        return value
    if isinstance(value, torch.Tensor):
        return _array(value)
    if isinstance(value, (list, tuple)):
        return [to_evidence(item) for item in value]
    if isinstance(value, dict):
        return {str(key): to_evidence(item) for key, item in value.items()}
    return _array(torch.as_tensor(value))


def _array(value: torch.Tensor) -> Array:
    dtype = str(value.dtype).removeprefix("torch.")
    if value.layout is not torch.strided or dtype not in ITEM_BYTES:
        raise TypeError(f"a tensor of dtype {dtype} and layout {value.layout} cannot cross")
    plain = value.detach().resolve_conj().resolve_neg().cpu().contiguous().reshape(-1)
    data = plain.view(torch.uint8).numpy().tobytes() if plain.numel() else b""
    return Array(dtype, tuple(value.shape), data)


def from_evidence(name: str, value: Value) -> Any:
    """An answer with torch tensors, on the CPU, where arrays were.

    Raises CheckFailed if something in it could not cross.
    """
    match value:
        case Array():
            return _tensor(value)
        case list():
            return [from_evidence(name, item) for item in value]
        case dict():
            return {key: from_evidence(name, item) for key, item in value.items()}
        case Unreadable():
            # The words are the box's, which may have seen hidden inputs.
            what = "something" if current().hidden else value.reason
            raise CheckFailed(f"{name} is {what}, which cannot be judged")
    return value


def _tensor(array: Array) -> torch.Tensor:
    dtype: torch.dtype = getattr(torch, array.dtype)
    if not array.data:
        return torch.empty(array.shape, dtype=dtype)
    stored = torch.uint8 if dtype is torch.bool else dtype
    flat = torch.frombuffer(bytearray(array.data), dtype=stored)
    if dtype is torch.bool:  # as bytes, since any but 0 and 1 would be undefined
        flat = flat != 0
    return flat.reshape(array.shape)


def tensor(name: str, value: Any) -> torch.Tensor:
    """An answer as a tensor on the CPU: a tensor itself, a number, or a list of numbers.

    Raises CheckFailed with a sentence for the student when it is anything else.
    """
    if isinstance(value, torch.Tensor):
        return value.detach().cpu()
    if isinstance(value, (list, tuple)) and value:
        return _stacked(name, value)
    if isinstance(value, int) and abs(value) >= 2**63:
        raise CheckFailed(f"{name} is a whole number of more than 64 bits")
    if isinstance(value, (bool, int, float)):
        return torch.tensor(value, dtype=torch.float64 if isinstance(value, float) else None)
    raise CheckFailed(f"{name} is {_kind(value)}, a tensor was expected")


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
