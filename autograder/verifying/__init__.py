"""The story of an assignment that is examined: specimens, mutants, seeds, devices, leaks, costs."""

from autograder.verifying.case import Answer, Bench
from autograder.verifying.specimens import Specimen, disagreements, read_specimens
from autograder.verifying.verifying import QUESTIONS, report, verify

__all__ = [
    "QUESTIONS",
    "Answer",
    "Bench",
    "Specimen",
    "disagreements",
    "read_specimens",
    "report",
    "verify",
]
