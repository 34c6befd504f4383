"""How exactly a result is known: between which bounds, and in words one number beside it, its resolution.

A result found on a frontier that did not fit (see `sim.space.folds`) is known to that frontier's resolution: something
better by at most that may have been missed. A resolution of 0 means that the result is exact, and then nothing is said.
"""

from __future__ import annotations

from dataclasses import dataclass

from sim.space.zone import TOLERANCE

__all__ = ["Between", "aside", "at_least", "known", "noted"]


@dataclass(frozen=True)
class Between:
    """A best value of which one was found and more may have been missed, so that it is asked for what is proven only.

    Attributes
    ----------
    low, high : float
        What was found, and what nothing exceeds; both -inf where it is proven that there is nothing.

    Examples
    --------
    >>> Between(0.1, 0.1).reaches(0.0), Between(-0.2, 0.1).reaches(0.0), Between(-0.2, -0.1).reaches(0.0)
    (True, None, False)
    """

    low: float
    high: float

    @property
    def exact(self) -> bool:
        """Whether the bounds agree."""
        return self.high == self.low or self.high - self.low <= TOLERANCE

    @property
    def resolution(self) -> float:
        """By how much more may have been missed; 0: nothing was; 1 where nothing was found."""
        if self.exact:
            return 0.0
        return self.high - self.low if self.low > float("-inf") else 1.0

    def reaches(self, level: float) -> bool | None:
        """Say whether the value is at least so much; None where neither is proven."""
        if self.low >= level:
            return True
        return False if self.high < level or self.exact else None


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


def noted(resolution: float) -> str:
    """Return the sentence that follows what was looked for on a frontier that is not exact, with a space before.

    Examples
    --------
    >>> noted(0.01), noted(0)
    (' Found among offers known to 0.01: one better by no more may have been missed.', '')
    """
    return f" Found among offers {known(resolution)}: one better by no more may have been missed." if resolution else ""
