"""Staff and students read what was handed in, in a real Chromium, and nothing in it acts."""

import json
import os
import shutil
from base64 import b64decode
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import quote, urlsplit

import pytest
from playwright.sync_api import (
    Browser,
    BrowserContext,
    Request,
    Route,
    ViewportSize,
    sync_playwright,
)
from servers import TOKEN, Server, serving
from tiny_course import HIDDEN, class_course

from autograder.config import Course
from autograder.feedback import generate_feedback
from autograder.grading.clerk import grade_class
from autograder.grading.workshop import Options

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("chrome")
pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="no Chromium is installed")

HOSTILE = 'ann"><img src=canary onerror=canary()>'
UNREACHABLE = "eve#<img src=canary onerror=canary()>"  # no address of formgrader's leads there
ANSWER = "x = t - 1.5 * torch.cos(17 * t)"
PNG = (
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5E"
    "rkJggg=="
)
# What formgrader waits for comes from another host, which no test asks.
MATHJAX = """
window.MathJax = {Hub: {Config() {}, Queue() {}, Startup: {signal: {Interest(f) { f("End"); }}}}};
"""
EVIL = "<script>fetch('/canary'); opener && opener.canary(); canary()</script>"
COVER = 'class="navbar-fixed-top" style="position:fixed;inset:0;z-index:9999"'
MARKDOWN = [
    f'<a {COVER} href="evil.html">&nbsp;</a>',
    "[read on](evil.html) [out](/logout) [up](../../logout) [odd](http:logout)",
    '<div class="nbgrader_cell"><input class="score tabbable" id="curve">'
    f'<button {COVER} class="full-credit">full</button><span class="mark-graded">x</span></div>',
    "# curve\n\n## curve_answer-comment\n\n### why",
    '<h2 id="curve">a</h2><p id="why">b</p><p name="curve">c</p>',
    '<textarea id="curve_answer-comment" class="comment">x</textarea>',
    '<img src="/logout"><img src="http://evil.example.org/seen.png"> ![](//evil.example.org/x)',
    "<script>canary()</script><img src=x onerror=canary()><svg onload=canary()>",
    "<details open ontoggle=canary()><summary onclick=canary()>a</summary>b</details>",
    "<form action=/logout><button>go</button></form><iframe srcdoc='<script>top.canary()'>",
    r"$\href{javascript:canary()}{x}$ $\cssId{curve}{x}$ $\class{full-credit}{x}$ \(\unicode{x}\)",
    "<div>" * 12_000,
    "<math><mtext><table><mglyph><style><!--</style><img title='--&gt;&lt;img src=1 onerror=x'>",
    "<a href=javascript:canary()>a</a><a href='java\tscript:canary()'>b</a>",
    '<div data-link="x" data-toggle="tooltip" title="<img src=x onerror=canary()>">c</div>',
    "<base href='http://evil.example.org/'><meta http-equiv=refresh content='0;url=/logout'>",
]
CODE = f"""
from IPython.display import HTML, Latex, Markdown, display, Javascript, SVG
for text in {MARKDOWN!r}:
    display(HTML(text))
display(Latex(r"$\\href{{javascript:canary()}}{{x}}$"), Javascript("canary()"))
display(SVG("<svg xmlns='http://www.w3.org/2000/svg' onload='canary()'></svg>"))
display({{"image/png": 'x" onerror="canary()'}}, raw=True)
wide = {{"image/png": {{"width": "1 onerror=canary()"}}}}
display({{"image/png": "{PNG}"}}, raw=True, metadata=wide)
print("\\x1b[31m<script>canary()</script>\\x1b[0m")
{ANSWER}
raise ValueError("<img src=x onerror=canary()>")
"""


class Graded(NamedTuple):
    """A class that was graded by formgrader, and the server that shows it."""

    server: Server
    course: Course


