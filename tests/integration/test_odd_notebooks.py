"""Honest but odd: each notebook earns in a real box what its clean twin earns."""

import json
from collections.abc import Iterator
from typing import Any

import nbformat
import pytest

from autograder.config import Course, find_course
from autograder.grading.graded_submission import Graded, comments
from autograder.grading.workshop import Options, Workshop
from autograder.model import Ending
from autograder.reports.tables import class_notes

SETUP = (
    "import matplotlib.pyplot as plt\nimport numpy as np\nimport torch\nt = torch.linspace(0, 1, 5)"
)
CURVE = "x = t - 1.5 * torch.cos(17 * t)"
DOUBLE = "def double(v):\n    return 2 * v"
FULL = {"curve": 3.0, "double": 2.0}
SETTINGS = """\
course = "odd"
seed = "s"
[limits]
cell_seconds = 5
notebook_seconds = 20
probe_seconds = 5
"""
CHECKS = '''\
import torch

from autograder.checks import close, exercise, gradients_close, points

pytestmark = exercise("curve")


@points(1)
def check_x(student):
    """x follows the formula."""
    t = torch.linspace(0, 1, 5)
    close("x", student["x"], t - 1.5 * torch.cos(17 * t), atol=1e-3)


@points(2)
def check_x_elsewhere(student):
    """x follows it elsewhere."""
    t = torch.linspace(2, 3, 7)
    close("x", student.rerun("curve", t=t)["x"], t - 1.5 * torch.cos(17 * t), atol=1e-3)


@exercise("double")
@points(1)
def check_double(student):
    """double doubles."""
    close("double(v)", student.call("double", torch.ones(3)), 2 * torch.ones(3))


@exercise("double")
@points(1)
def check_gradient(student):
    """Its gradient is two."""
    v = torch.ones(3)
    close("gradient", student.grad("double", v)[0], 2 * torch.ones(3))
'''


def cell(id_: str, source: str, **own: Any) -> dict[str, Any]:
    """A code cell as Jupyter saves it."""
    made = {"id": id_, "cell_type": "code", "source": source, "outputs": [], "execution_count": 1}
    if own:
        own = {"schema_version": 3, "grade": False, "solution": False, "locked": False} | own
    return made | {"metadata": {"nbgrader": own} if own else {}}


def notebook(curve: str, double: str, own: dict[str, str] | None = None) -> str:
    """The assignment with these answers, and own cells behind the cells that are named."""
    cells = [
        cell("setup", SETUP),
        cell("curve-answer", curve, solution=True, grade_id="curve_answer"),
        cell("curve", "pass", grade=True, locked=True, points=3, grade_id="curve"),
        cell("double-answer", double, solution=True, grade_id="double_answer"),
        cell("double", "pass", grade=True, locked=True, points=2, grade_id="double"),
    ]
    made = []
    for one in cells:
        made.append(one)
        if one["id"] in (own or {}):
            made.append(cell(f"own-{one['id']}", (own or {})[one["id"]]))
    return json.dumps({"cells": made, "metadata": {}, "nbformat": 4, "nbformat_minor": 5})


@pytest.fixture(scope="module")
def course(tmp_path_factory: pytest.TempPathFactory) -> Course:
    """A course with one released assignment, `hw`."""
    root = tmp_path_factory.mktemp("odd")
    stubs = "x = <your_code_here>", "def double(v):\n    return <your_code_here>"
    files = {
        "autograder.toml": SETTINGS,
        "checks/hw/visible/check_all.py": CHECKS,
        "source/hw/given.csv": "1,2\n",
        "release/hw/given.csv": "1,2\n",
        "release/hw/hw.ipynb": notebook(*stubs),
    }
    for name, text in files.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(text, "utf-8")
    return find_course(root)


@pytest.fixture(scope="module")
def workshop(course: Course, started_once: None) -> Iterator[Workshop]:
    """Both templates, warm."""
    with Workshop(course, "hw", Options()) as workshop:
        yield workshop


def graded(workshop: Workshop, files: dict[str, str]) -> Graded:
    """The grade of a hand-in of these files."""
    folder = workshop.course.submitted("hw", "ann")
    for path in folder.glob("*"):
        path.unlink()
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in files.items():
        (folder / name).write_text(text, "utf-8")
    return workshop.grade("ann")


def points(done: Graded) -> dict[str, float | None]:
    """What each exercise earned."""
    return {name: done.grade.points(name) for name in FULL}


