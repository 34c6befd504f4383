"""Private information: how likely a zone is under both sides' beliefs, and whether any protocol brings certain peace.

With beliefs about numbers that reach nothing but r, and independent between two signers, the probability of a zone is
exact (`sim.theory.talks.uncertain_zone`) where r is linear in each private number; otherwise it is a share of draws. A
signer's types differ in r alone, not in what deals are worth, so whatever the protocol, every type of it can get what
any other gets: if war never happens, the outcome is worth the same to all its types, and must suit the toughest. So
some protocol brings certain peace exactly where the hull of the outcomes holds a point that the toughest types of all
accept; one deal does where a single outcome is such a point.

Source: Fey and Ramsay (2009), Mechanism design goes to war: peaceful outcomes with interdependent and correlated types.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from sim.ensembles.inputs import belief
from sim.ensembles.shares import interval
from sim.game.compiled import Game
from sim.game.terms import terms
from sim.space.pareto import Floats
from sim.space.trees import Folded
from sim.space.zone import TOLERANCE, margins
from sim.studies.records import Study, study_in
from sim.theory.talks.belief import Distribution as Belief
from sim.theory.talks.distributions import Beta, Discrete, Normal, Triangular, Uniform
from sim.theory.talks.uncertain_zone import zone_probability

__all__ = ["Beliefs", "beliefs"]

_DRAWS = 1 << 13


@dataclass(frozen=True)
class Beliefs:
    """What follows from private information.

    Attributes
    ----------
    probability : float
        That a zone exists, the private numbers drawn from the beliefs about them.
    low, high : float
        Its exact 95 % interval where it is a share of draws; else the probability itself.
    exact : bool
    toughest : float
        The best margin where every signer is of its toughest type; -inf where there is no toughest.
    toughest_mixed : float
        The same with lotteries over deals: below 0 no protocol can bring certain peace.
    """

    probability: float
    low: float
    high: float
    exact: bool
    toughest: float
    toughest_mixed: float

    @property
    def peace(self) -> str:
        """Whether certain peace can be had: by one ``deal``, by some ``lottery`` over deals, or by ``none``."""
        if self.toughest >= -TOLERANCE:
            return "deal"
        return "lottery" if self.toughest_mixed >= -TOLERANCE else "none"


def beliefs(study: Study) -> Beliefs | None:
    """Return what follows from the private information of a study's scenario, None where it has none.

    Parameters
    ----------
    study : Study

    Examples
    --------
    >>> import sim
    >>> found = beliefs(sim.study("scenarios/trial-balloon-2023.yaml"))
    >>> round(found.probability, 3), found.peace
    (0.732, 'none')
    """
    study = study_in(study)
    game, folded = study.game, study.folded
    private = {path: belief(record.distribution) for path, record in game.scenario.spec.private.items()}
    if not private:
        return None
    worst = _toughest(game, private, study.leverage)
    utilities = folded.frontier.points.utilities
    bounded = bool(np.isfinite(worst).all()) and len(utilities) > 0
    sure = float(margins(utilities, worst[None, :])[0]) if bounded else -np.inf
    mixed = _mixed(utilities, worst) if bounded else -np.inf
    exact = _exact(game, folded, private, study.leverage)
    if exact is not None:
        return Beliefs(exact, exact, exact, True, sure, mixed)
    count = _drawn(game, folded, private, study.leverage)
    return Beliefs(count / _DRAWS, *interval(count, 0, _DRAWS), False, sure, mixed)


def _values(game: Game, numbers: Mapping[str, Floats], leverage: Mapping[str, float]) -> Floats:
    """Return the signers' no-deal values, shape (n, P)."""
    return np.asarray(terms(game, leverage, numbers=numbers).reservation[:, game.columns])


