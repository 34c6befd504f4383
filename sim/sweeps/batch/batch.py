"""Many leverage points of one compiled space: what measures are computed from, each piece once.

A `Compiled` scenario serves every point that shares its outcome space; a `Batch` is some of those points.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from sim.game.compiled import Game
from sim.game.terms import Terms as AllTerms
from sim.space.programs.budgets import Budget
from sim.space.programs.unknowns import Program, program
from sim.space.trees import Folded, fold_space, slices
from sim.space.zone import TOLERANCE, ideal, margins
from sim.studies.by_program import Wanted
from sim.studies.solve import Point, Solved, levels_within
from sim.sweeps.batch.bounds import Bools, Floats, Ints, Outline, outline
from sim.sweeps.batch.levels import Slice, Slices, spreads
from sim.sweeps.batch.settled import STEPS, Margins, settled_cells, settled_margins, spread
from sim.sweeps.batch.solutions import Picks, Terms, pick

__all__ = ["Batch", "Compiled", "Deals"]

# Need no deal, live on the hull, which is exact, or say themselves how exact they are.
EXACT = {"margin", "share", "terms", "games", "offers", "last_offers"}
LEVELS = {"ranges", "within", "levels"}
DEALS = {"solutions", "within", "durability", "ratification"}
SETTLED = {"surplus", *LEVELS, *DEALS}  # what programs settle point by point


@dataclass(frozen=True, eq=False)
class Compiled:
    """A compiled scenario and what is derived from its space alone."""

    game: Game

    @cached_property
    def folded(self) -> Folded:
        """The space folded, with the frontiers that leave one block out."""
        return fold_space(self.game.space)

    @cached_property
    def program(self) -> Program:
        """The space as the unknowns of programs."""
        return program(self.game.space)

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

    def deals(self, codes: Ints) -> Deals:
        """Return the outcomes of some codes (G, W)."""
        some, inverse = np.unique(codes, axis=0, return_inverse=True)
        levels = self.game.space.levels(some)
        utilities = self.game.factors.utilities(levels)
        values = np.stack([v[levels[:, k]] for k, v in enumerate(self.level_values)], axis=1)
        inverse = inverse.ravel()
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
    def budget(self) -> Budget:
        """How much programs for these points may do, counted in steps: the same on every machine."""
        return Budget.of_steps(STEPS)

    @cached_property
    def margins(self) -> Margins:
        """The best margin, and the outcomes that it was found on."""
        known = self.compiled.folded.frontier
        if known.resolution > 0:
            return settled_margins(self.compiled.program, known.points, self.reservation, self.budget)
        found = margins(known.points.utilities, self.reservation)
        return Margins(found, found, known.points)

    @property
    def margin(self) -> Floats:
        """Shape (G,); -inf where there is no outcome."""
        return self.margins.low

    @cached_property
    def frontier(self) -> Outline | Floats:
        """The utilities that solutions are sought among: the frontier's, and those of outcomes that programs found."""
        if self.compiled.folded.frontier.resolution == 0:
            return self.compiled.frontier
        found = self.margins.points.utilities
        return outline(found) if found.shape[1] == 2 else found

    @cached_property
    def found(self) -> Floats:
        """Each signer's best among these, shape (G, P); nan where there is no zone."""
        return ideal(self.margins.points.utilities, self.reservation)

    @cached_property
    def exists(self) -> Bools:
        """Where a zone was found."""
        return ~np.isnan(self.found[:, 0])

    @cached_property
    def undecided(self) -> Bools:
        """Where there may be one still."""
        return ~self.exists & (self.margins.high >= -TOLERANCE)

    @cached_property
    def zone(self) -> Ints:
        """The rows with a zone."""
        return np.flatnonzero(self.exists)

    @cached_property
    def settled(self) -> dict[int, Solved]:
        """Points with a zone that programs solve, by row; none where frontiers are exact or nothing of it is asked."""
        asked = {*self.measures} & SETTLED
        if not asked or not (self.thinned if asked & LEVELS else self.compiled.folded.frontier.resolution > 0):
            return {}
        columns = self.compiled.game.columns
        low, power = self.terms.disagreement[:, columns], self.terms.power[:, columns]
        points = {n: Point(self.reservation[n], low[n], power[n]) for n in spread(self.zone).tolist()}
        names = self.solutions if asked & DEALS else ()
        wanted = Wanted(names, ranges=bool(asked & LEVELS), near="within" in asked)
        return settled_cells(self.compiled.folded, self.compiled.program, points, wanted, self.budget)

    @cached_property
    def ideal(self) -> Floats:
        """Each signer's best in the zone, shape (G, P); nan where there is none."""
        result = self.found.copy()
        for row, solved in self.settled.items():
            result[row] = solved.ideal
        return result

    @cached_property
    def zone_terms(self) -> Terms:
        """The signers' terms at the rows with a zone."""
        columns = self.compiled.game.columns
        found = (self.terms.disagreement[:, columns], self.terms.power[:, columns], self.ideal)
        return Terms(self.reservation[self.zone], *(np.ascontiguousarray(part[self.zone]) for part in found))

    @cached_property
    def picks(self) -> dict[str, Picks]:
        """What each solution picks at the rows with a zone."""
        if not len(self.zone):
            return {}
        return {name: self._settled(name, pick(name, self.frontier, self.zone_terms)) for name in self.solutions}

    def _settled(self, name: str, found: Picks) -> Picks:
        """Return what a solution picks, with what programs found where they did."""
        if not self.settled:
            return found
        utilities, best, floor = found.utilities.copy(), found.best.copy(), found.floor.copy()
        for place, solved in self._places(name):
            choice = solved.choices[name]
            utilities[place] = solved.frontier.utilities[choice.row]
            best[place], floor[place] = choice.value, choice.floor
        return Picks(found.row, utilities, best, floor)

    def _places(self, name: str) -> Iterator[tuple[int, Solved]]:
        """Yield the places among the rows with a zone that programs solved for a solution; any for an empty name."""
        for row, solved in self.settled.items():
            if not name or name in solved.choices:
                yield int(np.searchsorted(self.zone, row)), solved

    @cached_property
    def deals(self) -> dict[str, Deals]:
        """The outcomes picked, at the rows with a zone."""
        return {name: self._deals(name, picks.row) for name, picks in self.picks.items()}

    def _deals(self, name: str, rows: Ints) -> Deals:
        codes = self.margins.points.codes[rows]
        for place, solved in self._places(name):
            codes[place] = solved.frontier.codes[solved.choices[name].row]
        return self.compiled.deals(codes)

    @cached_property
    def levels(self) -> dict[str, list[Bools]]:
        """Which levels occur, at the rows with a zone: in it (empty name) and within reach of each solution."""
        picked = self.picks if "within" in self.measures else {}
        sizes = self.compiled.game.space.sizes
        found = spreads(self.compiled.slices, sizes, self.zone_terms, picked)
        # A thinned frontier may have lost a deal from its own slice: the deal itself is certain.
        certain = {name: self.deals[name].levels for name in picked}
        if len(self.zone) and self.thinned:
            rows = pick("nash", self.frontier, self.zone_terms).row
            certain[""] = self.compiled.deals(self.margins.points.codes[rows]).levels
        for name, levels in certain.items():
            for k, mask in enumerate(found[name]):
                mask[np.arange(len(mask)), levels[:, k]] = True
        for name, masks in found.items():
            for place, solved in self._places(name):
                for k, mask in enumerate(masks):
                    mask[place] = levels_within(solved.choices[name], k) if name else solved.levels[k]
        return found

    @property
    def thinned(self) -> bool:
        """Whether some frontier is not exact."""
        folded = self.compiled.folded
        return folded.frontier.resolution > 0 or any(rest.resolution > 0 for rest in folded.rest)

    @property
    def resolution(self) -> Floats:
        """How exactly what was asked is known, shape (G,), once it was computed; 0: exactly."""
        doubt, loose = self.margins.doubt, self.compiled.resolution
        asked = {*self.measures} - EXACT
        if loose == 0 or not asked:
            return doubt
        open_ = self.exists | self.undecided
        if asked <= SETTLED:
            open_[list(self.settled)] = False
        return np.where(open_ | (not asked <= SETTLED), np.maximum(doubt, loose), doubt)
