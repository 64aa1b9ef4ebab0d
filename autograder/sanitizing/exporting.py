"""Pages as nbconvert makes them, for any screen, and with a word where a number is not decided."""

from collections.abc import Callable, Iterator
from typing import Any

from jinja2.filters import do_float, do_round
from markupsafe import Markup
from nbconvert.exporters import HTMLExporter

# Formgrader shows our comments where a person may write another, in letters of any width, and does
# not say whose points count once somebody has written some.
_FORMS = """<style>
textarea.comment::placeholder { font: 12px Menlo, Monaco, Consolas, monospace; color: #555 }
div.nbgrader_cell:not(:has(textarea)):has(input.score[placeholder]:not(:placeholder-shown))::after {
  content: "A person gave the points above. The findings of the checks are below.";
  display: block; padding: 0 8px 8px; font-weight: bold;
}
</style>"""
# Without it a phone shows a page of 980 pixels, in small; with it nbgrader's headings, which are of
# a fixed height, would lose the points that no longer fit beside the title, and formgrader's menu,
# which stays where it is, would cover the first cell.  One wide picture would widen all of it.
_NARROW = """<meta content="width=device-width, initial-scale=1" name="viewport"/>
<style>
img { max-width: 100%; height: auto }
@media (max-width: 991px) {
  div.nbgrader_cell .panel-heading { height: auto !important; overflow: hidden }
  .panel-footer pre, .panel-footer pre code { white-space: pre; word-break: normal }
  nav.navbar-fixed-top { position: static }
  body { padding-top: 0 !important }
}
</style>"""


class PageExporter(HTMLExporter):  # type: ignore[misc]  # nbconvert is untyped
    """Makes the pages of feedback and formgrader from nbgrader's templates."""

    def default_filters(self) -> Iterator[tuple[str, Any]]:
        """Also those through which the templates send points."""
        yield from super().default_filters()
        yield from (("float", number), ("round", rounded))

    def from_notebook_node(self, *arguments: Any, **options: Any) -> tuple[str, Any]:
        """The page and what became of the resources."""
        page, resources = super().from_notebook_node(*arguments, **options)
        styles = _NARROW + (_FORMS if self.template_name == "formgrade" else "")
        return page.replace("<head>", f"<head>{styles}", 1), resources


def _unless_words(change: Callable[..., Any]) -> Callable[..., Any]:
    """A filter for numbers that lets words of ours stay: no notebook holds Markup."""
    return lambda value, *given: value if isinstance(value, Markup) else change(value, *given)


number, rounded = _unless_words(do_float), _unless_words(do_round)
