"""Parties' weights that are correlated issue by issue, by a Gaussian copula of the uniform numbers behind them.

Where uniform numbers lead straight to weights, each party's own weights are distributed as without a correlation. Where
they are proposals, of which those that break a statement are refused, all parties' proposals are made together, and a
truth is kept where every party's obeys all that is known. Then the truths are those of the copula that are allowed: a
party's own weights lean to where the others' are allowed too, the more the stronger the correlation, and fewer of the
proposals are kept. Weights that are reached by a walk have no uniform numbers behind them, and are not correlated.

Source: Nelsen (2006), An Introduction to Copulas.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from sim.ensembles.simplex import inside
from sim.ensembles.ways import EDGE, RARE, Way, mapped, uniform
from sim.errors import RequestError
from sim.space.pareto import Floats

__all__ = ["accepted", "check_correlation", "correlated"]

_TRIALS = 4


def check_correlation(ways: Mapping[str, Way], correlation: float) -> None:
    """Raise RequestError where parties' weights cannot be correlated so."""
    open_ = [each for each in ways.values() if each.kind != "known"]
    least = -1 / max(1, len(open_) - 1)
    if len(open_) < 2 or not least <= correlation <= 1:
        words = f"from {least:g} to 1" if len(open_) > 1 else "two parties whose importances are open"
        raise RequestError(f"correlation: {correlation:g} (expected {words})")
    if bound := [each.name for each in open_ if each.rare]:
        raise RequestError(
            f"correlation: what is said of the importances of {', '.join(bound)} leaves so little room that they are "
            f"drawn by a walk (fewer than {RARE:g} of proposals obey it), which has no variates to correlate (expected "
            "fewer or looser statements, or no correlation)"
        )


def accepted(
    ways: Mapping[str, Way], n: int, rng: np.random.Generator, correlation: float
) -> tuple[dict[str, Floats], float]:
    """Return correlated weights of n truths by joint rejection, and which share of the proposals was kept.

    Raises
    ------
    RequestError
        Hardly any proposal obeys all that is said of every party.
    """
    kept: list[dict[str, Floats]] = []
    tried = found = 0
    while found < n:
        proposed = correlated(ways, {name: uniform(each, rng) for name, each in ways.items()}, correlation)
        weights = {name: mapped(each, proposed[name]) for name, each in ways.items()}
        good = np.all([inside(ways[name].region, own) for name, own in weights.items()], axis=0)
        kept.append({name: own[good] for name, own in weights.items()})
        tried, found = tried + len(good), found + int(good.sum())
        if len(kept) >= _TRIALS and found < RARE * tried:
            raise RequestError(
                f"correlation: {correlation:g} leaves {found} of {tried:,} proposals that obey all that is said of "
                f"every party's importances (expected at least {RARE:g} of them; try a weaker correlation)"
            )
    return {name: np.concatenate([part[name] for part in kept])[:n] for name in ways}, found / tried


def correlated(ways: Mapping[str, Way], shared: Mapping[str, Floats], correlation: float) -> dict[str, Floats]:
    """Return uniform numbers whose normal scores are correlated between parties, issue by issue."""
    from scipy.special import ndtr, ndtri

    result = {name: values.copy() for name, values in shared.items()}
    open_ = {name: ways[name].variates for name in shared}
    for issue in dict.fromkeys(issue for issues in open_.values() for issue in issues):
        places = {name: issues.index(issue) for name, issues in open_.items() if issue in issues}
        sign = np.array([1.0 if ways[name].rising else -1.0 for name in places])
        matrix = np.full((len(places), len(places)), correlation) + (1 - correlation) * np.eye(len(places))
        values, vectors = np.linalg.eigh(matrix)
        root = (vectors * np.sqrt(np.maximum(values, 0.0))) @ vectors.T
        scores = sign * ndtri(np.stack([shared[name][:, k] for name, k in places.items()], axis=1)) @ root * sign
        for column, (name, k) in enumerate(places.items()):
            result[name][:, k] = np.clip(ndtr(scores[:, column]), EDGE, 1 - EDGE)
    return result
