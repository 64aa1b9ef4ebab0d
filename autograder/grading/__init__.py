"""The story of a class: each submission rebuilt, run in a box, judged from outside, recorded.

    submitted/ --rebuild--> cells --run--> answers --judge--> findings --> grade --> gradebook
"""

from autograder.grading.grading import Graded, Options, Workshop, grade

__all__ = ["Graded", "Options", "Workshop", "grade"]
