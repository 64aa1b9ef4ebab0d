"""What of a source's file goes into a release besides the text: pictures that it shows, and flags.

Anything else, such as the state of widgets or a note in a cell's metadata, could hold a solution.
"""

from typing import Any

from autograder.notebooks.attachments import kept

_NOTEBOOK = {"kernelspec", "language_info"}
_CELL = {"nbgrader", "editable", "deletable", "tags", "slideshow", "jupyter", "collapsed"}
_KEYS = {"cell_type", "id", "metadata", "source", "outputs", "execution_count", "attachments"}


def strip(notebook: Any) -> None:
    """Remove from an nbformat notebook everything that a release does not contain."""
    _keep(notebook["metadata"], _NOTEBOOK)
    for cell in notebook["cells"]:
        _keep(cell, _KEYS)
        _keep(cell["metadata"], _CELL)
        shown = kept(cell.get("attachments") or {}, "".join(cell["source"]))
        cell.pop("attachments", None)
        if shown:
            cell["attachments"] = shown


def _keep(tree: Any, names: set[str]) -> None:
    for name in set(tree) - names:
        del tree[name]
