"""What a hidden check does not tell."""

import torch

from autograder.checks import Student, close, exercise, points


@exercise("curve")
@points(1)
def check_error(student: Student) -> None:
    """The words of an error are the student's own."""
    student.call("raises", torch.tensor([1234.0]))


@exercise("curve")
@points(1)
def check_places(student: Student) -> None:
    """Nothing is told of where an answer is wrong."""
    close("x", student["x"], [1.0, 2.0, 3.0, 1234.0])


@exercise("later")
@points(3)
def check_missing(student: Student) -> None:
    """What is not there is not reached."""
    close("y", student["y"], 1.0)
