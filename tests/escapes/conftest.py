"""The target of all attacks."""

from collections.abc import Iterator

import pytest
from canaries import Target


@pytest.fixture(scope="module")
def target(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Target]:
    """The course, its canaries and its secrets."""
    target = Target(tmp_path_factory.mktemp("attacked"))
    yield target
    target.close()
