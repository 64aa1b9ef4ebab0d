"""Why a cell stopped, in words that help."""

from autograder.grading.failures import Makers, explain, origin
from autograder.notebooks.cells import Cell, Kind

FAILURE = "NameError in line 1: name 'w' is not defined"


def cells(*sources: str) -> list[Cell]:
    """Code cells that a student added."""
    return [Cell(f"c{n}", "code", text, Kind.ADDED) for n, text in enumerate(sources)]


def test_a_name_that_is_made_further_down_is_said_so() -> None:
    """Run from the top, a notebook misses what a later cell makes."""
    mine = cells("print(w)", "w, b = 1, 2")
    said = explain(FAILURE, mine[0], Makers(mine), {})
    assert said == (
        f"{FAILURE}; w is defined further down, in your cell that begins with `w, b = 1, 2`: "
        "cells run from the top"
    )


def test_a_name_whose_cell_stopped_is_traced_to_it() -> None:
    """The first failure is named, not the one that it led to."""
    mine = cells("w = missing", "print(w)")
    said = explain(FAILURE, mine[1], Makers(mine), {"c0": "a KeyError"})
    assert said.endswith("which stopped with a KeyError")


def test_only_what_is_absent_is_explained() -> None:
    """A GPU that is there, or a word that looks like one of ours, is no reason."""
    (mine,) = cells("x")
    for failure in (
        "OutOfMemoryError: CUDA out of memory",
        "RuntimeError: Expected all tensors to be on the same device, cuda:0 and cpu",
        "ValueError: the resolution of the image, a Connection of layers, cannot be resolved",
    ):
        assert explain(failure, mine, Makers([mine]), {}) == failure
    for failure, reason in {
        "AssertionError: Torch not compiled with CUDA enabled": "no GPU",
        "URLError: <urlopen error [Errno -3] Temporary failure in name resolution>": "no network",
        "ConnectionError: HTTPSConnectionPool": "no network",
        "ConnectionRefusedError: [Errno 111] Connection refused": "no network",
    }.items():
        assert reason in explain(failure, mine, Makers([mine]), {})


def test_a_line_that_no_person_wrote_is_not_searched() -> None:
    """A crafted line of a megabyte delays nobody: searching it would take hours."""
    mine = cells("print(w)", "import " + "a," * 500_000)
    assert explain(FAILURE, mine[0], Makers(mine), {}) == FAILURE


def test_each_line_is_read_once() -> None:
    """Twenty cells of 500 lines that all miss a name cost as little as one of them."""
    many = cells(*("\n".join(f"v{n}_{k} = missing{k}" for k in range(500)) for n in range(20)))
    makers = Makers(many)
    before = makers.of("v3_7")
    assert [cell.id for cell in before] == ["c3"]
    many[0] = Cell("c0", "code", "w = 1", Kind.ADDED)
    assert list(makers.of("w")) == []  # what was looked up stays as it is


def test_every_way_to_make_a_name_is_known() -> None:
    """A function, a class, an import, a loop, several targets, an annotated one; no comparison."""
    for line in (
        "def w(x):", "class w:", "import w", "from a import b, w", "import a as w", "w = 1",
        "b, w = 1, 2", "w: int = 1", "for w in x:", "    for a, w in x:", "async def w():",
    ):  # fmt: skip
        assert list(Makers(cells(line)).of("w")), line
    for line in ("w == 1", "print(w)", "if w:", "w.b = 1", "w(1)", "b[w] = 1"):
        assert not list(Makers(cells(line)).of("w")), line


def test_a_function_that_raised_is_explained_like_a_cell() -> None:
    """Also where only the type is told; a sentence that speaks of something else is left alone."""
    (mine,) = cells("x")
    for sentence, reason in {
        "f(...) raised PermissionError": "one process",
        "f(...) raised OSError: [Errno 1] Operation not permitted": "one process",
        "f(...) raised ConnectionRefusedError": "no network",
        "f(...) raised ModuleNotFoundError": "nothing can be installed",
        "f(...) raised PermissionError: mine": "",
        "the loss is 84": "",
    }.items():
        said = origin(sentence, mine, Makers([mine]), {})
        assert reason in said
        assert bool(reason) == bool(said)
