"""The documents say what is so: every fenced block is run, or held against the code.

console                     run in a course of its own, and compared; `...` stands for any lines;
                            `autograder` runs in this process, the rest in bash
python FILE, toml FILE      a file of docs/examples/small-course, which the sessions use, or one of
                            docs/examples/trained-course, with the course's name before it
toml                        read as settings
python solution, text stubs     a cell, and what its release looks like
python check, text page     a student's cell, and the page that it shows
python optimizer, python draws, python objects    run beside right and wrong answers
text STUDENT                what a graded notebook says
sh                          not run; its commands, targets and extras exist
"""

import json
import re
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Iterator, Sequence
from contextlib import nullcontext
from importlib.util import find_spec
from inspect import isfunction
from pathlib import Path
from typing import Any

import nbformat
import pytest
import torch
import typer
from documents import (
    DOCUMENTS,
    FENCE,
    FOREIGN,
    ROOT,
    SMALL,
    TRAINED,
    Played,
    agrees,
    blocks,
    notebook,
)

from autograder import __version__, checks, gradebook
from autograder.checks.tolerances import tolerances
from autograder.cli import app
from autograder.config import WARM, RunLimits, find_course, read_settings
from autograder.judging.current_check import CheckFailed, Running, running
from autograder.judging.in_kernel import Kernel
from autograder.model import Ending
from autograder.notebooks.assignment import read_assignment
from autograder.notebooks.stubs import replace_solutions
from autograder.verifying.specimens import read_specimens


@pytest.fixture(scope="module")
def courses(tmp_path_factory: pytest.TempPathFactory, started_once: None) -> dict[str, Played]:
    """A course for each document, with its sessions played in it."""
    author, assistant, sample = (
        Played(tmp_path_factory.mktemp(name)) for name in ("author", "assistant", "sample")
    )
    shutil.copytree(SMALL, author.root, dirs_exist_ok=True)
    hand_in_sample(sample.root)
    author.play("docs/author.md")
    hand_in_small(author.root, assistant.root)
    assistant.play("docs/assistant.md")
    sample.play("README.md")
    return {"author": author, "assistant": assistant, "sample": sample}


def hand_in_small(played: Path, root: Path) -> None:
    """The small assignment as it was released, with its specimens and a damaged file handed in."""
    for part in ("source", "checks", "release"):
        shutil.copytree(played / part, root / part)
    for name in ("autograder.toml", "nbgrader_config.py", "gradebook.db"):
        shutil.copy(played / name, root)
    course = find_course(root)
    frame = course.release("softplus") / "softplus.ipynb"
    release = read_assignment(frame)
    for specimen in read_specimens(course.checks("softplus") / "specimens"):
        specimen.hand_in(course.submitted("softplus", specimen.student), frame, release)
    eve = course.submitted("softplus", "eve") / "softplus.ipynb"
    eve.parent.mkdir(parents=True)
    eve.write_bytes(frame.read_bytes()[:300])


def hand_in_sample(root: Path) -> None:
    """The sample course, released, with the hand-ins that the README speaks of."""
    for folder in ("source", "checks", "release"):
        shutil.copytree(ROOT / folder, root / folder)
    shutil.copy(ROOT / "autograder.toml", root)
    course = find_course(root)
    with gradebook.opened(course) as book:
        book.update_or_create_assignment("backprop")
        book.update_or_create_notebook("backprop", "backprop")
    frame = course.release("backprop") / "backprop.ipynb"
    release = read_assignment(frame)
    (session,) = blocks("README.md", "console")
    named = set(re.findall(r"^│ (\w+)", session.text, re.MULTILINE))
    for specimen in read_specimens(course.checks("backprop") / "specimens"):
        if specimen.student in named:
            specimen.hand_in(course.submitted("backprop", specimen.student), frame, release)


