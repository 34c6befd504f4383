"""Which tactic a side follows, as people write it: NAME, or NAME:EXPONENT."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from sim.errors import shown
from sim.model.names import suggest
from sim.theory.talks.tactics import TACTICS

__all__ = ["TIMED", "Choice", "chosen"]

TIMED = tuple(name for name, tactic in TACTICS.items() if tactic.by_time)
"""The tactics that look at the time alone."""


@dataclass(frozen=True)
class Choice:
    """A tactic and its exponent; 1 where it has none."""

    name: str
    exponent: float

    @property
    def text(self) -> str:
        """As it is written; an exponent that goes without saying is left out."""
        usual = TACTICS[self.name].exponent
        return self.name if usual is None or usual == self.exponent else f"{self.name}:{self.exponent:g}"


def chosen(given: Any, names: Collection[str] = tuple(TACTICS)) -> Choice | str:
    """Return the tactic that a text names, or what is wrong with it.

    Parameters
    ----------
    given : str
        NAME or NAME:EXPONENT; a hyphen does for an underscore.
    names : collection of str
        The tactics that may be named.

    Examples
    --------
    >>> chosen("boulware:0.1")
    Choice(name='boulware', exponent=0.1)
    >>> chosen("boulwar")
    "no tactic 'boulwar' (did you mean boulware?)"
    >>> chosen("conceder:0.5")
    'exponent 0.5 of conceder (expected a number above 1 and below 1000)'
    """
    if isinstance(given, Choice):
        given = given.text
    name, colon, power = given.partition(":") if isinstance(given, str) else ("", "", "")
    name = name.strip().replace("-", "_")
    if name not in names:
        return f"no tactic {shown(given)} {suggest(name, names)}"
    tactic = TACTICS[name]
    if not colon:
        return Choice(name, tactic.exponent or 1.0)
    low, high = tactic.between
    if tactic.exponent is None or low == high:
        return f"{name} takes no exponent (expected {name})"
    try:
        exponent = float(power)
    except ValueError:
        return f"exponent {shown(power)} of {name} (expected a number)"
    if not low < exponent < high:
        return f"exponent {exponent:g} of {name} (expected a number above {low:g} and below {high:g})"
    return Choice(name, exponent)
