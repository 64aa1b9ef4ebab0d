"""The sample course as it is committed: its releases are what its sources give."""

import json
from pathlib import Path
from typing import Any

import pytest
from sample_course import ROOT, sample_course

from autograder.commands import instructors


@pytest.mark.parametrize("name", ["backprop", "layers", "optimizers", "attention", "training"])
def test_the_release_is_what_the_source_gives(
    name: str, tmp_path: Path, started_once: None
) -> None:
    """The committed release is, byte for byte, what `autograder release` makes."""
    course = sample_course(tmp_path, name)
    for path in files(course.release(name)):
        (course.release(name) / path).unlink()
    instructors.release(name, course=tmp_path)
    assert files(course.release(name)) == files(ROOT / "release" / name)
    made, committed = (
        outline(place / f"solutions/{name}/{name}.ipynb") for place in (tmp_path, ROOT)
    )
    assert made == committed


def files(folder: Path) -> dict[str, bytes]:
    """All files below a folder."""
    found = (path for path in sorted(folder.rglob("*")) if path.is_file())
    return {str(path.relative_to(folder)): path.read_bytes() for path in found}


def outline(path: Path) -> list[tuple[str, str, list[Any]]]:
    """The cells of the solutions, their outputs by structure: pixels and floats vary."""
    tree = json.loads(path.read_text())
    return [
        (
            cell["id"],
            "".join(cell["source"]),
            [
                (output["output_type"], sorted(output.get("data", {})))
                for output in cell.get("outputs", [])
            ],
        )
        for cell in tree["cells"]
    ]
