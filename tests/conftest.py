"""What all tests share: how long Hypothesis searches, and that groups stay on one worker."""

import contextlib

import pytest
from hypothesis import settings

# `make fuzz` asks for the second one: minutes instead of seconds.
settings.register_profile("test", deadline=None)
settings.register_profile("fuzz", deadline=None, max_examples=20_000)
settings.load_profile("test")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Name a test's group in its id: pytest-xdist 3.8 does so by a word that pytest 9.2 lost."""
    if not config.getoption("loadgroup", False):
        return
    with contextlib.suppress(ImportError):
        from _pytest.nodeid import coerce_node_id

        for item in items:
            for mark in item.iter_markers("xdist_group"):
                item._id = coerce_node_id(f"{item.nodeid}@{mark.args[0]}")
