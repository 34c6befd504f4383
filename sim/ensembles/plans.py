"""An ensemble as a plan: what is asked, cut into blocks that any process can work out by itself.

Truths follow from the inputs and the rng alone, so a process draws all of them and works on its share: order and engine
do not matter. Without levers a block is a stretch of truths; over levers it is one point of the map with every truth.
"""

from __future__ import annotations

import math
from collections import OrderedDict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from threading import Lock
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.ensembles.draws import Truths, draw
from sim.ensembles.inputs import Inputs, inputs
from sim.game.compiled import Game, compile
from sim.game.terms import leverage_levels
from sim.model.scenario import Scenario
from sim.space.codes import Ints
from sim.studies.robust.sides import Table, table
from sim.sweeps.axes import Axis
from sim.sweeps.measures.record import Variable
from sim.sweeps.plans import FILL

__all__ = ["BLOCK", "QUANTILES", "Arrays", "Plan", "combination", "empty", "forget"]

BLOCK = 1 << 12
QUANTILES = (0.05, 0.25, 0.5, 0.75, 0.95)
_CACHED = 4
_CACHE: OrderedDict[tuple[Any, ...], Truths] = OrderedDict()
_LOCK = Lock()
_DERIVED = ("game", "table", "inputs", "levels", "truths", "combinations")
Arrays = dict[str, NDArray[Any]]


