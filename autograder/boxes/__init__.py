"""Our side of the trust line: starts the template, asks it for boxes, and speaks with them."""

from autograder.boxes.box import Box, CellRun, Ended, Reply
from autograder.boxes.template import Profile, Template

__all__ = ["Box", "CellRun", "Ended", "Profile", "Reply", "Template"]