# A cell of the student's own before the answers, and what it is about.
OWN = {
    "shell line": "!pip install torch\n!ls",
    "pip magic": "%pip install torch",
    "conda magic": "%conda install torch",
    "bash cell": "%%bash\nls",
    "writefile": "%%writefile mine.txt\nhello",
    "time": "%time 1 + 1",
    "timeit": "%timeit -n1 -r1 1 + 1",
    "capture": "%%capture out\nprint(1)",
    "help": "torch.cos?",
    "source": "np.mean??",
    "extension": "%load_ext autoreload\n%autoreload 2",
    "matplotlib notebook": "%matplotlib notebook\nplt.plot([1])\nplt.show()",
    "matplotlib qt": "%matplotlib qt\nplt.plot([1])\nplt.show()",
    "matplotlib widget": "%matplotlib widget\nplt.plot([1])\nplt.show()",
    "matplotlib tk": "%matplotlib tk\nplt.plot([1])\nplt.show()",
    "backend": "import matplotlib\nmatplotlib.use('TkAgg')\nplt.plot([1])\nplt.show()",
    "switched backend": "plt.switch_backend('TkAgg')\nplt.plot([1])",
    "interactive": "plt.ion()\nplt.plot([1])\nplt.pause(0.01)",
    "await": "import asyncio\nawait asyncio.sleep(0)",
    "input": "name = input('who? ')",
    "getpass": "import getpass\ngetpass.getpass()",
    "quit": "quit()",
    "exit": "exit()",
    "sys.exit": "import sys\nsys.exit()",
    "restart": "import IPython\nIPython.Application.instance().kernel.do_shutdown(True)",
    "warning": "import warnings\nwarnings.warn('careful')",
    "warnings as errors": "import warnings\nwarnings.simplefilter('error')",
    "logging": "import logging\nlogging.basicConfig(level=10)\nlogging.info('x')",
    "stderr": "import sys\nprint('x', file=sys.stderr)\nsys.stderr.flush()",
    "progress bar": "import sys\nfor n in range(99): sys.stderr.write(f'\\r{n}%|\u2588  ')",
    "a million prints": "for i in range(10**6): print(i)",
    "figures by the dozen": "for i in range(30):\n    plt.figure(figsize=(1, 1))",
    "default dtype": "torch.set_default_dtype(torch.float64)",
    "gradients off": "torch.set_grad_enabled(False)",
    "anomaly": "torch.autograd.set_detect_anomaly(True)",
    "print options": "torch.set_printoptions(precision=2)\nnp.set_printoptions(precision=1)",
    "deterministic": "torch.use_deterministic_algorithms(True)",
    "threads": "torch.set_num_threads(4)",
    "colab": "from google.colab import drive\ndrive.mount('/content/drive')",
    "download": "import urllib.request\nurllib.request.urlopen('http://example.com/a.csv')",
    "requests": "import requests\nrequests.get('http://example.com/a.csv')",
    "wget": "!wget http://example.com/a.csv",
    "chdir": "import os\nos.makedirs('/content', exist_ok=True)\n%cd /content",
    "import star": "from torch import *\nt = linspace(0, 1, 5)",
    "shadowed": "sum = input = print = list = type = id = 3",
    "shadowed modules": "np = None\nplt = 3",
    "syntax error": "for",
    "name error": "nobody",
    "own assert": "assert False, 'mine'",
    "gpu": "w = torch.ones(3).cuda()",
    "reset": "%reset -f\nimport torch\nt = torch.linspace(0, 1, 5)",
    "seed": "torch.manual_seed(3)\nnp.random.seed(4)",
    "own check": "from autograder import check\ncheck('curve')",
    "widgets": "import ipywidgets\nipywidgets.IntSlider()",
    "surrogate": "print('\\ud800')",
}
ONE = "def one(s): return s - 1.5 * np.cos(17 * s)\n"
# An answer to `curve` that says the same in another way.
SAME = {
    "process pool": f"from multiprocessing import Pool\n{ONE}x = Pool(2).map(one, t.tolist())",
    "executor": "from concurrent.futures import ProcessPoolExecutor\n"
    f"{ONE}x = list(ProcessPoolExecutor().map(one, t.tolist()))",
    "joblib": "from joblib import Parallel, delayed\n"
    f"{ONE}x = Parallel(n_jobs=-1)(delayed(one)(s) for s in t.tolist())",
    "numpy of a tensor": "x = t - 1.5 * np.cos(17 * t)",
    "numpy": "x = t.numpy() - 1.5 * np.cos(17 * t.numpy())",
    "float64": "x = t.double() - 1.5 * torch.cos(17 * t.double())",
    "list": "import math\nx = [s - 1.5 * math.cos(17 * s) for s in t.tolist()]",
    "list of tensors": "x = [s - 1.5 * torch.cos(17 * s) for s in t]",
    "requires grad": "t.requires_grad_(True)\nx = t - 1.5 * torch.cos(17 * t)",
    "parameter": f"{CURVE}\nx = torch.nn.Parameter(x)",
    "transposed": f"{CURVE}\nx = torch.stack([x, x]).T[:, 0]",
    "time": f"%%time\n{CURVE}",
    "timed line": f"%time {CURVE}",
    "capture": f"%%capture\n{CURVE}",
    "comment with the stub": f"# x = <your_code_here>\n{CURVE}  # <your_code_here>",
    "text with the stub": f'"""x = <your_code_here>"""\n{CURVE}',
    "given cell copied": f"{SETUP}\n{CURVE}",
    "import by name": "from torch import cos\nx = t - 1.5 * cos(17 * t)",
    "shell line": f"!pip install torch\n{CURVE}",
    "await": f"import asyncio\nawait asyncio.sleep(0)\n{CURVE}",
    "help": f"{CURVE}\nx?",
    "plot": f"{CURVE}\nplt.plot(t, x)\nplt.show()",
    "windows lines": CURVE.replace(" = ", " = \\\r\n"),
    "tabs": f"if True:\n\t{CURVE}",
    "annotated": f"x: torch.Tensor = {CURVE[4:]}",
    "loop": "x = torch.empty_like(t)\nfor i, s in enumerate(t): x[i] = s - 1.5 * torch.cos(17 * s)",
    "shadowed": f"sum = 3\n{CURVE}\ninput = x",
}


