"""A course chooses the libraries that no box has to import."""

from pathlib import Path

import pytest
from small_boxes import LIMITS, shown

from autograder.boxes.box import Box
from autograder.boxes.template import Template
from autograder.errors import BoxError

LOADED = """\
import sys
print(*(name in sys.modules for name in ("wave", "sklearn")))
"""


def test_a_box_has_what_the_course_chose(tmp_path: Path) -> None:
    """What is named is loaded, what is left out of the default is not, and can be imported."""
    with Template(warm=("wave",)) as template:
        template.wait_until_warm()
        layers = template.find_layers()
        box = Box(template.fork(LIMITS, str(tmp_path), layers=layers), LIMITS)
        try:
            box.wait_until_ready()
            assert shown(box, LOADED) == "True False"
            assert box.run("import sklearn.linear_model, torch, matplotlib.pyplot").failure is None
        finally:
            box.close()


def test_a_library_that_is_not_there_is_our_failure() -> None:
    """The start ends with its name, before anybody is graded."""
    with Template(warm=("no_such_library",)) as template, pytest.raises(BoxError) as caught:
        template.wait_until_warm()
    assert "autograder.toml, warm: no_such_library cannot be imported here" in str(caught.value)
