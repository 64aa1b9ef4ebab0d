"""Findings in words."""

import io
import re
from html import unescape
from html.parser import HTMLParser
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.console import Console

from autograder.model import Check, Ending, Finding, Grade, Verdict
from autograder.reports.pages import NotYetRightError, Page
from autograder.reports.tables import class_notes, class_table
from autograder.reports.wording import exercise_html, exercise_text

TAGS = {"div", "p", "strong", "table", "thead", "tbody", "tr", "th", "td", "code", "em", "br"}


def finding(
    title: str, points: float, verdict: Verdict, share: float = 0.0, **said: Any
) -> Finding:
    """A finding of one exercise."""
    check = Check(f"nonlinear_regression.{title}", "nonlinear_regression", title, points, False)
    return Finding(check, verdict, share, **said)


OK = finding("the prediction keeps the shape of x", 1, Verdict.PASSED, 1)
NO = finding(
    "the gradient of the loss is right",
    2,
    Verdict.FAILED,
    sentence="twice the right gradient, everywhere (ratio 2.000)",
    hint="gradients add up: clear them between steps",
)
PART = finding("the fit is good", 2, Verdict.PASSED, 0.625, sentence="the error is 40.1")
OUT = finding("stays right on another x", 1, Verdict.NOT_REACHED, sentence="x is not defined")
OURS = finding("a check of ours", 1, Verdict.INCONCLUSIVE, sentence="NameError: /secret/path")


def test_the_block_reads_as_designed() -> None:
    """Marks, titles, points, what was got and where to look stand in their columns."""
    text = exercise_text("Exercise 2, nonlinear_regression", (OK, NO, PART, OUT))
    assert text == "\n".join(
        (
            "Exercise 2, nonlinear_regression                                2.25 of 6 points",
            "  ok  the prediction keeps the shape of x                       1",
            "  no  the gradient of the loss is right                         0 of 2",
            "        got       twice the right gradient, everywhere (ratio 2.000)",
            "        look at   gradients add up: clear them between steps",
            "  ~~  the fit is good                                           1.25 of 2",
            "        got       the error is 40.1",
            "  --  stays right on another x                                  not reached",
            "        reason    x is not defined",
        )
    )


def test_a_comment_has_no_backticks_and_keeps_its_columns() -> None:
    """Where it is shown as it stands, code is written without signs around it."""
    one = finding("`x` is right", 1, Verdict.FAILED, sentence="`x` is `2 * t`")
    assert exercise_text("Exercise 1", [one], ticks=False).splitlines()[1:] == [
        "  no  x is right                                                0 of 1",
        "        got       x is 2 * t",
    ]


@pytest.mark.parametrize("words", [exercise_text, exercise_html])
def test_our_own_fault_is_ours(words: object) -> None:
    """An inconclusive check says that it costs nothing, and not what went wrong in it."""
    assert callable(words)
    said = words("Exercise 2", (OK, OURS))
    assert "not graded yet; it is not your fault and costs nothing" in said
    assert "NameError" not in said
    assert " of 2 points" not in said


@given(st.text(), st.text(), st.text())
def test_html_is_escaped_and_balanced(title: str, sentence: str, hint: str) -> None:
    """Whatever a sentence holds, the page has our tags, no attributes, and each closed."""

    class Tags(HTMLParser):
        depth = 0

        def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
            assert tag in TAGS
            assert {name for name, _ in attrs} <= {"style"}
            self.depth += tag != "br"

        def handle_endtag(self, tag: str) -> None:
            self.depth -= 1

    parser = Tags()
    failed = finding(title, 1, Verdict.FAILED, sentence=sentence, hint=hint)
    parser.feed(exercise_html(title, (failed,)))
    parser.close()
    assert parser.depth == 0


def test_long_titles_and_sentences_are_wrapped() -> None:
    """No line of the text is wider than a terminal likes."""
    long = finding("a word " * 30, 1, Verdict.FAILED, sentence="so it is " * 40)
    assert max(map(len, exercise_text("Exercise", (long,)).splitlines())) <= 100


