"""A part of an answer file as a cell."""

import pytest

from autograder.evidence.parts import read_part, write_part


def test_what_is_written_is_read_again() -> None:
    """Each line of a part stands where it stands in its file."""
    cell = write_part("layers.py", 3, "x = 1\ny = 2")
    assert read_part(cell) == ("layers.py", "\n\n\nx = 1\ny = 2")
    assert write_part("layers.py", 3, " \n") == ""


@pytest.mark.parametrize(
    "cell",
    ["", "x = 1", "%%time\nx", "%%answer_file\nx", "%%answer_file a/b.py\nx", "%%answer_file a.so"],
)
def test_other_cells_are_no_parts(cell: str) -> None:
    """A cell of a notebook is never taken for a part by chance, nor a path for a name."""
    assert read_part(cell) is None
