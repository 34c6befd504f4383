"""Trade rates at a deal, swaps that would please everybody, and the judgement of a proposed deal.

The rate of party i between numeric issues k and l at an outcome is how many units of l make up for one unit of k: its
marginal rate of substitution (Hicks and Allen 1934). On a grid a derivative is one-sided: with s_k the change of U_i a
unit when x_k moves to the next level in one direction that no red line rules out, one unit of k in that direction
is made up for by a change of -(s_k of that unit) / s_l of l, in the one direction of l in which it does make up.
At a peak or a kink the two directions have different rates; in the midst of a straight line they are the same.
Where two parties' rates differ a swap can please both; on the Pareto frontier none is left among the levels there are.
"""

from __future__ import annotations

import itertools
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.game.compiled import Game
from sim.space.codes import Ints
from sim.space.folds import Frontier
from sim.space.pareto import NOISE
from sim.space.zone import TOLERANCE
from sim.studies.solve import Point

__all__ = ["Judgement", "Swap", "TradeRate", "judge", "profitable_swaps", "trade_rates"]

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class TradeRate:
    """Units of one issue, moved one way, that make up for one unit of another, moved one way, for each party.

    Attributes
    ----------
    give, give_way : str
        The issue that is moved by one unit, and whether ``up`` or ``down``.
    take, take_way : str
        The issue that makes up for it, and which way it is moved.
    rates : dict of str to float or None
        By party, the change of `take` with its sign; 0 where the party does not care for the move of `give`, None
        where no move of `take` in this way makes up for it.
    """

    give: str
    give_way: str
    take: str
    take_way: str
    rates: Mapping[str, float | None]


@dataclass(frozen=True)
class Swap:
    """A change of one or two terms that hurts no signer and pleases at least one.

    Attributes
    ----------
    changes : dict
        The new level of each issue changed.
    utility_change : dict of str to float
        Of each signer.
    """

    changes: Mapping[str, float | str]
    utility_change: Mapping[str, float]


@dataclass(frozen=True)
class Judgement:
    """What to say of a proposed deal.

    Attributes
    ----------
    outcome : dict
    utilities, gains : dict of str to float
        Utilities of all parties; gains of the signers over no deal, U - r.
    crossed : tuple of (party, line)
        Red lines of signers that the deal crosses.
    broken : tuple of str
        Budgets that the deal breaks: it cannot be carried out, whoever signs.
    walk_away : tuple of str
        Signers to whom no deal is better, or whose red line is crossed.
    distance : float
        How much more every signer could have at once; 0 on the Pareto frontier.
    better : dict or None
        The outcome that lifts the signers most evenly above the proposal; None on the frontier.
    better_utilities : dict of str to float or None
    swaps : tuple of Swap
        The best change of each pair of issues, most even gains first.
    """

    outcome: Mapping[str, float | str]
    utilities: Mapping[str, float]
    gains: Mapping[str, float]
    crossed: tuple[tuple[str, str], ...]
    broken: tuple[str, ...]
    walk_away: tuple[str, ...]
    distance: float
    better: Mapping[str, float | str] | None
    better_utilities: Mapping[str, float] | None
    swaps: tuple[Swap, ...]


_WAYS = {"up": 1, "down": -1}


def trade_rates(game: Game, levels: Ints) -> tuple[TradeRate, ...]:
    """Return the rates between all pairs of numeric issues at an outcome, in each direction that is open.

    A direction is left out where no level lies that way or red lines of signers rule out all that do.

    Parameters
    ----------
    game : Game
    levels : ndarray of int, shape (K,)
        Level numbers of the outcome.
    """
    numeric = [k for k, own in enumerate(game.levels) if len(own) > 1 and not isinstance(own[0], str)]
    steps = {(k, way): _step(game, levels, k, sign) for k in numeric for way, sign in _WAYS.items()}
    open_ = {key: change for key, change in steps.items() if change is not None}
    rates = []
    for (k, give_way), given in open_.items():
        for (m, take_way), taken in open_.items():
            if k != m:
                pairs = zip(game.parties, given.tolist(), taken.tolist(), strict=True)
                known = {p: _rate(s, t, _WAYS[take_way]) for p, s, t in pairs}
                rates.append(TradeRate(game.issues[k], give_way, game.issues[m], take_way, known))
    return tuple(rates)


def _step(game: Game, levels: Ints, issue: int, sign: int) -> Floats | None:
    """Return the change of every party's utility a unit moved to the next level allowed one way, None without one."""
    own = game.levels[issue]
    here = int(levels[issue])
    places = np.arange(here + 1, len(own)) if sign > 0 else np.arange(here - 1, -1, -1)
    trial = np.tile(levels, (len(places), 1))
    trial[:, issue] = places
    allowed = np.flatnonzero(game.factors.allowed(trial)) if len(places) else places
    if not len(allowed):
        return None
    now, then = game.factors.utilities(np.array([levels, trial[allowed[0]]]))
    # Where the step changes nothing float noise is no slope.
    rise = np.where(np.abs(then - now) > NOISE, then - now, 0.0)
    return np.asarray(rise / abs(float(own[int(places[allowed[0]])]) - float(own[here])))


