"""What a box calls the code that went wrong, and what it says of what it does not run."""

import pytest
from small_boxes import ask

from autograder.boxes.box import Box

DEEP = "import json\ndef load():\n    return json.loads('{')\n"
SOURCES = {
    "no Python": ("y = 1\nx = y -", "SyntaxError in line 2: invalid syntax"),
    "indented": ("x = 1\n  y = 2", "IndentationError in line 2: unexpected indent"),
    "no Python in a text": (
        "a = 1\nb = 2\nexec('for\\n')", "SyntaxError in line 3: invalid syntax",
    ),
    "deep in a library": (
        f"{DEEP}load()",
        "JSONDecodeError in line 3: Expecting property name enclosed in double quotes: "
        "line 1 column 2 (char 1)",
    ),
    "printed": (
        f"{DEEP}import traceback, warnings\nwarnings.warn('careful')\n"
        "try:\n    load()\nexcept ValueError:\n    traceback.print_exc()\n1 / 0",
        "ZeroDivisionError in line 10: division by zero",
    ),
}  # fmt: skip


@pytest.mark.parametrize(("source", "failure"), SOURCES.values(), ids=SOURCES)
def test_no_name_of_a_file_is_shown_that_nobody_wrote(box: Box, source: str, failure: str) -> None:
    """Neither in the sentence nor in the notebook: the line of the cell is what can be found."""
    ran = box.run(source)
    assert ran.failure == failure
    shown = str(ran.outputs)
    assert "ipython-input" not in shown
    assert "ipykernel" not in shown
    error = next(one for one in ran.outputs if one["output_type"] == "error")
    assert "Cell In[" in str(error) or "File <string>" in str(error)
    assert "site-packages" not in str(error)
    assert "lib/python" not in str(error)


def test_a_question_names_no_file_either(box: Box) -> None:
    """What a function says of text that is no Python is said without a name for it."""
    box.run("def parse(): return eval('2 *')")
    told = ask(box, {"ask": "call", "function": "parse"}, arguments=[])
    kinds = ["SyntaxError", "Exception", "BaseException", "object"]
    raised: dict[str, object] = {"type": "SyntaxError", "message": "invalid syntax", "kinds": kinds}
    assert told == {"raised": raised}


@pytest.mark.parametrize("source", ["!ls", "%sx ls", "%%bash\nls", "import os\nos.system('ls')"])
def test_what_is_not_run_is_said(box: Box, source: str) -> None:
    """A line or a cell for the shell stops nothing, and says that there is one process for all."""
    ran = box.run(source)
    assert ran.failure is None
    assert "this notebook is graded in one process: " in str(ran.outputs)


def test_a_process_that_is_refused_says_why(box: Box) -> None:
    """The reason stands in the sentence and in the notebook, where no line is ours."""
    ran = box.run("import subprocess\nsubprocess.run(['ls'])")
    assert str(ran.failure).startswith("PermissionError in line 2: this notebook is graded in one")
    assert "autograder" not in str(ran.outputs)
