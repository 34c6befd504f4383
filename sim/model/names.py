"""Helping a reader who named something that does not exist."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable, Mapping
from typing import Any

from sim.errors import RequestError, shown

__all__ = ["listed", "names_in", "suggest"]


def suggest(name: str, known: Iterable[str]) -> str:
    """Return a bracketed hint: the nearest known name, or all of them when none is near.

    Examples
    --------
    >>> suggest("nto", ["nato", "army_cap"])
    '(did you mean nato?)'
    >>> suggest("xyz", ["nato", "army_cap"])
    '(expected one of: nato, army_cap)'
    """
    names = list(dict.fromkeys(known))
    if isinstance(name, str) and len(short := [full for full in names if _abbreviates(name, full)]) == 1:
        return f"(did you mean {short[0]}?)"
    close = difflib.get_close_matches(name if isinstance(name, str) else "", names, 1, 0.6)
    if close:
        return f"(did you mean {close[0]}?)"
    return f"(expected one of: {listed(names)})" if names else "(there are none to name)"


def _abbreviates(short: str, name: str) -> bool:
    """Say whether a text is made of the first letters of a name's words, with at most one letter more.

    Examples
    --------
    >>> _abbreviates("usa", "united_states"), _abbreviates("EU", "european union"), _abbreviates("u", "ukraine")
    (True, True, False)
    """
    initials = "".join(word[0] for word in re.split(r"[\W_]+", name.lower()) if word)
    given = short.lower().replace(".", "")
    return len(initials) > 1 and given.startswith(initials) and len(given) <= len(initials) + 1


def names_in(what: str, given: Any) -> tuple[str, ...]:
    """Return names that were given as a list; a single text would be taken apart letter by letter.

    Raises
    ------
    RequestError
        They are a single text, no list, or not all are text.

    Examples
    --------
    >>> names_in("sign", (name for name in ["allies"]))
    ('allies',)
    """
    if isinstance(given, str):
        raise RequestError(f"{what}: a single text {given!r} (expected a list of names)")
    if not isinstance(given, Iterable) or isinstance(given, (bytes, Mapping)):
        raise RequestError(f"{what}: {shown(given)} (expected a list of names)")
    try:
        names = tuple(given)
    except TypeError:
        raise RequestError(f"{what}: {shown(given)} (expected a list of names)") from None
    for name in names:
        if not isinstance(name, str):
            raise RequestError(f"{what}: {shown(name)} is no text (expected names)")
    return tuple(map(str, names))


def listed(names: Iterable[object], most: int = 12) -> str:
    """Return names joined by commas, cut after `most` with the number left out.

    Examples
    --------
    >>> listed("abcd", most=2)
    'a, b and 2 more'
    """
    texts = [f"{name:.12g}" if isinstance(name, float) else str(name) for name in names]
    if len(texts) <= most:
        return ", ".join(texts)
    return f"{', '.join(texts[:most])} and {len(texts) - most} more"
