"""A cell that does without what makes figures cheap."""

AT_ONCE = """
from autograder.guest.axes import LazyAxes
LazyAxes.waits = staticmethod(lambda: False)
from contextlib import nullcontext as _plainly
from autograder.guest import outputs as _outputs
_outputs.remembering = _plainly
"""
