"""The vocabulary of the pytest checks that judge a student's work.

    exercise, points                              what a check belongs to, and what it is worth
    close, one_of, below, above                   values, and shares of the points
    nonlinear_in, gradients_close                 functions
    ignores, depends_on, causal, equivariant      which inputs influence which outputs
    same_network                                  an architecture, by what it computes
    moves                                         optimizers, step after step
    raises, unchanged                             errors, and what is left as it was
    batches                                       what a Dataset or a DataLoader gives
    rate_like, spread_like                        what is drawn at random
    given, tensors                                inputs that are searched for
    tensor, several                               an answer as a tensor, or as so many things
    plots_of                                      what a figure shows
    uses, avoids, words_of                        the names that a source uses
    CheckFailed                                   for a sentence of your own: the work is not right
    Student                                       what the fixture ``student`` can be asked
    Theirs                                        an object of the student's work, in the box

Fixtures: ``student``; ``rng``, a torch.Generator of the check's own; ``data``, the folder with the
released files; ``device``, where the student's work runs.
A failed ``assert`` fails the check, and its message, if it has one, is shown to the student.
Any other exception is a mistake of the check: the grade is withheld until it is mended.
"""

from autograder.checks.batches import batches
from autograder.checks.behaving import raises, unchanged
from autograder.checks.coercing import several, tensor
from autograder.checks.comparing import above, below, close, nonlinear_in, one_of
from autograder.checks.gradients import gradients_close
from autograder.checks.influence import causal, depends_on, equivariant, ignores
from autograder.checks.marks import exercise, points
from autograder.checks.moving import moves
from autograder.checks.networks import same_network
from autograder.checks.plots import plots_of
from autograder.checks.randomness import rate_like, spread_like
from autograder.checks.searching import given, tensors
from autograder.checks.sources import avoids, uses, words_of
from autograder.judging.current_check import CheckFailed, NotReached
from autograder.judging.students import Student
from autograder.judging.theirs import Theirs

__all__ = [
    "CheckFailed",
    "NotReached",
    "Student",
    "Theirs",
    "above",
    "avoids",
    "batches",
    "below",
    "causal",
    "close",
    "depends_on",
    "equivariant",
    "exercise",
    "given",
    "gradients_close",
    "ignores",
    "moves",
    "nonlinear_in",
    "one_of",
    "plots_of",
    "points",
    "raises",
    "rate_like",
    "same_network",
    "several",
    "spread_like",
    "tensor",
    "tensors",
    "unchanged",
    "uses",
    "words_of",
]
