"""The four margins of shipped scenarios, and what a result hangs on, against independent answers and plain loops."""

from __future__ import annotations

import copy
import itertools
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from unittest import mock

import numpy as np
import pytest
from rivals import rivals
from strategies import built

import sim
from sim.game.compiled import compile
from sim.game.terms import leverage_levels, terms
from sim.model.paths import dotted
from sim.model.scenario import Scenario
from sim.model.situation import Uncertain
from sim.model.statements import Known, file_weights, importances_within, intervals_within, known, no_deal_numbers
from sim.show.robust import percent_text
from sim.space import folds
from sim.space.trees import frontier
from sim.space.zone import margins as zone_margins
from sim.studies.robust.known import doubted
from sim.studies.robust.margins import Robust, robust_margins
from sim.studies.robust.no_deal import corners, reservations
from sim.studies.robust.radii import sectioned
from sim.studies.robust.sides import sides, table
from sim.studies.robust.stability import MOST, groups, stability_of

SCENARIOS = Path(__file__).parents[3] / "scenarios"


def load(name: str) -> Scenario:
    return sim.load(str(SCENARIOS / f"{name}.yaml"))


def margins(scenario: Scenario, what: Known, **more: Any) -> Robust:
    game = compile(scenario)
    return robust_margins(table(game), leverage_levels(game), what, deals={}, **more)


def ranked(scenario: Scenario) -> dict[str, Uncertain]:
    """Return each signer's order of issues as the file's importances rank them, ties in one tier."""
    statements = {}
    for name, party in scenario.spec.parties.items():
        tiers: dict[float, list[str]] = {}
        for issue, value in party.values.items():
            tiers.setdefault(value.importance, []).append(issue)
        order = tuple(tuple(tiers[importance]) for importance in sorted(tiers, reverse=True))
        statements[f"parties.{name}.values"] = Uncertain(order=order)
    return statements


def boxes(scenario: Scenario, share: float) -> Known:
    return Known({name: importances_within(party, share) for name, party in scenario.spec.parties.items()}, {})


# Made by constraint generation with an independent script.
@pytest.mark.parametrize(("name", "expected"), [("istanbul-2022", 0.0658), ("four-party-2025", -0.0525)])
def test_orders_as_the_file_ranks(name: str, expected: float) -> None:
    scenario = load(name)
    found = margins(scenario, known(scenario, ranked(scenario)), full=False)
    assert found.exact
    assert found.margin == pytest.approx(expected, abs=5e-5)
    assert found.holds is (expected >= 0)


@pytest.mark.parametrize(
    ("name", "share", "expected"),
    [("four-party-2025", 0.2, 0.0681), ("istanbul-2022", 0.5, 0.0327), ("four-party-2025", 0.5, 0.0245)],
)
def test_all_weights_within_a_share(name: str, share: float, expected: float) -> None:
    scenario = load(name)
    assert margins(scenario, boxes(scenario, share), full=False).margin == pytest.approx(expected, abs=1e-4)


def test_with_every_number_known_the_four_agree() -> None:
    scenario = load("istanbul-2022")
    found = margins(scenario, known(scenario, {}))
    expected = sim.study(scenario).zone.margin
    for value in (found.margin, found.bound, found.each_low, found.each_high, found.possible):
        assert value == pytest.approx(expected, abs=1e-6)


def test_statements_that_are_needed_and_levels_that_hold() -> None:
    scenario = load("humanitarian-track")
    said = ranked(scenario)
    without = {path: known(scenario, {p: Uncertain(within=50) if p == path else s for p, s in said.items()})
               for path in said}  # fmt: skip
    found = margins(scenario, known(scenario, said), without=without)
    assert found.margin is not None
    assert found.margin > 0
    assert found.deal is not None
    assert all(found.deal[issue] in levels for issue, levels in found.levels.items())
    assert not found.open_levels
    game = compile(scenario)
    tough, _ = sides(table(game), leverage_levels(game), known(scenario, said))
    assert set(found.needed) <= set(said)
    assert {binding.party for binding in found.binding} <= set(game.signers)
    assert len(tough) == len(game.signers)


@pytest.mark.parametrize("name", ["istanbul-2022", "four-party-2025", "humanitarian-track", "may-2025"])
def test_no_deal_values_are_linear_in_weights(name: str) -> None:
    scenario = load(name)
    game = compile(scenario)
    levels = leverage_levels(game)
    file = terms(game, levels).reservation[0]
    for i, (party, record) in enumerate(scenario.spec.parties.items()):
        slopes, constants = reservations(game, party, levels, {})
        assert float((slopes @ file_weights(record) + constants)[0]) == pytest.approx(file[i], abs=1e-12)


def test_corners_hold_the_extremes_of_the_no_deal_value() -> None:
    scenario = load("istanbul-2022")
    game, rng = compile(scenario), np.random.default_rng(3)
    levels = leverage_levels(game)
    keys = [k for k in no_deal_numbers(scenario) if k[:2] != ("parties", "ukraine")]
    intervals = intervals_within(scenario, keys, 0.4)
    own = file_weights(scenario.spec.parties["russia"])

    def values(numbers: Mapping[tuple[str, ...], Any]) -> Any:
        slopes, constants = reservations(game, "russia", levels, numbers)
        return slopes @ own + constants

    drawn = {k: rng.uniform(low, high, 3000) for k, (low, high) in intervals.items()}
    inside = values(drawn)
    for highest in (True, False):
        ends = values(corners(game, "russia", intervals, highest=highest))
        best = ends.max() if highest else ends.min()
        assert (inside <= best + 1e-12).all() if highest else (inside >= best - 1e-12).all()
    exact = terms(game, levels, numbers={dotted(k): v for k, v in drawn.items()}).reservation[:, 0]
    assert inside == pytest.approx(exact, abs=1e-12)


