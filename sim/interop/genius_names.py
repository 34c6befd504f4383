"""Names from elsewhere made fit for a scenario: letters, digits, spaces, ``_`` and ``-``, no two alike."""

from __future__ import annotations

import re
from collections.abc import Iterable

__all__ = ["distinct", "safe"]

_BROKEN = re.compile(r"[^\w\- ]+")


def safe(name: str, otherwise: str = "unnamed") -> str:
    """Return a name with every stretch of other characters replaced by an underscore.

    Examples
    --------
    >>> safe("Price ($)"), safe("0.5"), safe("open door"), safe("%")
    ('Price', '0_5', 'open door', 'unnamed')
    """
    clean = " ".join(name.split())
    return clean if clean and not _BROKEN.search(clean) else _BROKEN.sub("_", clean).strip("_ ") or otherwise


def distinct(
    names: Iterable[str], taken: Iterable[str] = (), *, otherwise: str = "unnamed", fold: bool = False
) -> list[str]:
    """Return safe names that differ from each other and from those taken; with `fold`, whatever their case.

    Examples
    --------
    >>> distinct(["a/b", "a_b", "c"])
    ['a_b', 'a_b 2', 'c']
    """
    found: list[str] = []
    same = str.casefold if fold else str
    used = {same(name) for name in taken}
    for name in names:
        base = fresh = safe(name, otherwise)
        count = 1
        while same(fresh) in used:
            count += 1
            fresh = f"{base} {count}"
        used.add(same(fresh))
        found.append(fresh)
    return found
