"""A cell that does without what makes live plots cheap."""

AT_ONCE = """
from autograder.guest.axes import LazyAxes
LazyAxes.waits = staticmethod(lambda: False)
"""
