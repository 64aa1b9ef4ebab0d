"""The largest pages that one notebook can cause, with nbgrader's own template for staff."""

import time
from collections.abc import Sequence
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
from nbconvert.exporters import HTMLExporter
from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output
from nbgrader.server_extensions.formgrader.handlers import template_path
from traitlets.config import Config

from autograder.nbgrader_plugins import configure

LONGEST_SECONDS = 20  # docs/security.md says a few; the machine may be busy
LARGEST = 40_000_000
KNOWN = {
    **dict.fromkeys(("assignment_id", "notebook_id", "submission_id", "base_url", "student"), "x"),
    "index": 0,
    "total": 1,
    "notebook_path": "x",
    "last_name": None,
    "first_name": None,
}


@pytest.fixture(scope="module")
def exporter(tmp_path_factory: pytest.TempPathFactory) -> HTMLExporter:
    """What formgrader makes a page with, in a course of ours."""
    root = tmp_path_factory.mktemp("course")
    (root / "autograder.toml").write_text('course = "c"\nseed = "s"\n')
    config = Config()
    configure(config, root)
    config.HTMLExporter.template_name = "formgrade"
    config.HTMLExporter.extra_template_basedirs = [template_path]
    return HTMLExporter(config=config)


def page(exporter: HTMLExporter, cells: Sequence[Any], folder: Path) -> str:
    """A page of staff."""
    numbered = [NotebookNode(cell, id=f"c{place}") for place, cell in enumerate(cells)]
    resources = KNOWN | {"metadata": {"path": str(folder)}}
    made, _ = exporter.from_notebook_node(new_notebook(cells=numbered), resources=resources)
    return str(made)


class Acting(HTMLParser):
    """Whatever a browser would run of a page and is the student's."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.found: list[object] = []
        self._script = False
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Handlers, and elements that load or embed."""
        self._script = tag == "script"
        self.found += [one for one in attrs if one[0][:2] == "on" and "canary" in str(one[1])]
        self.found += [tag] * (tag in {"iframe", "svg", "object", "embed"})

    def handle_endtag(self, tag: str) -> None:
        """Where a script ends."""
        self._script = False

    def handle_data(self, data: str) -> None:
        """Scripts."""
        self.found += [data] * (self._script and "canary" in data)


def shown(**data: str) -> Any:
    """An output; a double underscore stands for the stroke in its kind."""
    return new_output("display_data", {kind.replace("__", "/"): one for kind, one in data.items()})


WORST = {
    "markdown": [new_markdown_cell("![" * 19_000)] * 300,
    "tables": [new_markdown_cell("a|b\n-|-\n" * 4_500)] * 300,
    "formulas": [new_markdown_cell("$\\frac a b$ " * 3_000)] * 300,
    "cells": [new_markdown_cell("word")] * 2_000,
    "code": [new_code_cell("a.b." * 70 + "\n" + "x = 1\n" * 8_000)] * 100,
    "one line": [new_code_cell("a.b." * 2_000_000)],
    "nested": [new_code_cell("x", outputs=[shown(text__html="<div>" * 12_000)] * 300)],
    "reopened": [new_code_cell("x", outputs=[shown(text__html="<i><b><u><p>" * 900)] * 300)],
    "latex": [new_code_cell("x", outputs=[shown(text__latex="$x$" * 9_000)] * 300)],
    "colours": [new_code_cell("x", outputs=[new_output("stream", text="\x1b[31ma" * 300_000)] * 4)],
    "text": [new_code_cell("x", outputs=[new_output("stream", text="<&>" * 100_000)] * 100)],
    "outputs": [new_code_cell("x", outputs=[new_output("stream", text="x")] * 10_000)],
    "traceback": [
        new_code_cell("x", outputs=[new_output("error", traceback=["\x1b[31mx"] * 100_000)])
    ],
}


@pytest.mark.parametrize("kind", WORST)
def test_no_notebook_makes_a_page_slow(exporter: HTMLExporter, kind: str, tmp_path: Path) -> None:
    """Each budget, used up and asked for more, leaves a page that is made and read in seconds."""
    start = time.process_time()
    made = page(exporter, WORST[kind], tmp_path)
    assert time.process_time() - start < LONGEST_SECONDS
    assert len(made) < LARGEST


def test_a_full_page_shows_our_findings(exporter: HTMLExporter, tmp_path: Path) -> None:
    """Cells of a student that use up a page leave room for what the checks found."""
    table = shown(text__html="<table><tr><td>what was found</td></tr></table>")
    grade = {"grade": True, "solution": False, "grade_id": "a", "points": 1}
    found = new_code_cell("check('a')", outputs=[table], metadata={"nbgrader": grade})
    made = page(exporter, [*WORST["text"], *WORST["markdown"], *WORST["reopened"], found], tmp_path)
    assert "This page is full" in made
    assert "<td>what was found</td>" in made


def test_nothing_reaches_a_page_without_a_filter(exporter: HTMLExporter, tmp_path: Path) -> None:
    """Sizes of pictures, tags, ids, widgets, titles and kinds of output are not a way in."""
    evil = "x onload=canary()"
    picture = shown(image__png="iVBORw0KGgo=", text__plain="a")
    picture.metadata = {"image/png": {"width": evil, "height": evil, "unconfined": True}}
    broken = shown(image__png='iVBORw0KGgo=" onload="canary()', text__plain="instead")
    isolated = shown(text__html="<script>canary()</script>")
    isolated.metadata = {"text/html": {"isolated": True}}
    widget = shown(**{"application/vnd.jupyter.widget-view+json": "<script>canary()</script>"})
    active = [shown(image__svg="<svg onload=canary()>"), shown(application__javascript="canary()")]
    cell = new_code_cell("1", outputs=[picture, broken, isolated, widget, *active])
    cell.metadata = {"tags": ['"><script>canary()</script>'], "alt": '"><script>canary()</script>'}
    notebook = new_notebook(cells=[cell, new_markdown_cell("a", metadata={"tags": ["<script>"]})])
    state = {"application/vnd.jupyter.widget-state+json": {"x": "</script><script>canary()"}}
    notebook.metadata = {"title": "<script>canary()</script>", "widgets": state}
    resources = KNOWN | {
        "student": "<script>canary()</script>",
        "notebook_path": '" onclick="canary()',
    }
    made, _ = exporter.from_notebook_node(notebook, resources=resources)
    assert "instead" in made
    assert "unconfined" not in made
    assert Acting(made).found == []
