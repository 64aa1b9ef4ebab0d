"""softplus, near zero."""

import torch

from autograder.checks import close, exercise, points

pytestmark = exercise("softplus")

X = torch.linspace(-3, 3, 61)


@points(1, hint="it is the natural logarithm, and the 1 stands inside")
def check_values_near_zero(student):
    """softplus(x) is right for x between -3 and 3."""
    close("softplus(x)", student.call("softplus", X), torch.nn.functional.softplus(X))
