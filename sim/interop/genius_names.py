"""Names from elsewhere made fit for a scenario: letters, digits, spaces, ``_`` and ``-``, no two alike."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable

__all__ = ["distinct", "safe"]

_BROKEN = re.compile(" *\0[ \0]*")


def safe(name: str, otherwise: str = "unnamed") -> str:
    """Return a name with every stretch of other characters replaced, by a space beside spaces, else an underscore.

    Examples
    --------
    >>> safe("Harbour (east)"), safe("0.5"), safe("open door"), safe("%")
    ('Harbour east', '0_5', 'open door', 'unnamed')
    """
    clean = " ".join(name.split())
    marked = "".join(character if _fits(character) else "\0" for character in clean)
    if clean and marked == clean:
        return clean
    return _BROKEN.sub(lambda found: " " if " " in found[0] else "_", marked).strip("_ ") or otherwise


def _fits(character: str) -> bool:
    """Say whether a character may stand in a name wherever names are checked; of numerals that is digits only."""
    return character in " _-" or (character.isalnum() and unicodedata.category(character) != "No")


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
    counts: dict[str, int] = {}
    for name in names:
        base = fresh = safe(name, otherwise)
        while same(fresh) in used:
            counts[base] = counts.get(base, 1) + 1
            fresh = f"{base} {counts[base]}"
        used.add(same(fresh))
        found.append(fresh)
    return found
