"""What a source uses, by name; what only stands in comments and texts is not used."""

import ast
import re

from IPython.core.inputtransformer2 import TransformerManager

# Of these a text is a name, or code that is run.
_BY_NAME = {"getattr", "import_module", "__import__", "attrgetter", "methodcaller"}
_RUN = {"eval", "exec", "run_cell", "run_line_magic"}
_NAME = re.compile(r"[A-Za-z_]\w*(\.[A-Za-z_]\w*)*")


def words_of(source: str) -> frozenset[str]:
    """The names that a source uses: after a dot, of keywords and of imports.

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
    found = set[str]()
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
