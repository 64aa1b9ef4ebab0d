"""Our side of the trust line: starts the template, forks boxes from it, and talks to them."""

from autograder.boxes.box import Box, CellRun, Ended
from autograder.boxes.deadlines import IDLE_FACTOR, STARVED
from autograder.boxes.incoming import Reply, gone
from autograder.boxes.layers import LAYERS, Layer, missing_walls
from autograder.boxes.process import WarmProcess
from autograder.boxes.shared_data import find_data_problems, listed
from autograder.boxes.template import Template

__all__ = [
    "IDLE_FACTOR",
    "LAYERS",
    "STARVED",
    "Box",
    "CellRun",
    "Ended",
    "Layer",
    "Reply",
    "Template",
    "WarmProcess",
    "find_data_problems",
    "gone",
    "listed",
    "missing_walls",
]
