"""What simulated paths answer: when windows open and close, when a deal is made, what an event or waiting changes."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.stats import beta

from sim.simulations.records import Simulation
from sim.simulations.simulate import again

__all__ = ["EventEffect", "Survival", "Waiting", "Windows", "event_study", "survival", "waiting", "windows"]

Floats = NDArray[np.float64]
LEVEL = 0.95


@dataclass(frozen=True, eq=False)
class Windows:
    """Stretches of steps, while the war goes on, at which there is a zone.

    Attributes
    ----------
    share : ndarray, shape (S + 1,)
        Of the paths on which the war goes on, those with a zone; nan where it has ended on all.
    count : ndarray of int, shape (n,)
        Windows on each path.
    opens, closes : ndarray, shape (windows,)
        Months at which each window opens, and at which the zone is gone again; nan where it outlasts the war or the
        months.
    """

    share: Floats
    count: NDArray[np.int64]
    opens: Floats
    closes: Floats

    @property
    def lengths(self) -> Floats:
        """How long the windows that were seen to close lasted, in months."""
        closed = ~np.isnan(self.closes)
        found: Floats = (self.closes - self.opens)[closed]
        return found


def windows(found: Simulation) -> Windows:
    """Return when windows open and close: a zone is a window, whoever uses it."""
    open_, steps = found.open, np.arange(found.margin.shape[1])
    going = steps < found.ends[:, None]
    with np.errstate(invalid="ignore"):
        share = open_.sum(axis=0) / np.where(going.any(axis=0), going.sum(axis=0), np.nan)
    edge = np.diff(np.pad(open_, ((0, 0), (1, 1))).astype(np.int8), axis=1)
    (paths, first), (_, after) = np.nonzero(edge == 1), np.nonzero(edge == -1)
    gone = (after < len(steps)) & (after < found.ends[paths])
    closes = np.where(gone, found.months[np.minimum(after, len(steps) - 1)], np.nan)
    return Windows(share, np.bincount(paths, minlength=len(open_)), found.months[first], closes)


@dataclass(frozen=True, eq=False)
class Survival:
    """Share of paths without a deal, step by step, among those whose war has not ended otherwise before.

    Attributes
    ----------
    share, low, high : ndarray, shape (S + 1,)
        After each step, with its pointwise band.
    at_risk : ndarray of int, shape (S + 1,)
        Paths before each step without a deal whose war goes on; where there are none any more, nothing is learnt.
    deals, wars : float
        Shares of paths that end in a deal, and whose war ends by itself, within the months.
    median : float or None
        Months by which half have a deal; None where they do not.
    """

    share: Floats
    low: Floats
    high: Floats
    at_risk: NDArray[np.int64]
    deals: float
    wars: float
    median: float | None


def survival(found: Simulation) -> Survival:
    """Return the survival curve of no deal by product limit (Kaplan and Meier 1958).

    Wars that end by themselves are censored: the curve says how long deals take while a war goes on.
    The band is pointwise: exact binomial limits (Clopper and Pearson 1934) at the number at risk that Greenwood's
    variance makes the sample worth.
    """
    n, count = found.margin.shape
    made = np.bincount(found.settled[found.settled >= 0], minlength=count)[:count]
    lost = np.bincount(np.where(found.settled >= 0, count + 1, found.ends), minlength=count + 2)[:count]
    at_risk = n - np.concatenate([[0], np.cumsum(made)[:-1]]) - np.cumsum(lost)
    hazard = made / np.maximum(at_risk, 1)
    share = np.cumprod(1 - hazard)
    with np.errstate(divide="ignore", invalid="ignore"):
        spread = np.cumsum(np.where(at_risk > made, made / (at_risk * np.maximum(at_risk - made, 1.0)), 0.0))
        worth = np.where((share > 0) & (spread > 0), (1 - share) / (share * spread), at_risk)
        worth = np.where(share > 0, worth, n)
    worth = np.maximum(worth, 1.0)
    half, stays = (1 - LEVEL) / 2, worth * share
    low = np.where(stays > 0, beta.ppf(half, np.maximum(stays, 1e-300), worth - stays + 1), 0.0)
    high = np.where(worth - stays > 1e-12, beta.ppf(1 - half, stays + 1, np.maximum(worth - stays, 1e-300)), 1.0)
    by = np.flatnonzero(share <= 0.5)
    deals = float((found.settled >= 0).mean())
    wars = float(((found.settled < 0) & (found.ends < count)).mean())
    median = float(found.months[by[0]]) if len(by) else None
    return Survival(share, low, high, at_risk, deals, wars, median)


@dataclass(frozen=True, eq=False)
class EventEffect:
    """What an event changes, on the same draws with and without it; means of differences with their standard errors.

    Attributes
    ----------
    label : str
    month : float
    margin, margin_error : ndarray, shape (S + 1,)
        Of the margin, with less without.
    zone : ndarray, shape (S + 1,)
        Of the share of paths with a zone.
    deals : float
        Of the share of paths that end in a deal.
    """

    label: str
    month: float
    margin: Floats
    margin_error: Floats
    zone: Floats
    deals: float


def event_study(found: Simulation) -> tuple[EventEffect, ...]:
    """Return what each event of the scenario changes, all others happening; nothing where no outcome is left."""
    dynamics = found.game.scenario.spec.dynamics
    assert dynamics is not None
    if found.no_outcome:
        return ()
    effects = []
    for k, event in enumerate(dynamics.events):
        without = again(found, [k])
        change = found.margin - without.margin
        error = (
            change.std(axis=0, ddof=1) / np.sqrt(len(change)) if len(change) > 1 else np.full(change.shape[1], np.nan)
        )
        zone = (found.margin >= -1e-9).mean(axis=0) - (without.margin >= -1e-9).mean(axis=0)
        deals = float((found.settled >= 0).mean() - (without.settled >= 0).mean())
        label, month = event.label or f"event {k + 1}", float(event.at) * dynamics.step_months
        effects.append(EventEffect(label, month, change.mean(axis=0), error, zone, deals))
    return tuple(effects)


@dataclass(frozen=True, eq=False)
class Waiting:
    """What each signer has if the next deal must wait until a step, on paths that have a zone today.

    Attributes
    ----------
    now : ndarray, shape (P,)
        The Nash deal today.
    value : ndarray, shape (S + 1, P)
        Today's worth of fighting until a step and then taking its Nash deal, or no deal where there is no zone.
    """

    now: Floats
    value: Floats

    @property
    def cost(self) -> Floats:
        """What waiting until each step costs each signer, (S + 1, P); below 0 it gains from delay."""
        found: Floats = self.now - self.value
        return found


def waiting(found: Simulation) -> Waiting | None:
    """Return what waiting costs; None where there is no zone today, or no discount rate or end rate of the war.

    Until then war goes on, each step worth (1 - b) r at the leverage of that step, b the discount factor of a step with
    the war's own end in it.
    """
    if found.keep is None or not (found.margin[0, 0] >= -1e-9):
        return None
    reward = np.where(np.isnan(found.deal), found.reservation, found.deal).mean(axis=0)
    flow = (1 - found.keep) * found.reservation.mean(axis=0)
    left = found.keep ** np.arange(len(reward))[:, None]
    fought = np.concatenate([np.zeros((1, len(found.keep))), np.cumsum(left * flow, axis=0)[:-1]])
    return Waiting(reward[0], fought + left * reward)
