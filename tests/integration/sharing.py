"""Templates that gradings of one process share, where starting them is not what is tested."""

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from autograder.boxes.layers import LAYERS
from autograder.boxes.process import WarmProcess
from autograder.boxes.template import Template
from autograder.config import WARM, Course
from autograder.grading import judge_proxy, workshop
from autograder.grading.judge_proxy import JudgeTemplate


class Kept:
    """A warm process that whoever has it cannot end."""

    def __init__(self, real: WarmProcess) -> None:
        self.real = real

    def close(self) -> None:
        """Leave it to the next."""

    def __enter__(self) -> "Kept":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def __getattr__(self, name: str) -> Any:
        return getattr(self.real, name)


class Shared:
    """Warm processes, each started once for all that it reads and is told."""

    def __init__(self, template: Template, scratch: Path) -> None:
        self._scratch = scratch
        self._made: dict[object, WarmProcess] = {
            ("boxes", frozenset(LAYERS), "cpu", WARM): template
        }
        # A thread that lives on: the kernel ends a template with the thread that started it.
        self._thread = ThreadPoolExecutor(1)

    def template(self, layers: Any, *, device: str, warm: Sequence[str], scratch: Path) -> Kept:
        """Boxes with these layers."""
        return self._kept(
            ("boxes", frozenset(layers), device, warm),
            lambda: Template(layers, device=device, warm=warm, scratch=self._scratch),
        )

    def judges(
        self, course: Course, assignment: str, device: str = "cpu", *, scratch: Path | None = None
    ) -> Kept:
        """Judges that collected these very checks, over these data."""
        folders = course.checks(assignment), course.source(assignment)
        files = tuple(
            (str(path.relative_to(folder)), path.read_bytes())
            for folder in folders
            for path in sorted(folder.rglob("*"))
            if path.is_file() and path.suffix != ".pyc"
        )
        return self._kept(
            ("judges", device, files),
            lambda: JudgeTemplate(course, assignment, device, scratch=self._scratch),
        )

    def _kept(self, key: object, start: Callable[[], WarmProcess]) -> Kept:
        known = self._made.get(key)
        if known and (known._process.poll() is not None or known.grown):
            known.close()
        elif known:
            return Kept(known)
        self._made[key] = self._thread.submit(start).result()
        return Kept(self._made[key])

    @contextmanager
    def lent(self) -> Iterator[None]:
        """Let all workshops have them; judges, of which each course has its own, end after it."""
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(workshop, "Template", self.template)
            for module in (workshop, judge_proxy):
                patch.setattr(module, "JudgeTemplate", self.judges)
            yield
        for key, process in list(self._made.items()):
            if isinstance(process, JudgeTemplate):
                self._made.pop(key).close()

    def close(self) -> None:
        """End them all."""
        for process in self._made.values():
            process.close()
        self._thread.shutdown()