def _rate(given: float, taken: float, sign: int) -> float | None:
    """Return the signed change of what is taken that makes up for a unit given; None where none does this way."""
    if given == 0:
        return 0.0
    return sign * float(-given / taken) if given * taken < 0 else None


def profitable_swaps(game: Game, levels: Ints) -> tuple[Swap, ...]:
    """Return, for each issue and pair of issues, the change of them alone that gains most evenly for all signers.

    Only changes that cross no red line, hurt no signer and please at least one; most even gains first.

    Parameters
    ----------
    game : Game
    levels : ndarray of int, shape (K,)
    """
    seen = game.factors.columns(game.columns)
    now = seen.utilities(levels[None, :])[0]
    found: dict[tuple[int, ...], Swap] = {}
    for k, m in itertools.combinations_with_replacement(range(len(levels)), 2):
        trial = _variants(levels, game.space.sizes, k, m)
        gains = seen.utilities(trial) - now
        good = _improves(gains) & game.factors.allowed(trial)
        if good.any():
            rows = np.flatnonzero(good)
            best = rows[np.lexsort((-gains[rows].sum(axis=1), -gains[rows].min(axis=1)))[0]]
            changed = tuple(int(i) for i in np.flatnonzero(trial[best] != levels))
            found.setdefault(changed, _swap(game, trial[best], changed, gains[best]))
    return tuple(sorted(found.values(), key=lambda swap: -min(swap.utility_change.values())))


def _improves(gains: Floats) -> NDArray[np.bool_]:
    """Say which gains (n, P) hurt nobody and please somebody; a loss of more than float noise hurts."""
    return np.asarray((gains >= -NOISE).all(axis=1) & (gains > TOLERANCE).any(axis=1))


def _variants(levels: Ints, sizes: tuple[int, ...], k: int, m: int) -> Ints:
    a, b = np.meshgrid(np.arange(sizes[k]), np.arange(sizes[m]), indexing="ij")
    trial = np.tile(levels, (a.size, 1))
    trial[:, m] = b.ravel()
    trial[:, k] = a.ravel()
    return np.asarray(trial[a.ravel() == b.ravel()] if k == m else trial)


def _swap(game: Game, levels: Ints, changed: tuple[int, ...], gains: Floats) -> Swap:
    outcome = game.outcome(levels)
    return Swap(
        {game.issues[k]: outcome[game.issues[k]] for k in changed},
        dict(zip(game.signers, gains.tolist(), strict=True)),
    )


def judge(game: Game, whole: Frontier, point: Point, outcome: Mapping[str, Any]) -> Judgement:
    """Judge a proposed deal: a level for every issue.

    Raises
    ------
    RequestError
        An issue is unknown or missing, or a level is not one of its levels.
    """
    levels = game.level_numbers(outcome)
    utilities = game.factors.utilities(levels)[0]
    mine = utilities[game.columns]
    crossed = tuple(line for line, mask in zip(game.lines, game.line_masks, strict=True) if not mask.allows(levels)[0])
    pairs = zip(game.budgets, game.budget_sums, strict=True)
    away = [p for i, p in enumerate(game.signers) if mine[i] < point.reservation[i] - TOLERANCE]
    away += [party for party, _ in crossed if party not in away]
    better, distance = _improvement(game, whole, mine)
    return Judgement(
        outcome=game.outcome(levels[0]),
        utilities=dict(zip(game.parties, utilities.tolist(), strict=True)),
        gains={p: float(mine[i] - point.reservation[i]) for i, p in enumerate(game.signers)},
        crossed=crossed,
        broken=tuple(name for name, mask in pairs if not mask.allows(levels)[0]),
        walk_away=tuple(away),
        distance=distance,
        better=None if better is None else game.outcome(better[0]),
        better_utilities=None if better is None else _named(game, game.factors.utilities(better)[0]),
        swaps=profitable_swaps(game, levels[0]),
    )


def _improvement(game: Game, whole: Frontier, mine: Floats) -> tuple[Ints | None, float]:
    """Return the outcome that lifts all signers most evenly, None where none lifts any, and by how much at least."""
    excess = whole.points.utilities - mine
    rows = np.flatnonzero(_improves(excess))
    if not len(rows):
        return None, 0.0
    best = rows[np.lexsort((-excess[rows].sum(axis=1), -excess[rows].min(axis=1)))[0]]
    return game.space.levels(whole.points.codes[best][None, :]), max(0.0, float(excess[best].min()))


def _named(game: Game, utilities: Floats) -> dict[str, float]:
    return dict(zip(game.parties, utilities.tolist(), strict=True))
