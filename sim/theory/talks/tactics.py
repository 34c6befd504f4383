"""Tactics: what a side asks for when it is its turn, from what it has seen so far.

A side's demand lies between its reservation value r, the least it accepts, and its top, what it asks for first:

- *by time*: demand = r + (top - r) (1 - t^(1 / beta)), t from 0 at the first offer to 1 at the last. ``boulware``
  (beta < 1) yields late, ``linear`` (beta = 1) evenly, ``conceder`` (beta > 1) early.
- ``tit_for_tat``: as much of what it asks for is given up as the others gave up of what they claim from it. Seen with
  its own eyes the others claim top - U(their last offer); between two turns of its own that claim shrinks by a share,
  and demand - r shrinks by the same share (relative tit for tat). Where the others take back, it takes back as well.
- ``stationary``: the proposals of the stationary equilibrium of alternating offers (`sim.theory.talks.offers`), and as
  answers whatever is worth no less than waiting. Needs two sides.

`TACTICS` is the registry: a tactic is one pure function from a `Seen` to demands. Whoever asks for less than r or more
than the top is held there (`sim.theory.talks.turns`).

Sources: Faratin, Sierra and Jennings (1998), Negotiation decision functions for autonomous agents (by time, tit for
tat); Rubinstein (1982), Perfect Equilibrium in a Bargaining Model.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

__all__ = ["TACTICS", "Seen", "Tactic", "by_time", "proposals_on_grid"]

Floats = NDArray[np.float64]

NOISE = 1e-9


@dataclass(frozen=True, eq=False)
class Seen:
    """What one side of each of G sessions may look at; every array has shape (G,).

    Attributes
    ----------
    time : ndarray
        Of the offer that is asked about: 0 the first, 1 the last.
    exponent : ndarray
        The side's own beta.
    least, top : ndarray
        Reservation value, and what it asks for first.
    last : ndarray
        What it asked for at its last turn; the top before any.
    before, now : ndarray
        What the others' last offers are worth to it, on average: at its last turn, and now; nan until all made one.
    proposes, accepts : ndarray
        What it asks for in the stationary equilibrium when it offers, and when it answers.
    answers : ndarray of bool
        Whether it answers an offer now, so that what it would ask for next is the question.
    """

    time: Floats
    exponent: Floats
    least: Floats
    top: Floats
    last: Floats
    before: Floats
    now: Floats
    proposes: Floats
    accepts: Floats
    answers: NDArray[np.bool_]


@dataclass(frozen=True)
class Tactic:
    """A rule for a side.

    Attributes
    ----------
    about : str
        What it does, in a word or two.
    demand : callable
        From a `Seen` to utilities asked for, (G,).
    exponent : float or None
        The beta taken where none is given; None where it has none of its own.
    between : (float, float)
        Where an exponent that is given must lie, the ends left out.
    by_time : bool
        Whether the time gone by is all it looks at.
    two_sides : bool
        Whether it is defined for two sides only.
    """

    about: str
    demand: Callable[[Seen], Floats]
    exponent: float | None = None
    between: tuple[float, float] = (0.0, np.inf)
    by_time: bool = False
    two_sides: bool = False


def by_time(least: Floats, top: Floats, time: Floats, exponent: Floats) -> Floats:
    """Return what is asked for at a time from 0 to 1, least + (top - least) (1 - time^(1 / exponent)).

    Parameters
    ----------
    least, top, time, exponent : ndarray
        Shapes that broadcast; exponents above 0.

    Examples
    --------
    >>> by_time(0.0, 1.0, 0.5, np.array([0.2, 1.0, 5.0])).round(3).tolist()
    [0.969, 0.5, 0.129]
    """
    return np.asarray(least + (top - least) * (1 - time ** (1 / exponent)))


def proposals_on_grid(frontier: Floats, agreed: Floats) -> tuple[Floats, Floats]:
    """Return what two sides ask for when they play an equilibrium of lotteries with deals alone.

    A side offers the deal best for it that leaves the other at least what the equilibrium does; the other accepts no
    less.

    Parameters
    ----------
    frontier : ndarray, shape (m, 2)
        By rising utility of the first side; m at least 1.
    agreed : ndarray, shape (G, 2, 2)
        Utilities proposed in equilibrium, [:, i, :] when side i offers; nan where there is none.

    Returns
    -------
    proposes, accepts : ndarray, shape (G, 2)
        nan where there is no equilibrium, and no offer where no deal leaves the other that much.

    Examples
    --------
    >>> pie = np.linspace([0.0, 1.0], [1.0, 0.0], 5)
    >>> proposes, accepts = proposals_on_grid(pie, np.array([[[0.6, 0.4], [0.4, 0.6]]]))
    >>> proposes.tolist(), accepts.tolist()
    ([[0.5, 0.5]], [[0.4, 0.4]])
    """
    accepts = np.stack([agreed[:, 1, 0], agreed[:, 0, 1]], axis=1)
    count, least = len(frontier), accepts - NOISE
    row = np.stack(
        [count - 1 - np.searchsorted(frontier[::-1, 1], least[:, 1]), np.searchsorted(frontier[:, 0], least[:, 0])],
        axis=1,
    )
    inside = (row >= 0) & (row < count) & np.isfinite(accepts[:, ::-1])
    own = np.stack([frontier[np.clip(row[:, i], 0, count - 1), i] for i in range(2)], axis=1)
    return np.where(inside, own, np.nan), accepts


def _yield(seen: Seen) -> Floats:
    return by_time(seen.least, seen.top, seen.time, seen.exponent)


def _imitate(seen: Seen) -> Floats:
    claimed, left = seen.top - seen.before, seen.top - seen.now
    seen_both = np.isfinite(claimed + left) & (claimed > 0)
    share = np.divide(left, claimed, out=np.ones_like(left), where=seen_both)
    return np.asarray(seen.least + (seen.last - seen.least) * share)


def _stand(seen: Seen) -> Floats:
    return np.where(seen.answers, seen.accepts, seen.proposes)


TACTICS: dict[str, Tactic] = {
    "boulware": Tactic("yields late", _yield, 0.2, (0.001, 1.0), by_time=True),
    "linear": Tactic("yields evenly", _yield, 1.0, (1.0, 1.0), by_time=True),
    "conceder": Tactic("yields early", _yield, 5.0, (1.0, 1000.0), by_time=True),
    "tit_for_tat": Tactic("yields as the others do", _imitate),
    "stationary": Tactic("offers the equilibrium's own", _stand, two_sides=True),
}
"""By name; the first three differ in their exponents alone."""
