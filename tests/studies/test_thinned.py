"""Studies on frontiers of a handful of points say what those on whole frontiers do, or that it was not settled."""

from __future__ import annotations

from typing import Any
from unittest import mock

import numpy as np
import pytest
import twin
from rivals import Data, rivals, with_leverage
from strategies import built

import sim
from sim.output.study_json import study_data
from sim.show.why import why_sentences
from sim.space import folds
from sim.studies import by_program
from sim.studies.games.coalitions import Coalitions
from sim.studies.games.lasting import Durability
from sim.studies.games.moves import LeverageGame
from sim.studies.study import Study

MOVES = {"alpha": 0.5, "beta": -0.5}
SEEDS = (0, 6, 24, 4, 11)  # three without a zone, two with one


def same(found: Any, expected: Any) -> bool:
    """Whether plain data agree, numbers within 1e-6: levels of leverage are bisected so far."""
    if isinstance(expected, dict):
        return found.keys() == expected.keys() and all(same(found[key], value) for key, value in expected.items())
    if isinstance(expected, list):
        return len(found) == len(expected) and all(map(same, found, expected))
    return bool(found == expected or (isinstance(expected, float) and abs(found - expected) <= 1e-6))


def three(seed: int) -> Data:
    """Three signers with a later date, moves of two of them, and enforcement that depends on one issue."""
    rng = np.random.default_rng(seed)
    no_deal = (0.2, 0.3, 0.4) if seed % 2 else (0.4, 0.5, 0.55)
    data = with_leverage(rng, rivals(rng, parties=3, issues=4, lines=1, no_deal=no_deal))
    if not seed % 2:
        level = str(twin.levels_of(data["issues"]["i0"])[0])
        data["enforcement"] = {"beta": {"i0": {level: 0.1}}}
    data["future"] = {"later": {"after_years": 2, "leverage": {"v0": -0.5}}}
    data["moves"] = {name: {"hold": {}, "push": {"leverage": {"v0": by}}} for name, by in MOVES.items()}
    return data


def studied(data: Data, *, most: int = 40_000, seconds: float = 20.0) -> Study:
    """A study with so many points of a frontier kept, and so much time for programs."""
    with mock.patch.dict(folds.MOST, {3: most}), mock.patch.object(by_program, "SECONDS", seconds):
        return sim.study(built(data), samples=100)


@pytest.fixture(scope="module", params=SEEDS)
def pair(request: pytest.FixtureRequest) -> tuple[Study, Study]:
    data = three(request.param)
    return studied(data, most=6), studied(data)


def test_why_is_that_of_the_whole_frontier(pair: tuple[Study, Study]) -> None:
    rough, fine = pair
    assert rough.frontier_resolution > 0 == fine.frontier_resolution
    assert rough.why.unsettled == ()
    found, expected = (study_data(study)["why"] for study in pair)
    # Of outcomes equally near to a zone either may be named.
    nearest = [part.pop("closest") for part in (found, expected)]
    blocking = [part.pop("blocking") for part in (found, expected)]
    assert (nearest[0] is None, bool(blocking[0])) == (nearest[1] is None, bool(blocking[1]))
    assert same(found, expected), (found, expected)


def test_what_lasts_is_that_of_the_whole_frontier(pair: tuple[Study, Study]) -> None:
    rough, fine = (study.durability for study in pair)
    assert isinstance(rough, Durability)
    assert isinstance(fine, Durability)
    assert rough.exact
    assert rough.zone_exists == fine.zone_exists
    assert rough.zone_margin == pytest.approx(fine.zone_margin, abs=1e-9)
    assert rough.issues == fine.issues
    assert rough.preventive_war == fine.preventive_war


def test_moves_lead_where_they_do_on_the_whole_frontier(pair: tuple[Study, Study]) -> None:
    rough, fine = (study.games.leverage for study in pair)
    assert isinstance(rough, LeverageGame)
    assert isinstance(fine, LeverageGame)
    assert rough.unsettled == 0
    for name, table in rough.payoffs.items():
        np.testing.assert_allclose(table, fine.payoffs[name], rtol=0, atol=1e-7)


def test_coalitions_stand_as_on_whole_frontiers(pair: tuple[Study, Study]) -> None:
    rough, fine = (study.coalitions for study in pair)
    assert isinstance(rough, Coalitions)
    assert isinstance(fine, Coalitions)
    assert rough.nash_in_core == fine.nash_in_core
    for found, true in zip(rough.coalitions, fine.coalitions, strict=True):
        assert found.margin_resolution == 0
        assert (found.exists, found.margin) == (true.exists, pytest.approx(true.margin, abs=1e-9))
        assert found.surplus == pytest.approx(true.surplus, abs=1e-9)
        assert found.blocked <= true.blocked


def test_there_are_zones_and_none() -> None:
    assert {studied(three(seed)).zone.exists for seed in SEEDS} == {True, False}


@pytest.mark.parametrize("seed", SEEDS)
def test_without_time_nothing_unproven_is_said(seed: int) -> None:
    """What is said with no time at all is true, and what is left out is named."""
    data = three(seed)
    rough, fine = studied(data, most=6, seconds=0.0), studied(data)
    low, high = rough.zone.margin, (rough.zone.margin or 0.0) + rough.resolution
    if fine.zone.margin is not None:
        assert low is not None
        assert low - 1e-9 <= fine.zone.margin <= high + 1e-9
    assert rough.zone.exists in (None, fine.zone.exists)
    assert set(rough.why.lifts) <= set(fine.why.lifts)
    if rough.zone.exists is False and set(fine.why.lifts) - set(rough.why.lifts):
        assert "lifts" in rough.why.unsettled
    if rough.zone.exists:
        assert all(not price.exact for price in rough.why.line_prices)
    if rough.why.unsettled:
        assert "why" in rough.notes
        assert rough.zone.exists is None or "Not settled in time" in " ".join(why_sentences(rough))
    lasts, kept = rough.durability, fine.durability
    if isinstance(lasts, Durability) and isinstance(kept, Durability):
        assert lasts.zone_exists in (None, kept.zone_exists)
        assert lasts.zone_margin - 1e-9 <= kept.zone_margin <= lasts.zone_margin + lasts.zone_resolution + 1e-9
        assert all(set(lasts.issues[name]) <= set(kept.issues[name]) for name in lasts.issues)
        assert lasts.issues == kept.issues or not lasts.issues_exact
    if isinstance(rough.coalitions, Coalitions) and isinstance(fine.coalitions, Coalitions):
        assert rough.coalitions.nash_in_core in (None, fine.coalitions.nash_in_core)
    assert not isinstance(rough.games.leverage, LeverageGame) or rough.games.leverage.unsettled > 0
    for name in ("without_war_costs", "with_shared_odds", "without_red_lines"):
        found, true = (getattr(study.why.sources, name) for study in (rough, fine))
        if found is not None and name not in rough.why.sources.unproven:
            assert found == pytest.approx(true, abs=1e-9)
