"""The signers as a program for all truths sees them: features of every combination, weights, no-deal values."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np

from sim.game.compiled import Game
from sim.model.statements import Known, weights
from sim.space.pareto import Floats
from sim.space.truths.sides import Choices, Side, choices, needed_values
from sim.studies.robust.no_deal import corners, reservations

__all__ = ["Table", "sides", "table"]

Keys = tuple[str, ...]


@dataclass(frozen=True, eq=False)
class Table:
    """What does not depend on what is known: the combinations of each block and the signers' features there.

    Attributes
    ----------
    game : Game
    among : Choices
    features : dict of str to tuple of ndarray, shape (n_b, m) each
    fixed : dict of str to tuple of ndarray, shape (n_b,) each
    """

    game: Game
    among: Choices
    features: Mapping[str, tuple[Floats, ...]]
    fixed: Mapping[str, tuple[Floats, ...]]


def table(game: Game) -> Table:
    """Return the features of every combination of a game.

    Raises
    ------
    SizeError
        So many issues are linked that their combinations cannot be listed.
    """
    among = choices(game.space)
    parts = {name: [_block(game, among, name, b) for b in range(len(among.issues))] for name in game.signers}
    return Table(
        game,
        among,
        {name: tuple(feature for feature, _ in found) for name, found in parts.items()},
        {name: tuple(fixed for _, fixed in found) for name, found in parts.items()},
    )


def _block(game: Game, among: Choices, name: str, block: int) -> tuple[Floats, Floats]:
    party, own, levels = game.scenario.spec.parties[name], among.issues[block], among.levels[block]
    features, fixed = np.zeros((len(levels), len(party.values))), np.zeros(len(levels))
    column = {game.issues[k]: n for n, k in enumerate(own)}
    values = {
        issue: np.asarray(value.at(game.levels[own[column[issue]]]))[levels[:, column[issue]]]
        for issue, value in party.values.items()
        if issue in column
    }
    for m, issue in enumerate(party.values):
        if issue in values:
            features[:, m] = values[issue]
    for link, weight in weights(party)[1].items():
        first, second = party.linkages[link].issues
        if first in values:
            fixed += weight * values[first] * values[second]
    return features, fixed


def sides(
    table: Table, levels: Mapping[str, float], known: Known, *, highest: bool = True
) -> tuple[list[Side], list[Mapping[Keys, Floats]]]:
    """Return every signer's side, and the numbers at the corners of its no-deal value.

    Parameters
    ----------
    table : Table
    levels : dict of str to float
        Leverage.
    known : Known
    highest : bool
        Whether the no-deal values are to be as high as they may be, or as low.
    """
    found: list[Side] = []
    numbers: list[Mapping[Keys, Floats]] = []
    for name in table.game.signers:
        at = corners(table.game, name, known.intervals, highest=highest)
        slopes, constants = reservations(table.game, name, levels, at)
        side = Side(table.features[name], table.fixed[name], known.polytopes[name], slopes, constants)
        kept = needed_values(side, highest=highest)
        found.append(replace(side, slopes=slopes[kept], constants=constants[kept]))
        numbers.append({keys: values[kept] for keys, values in at.items()})
    return found, numbers
