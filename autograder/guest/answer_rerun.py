"""Running an answer again, with other values for some of its names."""

import ast
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

import numpy as np
import torch

from autograder.guest.shell import Shell

_LARGEST = 1 << 20  # bytes


def removed(before: Mapping[str, Any], now: Mapping[str, Any]) -> dict[str, Any]:
    """What a cell deleted, but for large arrays, whose room it may need."""
    gone = {name: value for name, value in before.items() if name not in now}
    return {name: one for name, one in gone.items() if not _is_large(one)}


def _is_large(value: object) -> bool:
    return isinstance(value, (np.ndarray, torch.Tensor)) and value.nbytes > _LARGEST


@contextmanager
def run_again(
    shell: Shell,
    sources: Sequence[str],
    replaced: dict[str, Any],
    removed: Mapping[str, Any],
    wanted: Sequence[str],
) -> Iterator[None]:
    """Run an answer again, undrawn; once its question is answered, the names are as before.

    Names that were removed are there once more: an answer may delete what it has used.
    Raises what the answer raises, unless it made the wanted names anew before it stopped.
    """
    names, before = shell.user_ns, dict(shell.user_ns)
    shell.outputs.muted = True
    try:
        try:
            names.update({**removed, **before, **replaced})
            _rerun(shell, sources, replaced)
        except Exception:
            asked = [name.partition(".")[0] for name in wanted]
            if not asked or any(names.get(name) is before.get(name) for name in asked):
                raise
        yield
    finally:
        shell.outputs.muted = False
        names.clear()
        names.update(before)


def _rerun(shell: Shell, sources: Iterable[str], replaced: dict[str, Any]) -> None:
    """Run answer cells again; assignments to the names that are given are left out."""
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
