"""Sessions of talks: sides take turns to offer a deal from a frontier until all others accept one, many at a time.

In round s the side (opener + s) mod P offers a deal that is worth at least what its tactic asks for. Among these it
picks the one that falls least short of what the others asked for: max over x of min over j of (U_j(x) - l_j) /
(top_j - r_j), with l_j what j's own last offer is worth to j (its top before any). Each side is measured on its own
scale from no deal to top, so the choice does not depend on how utilities are scaled. Between two sides that is the deal
best for the other one, whatever it said before.

An offer is accepted when each other side finds it worth at least what it would ask for in the next round (the condition
AC_next), and never below r. Between two sides on a frontier that is the same as being no worse than one's own next
offer. Unanimity: one refusal is a refusal. After the last round there is no deal.

Sources: Rubinstein (1982), Perfect Equilibrium in a Bargaining Model (turns); Faratin, Sierra and Jennings (1998),
Negotiation decision functions for autonomous agents; Baarslag, Hindriks and Jonker (2014), Effective acceptance
conditions in real-time automated negotiation (AC_next).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sim.theory.talks.tactics import TACTICS, Seen, Tactic

__all__ = ["Course", "Sides", "talk"]

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

TOLERANCE = 1e-9
_PIECE = 1 << 18


@dataclass(frozen=True, eq=False)
class Sides:
    """Who talks in G sessions of P sides; arrays of shape (G, P) unless they say otherwise.

    Attributes
    ----------
    least, top : ndarray
        Reservation value, and what is asked for first.
    tactic : ndarray of str
        A name of the tactics each.
    exponent : ndarray
        Above 0.
    proposes, accepts : ndarray
        What is asked for in the stationary equilibrium, offering and answering; nan where no side plays it.
    opens : ndarray of int, shape (G,)
        Who makes the first offer.
    rounds : ndarray of int, shape (G,)
        Offers until talks end, at least 1.
    """

    least: Floats
    top: Floats
    tactic: NDArray[np.str_]
    exponent: Floats
    proposes: Floats
    accepts: Floats
    opens: Ints
    rounds: Ints


@dataclass(frozen=True, eq=False)
class Course:
    """How G sessions went; R rounds at most.

    Attributes
    ----------
    round : ndarray of int, shape (G,)
        The offer that was accepted, 1 the first; 0 where none was.
    row : ndarray of int, shape (G,)
        The deal as a row of the frontier, -1 where there is none.
    offers : ndarray of int, shape (G, R)
        What was offered in each round, likewise; -1 after the end, and where nothing is worth what is asked for.
    asks : ndarray, shape (G, R, P)
        What each side asked for in each round: to offer it, or to accept. nan after the end.
    """

    round: Ints
    row: Ints
    offers: Ints
    asks: Floats


@dataclass(frozen=True, eq=False)
class _Table:
    """What a session is played with, and what was said so far: arrays (G, P) that each round writes on.

    `last` is what each side asked for at its last turn, `before` what the others' last offers were worth to it then,
    `offer` its own last offer, a row of the frontier or -1.
    """

    frontier: Floats
    sides: Sides
    tactics: Mapping[str, Tactic]
    waver: Floats | None
    last: Floats
    before: Floats
    offer: Ints


def talk(
    frontier: Floats, sides: Sides, *, waver: Floats | None = None, tactics: Mapping[str, Tactic] = TACTICS
) -> Course:
    """Let sides talk until they agree or their rounds are over.

    Parameters
    ----------
    frontier : ndarray, shape (m, P)
        No row dominates another; of two sides by rising utility of the first.
    sides : Sides
    waver : ndarray, shape (R + 1, G, P), optional
        Factors, above 0, of what each side asks for over r in each round and, as answers ask ahead, one more.
    tactics : dict, optional

    Examples
    --------
    >>> pie = np.linspace([0.0, 1.0], [1.0, 0.0], 11)
    >>> one, none = np.ones((1, 2)), np.full((1, 2), np.nan)
    >>> names = np.array([["linear", "linear"]])
    >>> found = talk(pie, Sides(0 * one, one, names, one, none, none, opens=np.array([0]), rounds=np.array([11])))
    >>> int(found.round[0]), pie[found.row[0]].round(3).tolist()
    (6, [0.5, 0.5])
    """
    (count, parties), most = sides.least.shape, int(sides.rounds.max(initial=0))
    nothing = np.full((count, parties), -1, dtype=np.int64)
    table = _Table(frontier, sides, tactics, waver, sides.top.copy(), np.full((count, parties), np.nan), nothing)
    course = Course(
        np.zeros(count, dtype=np.int64),
        np.full(count, -1, dtype=np.int64),
        np.full((count, most), -1, dtype=np.int64),
        np.full((count, most, parties), np.nan),
    )
    for s in range(most if len(frontier) else 0):
        live = np.flatnonzero((course.row < 0) & (s < sides.rounds))
        if not len(live):
            break
        _play(table, course, live, s)
    return course


def _play(table: _Table, course: Course, live: Ints, s: int) -> None:
    """Play one round of the sessions that still go on."""
    parties = table.last.shape[1]
    turn, asks = (table.sides.opens[live] + s) % parties, course.asks[:, s]
    for i in range(parties):
        mine = live[turn == i]
        demand, now = _demand(table, mine, i, s, answers=False)
        asks[mine, i] = _held(table, demand, mine, i, s)
        table.last[mine, i], table.before[mine, i] = demand, now
        table.offer[mine, i] = course.offers[mine, s] = _chosen(table, mine, i, asks[mine, i])
    rows = course.offers[live, s]
    agreed = rows >= 0
    for i in range(parties):
        asked = turn != i
        mine = live[asked]
        demand, _ = _demand(table, mine, i, s + 1, answers=True)
        asks[mine, i] = _held(table, demand, mine, i, s + 1)
        agreed[asked] &= table.frontier[rows[asked], i] >= asks[mine, i] - TOLERANCE
    course.row[live[agreed]], course.round[live[agreed]] = rows[agreed], s + 1


def _demand(table: _Table, rows: Ints, side: int, step: int, *, answers: bool) -> tuple[Floats, Floats]:
    """Return what a side asks for in round `step`, and what the others' last offers are worth to it, (len(rows),)."""
    sides, now = table.sides, _worth(table, rows, side)
    seen = Seen(
        time=np.minimum(1.0, step / np.maximum(1, sides.rounds[rows] - 1)),
        exponent=sides.exponent[rows, side],
        least=sides.least[rows, side],
        top=sides.top[rows, side],
        last=table.last[rows, side],
        before=table.before[rows, side],
        now=now,
        proposes=sides.proposes[rows, side],
        accepts=sides.accepts[rows, side],
        answers=np.full(len(rows), answers),
    )
    return _by_tactic(table.tactics, sides.tactic[rows, side], seen), now


