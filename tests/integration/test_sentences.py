"""What students are told about wrong answers to backprop: the mistake that it is, and no other."""

from collections.abc import Iterator

import pytest
from sample_course import Once, sample_course

from autograder.boxes.template import Template
from autograder.grading.graded_submission import comments
from autograder.grading.template_pool import Warm
from autograder.grading.workshop import Options, Workshop
from autograder.verifying.specimens import Specimen

ZERO = "torch.zeros(1, requires_grad=True)"
UNITS = "u, v = (torch.zeros(5, requires_grad=True) for _ in range(2))\nparameters = [u, v]"
DESCENT = """\
steps, step_size = 60, {size}
{start}


def predict(x):
    return {formula}


losses = []
for step in range(steps):
    loss = ((predict(x) - y) ** 2).mean()
    loss.backward()
    with torch.no_grad():
{loop}
"""
TRAINING = """\
torch.manual_seed(42)
model = nn.Sequential(
    nn.BatchNorm1d(n_features, momentum={slow}), nn.Linear(n_features, 32), nn.ReLU(),
    nn.Linear(32, 32), nn.BatchNorm1d(32, momentum={slow}), nn.ReLU(), nn.Linear(32, 1),
)
optimizer = torch.optim.Adam(model.parameters(), lr=0.03)
for step in range(200):
    loss = loss_function(model(X_train), y_train)
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
"""


def curve(x: str, y: str) -> dict[str, str]:
    """An answer to the first exercise."""
    return {"parametric_curve_answer": f"x = {x}\ny = {y}"}


def descent(
    loop: str,
    names: str = "w, b",
    formula: str = "w * torch.log(x) + b",
    start: str = "",
    size: float = 0.01,
) -> dict[str, str]:
    """An answer to the second: `p` is each of the parameters in turn."""
    made = "".join(f"{name} = {ZERO}\n" for name in names.split(", "))
    lines = "\n".join(f"        {line}" for line in loop.split("\n"))
    text = DESCENT.format(
        start=start or f"{made}parameters = [{names}]", formula=formula, loop=lines, size=size
    )
    return {"nonlinear_regression_answer": text}


EACH = "for p in parameters:\n    p -= step_size {}* p.grad\n"
STEP = EACH.format("")
# The answer, what is said of it, and what is not.
WRONG: dict[str, tuple[dict[str, str], str, str]] = {
    "another frequency": (
        curve("t - 1.5 * torch.cos(15 * t)", "t - 1.5 * torch.sin(24 * t)"),
        "x is right except for one wave, which has another frequency", "not right",
    ),
    "swapped": (
        curve("t - 1.5 * torch.sin(25 * t)", "t - 1.5 * torch.cos(17 * t)"),
        "x is what y should be", "not right",
    ),
    "cosine twice": (
        curve("t - 1.5 * torch.cos(17 * t)", "t - 1.5 * torch.cos(25 * t)"),
        "y(t) takes the cosine, where it should take the sine", "y(t) takes the sine",
    ),
    "one is not cleared": (
        descent(
            STEP + "w.grad.zero_()\nb.grad.zero_()", "w, v, b", "w * torch.log(x) + v / x + b"
        ),
        "the gradient of `v` is not cleared", "times what its gradient says",
    ),
    "the last one is cleared": (
        descent(STEP + "p.grad.zero_()", "w, v, b", "w * torch.log(x) + v / x + b"),
        "the gradients of `w` and `v` are not cleared", "times what its gradient says",
    ),
    "warm-up": (
        descent(EACH.format("* min(1, (step + 1) / 20) ") + "    p.grad.zero_()"),
        "move by the same `step_size` in every step", "gradients add up",
    ),
    "momentum": (
        descent(
            "for p in parameters:\n    p.m = p.grad + 0.9 * getattr(p, 'm', 0)\n"
            "    p -= step_size * p.m\n    p.grad.zero_()"
        ),
        "as momentum does", "gradients add up",
    ),
    "dead start": (
        descent(STEP + "    p.grad.zero_()", "", "torch.tanh(x[:, None] * u) @ v", UNITS),
        "at the start every gradient is zero", "does the loop run",
    ),
    "new tensors": (
        descent("w, b = ((p - 0.01 * p.grad).requires_grad_() for p in (w, b))"),
        "`w = w - ...` makes a new one", "every gradient is zero",
    ),
    "not in the list": (
        descent(
            STEP + "    p.grad.zero_()\nb -= step_size * b.grad\nb.grad.zero_()", "w",
            "w * torch.log(x) + b", f"w = {ZERO}\nb = {ZERO}\nparameters = [w]", 0.05,
        ),
        "does not stand in `parameters`", "times what its gradient says",
    ),
    "averages that lag": (
        {"deeper_network_answer": TRAINING.format(slow=0.0003)},
        "BatchNorm predicts with running averages", "is it a network of torch's",
    ),
}  # fmt: skip


@pytest.fixture(scope="module")
def once(tmp_path_factory: pytest.TempPathFactory, template: Template) -> Iterator[Once]:
    """A class in which each student makes one of the mistakes."""
    names = {name: name.replace(" ", "_").replace(".", "") for name in WRONG}
    specimens = [Specimen(name, "", names[name], "", {}, WRONG[name][0]) for name in WRONG]
    course = sample_course(tmp_path_factory.mktemp("course"), "backprop", specimens)
    with Workshop(course, "backprop", Options(jobs=1)) as workshop:
        workshop.templates = Warm(lambda _: template)
        yield Once(workshop)


@pytest.mark.parametrize("name", WRONG)
def test_the_finding_names_the_mistake_that_was_made(once: Once, name: str) -> None:
    """The sentence says what is wrong, in the student's own names, and nothing that is not."""
    answers, words, others = WRONG[name]
    (exercise,) = (grade_id.removesuffix("_answer") for grade_id in answers)
    done = once(name.replace(" ", "_").replace(".", ""))
    told = " ".join(comments(done.grade, [exercise])[exercise].split())
    # A comment is plain text, without the marks of code.
    assert words.replace("`", "") in told
    assert others.replace("`", "") not in told