@pytest.fixture(scope="module")
def graded(
    tiny_release: Path, tmp_path_factory: pytest.TempPathFactory, started_once: None
) -> Iterator[Graded]:
    """A server whose class was graded by the button: a hostile hand-in, and an ordinary one.

    Both have run before, so the button only looks up what it writes.
    """
    place = tmp_path_factory.mktemp("pages")
    course = class_course(place / "course", {HOSTILE: CODE, "bob": ANSWER}, tiny_release)
    add_markdown(course, HOSTILE, MARKDOWN)
    add_markdown(
        course, "bob", ["**Mine.** $a^2$ [read](https://pytorch.org/docs) ![a curve](my.png)"]
    )
    hostile, ordinary = (course.submitted("hw", student) for student in (HOSTILE, "bob"))
    (ordinary / "my.png").write_bytes(b64decode(PNG))
    (hostile / "evil.html").write_text(EVIL)
    (hostile / "hidden.py").symlink_to(course.root / "checks/hw/hidden/check_curve_more.py")
    (hostile / "all").symlink_to(course.root / "checks")
    (hostile / "hw.html").mkdir()
    shutil.copytree(ordinary, course.submitted("hw", UNREACHABLE))
    known = grade_class(course, "hw", [HOSTILE, "bob"], Options(), dry_run=True)
    assert not known.problems
    with serving(course.root, place) as server:
        for student in (HOSTILE, "bob"):
            answer = server.json(f"submission/hw/{quote(student, safe='')}/autograde", "POST")
            assert answer["success"], answer
        generate_feedback(course, "hw", [HOSTILE, "bob"])
        yield Graded(server, course)


def add_markdown(course: Course, student: str, texts: list[str]) -> None:
    """Puts cells into a hand-in."""
    path = course.submitted("hw", student) / "hw.ipynb"
    tree = json.loads(path.read_text("utf-8"))
    for text in texts:
        tree["cells"].append({"cell_type": "markdown", "metadata": {}, "source": text})
    tree["nbformat_minor"] = 4
    path.write_text(json.dumps(tree), "utf-8")


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """A Chromium without a window."""
    arguments = ["--no-sandbox"] if os.geteuid() == 0 else []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=arguments)
        yield browser
        browser.close()


class Watched:
    """A page of staff or of feedback, and all that it asked for."""

    def __init__(self, context: BrowserContext, address: str) -> None:
        self.asked: list[Request] = []
        self.ran: list[str] = []
        self.others: list[str] = []
        context.expose_function("canary", lambda: self.ran.append("canary"))
        context.route("**/*", self._answer)
        self.page = context.new_page()
        if not address.startswith("file:"):
            self.page.goto(f"{address.partition('/formgrader')[0]}/login?token={TOKEN}")
        self.asked.clear()
        self.page.goto(address, wait_until="networkidle")
        self.home = self.page.url.partition("?")[0]
        context.on("page", lambda other: self.others.append(other.url))

    def _answer(self, route: Route) -> None:
        address = route.request.url
        self.asked.append(route.request)
        if "mathjax" in address:
            route.fulfill(body=MATHJAX, content_type="text/javascript")
        elif (
            urlsplit(address).scheme in {"data", "file"}
            or urlsplit(address).hostname == "127.0.0.1"
        ):
            route.continue_()
        else:
            route.abort()

    def strange(self) -> list[str]:
        """What it asked for beside its own files and the gradebook."""
        own = (*(f"/formgrader/{one}/" for one in ("static", "api", "fonts")), "/static/favicon")
        found = []
        for request in self.asked:
            parts = urlsplit(request.url)
            known = parts.scheme == "data" or "mathjax" in request.url
            known |= parts.hostname == "127.0.0.1" and parts.path.startswith(own)
            known |= request.url.partition("?")[0] == self.home
            if not known:
                found.append(request.url)
        return found

    def click_everywhere(self) -> None:
        """Clicks on each element, and in a grid over the whole page, but not on nbgrader's own."""
        height = int(self.page.evaluate("document.documentElement.scrollHeight"))
        for top in range(0, min(height, 12_000), 800):  # what one view shows, and a little twice
            self.page.evaluate("top => window.scrollTo(0, top)", top)
            self.page.evaluate(CLICKS)
        for key in ("Tab", "Tab", "Space", "a", "Escape", "ArrowDown"):
            self.page.keyboard.press(key)
            self.page.evaluate("document.activeElement.blur()")


