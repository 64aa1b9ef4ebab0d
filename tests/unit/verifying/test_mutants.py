"""Mutants are solutions with one change each."""

import ast

import pytest

from autograder.notebooks.cells import Cell, Kind
from autograder.verifying.mutants import Mutant, find_mutants


def mutants(*lines: str, around: str = "{}") -> list[Mutant]:
    """The mutants of an answer cell whose solution is these lines."""
    solution = "\n".join(["### BEGIN SOLUTION", *lines, "### END SOLUTION"])
    return find_mutants(Cell("a", "code", around.format(solution), Kind.ANSWER, "curve_answer"))


@pytest.mark.parametrize(
    ("line", "kind", "after"),
    [
        ("y = a + b", "operator", "y = a - b"),
        ("y -= rate * slope", "operator", "y += rate * slope"),
        ("y = a < b", "operator", "y = a > b"),
        ("y = f(3)", "constant", "y = f(4)"),
        ("y = f(3)", "constant", "y = f(-3)"),
        ("y = x[1]", "constant", "y = x[0]"),
        ("y = f(-3)", "sign", "y = f(3)"),
        ("y = a * b", "sign", "y = -(a * b)"),
        ("y = torch.sin(x)", "function", "y = torch.cos(x)"),
        ("y = x.log_softmax(1)", "function", "y = x.softmax(1)"),
        ("y = sum(x)", "function", "y = mean(x)"),
        ("y = x.sum(dim=1, keepdim=True)", "axis", "y = x.sum(dim=0, keepdim=True)"),
        ("y = x.sum(dim=1, keepdim=True)", "flag", "y = x.sum(dim=1, keepdim=False)"),
        ("y = x.sum(0)", "axis", "y = x.sum(1)"),
        ("optimizer.zero_grad()", "dropped statement", "pass"),
        ("y = torch.relu(x)", "dropped activation", "y = x"),
        ("y = x.tanh()", "dropped activation", "y = x"),
        (
            "m = nn.Sequential(nn.Linear(2, 3), nn.ReLU())",
            "dropped activation",
            "m = nn.Sequential(nn.Linear(2, 3), nn.Identity())",
        ),
        ("y = x.masked_fill(~mask, v)", "mask", "y = x.masked_fill(mask, v)"),
        ("y = x.masked_fill(~mask, v)", "mask", "y = x"),
        ("y = torch.where(mask, x, v)", "mask", "y = torch.where(mask, v, x)"),
        ("y = m.tril()", "function", "y = m.triu()"),
        ("y = x / d ** 0.5", "dropped factor", "y = x"),
        ("y = x * math.sqrt(d)", "dropped factor", "y = x"),
        ("y = x * d ** -0.5", "dropped factor", "y = x"),
        ("y = x.softmax(dim=-1)", "sign", "y = x.softmax(dim=1)"),
        ("y = x.softmax(dim=-1)", "constant", "y = x.softmax(dim=-2)"),
        ("net.train()", "function", "net.eval()"),
        ("net.eval()", "dropped statement", "pass"),
        ("f(x, shuffle=True)", "flag", "f(x, shuffle=False)"),
        ("y = x[torch.randperm(n)]", "function", "y = x[torch.arange(n)]"),
        ("y = torch.randn(n)", "function", "y = torch.rand(n)"),
        ("best = copy.deepcopy(net)", "shared state", "best = net"),
        ("best = x.clone()", "shared state", "best = x"),
        ("y = f(X_train)", "detached graph", "y = f(X_train).detach()"),
        ("y = X_train + X_test", "wrong variable", "y = X_train + X_train"),
        ("y = m / (1 - b**t)", "dropped factor", "y = m"),
        ("y -= rate * slope", "dropped factor", "y -= slope"),
        ("y -= rate * slope", "dropped factor", "y -= rate"),
        ("w -= rate * decay * w", "wrong variable", "w -= rate * decay * rate"),
    ],
)
def test_each_kind_of_mistake_is_made(line: str, kind: str, after: str) -> None:
    """A line gets the change that is named, and the mutant says which kind it is."""
    assert (kind, after) in {(one.kind, one.lines("+")) for one in mutants(line)}


def test_a_mutant_differs_in_one_place() -> None:
    """What was and what is are those lines alone, and the whole cell is there."""
    (dropped,) = (one for one in mutants("a = 1", "b.step()") if one.lines("-") == "b.step()")
    assert dropped.lines("+") == "pass"
    assert dropped.source == "a = 1\npass"


@pytest.mark.parametrize(
    "line",
    [
        "torch.manual_seed(3)",
        "print(3)",
        "'three'",
        "import three",
        "if not being_graded():\n    steps = 3",
    ],
)
def test_what_no_check_can_see_stays(line: str) -> None:
    """Seeds, what is printed, words, imports and skipped training are no mistakes to make."""
    assert mutants(line) == []


def test_a_seed_among_arguments_stays() -> None:
    """Another seed is another right answer."""
    assert not any("random_state=3" not in one.source for one in mutants("split(x, random_state=3)")
                   if one.kind == "constant")  # fmt: skip


def test_what_is_given_stays() -> None:
    """Lines outside of the markers are not the student's."""
    found = mutants("    return x + 1", around="steps = 3\ndef f(x):\n{}\nprint(steps)")
    assert found
    assert all("steps = 3" in one.source for one in found)


def test_a_cell_with_magics_has_mutants() -> None:
    """A line for IPython does not hide the solution behind it."""
    assert mutants("y = a + b", around="%matplotlib inline\n{}")


def test_mutants_are_programs_and_always_the_same() -> None:
    """Each is Python, none is there twice, and a second look finds the same in the same order."""
    lines = ("y = 2 * x + 2 * x", "z = [y[0], y[1]]", "return_ = torch.exp(y).mean(1)")
    found = mutants(*lines)
    assert [one.source for one in found] == [one.source for one in mutants(*lines)]
    assert len({one.source for one in found}) == len(found)
    for one in found:
        ast.parse(one.source)
