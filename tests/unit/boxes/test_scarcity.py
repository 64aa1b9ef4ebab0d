"""What a failure says about a machine that had too little."""

import pytest

from autograder.boxes.scarcity import is_scarce, no_room


@pytest.mark.parametrize(
    ("failure", "shared_disk", "own_disk"),
    [
        ("RuntimeError in line 3: can't start new thread", True, True),
        ("BlockingIOError in line 1: [Errno 11] Resource temporarily unavailable", True, True),
        ("OSError in line 1: [Errno 23] Too many open files in system: 'x'", True, True),
        ("OSError in line 1: [Errno 28] No space left on device: 'x'", True, False),
        ("OSError in line 1: [Errno 122] Disk quota exceeded", True, False),
        ("OSError in line 1: [Errno 24] Too many open files: 'x'", False, False),
        ("ZeroDivisionError in line 1: division by zero", False, False),
        ("", False, False),
    ],
)
def test_what_others_may_have_taken_is_told_apart(
    failure: str, shared_disk: bool, own_disk: bool
) -> None:
    """A limit of the box's own explains what it hits; what a machine has once does not."""
    assert is_scarce(failure, own_disk=False) is shared_disk
    assert is_scarce(failure, own_disk=True) is own_disk


@pytest.mark.parametrize("strict", [True, False])
def test_memory_is_scarce_only_where_it_is_promised_once(
    monkeypatch: pytest.MonkeyPatch, strict: bool
) -> None:
    """Elsewhere the kernel promises it to all, and a box has a limit of its own."""
    monkeypatch.setattr("autograder.boxes.scarcity._memory_is_promised_once", lambda: strict)
    assert is_scarce("MemoryError in line 1", own_disk=True) is strict
    assert no_room() is strict


def test_a_machine_without_room_for_a_thread_is_full(monkeypatch: pytest.MonkeyPatch) -> None:
    """The clerk sees it by itself, and believes no box."""

    def refuse(_: object) -> None:
        raise RuntimeError("can't start new thread")

    monkeypatch.setattr("autograder.boxes.scarcity.Thread.start", refuse)
    assert no_room()
