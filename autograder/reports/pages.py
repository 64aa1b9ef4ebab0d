"""What a student sees under a check cell."""

import html
import os
from collections.abc import Sequence

from autograder.model import Finding, Verdict
from autograder.reports.wording import exercise_html, exercise_text

_MORE = "These are the checks that you can see; the grade comes from these and from others."


class NotYetRightError(AssertionError):
    """Something on the page is not right yet; shown as the page, without a traceback."""

    def _render_traceback_(self) -> list[str]:
        return str(self).splitlines()


class Page:
    """The findings of one exercise; Jupyter shows it as HTML, everything else as text."""

    def __init__(
        self,
        title: str,
        findings: Sequence[Finding] = (),
        sentence: str = "",
        notes: Sequence[str] = (),
    ) -> None:
        self.title = title
        self.more = "\n".join([*notes, _MORE])
        self.findings = tuple(findings)
        self.sentence = sentence

    @property
    def is_right(self) -> bool:
        """Whether every check passed, with all its points."""
        return bool(self.findings) and all(
            finding.verdict is Verdict.PASSED and finding.share == 1 for finding in self.findings
        )

    @property
    def is_answered(self) -> bool:
        """Whether any check could be reached."""
        return any(finding.verdict is not Verdict.NOT_REACHED for finding in self.findings)

    def raise_when_validating(self) -> None:
        """Raise NotYetRightError under nbgrader's Validate, which knows nothing else."""
        if os.environ.get("NBGRADER_EXECUTION") == "validate" and not self.is_right:
            raise NotYetRightError(repr(self))

    def __repr__(self) -> str:
        if self.sentence:
            return f"{self.title}\n  {self.sentence}"
        return "\n".join((exercise_text(self._heading, self.findings), "", self.more))

    def _repr_html_(self) -> str:
        if self.sentence:
            title, sentence = html.escape(self.title), html.escape(self.sentence)
            return f"<div><p><strong>{title}</strong>: {sentence}</p></div>"
        return f"{exercise_html(self._heading, self.findings)}<p>{html.escape(self.more)}</p>"

    @property
    def _heading(self) -> str:
        return self.title if self.is_answered else f"{self.title}, not answered yet"
