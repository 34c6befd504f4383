"""Many leverage points of one compiled space: what measures are computed from, each piece once.

A `Compiled` scenario serves every point that shares its outcome space; a `Batch` is some of those points.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from sim.game.compiled import Game
from sim.game.terms import Terms as AllTerms
from sim.space.trees import Folded, fold_space, slices
from sim.space.zone import TOLERANCE, ideal, margins
from sim.studies.why import conflict
from sim.sweeps.batch.bounds import Bools, Floats, Ints, Outline, first_where, outline
from sim.sweeps.batch.levels import Slice, Slices, spreads
from sim.sweeps.batch.solutions import PIECE, Picks, Terms, pick

__all__ = ["Batch", "Compiled", "Deals", "blocking"]


@dataclass(frozen=True, eq=False)
class Compiled:
    """A compiled scenario and what is derived from its space alone."""

    game: Game

    @cached_property
    def folded(self) -> Folded:
        """The space folded, with the frontiers that leave one block out."""
        return fold_space(self.game.space)

    @property
    def resolution(self) -> float:
        """How exactly the frontiers are known that any question was asked of; 0: exactly."""
        made = vars(self.folded).get("rest", ())
        return float(max([self.folded.frontier.resolution, *(rest.resolution for rest in made)]))

    @property
    def utilities(self) -> Floats:
        """Utilities of the frontier to the signers, shape (n, P)."""
        return self.folded.frontier.points.utilities

    @cached_property
    def frontier(self) -> Outline | Floats:
        """The frontier, with its outline for two parties."""
        return outline(self.utilities) if self.utilities.shape[1] == 2 and len(self.utilities) else self.utilities

    @cached_property
    def slices(self) -> Slices:
        """The frontiers of the outcomes with each level."""
        return Slices(tuple(Slice(issue, level, points.utilities) for issue, level, points in slices(self.folded)))

    @cached_property
    def level_values(self) -> tuple[Floats, ...]:
        """The levels of each issue: numbers, or the codes of names among all declared names."""
        issues = self.game.scenario.spec.issues
        return tuple(
            np.array([list(issues[name].all_levels()).index(level) for level in levels], dtype=np.float64)
            if isinstance(levels[0], str)
            else np.asarray(levels, dtype=np.float64)
            for name, levels in zip(self.game.issues, self.game.levels, strict=True)
        )

    def deals(self, rows: Ints) -> Deals:
        """Return the outcomes at rows (G,) of the frontier."""
        some, inverse = np.unique(rows, return_inverse=True)
        levels = self.game.space.levels(self.folded.frontier.points.codes[some])
        utilities = self.game.factors.utilities(levels)
        values = np.stack([v[levels[:, k]] for k, v in enumerate(self.level_values)], axis=1)
        return Deals(levels[inverse], values[inverse], utilities[inverse])


@dataclass(frozen=True, eq=False)
class Deals:
    """Outcomes: level numbers and levels (G, K), and utilities of all parties."""

    levels: Ints
    values: Floats
    utilities: Floats


@dataclass(frozen=True, eq=False)
class Batch:
    """Leverage points of one compiled space, all of them legal.

    Attributes
    ----------
    compiled : Compiled
    leverage : dict of str to ndarray, shape (G,)
        The level of every variable.
    numbers : dict of str to ndarray, shape (G,)
        Numbers by path that replace the file's.
    terms : AllTerms
        Of all parties.
    measures, solutions : tuple of str
        What is asked for.
    samples : int
        Draws for the share of a space too large to count.
    """

    compiled: Compiled
    leverage: Mapping[str, Any]
    numbers: Mapping[str, Any]
    terms: AllTerms
    measures: tuple[str, ...]
    solutions: tuple[str, ...]
    samples: int

    def __len__(self) -> int:
        return len(self.terms.reservation)

    @cached_property
    def reservation(self) -> Floats:
        """Of the signers, shape (G, P)."""
        return np.ascontiguousarray(self.terms.reservation[:, self.compiled.game.columns])

    @cached_property
    def margin(self) -> Floats:
        """Shape (G,); -inf where there is no outcome."""
        return margins(self.compiled.utilities, self.reservation)

    @cached_property
    def ideal(self) -> Floats:
        """Shape (G, P); nan where there is no zone."""
        return ideal(self.compiled.utilities, self.reservation)

    @cached_property
    def exists(self) -> Bools:
        """Where a zone was found."""
        return ~np.isnan(self.ideal[:, 0])

    @cached_property
    def undecided(self) -> Bools:
        """Where the frontier is not known well enough to say that there is none."""
        resolution = self.compiled.folded.frontier.resolution
        return ~self.exists & (self.margin >= -resolution) & (resolution > 0)

    @cached_property
    def zone(self) -> Ints:
        """The rows with a zone."""
        return np.flatnonzero(self.exists)

    @cached_property
    def zone_terms(self) -> Terms:
        """The signers' terms at those rows."""
        columns = self.compiled.game.columns
        found = (self.terms.disagreement[:, columns], self.terms.power[:, columns], self.ideal)
        return Terms(self.reservation[self.zone], *(np.ascontiguousarray(part[self.zone]) for part in found))

    @cached_property
    def picks(self) -> dict[str, Picks]:
        """What each solution picks at the rows with a zone."""
        if not len(self.zone):
            return {}
        return {name: pick(name, self.compiled.frontier, self.zone_terms) for name in self.solutions}

    @cached_property
    def deals(self) -> dict[str, Deals]:
        """The outcomes picked, at the rows with a zone."""
        return {name: self.compiled.deals(picks.row) for name, picks in self.picks.items()}

    @cached_property
    def levels(self) -> dict[str, list[Bools]]:
        """Which levels occur, at the rows with a zone: in it (empty name) and within reach of each solution."""
        picked = self.picks if "within" in self.measures else {}
        sizes = self.compiled.game.space.sizes
        found = spreads(self.compiled.slices, sizes, self.zone_terms, picked)
        # A thinned frontier may have lost a deal from its own slice: the deal itself is certain.
        certain = {name: self.deals[name].levels for name in picked}
        if len(self.zone) and self.thinned:
            certain[""] = self.compiled.deals(pick("nash", self.compiled.frontier, self.zone_terms).row).levels
        for name, levels in certain.items():
            for k, mask in enumerate(found[name]):
                mask[np.arange(len(mask)), levels[:, k]] = True
        return found

    @property
    def thinned(self) -> bool:
        """Whether some frontier is not exact."""
        folded = self.compiled.folded
        return folded.frontier.resolution > 0 or any(rest.resolution > 0 for rest in folded.rest)


