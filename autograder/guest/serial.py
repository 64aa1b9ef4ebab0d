"""One process for all: pools work by themselves, and who starts a process is told that none starts.

Pools of the standard library and joblib's do what they are given one after the other, on copies as
other processes would.  What starts a process by itself is refused by the box, and says why.
"""

import concurrent.futures
import copy
import functools
import importlib
import inspect
import os
import subprocess
import sys
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, process
from multiprocessing import pool
from multiprocessing.process import BaseProcess
from typing import Any

WHY = "this notebook is graded in one process"
_REMEDY = "call the function itself, or use a Pool, which works here one by one"
_NOT_RUN = 126 << 8  # what a shell says of a program that cannot be run
_OF_WORKERS = (
    "num_workers", "prefetch_factor", "persistent_workers", "timeout", "multiprocessing_context",
)  # fmt: skip
Work = Callable[..., Any]


def work_in_one_process() -> None:
    """From here on, pools work in this process, and refused starts say why."""
    _make_instead(pool.Pool, Pool, but=pool.ThreadPool)
    _make_instead(process.ProcessPoolExecutor, Executor)
    _give_joblib_one_worker()
    _load_data_here()
    for owner, name in (
        (os, "fork"), (os, "forkpty"), (os, "posix_spawn"), (os, "posix_spawnp"), (os, "execv"),
        (os, "execve"), (subprocess.Popen, "_execute_child"), (BaseProcess, "start"),
    ):  # fmt: skip
        setattr(owner, name, _explained(getattr(owner, name)))
    os.system = _run_nothing


def _make_instead(kind: type, other: type, but: type | None = None) -> None:
    """Whoever makes one of a kind, by whatever name, makes another; but for some of that kind."""

    def make(cls: type, *arguments: Any, **options: Any) -> Any:
        if but is not None and issubclass(cls, but):
            return object.__new__(cls)
        return other(*arguments, **options)

    kind.__new__ = make  # type: ignore[method-assign, assignment]  # so that it makes another


def not_run(command: object) -> str:
    """What is said of a command for the shell."""
    return f"{WHY}: {command} was not run\n"


def _run_nothing(command: object) -> int:
    sys.stderr.write(not_run(command))
    return _NOT_RUN


def _explained(start: Work) -> Work:
    """The same, with words for the refusal of the box."""

    @functools.wraps(start)
    def explained(*arguments: Any, **options: Any) -> Any:
        try:
            return start(*arguments, **options)
        except PermissionError as problem:
            if WHY in str(problem):
                raise
            raise PermissionError(f"{WHY}, and starts no other: {_REMEDY}") from None

    return explained


def _give_joblib_one_worker() -> None:
    """What asks for `n_jobs=4`, in scikit-learn too, gets one."""
    kind = importlib.import_module("joblib.parallel").Parallel
    make_otherwise(kind, lambda given: given.update(n_jobs=1, backend=None))


def _load_data_here() -> None:
    """`DataLoader(..., num_workers=2)` loads by itself."""
    kind = importlib.import_module("torch.utils.data").DataLoader
    make_otherwise(kind, lambda given: [given.pop(name, None) for name in _OF_WORKERS])


def make_otherwise(kind: Any, change: Callable[[dict[str, Any]], object]) -> None:
    """Whoever makes one of a kind makes it with other arguments."""
    make = kind.__init__
    signature = inspect.signature(make)

    @functools.wraps(make)
    def changed(*arguments: Any, **options: Any) -> None:
        given = signature.bind(*arguments, **options)
        change(given.arguments)
        make(*given.args, **given.kwargs)

    kind.__init__ = changed


def _own(value: Any) -> Any:
    """A copy, as another process has one; of what cannot be copied, itself."""
    try:
        return copy.deepcopy(value)
    except Exception:
        return value


class _Results(Iterator[Any]):
    """The results of a pool, each worked out when it is asked for."""

    def __init__(self, found: Iterable[Any]) -> None:
        self._found = iter(found)

    def __next__(self) -> Any:
        return next(self._found)

    def next(self, timeout: float | None = None) -> Any:  # noqa: ARG002 - nobody waits
        """The next one."""
        return next(self._found)


class Result(Future[Any]):
    """What some work came to, its exception included; it is there at once."""

    def __init__(self, work: Callable[[], Any]) -> None:
        super().__init__()
        self.set_running_or_notify_cancel()
        try:
            self.set_result(work())
        except Exception as problem:
            self.set_exception(problem)

    get = Future.result
    ready = Future.done

    def wait(self, timeout: float | None = None) -> None:
        """It is there."""

    def successful(self) -> bool:
        """Whether nothing was raised."""
        return self.exception() is None


class Pool:
    """`multiprocessing.Pool` without its processes."""

    def __init__(
        self,
        _: object = None,
        initializer: Work | None = None,
        initargs: Any = (),
        *__: Any,
        **___: Any,
    ) -> None:
        self._closed = False
        if initializer is not None:
            initializer(*initargs)

    def apply(self, func: Work, args: Any = (), kwds: Any = None) -> Any:
        """The result of one call."""
        self._require_open()
        return func(*_own(tuple(args)), **_own(dict(kwds or {})))

    def imap(self, func: Work, iterable: Iterable[Any], *_: Any, **__: Any) -> _Results:
        """The results of calls with one argument each."""
        self._require_open()
        return _Results(map(func, map(_own, iterable)))

    imap_unordered = imap

    def map(self, func: Work, iterable: Iterable[Any], *_: Any, **__: Any) -> list[Any]:
        """The results of calls with one argument each, all of them."""
        return list(self.imap(func, iterable))

    def starmap(self, func: Work, iterable: Iterable[Any], *_: Any, **__: Any) -> list[Any]:
        """The results of calls with several arguments each."""
        return self.map(lambda arguments: func(*arguments), iterable)

    def apply_async(self, *given: Any, **named: Any) -> Result:
        """The result of one call, later."""
        return self._later(self.apply, *given, **named)

    def map_async(self, *given: Any, **named: Any) -> Result:
        """The results of `map`, later."""
        return self._later(self.map, *given, **named)

    def starmap_async(self, *given: Any, **named: Any) -> Result:
        """The results of `starmap`, later."""
        return self._later(self.starmap, *given, **named)

    def _later(
        self,
        work: Work,
        *given: Any,
        callback: Any = None,
        error_callback: Any = None,
        **named: Any,
    ) -> Result:
        self._require_open()
        call, call_on_error, *_ = [*given[3:], callback, error_callback]
        result = Result(lambda: work(*given[:3], **named))
        if result.successful() and call is not None:
            call(result.get())
        elif not result.successful() and call_on_error is not None:
            call_on_error(result.exception())
        return result

    def close(self) -> None:
        """Take no more work."""
        self._closed = True

    terminate = close

    def join(self) -> None:
        """All work is done."""

    def _require_open(self) -> None:
        if self._closed:
            raise ValueError("Pool not running")

    def __enter__(self) -> "Pool":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


class Executor(concurrent.futures.Executor):
    """`concurrent.futures.ProcessPoolExecutor` without its processes."""

    def __init__(
        self, *_: Any, initializer: Work | None = None, initargs: Any = (), **__: Any
    ) -> None:
        self._pool = Pool(None, initializer, initargs)

    def submit(self, fn: Work, /, *args: Any, **kwargs: Any) -> Future[Any]:
        """Work out one result, at once."""
        return self._pool.apply_async(fn, args, kwargs)

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:  # noqa: ARG002 - all is done
        """Take no more work."""
        self._pool.close()