@dataclass(frozen=True, eq=False)
class Plan:
    """What an ensemble asks.

    Attributes
    ----------
    scenario : Scenario
    n : int
        Truths.
    rng : int
    doubt : float or None
    correlation : float
    leverage : dict of str to float
        Levels of variables that are not axes.
    axes : tuple of Axis
        Levers of a map; none: every truth by itself.
    deals : dict of str to dict
        Named deals whose acceptance is asked: a level for every issue.
    solution : str
        Whose deal is found for the first truths.
    solved : int
        How many these are.
    block : int
        Truths of a block.
    sign : tuple of str
        Parties that sign besides those whose consent is needed.
    """

    scenario: Scenario
    n: int
    rng: int
    doubt: float | None = None
    correlation: float = 0.0
    leverage: Mapping[str, float] = field(default_factory=dict)
    axes: tuple[Axis, ...] = ()
    deals: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    solution: str = "nash"
    solved: int = 0
    block: int = BLOCK
    sign: tuple[str, ...] = ()

    @cached_property
    def game(self) -> Game:
        """The compiled scenario."""
        return compile(self.scenario, signers=self.sign)

    @cached_property
    def table(self) -> Table:
        """What every combination of every block is worth to the signers, issue by issue."""
        return table(self.game)

    @cached_property
    def inputs(self) -> Inputs:
        """What differs from truth to truth."""
        return inputs(self.scenario, self.doubt, signers=self.game.signers)

    @cached_property
    def levels(self) -> dict[str, float]:
        """The level of every leverage variable that is no axis."""
        return {name: float(level) for name, level in leverage_levels(self.game, self.leverage).items()}

    @cached_property
    def truths(self) -> Truths:
        """All truths; the latest few sets are kept by every process."""
        key = (self.scenario.sha256, self.scenario.path, self.n, self.rng, self.doubt, self.correlation, self.sign)
        with _LOCK:
            if (kept := _CACHE.get(key)) is not None:
                _CACHE.move_to_end(key)
                return kept
        found = draw(self.inputs, self.n, self.rng, correlation=self.correlation)
        with _LOCK:
            _CACHE[key] = found
            while len(_CACHE) > _CACHED:
                _CACHE.popitem(last=False)
        return found

    @cached_property
    def combinations(self) -> dict[str, Ints | None]:
        """Of each named deal the combination of every block; None where a red line rules the deal out."""
        return {name: combination(self.table, self.game.level_numbers(deal)[0]) for name, deal in self.deals.items()}

    @property
    def shape(self) -> tuple[int, ...]:
        """How large each dimension is that blocks are cut from."""
        return tuple(len(axis) for axis in self.axes) or (self.n,)

    @property
    def dims(self) -> tuple[str, ...]:
        """These dimensions."""
        return tuple(axis.name for axis in self.axes) or ("truth",)

    @property
    def chunk(self) -> tuple[int, ...]:
        """How much of each dimension a block covers."""
        return tuple(1 for _ in self.axes) or (min(self.block, self.n),)

    @property
    def blocks(self) -> int:
        """How many blocks there are."""
        return math.prod(-(-size // part) for size, part in zip(self.shape, self.chunk, strict=True))

    def place(self, number: int) -> tuple[slice, ...]:
        """Return the part of the dimensions that a block covers."""
        grid = [-(-size // part) for size, part in zip(self.shape, self.chunk, strict=True)]
        corner = np.unravel_index(number, grid)
        ends = zip(corner, self.chunk, self.shape, strict=True)
        return tuple(slice(int(k) * part, min((int(k) + 1) * part, size)) for k, part, size in ends)

    @cached_property
    def coordinates(self) -> dict[str, Sequence[Any]]:
        """The coordinates of the other dimensions."""
        if self.axes:
            return {"quantile": QUANTILES}
        found: dict[str, Sequence[Any]] = {"party": self.game.signers, "issue": self.game.issues}
        found["input"] = tuple(self.truths.columns(self.inputs))
        return found | ({"deal": tuple(self.deals)} if self.deals else {})

    @property
    def variables(self) -> dict[str, Variable]:
        """Every result."""
        if self.axes:
            return _MAP
        return _TRUTH | ({"deal_gain": _DEAL_GAIN} if self.deals else {}) | (_SOLVED if self.solved else {})

    def __getstate__(self) -> dict[str, Any]:
        return {name: value for name, value in self.__dict__.items() if name not in (*_DERIVED, "coordinates")}


_TRUTH = {
    "exists": Variable((), "Whether a zone exists", "1", "bool"),
    "undecided": Variable((), "Whether it could not be settled that one exists", "1", "bool"),
    "margin": Variable((), "Best margin of any deal: what the deal found has"),
    "margin_high": Variable((), "No deal has a better margin"),
    "reservation": Variable(("party",), "Value of no deal"),
    "price": Variable(("party",), "Rise of the margin for each unit that the party's value of no deal falls by", "1"),
    "value": Variable(("input",), "What each number that differs is in this truth", ""),
}
_DEAL_GAIN = Variable(("deal", "party"), "What a named deal is worth over no deal")
_SOLVED = {
    "solved": Variable((), "Whether the deal of the solution was found", "1", "bool"),
    "term": Variable(("issue",), "Level of each issue in the deal of the solution", "of the issue"),
    "gain": Variable(("party",), "What the deal of the solution is worth over no deal"),
    "surplus": Variable(("party",), "What the party's best deal in the zone is worth over no deal"),
}
_MAP = {
    "margin": Variable((), "Median of the best margin"),
    "share": Variable((), "Share of truths with a zone", "1"),
    "share_low": Variable((), "Lower end of the exact 95 % interval of the share", "1"),
    "share_high": Variable((), "Upper end of the exact 95 % interval of the share", "1"),
    "undecided": Variable((), "Share of truths of which it could not be settled", "1"),
    "margin_quantile": Variable(("quantile",), "Quantiles of the best margin"),
}


def combination(table: Table, levels: Ints) -> Ints | None:
    """Return of each block the combination that a deal has, None where constraints rule the deal out."""
    chosen = []
    for own, rows in zip(table.among.issues, table.among.levels, strict=True):
        found = np.flatnonzero((rows == levels[list(own)]).all(axis=1))
        if not len(found):
            return None
        chosen.append(int(found[0]))
    return np.array(chosen, dtype=np.int64)


def forget() -> None:
    """Drop the truths that are kept."""
    with _LOCK:
        _CACHE.clear()


def empty(plan: Plan) -> Arrays:
    """Return empty arrays for all results."""
    return {
        name: np.full((*plan.shape, *(len(plan.coordinates[d]) for d in v.dims)), FILL[v.dtype], v.dtype)
        for name, v in plan.variables.items()
    }
