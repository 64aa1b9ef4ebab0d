"""softplus, where numbers are large, and its gradient."""

import torch

from autograder.checks import close, exercise, gradients_close, points

pytestmark = exercise("softplus")


@points(1, hint="exp(x) is infinite for large x; is there a function that never computes it?")
def check_values_far_from_zero(student, rng):
    """softplus(x) is right for large numbers of either sign."""
    x = 200 * torch.randn(50, generator=rng)

    close("softplus(x)", student.call("softplus", x), torch.nn.functional.softplus(x))


@points(1, hint="compute with torch alone, and detach nothing")
def check_gradient(student, rng):
    """Gradients flow from softplus(x) back to x."""
    x = torch.randn(8, generator=rng)

    gradients_close(student, "softplus", x, reference=torch.nn.functional.softplus)