def _by_tactic(tactics: Mapping[str, Tactic], names: NDArray[np.str_], seen: Seen) -> Floats:
    asked = np.empty(len(names))
    for name in np.unique(names).tolist():
        some = names == name
        asked[some] = tactics[name].demand(Seen(**{part: values[some] for part, values in vars(seen).items()}))
    return asked


def _held(table: _Table, demand: Floats, rows: Ints, side: int, step: int) -> Floats:
    """Return a demand that wavers and is held between reservation value and top."""
    least, top = table.sides.least[rows, side], table.sides.top[rows, side]
    waver = 1.0 if table.waver is None else table.waver[step, rows, side]
    return np.asarray(np.maximum(least, np.minimum(top, least + (demand - least) * waver)))


def _worth(table: _Table, rows: Ints, side: int) -> Floats:
    """Return what the others' last offers are worth to a side, on average; nan until each has made one."""
    others = [j for j in range(table.last.shape[1]) if j != side]
    offers = table.offer[rows][:, others]
    return np.asarray(np.where(offers >= 0, table.frontier[offers, side], np.nan).mean(axis=1))


def _chosen(table: _Table, rows: Ints, side: int, asked: Floats) -> Ints:
    """Return the deal that a side offers, a row of the frontier each; -1 where none is worth what it asks for."""
    frontier, asked = table.frontier, asked - TOLERANCE
    count, parties = frontier.shape
    if parties == 2:
        first = np.searchsorted(frontier[:, 0], asked) if side == 0 else np.searchsorted(frontier[::-1, 1], asked)
        found = first if side == 0 else count - 1 - first
        return np.where((found >= 0) & (found < count), found, -1)
    row, step = np.empty(len(rows), dtype=np.int64), max(1, _PIECE // count)
    for low in range(0, len(rows), step):
        some = slice(low, low + step)
        row[some] = _least_missed(table, rows[some], side, asked[some])
    return row


def _least_missed(table: _Table, rows: Ints, side: int, asked: Floats) -> Ints:
    """Return which deal, worth at least what a side asks for, falls least short of the others' last offers."""
    frontier, sides = table.frontier, table.sides
    least = np.where(frontier[:, side] >= asked[:, None], np.inf, -np.inf)
    for j in (j for j in range(frontier.shape[1]) if j != side):
        own, top = table.offer[rows, j], sides.top[rows, j]
        wish = np.where(own >= 0, frontier[own, j], top)
        scale = top - sides.least[rows, j]
        scale = np.where(scale > 0, scale, 1.0)
        np.minimum(least, (frontier[:, j] - wish[:, None]) / scale[:, None], out=least)
    best = least.argmax(axis=1)
    return np.where(np.isfinite(least[np.arange(len(rows)), best]), best, -1)
