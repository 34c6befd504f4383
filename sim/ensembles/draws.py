"""Truths as arrays: weights (n, m) by party and numbers (n,) by path, from scrambled Sobol points where these reach.

What has a map from uniform numbers of its own (orders, raw importances, single numbers) shares one scrambled Sobol
sequence. Weights that need rejection or a walk are drawn from a stream of pseudo-random numbers of the party's own, so
that they stay the same whatever else is open. With the same inputs two scenarios get the same truths (common random
numbers). Everything follows from one whole number, the rng.

Weights drawn independently for the two sides differ more than those of sides that want alike things, and issues that
weigh differently are what trades are made of: independence manufactures trades. A correlation between the sides'
variates for each issue (a Gaussian copula) says by how much.

Source: Owen (1998), Scrambling Sobol' and Niederreiter-Xing points, for scrambled nets; Nelsen (2006), An
Introduction to Copulas.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from sim.ensembles.coupling import accepted, check_correlation, correlated
from sim.ensembles.inputs import Inputs
from sim.ensembles.ways import EDGE, Way, code, drawn, mapped, way
from sim.model.paths import Keys, dotted
from sim.space.pareto import Floats

__all__ = ["Truths", "draw", "draws", "groups"]


@dataclass(frozen=True, eq=False)
class Truths:
    """n truths.

    Attributes
    ----------
    weights : dict of str to ndarray, shape (n, m)
        Normalised weights of the issues that each party values.
    numbers : dict of keys to ndarray, shape (n,)
        What stands in place of the file's numbers.
    methods : dict of str to str
        How each group of inputs was drawn: ``Sobol points``, ``rejection`` or ``hit-and-run``.
    """

    weights: Mapping[str, Floats]
    numbers: Mapping[Keys, Floats]
    methods: Mapping[str, str]

    def __len__(self) -> int:
        return len(next(iter(self.weights.values())))

    def take(self, rows: Any) -> Truths:
        """Return some of them."""
        weights = {name: values[rows] for name, values in self.weights.items()}
        return Truths(weights, {keys: values[rows] for keys, values in self.numbers.items()}, self.methods)

    def columns(self, inputs: Inputs) -> dict[str, Floats]:
        """Return every single number that differs, by path; weights are the normalised ones."""
        found = {}
        for name, known in inputs.weights.items():
            if not known.polytope.known:
                for k, issue in enumerate(known.issues):
                    if known.polytope.low[k] < known.polytope.high[k]:
                        found[f"parties.{name}.values.{issue}.importance"] = self.weights[name][:, k]
        return found | {dotted(keys): self.numbers[keys] for keys, n in inputs.numbers.items() if n.open}


def groups(inputs: Inputs) -> dict[str, tuple[str, ...] | Keys]:
    """Return the groups of inputs that differ: a party's importances by its path, each number by its own.

    Examples
    --------
    >>> import sim
    >>> from sim.ensembles.inputs import inputs
    >>> list(groups(inputs(sim.load("scenarios/istanbul-2022.yaml"))))
    ['parties.russia.values', 'parties.ukraine.values']
    """
    found: dict[str, Any] = {
        f"parties.{name}.values": (name,) for name, known in inputs.weights.items() if not known.polytope.known
    }
    return found | {dotted(keys): keys for keys, number in inputs.numbers.items() if number.open}


def draw(inputs: Inputs, n: int, rng: int, *, correlation: float = 0.0, sobol: bool = True) -> Truths:
    """Return n truths.

    Parameters
    ----------
    inputs : Inputs
    n : int
    rng : int
        Not negative; the same number gives the same truths.
    correlation : float
        Between the parties' variates for the same issue.
    sobol : bool
        Whether uniform numbers are scrambled Sobol points; else they are pseudo-random, each truth independent.

    Raises
    ------
    RequestError
        A correlation that no set of parties can have, or that the way weights are drawn leaves no room for.
    """
    return draws(inputs, n, rng, copies=1, correlation=correlation, sobol=sobol)[0]


def draws(
    inputs: Inputs, n: int, rng: int, *, copies: int, correlation: float = 0.0, sobol: bool = True
) -> list[Truths]:
    """Return several sets of n truths, independent of each other: the same row of one Sobol sequence serves all."""
    ways = {name: way(name, known) for name, known in inputs.weights.items()}
    if correlation:
        check_correlation(ways, correlation)
    size = sum(each.dimensions for each in ways.values() if each.direct)
    size += sum(number.open for number in inputs.numbers.values())
    points = _sobol(n, copies * size, rng) if sobol else _independent(n, copies * size, rng)
    return [_one(inputs, ways, points[:, k * size : (k + 1) * size], (rng, k, correlation)) for k in range(copies)]


def _one(inputs: Inputs, ways: Mapping[str, Way], points: Floats, how: tuple[int, int, float]) -> Truths:
    (rng, copy, correlation), n = how, len(points)
    columns = iter(points.T)
    shared = {name: _next(columns, each.dimensions, n) for name, each in ways.items() if each.direct}
    kept = None
    if correlation and all(each.direct for each in ways.values()):
        shared = correlated(ways, shared, correlation)
    if correlation and not all(each.direct for each in ways.values()):
        weights, kept = accepted(ways, n, np.random.default_rng([rng, copy, code("correlated")]), correlation)
    else:
        weights = {
            name: mapped(each, shared[name])
            if each.direct
            else drawn(each, n, np.random.default_rng([rng, copy, code(name)]))
            for name, each in ways.items()
        }
    numbers = {
        keys: number.quantile(next(columns)) if number.open else np.full(n, number.low)
        for keys, number in inputs.numbers.items()
    }
    how_drawn = "" if kept is None else f"rejection, {kept:.3g} of the correlated proposals kept"
    methods = {
        f"parties.{name}.values": how_drawn or each.method for name, each in ways.items() if each.kind != "known"
    }
    methods |= {dotted(keys): "Sobol points" for keys, number in inputs.numbers.items() if number.open}
    return Truths(weights, numbers, methods)


def _next(uniform: Iterator[Floats], count: int, n: int) -> Floats:
    return np.array([next(uniform) for _ in range(count)]).reshape(count, n).T


def _sobol(n: int, dimensions: int, rng: int) -> Floats:
    """Return scrambled Sobol points (n, dimensions), inside (0, 1)."""
    from scipy.stats import qmc

    if not dimensions:
        return np.empty((n, 0))
    generator = np.random.default_rng([rng, dimensions])
    points = qmc.Sobol(dimensions, scramble=True, seed=generator).random_base2(max(0, int(n - 1).bit_length()))
    return np.clip(np.asarray(points[:n]), EDGE, 1 - EDGE)


def _independent(n: int, dimensions: int, rng: int) -> Floats:
    """Return pseudo-random points (n, dimensions), inside (0, 1)."""
    return np.clip(np.random.default_rng([rng, n, dimensions]).random((n, dimensions)), EDGE, 1 - EDGE)
