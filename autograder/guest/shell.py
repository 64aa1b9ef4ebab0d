"""An IPython shell without a kernel: magics, rich display and inline figures, nothing else."""

import io
import os
import re
import signal
import sys
import sysconfig
import traceback
import types
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from importlib.util import spec_from_file_location
from pathlib import Path
from types import FrameType
from typing import Any

from IPython.core.compilerop import CachingCompiler
from IPython.core.displayhook import DisplayHook
from IPython.core.displaypub import DisplayPublisher
from IPython.core.interactiveshell import InteractiveShell
from IPython.utils.text import SList
from traitlets import Any as AnyTrait
from traitlets import Type
from traitlets.config import Config

from autograder.asking.replies import Raised
from autograder.evidence.parts import read_part
from autograder.guest import serial
from autograder.guest.displaying import Output, Outputs, Stream, displayed, draw_late, finish
from autograder.guest.figures import axes, calls

MESSAGE_CHARACTERS = 500
_CELL = "<cell {}>"  # the file that its code is said to stand in
_FILE = re.compile(r"\w+\.py").fullmatch  # and that of an answer file: a library's has its folder
# They stand between student code and a library's.
_UNSEEN = {axes.__file__, calls.__file__, serial.__file__}
_FOLDERS = [sysconfig.get_path(name) for name in ("purelib", "platlib", "stdlib")]
RAW_BYTES = 1 << 20
_OF_PICKLE = {"UnpicklingError", "EOFError"}
_WRITES = re.compile("save|dump|write|^to_")


@dataclass(frozen=True, slots=True)
class Ran:
    """What became of one cell: what it shows, and what a reader is told of what stopped it."""

    outputs: list[Output]
    failure: str | None


class _Publisher(DisplayPublisher):  # type: ignore[misc]  # IPython is untyped
    def publish(
        self,
        data: dict[str, Any],
        metadata: dict[str, Any] | None = None,
        *,
        transient: dict[str, Any] | None = None,
        update: bool = False,
        **_: Any,
    ) -> None:
        outputs: Outputs = self.shell.outputs
        name = str((transient or {}).get("display_id", ""))
        if update:
            outputs.update(name, data, metadata or {})
            return
        shown = displayed(data, metadata or {})
        outputs.add(shown | ({"display_id": name} if name else {}))

    def clear_output(self, wait: bool = False) -> None:
        self.shell.outputs.clear(wait=wait)


class _Hook(DisplayHook):  # type: ignore[misc]  # likewise
    def write_output_prompt(self) -> None:
        pass

    def write_format_data(
        self, format_dict: dict[str, Any], md_dict: dict[str, Any] | None = None
    ) -> None:
        shown = displayed(format_dict, md_dict or {})
        self.shell.outputs.add(shown | {"output_type": "execute_result", "execution_count": None})

    def finish_displayhook(self) -> None:
        pass