# A real click hits what lies on top, whatever it is; a point that is nbgrader's own is passed over.
CLICKS = """
() => {
  const own = ".scoring-buttons, input.score, input.extra-credit, textarea.comment, nav, a[target]";
  for (let y = 70; y < innerHeight; y += 12) for (let x = 5; x < innerWidth; x += 60) {
    const hit = document.elementFromPoint(x, y);
    const real = hit && hit.closest(own);
    if (!hit || (real && !real.closest(".rendered_html, .output_area"))) continue;
    hit.dispatchEvent(new MouseEvent("click", {bubbles: true, cancelable: true, view: window}));
  }
}
"""


HEIGHTS = "all => all.map(one => [one.scrollHeight, one.offsetHeight])"
ALIGNED = "all => all.map(one => getComputedStyle(one).textAlign)"


@contextmanager
def watching(
    browser: Browser, address: str, width: int = 1280, *, is_mobile: bool = False
) -> Iterator[Watched]:
    """A page in a browser of its own."""
    size: ViewportSize = {"width": width, "height": 900}
    context = browser.new_context(viewport=size, is_mobile=is_mobile)
    try:
        yield Watched(context, address)
    finally:
        context.close()


def submission(server: Server, student: str) -> str:
    """The address of the page on which a hand-in is graded, for a browser that is logged in."""
    for one in server.json("submitted_notebooks/hw/hw"):
        if one["student"] == student:
            return f"{server.address}/submissions/{one['id']}/"
    raise AssertionError(student)


def stored(server: Server, address: str) -> dict[str, Any]:
    """The points and comments that a person has given."""
    key = urlsplit(address).path.split("/")[-2]
    grades = {
        one["name"]: one["manual_score"] for one in server.json(f"grades?submission_id={key}")
    }
    comments = {
        one["name"]: one["manual_comment"] for one in server.json(f"comments?submission_id={key}")
    }
    return {"grades": grades, "comments": comments}


@pytest.mark.parametrize("student", [HOSTILE, "bob"], ids=["hostile", "ordinary"])
def test_clicking_everywhere_does_nothing(graded: Graded, browser: Browser, student: str) -> None:
    """Wherever one clicks no script runs, nothing is asked for or opened, no score moves."""
    address = submission(graded.server, student)
    before = stored(graded.server, address)
    with watching(browser, address) as watched:
        watched.click_everywhere()
        watched.page.wait_for_timeout(300)
        assert watched.page.url.startswith(watched.home)
        assert (watched.ran, watched.others, watched.strange()) == ([], [], [])
    assert stored(graded.server, address) == before


@pytest.mark.parametrize("student", [HOSTILE, "bob"], ids=["hostile", "ordinary"])
def test_what_the_assistant_types_is_stored(graded: Graded, browser: Browser, student: str) -> None:
    """Points, a comment and the button for full credit reach the gradebook."""
    address = submission(graded.server, student)
    with watching(browser, address) as watched:
        page = watched.page
        page.locator("input.score#curve").fill("1.5")
        page.keyboard.press("Tab")
        page.locator("textarea.comment#curve_answer-comment").fill("Well done.")
        page.keyboard.press("Tab")
        page.locator(".nbgrader_cell", has=page.locator("#why")).locator(
            "button.full-credit"
        ).click()
        page.wait_for_timeout(700)
    now = stored(graded.server, address)
    assert now["grades"] == {"curve": 1.5, "why": 2}
    assert now["comments"]["curve_answer"] == "Well done."


@pytest.mark.parametrize("student", [HOSTILE, "bob"], ids=["hostile", "ordinary"])
def test_feedback_on_disk_does_nothing(graded: Graded, browser: Browser, student: str) -> None:
    """A feedback page that is opened from a disk runs nothing and tells nobody."""
    path = graded.course.feedback("hw", student) / "hw.html"
    with watching(browser, f"file://{quote(str(path))}") as watched:
        watched.click_everywhere()
        assert (watched.ran, watched.others, watched.strange()) == ([], [], [])
        assert watched.page.url.partition("#")[0] == watched.home