def test_the_clean_twin_earns_everything(workshop: Workshop) -> None:
    """What the odd ones are measured by."""
    done = graded(workshop, {"hw.ipynb": notebook(CURVE, DOUBLE)})
    assert (points(done), done.grade.notes) == (FULL, ())


@pytest.mark.parametrize("own", OWN.values(), ids=OWN)
def test_a_cell_of_the_students_own_costs_nothing(workshop: Workshop, own: str) -> None:
    """Whatever it does or fails to do, the answers below it earn what they are worth."""
    done = graded(workshop, {"hw.ipynb": notebook(CURVE, DOUBLE, {"setup": own})})
    assert (points(done), done.grade.ending) == (FULL, Ending.FINISHED), done.shown()


@pytest.mark.parametrize("curve", SAME.values(), ids=SAME)
def test_another_way_to_say_it_earns_the_same(workshop: Workshop, curve: str) -> None:
    """Types, magics and habits are no part of the answer."""
    done = graded(workshop, {"hw.ipynb": notebook(curve, DOUBLE)})
    assert points(done) == FULL, comments(done.grade, list(FULL))


WRONG = {
    "gpu": (
        "x = (t - 1.5 * torch.cos(17 * t)).cuda()", "there is no GPU here: use the device"
    ),
    "input": ("x = float(input())", "nobody answers input() while grading"),
    "download": (
        "import urllib.request\nx = urllib.request.urlopen('http://example.com/x')",
        "there is no network while grading",
    ),
    "colab": ("from google.colab import drive\nx = 1", "Colab's own modules are not available"),
    "process": (
        "import multiprocessing\np = multiprocessing.Process(target=print)\np.start()\nx = t",
        "PermissionError in line 3: this notebook is graded in one process",
    ),
    "program": (
        "import subprocess\nsubprocess.run(['ls'])\nx = t",
        "PermissionError in line 2: this notebook is graded in one process",
    ),
    "uninstalled": ("import nobody_has_this\nx = 1", "nothing can be installed while grading"),
    "later name": ("x = late(t)", "late is defined further down, in your cell that begins with"),
    "own failure": (
        "x = early(t)",
        "early comes from your cell that begins with `import nobody`, which stopped with Mod",
    ),
    "syntax error": ("x = t -", "SyntaxError in line 1"),
    "emptied": ("  ", "not answered yet"),
    "half filled": ("a = 3\nx = <your_code_here>", "x is not defined: line 2 of curve_answer"),
    "column": (f"{CURVE}\nx = x[:, None]", "5, 1"),
    "number": ("x = 3.0", "shape"),
    "nothing": ("x = None", "None"),
    "nan": ("x = t / 0 * 0", "not finite"),
}  # fmt: skip


