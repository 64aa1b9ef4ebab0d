"""What a source uses, by name."""

import pytest

from autograder.checks import words_of


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
