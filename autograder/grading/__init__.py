"""The story of a class: each submission rebuilt, run in a box, judged from outside, recorded.

submitted/ --rebuild--> cells --run--> evidence --judge--> findings --> ledger --> gradebook
"""

from autograder.grading.clerk import ClassGraded, grade_class, sync_class, told
from autograder.grading.exercise_record import replay
from autograder.grading.graded_submission import Graded, comments
from autograder.grading.judge_proxy import JudgeTemplate
from autograder.grading.results import standing, written
from autograder.grading.workers import grade
from autograder.grading.workshop import Options, Workshop

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
