"""Answering the judge's questions from the namespace of a paused submission."""

import ast
from collections.abc import Iterable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext
from typing import Any

import numpy as np
import torch

from autograder.evidence import ITEM_BYTES, Array, Unreadable, Value
from autograder.guest.shell import Shell

ANSWER_BYTES = 64 << 20
DEPTH = 12
ITEMS = 100_000
LETTERS = 1_000_000
TENSORS = 1000  # a message holds no more; of a longer list each single number crosses as such


class MissingNameError(Exception):
    """A name that the question is about is not defined."""


def runs_student_code(probe: dict[str, Any]) -> bool:
    """Whether answering may run what a student wrote, so that it needs a fork of its own."""
    return probe["ask"] != "value" or "rerun" in probe


def answer(
    shell: Shell,
    probe: dict[str, Any],
    payload: dict[str, Any],
    answers: dict[str, list[str]],
    device: str,
) -> Value:
    """The answer to one probe.

    Raises MissingNameError, and whatever the student's own code raises.
    """
    names = shell.user_ns
    again: AbstractContextManager[None] = nullcontext()
    if "rerun" in probe:
        replaced = thaw(payload.get("replaced", {}), device)
        again = _run_again(shell, answers[probe["rerun"]], replaced, probe.get("names", ()))
    with again, _lent(names, thaw(payload.get("assign", {}), device)):
        try:
            return _answer(names, probe, payload, device)
        except RuntimeError as problem:
            if device == "cpu" or "device" not in str(problem):
                raise
            # What a notebook keeps on the CPU, it uses there, whatever the machine has.
            return _answer(names, probe, payload, "cpu")


@contextmanager
def _run_again(
    shell: Shell, sources: list[str], replaced: dict[str, Any], wanted: Sequence[str]
) -> Iterator[None]:
    """Run an answer again, undrawn; once its question is answered, the names are as before.

    Raises what the answer raises, unless it made the wanted names anew before it stopped.
    """
    names, before = shell.user_ns, dict(shell.user_ns)
    shell.outputs.muted = True
    try:
        try:
            rerun(shell, sources, replaced)
        except Exception:
            asked = [name.partition(".")[0] for name in wanted]
            if not asked or any(names.get(name) is before.get(name) for name in asked):
                raise
        yield
    finally:
        shell.outputs.muted = False
        names.clear()
        names.update(before)


def _answer(
    names: dict[str, Any], probe: dict[str, Any], payload: dict[str, Any], device: str
) -> Value:
    arguments = thaw(payload.get("arguments", []), device)
    match probe["ask"]:
        case "value":
            return freeze([_look_up(names, name) for name in probe["names"]])
        case "call":
            found = _look_up(names, probe["function"])(*arguments)
            if not probe.get("then"):
                return freeze(found)
            after = {**names, **{str(place): value for place, value in enumerate(arguments)}}
            return freeze([found, *(_look_up(after, name) for name in probe["then"])])
        case "predict":
            return freeze(_predict(_look_up(names, probe["model"]), arguments))
        case "grad":
            cotangent = thaw(payload.get("cotangent"), device)
            return _gradients(names, probe, arguments, cotangent)
    raise ValueError(f"unknown question {probe['ask']!r}")


def rerun(shell: Shell, sources: Iterable[str], replaced: dict[str, Any]) -> None:
    """Run answer cells again; assignments to the names that are given are left out."""
    shell.user_ns.update(replaced)
    for source in sources:
        first, _, rest = source.partition("\n")
        plain = rest if first.startswith(("%%time", "%%capture")) else source
        tree = ast.parse(shell.transform_cell(plain))
        tree = ast.fix_missing_locations(_Without(frozenset(replaced)).visit(tree))
        outcome = shell.run_cell(ast.unparse(tree), store_history=False)
        problem = outcome.error_before_exec or outcome.error_in_exec
        if problem is not None:
            raise problem


class _Without(ast.NodeTransformer):
    """Leaves out assignments to some names, also in a tuple or a branch, but in no function."""

    def __init__(self, names: frozenset[str]) -> None:
        self.names = names

    def visit_FunctionDef(self, node: ast.FunctionDef) -> ast.AST:
        return node

    def visit_AsyncFunctionDef(self, node: ast.AsyncFunctionDef) -> ast.AST:
        return node

    def visit_ClassDef(self, node: ast.ClassDef) -> ast.AST:
        return node

    def visit_Assign(self, node: ast.Assign) -> ast.AST:
        kept = [target for target in node.targets if not self._is_left_out(target)]
        for target in kept:
            self._rename(target)
        # The value is still computed: it may draw random numbers.
        return ast.Assign(kept, node.value) if kept else ast.Expr(node.value)

    def visit_AnnAssign(self, node: ast.AnnAssign) -> ast.AST:
        return ast.Pass() if self._is_left_out(node.target) else node

    def visit_AugAssign(self, node: ast.AugAssign) -> ast.AST:
        return ast.Pass() if self._is_left_out(node.target) else node

    def _is_left_out(self, target: ast.expr) -> bool:
        return isinstance(target, ast.Name) and target.id in self.names

    def _rename(self, target: ast.expr) -> None:
        for part in ast.walk(target):
            if isinstance(part, ast.Name) and isinstance(part.ctx, ast.Store):
                part.id = "_replaced" if part.id in self.names else part.id


def _look_up(names: dict[str, Any], path: str) -> Any:
    first, *rest = path.split(".")
    if first not in names:
        raise MissingNameError(first)
    value = names[first]
    for part in rest:
        value = getattr(value, part)
    return value


