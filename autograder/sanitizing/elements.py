"""HTML as pages show it: text, simple structure, tables, pictures as data, and links in full.

nh3 parses what a browser would parse and writes it down again well-formed, with the elements of a
list alone; what is written is then read once more from left to right, and each tag made anew.  No
class, id, name or style of a student is in it, so a page cannot take it for a part of its own.
"""

import html
import re
from collections.abc import Callable, Iterator
from urllib.parse import urlsplit

import nh3

from autograder.sanitizing.budgets import CELL_HTML, CELL_TAGS, NESTING, Page
from autograder.sanitizing.pictures import Pictures

_TAGS = set(
    re.findall(
        r"\w+",
        "a abbr b blockquote br caption code dd del details div dl dt em h1 h2 h3 h4 h5 h6 hr i "
        "img ins kbd li ol p pre q s samp small strong sub summary sup table tbody td tfoot th "
        "thead tr u ul var",
    )
)
_CELL = {
    "colspan": re.compile(r"\d{1,2}"),
    "rowspan": re.compile(r"\d{1,2}"),
    "scope": re.compile(r"row|col|rowgroup|colgroup"),
    "align": re.compile(r"left|right|center|justify"),
}
_KEPT = {
    "td": _CELL,
    "th": _CELL,
    "ol": {"start": re.compile(r"-?\d{1,6}")},
    "details": {"open": re.compile("")},
}
_READ = {tag: set(known) for tag, known in _KEPT.items()} | {"a": {"href"}, "img": {"src", "alt"}}
_SCHEMES = {"http", "https", "mailto", "attachment", "picture"}
_DROPPED = {"script", "style", "title", "template", "noscript", "iframe", "textarea"}
_EMPTY = {"br", "hr", "img"}
# As nh3 writes it: nothing but a tag begins with this sign, and attributes stand in quotes.
_WRITTEN = re.compile(r'<(/?)([a-z][a-z0-9]*)((?: [a-z]+="[^"]*")*)>')
_ATTRIBUTE = re.compile(r' ([a-z]+)="([^"]*)"')
# The parser opens these again in each block that follows, with all their attributes.
_REOPENED = re.compile(r"<(?:b|big|code|em|font|i|nobr|s|small|strike|strong|tt|u)[\s/]", re.I)
_MOST_REOPENED = 100
_HOST = re.compile(
    r"(?:[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?\.)+[a-z][a-z0-9-]{0,61}[a-z0-9]\.?", re.I
)
_NEAR = re.compile(
    r"\.(?:localhost|local|localdomain|internal|lan|home|arpa|test|invalid)\.?$", re.I
)
_MAIL = re.compile(r"mailto:[\w.+-]{1,64}@(.{1,253})", re.I | re.ASCII)
# MathJax stays away from what is in it, and nothing in it reaches over its edge.
_OPEN = '<div class="tex2jax_ignore mathjax_ignore" style="overflow: auto">'
_CLOSE = "</div>"
_OWN = {"table": ' class="table table-condensed" style="width: auto"'}  # so that columns have air


class TooMuchError(ValueError):
    """A text that is more than a page takes."""


def clean_html(element: object, page: Page | None = None) -> str:
    """A student's HTML as HTML that can do no harm; over a bound its text."""
    text = element.decode("utf-8", "replace") if isinstance(element, bytes) else str(element)
    page = page or Page()
    pictures = Pictures(page)
    shown = pictures.lift(text)
    try:
        return arranged(shown, pictures)
    except TooMuchError:
        return page.plain(shown)


def arranged(text: str, pictures: Pictures, fill: Callable[[str], str] = str) -> str:
    """The same for a text from which pictures were lifted; `fill` gets each piece of bare text.

    Raises TooMuchError for one that is over a bound.
    """
    reopened = sum(1 for _ in _REOPENED.finditer(text))
    if len(text) > CELL_HTML or text.count("<") > CELL_TAGS or reopened > _MOST_REOPENED:
        raise TooMuchError
    written = nh3.clean(
        text,
        tags=_TAGS,
        attributes=_READ,
        clean_content_tags=_DROPPED,
        url_schemes=_SCHEMES,
        link_rel=None,
    )
    tags = written.count("<")
    if tags > 4 * CELL_TAGS or not pictures.page.take(html=len(text), tags=tags):
        raise TooMuchError
    return "".join((_OPEN, *_pieces(written, pictures, fill), _CLOSE))


def _pieces(written: str, pictures: Pictures, fill: Callable[[str], str]) -> Iterator[str]:
    place, depth, links = 0, 0, []
    for found in _WRITTEN.finditer(written):
        yield fill(_text(written[place : found.start()]))
        place = found.end()
        closing, tag, attributes = found.groups()
        known = {name: html.unescape(value) for name, value in _ATTRIBUTE.findall(attributes)}
        if tag == "img":
            yield _picture(known, pictures)
        elif tag == "a" and not closing:
            links.append(is_full_link(known.get("href", "")))
            yield _link(known["href"]) if links[-1] else ""
        elif tag == "a":
            yield "</a>" if links and links.pop() else ""
        elif tag in _TAGS:
            yield f"</{tag}>" if closing else f"<{tag}{_kept(tag, known)}{_OWN.get(tag, '')}>"
        depth += 0 if tag in _EMPTY else -1 if closing else 1
        if depth > NESTING:
            raise TooMuchError
    yield fill(_text(written[place:]))


def _text(text: str) -> str:
    return text.replace("<", "&lt;").replace(">", "&gt;")


def _kept(tag: str, known: dict[str, str]) -> str:
    allowed = _KEPT.get(tag, {})
    return "".join(
        f' {name}="{value}"'
        for name, value in known.items()
        if name in allowed and allowed[name].fullmatch(value.lower())
    )


def _picture(known: dict[str, str], pictures: Pictures) -> str:
    words = "".join(letter for letter in known.get("alt", "") if letter.isprintable())[:1000]
    data = pictures.find(known.get("src", ""))
    if data is None:
        return f"[{html.escape(words or 'a picture that is not in the notebook')}]"
    return f'<img src="{data}" alt="{html.escape(words)}">'


def _link(address: str) -> str:
    return f'<a href="{html.escape(address)}" target="_blank" rel="noopener noreferrer">'


def is_full_link(address: str) -> bool:
    """Whether it names http, https or mailto in full, and a host out there in the world."""
    if (
        len(address) > 2000
        or "\\" in address
        or any(c <= " " or not c.isprintable() for c in address)
    ):
        return False
    if mail := _MAIL.fullmatch(address):
        return _is_far(mail[1])
    if not re.match(r"https?://[^/]", address, re.IGNORECASE):
        return False
    try:
        parts = urlsplit(address)
        _ = parts.port  # raises ValueError for one that is none
    except ValueError:
        return False
    host = parts.netloc.rpartition(":")[0] if ":" in parts.netloc else parts.netloc
    return _is_far(host)


def _is_far(host: str) -> bool:
    return len(host) < 254 and bool(_HOST.fullmatch(host)) and not _NEAR.search(host)
