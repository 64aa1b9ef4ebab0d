"""Answer files as cells, and cells as files: what is released, shown, and to be mended."""

from dataclasses import replace
from pathlib import Path

import pytest
from gates_source import MARKS, NOTEBOOK, SOLVED, SOURCE, STUBBED, assignment

from autograder.config import read_settings
from autograder.errors import CourseError
from autograder.notebooks.answer_files import importable, join, numbered, on_page, split
from autograder.notebooks.assignment import find_problems, read_assignment
from autograder.notebooks.writing import compose


def test_a_file_and_its_cells_are_the_same_text() -> None:
    """What is read is written again, and each part knows the lines above it."""
    parts = split("gates.py", SOLVED)
    assert [part.id for part in parts] == ["gates", "leaky_answer", "helpers", "gate_answer"]
    assert [part.exercise for part in parts] == ["", "leaky", "", "gate"]
    assert join(parts) == {"gates.py": SOLVED}
    assert numbered(parts) == parts
    assert [one.before for one in numbered(parts)] == [one.before for one in parts]
    lines = SOLVED.split("\n")
    assert all(lines[part.before] == part.source.split("\n")[0] for part in parts)


def test_the_release_holds_stubs_and_can_be_imported() -> None:
    """A solution becomes its stub, and without its stubs a part is Python, line by line."""
    assert "    return <your_code_here>\n" in STUBBED
    assert "torch.where" not in STUBBED
    (runs,) = join(split("gates.py", STUBBED), importable).values()
    assert runs.count("\n") == STUBBED.count("\n")
    names: dict[str, object] = {}
    exec(compile(runs.replace("import torch", ""), "gates.py", "exec"), names)  # noqa: S102 - ours
    assert {"leaky", "Gate", "double", "SLOPE"} <= set(names)


def test_a_page_shows_each_part_above_its_check() -> None:
    """The text of a file stands before the check of its exercise, with its lines."""
    page = on_page(assignment(SOLVED).cells)
    ids = [cell.id for cell in page]
    assert ids[2:5] == ["gates", "leaky_answer", "leaky"]
    assert ids[6:] == ["helpers", "gate_answer", "gate"]
    shown = page[3].source.split("\n")
    first = SOLVED.split("\n").index("# %% leaky_answer") + 2
    assert shown[0] == f"# gates.py, lines {first} to {first + 2}"
    assert shown[1] == "def leaky(x):"


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (SOURCE.replace("leaky_answer", "weaky_answer"), "weaky_answer belongs to no grade cell"),
        (SOURCE.replace("helpers", "leaky_answer"), "gates.py: 2 cells have the grade_id"),
        (SOLVED, "gates.py, leaky_answer: an answer cell has no solution in it"),
        (SOURCE.replace("SLOPE * x)", "SLOPE * x"), "gates.py, line 12: syntax error"),
        (SOURCE.replace("= 0.01", "= <your_code_here>"), "gates.py, line 5: the source holds"),
        (SOURCE.replace(f"    {MARKS[0]}", "", 1), "gates.py, line 13: a solution ends without"),
        (SOURCE.replace("return 2 * x", f"{MARKS[0]}\n    {MARKS[1]}"), "outside the answer cells"),
        (SOURCE.replace("# %% helpers", "# %%"), "gates.py, line 16: # %% begins no part"),
        (SOURCE.replace("    def __call", "    # %% call\n    def __call"), "begins no part"),
        ("x = 1\n", "gates.py: no part of it is an answer"),
    ],
)  # fmt: skip
def test_what_must_be_mended_in_a_file_is_named(text: str, words: str) -> None:
    """Each problem comes with the file and the line in it."""
    assert words in "\n".join(map(str, find_problems(assignment(text))))


def test_a_sound_file_has_no_problems() -> None:
    """What the notebook needs of a file is there."""
    assert find_problems(assignment()) == []


def test_a_file_is_imported_by_the_notebook() -> None:
    """A notebook that imports no file of that name, and a module of that name, are named."""
    notebook = assignment()
    alone = replace(notebook, cells=tuple(c for c in notebook.cells if "gates" not in c.source))
    assert "gates.py: no cell of hw.ipynb imports it" in "\n".join(map(str, find_problems(alone)))
    for name in ("torch", "time"):
        taken = (*split(f"{name}.py", SOURCE), *NOTEBOOK)
        said = "\n".join(map(str, find_problems(replace(notebook, cells=taken))))
        assert f"{name}.py: there is a module called {name} already" in said


def test_a_file_that_cannot_be_read_is_a_course_error(tmp_path: Path) -> None:
    """All files that are missing or no text are named at once."""
    path = tmp_path / "hw.ipynb"
    (tmp_path / "frame").write_text('{"metadata": {}}')
    path.write_text(compose(tmp_path / "frame", NOTEBOOK, {}))
    (tmp_path / "gates.py").write_bytes("Привет".encode("cp1251"))
    with pytest.raises(CourseError) as caught:
        read_assignment(path, ["gates.py", "doors.py"])
    assert len(caught.value.problems) == 2


@pytest.mark.parametrize(
    "name", ["../gates.py", "a/gates.py", "gates.txt", "my-gates.py", "class.py", ".py", "3.py"]
)
def test_a_name_that_cannot_be_imported_is_refused(tmp_path: Path, name: str) -> None:
    """Such a file could not be an answer file, wherever it lies."""
    settings = tmp_path / "autograder.toml"
    head = 'course = "c"\nseed = "s"\n[assignments.hw]\nanswers = '
    settings.write_text(f'{head}["gates.py"]')
    assert read_settings(settings).answers_of("hw") == ("gates.py",)
    for wrong in (f'["gates.py", "{name}"]', '["gates.py", "gates.py"]', "[3]", '"gates.py"'):
        settings.write_text(head + wrong)
        with pytest.raises(CourseError, match=r"autograder.toml, assignments.hw.answers"):
            read_settings(settings)