class Shell(InteractiveShell):  # type: ignore[misc]  # likewise
    """The shell in which the cells of one submission run."""

    display_pub_class = Type(_Publisher)
    displayhook_class = Type(_Hook)
    outputs = AnyTrait()
    file = ""  # the answer file of which a part runs

    def run_part(self, file: str, source: str) -> Any:
        """Run a part of an answer file, as plain Python, in the module of that name."""
        shell: Any = self  # IPython is untyped
        module = sys.modules.get(file[:-3]) or _module(file)
        kept = shell.user_module, shell.user_ns, shell.compile, shell.ast_node_interactivity
        shell.user_module, shell.user_ns, shell.file = module, vars(module), file
        shell.compile = vars(module).setdefault("__compiler__", _Compiler(file))
        shell.ast_node_interactivity = "none"
        try:
            return shell.run_cell(source, store_history=False)
        finally:
            shell.user_module, shell.user_ns, shell.compile, shell.ast_node_interactivity = kept
            shell.file = ""

    def transform_cell(self, raw_cell: str) -> str:
        """Leave a file as it is: magics are for cells."""
        return raw_cell if self.file else str(super().transform_cell(raw_cell))

    def init_virtualenv(self) -> None:
        """Look for no environment of anybody's."""

    def enable_gui(self, gui: str | None = None) -> None:
        """Let `%matplotlib inline` pass; there is no screen."""

    def ask_exit(self) -> None:
        """Let `quit()` pass: the cells below are still graded."""
        self.outputs.write("stderr", "quit() does nothing while a notebook is graded\n")

    def _get_exc_info(self, exc_tuple: Any = None) -> tuple[Any, Any, Any]:
        kind, problem, trace = super()._get_exc_info(exc_tuple)
        step = trace
        while step is not None and step.tb_next is not None:
            if step.tb_next.tb_frame.f_code.co_filename in _UNSEEN:
                step.tb_next = step.tb_next.tb_next
            else:
                step = step.tb_next
        return kind, problem, trace

    def showtraceback(self, exc_tuple: Any = None, *places: Any, **options: Any) -> None:
        """Tell of an error; of an interrupt at once, without the frames, which are ours or many.

        To word those of a plot took longer than whoever is over its time may still have.
        """
        kind, problem, _ = self._get_exc_info(exc_tuple)
        if issubclass(kind, KeyboardInterrupt):
            self._showtraceback(kind, problem, [f"KeyboardInterrupt: {_text(problem)}"])
        else:
            super().showtraceback(exc_tuple, *places, **options)

    def _format_exception_for_storage(self, *_: Any, **__: Any) -> dict[str, Any]:
        """Word no error a second time, for a history that nobody reads."""
        return {}

    def _showtraceback(self, etype: type, evalue: BaseException, stb: list[str]) -> None:
        self.outputs.add(
            {
                "output_type": "error",
                "ename": etype.__name__,
                "evalue": _text(evalue),
                "traceback": [_without_folders(line[:10_000]) for line in stb[:200]],
            }
        )

    def system(self, cmd: str) -> None:
        """Say that shell commands are not run here."""
        self.outputs.write("stderr", serial.not_run(f"!{cmd}"))
        self.user_ns["_exit_code"] = 126

    system_raw = system_piped = system

    def getoutput(self, cmd: str, split: bool = True, depth: int = 0) -> Any:  # noqa: ARG002
        """Say that shell commands are not run here."""
        self.system(cmd)
        return SList([]) if split else ""


class _Compiler(CachingCompiler):  # type: ignore[misc]  # likewise
    """Compiles the parts of one file, under its name: the lines are read from the file itself."""

    def __init__(self, file: str) -> None:
        super().__init__()
        self.file, self.flags = file, 0  # a file is whole, a cell may go on

    def cache(self, *_: Any, **__: Any) -> str:
        return self.file


def _module(file: str) -> types.ModuleType:
    name = file.removesuffix(".py")
    module = sys.modules[name] = types.ModuleType(name)
    module.__spec__ = spec_from_file_location(name, file)
    module.__file__ = file  # so that no message names a folder
    return module


def make_shell() -> Shell:
    """The one shell of this process, with figures drawn late."""
    config = Config()
    config.HistoryManager.enabled = False
    config.InteractiveShell.colors = "nocolor"
    module = types.ModuleType("__main__")
    module.__dict__["__builtins__"] = __builtins__
    shell: Shell = Shell.instance(config=config, user_module=module, outputs=Outputs())
    InteractiveShell._instance = shell  # noqa: SLF001 - for get_ipython()
    shell.compile.get_code_name = lambda _raw, _code, number: _CELL.format(number)
    sys.modules["__main__"] = module
    shell.display_formatter.active_types = shell.display_formatter.format_types
    shell.run_line_magic("matplotlib", "inline")
    for name in ("script", *shell.magics_manager.registry["ScriptMagics"].script_magics):
        shell.register_magic_function(partial(_leave_script, shell, name), "cell", name)
    draw_late(shell, shell.outputs)
    return shell


def _leave_script(shell: Shell, name: str, _line: str, _cell: str) -> None:
    """Say that the scripts of cells are not run here."""
    shell.outputs.write("stderr", serial.not_run(f"%%{name}"))


def run_cell(shell: Shell, source: str, raw_output: int, room: int = 1 << 24) -> Ran:
    """Run one cell, which may show so many letters.

    `raw_output` is a file that collects what was written below Python.
    """
    shell.outputs.start()
    kept = sys.stdout, sys.stderr
    sys.stdout, sys.stderr = Stream(shell.outputs, "stdout"), Stream(shell.outputs, "stderr")
    try:
        problem = _run(shell, source)
        shell.outputs.write("stdout", _take(raw_output))
        return Ran(_finish(shell, room), None if problem is None else failure_of(problem))
    finally:
        sys.stdout, sys.stderr = kept