def test_every_block_is_of_a_kind_that_is_tested() -> None:
    """No fenced block of a document escapes these tests."""
    kinds = {"console": [""], "sh": [""], "toml": [""]}
    kinds["python"] = ["solution", "check", "objects", "optimizer", "draws"]
    kinds["text"] = ["stubs", "page", "pavel", "bob"]
    for path in DOCUMENTS:
        assert path.read_text().count("\n```") == 2 * len(blocks(str(path))), path
        for block in blocks(str(path)):
            known = block.name in kinds[block.language] or block.language in {"python", "toml"}
            assert known, (path.name, block)
            assert "." in block.name or block.name in kinds[block.language], (path.name, block)


def test_the_example_courses_are_shown_whole() -> None:
    """The instructor's guide shows each file of its two courses, and as it is."""
    shown = {block.name: block.text for block in blocks("docs/author.md") if "." in block.name}
    files = {path.relative_to(SMALL).as_posix(): path for path in SMALL.rglob("*.*")}
    files |= {f"trained-course/{path.relative_to(TRAINED)}": path for path in TRAINED.rglob("*.*")}
    assert set(shown) == set(files)
    for name, path in files.items():
        if path.suffix == ".ipynb":
            assert nbformat.reads(notebook(shown[name]), 4) == nbformat.read(path, 4)
        else:
            assert shown[name] == path.read_text("utf-8"), name


@pytest.mark.parametrize("course", ["author", "assistant", "sample"])
def test_sessions_show_what_comes(course: str, courses: dict[str, Played]) -> None:
    """Each console session prints what its document shows."""
    for shown, actual in courses[course].sessions:
        assert agrees(shown, actual), actual


@pytest.mark.parametrize(
    ("course", "document", "student"),
    [("assistant", "docs/assistant.md", "bob"), ("sample", "README.md", "pavel")],
)
def test_findings_read_as_shown(
    course: str, document: str, student: str, courses: dict[str, Played]
) -> None:
    """The findings in a document stand in the graded notebook of that student."""
    (path,) = courses[course].root.glob(f"autograded/{student}/*/*.ipynb")
    (block,) = blocks(document, "text", student)
    assert any(agrees(block.text, page) for page in pages(path))


def pages(path: Path) -> Iterator[str]:
    """What the cells of a notebook show as plain text."""
    for cell in json.loads(path.read_text("utf-8"))["cells"]:
        for output in cell.get("outputs", []):
            yield "".join(output.get("data", {}).get("text/plain", ""))


def test_the_small_specimens_get_what_they_state(courses: dict[str, Played]) -> None:
    """The example's labels are right, and its JSON has the keys that the guide names."""
    root = courses["assistant"].root
    grades = json.loads((root / "grades.json").read_text("utf-8"))["grades"]
    points = {grade["student"]: (grade["ending"], grade["points"]) for grade in grades}
    for specimen in read_specimens(root / "checks" / "softplus" / "specimens"):
        stated = {name: low for name, (low, _) in specimen.points.items()}
        assert points[specimen.student] == (specimen.ending, stated)
    text = (ROOT / "docs/assistant.md").read_text()
    assert all(f"`{key}`" in text for key in {**grades[0], **grades[0]["findings"][0]})


def test_the_student_page_reads_as_shown(courses: dict[str, Played]) -> None:
    """`check` shows a student the page that the student's guide shows."""
    (cell,) = blocks("docs/student.md", "python", "check")
    (page,) = blocks("docs/student.md", "text", "page")
    body, call = cell.text.strip().rsplit("\n", 1)
    script = f"import torch\nfrom autograder import check\n{body}\nprint(repr({call}))"
    done = subprocess.run(
        [sys.executable, "-c", script],
        cwd=courses["sample"].root / "release" / "backprop",
        capture_output=True,
        text=True,
        check=True,
    )
    assert agrees(page.text, done.stdout), done.stdout


class Net(torch.nn.Module):
    """What a student could have written."""

    def __init__(self, size: int, *, hidden: int) -> None:
        super().__init__()
        self.layer = torch.nn.Linear(size, hidden)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """One affine layer."""
        return self.layer(x)  # type: ignore[no-any-return]  # torch has no types here


