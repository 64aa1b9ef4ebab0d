"""What a source uses, by name."""

import pytest

from autograder.checks import CheckFailed, avoids, uses, words_of


@pytest.mark.parametrize(
    "source",
    [
        "torch.optim.SGD(p)",
        "import torch.optim as o",
        "from torch import optim",
        "from torch.optim import SGD",
        "getattr(torch, 'opt' + 'im')",
        "importlib.import_module('torch.optim')",
        "torch.__dict__['optim']",
        "exec('import torch.optim')",
        "%%time\nimport torch.optim",
    ],
)
def test_a_library_is_found_whichever_way_it_is_named(source: str) -> None:
    """An attribute, an import, a text that names and one that is run are all uses."""
    assert "optim" in words_of(source)


@pytest.mark.parametrize(
    "source",
    ["# torch.optim", "'''without torch.optim'''", "print('no optim')", "optim = 1", "x = ("],
)
def test_words_that_use_nothing_are_none(source: str) -> None:
    """Comments, docstrings, what is printed and what cannot be parsed use no library."""
    assert "optim" not in words_of(source)


LOOPS = "def total(x):\n    out = 0\n    for one in x:\n        out += one\n    return out"


@pytest.mark.parametrize(
    ("source", "used"),
    [
        (LOOPS, {"for"}),
        ("y = [v for v in x]", {"for"}),
        ("while x: x -= 1", {"while"}),
        ("y = sorted(x)", {"sorted"}),
        ("def sum(x): return x\ny = sum(x)", set()),
        ("sum = 3\ny = max(sum, 2)", {"max"}),
        ("text = 'for a while, sorted'", set()),
        ("def softmax(z): return torch.softmax(z)", {"softmax"}),
    ],
)
def test_loops_and_builtins_are_words(source: str, used: set[str]) -> None:
    """A loop counts by its kind, and a builtin unless the source defines it."""
    assert words_of(source) == used


def test_what_must_or_may_not_be_used_is_named() -> None:
    """The sentence has the words, and the reason that the author gives."""
    uses(LOOPS, "vmap", "for")
    avoids(LOOPS, "while", "vmap")
    with pytest.raises(CheckFailed, match=r"^the answer does not use vmap, einsum or while$"):
        uses(LOOPS, "vmap", "einsum", "while")
    with pytest.raises(CheckFailed, match=r"^the answer uses for: add all rows at once$"):
        avoids(LOOPS, "for", "while", why="add all rows at once")
