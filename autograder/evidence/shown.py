"""What the cells of a notebook may show, counted alike in the box and by its reader."""

from collections.abc import Mapping
from typing import Any

EACH = 500  # letters that an output counts besides its own: many small ones take memory as well
LEFT_OUT = "[the rest of the output is left out]\n"


def letters(output: Mapping[str, Any]) -> int:
    """How many letters an output in nbformat's form takes of those that may be shown."""
    texts = [output.get(name, "") for name in ("text", "ename", "evalue")]
    texts += [*output.get("traceback", ()), *output.get("data", {}).values()]
    return EACH + sum(map(len, texts))


def left_out() -> dict[str, Any]:
    """The output that stands for others."""
    return {"output_type": "stream", "name": "stderr", "text": LEFT_OUT}
