"""A library that boxes cannot share is refused by its name."""

from threading import Event, Thread

import pytest

from autograder.guest.warming import _import


@pytest.mark.parametrize("name", ["no_such_library", "json.no_such_part", "this.is.none"])
def test_what_cannot_be_imported_is_named(name: str) -> None:
    """The message says where it was asked for, and what Python says of it."""
    with pytest.raises(ImportError, match=f"autograder.toml, warm: {name} cannot be imported here"):
        _import(name)


def test_what_starts_threads_is_named() -> None:
    """A template with a second thread has no forks that one can rely on."""
    done = Event()
    thread = Thread(target=done.wait)
    thread.start()
    try:
        with pytest.raises(ImportError, match="json starts threads"):
            _import("json")
    finally:
        done.set()
        thread.join()
