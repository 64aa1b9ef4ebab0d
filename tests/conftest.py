"""What all tests share: how long Hypothesis searches, and that groups stay on one worker."""

import contextlib

import pytest
from hypothesis import HealthCheck, settings

# `make fuzz` asks for the second: minutes instead of seconds.
settings.register_profile("default", deadline=None, derandomize=True)
settings.register_profile(
    "fuzz", max_examples=20_000, deadline=None, suppress_health_check=[HealthCheck.too_slow]
)


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Name a test's group in its id: pytest-xdist 3.8 does so by a word that pytest 9.2 lost."""
    if not config.getoption("loadgroup", False):
        return
    with contextlib.suppress(ImportError):
        from _pytest.nodeid import coerce_node_id

        for item in items:
            for mark in item.iter_markers("xdist_group"):
                item._id = coerce_node_id(f"{item.nodeid}@{mark.args[0]}")