def _run(shell: Shell, source: str) -> BaseException | None:
    try:
        with interruptible():
            part = read_part(source)
            outcome = shell.run_part(*part) if part else shell.run_cell(source, store_history=True)
    except KeyboardInterrupt as problem:  # a second one, while the shell told of the first
        return problem
    return outcome.error_before_exec or outcome.error_in_exec  # type: ignore[no-any-return]


def _finish(shell: Shell, room: int) -> list[Output]:
    try:
        with interruptible():
            return finish(shell, shell.outputs, room)
    except KeyboardInterrupt:
        shell.outputs.write("stderr", "figures are left out: over the time limit\n")
        return finish(shell, shell.outputs, room, draw=False)


class interruptible:  # noqa: N801 - reads as the word that it is
    """While it lasts, an interrupt raises KeyboardInterrupt; outside it does nothing."""

    def __enter__(self) -> None:
        signal.signal(signal.SIGINT, _interrupted)

    def __exit__(self, *_: object) -> None:
        signal.signal(signal.SIGINT, signal.SIG_IGN)


def _interrupted(_: int, __: FrameType | None) -> None:
    raise KeyboardInterrupt("interrupted: over the time limit")


def failure_of(problem: BaseException) -> str:
    """An exception of student code as bounded text."""
    message, own = _text(problem), _place(problem)
    place = f" in {own}" if own else ""
    # torch says so in a RuntimeError; this only words a sentence.
    if isinstance(problem, MemoryError) or "allocate memory" in message:
        return f"a lack of memory{place}"
    said = f"{type(problem).__name__}{place}: {message}".rstrip(": ")
    with suppress(Exception):  # arguments may be anything
        if name := _read_by(problem):
            return f"{said} (while it read {name})"
    return said


def _read_by(problem: BaseException) -> str:
    """The file beside the notebook that the library which raised was reading, if any."""
    frames = [frame for frame, _ in traceback.walk_tb(problem.__traceback__)]
    last = max(number for number, frame in enumerate(frames) if _is_own(frame.f_code.co_filename))
    library, code = frames[last + 1 :], frames[last].f_code
    if any(_WRITES.search(frame.f_code.co_name) for frame in library):
        return ""
    values = [value for frame in library for value in frame.f_locals.values()]
    if type(problem).__name__ in _OF_PICKLE:  # it has no frame
        used = map(frames[last].f_locals.get, (*code.co_names, *code.co_varnames))
        values += [value for value in used if isinstance(value, io.IOBase)]
    paths = (getattr(one, "name", None) if isinstance(one, io.IOBase) else one for one in values)
    files = (path for path in paths if isinstance(path, str | Path) and os.path.isfile(path))  # noqa: PTH113 - which raises nothing
    names = map(os.path.relpath, files)
    return next((name for name in names if not name.startswith("..")), "")


def _is_own(file: str) -> bool:
    """Whether code that is said to stand in this file is of a cell or an answer file."""
    return file.startswith(_CELL[:6]) or bool(_FILE(file))


def _without_folders(line: str) -> str:
    """A line of a traceback, with the files of libraries named as these are imported."""
    for folder in _FOLDERS:
        line = line.replace(f"File {folder}/", "File ")
    return line


def _text(problem: BaseException) -> str:
    text = Raised.by(problem).message
    return text if len(text) <= MESSAGE_CHARACTERS else text[:MESSAGE_CHARACTERS] + " ..."


def _place(problem: BaseException) -> str:
    """The last line of cells or answer files that an exception came through."""
    steps = traceback.walk_tb(problem.__traceback__)
    places: list[tuple[str, int | None]] = [
        (frame.f_code.co_filename, line) for frame, line in steps
    ]
    if isinstance(problem, SyntaxError):
        places.append((str(problem.filename), problem.lineno))
    own = [place for place in places if _is_own(place[0])]
    name, line = own[-1] if own else ("", None)
    return f"{f'{name}, ' if _FILE(name) else ''}line {line}" if line else ""


def _take(descriptor: int) -> str:
    data = os.pread(descriptor, RAW_BYTES, 0)
    os.ftruncate(descriptor, 0)
    os.lseek(descriptor, 0, os.SEEK_SET)
    return data.decode("utf-8", "replace")