def blocking(batch: Batch) -> Bools:
    """Say which signers fall short at the outcome nearest to a zone, shape (G, P), where there is none.

    Where the red lines leave no outcome, those whose lines do.
    """
    u = batch.compiled.utilities
    if not len(u):
        owners = {party for party, _ in conflict(batch.compiled.game)}
        return np.tile([name in owners for name in batch.compiled.game.signers], (len(batch), 1))
    result = np.zeros(batch.reservation.shape, dtype=bool)
    rows = np.flatnonzero(~batch.exists & ~batch.undecided)
    if len(rows):
        reservation = batch.reservation[rows]
        excess = u[(_nearest_two if u.shape[1] == 2 else _nearest_many)(u, reservation)] - reservation
        result[rows] = excess < -TOLERANCE
    return result


def _nearest_two(u: Floats, reservation: Floats) -> Ints:
    def excess(k: Ints) -> Floats:
        return u[k] - reservation

    n = np.full(len(reservation), len(u), dtype=np.int64)
    after = first_where(lambda k: excess(k)[:, 0] >= excess(k)[:, 1], np.zeros_like(n), n)
    left, right = np.maximum(after - 1, 0), np.minimum(after, n - 1)
    return np.where(excess(left).min(axis=1) >= excess(right).min(axis=1), left, right)


def _nearest_many(u: Floats, reservation: Floats) -> Ints:
    step = max(1, PIECE // len(u))
    parts = []
    for low in range(0, len(reservation), step):
        some = reservation[low : low + step]
        least = np.min([u[None, :, i] - some[:, i, None] for i in range(u.shape[1])], axis=0)
        parts.append(least.argmax(axis=1))
    return np.concatenate(parts)