@pytest.mark.parametrize(("curve", "words"), WRONG.values(), ids=WRONG)
def test_what_cannot_be_right_is_explained_and_costs_no_other(
    workshop: Workshop, curve: str, words: str
) -> None:
    """The exercise earns nothing, the student reads why, and the next one earns all."""
    own = {"setup": "import nobody\nearly = 1", "curve": "late = torch.cos"}
    done = graded(workshop, {"hw.ipynb": notebook(curve, DOUBLE, own)})
    assert points(done) == {"curve": 0, "double": 2}
    told = " ".join(comments(done.grade, list(FULL))["curve"].split())
    assert words.replace("`", "") in told


def changed(**others: Any) -> dict[str, Any]:
    """The clean twin as a tree, with other keys of its own."""
    return {**json.loads(notebook(CURVE, DOUBLE)), **others}


def stale() -> dict[str, Any]:
    """The clean twin, saved with errors and with the outputs of another run."""
    tree = changed()
    error = {"output_type": "error", "ename": "E", "evalue": "e", "traceback": ["boo"]}
    for number, one in enumerate(tree["cells"]):
        one |= {"outputs": [error], "execution_count": 9 - number}
    return tree


def foreign(**metadata: Any) -> dict[str, Any]:
    """The clean twin as other editors save it: without ids and nbgrader's metadata."""
    tree = changed(nbformat_minor=0, metadata={"kernelspec": {"name": "ir"}, "colab": {"x": []}})
    for one in tree["cells"]:
        del one["id"]
        one["metadata"] = metadata
    return tree


def old() -> str:
    """The clean twin in nbformat 3, as nbformat writes it."""
    tree = nbformat.from_dict(changed())
    return str(nbformat.v3.writes_json(nbformat.convert(tree, 3)))


FORMS: dict[str, dict[str, Any]] = {
    "stale outputs": {"hw.ipynb": stale()},
    "no kernel": {"hw.ipynb": changed(metadata={})},
    "Colab": {"hw.ipynb": foreign(id="x7", colab={"base_uri": "https://localhost:8080/"})},
    "VS Code": {"hw.ipynb": foreign(vscode={"languageId": "python"})},
    "Kaggle": {"hw.ipynb": foreign(_uuid="8f2839f25d086af736a60e9eeb907d3b93b6e0e5", trusted=True)},
    "nbformat 3": {"hw.ipynb": old()},
    "renamed": {"Аня 😀 (final).ipynb": changed()},
    "module beside it": {
        "hw.ipynb": notebook("from mine import f\nx = f(t)", DOUBLE),
        "mine.py": "import torch\ndef f(t): return t - 1.5 * torch.cos(17 * t)",
    },
    "split": {
        "hw.ipynb": notebook("c = torch.cos(17 * t)", DOUBLE).replace(
            '{"id": "curve", ', json.dumps(cell("more", "x = t - 1.5 * c")) + ', {"id": "curve", '
        )
    },
}


@pytest.mark.parametrize("files", FORMS.values(), ids=FORMS)
def test_another_form_of_the_file_earns_the_same(workshop: Workshop, files: dict[str, Any]) -> None:
    """What an editor did to the file changes no points."""
    texts = {name: one if isinstance(one, str) else json.dumps(one) for name, one in files.items()}
    done = graded(workshop, texts)
    assert points(done) == FULL, done.grade.notes


def test_a_file_that_is_no_notebook_is_withheld_with_two_sentences(workshop: Workshop) -> None:
    """The student reads what to do; the assistant, what can be done about it here."""
    done = graded(workshop, {"hw.ipynb": "PK\x03\x04"})
    assert (done.grade.ending, points(done)) == (Ending.NOT_RUN, dict.fromkeys(FULL))
    comment = comments(done.grade, list(FULL))["curve"]
    assert "a zip archive, not a notebook: unpack it" in comment
    assert "it is not your fault" in comment
    lines = class_notes([done.grade])
    assert [line.split(": ", 1)[1][:21] for line in lines] == [
        "hw.ipynb is a zip arc", "Unpack it in the stud",
    ]  # fmt: skip
