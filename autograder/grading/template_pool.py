"""Templates that start when they are first needed, and anew when they have failed or grown."""

from collections import Counter
from collections.abc import Callable, Container, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from threading import Lock
from typing import Generic, TypeVar

from autograder.boxes.process import WarmProcess
from autograder.errors import BoxError

MOST = 5
T = TypeVar("T", bound=WarmProcess)


class Warm(Generic[T]):
    """The template that is in use; `start` makes one and waits until it is warm."""

    def __init__(self, start: Callable[[list[T]], T]) -> None:
        self._start = start
        self._made: list[T] = []
        self._users: Counter[T] = Counter()
        self._now: Future[T] | None = None
        self._lock = Lock()
        self._closed = False
        # A thread of its own: the kernel ends a template with the thread that started it.
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="starter")

    def begin(self) -> Future[T]:
        """Start it, unless it runs, and wait for nothing.  Raises BoxError after the end."""
        with self._lock:
            if self._closed:
                raise BoxError("grading was stopped")
            if self._now is None:
                self._now = self._thread.submit(self._started)
            return self._now

    def _started(self) -> T:
        try:
            return self._start(self._made)
        except BoxError:  # whatever ended it may have been a matter of this moment
            return self._start(self._made)

    def get(self) -> T:
        """The warm template.  Raises what the start raises."""
        return self.begin().result()

    @contextmanager
    def lent(self) -> Iterator[T]:
        """The warm template while the block lasts; one that was replaced ends with its last user.

        One that has grown is replaced by a fresh one.  Raises what the start raises.
        """
        template = self.get()
        with self._lock:
            self._users[template] += 1
        try:
            yield template
        finally:
            with self._lock:
                self._users[template] -= 1
                if self._current() is template and template.grown:
                    self._now = None
                unused = self._current() is not template and not self._users[template]
            if unused:  # one who got it just now asks in vain, and is tried again
                template.close()

    def _current(self) -> T | None:
        now = self._now
        return now.result() if now and now.done() and not now.exception() else None

    def renew(self, used: Container[T]) -> None:
        """Start a fresh one next time, if the one in use is among those that failed somebody.

        One that still runs is left to those who use it, and replaced only so often.
        """
        with self._lock:
            if self._now is None or not self._now.done():
                return
            if self._now.exception() is not None:
                self._now = None
                return
            template = self._now.result()
            if template in used and (len(self._made) < MOST or template.gone):
                self._now = None

    def close(self) -> None:
        """End all of them."""
        with self._lock:
            self._closed = True
        self._thread.shutdown()
        for template in self._made:
            template.close()
