"""One or two issues at a time: what each side would still accept while the rest of a deal stays as it is.

A party accepts a level of an issue when, with every other term of a given deal in place, the outcome is worth at least
its reservation value and crosses none of its own red lines. The levels that all accept are what is left to settle on
that issue alone; trades across issues can reach further, which the zone's own ranges show.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.space.constraints import Mask, Sum
from sim.space.count_pairs import pair_shares
from sim.space.zone import TOLERANCE
from sim.studies.study import Study, maps

__all__ = ["PairMap", "accepted_levels", "pair_map", "reference_deal"]

Bools = NDArray[np.bool_]


@dataclass(frozen=True, eq=False)
class PairMap:
    """Which levels of two issues go together.

    Attributes
    ----------
    possible : ndarray of bool, shape (n, m)
        Whether some agreement has both levels; rows are levels of the first issue.
    crossed : ndarray of bool, shape (n, m)
        Whether the two levels by themselves cross a red line, whatever the other issues.
    fraction : ndarray, shape (n, m), or None
        Share of the ways to settle the other issues that all accept; None where the space is too large to count.
    """

    possible: Bools
    crossed: Bools
    fraction: NDArray[np.float64] | None


def reference_deal(study: Study, solution: str = "nash") -> Mapping[str, float | str] | None:
    """Return the deal of a solution; without a zone the outcome nearest to one; None where there is no outcome."""
    return study.solutions[solution].outcome if study.solutions else study.why.closest


def accepted_levels(study: Study, deal: Mapping[str, Any]) -> dict[str, dict[str, Bools]]:
    """Return, by issue and signer, which levels the signer accepts while all other terms of a deal stay.

    Parameters
    ----------
    study : Study
    deal : mapping
        A level for every issue.

    Returns
    -------
    dict of str to dict of str to ndarray of bool, shape (n_k,)

    Raises
    ------
    RequestError
        An issue is unknown or missing, or a level is not one of its levels.
    """
    game = study.game
    base = game.level_numbers(deal)
    result = {}
    for k, issue in enumerate(game.issues):
        levels = np.repeat(base, len(game.levels[k]), axis=0)
        levels[:, k] = np.arange(len(levels))
        worth = game.factors.utilities(levels)[:, game.columns] >= study.point.reservation - TOLERANCE
        result[issue] = {
            party: worth[:, i] & _crosses_none(study, party, levels) for i, party in enumerate(game.signers)
        }
    return result


def _crosses_none(study: Study, party: str, levels: NDArray[np.int64]) -> Bools:
    game = study.game
    fine = np.ones(len(levels), dtype=bool)
    for (owner, _), mask in zip(game.lines, game.line_masks, strict=True):
        if owner == party:
            fine &= mask.allows(levels)
    return fine


def pair_map(study: Study, first: str, second: str) -> PairMap:
    """Return which levels of two issues go together in some agreement, and which cross a red line by themselves."""
    issues = study.game.issues
    k, m = issues.index(first), issues.index(second)
    low, high = min(k, m), max(k, m)
    possible = maps(study)[issues[low], issues[high]]
    crossed = np.zeros(possible.shape, dtype=bool)
    for mask in study.game.factors.masks:
        crossed |= _crossed(mask.mask() if isinstance(mask, Sum) else mask, low, high, possible.shape)
    shares = pair_shares(study.game.space, study.point.reservation)
    fraction = None if shares is None else shares[low, high]
    if k < m:
        return PairMap(possible, crossed, fraction)
    return PairMap(possible.T, crossed.T, None if fraction is None else fraction.T)


def _crossed(mask: Mask, first: int, second: int, shape: tuple[int, ...]) -> Bools:
    """Return where a red line forbids all completions of two levels."""
    others = tuple(axis for axis, k in enumerate(mask.issues) if k not in (first, second))
    gone: NDArray[np.bool_] = np.asarray(~np.any(mask.allowed, axis=others))
    kept = [k for k in mask.issues if k in (first, second)]
    if not kept:
        return np.full(shape, bool(gone))
    if kept == [second, first]:
        gone = gone.T
    if len(kept) == 1:
        gone = gone[:, None] if kept == [first] else gone[None, :]
    return np.broadcast_to(gone, shape)