def _toughest(game: Game, private: Mapping[str, Belief], leverage: Mapping[str, float]) -> Floats:
    """Return the highest no-deal value of each signer; inf without bound."""
    ends = {path: found.support for path, found in private.items()}
    if not all(np.isfinite(end).all() for end in ends.values()):
        return np.full(len(game.signers), np.inf)
    grids = np.meshgrid(*(np.array(end) for end in ends.values()))
    corners = {path: grid.ravel() for path, grid in zip(ends, grids, strict=True)}
    return np.asarray(_values(game, corners, leverage).max(axis=0))


def _exact(game: Game, folded: Folded, private: Mapping[str, Belief], leverage: Mapping[str, float]) -> float | None:
    """Return the probability of a zone where two signers' no-deal values are independent and linear."""
    if len(game.signers) != 2 or folded.frontier.resolution > 0 or not len(folded.frontier.points):
        return None
    own: dict[int, Belief] = {}
    middle = {path: np.full(3, found.quantile(0.5)) for path, found in private.items()}
    for path, found in private.items():
        x = np.asarray(found.quantile(np.array([0.05, 0.5, 0.95])))
        r = _values(game, middle | {path: x}, leverage)
        moved = np.flatnonzero(np.ptp(r, axis=0) > 1e-12)
        if len(moved) != 1 or moved[0] in own or x[0] == x[2]:
            return None
        slope = (r[2, moved[0]] - r[0, moved[0]]) / (x[2] - x[0])
        start = r[0, moved[0]] - slope * x[0]
        if abs(start + slope * x[1] - r[1, moved[0]]) > 1e-9 or (image := _image(found, slope, start)) is None:
            return None
        own[int(moved[0])] = image
    rest = _values(game, middle, leverage)[0]
    both = [own.get(i) or Discrete((float(rest[i]),), (1.0,)) for i in (0, 1)]
    return zone_probability(folded.frontier.points.utilities, both[0], both[1])


def _image(found: Belief, slope: float, start: float) -> Belief | None:
    """Return the belief about start + slope X."""

    def at(*x: float) -> list[float]:
        return sorted(start + slope * value for value in x)

    if isinstance(found, Uniform):
        return Uniform(*at(found.low, found.high))
    if isinstance(found, Triangular):
        return Triangular(*at(found.low, found.mode, found.high))
    if isinstance(found, Normal):
        return Normal(start + slope * found.centre, abs(slope) * found.sd)
    if isinstance(found, Beta):
        a, b = (found.a, found.b) if slope > 0 else (found.b, found.a)
        return Beta(a, b, *at(found.low, found.high))
    if isinstance(found, Discrete):
        return Discrete(tuple(start + slope * x for x in found.values), tuple(found.probabilities))
    return None


def _drawn(game: Game, folded: Folded, private: Mapping[str, Belief], leverage: Mapping[str, float]) -> int:
    """Return in how many of some draws there is a zone."""
    from scipy.stats import qmc

    uniform = qmc.Sobol(len(private), scramble=True, seed=np.random.default_rng(1)).random(_DRAWS)
    drawn = {path: np.asarray(found.quantile(u)) for (path, found), u in zip(private.items(), uniform.T, strict=True)}
    reservation = _values(game, drawn, leverage)
    return int((margins(folded.frontier.points.utilities, reservation) >= -TOLERANCE).sum())


def _mixed(utilities: Floats, reservation: Floats) -> float:
    """Return the best margin of a lottery over outcomes: a linear program over the frontier."""
    from scipy.optimize import linprog

    n, signers = utilities.shape
    rows = np.column_stack([-(utilities - reservation).T, np.ones(signers)])
    found = linprog(
        np.append(np.zeros(n), -1.0),
        A_ub=rows,
        b_ub=np.zeros(signers),
        A_eq=np.append(np.ones(n), 0.0)[None, :],
        b_eq=[1.0],
        bounds=[(0.0, None)] * n + [(None, None)],
    )
    if found.x is None:
        return float(margins(utilities, reservation[None, :])[0])
    return float(found.x[-1])
