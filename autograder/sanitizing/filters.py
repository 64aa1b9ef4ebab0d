"""What nbconvert calls for a page: its filters, by other means, and first a notebook made plain.

All cells of a page share one budget, which stands in what nbconvert hands to filters.
"""

import html
from typing import Any

from jinja2 import pass_context
from jinja2.runtime import Context
from markupsafe import Markup
from nbconvert.filters import Highlight2HTML
from nbconvert.filters.ansi import ansi2html as coloured
from nbconvert.filters.ansi import strip_ansi
from nbformat.v4 import new_output

from autograder.files import picture_kind
from autograder.sanitizing.budgets import (
    CODE_CHARACTERS,
    CODE_LINE,
    COLOURS,
    MOST_OUTPUTS,
    Page,
    page_of,
)
from autograder.sanitizing.elements import clean_html as cleaned
from autograder.sanitizing.markdown import clean_markdown
from autograder.sanitizing.pictures import decoded

_SHOWN = ("text/html", "text/markdown", "text/latex", "image/png", "image/jpeg", "text/plain")
_PICTURES = {"image/png", "image/jpeg"}
_PERSON = ("student", "first_name", "last_name")
_LEFT_OUT = "This page is full: further outputs are not shown."
_highlight = Highlight2HTML()


def prepare(nb: Any, resources: Any) -> tuple[Any, Any]:
    """The notebook with what pages may get of it; names that stand in the page as they are.

    nbconvert puts in a few things without a filter: sizes of pictures, tags, widgets, names.
    """
    nb.metadata = {
        key: nb.metadata[key] for key in ("kernelspec", "language_info") if key in nb.metadata
    }
    room = MOST_OUTPUTS
    for cell in nb.cells:
        own = cell.metadata.get("nbgrader")
        cell.metadata = type(cell.metadata)({"nbgrader": own} if own else {})
        if cell.cell_type == "code":
            shown, left = cell.outputs[:room], cell.outputs[room:]
            room -= len(shown)
            cell.outputs = [one for output in shown if (one := _plain(output))]
            if left:
                cell.outputs.append(new_output("stream", text=_LEFT_OUT))
    for name in _PERSON:
        if isinstance(resources.get(name), str):
            escaped = html.escape(resources[name])
            resources[name] = f'<span class="tex2jax_ignore">{escaped}</span>'
    if isinstance(resources.get("notebook_path"), str):
        resources["notebook_path"] = html.escape(resources["notebook_path"])
    return nb, resources


def _plain(output: Any) -> Any:
    if output.output_type == "error":
        output.traceback = ["\n".join(output.traceback)]
    if output.output_type in {"stream", "error"}:
        return output
    data = {kind: _joined(output.data[kind]) for kind in _SHOWN if kind in output.get("data", {})}
    for kind in _PICTURES & set(data):
        if picture_kind(decoded("".join(data[kind].split())) or b"") is None:
            del data[kind]
    if "text/latex" in data:  # nothing but markdown shows formulas
        data.setdefault("text/markdown", data.pop("text/latex"))
    output.data, output.metadata = data, type(output.metadata)()
    return output if data else None


def _joined(text: Any) -> str:
    return "".join(map(str, text)) if isinstance(text, list) else str(text)


@pass_context
def clean_html(context: Context, text: object) -> Markup:
    """HTML that can do no harm."""
    if isinstance(text, Markup):
        return text
    return Markup(cleaned(text, _page(context)))  # noqa: S704 - it is what cleaned it


@pass_context
def markdown2html(context: Context, source: str) -> Markup:
    """Markdown as HTML that can do no harm, with the pictures of its cell and its folder."""
    attached = (context.get("cell") or {}).get("attachments")
    page = _page(context)
    return Markup(clean_markdown(source, page, attached))  # noqa: S704 - it is what cleaned it


@pass_context
def highlight_code(context: Context, source: str, **_: object) -> Markup:
    """Code in colours while the page has room for them."""
    page = _page(context)
    lines = source.split("\n")
    # The lexer takes the square of the time for some lines.
    short = len(source) <= CODE_CHARACTERS and max(map(len, lines)) <= CODE_LINE
    if short and page.take(code=len(source)):
        return Markup(_highlight(source))  # noqa: S704 - it escapes
    shown = page.escaped(source)
    if shown is None:
        return Markup(page.plain(source))  # noqa: S704 - it escapes
    return Markup(f'<div class="highlight"><pre>{shown}</pre></div>')  # noqa: S704 - escaped


@pass_context
def ansi2html(context: Context, text: str) -> Markup:
    """What a terminal would show, in its colours while they are few."""
    page = _page(context)
    shown = page.escaped(strip_ansi(text))
    if shown is None:
        return Markup(page.plain(text))  # noqa: S704 - it escapes
    colours = text.count("\x1b")
    if colours * len(text) < COLOURS * CODE_CHARACTERS and page.take(colours=colours):
        return Markup(coloured(text))  # noqa: S704 - it escapes
    return Markup(shown)  # noqa: S704 - it is escaped


def _page(context: Context) -> Page:
    """The page; where no cell is in sight, as with a comment, or a locked grade cell, ours."""
    cell = context.get("cell")
    own = {} if cell is None else cell.metadata.get("nbgrader") or {}
    locked = bool(own.get("grade")) and not own.get("solution")
    return page_of(context["resources"], ours=cell is None or locked)


def as_it_is(text: str) -> str:
    """In the place of a filter that repairs addresses, which are whole, in the square of time."""
    return text
