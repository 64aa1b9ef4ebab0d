"""What is filled in counts, whatever is left open beside it."""

import ast

import pytest

from autograder.notebooks.unfilled import without_stubs

S = "<your_code_here>"
RAISED = 'raise NotImplementedError("a stub is not filled in yet")'


@pytest.mark.parametrize(
    ("source", "left"),
    [
        (f"x = 1\ny = {S}", "x = 1\npass"),
        (f"{S}", "pass"),
        (f"x = f({S},\n      2); y = 1", "pass; y = 1\n"),
        (f"if 1:\n    {S}\nelse:\n    y = 2", "if 1:\n    pass\nelse:\n    y = 2"),
        (f"for i in {S}:\n    x = i\ny = 1", "pass\n\ny = 1"),
        (f"for i in range(3):\n    x = {S}\n    y = i", "for i in range(3):\n    pass\n    y = i"),
        (f"def f(v):\n    a = {S}\n    return a", f"def f(v):\n    {RAISED}\n    return a"),
        (f"def f(v):\n    return {S}\nx = 1", f"def f(v):\n    {RAISED}\nx = 1"),
        (f"def f(v={S}):\n    return v\nx = 1", "pass\n\nx = 1"),
        (
            f"class A:\n    b = {S}\n    def f(self):\n        return {S}",
            f"class A:\n    pass\n    def f(self):\n        {RAISED}",
        ),
        (f"try:\n    f()\nexcept A:\n    {S}", "try:\n    f()\nexcept A:\n    pass"),
        (f"match x:\n    case 1:\n        {S}", "match x:\n    case 1:\n        pass"),
        (f"я = 1; ю = {S}; э = 2", "я = 1; pass; э = 2"),
        (f"f = lambda v: {S}\nx = 1", "pass\nx = 1"),
        (f"x = 1  # {S}\ny = '{S}'", f"x = 1  # {S}\ny = '{S}'"),
        (f"with {S} as g:\n    x = 1", "pass\n"),
        ("x = < your_code_here  >\ny = 1", "pass\ny = 1"),
    ],
)
def test_the_statement_with_the_stub_is_left_out(source: str, left: str) -> None:
    """The innermost one, and no line moves."""
    found = without_stubs(source)
    assert found == left
    ast.parse(found)
    assert found.count("\n") == source.count("\n")


def test_lines_for_the_shell_stand_as_they_are() -> None:
    """What IPython reads before Python is no reason to run nothing."""
    source = f"%matplotlib inline\n!ls\nif 1:\n    x = 1\ny = {S}"
    assert without_stubs(source) == "%matplotlib inline\n!ls\nif 1:\n    x = 1\npass"


@pytest.mark.parametrize("source", [f"x = (\n{S}", f"def f(:\n    {S}", f"%%bash\n{S} | less"])
def test_what_is_no_python_is_not_run(source: str) -> None:
    """Nobody can tell which of its statements hold the stub."""
    assert without_stubs(source) == ""


def test_nothing_is_changed_where_nothing_is_open() -> None:
    """Not even a space."""
    assert without_stubs("x  =  1\n\n%time y") == "x  =  1\n\n%time y"
