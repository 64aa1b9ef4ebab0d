"""What a cell shows, collected as nbformat outputs, bounded, and drawn only if it stays."""

import base64
import io
import pickle
from dataclasses import dataclass, field
from typing import Any

from autograder.evidence.shown import left_out, letters
from autograder.guest.figures.axes import install, present_settings, settings
from autograder.guest.figures.drawing import remembering, share_mathtext

TEXT_CHARACTERS = 500_000
OUTPUTS = 1000

Output = dict[str, Any]


@dataclass(slots=True)
class Frozen:
    """A figure as it was when it was shown: a pickle that never leaves this process."""

    figure: bytes
    parameters: dict[str, Any]
    metadata: dict[str, Any]


@dataclass(slots=True)
class Outputs:
    """The visible outputs of the running cell, with `clear_output` and updates as a kernel has."""

    muted: bool = False
    items: list[Output | Frozen] = field(default_factory=list)
    clears: bool = False
    _clear_next: bool = False
    _characters: int = 0

    def start(self) -> None:
        """Forget the last cell."""
        self.items, self.clears, self._clear_next, self._characters = [], False, False, 0

    def clear(self, *, wait: bool) -> None:
        """Drop the outputs shown so far, at once or with the next output."""
        self.clears = True
        if wait:
            self._clear_next = True
        else:
            self.items = []
            self._characters = 0

    def add(self, item: Output | Frozen) -> None:
        """Show one more thing."""
        if self.muted:
            return
        self._clear_if_due()
        if len(self.items) < OUTPUTS:
            self.items.append(item)

    def write(self, name: str, text: str) -> None:
        """Add text to a stream."""
        if self.muted or not text:
            return
        self._clear_if_due()
        room = TEXT_CHARACTERS - self._characters
        self._characters += len(text)
        if room <= 0:
            return
        if len(text) > room:
            text = text[:room] + "\n[the rest of the output is left out]\n"
        last = self.items[-1] if self.items else None
        if isinstance(last, dict) and last.get("name") == name:
            last["text"].append(text)
        else:
            self.add({"output_type": "stream", "name": name, "text": [text]})

    def update(self, display_id: str, data: dict[str, Any], metadata: dict[str, Any]) -> None:
        """Replace the output that was shown under an id."""
        for item in self.items:
            if isinstance(item, dict) and item.get("display_id") == display_id:
                item["data"], item["metadata"] = printable(data), metadata

    def _clear_if_due(self) -> None:
        if self._clear_next:
            self.items, self._clear_next, self._characters = [], False, 0


def printable(data: dict[str, Any]) -> dict[str, Any]:
    """A MIME bundle of text, with bytes in base64, as a kernel sends it."""
    texts = {
        kind: base64.b64encode(value).decode("ascii") + "\n" if isinstance(value, bytes) else value
        for kind, value in data.items()
    }
    return {kind: value for kind, value in texts.items() if isinstance(value, str)}


def displayed(data: dict[str, Any], metadata: dict[str, Any]) -> Output:
    """What a cell displays, in nbformat's form."""
    return {"output_type": "display_data", "data": printable(data), "metadata": metadata}


class Stream(io.TextIOBase):
    """Standard output or error of a cell."""

    encoding = "utf-8"
    errors = "replace"

    def __init__(self, outputs: Outputs, name: str) -> None:
        self._outputs = outputs
        self._name = name

    def write(self, text: str) -> int:
        """Take text; anything else is the mistake that it is for a real stream."""
        if not isinstance(text, str):
            raise TypeError(f"write() argument must be str, not {type(text).__name__}")
        self._outputs.write(self._name, text)
        return len(text)

    def writable(self) -> bool:
        """Whether it can be written to."""
        return True


def draw_late(shell: Any, outputs: Outputs) -> None:
    """Show figures at once, except in a cell that clears its output: there, freeze them.

    A frozen figure costs a millisecond and a drawing fifty; most of a live plot's are cleared.
    There and while nothing is shown at all, axes are lazy, too.
    """
    from matplotlib.figure import Figure
    from matplotlib_inline.backend_inline import _fetch_figure_metadata

    share_mathtext()

    def show(figure: Figure) -> None:
        if outputs.muted:
            return
        metadata = _fetch_figure_metadata(figure) or {}
        if outputs.clears:
            try:
                frozen = Frozen(pickle.dumps(figure), present_settings(), metadata)
            except Exception:  # noqa: S110 - what cannot be frozen is drawn now
                pass
            else:
                outputs.add(frozen)
                return
        outputs.add(_drawn(shell, figure, metadata))

    shell.display_formatter.ipython_display_formatter.for_type(Figure, show)
    install(lambda: outputs.clears or outputs.muted)


def finish(shell: Any, outputs: Outputs, room: int, *, draw: bool = True) -> list[Output]:
    """The outputs that stay, in nbformat's form; frozen figures are drawn now, or left out.

    They take `room` letters at most, each of them some hundred besides its own.
    """
    finished: list[Output] = []
    for item in outputs.items:
        if isinstance(item, Frozen) and not draw:
            continue
        output = _thawed(shell, item) if isinstance(item, Frozen) else dict(item)
        output.pop("display_id", None)
        if output["output_type"] == "stream":
            output["text"] = "".join(output["text"])
        room -= letters(output)
        if room < 0:
            finished.append(left_out())
            break
        finished.append(output | {"metadata": {}} if "metadata" in output else output)
    return finished


def _thawed(shell: Any, frozen: Frozen) -> Output:
    from matplotlib import pyplot as plt
    from matplotlib_inline import backend_inline

    with settings(frozen.parameters):
        figure = pickle.loads(frozen.figure)  # noqa: S301 - made above, by this process
        plt.close(figure)
        backend_inline.show._to_draw = []  # noqa: SLF001 - what its own flush resets
        backend_inline.show._draw_called = False  # noqa: SLF001 - likewise
        return _drawn(shell, figure, frozen.metadata)


def _drawn(shell: Any, figure: Any, metadata: dict[str, Any]) -> Output:
    formatter = shell.display_formatter.ipython_display_formatter
    was, formatter.enabled = formatter.enabled, False
    try:
        with remembering(figure):
            data, described = shell.display_formatter.format(figure)
    finally:
        formatter.enabled = was
    return displayed(data, {**described, **metadata})