def _tensors_of(names: dict[str, Any], name: str) -> list[torch.Tensor]:
    holder = _look_up(names, name)
    if isinstance(holder, torch.nn.Module):
        return list(holder.parameters())
    if isinstance(holder, torch.Tensor):
        return [holder]
    if not isinstance(holder, (list, tuple)) or not all(
        isinstance(tensor, torch.Tensor) for tensor in holder
    ):
        raise TypeError(f"{name} is not a list of tensors")
    return list(holder)


@contextmanager
def _lent(names: dict[str, Any], lent: dict[str, Any]) -> Iterator[None]:
    """Give tensors other values for one question: their data are swapped, and swapped back."""
    before: list[tuple[torch.Tensor, torch.Tensor]] = []
    try:
        for name, values in lent.items():
            for target, value in zip(_tensors_of(names, name), values, strict=True):
                before.append((target, target.data))
                target.data = value.to(target.device)
        yield
    finally:
        for target, data in reversed(before):
            target.data = data


def _predict(model: Any, arguments: list[Any]) -> Any:
    parts = list(model.modules()) if isinstance(model, torch.nn.Module) else []
    before = [(part, part.training) for part in parts]
    try:
        if parts:
            model.eval()
        with torch.no_grad():
            if not callable(model) and hasattr(model, "predict"):
                return model.predict(*(argument.cpu().numpy() for argument in arguments))
            return model(*arguments)
    finally:
        for part, training in before:
            part.training = training


def _gradients(
    names: dict[str, Any], probe: dict[str, Any], arguments: list[Any], cotangent: Any
) -> Value:
    inputs = [
        argument.requires_grad_()
        for argument in arguments
        if isinstance(argument, torch.Tensor) and argument.is_floating_point()
    ]
    with torch.enable_grad():
        output = _look_up(names, probe["function"])(*arguments)
        targets = inputs if probe["wrt"] is None else _tensors_of(names, probe["wrt"])
        if not isinstance(output, torch.Tensor):
            return Unreadable(f"a {type(output).__name__}")
        reachable = [target for target in targets if target.requires_grad]
        if not output.requires_grad or not reachable:
            return [None for _ in targets]
        weight = torch.ones_like(output) if cotangent is None else cotangent.to(output.dtype)
        found = torch.autograd.grad(output, reachable, weight, allow_unused=True)
    by_identity = {id(target): gradient for target, gradient in zip(reachable, found, strict=True)}
    return freeze([by_identity.get(id(target)) for target in targets])


def thaw(value: Any, device: str) -> Any:
    """An evidence value with torch tensors, on the device, where arrays were."""
    match value:
        case Array():
            data = bytearray(value.data)
            dtype = getattr(torch, value.dtype)
            flat = torch.frombuffer(data, dtype=dtype) if data else torch.empty(0, dtype=dtype)
            # Aligned as tensors are, since some sums depend on it.
            return flat.clone().reshape(value.shape).to(device)
        case list():
            return [thaw(item, device) for item in value]
        case dict():
            return {key: thaw(item, device) for key, item in value.items()}
    return value


def freeze(value: Any) -> Value:
    """A student's value as evidence: exact plain types, tensors as bytes, nothing else."""
    return _freeze(value, [ANSWER_BYTES, ITEMS, TENSORS, LETTERS], 0)


def _freeze(value: Any, room: list[int], depth: int) -> Value:
    room[1] -= 1
    if depth > DEPTH or room[1] < 0:
        return Unreadable("too large or nested too deeply")
    kind = type(value)
    if kind in (list, tuple, dict) and len(value) > room[1]:
        return Unreadable("too large or nested too deeply")
    if value is None or kind in (bool, int, float):
        return value  # type: ignore[no-any-return]
    if kind is str:
        return _text(value, room)
    if isinstance(value, torch.Tensor):
        return _array(value, room)
    if isinstance(value, np.ndarray):
        return _array(_from_numpy(value), room)
    if isinstance(value, np.generic):
        return _freeze(value.item(), room, depth + 1)
    if kind in (list, tuple, torch.nn.ParameterList):
        return [_freeze(item, room, depth + 1) for item in value]
    if kind is dict:
        return _pairs(value, room, depth)
    return Unreadable(f"a {kind.__name__}")


def _text(value: str, room: list[int]) -> Value:
    room[3] -= min(len(value), 100_000)
    return Unreadable("too many letters") if room[3] < 0 else value[:100_000]


def _pairs(value: dict[Any, Any], room: list[int], depth: int) -> Value:
    names = list(map(str, value))
    room[3] -= sum(map(len, names))
    if room[3] < 0:
        return Unreadable("too many letters")
    items = value.values()
    return {name: _freeze(item, room, depth + 1) for name, item in zip(names, items, strict=True)}


def _from_numpy(value: np.ndarray) -> torch.Tensor | None:
    try:
        return torch.from_numpy(np.ascontiguousarray(value).reshape(value.shape))
    except (TypeError, ValueError):  # such as the bytes of another machine
        return None


def _array(value: torch.Tensor | None, room: list[int]) -> Value:
    if value is None:
        return Unreadable("an array of a type that torch does not have")
    with torch._C.DisableTorchFunctionSubclass(), torch.no_grad():  # noqa: SLF001 - there is no other
        name = str(value.dtype).removeprefix("torch.")
        if value.layout is not torch.strided or value.is_meta or name not in ITEM_BYTES:
            return Unreadable(f"a tensor of layout {value.layout} and dtype {name}"[:100])
        room[0] -= value.numel() * ITEM_BYTES[name]
        room[2] -= 1
        if room[2] < 0 and value.dim() == 0:
            return value.item()
        if min(room[:3]) < 0:
            return Unreadable("too large, or too many tensors")
        plain = value.detach().resolve_conj().resolve_neg().cpu().contiguous()
        data = plain.reshape(-1).view(torch.uint8).numpy().tobytes() if plain.numel() else b""
    return Array(name, tuple(value.shape), data)
