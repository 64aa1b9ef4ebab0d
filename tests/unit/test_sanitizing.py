"""What a student wrote or printed cannot act in the browser of whoever reads it."""

import re
import time
from base64 import b64encode
from collections.abc import Callable
from html.parser import HTMLParser
from pathlib import Path

import pytest

from autograder.sanitizing.budgets import Page
from autograder.sanitizing.elements import clean_html, is_full_link
from autograder.sanitizing.formulas import _FONT
from autograder.sanitizing.markdown import clean_markdown

PNG = b"\x89PNG\r\n\x1a\n" + bytes(20)
GIF = b"GIF89a" + bytes(20)
DATA = f"data:image/png;base64,{b64encode(PNG).decode()}"
OURS = {"class": "tex2jax_ignore mathjax_ignore", "style": "overflow: auto"}
OUR_TABLE = {"class": "table table-condensed", "style": "width: auto"}
ALLOWED = {
    "align", "alt", "colspan", "href", "open", "rel", "rowspan", "scope", "src", "start", "target",
}  # fmt: skip


class Elements(HTMLParser):
    """The elements of a page, as a browser meets them, and its text."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []
        self.text = ""
        self.feed(page)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """An element."""
        self.found.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        """A piece of text."""
        self.text += data

    def named(self, tag: str) -> list[dict[str, str | None]]:
        """The attributes of each element of one kind."""
        return [attributes for name, attributes in self.found if name == tag]


def text_of(page: str) -> str:
    """What of a page is read."""
    return Elements(page).text


def is_harmless(page: str) -> bool:
    """Whether nothing but our frame carries more than the attributes that pages may have."""
    (first, *rest) = (one for one in Elements(page).found if one != ("table", OUR_TABLE))
    harmful = {"script", "style", "svg", "iframe", "form", "input", "button", "object", "base"}
    return first == ("div", OURS) and all(
        tag not in harmful and set(attributes) <= ALLOWED for tag, attributes in rest
    )


@pytest.mark.parametrize("clean", [clean_html, clean_markdown])
@pytest.mark.parametrize(
    "text",
    [
        "<script>alert(1)</script>",
        "<SCRIPT\n>alert(1)</script >",
        "<scr<script></script>ipt>alert(1)</script>",
        "<img src=x onerror=alert(1)>",
        "<img src='data:image/svg+xml;base64,AAAA'>",
        "<svg><script>alert(1)</script></svg>",
        "<a href='javascript:alert(1)'>x</a>",
        "<a href=' data:text/html,alert'>x</a>",
        "<iframe src='//evil'></iframe>",
        "<p style='background: url(javascript:alert(1))'>x</p>",
        "<form action='//evil'><input name=x><button formaction=y></form>",
        "<math><mtext><table><mglyph><style><img src=x onerror=alert(1)>",
        "<div class='nbgrader_cell'><button class='full-credit'>x</button></div>",
        "<a class='navbar-fixed-top' style='inset:0' href='evil.html'>x</a>",
        "<h1 id='curve'>curve</h1><input id=curve class=score>",
        "<p id=a name=b data-link=c aria-label=d title=e onclick=f tabindex=1>x</p>",
        "<details ontoggle=alert(1) open><summary>x</summary></details>",
        "<base href='//evil'><meta http-equiv=refresh content=0><link rel=stylesheet href=x>",
        "<table background='//evil'><td background='//evil' width=9999 height=9999>x",
        "<video poster='//evil'><source src='//evil'></video><audio src='//evil'>",
        "<object data=x><embed src=x></object><portal src=x>",
        "<p><![CDATA[<script>alert(1)</script>]]></p><!--><script>alert(1)</script>-->",
        "<textarea></textarea><script>alert(1)</script><title><script>",
        "<div><img alt=\"\n\n$\\text{\" onerror=\"alert(1)}$\n\n\">",
        "<math href='javascript:alert(1)'><mi id=curve>x</mi></math>",
        "x\ue000" "0\ue001 <b \ue000" "1\ue001>",
    ],
)  # fmt: skip
def test_nothing_can_act(text: str, clean: Callable[[str], str]) -> None:
    """No script, handler, form, id, class, name or style of a student's is left."""
    assert is_harmless(clean(text))


