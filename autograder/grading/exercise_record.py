"""The record of one exercise, from the ledger, without student code."""

from autograder.config import Course
from autograder.errors import UsageError
from autograder.evidence.frames import Message
from autograder.grading.clerk import recall
from autograder.ledger import Current, Judged, Ledger
from autograder.model import Grade
from autograder.reports.transcripts import transcript
from autograder.text import legible


def replay(course: Course, student: str, exercise: str, assignment: str | None = None) -> str:
    """The recorded questions, answers and findings of one exercise, as text."""
    with Ledger(course.ledger) as ledger:
        name, now = _find(ledger, student, assignment)
        judged = ledger.judged(now.findings)
        if judged is None:
            raise UsageError(_missing(student, name))
        grade = judged.of(student)
        if not (findings := grade.of(exercise)):
            known = dict.fromkeys(finding.check.exercise for finding in grade.findings)
            raise UsageError(f"{name} has no exercise {exercise}: there are {', '.join(known)}.")
        answers = recall(ledger, judged, grade).tape.answers

        def questions(check: str) -> list[Message]:
            return [answers[key] for key in judged.asked.get(check, ()) if key in answers]

        kept = ledger.run(now.run)
    head = f"{student}, {name}, {exercise}: {_ended(grade, judged)}"
    if kept and not kept.playable:
        head += "\nSome questions are missing: the evidence was too large, or does not count."
    return "\n\n".join([legible(head, lines=True), transcript(findings, questions)])


def _ended(grade: Grade, judged: Judged) -> str:
    notes = "".join(f"\n{note}" for note in grade.notes)
    return f"the run {'ended: ' if judged.final else 'was not final: '}{grade.ending}{notes}"


def _find(ledger: Ledger, student: str, assignment: str | None) -> tuple[str, Current]:
    names = [assignment] if assignment else ledger.assignments(student)
    if len(names) > 1:
        raise UsageError(f"Choose one with --assignment: {', '.join(names)}.")
    for name in names:
        if found := ledger.current(name).get(student):
            return name, found
    raise UsageError(_missing(student, assignment or "any assignment"))


def _missing(student: str, assignment: str) -> str:
    return f"The ledger holds nothing of {student} for {assignment}: run autograder grade first."