@pytest.mark.parametrize(("step", "passes"), [(torch.optim.SGD, True), (torch.optim.Adam, False)])
def test_objects_are_used_as_shown(step: type, passes: bool) -> None:
    """The guide's check of one step passes for the right optimizer, and for no other."""
    (block,) = blocks("docs/author.md", "python", "objects")
    names: dict[str, Any] = {**vars(checks), "torch": torch, "points": lambda _: lambda word: word}
    exec(block.text, names)  # noqa: S102 - of ours
    with running(Running()), nullcontext() if passes else pytest.raises(CheckFailed):
        names["check_one_step"](checks.Student(Kernel({"Net": Net, "SGD": step})))


def test_stubs_are_as_shown() -> None:
    """The guide's cell becomes the guide's stubs."""
    (solution,) = blocks("docs/author.md", "python", "solution")
    (stubs,) = blocks("docs/author.md", "text", "stubs")
    assert replace_solutions(solution.text) == stubs.text


def test_optimizers_are_judged_as_shown() -> None:
    """The guide's two uses of `moves` pass a right class and a right function."""
    answers = """
import torch
from torch.optim import Adam
def adam(w, dw, config):
    m, v, t = config.get("m", 0), config.get("v", 0), config.get("t", 0) + 1
    config |= {"m": 0.9 * m + 0.1 * dw, "v": 0.999 * v + 0.001 * dw**2, "t": t}
    step = config["m"] / (1 - 0.9**t) / ((config["v"] / (1 - 0.999**t)) ** 0.5 + 1e-8)
    return w - config["learning_rate"] * step, config
"""
    names: dict[str, Any] = {}
    exec(answers, names)  # noqa: S102 - the lines above
    guide = {"torch": torch, "moves": checks.moves, "rng": torch.Generator().manual_seed(0)}
    guide["student"] = checks.Student(Kernel(names))
    with running(Running()) as check:
        for block in blocks("docs/author.md", "python", "optimizer"):
            exec(block.text, guide)  # noqa: S102 - our own page
    assert set(check.measured) == {f"what {name} moves, in tolerances" for name in ("Adam", "adam")}


@pytest.mark.parametrize(("size", "passes"), [(0.1, True), (0.2, False)])
def test_draws_are_judged_as_shown(size: float, passes: bool) -> None:
    """The guide's use of `spread_like` passes noise of the right size, and of no other."""
    (block,) = blocks("docs/author.md", "python", "draws")
    names = {"augment": lambda x: x + size * torch.randn_like(x)}
    guide = {**vars(checks), "torch": torch, "rng": torch.Generator().manual_seed(0)}
    guide["student"] = checks.Student(Kernel(names))
    with running(Running()), nullcontext() if passes else pytest.raises(CheckFailed):
        exec(block.text, guide)  # noqa: S102 - our own page


def test_settings_are_as_shown(tmp_path: Path) -> None:
    """The guide's settings can be read, and the limits that it shows are the defaults."""
    (block,) = blocks("docs/author.md", "toml", "")
    (tmp_path / "autograder.toml").write_text(block.text)
    settings = read_settings(tmp_path / "autograder.toml")
    assert (settings.limits, settings.warm) == (RunLimits(), WARM)
    assert set(tomllib.loads(block.text)["limits"]) == set(RunLimits.__slots__)
    assert settings.limits_of("backprop") == RunLimits(cell_seconds=60)
    assert settings.answers_of("layers") == ("layers.py",)
    real = find_course(ROOT).settings.limits_of("backprop")
    page = (ROOT / "docs/student.md").read_text()
    assert f"{real.cell_seconds} seconds of computing" in page
    assert f"{real.memory_mib} MiB of memory" in page


def test_the_vocabulary_is_told_whole() -> None:
    """The guide has a row for each word, fixture and question of the checks, and each ending."""
    text = (ROOT / "docs/author.md").read_text()
    rows = "\n".join(line.split(" | ")[0] for line in text.splitlines() if line.startswith("| `"))
    methods = {name for name, what in vars(checks.Student).items() if isfunction(what)}
    questions = [name for name in methods if not name.startswith("_")]
    for word in [*checks.__all__, "student", "rng", "data", "device", "student["]:
        assert f"`{word}" in rows, word
    for question in questions:
        assert f"`student.{question}(" in rows, question
    endings = (ROOT / "docs/assistant.md").read_text()
    assert all(f"| {ending} |" in endings for ending in Ending)


