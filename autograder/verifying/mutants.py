"""Mutants: a solution with one change of the kinds that wrong answers are made of.

operator    a + b -> a - b           wrong variable      X_train -> X_test
constant    2 -> 3, 2 -> -2          dropped statement   optimizer.zero_grad() -> pass
function    train() -> eval()        dropped activation  nn.ReLU() -> nn.Identity()
axis        dim=1 -> dim=0           detached graph      return y -> return y.detach()
sign        -x -> x, y -> -y         flag                shuffle=True -> shuffle=False
dropped factor      m / (1 - beta**t) -> m, x / d**0.5 -> x
mask        ~mask -> mask, x.masked_fill(mask, v) -> x, where(m, x, y) -> where(m, y, x)
shared state        deepcopy(x) -> x

Only what stands between the markers of a solution changes; seeds and what is printed do not.
"""

import ast
import difflib
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from autograder.notebooks.cells import Cell
from autograder.notebooks.stubs import find_regions

_FUNCTIONS = """
sin cos, exp log, sum mean, max min, amax amin, maximum minimum, argmax argmin, zeros ones,
zeros_like ones_like, softmax log_softmax, sqrt square, log1p expm1, std var, tanh sigmoid,
MSELoss L1Loss, mse_loss l1_loss, floor ceil, all any, tril triu, train eval, rand randn,
rand_like randn_like
"""
_SWAPPED = dict(map(str.split, _FUNCTIONS.split(",")))
_SWAPPED |= {other: one for one, other in _SWAPPED.items()} | {"randperm": "arange"}
_COPIES = {"deepcopy", "copy", "clone"}
_OPERATORS = """
Add Sub, Sub Add, Mult Div, Div Mult, Pow Mult, MatMult Mult, FloorDiv Div, Mod FloorDiv,
Lt Gt, Gt Lt, LtE GtE, GtE LtE, Eq NotEq, NotEq Eq, And Or, Or And
"""
_OTHER = {one: getattr(ast, other) for one, other in map(str.split, _OPERATORS.split(","))}
_ACTIVATIONS = {"relu", "tanh", "sigmoid", "gelu", "elu", "selu", "silu", "leaky_relu", "softplus"}
_AFFINE = re.compile(r"(Lazy)?(Linear|Bilinear|Conv\w*)")
_REDUCING = re.compile(
    r"sum|mean|prod|max|min|am(ax|in)|arg(max|min)|var|std|norm|any|all|cum(sum|prod)|logsumexp"
    r"|(log_)?softmax|cat|stack|(un)?squeeze"
)
_SEEDS = {"manual_seed", "manual_seed_all", "seed", "default_rng", "random_state"}
_DROPPED = (
    ast.Expr | ast.Assign | ast.AugAssign | ast.Return | ast.For | ast.While | ast.If | ast.With
)
_VALUES = ast.BinOp | ast.Call | ast.Attribute | ast.Name | ast.Subscript
_MAGIC = re.compile(r"^([ \t]*)[%!].*", re.MULTILINE)
_CLOSEST = 2

Change = tuple[str, ast.AST]


@dataclass(frozen=True, slots=True)
class Mutant:
    """An answer cell with one change: its kind, the whole source, and the lines that differ."""

    cell: Cell
    kind: str
    source: str
    diff: tuple[str, ...]

    def lines(self, sign: str) -> str:
        """The changed lines as they were, for -, or as they are, for +."""
        return "\n".join(line[1:].strip() for line in self.diff if line[0] == sign)


def find_mutants(cell: Cell) -> list[Mutant]:
    """All mutants of an answer cell of the source, each text once, in the order of the cell."""
    regions = find_regions(cell.source)
    try:
        tree = ast.parse(cell.source)
    except SyntaxError:  # IPython knows magics, the syntax tree does not
        tree = ast.parse(_MAGIC.sub(r"\1pass", cell.source))
    plain = ast.unparse(tree)
    found = {plain: ""}
    for parent, field, place, node, names in list(_slots(tree, _variables(tree))):
        if any(node.lineno - 1 in region for region in regions):
            for kind, other in _changes(node, parent, names):
                found.setdefault(_unparsed_with(tree, parent, field, place, other), kind)
    del found[plain]
    return [Mutant(cell, kind, text, _diff(plain, text)) for text, kind in found.items()]


def _slots(
    parent: ast.AST, names: Sequence[str]
) -> Iterator[tuple[ast.AST, str, int, ast.expr | ast.stmt, Sequence[str]]]:
    """Every expression and statement that counts, the place where it hangs, the names around it."""
    for field, value in ast.iter_fields(parent):
        for place, node in enumerate(value if isinstance(value, list) else [value]):
            if isinstance(node, ast.AST) and not _never_judged(node):
                if isinstance(node, ast.expr | ast.stmt):
                    yield parent, field, place, node, names
                inside = isinstance(node, ast.FunctionDef)
                yield from _slots(node, _variables(node) if inside else names)


def _never_judged(node: ast.AST) -> bool:
    match node:
        case ast.Expr(value=value):
            return isinstance(value, ast.Constant) or _never_judged(value)
        case ast.Call(func=function):
            return _name(function) in _SEEDS | {"print"}
        case ast.keyword(arg=name):
            return name in _SEEDS
        case ast.If(test=ast.UnaryOp(op=ast.Not(), operand=ast.Call(func=function)), orelse=[]):
            return _name(function) == "being_graded"
    return isinstance(node, ast.JoinedStr | ast.Import | ast.ImportFrom)


def _unparsed_with(tree: ast.AST, parent: ast.AST, field: str, place: int, other: ast.AST) -> str:
    value = getattr(parent, field)
    changed = [*value[:place], other, *value[place + 1 :]] if isinstance(value, list) else other
    setattr(parent, field, changed)
    text = ast.unparse(ast.fix_missing_locations(tree))
    setattr(parent, field, value)
    return text


