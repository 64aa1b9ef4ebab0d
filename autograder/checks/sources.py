"""What a source uses, by name; what only stands in comments and texts is not used."""

import ast
import builtins
import re
from collections.abc import Sequence

from IPython.core.inputtransformer2 import TransformerManager

from autograder.judging.current_check import CheckFailed

# Of these a text is a name, or code that is run.
_BY_NAME = {"getattr", "import_module", "__import__", "attrgetter", "methodcaller"}
_RUN = {"eval", "exec", "run_cell", "run_line_magic"}
_NAME = re.compile(r"[A-Za-z_]\w*(\.[A-Za-z_]\w*)*")


def uses(source: str, *words: str, why: str = "") -> None:
    """Require that a source uses at least one of these words, as `words_of` finds them.

    A source can name what it never calls, so give this few points, beside a check of the result.
    """
    if not words_of(source).intersection(words):
        raise CheckFailed(f"the answer does not use {_listed(words, 'or')}" + (why and f": {why}"))


def avoids(source: str, *words: str, why: str = "") -> None:
    """Require that a source uses none of these words, as `words_of` finds them.

    A student can hide what is used, for example in a text that is put together and run, so give
    this few points, beside a check of the result.
    """
    if used := [word for word in words if word in words_of(source)]:
        raise CheckFailed(f"the answer uses {_listed(used, 'and')}" + (why and f": {why}"))


def _listed(words: Sequence[str], last: str) -> str:
    *before, end = words
    return f"{', '.join(before)} {last} {end}" if before else end


def words_of(source: str) -> frozenset[str]:
    """The names that a source uses: after a dot, of keywords and of imports, and builtins.

    "for" stands for a loop or a comprehension, "while" for the other kind of loop.
    `getattr(torch, "optim")`, `import_module("torch.optim")`, `torch.__dict__["optim"]` and
    `exec("...")` count as what they do.  Of a source that cannot be parsed there are none.
    """
    first, _, rest = source.partition("\n")
    plain = TransformerManager().transform_cell(rest if first.startswith("%%") else source)
    return frozenset(_words(plain))


def _words(source: str) -> set[str]:
    try:
        tree = ast.parse(source)
    except (SyntaxError, ValueError, RecursionError):
        return set()
    found = _of_python(tree)
    for node in ast.walk(tree):
        match node:
            case ast.Attribute(attr=name) | ast.keyword(arg=str(name)):
                found.add(name)
            case ast.Import(names=names):
                found.update(part for one in names for part in one.name.split("."))
            case ast.ImportFrom(module=module, names=names):
                found.update([*(module or "").split("."), *(one.name for one in names)])
            case ast.Call():
                found |= _called(node)
            case ast.Subscript(slice=place) if text := _text(place):
                found.add(text)
    return found


def _of_python(tree: ast.AST) -> set[str]:
    """The loops of a source, and the builtins that it does not define itself."""
    found, own = set[str](), set[str]()
    for node in ast.walk(tree):
        match node:
            case ast.Name(id=name):
                (found if isinstance(node.ctx, ast.Load) else own).add(name)
            case ast.FunctionDef(name=name) | ast.arg(arg=name):
                own.add(name)
            case ast.For() | ast.AsyncFor() | ast.comprehension():
                found.add("for")
            case ast.While():
                found.add("while")
    return (found - own) & {*dir(builtins), "for", "while"}


def _called(call: ast.Call) -> set[str]:
    """What a call names, or runs, by a text."""
    function, found = call.func, set[str]()
    called = getattr(function, "attr", getattr(function, "id", ""))
    for text in filter(None, map(_text, call.args)):
        if called in _BY_NAME and _NAME.fullmatch(text):
            found.update(text.split("."))
        elif called in _RUN:
            found |= _words(text)
    return found


def _text(node: ast.AST) -> str:
    """A text that is written out, perhaps in parts."""
    match node:
        case ast.Constant(value=str(text)):
            return text
        case ast.BinOp(left=left, op=ast.Add(), right=right):
            one, other = _text(left), _text(right)
            return one + other if one and other else ""
    return ""
