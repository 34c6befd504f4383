"""What a simulation holds: arrays of paths by steps, and what was asked."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sim.game.compiled import Game
from sim.simulations.paths import Noise
from sim.simulations.tactics import Choice

__all__ = ["Simulation"]

Floats = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Simulation:
    """Paths of leverage and what they mean for a deal; n paths, S steps and the start, P signers.

    Attributes
    ----------
    game : Game
    months : ndarray, shape (S + 1,)
        From today.
    levels : dict of str to ndarray, shape (n, S + 1)
        Of every leverage variable.
    reservation, deal : ndarray, shape (n, S + 1, P)
        What no deal and the Nash deal are worth; the deal nan where there is no zone.
    row : ndarray of int, shape (n, S + 1)
        The Nash deal as a row of the frontier, -1 where there is none.
    margin : ndarray, shape (n, S + 1)
        At least -1e-9: a zone.
    durable : ndarray, shape (n, S + 1), or None
        The durable margin, where it was asked for.
    ends : ndarray of int, shape (n,)
        The step at whose end the war has ended by itself; S + 1 where it outlasts the months.
    settled : ndarray of int, shape (n,)
        The step at which a deal is made by the rule; -1 where none is before the war ends.
    today : dict of str to float
        The levels that were asked for, before events of today.
    rule : str
    tactics : tuple of Choice
        How each signer's demands fall, for the rule ``offers``.
    learning : float
        Rate a year at which beliefs converge.
    keep : ndarray, shape (P,), or None
        Discount factor of one step of war, its end included; None without an end rate or discount rates.
    noise : Noise
    rng : str
        The state of the generator before the first draw, as JSON.
    """

    game: Game
    months: Floats
    levels: Mapping[str, Floats]
    reservation: Floats
    deal: Floats
    row: NDArray[np.int64]
    margin: Floats
    durable: Floats | None
    ends: NDArray[np.int64]
    settled: NDArray[np.int64]
    today: Mapping[str, float]
    rule: str
    tactics: tuple[Choice, ...]
    learning: float
    keep: Floats | None
    noise: Noise
    rng: str

    @property
    def no_outcome(self) -> bool:
        """Whether red lines and budgets together leave nothing to agree on, at any step of any path."""
        return not bool(np.isfinite(self.margin).any())

    @property
    def open(self) -> NDArray[np.bool_]:
        """Where there is a zone and the war still goes on, (n, S + 1)."""
        steps = np.arange(self.margin.shape[1])
        found: NDArray[np.bool_] = (self.margin >= -1e-9) & (steps < self.ends[:, None])
        return found
