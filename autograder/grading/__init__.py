"""The story of a class: each submission rebuilt, run in a box, judged from outside, recorded.

submitted/ --rebuild--> cells --run--> evidence --judge--> findings --> ledger --> gradebook
"""

from autograder.grading.classes import grade
from autograder.grading.graded import Graded, comments
from autograder.grading.grading import Options, Workshop
from autograder.grading.judges import JudgeTemplate
from autograder.grading.recording import ClassGraded, grade_class, sync_class, told
from autograder.grading.replaying import replay
from autograder.grading.writing import standing, written

__all__ = [
    "ClassGraded",
    "Graded",
    "JudgeTemplate",
    "Options",
    "Workshop",
    "comments",
    "grade",
    "grade_class",
    "replay",
    "standing",
    "sync_class",
    "told",
    "written",
]
