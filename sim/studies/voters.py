"""Who votes on a deal in bodies that must ratify, beside those who sign it, and which of them carry all bodies."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from sim.game.compiled import Game, worth
from sim.game.numbers import Numbers
from sim.model.parties import Valuer
from sim.model.ratification import least_winning
from sim.space.blocks import Space, compile_space
from sim.space.codes import Ints
from sim.space.zone import TOLERANCE

__all__ = ["Member", "Table", "carrying", "table_of"]

Floats = NDArray[np.float64]
Member = tuple[str, str]  # the body of a bloc, or nothing for a party; and its name


@dataclass(frozen=True, eq=False)
class Table:
    """The signers and after them everybody else who votes, C in all, as columns of one space.

    Attributes
    ----------
    game : Game
        That the signers play.
    members : tuple of (str, str)
        Who votes besides.
    reservation : ndarray, shape (G, C)
        At G leverage points.
    """

    game: Game
    members: tuple[Member, ...]
    reservation: Floats

    @cached_property
    def space(self) -> Space:
        """The outcomes as the signers and the members see them."""
        game, spec = self.game, self.game.scenario.spec
        everyone: dict[str, Valuer] = {f"/{name}": spec.parties[name] for name in game.signers}
        for body, name in self.members:
            everyone[f"{body}/{name}"] = spec.ratification[body].blocs[name] if body else spec.parties[name]
        factors = worth(everyone, dict(zip(game.issues, game.levels, strict=True)))
        return compile_space(replace(factors, masks=game.factors.masks))

    def columns(self, voting: Sequence[Member]) -> list[int]:
        """Return the columns of the signers and some members."""
        signers = len(self.game.signers)
        return [*range(signers), *(signers + self.members.index(member) for member in voting)]

    def gains(self, levels: Ints) -> Floats:
        """Return what an outcome (G, K) at each point is worth over no deal to signers and members, (G, C)."""
        return np.asarray(self.space.factors.utilities(levels) - self.reservation)

    def votes(self, gains: Floats) -> dict[str, Ints]:
        """Return how many seats of each body accept what is worth so much (G, C), shape (G,)."""
        place = {("", name): k for k, name in enumerate(self.game.signers)}
        place |= {member: len(place) + k for k, member in enumerate(self.members)}
        found: dict[str, Ints] = {}
        for name, body in self.game.scenario.spec.ratification.items():
            own = gains[:, [place[name if body.blocs else "", who] for who in body.seats]] >= -TOLERANCE
            found[name] = own.astype(np.int64) @ np.array(list(body.seats.values()), dtype=np.int64)
        return found


def table_of(game: Game, number: Numbers, reservation: Floats) -> Table:
    """Return who votes on deals, with what no deal is worth to them.

    Parameters
    ----------
    game : Game
    number : Numbers
        The scenario's numbers at G leverage points.
    reservation : ndarray, shape (G, P)
        Of all parties.
    """
    bodies = game.scenario.spec.ratification
    blocs = [(name, bloc) for name, body in bodies.items() for bloc in body.blocs]
    parties = dict.fromkeys(name for body in bodies.values() if not body.blocs for name in body.parties)
    others = [name for name in parties if name not in game.signers]
    columns = [*reservation[:, game.columns].T]
    columns += [number("ratification", body, "blocs", bloc, "no_deal") for body, bloc in blocs]
    columns += [reservation[:, game.parties.index(name)] for name in others]
    every = np.stack(np.broadcast_arrays(*columns), axis=1)
    return Table(game, (*blocs, *(("", name) for name in others)), every)


def carrying(table: Table) -> Iterator[list[Member]]:
    """Yield the least sets of members that carry all bodies; signers accept every deal of theirs."""
    bodies = table.game.scenario.spec.ratification
    ways = [
        [
            [(name if body.blocs else "", who) for who in chosen]
            for chosen in least_winning(body.seats, body.quota) or ()
        ]
        for name, body in bodies.items()
    ]
    signing = {("", name) for name in table.game.signers}
    sets = {frozenset(itertools.chain(*chosen)) - signing for chosen in itertools.product(*ways)}
    for one in sorted(sets, key=lambda members: [member in members for member in table.members], reverse=True):
        if not any(other < one for other in sets):
            yield [member for member in table.members if member in one]
