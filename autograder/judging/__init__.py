"""The judge: a pytest session whose checks question a student's work.

judge.py       the process: collects the checks once, forked for each submission
session.py     pytest, which collects and runs
students.py    what the fixture ``student`` can be asked, wherever the work is:
  pause.py       in a box that pauses at an exercise
  kernel.py      in the student's own kernel, where live.py runs the visible checks
current.py     the check that runs now
verdicts.py    what it comes to
"""
