"""A source with two answers in a file, for the tests of such files."""

from autograder.notebooks.answer_files import join, split
from autograder.notebooks.cells import Cell, Kind, Notebook
from autograder.notebooks.rebuilding import Rebuilt
from autograder.releasing import released_notebook

SOURCE = '''\
"""Two gates."""

import torch

SLOPE = 0.01


# %% leaky_answer
def leaky(x):
    """x, or SLOPE * x below zero."""
    ### BEGIN SOLUTION
    return torch.where(x > 0, x, SLOPE * x)
    ### END SOLUTION


# %% helpers
def double(x):
    return 2 * x


# %% gate_answer
class Gate:
    """weight * leaky(x)."""

    def __call__(self, x):
        ### BEGIN SOLUTION
        return self.weight * leaky(x)
        ### END SOLUTION
'''
MARKS = ("### BEGIN SOLUTION", "### END SOLUTION")
SOLVED = "\n".join(line for line in SOURCE.split("\n") if line.strip() not in MARKS)
NOTEBOOK = (
    Cell("imports", "code", "import torch\nfrom autograder import check"),
    Cell("take_leaky", "code", "from gates import leaky"),
    Cell("leaky", "code", 'check("leaky")', Kind.GRADE, "leaky", 2),
    Cell("take_gate", "code", "from gates import Gate"),
    Cell("gate", "code", 'check("gate")', Kind.GRADE, "gate", 2),
)
BOTH = ["leaky_answer", "gate_answer"]


def assignment(text: str = SOURCE) -> Notebook:
    """The notebook of a source, with the parts of its file."""
    return Notebook("hw.ipynb", (*split("gates.py", text), *NOTEBOOK))


RELEASE = released_notebook(assignment())
(STUBBED,) = join(RELEASE.cells).values()


def file_of(rebuilt: Rebuilt) -> str:
    """The file that runs."""
    (text,) = join(rebuilt.cells).values()
    return text
