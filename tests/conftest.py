"""How long Hypothesis searches, and what no process of the tests spends its time on."""

import os
import sys
from pathlib import Path

from hypothesis import settings

# `make fuzz` asks for the second one: minutes instead of seconds.
settings.register_profile("test", deadline=None)
settings.register_profile("fuzz", deadline=None, max_examples=5_000)
settings.load_profile("test")

# Two workers share two cores: torch's threads would burn them while they wait for each other.
os.environ.setdefault("OMP_NUM_THREADS", "1")

# Whoever imports nbformat, each nbgrader command and each server, would compile grammars for
# addresses that no notebook has: more than half of what such a command costs.
_WITHOUT = str(Path(__file__).parent / "without")
os.environ["PYTHONPATH"] = os.pathsep.join(
    [_WITHOUT, *filter(None, [os.environ.get("PYTHONPATH")])]
)
sys.path.insert(0, _WITHOUT)