def test_a_page_says_that_there_are_more_checks() -> None:
    """Text and HTML hold the same words."""
    page = Page("curve", (OK, NO))
    assert "the grade comes from these and from others" in repr(page)
    html = unescape(re.sub(r"<[^>]+>", " ", page._repr_html_()))
    assert set(repr(page).split()) <= set(html.split()) | {"curve", "look", "at", "got"}


def test_a_sign_is_never_a_colour_alone() -> None:
    """Each verdict has a sign and a word; what stands in backticks is code; cells are left."""
    html = unescape(exercise_html("curve", (OK, NO, PART, OUT, OURS)))
    for sign in ("✓\xa0ok", "✗\xa0no", "◐\xa0in\xa0part", "\u2212\xa0not\xa0reached", "?\xa0open"):
        assert sign in html
    assert "<code>" not in html
    assert html.count("text-align: left") == 3 + 3 * 5
    ticked = finding("`x[0]` is <b>", 1, Verdict.FAILED)
    assert "<code>x[0]</code> is &lt;b&gt;" in exercise_html("t", (ticked,))


def test_an_unanswered_exercise_reads_so() -> None:
    """Nothing reached is nothing answered, not something wrong."""
    assert repr(Page("curve", (OUT,))).startswith("curve, not answered yet")


def test_a_page_can_be_one_sentence() -> None:
    """Without findings there is a sentence, escaped in HTML."""
    page = Page("curve", sentence="There is no <folder>.")
    assert repr(page) == "curve\n  There is no <folder>."
    assert "&lt;folder&gt;" in page._repr_html_()
    assert not page.is_right


def test_validate_learns_the_truth(monkeypatch: pytest.MonkeyPatch) -> None:
    """Only under Validate, and only if something is not right, the page is raised."""
    Page("curve", (NO,)).raise_when_validating()
    monkeypatch.setenv("NBGRADER_EXECUTION", "validate")
    Page("curve", (OK,)).raise_when_validating()
    for page in (Page("curve", (NO,)), Page("curve", (OK, PART)), Page("curve", sentence="Where?")):
        with pytest.raises(NotYetRightError) as raised:
            page.raise_when_validating()
        assert raised.value._render_traceback_() == repr(page).splitlines()


@pytest.mark.parametrize("exercises", [1, 3, 9])
def test_a_narrow_table_shows_every_number(exercises: int) -> None:
    """Where the names are too long for the terminal they are broken, and no number is."""
    names = [f"nonlinear_regression_{number}" for number in range(exercises)]
    checks = [Check(name, name, "title", 12.25, False) for name in names]
    findings = tuple(Finding(check, Verdict.PASSED, 1) for check in checks)
    grade = Grade("somebody@a.university", "backprop", findings, Ending.FINISHED)
    table = class_table([grade], names, {grade.student: "new"}, width=80)
    console = Console(width=80, file=io.StringIO(), record=True)
    console.print(table, crop=False)
    shown = console.export_text()
    assert re.findall(r"(\d+\.\d+) ", shown) == [*["12.25"] * exercises, f"{12.25 * exercises:g}"]
    assert "finished │ new" in shown
    assert exercises > 3 or max(map(len, shown.splitlines())) <= 80


def test_the_class_fits_in_a_table() -> None:
    """Points stand per exercise, and withheld ones are blank with a word about it."""
    grades = [
        Grade("ada", "backprop", (OK, PART), Ending.FINISHED, ("given cells restored",)),
        Grade("[bold]grace", "backprop", (OK, OURS), Ending.FINISHED),
        Grade("alan", "backprop", (OURS,), Ending.BOX_FAILED),
    ]
    why = {"ada": "new", "[bold]grace": "withheld", "alan": "withheld"}
    table = class_table(grades, ["nonlinear_regression"], why, width=80)
    rows = list(
        zip(*([str(cell) for cell in column.cells] for column in table.columns), strict=True)
    )
    assert rows == [
        ("ada", "2.25", "2.25", "finished", "new"),
        ("[bold]grace", "", "", "finished", "withheld"),
        ("alan", "", "", "box failed", "withheld"),
    ]
    reason = "nonlinear_regression.a check of ours: NameError: /secret/path"
    assert class_notes(grades) == [
        "ada: given cells restored",
        f"[bold]grace needs attention: {reason}",
        f"alan needs attention: {reason}",
    ]