def test_the_tolerances_are_as_shown() -> None:
    """The guide's table is the table of the code."""
    row = re.compile(r"^\| (\w+) \| (\S+), (\S+) \| (\S+), (\S+) \|$", re.MULTILINE)
    rows = row.findall((ROOT / "docs/author.md").read_text())
    assert [name for name, *_ in rows] == ["float64", "float32", "float16", "bfloat16", "others"]
    for name, *numbers in rows:
        kind = torch.int64 if name == "others" else getattr(torch, name)
        shown = [float(number) for number in numbers]
        assert shown == [*tolerances(kind), *tolerances(kind, device="cuda")]


def test_commands_and_options_exist() -> None:
    """What the documents tell people to type is there: ours, make's, nbgrader's, pip's extras."""
    ours = typer.main.get_command(app).commands  # type: ignore[attr-defined]  # it is a group
    options = {word for one in ours.values() for item in one.params for word in item.opts}
    makefile = (ROOT / "Makefile").read_text()
    extras = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    (nbgrader,) = find_spec("nbgrader").submodule_search_locations  # type: ignore[union-attr,misc]  # it is installed
    for path in DOCUMENTS:
        text = "\n".join(typed(path))
        assert set(re.findall(r"^autograder (\w+)", text, re.MULTILINE)) <= set(ours), path
        assert set(re.findall(r"(?<![\w-])--[a-z][a-z-]*", text)) <= options | FOREIGN, path
        for target in re.findall(r"^make (\w+)", text, re.MULTILINE):
            assert f"\n{target}:" in makefile, target
        for command in re.findall(r"nbgrader (\w+)", text):
            assert Path(nbgrader, "apps", f"{command.replace('_', '')}app.py").exists(), command
        for extra in re.findall(r"\.\[(\w+)\]", text):
            assert extra in extras["optional-dependencies"]
    guide = (ROOT / "docs/assistant.md").read_text()
    told = {option for item in ours["grade"].params for option in item.opts if "-" in option}
    assert {option for option in told if f"`{option}" not in guide} == set()


def typed(path: Path) -> Sequence[str]:
    """What a document says to type: inline code, and blocks of commands."""
    text = path.read_text()
    prose = FENCE.sub("", text)
    shells = [block.text for block in blocks(str(path)) if block.language in {"sh", "console"}]
    commands = [line.removeprefix("$ ") for shell in shells for line in shell.splitlines()]
    return re.findall(r"`([^`\n]+)`", prose) + [c for c in commands if not c.startswith("│")]


def test_the_list_of_changes_has_dates() -> None:
    """The newest changes are unreleased, or have the number of this version and a date."""
    heads = re.findall(r"^## (.+)$", (ROOT / "CHANGELOG.md").read_text(), re.MULTILINE)
    assert re.fullmatch(rf"Unreleased|{re.escape(__version__)}, \d{{4}}-\d\d-\d\d", heads[0])
    assert all(re.fullmatch(r"[\d.]+, \d{4}-\d\d-\d\d", head) for head in heads[1:])
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    assert project["version"] == __version__


def test_links_lead_somewhere() -> None:
    """Each link between the documents has its file and its heading."""
    for path in DOCUMENTS:
        for link in re.findall(r"\]\(([^)\s]+)\)", FENCE.sub("", path.read_text())):
            if link.startswith("https://"):
                continue
            file, _, heading = link.partition("#")
            target = (path.parent / file) if file else path
            assert target.exists(), (path.name, link)
            assert not heading or heading in headings(target), (path.name, link)


def headings(path: Path) -> set[str]:
    """The anchors that a page has, as they are made of its headings."""
    lines = re.findall(r"^#+ (.*)$", FENCE.sub("", path.read_text()), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", line.lower()).replace(" ", "-") for line in lines}