def test_radii_of_a_deal_are_where_it_falls() -> None:
    study = sim.study(load("istanbul-2022"))
    game, levels = study.game, study.leverage
    deal = game.level_numbers(study.solutions["nash"].outcome)[0]
    found = stability_of(table(game), levels, {"nash": deal}, frontier=study.folded.frontier.points.utilities)
    radii = {radius.inputs: radius for radius in found["nash"]}
    assert list(found["nash"]) == sorted(found["nash"], key=lambda r: np.inf if r.within is None else r.within)
    assert set(radii) == set(groups(game)) | {f"parties.{p}.values" for p in game.signers}
    utilities = dict(zip(game.signers, game.factors.utilities(deal[None, :])[0], strict=True))
    for name, keys in groups(game).items():
        radius = radii[name]
        for share, accepted in ((radius.within or MOST, True), ((radius.within or 0) * 1.001 + 1e-6, False)):
            if radius.within is None and not accepted:
                continue
            ends = intervals_within(game.scenario, keys, share)
            worst = [
                max(
                    terms(game, levels, numbers={dotted(k): v for k, v in zip(ends, corner, strict=True)})
                    .reservation[0, i] - utilities[party]
                    for corner in itertools.product(*ends.values())
                )
                for i, party in enumerate(game.parties)
                if party in utilities
            ]  # fmt: skip
            assert bool(max(worst) <= 1e-6) is accepted, name


def test_the_zone_falls_no_sooner_than_its_radii_say() -> None:
    study = sim.study(load("istanbul-2022"))
    found = stability_of(table(study.game), study.leverage, {}, frontier=study.folded.frontier.points.utilities)["zone"]
    cost = next(r for r in found if r.inputs == "war.outcomes.odds")
    assert cost.within is not None
    assert not cost.exact
    rng = np.random.default_rng(0)
    ends = intervals_within(study.game.scenario, groups(study.game)["war.outcomes.odds"], cost.within)
    drawn = {dotted(k): rng.uniform(*end, 500) for k, end in ends.items()}
    reservation = terms(study.game, study.leverage, numbers=drawn).reservation[:, study.game.columns]
    assert (zone_margins(study.frontier.utilities, reservation) >= -1e-9).all()


def test_a_share_at_the_edge_is_said_as_it_is() -> None:
    edges = np.array([0.4, 1 / 3, 0.29, 0.0])
    found = sectioned(lambda shares: edges[:, None] - shares, len(edges))
    assert found[[0, 2, 3]].tolist() == [0.4, 0.29, 0.0]
    assert 1 / 3 - 1e-6 <= found[1] <= 1 / 3 + 1e-9
    assert [percent_text(x) for x in found.tolist()] == ["40 %", "33 %", "29 %", "0 %"]


def moved(rng: np.random.Generator, own: Any, share: float) -> Any:
    """Weights whose sum is kept, each within a share of its own, now at the edge, now inside."""
    push = rng.normal(size=len(own))
    push = (push - push @ own / own.sum()) * own
    most = share / np.abs(push / own).max()
    return own + push * most * rng.choice([1.0, rng.random()])


@pytest.mark.parametrize("seed", [0, 24])
def test_no_truth_within_the_radius_of_importances_has_a_zone(seed: int) -> None:
    """Three signers without a zone; drawn weights of one of them, and the ones that its best outcome likes most."""
    rng = np.random.default_rng(seed)
    data = rivals(rng, parties=3, issues=4, lines=1, no_deal=(0.4, 0.5, 0.55))
    study = sim.study(built(data), samples=10)
    assert study.zone.exists is False
    radii = {radius.inputs: radius for radius in sim.stability(study)["zone"]}
    for name, party in data["parties"].items():
        radius = radii[f"parties.{name}.values"]
        share = MOST if radius.within is None else radius.within
        own = np.array([value["importance"] for value in party["values"].values()], dtype=np.float64)
        for _ in range(8):
            weights = moved(rng, own, min(share, 1.0))
            changed = copy.deepcopy(data)
            for value, weight in zip(changed["parties"][name]["values"].values(), weights.tolist(), strict=True):
                value["importance"] = weight
            game = compile(built(changed))
            r = terms(game, {}).reservation[:, game.columns]
            assert zone_margins(frontier(game.space).points.utilities, r)[0] < 0


def test_zone_radii_on_a_thinned_frontier_are_those_of_the_whole_one() -> None:
    data = rivals(np.random.default_rng(6), parties=3, issues=4, lines=1, no_deal=(0.4, 0.5, 0.55))
    fine = sim.stability(sim.study(built(data), samples=10))["zone"]
    with mock.patch.dict(folds.MOST, {3: 6}):
        rough = sim.stability(sim.study(built(data), samples=10))["zone"]
    assert [(r.inputs, r.exact, r.refuses) for r in rough] == [(r.inputs, r.exact, r.refuses) for r in fine]
    assert [r.within for r in rough] == pytest.approx([r.within for r in fine], abs=1e-6)


def test_a_doubt_stands_for_every_statement() -> None:
    scenario = load("istanbul-2022")
    loose = doubted(scenario, 0.2)
    assert all(number in set(no_deal_numbers(scenario)) for number in loose.intervals)
    for name, party in scenario.spec.parties.items():
        own = file_weights(party)
        assert (loose.polytopes[name].low <= own).all()
        assert (loose.polytopes[name].high >= own).all()
