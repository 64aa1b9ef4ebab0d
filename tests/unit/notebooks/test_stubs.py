"""Solutions become stubs, and stubs are seen."""

import pytest

from autograder.notebooks.stubs import (
    MarkerError,
    has_stub,
    replace_solutions,
    solution_lines,
    without_markers,
)


def solved(body: str) -> str:
    """A solution between its markers."""
    return f"### BEGIN SOLUTION\n{body}\n### END SOLUTION"


@pytest.mark.parametrize(
    ("body", "stubs"),
    [
        ("x = 1", "x = <your_code_here>"),
        ("x = 1\n\n# why\ny = 2", "x = <your_code_here>\ny = <your_code_here>"),
        ("a, *b = 1, 2", "a, *b = <your_code_here>"),
        ("(a, b) = c = 1, 2", "(a, b) = c = <your_code_here>"),
        ("w: list[int] = [1]", "w: list[int] = <your_code_here>"),
        ("self.layer = 1", "self.layer = <your_code_here>"),
        ("x = f(\n    1,\n)", "x = <your_code_here>"),
        ('x = """\nten\n"""', "x = <your_code_here>"),
        ("return 1", "return <your_code_here>"),
        ("h = 1\nreturn h", "h = <your_code_here>\nreturn <your_code_here>"),
        ("w -= 1", "<your_code_here>"),
        ("x[0] = 1", "<your_code_here>"),
        ("for i in x:\n    y = 1", "<your_code_here>"),
        ("x = 1\nprint(x)", "<your_code_here>"),
        ("%time x = 1", "<your_code_here>"),
        ("", "<your_code_here>"),
    ],
)
def test_a_solution_becomes_its_stub(body: str, stubs: str) -> None:
    """Simple assignments and returns keep their left side; anything else is one stub."""
    assert replace_solutions(f"given = 0\n{solved(body)}\nplot()") == f"given = 0\n{stubs}\nplot()"


def test_a_stub_stands_at_its_indentation() -> None:
    """A solution inside a function or a loop keeps its place."""
    source = (
        "def f(x):\n    ### BEGIN SOLUTION\n    return 2 * x\n    ### END SOLUTION\n"
        "for i in a:\n    # ### step\n    ### BEGIN SOLUTION\n    a.step()\n    ### END SOLUTION"
    )
    assert replace_solutions(source) == (
        "def f(x):\n    return <your_code_here>\nfor i in a:\n    # ### step\n    <your_code_here>"
    )


def test_a_written_answer_without_markers_is_all_solution() -> None:
    """Not a word of a model answer reaches students."""
    assert "secret" not in replace_solutions("secret", written=True)
    assert replace_solutions("Ask.\n" + solved("secret"), written=True).startswith("Ask.\n*")


@pytest.mark.parametrize(
    ("source", "line"),
    [
        ("x\n### BEGIN SOLUTION", 2),
        ("x\n### END SOLUTION", 2),
        ("### BEGIN SOLUTION\n### BEGIN SOLUTION\n### END SOLUTION", 2),
        ("x = 1  ### BEGIN SOLUTION\n### END SOLUTION", 1),
    ],
)
def test_markers_out_of_place_are_named_by_line(source: str, line: int) -> None:
    """A marker that does not pair is a problem with a line, never a leak."""
    with pytest.raises(MarkerError) as caught:
        replace_solutions(source)
    assert caught.value.line == line


def test_the_solution_is_known_by_line() -> None:
    """Lines of a solution keep their numbers, and the reference keeps everything but markers."""
    source = "a\n" + solved("x = 1\ny = 2")
    assert solution_lines(source) == [(3, "x = 1"), (4, "y = 2")]
    assert without_markers(source) == "a\nx = 1\ny = 2"


@pytest.mark.parametrize(
    ("source", "line"),
    [
        ("x = <your_code_here>", 1),
        ("a\n\nreturn < your_code_here >", 3),
        ("x = 'it is' + <your_code_here>", 1),
        ("!echo don't\nx = <your_code_here>", 2),
        ("s = r'\\'\nx = <your_code_here>", 2),
        ("x = 1  # was <your_code_here>", None),
        ("x = '<your_code_here>'", None),
        ('"""\n<your_code_here>\n"""', None),
        ("'''never closed\n<your_code_here>", None),
        ("x = 1 < your_code_here", None),
        ("s = 'a\\", None),
        ("", None),
    ],
)
def test_an_unfilled_stub_is_seen_in_code_only(source: str, line: int | None) -> None:
    """A marker kept in a comment or a string beside a full answer is no stub."""
    assert has_stub(source) == line


def test_looking_for_stubs_takes_no_time_on_hostile_text() -> None:
    """A megabyte of quotes and backslashes is read once."""
    for text in ("\\" * 10**6, "'\\" * 10**6, '"""' * 10**5 + "\\", "<" * 10**6):
        assert has_stub(text) is None
