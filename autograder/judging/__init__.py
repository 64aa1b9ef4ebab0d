"""The judge: a pytest session whose checks question a student's work.

judge.py            the process: collects the checks once, forked for each submission
session.py          pytest, which collects and runs
current_check.py    the check that runs now, and its random numbers
verdicts.py         what it comes to
students.py         what the fixture ``student`` can be asked, wherever the work is:
  in_box.py           in a box that pauses at an exercise; what was asked is remembered here
  in_kernel.py        in the student's own kernel, where live.py runs the visible checks
"""
