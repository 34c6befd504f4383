"""Names and numbers as a scenario file writes them."""

from __future__ import annotations

import re

from sim.model.numerals import misread

__all__ = ["key_of", "number_in", "plain_number", "quoted"]

_PLAIN = re.compile(r"[A-Za-z][A-Za-z0-9 _-]*[A-Za-z0-9]|[A-Za-z]")
_WORDS = {"null", "true", "false", "y", "n"}


def quoted(text: str) -> str:
    r"""Return text as YAML: bare where it can only be read as text, else in quotes.

    Examples
    --------
    >>> quoted("open door"), quoted("2025"), quoted("null"), quoted("a: b")
    ('open door', '"2025"', '"null"', '"a: b"')
    >>> print(quoted('the "big" deal'))
    "the \"big\" deal"
    """
    bare = _PLAIN.fullmatch(text) and text.lower() not in _WORDS
    return text if bare else f'"{"".join(map(_escaped, text))}"'


def _escaped(letter: str) -> str:
    if "\ud800" <= letter <= "\udfff":
        return "\ufffd"  # half a character, which no file can hold
    if letter in '"\\':
        return f"\\{letter}"
    return letter if letter.isprintable() else f"\\U{ord(letter):08X}"


def key_of(label: str) -> str:
    """Return a key for a label: lower case, what no key may hold as one underscore; empty where nothing is left.

    Examples
    --------
    >>> key_of("Army cap (troops)"), key_of("Wage rise, %")
    ('army_cap_troops', 'wage_rise')
    """
    letters = (c if c.isalpha() or c.isdecimal() else " " for c in label.lower())
    return "_".join("".join(letters).split())


def number_in(text: str) -> float | None:
    """Return the number that a text is, None where it is none."""
    try:
        return None if misread(text) else float(text)
    except ValueError:
        return None


def plain_number(value: float) -> str:
    """Return a number without needless digits.

    Examples
    --------
    >>> plain_number(5.0), plain_number(0.1)
    ('5', '0.1')
    """
    return f"{value:.12g}"
