"""What is known of one signer, and what a deal is worth to it at least and at most over all truths."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

import numpy as np

from sim.errors import SizeError
from sim.space.blocks import Space
from sim.space.codes import Ints
from sim.space.pareto import Floats
from sim.space.truths.polytopes import Polytope, box_least, least

__all__ = ["Choices", "Side", "at", "best_of", "choices", "needed_values", "worst"]

_MOST = 20_000


@dataclass(frozen=True, eq=False)
class Side:
    """What is known of one signer.

    Attributes
    ----------
    features : tuple of ndarray, shape (n_b, m) each
        For each block the value of every weight's issue in each combination; 0 for issues of other blocks.
    fixed : tuple of ndarray, shape (n_b,) each
        Utility that no weight touches.
    weights : Polytope
    slopes : ndarray, shape (J, m)
    constants : ndarray, shape (J,)
        No-deal values w.slopes[j] + constants[j].
    """

    features: tuple[Floats, ...]
    fixed: tuple[Floats, ...]
    weights: Polytope
    slopes: Floats
    constants: Floats


@dataclass(frozen=True, eq=False)
class Choices:
    """The combinations of each block: level numbers (n_b, own issues), and which issues these are.

    Constraints over several blocks have columns (n_b, B) that must add up to `least` (B,) at least.
    """

    issues: tuple[tuple[int, ...], ...]
    levels: tuple[Ints, ...]
    limits: tuple[Floats, ...] = ()
    least: Floats = field(default_factory=lambda: np.empty(0))


def choices(space: Space) -> Choices:
    """Return every combination of every block that no constraint forbids.

    Raises
    ------
    SizeError
        So many issues are linked that their block is a tree, or a block has too many combinations.
    """
    for block in space.blocks:
        if block.children or len(block.levels) > _MOST:
            raise SizeError(
                f"{len(block.issues)} linked issues have too many combinations to be looked at for all truths together "
                f"(the limit is {_MOST:,}; use wider steps on them, or drop a linkage)"
            )
    wide, parties = space.wide, space.parties
    return Choices(
        tuple(block.own for block in wide.blocks),
        tuple(block.levels for block in wide.blocks),
        tuple(block.points.utilities[:, parties:] for block in wide.blocks),
        wide.least,
    )


def worst(side: Side, values: Floats, fixed: float) -> tuple[float, int, Floats]:
    """Return the least that a deal is worth to a side over all truths: the gain, the no-deal value, the weights.

    Parameters
    ----------
    side : Side
    values : ndarray, shape (m,)
        Its features at the deal.
    fixed : float
        Utility that no weight touches.
    """
    directions = values - side.slopes
    cheap = _relaxed(side.weights, directions) + fixed - side.constants
    best, at, weights = np.inf, 0, np.full(len(values), np.nan)
    for j in np.argsort(cheap, kind="stable"):
        if cheap[j] >= best - 1e-12:
            break
        value, found = least(side.weights, directions[[j]])
        # Where the solver fails the bound itself stands, which is never better than what is so.
        value = value + fixed - side.constants[j] if np.isfinite(value[0]) else cheap[[j]]
        if value[0] < best:
            best, at, weights = float(value[0]), int(j), found[0]
    return best, at, weights


def best_of(side: Side, values: Floats, fixed: float) -> tuple[float, int, Floats]:
    """Return the most that a deal is worth to a side over all truths; see `worst`."""
    mirrored = replace(side, slopes=-side.slopes, constants=-side.constants)
    value, at, weights = worst(mirrored, -values, -fixed)
    return -value, at, weights


def needed_values(side: Side, *, highest: bool) -> Ints:
    """Return which no-deal values may be the highest, or the lowest, for some weights, shape (n,).

    The others are beaten by one that is left, whatever the weights.
    """
    sign = 1.0 if highest else -1.0
    left = list(range(len(side.slopes)))
    for j in range(len(side.slopes)):
        others = [k for k in left if k != j]
        # One that is nowhere below j makes j superfluous.
        directions = sign * (side.slopes[others] - side.slopes[j])
        ahead = _relaxed(side.weights, directions) + sign * (side.constants[others] - side.constants[j])
        if (ahead >= 0.0).any():
            left.remove(j)
    return np.array(left, dtype=np.int64)


def _relaxed(weights: Polytope, directions: Floats) -> Floats:
    high = np.minimum(weights.high, weights.total)
    found = box_least(weights.total, weights.low, high, directions)
    return np.asarray(np.einsum("jk,jk->j", found, directions))


def at(side: Side, among: Choices, levels: Ints) -> tuple[Floats, float]:
    """Return a side's features (m,) and fixed utility at an outcome given by levels (K,)."""
    values, fixed = np.zeros(side.weights.size), 0.0
    for b, own in enumerate(among.issues):
        row = int(np.flatnonzero((among.levels[b] == levels[list(own)]).all(axis=1))[0])
        values += side.features[b][row]
        fixed += float(side.fixed[b][row])
    return values, fixed
