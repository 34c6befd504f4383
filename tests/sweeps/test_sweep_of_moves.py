"""Equilibria of moves in a sweep: of two sides and three, with too many moves for mixed ones, against studies."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from strategies import built

import sim
from sim.studies.games.moves import LeverageGame

Data = dict[str, Any]


def scenario(parties: int, moves: int, *, push: float, cost: float) -> Data:
    """Who shares a cake evenly or gets it whole; moves push the first one's no deal up and the others pull it down."""
    names = "abc"[:parties]
    shares = {name: {"a": 0, "b": 0, "c": 0, "even": 0.6, "odd": 0.3} | {name: 1} for name in names}
    shifts = {name: {f"parties.{name}.no_deal": {"by": 0.1 * (1 + k)}} for k, name in enumerate(names)}
    return {
        "format": 1,
        "name": "Sweep of moves",
        "issues": {"cake": {"levels": ["a", "b", "c", "even", "odd"]}},
        "parties": {
            name: {"values": {"cake": {"importance": 1, "table": shares[name]}}, "no_deal": 0.1} for name in names
        },
        "leverage": {f"of {name}": {"range": [-9, 9], "default": 0, "shifts": shifts[name]} for name in names},
        "moves": {
            name: {
                f"m{k}": {"leverage": {f"of {names[(i + k) % parties]}": push * k * (-1) ** k}, "cost": cost * (k % 3)}
                for k in range(moves)
            }
            for i, name in enumerate(names)
        },
    }


@pytest.mark.parametrize(("parties", "moves"), [(2, 2), (3, 2), (3, 3), (2, 12), (3, 6), (3, 7)])
def test_a_sweep_finds_what_studies_find(parties: int, moves: int) -> None:
    # Seven moves that come to the same leave nothing to dominance.
    push, cost = (0.0, 0.0) if moves == 7 else (0.02, 0.01)
    checked = built(scenario(parties, moves, push=push, cost=cost))
    levels = [-3.0, 0.0, 2.5]
    seen: list[bool] = []
    data = sim.sweep(checked, {"of a": levels}, measures=["games"])
    for k, level in enumerate(levels):
        game = sim.study(checked, {"of a": level}).games.leverage
        assert isinstance(game, LeverageGame)
        seen.append(game.pure_only is None)
        here = data.isel({"of a": k})
        assert int(here.moves_count) == len(game.equilibria)
        for number, equilibrium in enumerate(game.equilibria[: here.sizes["moves_equilibrium"]]):
            chances = [x for own in equilibrium.strategies.values() for x in own.values()]
            assert here.moves_probability.values[number].tolist() == pytest.approx(chances, abs=1e-9)
            paid = here.moves_payoff.sel(party=list(game.moves)).values[number].tolist()
            assert paid == pytest.approx(list(equilibrium.payoffs.values()), abs=1e-9)
    assert set(seen) == {moves not in (7, 12)}
    if parties == 3:
        assert np.isnan(data.moves_index).all()
