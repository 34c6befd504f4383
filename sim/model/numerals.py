"""Numbers written as a reader would rather than as a file takes them: digit groups and decimal commas."""

from __future__ import annotations

import re

__all__ = ["misread"]

_ODD = re.compile(r"[-+]?[0-9,](?:[0-9]|[_,'.](?=[0-9]))*(?:[eE][-+]?[0-9]+)?")
_THREES = r"[1-9][0-9]{0,2}(?:%s[0-9]{3})+"
_GROUPED = re.compile(_THREES % "," + r"(?:\.[0-9]+)?")
_DECIMAL = re.compile(rf"(?:[0-9]*|{_THREES % '[.]'}),[0-9]+")
_MOST = 60


def misread(text: str) -> str | None:
    """Return what is wrong with an unquoted number that holds digit groups or a decimal comma; None for other text.

    Commas are dropped only where they part groups of three; one comma elsewhere stands for a decimal point.

    Examples
    --------
    >>> misread("0,4")
    '0,4 reads as text (write 0.4, or quote it if text is meant)'
    >>> misread("1,000,000")
    '1,000,000 reads as text (write 1000000, or quote it if text is meant)'
    >>> misread("0.4"), misread("3 km")
    (None, None)
    """
    if len(text) > _MOST or not set(text) & set("_,'") or not _ODD.fullmatch(text):
        return None
    plain = _plain(text)
    remedy = f"write {plain}" if plain else "write digits with a decimal point and no commas"
    return f"{text} reads as text ({remedy}, or quote it if text is meant)"


def _plain(text: str) -> str | None:
    """Return the number as a file takes it, None where it is anybody's guess."""
    bare = re.sub("[_']", "", text)
    start = bare[: len(bare) - len(bare.lstrip("+-"))]
    body, mark, power = bare[len(start) :].replace("E", "e").partition("e")
    if _GROUPED.fullmatch(body):
        body = body.replace(",", "")
    elif _DECIMAL.fullmatch(body):
        whole, _, part = body.replace(".", "").partition(",")
        body = f"{whole or 0}.{part}"
    elif "," in body or body.count(".") > 1:
        return None
    return f"{start}{body}{mark}{power}"
