"""The outcome space as a sum of blocks.

Utilities are U_i(x) = sum_k u_ik(x_k) + sum_{k<l} u_ikl(x_k, x_l), and red lines forbid levels or combinations.
Issues joined by a pair term or by a red line with a condition form a *block*, a connected component; everything else
is a sum over blocks, so the space is as large as the product of its blocks while the arrays are only as large as
their sum.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from sim.errors import SizeError
from sim.space.codes import Ints, decode, strides
from sim.space.pareto import Floats
from sim.space.points import Points, frozen

__all__ = ["MAX_BLOCK", "Block", "Factors", "Mask", "Pair", "Space", "compile_space"]

MAX_BLOCK = 5_000_000
_PIECE = 1 << 18


@dataclass(frozen=True, eq=False)
class Pair:
    """A term of two issues: table (n_k, n_l, P) of utilities."""

    issues: tuple[int, int]
    table: Floats


@dataclass(frozen=True, eq=False)
class Mask:
    """A hard constraint: which combinations of some issues' levels are allowed, shape (n_k, n_l, ...)."""

    issues: tuple[int, ...]
    allowed: NDArray[np.bool_]


@dataclass(frozen=True, eq=False)
class Factors:
    """The terms that make up all utilities, and the constraints.

    Attributes
    ----------
    single : tuple of ndarray, shape (n_k, P) each
        Utility of every level of every issue to each party.
    pairs : tuple of Pair
    masks : tuple of Mask
    """

    single: tuple[Floats, ...]
    pairs: tuple[Pair, ...] = ()
    masks: tuple[Mask, ...] = ()

    @property
    def sizes(self) -> tuple[int, ...]:
        """How many levels each issue has."""
        return tuple(len(table) for table in self.single)

    @property
    def parties(self) -> int:
        """How many parties have utilities here."""
        return int(self.single[0].shape[1])

    def utilities(self, levels: Ints) -> Floats:
        """Return utilities (n, P) of outcomes given as levels (n, K).

        Examples
        --------
        >>> Factors((np.array([[0.0, 1.0], [1.0, 0.0]]),)).utilities(np.array([[1]])).tolist()
        [[1.0, 0.0]]
        """
        total = np.zeros((len(levels), self.parties))
        for k, table in enumerate(self.single):
            total += table[levels[:, k]]
        for pair in self.pairs:
            total += pair.table[levels[:, pair.issues[0]], levels[:, pair.issues[1]]]
        return total

    def allowed(self, levels: Ints) -> NDArray[np.bool_]:
        """Return which outcomes, given as levels (n, K), no constraint forbids."""
        result = np.ones(len(levels), dtype=bool)
        for mask in self.masks:
            result &= mask.allowed[tuple(levels[:, k] for k in mask.issues)]
        return result

    def columns(self, parties: Sequence[int]) -> Factors:
        """Return the same space seen by some of the parties."""
        rows = list(parties)
        pairs = tuple(Pair(p.issues, p.table[:, :, rows]) for p in self.pairs)
        return Factors(tuple(table[:, rows] for table in self.single), pairs, self.masks)


@dataclass(frozen=True, eq=False)
class Block:
    """Issues that must be looked at jointly, with every combination that no constraint forbids.

    Attributes
    ----------
    issues : tuple of int
    points : Points
        The allowed combinations: utilities (n, P) and codes (n, W).
    levels : ndarray of int, shape (n, len(issues))
        The level of each issue in each combination.
    """

    issues: tuple[int, ...]
    points: Points
    levels: Ints

    def having(self, issue: int, level: int) -> Points:
        """Return the combinations in which an issue has a level."""
        return self.points.take(np.flatnonzero(self.levels[:, self.issues.index(issue)] == level))


@dataclass(frozen=True, eq=False)
class Space:
    """A compiled outcome space: all that the solver needs, no names.

    Attributes
    ----------
    factors : Factors
    blocks : tuple of Block
    """

    factors: Factors
    blocks: tuple[Block, ...]

    @property
    def sizes(self) -> tuple[int, ...]:
        """How many levels each issue has."""
        return self.factors.sizes

    @property
    def parties(self) -> int:
        """How many parties must agree."""
        return self.factors.parties

    @cached_property
    def outcomes(self) -> int:
        """How many outcomes there are, red lines or not; a Python integer, however large."""
        return math.prod(self.sizes)

    @property
    def empty(self) -> bool:
        """Whether the constraints leave no outcome at all."""
        return any(not len(block.points) for block in self.blocks)

    def levels(self, codes: Ints) -> Ints:
        """Return the level of every issue (n, K) of outcomes given as codes (n, W)."""
        return decode(codes, self.sizes)


def compile_space(factors: Factors) -> Space:
    """Return the space of some factors, its blocks enumerated.

    Raises
    ------
    SizeError
        A block has too many combinations to be looked at jointly.

    Examples
    --------
    >>> table = np.array([[0.0, 0.5], [0.5, 0.0]])
    >>> compile_space(Factors((table, table))).outcomes
    4
    """
    steps = strides(factors.sizes)
    return Space(factors, tuple(_block(factors, issues, steps) for issues in _components(factors)))


def _components(factors: Factors) -> list[tuple[int, ...]]:
    """Return the connected components of the graph whose edges are pair terms and joint constraints."""
    home = list(range(len(factors.sizes)))
    for scope in _scopes(factors):
        for k in scope[1:]:
            old, new = home[k], home[scope[0]]
            home = [new if h == old else h for h in home]
    groups: dict[int, list[int]] = {}
    for k, h in enumerate(home):
        groups.setdefault(h, []).append(k)
    return [tuple(group) for group in groups.values()]


def _scopes(factors: Factors) -> Iterator[tuple[int, ...]]:
    yield from (pair.issues for pair in factors.pairs)
    yield from (mask.issues for mask in factors.masks)


def _block(factors: Factors, issues: tuple[int, ...], steps: Ints) -> Block:
    sizes = [factors.sizes[k] for k in issues]
    count = math.prod(sizes)
    if count > MAX_BLOCK:
        raise SizeError(
            f"linkages and conditional red lines join {len(issues)} issues into one block of {count:,} combinations "
            f"(the limit is {MAX_BLOCK:,}); use wider steps on these issues, or drop a linkage between them"
        )
    local = _localised(factors, issues)
    parts = [_piece(local, range(low, min(low + _PIECE, count))) for low in range(0, count, _PIECE)]
    levels = np.concatenate([levels for levels, _ in parts])
    utilities = np.concatenate([utilities for _, utilities in parts])
    return Block(issues, frozen(Points(utilities, levels @ steps[list(issues)])), levels)


def _localised(factors: Factors, issues: tuple[int, ...]) -> Factors:
    """Return the factors of some issues, renumbered from 0; every factor lies inside or outside."""
    place = {k: n for n, k in enumerate(issues)}
    pairs = tuple(
        Pair((place[p.issues[0]], place[p.issues[1]]), p.table) for p in factors.pairs if p.issues[0] in place
    )
    masks = tuple(Mask(tuple(place[k] for k in m.issues), m.allowed) for m in factors.masks if m.issues[0] in place)
    return Factors(tuple(factors.single[k] for k in issues), pairs, masks)


def _piece(local: Factors, codes: range) -> tuple[Ints, Floats]:
    levels = np.stack(np.unravel_index(np.arange(codes.start, codes.stop), local.sizes), axis=1).astype(np.int64)
    levels = levels[local.allowed(levels)]
    return levels, local.utilities(levels)
