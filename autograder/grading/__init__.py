"""The story of a class: each submission rebuilt, run in a box, judged from outside, recorded.

submitted/ --rebuild--> cells --run--> answers --judge--> findings --> grade --> gradebook
"""

from autograder.grading.grading import Graded, Options, Workshop, grade, start_judges
from autograder.grading.recording import ClassGraded, grade_class

__all__ = [
    "ClassGraded",
    "Graded",
    "Options",
    "Workshop",
    "grade",
    "grade_class",
    "start_judges",
]
