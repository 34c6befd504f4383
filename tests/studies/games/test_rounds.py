"""The leverage game round after round: a dilemma known by hand, what Istanbul needs for a truce, saturated levers."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest
from strategies import built

import sim
from sim.show.games import equilibrium_sentences
from sim.studies.games.moves import LeverageGame
from sim.studies.games.rounds import KINDS, rounds
from sim.studies.replay import played_again

Data = dict[str, Any]


def game(first: list[list[float]], second: list[list[float]]) -> LeverageGame:
    """A leverage game of two sides with these payoffs and its pure equilibria."""
    from sim.studies.games.moves import _solved

    moves = {name: tuple(f"{name}{k}" for k in range(n)) for name, n in (("a", len(first)), ("b", len(first[0])))}
    return _solved(moves, {"a": np.array(first), "b": np.array(second)}, "nash")


def test_a_dilemma_by_hand() -> None:
    found = rounds(game([[3, 0], [5, 1]], [[3, 5], [0, 1]]), {"a": 0.6, "b": 0.4})
    truce, fight = {"a": "a0", "b": "b0"}, {"a": "a1", "b": "b1"}
    assert found.stable == {"nash": (fight,), "gmr": (truce, fight), "smr": (truce, fight), "seq": (truce, fight)}
    assert found.truce is not None
    assert found.truce.moves == truce
    # Patience (T - R) / (T - P) = (5 - 3) / (5 - 1).
    assert found.truce.needed == {"a": 0.5, "b": 0.5}
    assert found.truce.kept is False
    (lead,) = found.leads or ()
    assert (lead.learning, lead.evolution) == (1.0, 1.0)
    for patience, kept in (({"a": 0.6, "b": 0.5}, True), ({"a": 0.6}, None)):
        again = rounds(game([[3, 0], [5, 1]], [[3, 5], [0, 1]]), patience).truce
        assert again is not None
        assert again.kept is kept


def test_meeting_leads_to_one_of_two_places() -> None:
    found = rounds(game([[2, 0], [0, 1]], [[2, 0], [0, 1]]), {})
    assert found.truce is None
    assert found.leads is not None
    share = {tuple(lead.strategies["a"].values()): lead for lead in found.leads}
    assert len(share) == 3
    assert share[1.0, 0.0].evolution > share[0.0, 1.0].evolution > 0
    assert sum(lead.evolution for lead in found.leads) == pytest.approx(1.0)


def test_istanbul_needs_patience_for_a_truce() -> None:
    study = sim.study("scenarios/istanbul-2022.yaml")
    found = played_again(study)
    assert found is not None
    assert found.truce is not None
    assert found.truce.moves == {"russia": "hold", "ukraine": "hold"}
    assert max(x for x in found.truce.needed.values() if x is not None) == pytest.approx(0.64, abs=0.005)
    played = study.games.leverage
    assert isinstance(played, LeverageGame)
    for k, (name, table) in enumerate(played.payoffs.items()):
        others = (slice(None), 0) if k == 0 else (0, slice(None))
        reward, tempted, bad = table[0, 0], table[others].max(), played.equilibria[0].payoffs[name]
        assert found.truce.needed[name] == pytest.approx((tempted - reward) / (tempted - bad))
    assert set(found.stable or {}) == set(KINDS)
    text = " ".join(equilibrium_sentences(study))
    assert "A truce (Russia “Hold the front”, Ukraine “Hold the front”) suits all better" in text


def test_moves_are_held_at_the_end_of_a_range_and_that_is_said() -> None:
    scenario = sim.load("scenarios/istanbul-2022.yaml")
    assert sim.study(scenario).games.leverage.saturated == ()  # type: ignore[union-attr]
    study = sim.study(scenario, {"battlefield": 0.9})
    found = study.games.leverage
    assert isinstance(found, LeverageGame)
    assert found.saturated == ("battlefield",)
    assert "past the end of its range: there it is held" in " ".join(equilibrium_sentences(study))
    # An offensive from 0.9 is worth what the front at 1 is worth, its cost paid.
    there = sim.study(scenario, {"battlefield": 1.0})
    worth = there.solutions["nash"].utilities if there.zone.exists else there.reservation
    own = list(found.moves["russia"]).index("offensive"), list(found.moves["ukraine"]).index("hold")
    assert found.payoffs["russia"][own] == pytest.approx(worth["russia"] - 0.03, abs=1e-9)
    assert found.payoffs["ukraine"][own] == pytest.approx(worth["ukraine"], abs=1e-9)


def test_a_sweep_holds_moves_at_the_ends_like_studies() -> None:
    scenario = sim.load("scenarios/istanbul-2022.yaml")
    swept = sim.sweep(scenario, {"battlefield": [-0.95, 0.9]}, measures=["games"])
    for n, level in enumerate((-0.95, 0.9)):
        found = sim.study(scenario, {"battlefield": level}).games.leverage
        assert isinstance(found, LeverageGame)
        assert int(swept.moves_count[n]) == len(found.equilibria)
        paid = swept.moves_payoff[n, 0].sel(party=list(found.moves)).values.tolist()
        assert paid == pytest.approx(list(found.equilibria[0].payoffs.values()), abs=1e-9)


def test_patience_of_a_war_that_lasts_is_its_rounds() -> None:
    pie = {"a": (1, 0), "b": (0, 1)}
    fight = {"war": {"cost": 0.1, "discount_rate": 0.2}}
    data: Data = {
        "format": 1,
        "name": "Truce",
        "issues": {"pie": {"range": [0, 1], "step": 0.01}},
        "parties": {
            name: {"values": {"pie": {"importance": 1, "best": best, "worst": worst}}, "no_deal": fight}
            for name, (best, worst) in pie.items()
        },
        "war": {
            "end_rate": 0.5,
            "round": 0.25,
            "status_quo": {"pie": 0.5},
            "outcomes": {"won": {"odds": 1, "levels": {"pie": 1}}, "lost": {"odds": 1, "levels": {"pie": 0}}},
        },
        "leverage": {"front": {"range": [-1, 1], "default": 0, "shifts": {"war.outcomes.won.odds": {"factor": 4}}}},
        "moves": {
            "a": {"hold": {}, "attack": {"leverage": {"front": 0.5}, "cost": 0.02}},
            "b": {"hold": {}, "attack": {"leverage": {"front": -0.5}, "cost": 0.02}},
        },
    }
    found = played_again(sim.study(built(data)))
    assert found is not None
    assert found.truce is not None
    assert found.truce.patience == pytest.approx(dict.fromkeys("ab", math.exp(-0.7 * 0.25)))
    needed = [x for x in found.truce.needed.values() if x is not None]
    assert found.truce.kept is all(x <= math.exp(-0.7 * 0.25) for x in needed)
