"""Markdown, with formulas, as HTML that can do no harm."""

import re
from collections.abc import Mapping, Sequence
from typing import Any

from markdown_it import MarkdownIt
from markdown_it.rules_inline import StateInline
from markdown_it.token import Token
from mdit_py_plugins.amsmath import amsmath_plugin
from mdit_py_plugins.dollarmath import dollarmath_plugin

from autograder.sanitizing.budgets import CELL_HTML, CELL_MARKDOWN, FORMULA_CHARACTERS, Page
from autograder.sanitizing.elements import TooMuchError, arranged
from autograder.sanitizing.formulas import formula
from autograder.sanitizing.pictures import Pictures

_LEFT, _RIGHT = "\ue000", "\ue001"  # around the number of a formula; a student's own are taken out
_NUMBERED = re.compile(f"{_LEFT}(\\d+){_RIGHT}")
_RESERVED = re.compile(f"[{_LEFT}{_RIGHT}]")
_MOST_ENVIRONMENTS = 200  # each that never ends is looked for through the whole text
_DISPLAYED = frozenset({"math_inline_double", "math_block", "amsmath"})
_OPENING = re.compile(r"\\\\?([(\[])")
_BRACKETS = {"(": (")", "math_inline"), "[": ("]", "math_inline_double")}


def clean_markdown(
    source: str, page: Page | None = None, attachments: Mapping[str, Any] | None = None
) -> str:
    """A student's markdown as HTML that can do no harm; over a bound its source."""
    page = page or Page()
    pictures = Pictures(page, attachments or {})
    shown = _RESERVED.sub("", pictures.lift(source))
    try:
        formulas: list[str] = []
        written = _rendered(shown, page, formulas)
        return arranged(written, pictures, lambda text: _filled(text, formulas))
    except (TooMuchError, RecursionError):
        return page.plain(shown)


def _rendered(source: str, page: Page, formulas: list[str]) -> str:
    """HTML in which a number stands for each formula."""
    if len(source) > CELL_MARKDOWN or source.count("\\begin{") > _MOST_ENVIRONMENTS:
        raise TooMuchError
    if not page.take(markdown=len(source)):
        raise TooMuchError

    def keep(_: object, tokens: Sequence[Token], place: int, *__: object) -> str:
        token = tokens[place]
        formulas.append(formula(token.content, page, display=token.type in _DISPLAYED))
        return f"{_LEFT}{len(formulas) - 1}{_RIGHT}"

    reader = MarkdownIt("commonmark", {"html": True}).enable(["table", "strikethrough"])
    reader.validateLink = _is_short  # type: ignore[assignment, method-assign]  # as it says how
    dollarmath_plugin(reader, double_inline=True, allow_labels=False)
    amsmath_plugin(reader)
    reader.inline.ruler.before("escape", "brackets", _brackets)
    for kind in ("math_inline", *_DISPLAYED):
        reader.add_render_rule(kind, keep)
    tokens = reader.parse(source)
    # An address that is written once may be meant many times.
    every = (one for token in tokens for one in (token, *(token.children or ())))
    addresses = sum(len(str(value)) for one in every for value in one.attrs.values())
    if addresses > CELL_HTML:
        raise TooMuchError
    return str(reader.renderer.render(tokens, reader.options, {}))


def _brackets(state: StateInline, silent: bool) -> bool:
    r"""Formulas in \( \) and \[ \], with one backslash or with two."""
    found = _OPENING.match(state.src, state.pos)
    if not found:
        return False
    slashes = found[0][:-1]
    closing = slashes + _BRACKETS[found[1]][0]
    end = state.src.find(closing, found.end(), found.end() + FORMULA_CHARACTERS)
    if end < 0:
        return False
    if not silent:
        token = state.push(_BRACKETS[found[1]][1], "math", 0)
        token.content = state.src[found.end() : end]
    state.pos = end + len(closing)
    return True


def _is_short(address: str) -> bool:
    return len(address) <= 2000  # which schemes are good is decided with the elements


def _filled(text: str, formulas: list[str]) -> str:
    return _NUMBERED.sub(lambda found: formulas[int(found[1])], text)
