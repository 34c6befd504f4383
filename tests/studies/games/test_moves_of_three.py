"""The leverage game of three sides in a study: mixed equilibria, what is said of them, and what is not covered."""

from __future__ import annotations

import dataclasses
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from strategies import built

import sim
from sim.output.study_json import study_data
from sim.show.games import equilibrium_sentences
from sim.studies.games.moves import LeverageGame

Data = dict[str, Any]
MAY = Path(__file__).parents[3] / "scenarios" / "may-2025.yaml"
PARTIES = ("a", "b", "c")


def three(moves: Data) -> Data:
    """Three who share a cake in fixed shares; moves shift what each has without a deal."""
    values = {"table": {"a": 0, "b": 0, "c": 0, "even": 0.6}}
    parties = {
        name: {"values": {"cake": {"importance": 1, "table": values["table"] | {name: 1}}}, "no_deal": 0.1}
        for name in PARTIES
    }
    return {
        "format": 1,
        "name": "Three",
        "issues": {"cake": {"levels": ["a", "b", "c", "even"]}},
        "parties": parties,
        "leverage": {"push": {"range": [-9, 9], "default": 0, "shifts": {"parties.a.no_deal": {"by": 0.01}}}},
        "moves": moves,
    }


def game_of(data: Data) -> tuple[LeverageGame, str]:
    study = sim.study(built(data))
    assert isinstance(study.games.leverage, LeverageGame)
    return study.games.leverage, " ".join(equilibrium_sentences(study))


def test_may_2025_has_a_mixed_equilibrium_of_three_sides() -> None:
    study = sim.study(str(MAY))
    game = study.games.leverage
    assert isinstance(game, LeverageGame)
    assert len(game.equilibria) == 3
    assert [e.pure for e in game.equilibria] == [True, True, False]
    assert list(game.equilibria[2].payoffs.values()) == pytest.approx([0.5287, 0.5549, 0.6637], abs=1e-4)
    assert game.complete
    text = " ".join(equilibrium_sentences(study))
    assert "No other choice of moves holds in this way, choices left to chance included." in text
    assert "Only sure" not in text
    notes = study_data(study)["notes"]
    assert "equilibria.leverage_game.equilibria" not in notes
    assert notes["equilibria.leverage_game.missing"] == "no kind of equilibrium was left out"
    assert notes["equilibria.leverage_game.commitment"] == "it is told for two sides"


def test_ties_of_three_sides_are_not_called_complete() -> None:
    game, text = game_of(three({name: {"hold": {}, "wait": {}} for name in PARTIES}))
    assert game.degenerate
    assert not game.complete
    assert "No other choice" not in text
    assert "further choices by chance among them may hold too" in text


def test_what_was_not_looked_for_is_said() -> None:
    data = three({name: {"hold": {}, "wait": {}} for name in PARTIES})
    study = sim.study(built(data))
    assert isinstance(study.games.leverage, LeverageGame)
    missing = "those in which four sides or more mix were not looked for"
    game = dataclasses.replace(study.games.leverage, missing=missing)
    other = dataclasses.replace(study, games=dataclasses.replace(study.games, leverage=game))
    assert not game.complete
    assert f"Other choices of moves may hold too: {missing}." in list(equilibrium_sentences(other))
    assert study_data(other)["notes"]["equilibria.leverage_game.equilibria"] == f"there may be others: {missing}"


def test_too_many_moves_of_three_sides_leave_the_pure_equilibria() -> None:
    moves = {name: {f"m{k}": {"cost": 0.01 * k} for k in range(6)} for name in PARTIES}
    for own in moves.values():
        own["m5"] = {"cost": 0.0}
    game, text = game_of(three(moves))
    assert game.pure_only is None  # dominance leaves two moves a side
    assert len(game.equilibria) == 8
    moves = {name: {f"m{k}": {} for k in range(6)} for name in PARTIES}
    game, text = game_of(three(moves))
    assert game.pure_only is not None
    assert "5 and 5 and 5" in game.pure_only
    assert "Only sure choices of moves were looked at" in text
    assert "No other choice" not in text
    assert len(game.equilibria) == np.prod([6, 6, 6])
