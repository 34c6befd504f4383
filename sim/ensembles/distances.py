"""Which inputs decide where variance misleads: distances between distributions, from truths drawn once.

Variance says little of a margin with a long tail, or of existence where nearly all truths have the same answer.
Two measures that use whole distributions, both greatest vertical distances of empirical distribution functions
(Kolmogorov and Smirnov), 0 to 1:

- *Pawn*: between the margin in a slice of truths in which one input is nearly the same, and in all truths; the median
  over slices with the same number of truths (Pianosi and Wagener 2015, A simple and efficient method for global
  sensitivity analysis based on cumulative distribution functions; 2018, from a generic sample).
- *Split*: between an input in the truths with a zone, and in those without: regional sensitivity (Spear and Hornberger
  1980, Eutrophication in Peel Inlet).

Both are above 0 by chance alone, so what an input that has no effect would get is said beside them.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from sim.ensembles.answers import check_truths
from sim.ensembles.learning import sliced
from sim.space.pareto import Floats

if TYPE_CHECKING:
    import xarray as xr

__all__ = ["Distance", "Distances", "distances"]

_FEWEST = 20
_SHUFFLES = 60
_LEVEL = 0.95
_KOLMOGOROV = 1.358  # 95 % point of the limit of sqrt(n) times the distance
_RARE = 0.05
_SKEWED = 1.0


@dataclass(frozen=True)
class Distance:
    """Distances of one input.

    Attributes
    ----------
    input : str
    pawn : float
    pawn_half : float
        The same from half of the truths: a check of convergence.
    split : float or None
        None where fewer than 20 truths have a zone, or fewer than 20 have none.
    """

    input: str
    pawn: float
    pawn_half: float
    split: float | None


@dataclass(frozen=True)
class Distances:
    """Distances of all inputs.

    Attributes
    ----------
    inputs : tuple of Distance
        The greatest `pawn` first; empty where the margin never varies.
    pawn_chance, split_chance : float or None
        What an input without any effect exceeds in one case of twenty.
    skewness : float
        Of the margin: its third standardised moment.
    share : float
        Of truths with a zone; undecided truths are left out of `split`.
    truths, with_zone, without : int
    """

    inputs: tuple[Distance, ...]
    pawn_chance: float
    split_chance: float | None
    skewness: float
    share: float
    truths: int
    with_zone: int
    without: int

    @property
    def tailed(self) -> bool:
        """Whether the margin has so long a tail that its variance speaks of few truths."""
        return abs(self.skewness) > _SKEWED

    @property
    def lopsided(self) -> bool:
        """Whether nearly all truths have the same answer."""
        return min(self.share, 1 - self.share) < _RARE


def distances(dataset: xr.Dataset) -> Distances:
    """Return by how much each input moves whole distributions.

    Parameters
    ----------
    dataset : xarray.Dataset
        What `sim.ensemble` returned without `over`.

    Raises
    ------
    RequestError
        It is no ensemble of truths.

    Examples
    --------
    >>> import sim
    >>> found = distances(sim.ensemble("scenarios/teaching/fearon-crisis.yaml", 256, doubt=0.9))
    >>> found.inputs[0].pawn > found.pawn_chance
    True
    """
    check_truths(dataset)
    exists = dataset["exists"].values.astype(bool)
    without = ~exists & ~dataset["undecided"].values.astype(bool)
    margin = dataset["margin"].values
    values = dataset["value"].transpose("truth", "input").values
    names = [str(name) for name in dataset["input"].values]
    sizes = int(exists.sum()), int(without.sum())
    share, n = float(exists.mean()), len(margin)
    if not np.isfinite(margin).all() or n < 2 * _FEWEST or np.ptp(margin) < 1e-12:
        return Distances((), 0.0, None, 0.0, share, n, *sizes)
    both = min(sizes) >= _FEWEST
    found = [
        Distance(
            name,
            pawn(values[:, k], margin),
            pawn(values[: n // 2, k], margin[: n // 2]),
            distance(values[exists, k], values[without, k]) if both else None,
        )
        for k, name in enumerate(names)
    ]
    ranked = tuple(sorted(found, key=lambda each: -each.pawn))
    chance = _KOLMOGOROV * float(np.sqrt(1 / sizes[0] + 1 / sizes[1])) if both else None
    skewness = float(((margin - margin.mean()) ** 3).mean() / margin.std() ** 3)
    return Distances(ranked, _by_chance(margin), chance, skewness, share, n, *sizes)


def distance(first: Floats, second: Floats) -> float:
    """Return the greatest distance between two empirical distribution functions.

    Examples
    --------
    >>> distance(np.array([1.0, 2.0]), np.array([2.0, 3.0]))
    0.5
    """
    at = np.concatenate([first, second])
    parts = [np.searchsorted(np.sort(each), at, side="right") / len(each) for each in (first, second)]
    return float(np.abs(parts[0] - parts[1]).max())


def pawn(values: Floats, output: Floats) -> float:
    """Return the median distance of the output's distribution in slices of an input from that in all truths."""
    return float(np.median([distance(output[rows], output) for rows in sliced(values)]))


def _by_chance(output: Floats) -> float:
    rng: np.random.Generator = np.random.default_rng([len(output), _SHUFFLES])
    order: list[NDArray[Any]] = [rng.random(len(output)) for _ in range(_SHUFFLES)]
    return float(np.quantile([pawn(each, output) for each in order], _LEVEL))