def _changes(node: ast.AST, parent: ast.AST, names: Sequence[str]) -> Iterator[Change]:
    if isinstance(node, ast.expr):
        yield from _of_expression(node, parent, names)
        return
    if isinstance(node, ast.AugAssign):
        yield "operator", _with(node, op=_other(node.op))
    if isinstance(node, ast.Return | ast.Assign) and isinstance(node.value, _VALUES):
        yield "sign", _with(node, value=ast.UnaryOp(ast.USub(), node.value))
        detached = ast.Call(ast.Attribute(node.value, "detach"), [], [])
        yield "detached graph", _with(node, value=detached)
    if isinstance(node, _DROPPED):
        yield "dropped statement", ast.Pass()


def _of_expression(node: ast.expr, parent: ast.AST, names: Sequence[str]) -> Iterator[Change]:
    match node:
        case ast.BinOp() | ast.BoolOp():
            yield "operator", _with(node, op=_other(node.op))
            yield from (("dropped factor", rest) for rest in _without_factor(node))
        case ast.Compare(ops=[op]):
            yield "operator", _with(node, ops=[_other(op)])
        case ast.UnaryOp(op=ast.USub() | ast.Not()):
            yield "sign", node.operand
        case ast.UnaryOp(op=ast.Invert()):
            yield "mask", node.operand
        case ast.Constant(value=bool(value)):
            yield "flag", ast.Constant(not value)
        case ast.Constant(value=int(value) | float(value)):
            yield from _of_number(value, node, parent)
        case ast.Call():
            yield from _of_call(node, parent)
        case ast.Attribute(attr=attr) if attr in _SWAPPED:
            yield "function", _with(node, attr=_SWAPPED[attr])
        case ast.Name(id=name, ctx=ast.Load()):
            yield from _of_name(name, names, called=getattr(parent, "func", None) is node)


def _without_factor(node: ast.AST) -> list[ast.expr]:
    match node:
        case ast.BinOp(left=left, op=ast.Mult(), right=right):
            return [left, right]
        case ast.BinOp(left=left, op=ast.Div()):
            return [left]
    return []


def _of_number(value: float, node: ast.expr, parent: ast.AST) -> Iterator[Change]:
    last = isinstance(parent, ast.Call) and parent.args[-1:] == [node]
    if getattr(parent, "arg", "") in {"dim", "axis"} or (
        last and _REDUCING.fullmatch(_name(parent.func))  # type: ignore[attr-defined]  # a Call
    ):
        yield "axis", ast.Constant(0 if value else 1)
        return
    yield "constant", ast.Constant(value + 1)
    if isinstance(parent, ast.Subscript | ast.Slice):
        if value > 0:  # with its sign changed, an index often names the same place
            yield "constant", ast.Constant(value - 1)
    elif value and not isinstance(parent, ast.UnaryOp):
        yield "constant", ast.Constant(-value)


def _of_call(node: ast.Call, parent: ast.AST) -> Iterator[Change]:
    name = _name(node.func)
    if name in {"masked_fill", "masked_fill_"} and isinstance(node.func, ast.Attribute):
        yield "mask", node.func.value
    if name == "where" and len(node.args) == 3:
        yield "mask", _with(node, args=[node.args[0], node.args[2], node.args[1]])
    if isinstance(parent, ast.Call) and _name(parent.func) == "Sequential":
        if node in parent.args and not _AFFINE.fullmatch(name):
            identity = ast.unparse(parent.func).replace("Sequential", "Identity")
            yield "dropped activation", ast.Call(ast.Name(identity), [], [])
    elif name in _COPIES and (node.args or isinstance(node.func, ast.Attribute)):
        yield "shared state", node.args[0] if node.args else node.func.value  # type: ignore[attr-defined]  # x.clone
    elif name in _ACTIVATIONS and node.args:
        yield "dropped activation", node.args[0]
    elif name in _ACTIVATIONS and isinstance(node.func, ast.Attribute):
        yield "dropped activation", node.func.value


def _of_name(name: str, names: Sequence[str], *, called: bool) -> Iterator[Change]:
    if called and name in _SWAPPED:
        yield "function", ast.Name(_SWAPPED[name])
    elif name in names:
        others = [other for other in names if other != name]
        for other in difflib.get_close_matches(name, others, _CLOSEST, cutoff=0):
            yield "wrong variable", ast.Name(other)


def _with(node: ast.AST, **fields: Any) -> ast.AST:
    return type(node)(**dict(ast.iter_fields(node)) | fields)


def _other(operator: ast.AST) -> ast.AST:
    made: ast.AST = _OTHER.get(type(operator).__name__, type(operator))()
    return made


def _name(function: ast.expr) -> str:
    return str(getattr(function, "attr", "") or getattr(function, "id", ""))


def _variables(tree: ast.AST) -> list[str]:
    """Names that hold values: assigned or parameters here, or used as no module or function is."""
    nodes = list(ast.walk(tree))
    parts = {id(node.value) for node in nodes if isinstance(node, ast.Attribute)}
    parts |= {id(node.func) for node in nodes if isinstance(node, ast.Call)}
    found = {node.arg for node in nodes if isinstance(node, ast.arg)}
    for node in nodes:
        if isinstance(node, ast.Name) and (
            isinstance(node.ctx, ast.Store) or id(node) not in parts
        ):
            found.add(node.id)
    return sorted(found)


def _diff(plain: str, text: str) -> tuple[str, ...]:
    lines = difflib.unified_diff(plain.split("\n"), text.split("\n"), n=1, lineterm="")
    return tuple(line for line in lines if not line.startswith(("---", "+++", "@@")))