@pytest.mark.parametrize(
    "heading", ["# curve", "curve\n===", "## curve_answer-comment", "### top {#curve}"]
)
def test_a_heading_is_no_target(heading: str) -> None:
    """A heading that is called like a grade cell gets no id from it."""
    assert is_harmless(clean_markdown(heading))


@pytest.mark.parametrize(
    "address",
    [
        "x.html", "/logout", "?x", "#curve", "//evil.org/x", "http:logout", "http:/logout",
        "https:x", "http:///evil.org", "http:\\\\evil.org", "https://evil.org\\@a", "ftp://evil.org",
        "javascript:alert(1)", "java\tscript:alert(1)", "data:text/html,x", "vbscript:x", "blob:x",
        "file:///etc/passwd", "view-source:https://evil.org", "http://localhost:8888/logout",
        "http://LOCALHOST./x", "http://a.localhost", "http://127.0.0.1/", "http://2130706433/",
        "http://0x7f.1/", "http://0177.0.0.1", "http://[::1]/", "http://[::ffff:127.0.0.1]",
        "http://hub/logout", "http://printer.local", "http://x.internal", "http://user@evil.org",
        "http://evil.org:99999", "http://evil.org:8x", "http://\uff11\uff12\uff17.0.0.1/",
        "http://evil%2eorg/", "mailto:", "mailto:ann", "mailto:a@b.org\nBcc:x", "",
    ],
)  # fmt: skip
def test_only_full_links_stay(address: str) -> None:
    """What leads into the page's own server, or nowhere in full, is text."""
    assert not is_full_link(address)
    for page in (
        clean_html(f'<a href="{address}">here</a>'),
        clean_markdown(f"[here](<{address}>)"),
    ):
        assert not Elements(page).named("a")
        assert "here" in text_of(page)


@pytest.mark.parametrize(
    "address", ["https://pytorch.org", "http://a-b.org:80/x?y=z&u=1#v", "mailto:ann@uni.org"]
)
def test_full_links_open_elsewhere(address: str) -> None:
    """A link to the world opens in a page of its own, which knows nothing of this one."""
    (link,) = Elements(clean_markdown(f"[here]({address})")).named("a")
    assert link == {"href": address, "target": "_blank", "rel": "noopener noreferrer"}


@pytest.mark.parametrize(
    "text",
    [
        "<h2>1 &lt; 2</h2>",
        '<tbody><tr><th>a</th><td colspan="2">b</td></tr></tbody>',
        '<ol start="3"><li><em>a</em> <code>b</code></li></ol>',
        "<details><summary>a</summary>b</details>",
        "<blockquote><pre>a\n  b</pre></blockquote>",
    ],
)
def test_what_a_reader_needs_stays(text: str) -> None:
    """Tables, headings, lists and code look as they did."""
    assert text in clean_html(f"<table>{text}</table>" if text.startswith("<tbody") else text)


def test_our_own_reports_are_readable() -> None:
    """The table of findings loses its frame and nothing else."""
    page = clean_html("<section><p>T</p><table><tr><td>ok</td></tr></table></section>")
    assert is_harmless(page)
    assert text_of(page) == "Tok"
    assert "<td>ok</td>" in page


def test_markdown_keeps_its_meaning() -> None:
    """Emphasis, code with comparison signs, lists, tables and a script that is text."""
    page = clean_markdown("**So** `a < b`\n\n- one\n\n|a|b|\n|-|-|\n|1|2|\n\n    <script>\n")
    for part in ("<strong>So</strong>", "<code>a &lt; b</code>", "<li>one</li>", "<td>2</td>"):
        assert part in page
    assert "&lt;script&gt;" in page


@pytest.mark.parametrize(
    "text",
    ["$x < y$", "$$x < y$$", "\\(x < y\\)", "\\[x < y\\]", "\\\\(x < y\\\\)", "a\n\n$$\nx < y\n$$"],
)
def test_formulas_become_mathml(text: str) -> None:
    """Every way to write a formula is shown by the browser, without a script."""
    page = clean_markdown(text)
    assert "<mi>x</mi><mo>&lt;</mo><mi>y</mi>" in page
    assert "$" not in text_of(page)


