"""Files beside the notebook in the student's own kernel: imported as they are saved now.

A stub in one does not stop the import.  What a notebook has imported from a file that was saved
since is replaced by what the file has now.
"""

import importlib
import os
import sys
from collections.abc import MutableMapping
from importlib.machinery import ModuleSpec, PathFinder, SourceFileLoader
from importlib.util import decode_source, spec_from_file_location
from pathlib import Path
from traceback import walk_tb
from types import ModuleType
from typing import Any

from autograder.errors import UsageError
from autograder.notebooks.answer_files import join, split
from autograder.notebooks.unfilled import without_stubs

_REMEDY = "Mend it and save the file; then run this cell again."


def follow_files() -> None:
    """From here on, the files in the current folder count in each cell as they are saved."""
    if _Finder not in sys.meta_path:
        sys.meta_path.insert(sys.meta_path.index(PathFinder), _Finder)
        ipython = sys.modules.get("IPython")
        if shell := ipython and ipython.get_ipython():
            shell.events.register("pre_run_cell", lambda cell: _refresh_for(cell, shell.user_ns))


def _refresh_for(cell: Any, names: MutableMapping[str, Any]) -> None:
    try:
        refresh(names)
    except UsageError as problem:
        if "check(" not in cell.raw_cell:  # which tells it itself
            print(problem)


def refresh(names: MutableMapping[str, Any]) -> None:
    """Import files again if one was saved since, and give the notebook's names what is new.

    Raises UsageError if one cannot be imported as it is saved.
    """
    before = {name: one for name, one in list(sys.modules.items()) if _is_beside(name, one)}
    if any(map(_has_changed, before.values())):
        for name in before:
            del sys.modules[name]
        try:
            now = {name: importlib.import_module(name) for name in before}
        except (Exception, SystemExit) as problem:
            sys.modules.update(before)
            raise UsageError(_told(problem)) from None
        for name, module in before.items():
            _replace(names, module, now[name])


def _is_beside(name: str, module: ModuleType) -> bool:
    """Whether a module comes from a file in this folder: by its text, there are thousands."""
    folder, _, file = str(getattr(module, "__file__", "")).rpartition(os.sep)
    return file == f"{name}.py" and folder == os.getcwd()  # noqa: PTH109 - so it is compared


def _has_changed(module: ModuleType) -> bool:
    loader = module.__loader__
    return not isinstance(loader, _Loader) or loader.has_changed()


def _replace(names: MutableMapping[str, Any], old: ModuleType, new: ModuleType) -> None:
    """Give the names that were imported from the old module what the new one has."""
    found = {id(value): own for own, value in vars(old).items()}
    for name, value in list(names.items()):
        own = found.get(id(value), "")
        if value is old:
            names[name] = new
        elif own and (own == name or getattr(value, "__module__", "") == old.__name__):
            del names[name]
            if hasattr(new, own):
                names[name] = getattr(new, own)
        elif type(value).__module__ == old.__name__:
            print(f"`{name}` was made before {old.__name__}.py was saved: run its cell again.")


def _told(problem: BaseException) -> str:
    """Why a file cannot be imported, and at which line of it."""
    steps = walk_tb(problem.__traceback__)
    places: list[tuple[str, int | None]] = [(one.f_code.co_filename, at) for one, at in steps]
    said = str(problem)
    if isinstance(problem, SyntaxError):
        places, said = [*places, (str(problem.filename), problem.lineno)], problem.msg
    here = [f"{Path(p).name}, line {n}: " for p, n in places if Path(p).parent == Path.cwd()]
    return f"{here[-1] if here else ''}{type(problem).__name__}: {said}. {_REMEDY}"


class _Loader(SourceFileLoader):
    """Loads a file as it is saved now, without the statements that hold a stub."""

    data = b""

    def has_changed(self) -> bool:
        path = Path(self.path)
        return not path.is_file() or path.read_bytes() != self.data

    def get_code(self, fullname: str) -> Any:  # noqa: ARG002 - as Python asks
        """Compile it anew each time: bytecode may be of an earlier state."""
        self.data = self.get_data(self.path)
        parts = split(Path(self.path).name, decode_source(self.data))
        (text,) = join(parts, lambda part: without_stubs(part.source) or part.source).values()
        return self.source_to_code(text, self.path)


class _Finder:
    """Finds the files in the current folder, as Python would a little later."""

    @staticmethod
    def find_spec(name: str, path: object = None, target: object = None) -> ModuleSpec | None:  # noqa: ARG004 - as Python asks
        file = Path.cwd() / f"{name}.py"
        if path is not None or not file.is_file():
            return None
        return spec_from_file_location(name, file, loader=_Loader(name, str(file)))
