"""The block that says how an exercise went, as text and as HTML, from the same lines."""

import html
import re
from collections.abc import Iterable, Iterator, Sequence
from textwrap import wrap

from autograder.model import Finding, Verdict, total
from autograder.text import legible

# Inline, since no page has a style sheet of ours; Jupyter puts tables in the middle and aligns
# their cells to the right.
_CELL = 'style="text-align: left; vertical-align: top; padding: 2px 14px 2px 0"'
_SIGNS = {
    "ok": "&#10003;&nbsp;ok", "no": "&#10007;&nbsp;no", "~~": "&#9680;&nbsp;in&nbsp;part",
    "--": "&minus;&nbsp;not&nbsp;reached", "??": "?&nbsp;open",
}  # fmt: skip
_TICKED = re.compile(r"`([^`]+)`")
_WIDTH = 64
_LABEL = 10
WITHHELD = "not graded yet; it is not your fault and costs nothing"


def exercise_text(title: str, findings: Sequence[Finding], *, ticks: bool = True) -> str:
    """The exercise as plain text: a line for each check, what was got, and where to look.

    Code in it stands between backticks, or without them as it is.
    """
    written = str if ticks else unticked
    lines = [f"{title:<{_WIDTH}}{score(findings)}"]
    for finding, said in _said_once(findings):
        first, *more = wrap(written(finding.check.title), _WIDTH - 7) or [""]
        lines.append(f"  {mark(finding)}  {first:<{_WIDTH - 6}}{earned(finding)}")
        lines.extend(f"      {line}" for line in more)
        for label, sentence in said:
            lines.extend(_remark(label, written(sentence)))
    return "\n".join(line.rstrip() for line in lines)


def exercise_html(title: str, findings: Sequence[Finding]) -> str:
    """The exercise as HTML that needs no style sheet, so that a sanitizer leaves it readable."""
    rows = "".join(_row(finding, said) for finding, said in _said_once(findings))
    heads = "".join(f"<th {_CELL}>{name}</th>" for name in ("", "check", "points"))
    return (
        f"<div><p><strong>{html.escape(title)}</strong>: {html.escape(score(findings))}</p>"
        f'<table style="margin-left: 0"><thead><tr>{heads}</tr></thead>'
        f"<tbody>{rows}</tbody></table></div>"
    )


def unticked(text: str) -> str:
    """Text without the backticks around code."""
    return _TICKED.sub(r"\1", text)


def as_markdown(text: str) -> str:
    """Text that pages show as it stands where they read markdown."""
    if "\n" not in text:
        return text
    fence = "`" * max([3, *(len(ticks) + 1 for ticks in re.findall("`+", text))])
    return f"{fence}text\n{text}\n{fence}"


def score(findings: Iterable[Finding]) -> str:
    """Points of points, or that they are not decided."""
    findings = tuple(findings)
    points = total(findings)
    full = sum(finding.check.points for finding in findings)
    if points is None:
        return "not graded yet"
    return f"{points:g} of {full:g} {'point' if full == 1 else 'points'}"


def mark(finding: Finding) -> str:
    """Two letters for a verdict: ok, no, -- not reached, ?? not decided, ~~ in part."""
    if finding.verdict is Verdict.PASSED:
        return "ok" if finding.share == 1 else "~~"
    return {Verdict.FAILED: "no", Verdict.NOT_REACHED: "--"}.get(finding.verdict, "??")


def earned(finding: Finding) -> str:
    """The points of one check."""
    without = {Verdict.NOT_REACHED: "not reached", Verdict.INCONCLUSIVE: "not graded yet"}
    full = f"{finding.check.points:g}"
    part = full if finding.share == 1 else f"{round(finding.points, 3):g} of {full}"
    return without.get(finding.verdict, part)


def remarks(finding: Finding) -> Iterator[tuple[str, str]]:
    """What there is to say about one check: labels and sentences.

    The sentence of an inconclusive check is for the maintainer and stays out, and so does what
    would rewrite a terminal or turn the direction of a line: a sentence may quote a student.
    """
    if finding.verdict is Verdict.INCONCLUSIVE:
        yield "reason", WITHHELD
        return
    if finding.sentence:
        label = "reason" if finding.verdict is Verdict.NOT_REACHED else "got"
        yield label, legible(finding.sentence)
    if finding.hint:
        yield "look at", finding.hint


def _remark(label: str, sentence: str) -> Iterator[str]:
    for line in wrap(sentence, 88 - _LABEL) or [""]:
        yield f"        {label:<{_LABEL}}{line}"
        label = ""


def _said_once(findings: Iterable[Finding]) -> Iterator[tuple[Finding, list[tuple[str, str]]]]:
    """Each finding with its remarks; a reason that was just given is not given again."""
    before: list[tuple[str, str]] = []
    for finding in findings:
        said = list(remarks(finding))
        repeated = said == before and finding.verdict in {Verdict.NOT_REACHED, Verdict.INCONCLUSIVE}
        yield finding, [] if repeated else said
        before = said


def _row(finding: Finding, remarks: Iterable[tuple[str, str]]) -> str:
    said = "".join(f"<br><em>{label}:</em> {_in_html(sentence)}" for label, sentence in remarks)
    sign = f'<strong style="white-space: nowrap">{_SIGNS[mark(finding)]}</strong>'
    cells = (sign, f"{_in_html(finding.check.title)}{said}", html.escape(earned(finding)))
    return f"<tr>{''.join(f'<td {_CELL}>{cell}</td>' for cell in cells)}</tr>"


def _in_html(text: str) -> str:
    """Text of ours as HTML, what stands in backticks as code."""
    return _TICKED.sub(r"<code>\1</code>", html.escape(text))
