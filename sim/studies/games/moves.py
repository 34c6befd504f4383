"""The leverage game: each side picks a move that shifts leverage and costs something, then they bargain.

The payoff of a profile of moves is the chosen bargaining solution at the leverage that results, or no deal where there
is no zone, less the mover's cost. Two movers: all equilibria. More: all that `theory.strategic.many_sides` finds, which
says what it leaves out. Too many moves for that: all pure ones.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from sim.errors import SizeError
from sim.space.programs.budgets import Budget
from sim.studies.by_program import allowance, solution_at
from sim.studies.games.setting import Absent, Setting, how_they_talk, named, setting_at
from sim.theory.strategic.bimatrix import solve
from sim.theory.strategic.dominance import dominated
from sim.theory.strategic.many_sides import equilibria as of_many_sides
from sim.theory.strategic.normal_form import advantage, commitment, payoff_dominant, pure_equilibria

__all__ = ["DIGITS", "NO_MOVES", "LeverageGame", "MoveEquilibrium", "leverage_game", "no_game"]

Floats = NDArray[np.float64]
DIGITS = 12
MOST_PROFILES = 4_096
NO_MOVES = "fewer than two of those who sign have moves (expected them in a section moves)"


@dataclass(frozen=True)
class MoveEquilibrium:
    """One Nash equilibrium of the leverage game.

    Attributes
    ----------
    strategies : dict of str to dict of str to float
        For each side the probability of each of its moves.
    payoffs : dict of str to float
        Of the movers.
    pure, payoff_dominant : bool
    """

    strategies: Mapping[str, Mapping[str, float]]
    payoffs: Mapping[str, float]
    pure: bool
    payoff_dominant: bool


@dataclass(frozen=True, eq=False)
class LeverageGame:
    """The leverage game and its equilibria.

    Attributes
    ----------
    moves : dict of str to tuple of str
        By mover, the rows, columns, ... of `payoffs`.
    payoffs : dict of str to ndarray, shape (moves of the first, moves of the second, ...)
    equilibria : tuple of MoveEquilibrium
    dominated : dict of str to tuple of str
        Moves that another move beats whatever the others do.
    commitment : dict of str to (float, float)
        What moving first in view of the other is worth, against the best and the worst equilibrium; empty unless all
        equilibria of two movers are known.
    solution : str
        The bargaining solution of the talks that follow.
    degenerate : bool
        Whether ties may lead from these to infinitely many; False where only pure ones were looked for.
    pure_only : str or None
        Why only pure equilibria were looked for; None where mixed ones were too.
    missing : str or None
        Which mixed equilibria of three sides and more were not looked for and may exist.
    unsettled : int
        After how many combinations of moves it was not settled in time where the talks end: the payoffs there, and what
        follows from them, are what was found.
    saturated : tuple of str
        Variables that some moves would take past the end of their range, where they are held: such moves do less.
    """

    moves: Mapping[str, tuple[str, ...]]
    payoffs: Mapping[str, Floats]
    equilibria: tuple[MoveEquilibrium, ...]
    dominated: Mapping[str, tuple[str, ...]]
    commitment: Mapping[str, tuple[float, float]]
    solution: str
    degenerate: bool
    pure_only: str | None
    missing: str | None = None
    unsettled: int = 0
    saturated: tuple[str, ...] = ()

    @property
    def complete(self) -> bool:
        """Whether these are all equilibria, within rounding."""
        return self.pure_only is None and self.missing is None and not self.degenerate and not self.unsettled


def leverage_game(setting: Setting, *, solution: str | None = None) -> LeverageGame | Absent:
    """Return the leverage game of the scenario's `moves` at one leverage point.

    Talks that follow end in `solution`; by default in the scenario's `talks.solution`.
    """
    solution = solution or how_they_talk(setting.game).solution
    written = setting.game.scenario.spec.moves
    movers = [name for name, moves in written.items() if moves and name in setting.game.signers]
    moves = {name: tuple(written[name]) for name in movers}
    if (reason := no_game([len(own) for own in moves.values()])) is not None:
        return Absent(reason)
    played = _payoffs(setting, moves, solution)
    if isinstance(played, Absent):
        return played
    tables, unsettled = played
    return replace(_solved(moves, tables, solution), unsettled=unsettled, saturated=tuple(_held(setting, moves)))


def _held(setting: Setting, moves: Mapping[str, tuple[str, ...]]) -> Iterator[str]:
    """Yield the variables that some moves made together would take out of their range."""
    spec = setting.game.scenario.spec
    for name, record in spec.leverage.items():
        steps = [[spec.moves[mover][move].leverage.get(name, 0.0) for move in own] for mover, own in moves.items()]
        ends = [float(setting.leverage[name]) + sum(map(pick, steps)) for pick in (min, max)]
        if not record.holds(np.array(ends)).all():
            yield name


def _solved(moves: Mapping[str, tuple[str, ...]], tables: Mapping[str, Floats], solution: str) -> LeverageGame:
    payoffs = list(tables.values())
    beaten = {
        name: tuple(itertools.compress(own, dominated(payoffs, player=i).tolist()))
        for i, (name, own) in enumerate(moves.items())
    }
    try:
        if len(moves) == 2:
            equilibria, commit, several = _both(moves, payoffs)
            return LeverageGame(moves, tables, equilibria, beaten, commit, solution, several, None)
        found = of_many_sides(payoffs)
        mixed = _named(moves, found.strategies, found.payoffs)
        return LeverageGame(moves, tables, mixed, beaten, {}, solution, found.degenerate, None, found.missing)
    except SizeError:
        sizes = " and ".join(str(len(own)) for own in moves.values())
        most = "10 and 10, or 5 and 19" if len(moves) == 2 else "5 and 5 and 5"
        pure_only = f"mixed ones of {sizes} moves are too many to try (at most {most})"
    return LeverageGame(moves, tables, _pure(moves, payoffs), beaten, {}, solution, False, pure_only)


def no_game(sizes: Sequence[int]) -> str | None:
    """Return why there is no leverage game where the movers have so many moves each, None where there is one."""
    if len(sizes) < 2:
        return NO_MOVES
    if (count := math.prod(sizes)) > MOST_PROFILES:
        return f"{count:,} combinations of moves are too many to look at one by one (at most {MOST_PROFILES:,})"
    return None


def _payoffs(
    setting: Setting, moves: Mapping[str, tuple[str, ...]], solution: str
) -> tuple[dict[str, Floats], int] | Absent:
    """Return the payoffs, and after how many profiles they were not settled in time."""
    tables = {name: np.empty([len(own) for own in moves.values()]) for name in moves}
    budget, unsettled = allowance(), 0
    for profile in itertools.product(*(range(len(own)) for own in moves.values())):
        chosen = {name: own[k] for (name, own), k in zip(moves.items(), profile, strict=True)}
        found = _talks(setting, chosen, solution, budget)
        if isinstance(found, Absent):
            return found
        utilities, sure = found
        unsettled += not sure
        for name, move in chosen.items():
            cost = setting.game.scenario.spec.moves[name][move].cost
            # Rounded, so that float noise does not decide between moves that come to the same.
            tables[name][profile] = round(float(utilities[setting.game.signers.index(name)]) - cost, DIGITS)
    return tables, unsettled


def _talks(setting: Setting, chosen: Mapping[str, str], solution: str, budget: Budget) -> tuple[Floats, bool] | Absent:
    """Return what the signers get from talks after some moves, the solution or no deal, and whether that is proven."""
    levels = dict(setting.leverage)
    for name, move in chosen.items():
        for variable, change in setting.game.scenario.spec.moves[name][move].leverage.items():
            levels[variable] = float(levels[variable]) + change
    ranges = {name: record.range for name, record in setting.game.scenario.spec.leverage.items()}
    after = setting_at(setting, {name: float(np.clip(level, *ranges[name])) for name, level in levels.items()})
    if after is None:
        return Absent("a number would be illegal after some moves")
    found = solution_at((setting.game.space, setting.folded.frontier), after.point, solution, budget)
    return (after.point.reservation if found.utilities is None else found.utilities), found.exact


def _both(
    moves: Mapping[str, tuple[str, ...]], payoffs: list[Floats]
) -> tuple[tuple[MoveEquilibrium, ...], dict[str, tuple[float, float]], bool]:
    first, second = moves
    found = solve(payoffs[0], payoffs[1])
    equilibria = _named(moves, (found.row, found.column), found.payoffs)
    leads = {
        first: commitment(payoffs[0], payoffs[1], leader="row").leader,
        second: commitment(payoffs[0], payoffs[1], leader="column").leader,
    }
    worth = {name: advantage(lead, found.game, found.payoffs[:, i])[0] for i, (name, lead) in enumerate(leads.items())}
    ahead = {name: (float(value[0]), float(value[1])) for name, value in worth.items()}
    return equilibria, ahead, bool(found.degenerate[0])


def _pure(moves: Mapping[str, tuple[str, ...]], payoffs: list[Floats]) -> tuple[MoveEquilibrium, ...]:
    profiles = np.argwhere(pure_equilibria(payoffs))
    paid = np.array([table[tuple(profiles.T)] for table in payoffs]).T
    return _named(moves, [np.eye(len(own))[profiles[:, i]] for i, own in enumerate(moves.values())], paid)


def _named(
    moves: Mapping[str, tuple[str, ...]], strategies: Sequence[Floats], payoffs: Floats
) -> tuple[MoveEquilibrium, ...]:
    """Return equilibria, given by strategies (E, moves) of each mover and payoffs (E, movers), in names."""
    best = payoff_dominant(np.zeros(len(payoffs), dtype=np.intp), payoffs)
    return tuple(
        MoveEquilibrium(
            {name: named(own, chances) for (name, own), chances in zip(moves.items(), profile, strict=True)},
            named(tuple(moves), paid),
            all(bool(chances.max() > 1 - 1e-9) for chances in profile),
            bool(dominant),
        )
        for *profile, paid, dominant in zip(*strategies, payoffs, best, strict=True)
    )