@pytest.mark.parametrize(
    "formula",
    [
        r"\href{javascript:alert(1)}{x}", r"\cssId{curve}{x}", r"\class{full-credit}{x}",
        r"\style{position:fixed}{x}", r"\mmlToken{mi}[onclick=alert(1)]{x}", r"\require{html}x",
        r"\bbox[border:1px]{x}", r"\includegraphics{//evil}",
        r"\text{<img src=x onerror=alert(1)>}",
        r"\text{&lt;script&gt;}", r'\color{red" onclick="alert(1)}{x}', r"\hspace{-999em}x",
        r"\def\a{\a\a}\a", r"\newcommand{\a}{\a\a}\a", "{" * 900, r"\frac{", r"\left(", "&" * 50,
        r"\begin{align}a&b", r"\unknown{x}", "x" * 5000, r"\rule{900em}{900em}", r"\raise{99em}x",
        r"\mathchoice{a}", r"\toggle{a}{b}\endtoggle", "\\verb|<script>|", "\x00",
    ],
)  # fmt: skip
def test_no_formula_acts(formula: str) -> None:
    """No command sets a link, an id, a class, a style or a size that leaves its place."""
    for page in (clean_markdown(f"a ${formula}$ b"), clean_markdown(f"$$\n{formula}\n$$")):
        for tag, attributes in Elements(page).found[1:]:
            assert tag not in {"script", "img", "a"}
            assert not {"href", "id", "class", "onclick"} & set(attributes)
            assert attributes.get("style") in STYLES
            assert "-999" not in str(attributes)
            assert not re.search(r"\d{3}", str(attributes))


def test_a_formula_that_cannot_be_read_is_shown() -> None:
    """What cannot be converted stands there as it was written."""
    assert r"<code>$\def\a{&lt;}$</code>" in clean_markdown(r"$\def\a{<}$")


def test_data_that_are_a_picture_are_shown() -> None:
    """A picture in HTML or markdown stays, large or small."""
    large = f"data:image/png;base64,{b64encode(PNG + bytes(2**20)).decode()}"
    for data in (DATA, large):
        for page in (clean_html(f'<img src="{data}" alt="a">'), clean_markdown(f"![a]({data})")):
            assert Elements(page).named("img") == [{"src": data, "alt": "a"}]


@pytest.mark.parametrize(
    "source",
    [
        "https://evil.org/a.png", "//evil.org/a.png", "/logout", "a.png?x", "missing.png",
        "../up.png", "a/../../up.png", "/etc/hostname.png", "link.png",
        "folder/below.png", "text.png", "page.html",
        "data:image/svg+xml;base64,AAAA", "data:image/png;base64,AAAA",
        "..%2fup.png", "data:text/html;base64,AAAA", "attachment:none.png", "picture:7",
        "file:///a.png", "a\\b.png",
    ],
)  # fmt: skip
def test_other_pictures_become_their_words(source: str, tmp_path: Path) -> None:
    """What is elsewhere, a link or no picture is not asked for: its words stand there."""
    folder = tmp_path / "folder"
    folder.mkdir()
    (tmp_path / "up.png").write_bytes(PNG)
    (folder / "link.png").symlink_to(tmp_path / "up.png")
    (folder / "folder").symlink_to(tmp_path)
    (tmp_path / "below.png").write_bytes(PNG)
    (folder / "text.png").write_text("<script>")
    (folder / "page.html").write_bytes(GIF)
    for page in (
        clean_markdown(f"![what it was](<{source}>)", Page(folder)),
        clean_html(f'<img src="{source}" alt="what it was">', Page(folder)),
    ):
        assert not Elements(page).named("img")
        assert "what it was" in text_of(page)


@pytest.mark.parametrize("source", ["a.png", "./a.png", "figures/b%20c.GIF", "attachment:d.png"])
def test_pictures_beside_the_notebook_are_taken_in(source: str, tmp_path: Path) -> None:
    """A picture of the hand-in or of the cell stands in the page as data, and needs no file."""
    (tmp_path / "figures").mkdir()
    (tmp_path / "a.png").write_bytes(PNG)
    (tmp_path / "figures/b c.GIF").write_bytes(GIF)
    page = Page(tmp_path)
    attachments = {"d.png": {"image/png": b64encode(PNG).decode()}}
    (picture,) = Elements(clean_markdown(f"![]({source})", page, attachments)).named("img")
    assert str(picture["src"]).startswith("data:image/")


