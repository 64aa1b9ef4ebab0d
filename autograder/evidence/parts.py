"""A part of an answer file on its way into a box, where it runs in the file's own namespace.

%%answer_file layers.py     the first line of such a cell; then as many lines as the file
...                         has above the part are empty
"""

_FIRST = "%%answer_file "


def write_part(file: str, before: int, source: str) -> str:
    """The cell that runs a part of a file; empty if there is nothing to run."""
    lines = "\n" * before
    return f"{_FIRST}{file}\n{lines}{source}" if source.strip() else ""


def read_part(cell: str) -> tuple[str, str] | None:
    """The file of such a cell and the part, each line where it stands there; None of others."""
    first, _, source = cell.partition("\n")
    file = first.removeprefix(_FIRST)
    is_part = first != file and file.endswith(".py") and file[:-3].isidentifier()
    return (file, source) if is_part else None
