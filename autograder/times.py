"""Reads the time of a hand-in, as the collecting program wrote it."""

import warnings
from datetime import UTC, datetime

_HOUR = 3600
# What abbreviations stand for, in hours from UTC; any other zone makes a time unreadable.
_ZONES = {
    "UTC": 0, "GMT": 0, "Z": 0, "WET": 0, "WEST": 1, "BST": 1, "CET": 1, "CEST": 2, "EET": 2,
    "EEST": 3, "MSK": 3, "EST": -5, "EDT": -4, "CST": -6, "CDT": -5, "MST": -7, "MDT": -6,
    "PST": -8, "PDT": -7,
}  # fmt: skip
_OFFSETS = {name: hours * _HOUR for name, hours in _ZONES.items()}
_LONGEST = 100
_DEFAULTS = (datetime(2000, 1, 1), datetime(2001, 2, 2))


def read_time(data: bytes) -> datetime | None:
    """A time as naive UTC, or None where the text is no whole time or names a zone of its own.

    Without a zone it is UTC.  nbgrader reads "+0100" as a hundred seconds, and CEST as nothing.
    """
    from dateutil import parser  # only staff have it

    text = data.decode("utf-8", "replace").strip()
    if len(text) > _LONGEST:
        return None
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", parser.UnknownTimezoneWarning)
            # What a text leaves out is taken from these two: they agree only if it is whole.
            first, second = (
                parser.parse(text, default=default, tzinfos=_OFFSETS) for default in _DEFAULTS
            )
        when: datetime = first.astimezone(UTC).replace(tzinfo=None) if first.tzinfo else first
    except (ValueError, ArithmeticError, parser.UnknownTimezoneWarning):
        return None
    return when if first == second else None
