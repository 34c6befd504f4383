"""What sessions of talks answer: how often and when they agree, on which terms, and what each tactic brings."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sim.simulations.session_records import Sessions

__all__ = ["Group", "Term", "by_tactic", "group", "pairings", "terms"]

Bools = NDArray[np.bool_]


@dataclass(frozen=True)
class Group:
    """Some of the sessions.

    Attributes
    ----------
    sessions : int
    agreed : float
        The share that ends in a deal.
    round : tuple of float, or None
        The offer that was accepted: the middle one, and where nine in ten lie; None where none was.
    gains : tuple of float
        Mean over these sessions of what each signer has over no deal; one without a deal counts as 0.
    to_nash : float or None
        The middle distance of the deals from the Nash deal.
    """

    sessions: int
    agreed: float
    round: tuple[float, float, float] | None
    gains: tuple[float, ...]
    to_nash: float | None


@dataclass(frozen=True)
class Term:
    """An issue in the deals: for numbers the middle level and where nine in ten lie, and how often each level comes.

    Attributes
    ----------
    shares : dict
        Of the deals, by level that occurs, in the order of the scenario.
    middle, low, high : float or None
        Levels; None for named ones.
    """

    shares: Mapping[float | str, float]
    middle: float | None = None
    low: float | None = None
    high: float | None = None


def group(found: Sessions, rows: Bools | None = None) -> Group:
    """Return what some sessions came to, all unless told."""
    rows = np.ones(len(found), dtype=bool) if rows is None else rows
    made = rows & found.agreed
    rounds: list[float] = (
        np.quantile(found.round[made], (0.5, 0.05, 0.95), method="lower").tolist() if made.any() else []
    )
    return Group(
        int(rows.sum()),
        float(made.sum() / rows.sum()),
        (float(rounds[0]), float(rounds[1]), float(rounds[2])) if rounds else None,
        tuple(found.gains[rows].mean(axis=0).tolist()),
        float(np.median(found.to_nash[made])) if made.any() else None,
    )


def pairings(found: Sessions) -> dict[tuple[str, ...], Group]:
    """Return what each combination of the signers' tactics came to, by their names in the order of the signers."""
    names = [choice.text for choice in found.choices]
    some, where = np.unique(found.tactics, axis=0, return_inverse=True)
    return {tuple(names[k] for k in row): group(found, where.ravel() == n) for n, row in enumerate(some)}


def by_tactic(found: Sessions, signer: int) -> dict[str, Group]:
    """Return what each tactic of one signer came to, over all of the others'."""
    own = found.tactics[:, signer]
    return {found.choices[k].text: group(found, own == k) for k in np.unique(own).tolist()}


def terms(found: Sessions) -> dict[str, Term]:
    """Return what the deals say on each issue; nothing where there is no deal."""
    deals = found.deal[found.agreed]
    if not len(deals):
        return {}
    result = {}
    for k, name in enumerate(found.game.issues):
        levels = found.game.levels[k]
        some, count = np.unique(deals[:, k], return_counts=True)
        shares = {levels[j]: float(c / len(deals)) for j, c in zip(some.tolist(), count.tolist(), strict=True)}
        if isinstance(levels[0], str):
            result[name] = Term(shares)
            continue
        places = np.quantile(deals[:, k], (0.5, 0.05, 0.95), method="lower").astype(int).tolist()
        result[name] = Term(shares, *(float(levels[j]) for j in places))
    return result
