"""Pages that a student had a hand in, made harmless for the browser of whoever reads them.

nbgrader's pages put a student's markdown and outputs in as they are; these two filters replace
nbconvert's own, which let markdown through and take tables and headings away from outputs.
"""

import re

from bleach.css_sanitizer import CSSSanitizer  # type: ignore[import-untyped]  # it has no types
from bleach.sanitizer import Cleaner  # type: ignore[import-untyped]  # it has no types
from nbconvert.filters import markdown2html

_TAGS = re.findall(
    r"\w+",
    "a abbr b blockquote br caption code dd del details div dl dt em h1 h2 h3 h4 h5 h6 hr i img "
    "ins kbd li ol p pre s samp small span strong sub summary sup table tbody td tfoot th thead "
    "tr u ul var",
)
_ATTRIBUTES = re.findall(
    r"\w+", "align alt border class colspan height id open rowspan scope style title width"
)
_PICTURE = re.compile(r"data:image/(png|jpeg|gif|webp);base64,[A-Za-z0-9+/=\s]*")
_DROPPED = ("script", "style")  # a reader gains nothing from their text


def clean_html(element: object) -> str:
    """HTML with the tags, attributes and addresses that can do no harm; the rest as text."""
    text = element.decode("utf-8", "replace") if isinstance(element, bytes) else str(element)
    for tag in _DROPPED:
        text = _without(tag, text)
    cleaner = Cleaner(
        tags=_TAGS,
        attributes=_allowed,
        protocols=["http", "https", "mailto", "data"],
        css_sanitizer=CSSSanitizer(),
    )
    return str(cleaner.clean(text))


def clean_markdown(source: str) -> str:
    """Markdown as HTML that can do no harm."""
    return clean_html(markdown2html(source))


def _allowed(tag: str, name: str, value: str) -> bool:
    if tag == "a" and name == "href":
        return not value.strip().lower().startswith("data:")
    if tag == "img" and name == "src":
        return not value.strip().lower().startswith("data:") or bool(_PICTURE.fullmatch(value))
    return name in _ATTRIBUTES


def _without(tag: str, text: str) -> str:
    """The text without the elements of one kind, read once from left to right."""
    kept, place = [], 0
    end = re.compile(rf"</{tag}\s*>", re.IGNORECASE)
    for start in re.finditer(rf"<{tag}\b", text, re.IGNORECASE):
        if start.start() < place:
            continue
        closing = end.search(text, start.end())
        if not closing:
            break
        kept.append(text[place : start.start()])
        place = closing.end()
    return "".join([*kept, text[place:]])
