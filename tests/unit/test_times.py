"""When something was handed in decides what it costs: a time is read as it is meant, or not."""

from datetime import datetime

import pytest

from autograder.times import read_time

NOON = datetime(2024, 11, 27, 11, 30)


@pytest.mark.parametrize(
    "text",
    [
        "2024-11-27 11:30:00 UTC", "2024-11-27 11:30:00.000000 UTC\n", "2024-11-27 11:30:00",
        "2024-11-27 12:30:00 +0100", "2024-11-27 12:30:00 +01:00", "2024-11-27T12:30:00+01:00",
        "2024-11-27 12:30:00 CET", "2024-11-27 13:30:00 CEST", "2024-11-27 14:30:00 MSK",
        "2024-11-27 06:30:00 EST", "2024-11-27T11:30:00Z", "27 Nov 2024 11:30",
        "Nov 27, 2024 2:30 PM +0300",
    ],
)  # fmt: skip
def test_a_time_with_its_zone_is_read(text: str) -> None:
    """Offsets are hours and minutes; the usual abbreviations are what they stand for."""
    assert read_time(text.encode()) == NOON


@pytest.mark.parametrize(
    "text",
    [
        "", "when I wanted", "2024-11-27 11:30:00 XYZ", "11:30", "2024", "27", "November 27",
        "9" * 5000, "2024-13-45 11:30:00", "2024-11-27 11:30:00 +9999999", "9999-12-31 23:59 -0900",
    ],
)  # fmt: skip
def test_what_is_no_whole_time_is_none(text: str) -> None:
    """It is neither guessed nor filled up with today."""
    assert read_time(text.encode()) is None
    assert read_time(b"\xff\xfe\x00") is None
