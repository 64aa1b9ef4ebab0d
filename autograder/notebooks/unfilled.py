"""An answer with stubs left in it: the part that can still run.

A stub is no Python, so one of them would keep a whole cell from running.  The statement that holds
it is left out; in a function it raises, and says why.
"""

import ast
import re
from collections.abc import Iterable, Iterator

from autograder.notebooks.stubs import find_stubs

_LONGEST = 50_000  # letters: a longer one is written by no person
_STAND_IN = "_your_code_here"
_RAISED = 'raise NotImplementedError("a stub is not filled in yet")'
_OTHER_CELL = re.compile(r"\s*%%(?!time\b|capture\b)")
_MAGIC = re.compile(r"^([ \t]*)[%!]", re.MULTILINE)
_FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)
_BODIES = ("body", "orelse", "finalbody", "handlers", "cases")


def without_stubs(source: str) -> str:
    """The cell without the statements that hold an unfilled stub; empty if it is no Python."""
    stubs = find_stubs(source)
    if not stubs:
        return source
    if len(source) > _LONGEST or _OTHER_CELL.match(source):
        return ""
    text = source
    for start, end in stubs:
        # As long as the stub, so that every place stays where it is.
        text = text[:start] + _STAND_IN.ljust(end - start, "_") + text[end:]
    try:
        tree = ast.parse(_MAGIC.sub(r"\1#", text))
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return ""
    return _replaced(text, list(_unfilled(tree.body, "pass")))


def _unfilled(body: list[ast.stmt], instead: str) -> Iterator[tuple[ast.stmt, str]]:
    """The innermost statements with a stub, and the replacement of each."""
    for statement in body:
        inner = [part for name in _BODIES for part in getattr(statement, name, [])]
        parts = [part for part in inner if isinstance(part, ast.stmt)]
        parts += [one for part in inner if not isinstance(part, ast.stmt) for one in part.body]
        if _holds_stub(statement, set(map(id, inner))):
            yield statement, instead
        else:
            within = _RAISED if isinstance(statement, _FUNCTIONS) else instead
            yield from _unfilled(parts, within)


def _holds_stub(node: ast.AST, apart: set[int]) -> bool:
    """Whether a stub is in a node itself, its bodies left aside."""
    waiting = [node]
    while waiting:
        one = waiting.pop()
        names = [value for value in vars(one).values() if isinstance(value, str)]
        if any(name.startswith(_STAND_IN) for name in names):
            return True
        waiting += [part for part in ast.iter_child_nodes(one) if id(part) not in apart]
    return False


def _replaced(text: str, found: list[tuple[ast.stmt, str]]) -> str:
    lines = text.split("\n")
    for statement, instead in reversed(found):
        first, last = statement.lineno - 1, (statement.end_lineno or statement.lineno) - 1
        before = lines[first].encode()[: statement.col_offset].decode()
        after = lines[last].encode()[statement.end_col_offset :].decode()
        # As many lines as before: what stops is told with its line.
        lines[first : last + 1] = [before + instead + after, *[""] * (last - first)]
    return "\n".join(lines)


def made_by(body: Iterable[ast.AST]) -> set[str]:
    """The names that statements make, or those in their loops and branches, but for imports."""
    found, waiting = set[str](), list(body)
    while waiting:
        node = waiting.pop()
        if isinstance(node, ast.FunctionDef | ast.ClassDef | ast.AsyncFunctionDef):
            found.add(node.name)
        elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            found.add(node.id)
        else:
            waiting += ast.iter_child_nodes(node)
    return found
