"""The leverage game, round after round: moves that stand when answers are foreseen, truces, where learning leads.

- *Stable* profiles of moves, looking ahead in four ways (`sim.theory.strategic.graph_stability`); answers of several
  others are legal sequences of their moves.
- A *truce*: moves that all who move would rather see than the equilibrium, kept for fear of falling back to it. Each
  side's threshold of patience a round, by grim trigger, beside its own discount factor (`repeated`).
- Where *learning* (fictitious play) and *evolution* (replicator dynamics of two populations) lead from starts drawn
  evenly, and so which of several equilibria they select (`learning`).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sim.errors import SizeError
from sim.studies.games.moves import LeverageGame
from sim.theory.strategic import graph_stability
from sim.theory.strategic.learning import fictitious_play, replicator_dynamics
from sim.theory.strategic.repeated import truce as kept_by

__all__ = ["KINDS", "Lead", "Rounds", "Truce", "rounds"]

KINDS = ("nash", "gmr", "smr", "seq")
STARTS = 40
Profile = Mapping[str, str]


@dataclass(frozen=True)
class Truce:
    """Moves better for all who move than an equilibrium, and what keeps them.

    Attributes
    ----------
    moves : dict of str to str
    payoffs : dict of str to float
    needed : dict of str to float or None
        The least discount factor a round that keeps each side from breaking it; None where no patience is enough.
    patience : dict of str to float or None
        Each side's own; None where the scenario gives none.
    kept : bool or None
        Whether all are patient enough; None where that is not known.
    """

    moves: Profile
    payoffs: Mapping[str, float]
    needed: Mapping[str, float | None]
    patience: Mapping[str, float | None]
    kept: bool | None


@dataclass(frozen=True)
class Lead:
    """Which share of starts learning and evolution take to an equilibrium.

    Attributes
    ----------
    strategies : dict of str to dict of str to float
    learning, evolution : float
    """

    strategies: Mapping[str, Mapping[str, float]]
    learning: float
    evolution: float


@dataclass(frozen=True)
class Rounds:
    """The leverage game played again and again.

    Attributes
    ----------
    stable : dict of str to tuple of dict, or None
        Profiles stable for all who move, by kind; None where there are too many to compare.
    truce : Truce or None
        Of the moves whose least gain over the only equilibrium is greatest; None where no moves are better for all, or
        there is not exactly one equilibrium to fall back to.
    leads : tuple of Lead or None
        By equilibrium; None but for two sides that move, all of whose equilibria are known.
    """

    stable: Mapping[str, tuple[Profile, ...]] | None
    truce: Truce | None
    leads: tuple[Lead, ...] | None


def rounds(found: LeverageGame, patience: Mapping[str, float], *, rng: int = 1) -> Rounds:
    """Return what repeating the moves leads to.

    Parameters
    ----------
    found : LeverageGame
    patience : dict of str to float
        Discount factors a round of those who move; nan where there is none.
    rng : int
        For the starts of learning.
    """
    return Rounds(_stable(found), _truce(found, patience), _leads(found, rng))


def _stable(found: LeverageGame) -> Mapping[str, tuple[Profile, ...]] | None:
    try:
        equilibria = graph_stability.of_game(list(found.payoffs.values())).equilibria()
    except SizeError:
        return None
    return {kind: tuple(_named(found, at) for at in np.argwhere(equilibria[kind]).tolist()) for kind in KINDS}


def _named(found: LeverageGame, profile: list[int] | tuple[int, ...]) -> Profile:
    return {party: moves[k] for (party, moves), k in zip(found.moves.items(), profile, strict=True)}


def better_for_all(found: LeverageGame) -> tuple[int, ...] | None:
    """Return the moves whose least gain over the only equilibrium is greatest, None where none are better for all."""
    if len(found.equilibria) != 1:
        return None
    own = found.equilibria[0].payoffs
    gains = np.minimum.reduce([table - own[party] for party, table in found.payoffs.items()])
    best = tuple(int(k) for k in np.unravel_index(int(gains.argmax()), gains.shape))
    return best if gains[best] > 1e-9 else None


def _truce(found: LeverageGame, patience: Mapping[str, float]) -> Truce | None:
    profile = better_for_all(found)
    if profile is None:
        return None
    tables, names = list(found.payoffs.values()), list(found.moves)
    punishment = [found.equilibria[0].payoffs[name] for name in names]
    needed = kept_by(tables, profile, punishment=punishment).patience
    own = np.array([patience.get(name, np.nan) for name in names])
    return Truce(
        _named(found, profile),
        {name: float(table[profile]) for name, table in found.payoffs.items()},
        {name: float(x) if np.isfinite(x) else None for name, x in zip(names, needed, strict=True)},
        {name: float(x) if np.isfinite(x) else None for name, x in zip(names, own, strict=True)},
        None if np.isnan(own[needed > 0]).any() else bool((own >= needed)[needed > 0].all()),
    )


def _leads(found: LeverageGame, rng: int) -> tuple[Lead, ...] | None:
    if len(found.moves) != 2 or not found.complete or not found.equilibria:
        return None
    first, second = found.payoffs.values()
    known = tuple(_table(found, name) for name in found.moves)
    learnt, evolved = (
        way((first, second), (known[0], known[1]), rng=np.random.default_rng(rng), starts=STARTS)
        for way in (fictitious_play, replicator_dynamics)
    )
    return tuple(
        Lead(equilibrium.strategies, float(a), float(b))
        for equilibrium, a, b in zip(found.equilibria, learnt.share, evolved.share, strict=True)
    )


def _table(found: LeverageGame, name: str) -> NDArray[np.float64]:
    return np.array([list(equilibrium.strategies[name].values()) for equilibrium in found.equilibria])
