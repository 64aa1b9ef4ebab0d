"""How long Hypothesis searches."""

from hypothesis import settings

# `make fuzz` asks for the second one: minutes instead of seconds.
settings.register_profile("test", deadline=None)
settings.register_profile("fuzz", deadline=None, max_examples=5_000)
settings.load_profile("test")
