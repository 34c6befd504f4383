"""Paths of leverage: each step adds a drift, a pull to the default and noise; events add to levels at their step.

    l(s + 1) = clip( l(s) + drift + reversion (default - l(s)) + volatility z(s) + events at s + 1 ),

z(s) standard normal, correlated between variables as the file says, independent between steps. At an end of its range a
variable stays until noise or drift takes it back.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sim.model.checks.dynamics import correlation_matrix
from sim.model.spec import Spec

__all__ = ["Noise", "drawn", "levels_of"]

Floats = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Noise:
    """What chance decides on n paths of S steps; the same for every question asked of them.

    Attributes
    ----------
    normals : ndarray, shape (n, S, L)
        Of the variables that wander, in the order of the section.
    ends : ndarray, shape (n,)
        Years until the war would end by itself at a rate of 1 a year.
    """

    normals: Floats
    ends: Floats


def drawn(spec: Spec, n: int, steps: int, rng: np.random.Generator) -> Noise:
    """Draw what chance decides."""
    names = list(spec.dynamics.drifts) if spec.dynamics is not None else []
    independent = rng.standard_normal((n, steps, len(names)))
    mixed = independent @ np.linalg.cholesky(correlation_matrix(spec.dynamics, names)).T if names else independent
    return Noise(mixed, rng.exponential(size=n))


def levels_of(
    spec: Spec, today: Mapping[str, float], noise: Noise, *, without: Collection[int] = ()
) -> dict[str, Floats]:
    """Return the level of every variable on each path.

    Parameters
    ----------
    spec : Spec
    today : mapping
        Levels at the start.
    noise : Noise
    without : collection of int
        Events, by number, that do not happen.

    Returns
    -------
    dict of str to ndarray, shape (n, S + 1)
    """
    n, steps, _ = noise.normals.shape
    drifts = spec.dynamics.drifts if spec.dynamics is not None else {}
    happen = _events(spec, steps, without)
    found = {}
    for name, lever in spec.leverage.items():
        low, high = lever.range
        own = np.empty((n, steps + 1))
        own[:, 0] = np.clip(today[name] + happen[name][0], low, high)
        drift = drifts.get(name)
        for s in range(steps):
            level = own[:, s]
            if drift is not None:
                z = noise.normals[:, s, list(drifts).index(name)]
                level = level + drift.drift + drift.reversion * (lever.default - level) + drift.volatility * z
            own[:, s + 1] = np.clip(level + happen[name][s + 1], low, high)
        found[name] = own
    return found


def _events(spec: Spec, steps: int, without: Collection[int]) -> dict[str, Floats]:
    """Return by variable what events add at each step, (S + 1,)."""
    added = {name: np.zeros(steps + 1) for name in spec.leverage}
    for k, event in enumerate(spec.dynamics.events if spec.dynamics is not None else ()):
        if k not in without and event.at <= steps:
            for name, change in event.leverage.items():
                added[name][int(event.at)] += change
    return added