STYLES = {
    None,
    _FONT,
    f"{_FONT}; margin: 0.8em 0",
    *(f"text-align: {one}" for one in ("left", "right", "center")),
}
HOSTILE = {
    "divs": "<div>", "tables": "<table>x", "paragraphs": "<p><a href=http://a.org>", "open": "<",
    "formatting": "<i><b><u><p>", "lists": "<ul><li>", "quotes": "> ", "brackets": "[",
    "images": "![", "stars": "*a ", "ticks": "`a``", "dollars": "$a ",
    "environments": "\\begin{a}\n", "rows": "a|b\n-|-\n", "links": "[a](", "comments": "<!--",
    "entities": "&", "slashes": "\\[",
    "pictures": f"![]({DATA})", "formulas": "$\\frac{a}{b}$ ",
}  # fmt: skip


@pytest.mark.parametrize("clean", [clean_html, clean_markdown])
@pytest.mark.parametrize("kind", HOSTILE)
def test_time_is_linear(kind: str, clean: Callable[[str], str]) -> None:
    """Four times a hostile text takes about four times as long, inside the bounds and over them."""
    for size in (9_000, 500_000):
        once, four = (_seconds(clean, HOSTILE[kind], size * times) for times in (1, 4))
        assert four < 10 * once + 0.1


def _seconds(clean: Callable[[str], str], piece: str, size: int) -> float:
    text = (piece * (size // len(piece) + 1))[:size]
    taken = []
    for _ in range(2):
        start = time.process_time()
        clean(text)
        taken.append(time.process_time() - start)
    return min(taken)


@pytest.mark.parametrize(
    "text",
    [
        "<div>" * 12_000, "<b>x</b>" * 5_000, "word " * 50_000, "<p>" * 120 + "<div>" * 200,
        "".join(f"<font color={n}>" for n in range(2_000)), "<td>" * 9_000,
    ],
)  # fmt: skip
@pytest.mark.parametrize("clean", [clean_html, clean_markdown])
def test_too_much_is_shown_as_it_was_written(text: str, clean: Callable[[str], str]) -> None:
    """Over a bound a cell is plain text, all of it, and says so."""
    page = clean(text)
    assert "too much to lay out" in page
    assert text in text_of(page)
    assert len(Elements(page).found) == 3


def test_a_page_has_a_budget_for_all_its_cells() -> None:
    """A hundred cells that are each small enough do not add up without end."""
    page = Page()
    shown = [clean_markdown("word " * 5_000, page) for _ in range(500)]
    assert "too much" not in shown[0]
    assert "too much" in shown[50]
    assert "This page is full" in shown[-1]
    assert sum(map(len, shown)) < 10_000_000


def test_references_do_not_multiply() -> None:
    """One long address that is meant a thousand times is not written a thousand times."""
    assert len(clean_markdown("[a] " * 9_000 + f"\n\n[a]: http://a.org/{'b' * 1900}")) < 500_000
    assert len(clean_markdown("![][a] " * 5_000 + f"\n\n[a]: {DATA[:-4]}{'A' * 400_000}")) < 10**8


def test_a_page_reads_so_many_bytes_of_pictures(tmp_path: Path) -> None:
    """Pictures that are named a thousand times are read and shown while there is room."""
    (tmp_path / "a.png").write_bytes(PNG + bytes(2**22))
    (tmp_path / "no.png").write_bytes(bytes(2**22))
    for name, most in (("a.png", 8), ("no.png", 0), ("attachment:b", 8)):
        page = Page(tmp_path)
        attachments = {"b": {"image/png": b64encode(PNG + bytes(2**22)).decode()}}
        made = clean_markdown(f"![w]({name}) " * 1_000, page, attachments)
        assert made.count("<img") <= most
        assert page.left["pictures"] == 0
    assert clean_markdown("![w](a.png)", page) == clean_markdown("![w](missing.png)", page)
