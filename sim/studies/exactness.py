"""How exactly a result is known, in words: one number beside it, its resolution.

A result found on a frontier that did not fit (see `sim.space.folds`) is known to that frontier's resolution: something
better by at most that may have been missed. A resolution of 0 means that the result is exact, and then nothing is said.
"""

from __future__ import annotations

__all__ = ["aside", "at_least", "known"]


def known(resolution: float) -> str:
    """Return how exactly something is known; nothing where it is exact.

    Examples
    --------
    >>> known(0.01234), known(0.0)
    ('known to 0.012', '')
    """
    return f"known to {resolution:.2g}" if resolution > 0 else ""


def aside(resolution: float) -> str:
    """Return the same in brackets, with a space before.

    Examples
    --------
    >>> "0.25" + aside(0.01), "0.25" + aside(0)
    ('0.25 (known to 0.01)', '0.25')
    """
    return f" ({known(resolution)})" if resolution > 0 else ""


def at_least(text: str, resolution: float) -> str:
    """Return a number that can only be higher than what was found, and by how much.

    Examples
    --------
    >>> at_least("0.25", 0.01), at_least("0.25", 0)
    ('at least 0.25 (known to 0.01)', '0.25')
    """
    return f"at least {text}{aside(resolution)}" if resolution > 0 else text
