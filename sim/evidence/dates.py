"""Dates as records write them: a year, a month, a day, or a season of a year."""

from __future__ import annotations

import re
from dataclasses import dataclass

__all__ = ["Span", "apart", "span"]

_DATE = re.compile(r"(\d{4})(?:-(\d{2}))?(?:-(\d{2}))?")
_SEASON = re.compile(r"(spring|summer|autumn|winter) (\d{4})")
_MONTHS = {"spring": (3, 5), "summer": (6, 8), "autumn": (9, 11), "winter": (1, 12)}


@dataclass(frozen=True, order=True)
class Span:
    """The first and the last day that a date may mean, each as (year, month, day)."""

    first: tuple[int, int, int]
    last: tuple[int, int, int]


def apart(one: str | None, other: str | None) -> bool:
    """Say whether two dates share no day; what is no date is apart from none.

    Examples
    --------
    >>> apart("2022", "2025-01"), apart("2025", "2025-01"), apart(None, "2022")
    (True, False, False)
    """
    first, second = span(one or ""), span(other or "")
    return first is not None and second is not None and (first.last < second.first or second.last < first.first)


def span(text: str) -> Span | None:
    """Return the days that a date may mean, None for what is no date.

    Winter is taken for the whole year, since it lies at both its ends.

    Examples
    --------
    >>> span("2025-01")
    Span(first=(2025, 1, 1), last=(2025, 1, 31))
    >>> span("spring 2022").first, span("soon")
    ((2022, 3, 1), None)
    """
    season = _SEASON.fullmatch(text.lower())
    if season:
        first, last = _MONTHS[season[1]]
        return Span((int(season[2]), first, 1), (int(season[2]), last, 31))
    found = _DATE.fullmatch(text)
    if found is None:
        return None
    year, month, day = (int(part) if part else 0 for part in found.groups())
    if month > 12 or day > 31 or (found[2] and not month) or (found[3] and not day):
        return None
    return Span((year, month or 1, day or 1), (year, month or 12, day or 31))
