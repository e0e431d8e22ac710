"""Times as people write and read them: Western Indonesian Time (UTC+7); the store keeps UTC."""

from __future__ import annotations

import datetime as dt

from kotacerdas.problem import Problem

WIB = dt.timezone(dt.timedelta(hours=7), "WIB")
_END_OF_DAY = dt.time(23, 59, 59, 999999)
_YEARS = range(2000, 2101)


def read_moment(text: str, *, whole_day: bool = False) -> str:
    """A written time in the store's form (UTC, microseconds); without an offset it is Western Indonesian Time.

    A day alone is its last moment where `whole_day` allows it (a deadline). Raises `Problem` for anything else.

    >>> read_moment("2026-12-01 09:30")
    '2026-12-01T02:30:00.000000+00:00'
    >>> read_moment("2026-12-01", whole_day=True)
    '2026-12-01T16:59:59.999999+00:00'
    """
    written = text.strip()
    try:
        day_only = len(written) == 10
        found = dt.datetime.fromisoformat(written)
        if day_only and whole_day:
            found = dt.datetime.combine(found.date(), _END_OF_DAY)
        if (day_only and not whole_day) or found.year not in _YEARS or not written[:4].isdecimal():
            raise ValueError
        local = found if found.tzinfo else found.replace(tzinfo=WIB)
        return local.astimezone(dt.UTC).isoformat(timespec="microseconds")
    except (ValueError, OverflowError) as error:
        if whole_day:
            raise Problem("date_form", value=text) from error
        raise Problem("moment_form", value=text) from error


def moment(at: str) -> str:
    """A time of the store for a sentence.

    >>> moment("2026-11-22T07:00:00.000000+00:00")
    '2026-11-22 14:00 WIB'
    """
    return f"{dt.datetime.fromisoformat(at).astimezone(WIB):%Y-%m-%d %H:%M} WIB"