def test_an_ordinary_page_shows_what_was_meant(graded: Graded, browser: Browser) -> None:
    """Emphasis, a formula, a picture beside the notebook, and a link that opens elsewhere."""
    with watching(browser, submission(graded.server, "bob")) as watched:
        page = watched.page
        assert page.locator("math msup").is_visible()
        assert page.locator("strong", has_text="Mine.").is_visible()
        assert page.locator("img[alt='a curve']").evaluate("one => one.naturalWidth") == 1
        with page.context.expect_page() as opened:
            page.get_by_text("read", exact=True).click()
        assert opened.value.evaluate("window.opener") is None


# A plot of two columns, where outputs stand.
WIDE = """async () => {
    const picture = new Image(1172, 400), canvas = document.createElement("canvas");
    [canvas.width, canvas.height] = [1172, 400];
    picture.src = canvas.toDataURL();
    picture.removeAttribute("width");
    document.querySelector(".output_html").append(picture);
    await picture.decode();
}"""


@pytest.mark.parametrize("width", [390, 280])
def test_a_phone_shows_a_page_of_its_own_width(
    graded: Graded, browser: Browser, width: int
) -> None:
    """A page is as wide as the screen, a heading holds its points, and findings start at left."""
    feedback = graded.course.feedback("hw", "bob") / "hw.html"
    for address in (submission(graded.server, "bob"), f"file://{quote(str(feedback))}"):
        with watching(browser, address, width=width, is_mobile=True) as watched:
            page = watched.page
            page.evaluate(WIDE)
            assert page.evaluate("innerWidth") == width
            headings = page.locator(".nbgrader_cell .panel-heading").evaluate_all(HEIGHTS)
            assert headings
            assert all(inner <= outer for inner, outer in headings)
            cells = page.locator(".output_html td").evaluate_all(ALIGNED)
            assert set(cells) == {"start"}
            assert "<section>" not in page.inner_text("body")


@pytest.mark.parametrize("page", ["manage_students/{}", "manage_students/{}/hw", "gradebook/hw/{}"])
def test_a_name_is_only_a_name(graded: Graded, browser: Browser, page: str) -> None:
    """A folder that is called like a piece of a page is text on formgrader's lists."""
    for name in (HOSTILE, '";canary();"', "</script><script>canary()</script>".replace("/", "%2f")):
        address = f"{graded.server.address}/{page.format(quote(name, safe='%'))}"
        with watching(browser, address) as watched:
            watched.page.wait_for_timeout(200)
            assert watched.ran == []


@pytest.mark.parametrize("page", ["manage_submissions/hw", "gradebook/hw/hw", "manage_students"])
def test_lists_and_messages_show_names(graded: Graded, browser: Browser, page: str) -> None:
    """On lists of the class, and in the messages of their buttons, a name is text."""
    with watching(browser, f"{graded.server.address}/{page}") as watched:
        watched.page.wait_for_selector("tbody tr + tr")
        for name in ("glyphicon-eye-open", "glyphicon-pencil", "glyphicon-flash"):
            if watched.page.locator(f"tr .{name}").count():
                row = watched.page.locator("tr", has_text="eve#")
                within = row if row.count() else watched.page
                within.locator(f".{name}").first.click()
                watched.page.wait_for_timeout(500)
        assert watched.ran == []


def test_only_what_pages_need_lies_beside(graded: Graded) -> None:
    """Of a hand-in's files nothing is copied: the pictures that it shows are in the notebook."""
    folders = {one: graded.course.autograded("hw", one) for one in (HOSTILE, "bob")}
    released = {path.name for path in graded.course.release("hw").iterdir()}
    names = {one: {path.name for path in folder.iterdir()} for one, folder in folders.items()}
    assert names == {HOSTILE: released, "bob": released}
    for student in names:
        folder = graded.course.feedback("hw", student)
        assert [path.name for path in folder.iterdir()] == ["hw.html"]
        assert HIDDEN not in (folder / "hw.html").read_text("utf-8")
