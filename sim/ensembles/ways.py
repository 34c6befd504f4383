"""Which way one party's weights are drawn: straight from uniform numbers, by rejection, or by a walk."""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from zlib import crc32

import numpy as np

from sim.ensembles.inputs import Weights
from sim.ensembles.simplex import Region, inside, ordered, region, section, walk
from sim.space.pareto import Floats

__all__ = ["EDGE", "RARE", "Way", "code", "drawn", "mapped", "uniform", "way"]

EDGE = 1e-16
_PILOT = 4096
RARE = 2e-3


@dataclass(frozen=True, eq=False)
class Way:
    """How one party's weights are drawn.

    Attributes
    ----------
    name : str
        The party.
    known : Weights
    region : Region
    kind : str
        ``known``, ``order``, ``raw`` or ``section``: see `sim.ensembles.simplex`.
    share : float
        How often a proposal obeys everything that is known; 1 where it always does.
    """

    name: str
    known: Weights
    region: Region
    kind: str
    share: float = 1.0

    @property
    def direct(self) -> bool:
        """Whether uniform numbers lead straight to weights."""
        return self.share == 1.0

    @property
    def dimensions(self) -> int:
        """How many uniform numbers a proposal takes."""
        m = len(self.known.issues)
        return {"known": 0, "section": m - 1}.get(self.kind, m)

    @property
    def variates(self) -> tuple[str, ...]:
        """Of which issue each uniform number speaks."""
        if self.kind != "section":
            return self.known.issues if self.dimensions else ()
        last = int(np.argmax(self.region.high - self.region.low))
        return tuple(issue for k, issue in enumerate(self.known.issues) if k != last)

    @property
    def rising(self) -> bool:
        """Whether a greater uniform number means a greater weight."""
        return self.kind != "order"

    @property
    def rare(self) -> bool:
        """Whether proposals hardly ever obey everything, so that a walk is used."""
        return self.share < RARE

    @property
    def method(self) -> str:
        """What it is called."""
        return "Sobol points" if self.direct else "hit-and-run" if self.rare else "rejection"


def way(name: str, known: Weights) -> Way:
    """Return how a party's weights are drawn: the proposal that is refused least often."""
    found = region(known.polytope)
    if known.polytope.known:
        return Way(name, known, found, "known")
    kinds = ("raw",) if known.raw else ("order", "section")
    ways = [Way(name, known, found, kind) for kind in kinds]
    if _exact(ways[0]):
        return ways[0]
    return max((Way(name, known, found, each.kind, _share(each)) for each in ways), key=lambda each: each.share)


def _exact(each: Way) -> bool:
    """Say whether every proposal obeys everything that is known."""
    if each.region.low.any():
        return False
    if each.kind == "raw":
        return True
    pairs = sum(len(a) * len(b) for a, b in itertools.pairwise(each.known.tiers))
    loose = bool((each.region.high >= each.region.total).all())
    return loose and len(each.known.polytope.rows) == pairs


def _share(each: Way) -> float:
    rng = np.random.default_rng([_PILOT, code(each.name)])
    share = float(inside(each.region, mapped(each, uniform(each, rng))).mean())
    # Even where all of the pilot was good, one later need not be.
    return min(share, 1 - 1 / _PILOT)


def uniform(each: Way, rng: np.random.Generator) -> Floats:
    """Return uniform numbers for some thousands of proposals, inside (0, 1)."""
    return np.clip(rng.random((_PILOT, each.dimensions)), EDGE, 1 - EDGE)


def mapped(each: Way, uniform: Floats) -> Floats:
    """Return weights from uniform numbers (n, dimensions)."""
    known, total = each.known, each.region.total
    if each.kind == "known":
        return np.broadcast_to(known.polytope.low, (len(uniform), len(known.issues)))
    if each.kind == "raw":
        raw = np.stack([number.quantile(uniform[:, k]) for k, number in enumerate(known.raw)], axis=1)
        return np.asarray(total * raw / raw.sum(axis=1, keepdims=True))
    return section(each.region, uniform) if each.kind == "section" else ordered(total, known.tiers, uniform)


def drawn(each: Way, n: int, rng: np.random.Generator) -> Floats:
    """Return weights (n, m) by rejection, or by a walk where that would take too long."""
    if each.rare:
        return walk(each.region, n, rng)
    kept: list[Floats] = []
    while sum(map(len, kept)) < n:
        # As many at a time however many are asked for: the first of more truths are the same.
        found = mapped(each, uniform(each, rng))
        kept.append(found[inside(each.region, found)])
    return np.concatenate(kept)[:n]


def code(name: str) -> int:
    """Return a whole number that stands for a name, the same everywhere."""
    return crc32(name.encode())
