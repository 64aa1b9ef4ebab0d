"""The vocabulary of the pytest checks that judge a student's work.

    exercise, points                              what a check belongs to, and what it is worth
    close, below, above                           values, and shares of the points
    nonlinear_in, gradients_close                 functions
    ignores, depends_on, causal, equivariant      which inputs influence which outputs
    same_network                                  an architecture, by what it computes
    given, tensors                                inputs that are searched for
    tensor                                        an answer that must be numbers, as a tensor
    words_of                                      the names that a source uses
    CheckFailed                                   for a sentence of your own: the work is not right
    Student                                       what the fixture ``student`` can be asked

Fixtures: ``student``; ``rng``, a torch.Generator of the check's own; ``data``, the folder with the
released files; ``device``, where the student's work runs.
A failed ``assert`` fails the check, and its message, if it has one, is shown to the student.
Any other exception is a mistake of the check: the grade is withheld until it is mended.
"""

from autograder.checks.coercing import tensor
from autograder.checks.comparing import above, below, close, nonlinear_in
from autograder.checks.gradients import gradients_close
from autograder.checks.influence import causal, depends_on, equivariant, ignores
from autograder.checks.marks import exercise, points
from autograder.checks.networks import same_network
from autograder.checks.searching import given, tensors
from autograder.checks.sources import words_of
from autograder.judging.current_check import CheckFailed, NotReached
from autograder.judging.students import Student

__all__ = [
    "CheckFailed",
    "NotReached",
    "Student",
    "above",
    "below",
    "causal",
    "close",
    "depends_on",
    "equivariant",
    "exercise",
    "given",
    "gradients_close",
    "ignores",
    "nonlinear_in",
    "points",
    "same_network",
    "tensor",
    "tensors",
    "words_of",
]
