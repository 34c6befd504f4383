"""What sessions of talks hold: who talked how, what was offered, what was agreed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from sim.game.compiled import Game
from sim.simulations.tactics import Choice
from sim.space.points import Points
from sim.space.zone import margins

__all__ = ["Sessions", "Trace"]

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]


@dataclass(frozen=True, eq=False)
class Trace:
    """One session, offer by offer; R offers, P signers.

    Attributes
    ----------
    proposer : tuple of str
        Who made each offer.
    asks, utilities : ndarray, shape (R, P)
        What each signer asked for in that round, and what the offer is worth to it; nan where none was made.
    outcomes : tuple of dict or None
        The offers as levels by issue; None where the side had nothing to offer that was worth what it asked for.
    agreed : bool
        Whether the last offer was accepted.
    """

    proposer: tuple[str, ...]
    asks: Floats
    utilities: Floats
    outcomes: tuple[dict[str, float | str] | None, ...]
    agreed: bool


@dataclass(frozen=True, eq=False)
class Sessions:
    """Sessions of talks; n sessions of at most R offers, P signers, K issues.

    Attributes
    ----------
    game : Game
    points : Points
        The deals that can be offered: the frontier of all that crosses no red line.
    resolution : float
        How exactly that frontier is known; 0: exactly.
    levels : dict of str to ndarray, shape (n,)
        Of every leverage variable.
    choices : tuple of Choice, and tactics : ndarray of int, shape (n, P)
        The tactics in use, and which of them each signer follows.
    opens : ndarray of int, shape (n,)
        Which signer makes the first offer.
    rounds : ndarray of int, shape (n,)
        After how many offers talks end.
    noise : float
    start : str
    top, reservation, nash : ndarray, shape (n, P)
        What each signer asks for first; what no deal and the Nash deal are worth (nan where there is no zone).
    margin : ndarray, shape (n,)
        At least -1e-9: a zone.
    nash_row : ndarray of int, shape (n,)
        The Nash deal as a row of the points; -1 where there is no zone.
    round : ndarray of int, shape (n,)
        The offer that was accepted, 1 the first; 0 where none was.
    row : ndarray of int, shape (n,)
        The deal as a row of the points; -1 where there is none.
    offers : ndarray of int, shape (n, R)
        Each offer, likewise; -1 after the end.
    asks : ndarray, shape (n, R, P)
        What each signer asked for in each round; nan after the end.
    rng : str
        The state of the generator before the first draw, as JSON.
    """

    game: Game
    points: Points
    resolution: float
    levels: Mapping[str, Floats]
    choices: tuple[Choice, ...]
    tactics: Ints
    opens: Ints
    rounds: Ints
    noise: float
    start: str
    top: Floats
    reservation: Floats
    nash: Floats
    margin: Floats
    nash_row: Ints
    round: Ints
    row: Ints
    offers: Ints
    asks: Floats
    rng: str

    def __len__(self) -> int:
        return len(self.round)

    @property
    def agreed(self) -> Bools:
        """Which sessions end in a deal, shape (n,)."""
        return self.row >= 0

    @property
    def zone(self) -> Bools:
        """In which sessions there is a deal that all accept, whether or not it is found, shape (n,)."""
        return np.asarray(self.margin >= -1e-9)

    @cached_property
    def utilities(self) -> Floats:
        """What the deals are worth to the signers, shape (n, P); nan where there is none."""
        return self._at(self.row)

    @property
    def gains(self) -> Floats:
        """What the sessions bring each signer over no deal, shape (n, P); 0 where they end without one."""
        return np.where(self.agreed[:, None], self.utilities - self.reservation, 0.0)

    @property
    def to_nash(self) -> Floats:
        """How far each deal is from the Nash deal in the plane of utilities, shape (n,); nan where there is none."""
        return np.asarray(np.sqrt(((self.utilities - self.nash) ** 2).sum(axis=1)))

    @property
    def to_frontier(self) -> Floats:
        """What all signers could have had more at once, shape (n,): 0 where the deal is efficient; nan without one."""
        more = np.full(len(self), np.nan)
        if self.agreed.any():
            more[self.agreed] = margins(self.points.utilities, self.utilities[self.agreed])
        return more

    @cached_property
    def deal(self) -> Ints:
        """The deals as level numbers of each issue, shape (n, K); -1 where there is none."""
        return self.level_numbers(self.row)

    def level_numbers(self, rows: Ints) -> Ints:
        """Return rows of the points (G,) as level numbers (G, K), -1 for the row -1."""
        found = np.full((len(rows), len(self.game.issues)), -1, dtype=np.int64)
        some, where = np.unique(rows[rows >= 0], return_inverse=True)
        if len(some):
            found[rows >= 0] = self.game.space.levels(self.points.codes[some])[where.ravel()]
        return found

    def trace(self, session: int) -> Trace:
        """Return one session, by number from 0, offer by offer."""
        made = int(np.isfinite(self.asks[session, :, 0]).sum())
        rows = self.offers[session, :made]
        signers = self.game.signers
        outcomes = [None if x[0] < 0 else self.game.outcome(x) for x in self.level_numbers(rows)]
        proposer = tuple(signers[(int(self.opens[session]) + s) % len(signers)] for s in range(made))
        return Trace(
            proposer, self.asks[session, :made], self._at(rows), tuple(outcomes), bool(self.round[session] > 0)
        )

    def _at(self, rows: Ints) -> Floats:
        u = self.points.utilities
        if not len(u):
            return np.full((len(rows), len(self.game.signers)), np.nan)
        return np.where(rows[:, None] >= 0, u[rows], np.nan)
