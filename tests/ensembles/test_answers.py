"""Answers of ensembles against plain counting, and what follows from private information against simulation."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import xarray as xr
from scipy.stats import beta

import sim
from sim.ensembles.acceptance import most_accepted
from sim.ensembles.inputs import belief
from sim.ensembles.judging import no_deal_values, utilities_at
from sim.ensembles.plans import combination
from sim.ensembles.private import _DRAWS, _drawn, _mixed
from sim.ensembles.requests import MOST_ACCEPTED, plan_of
from sim.ensembles.shares import interval
from sim.errors import RequestError
from sim.model.scenario import Scenario
from sim.model.situation import Distribution, Private
from sim.show.ensemble import answer_lines, map_lines
from sim.space.zone import margins

SCENARIOS = Path(__file__).parents[2] / "scenarios"
BALLOON = str(SCENARIOS / "trial-balloon-2023.yaml")
CRISIS = str(SCENARIOS / "teaching" / "fearon-crisis.yaml")


@pytest.fixture(scope="module")
def truths() -> xr.Dataset:
    return sim.ensemble(BALLOON, 300, doubt=0.4, solved=60)


@pytest.fixture(scope="module")
def study() -> sim.Study:
    return sim.study(BALLOON)


def test_the_interval_of_a_share_is_the_exact_one() -> None:
    low, high = interval(30, 0, 100)
    assert low == pytest.approx(beta.ppf(0.025, 30, 71))
    assert high == pytest.approx(beta.ppf(0.975, 31, 70))
    assert interval(100, 0, 100) == (pytest.approx(0.025 ** (1 / 100)), 1.0)
    assert interval(30, 5, 100) == (low, pytest.approx(beta.ppf(0.975, 36, 65)))


def test_answers_count_what_the_truths_hold(truths: xr.Dataset) -> None:
    found = sim.answers(truths)
    exists = truths.exists.values
    assert (found.zone.count, found.zone.of) == (int(exists.sum()), 300)
    assert 0 < found.zone.low < found.zone.value < found.zone.high < 1
    assert found.margin[0.5] == pytest.approx(float(np.median(truths.margin)))
    assert found.solved + found.left_out == 60
    assert found.solved == int(exists[:60].sum())
    for issue, levels in found.terms.items():
        assert sum(levels.values()) == pytest.approx(1.0), issue
    assert set(found.terms["nato"]) <= {"membership", "neutrality", "open door"}
    assert sum(found.blocks.values()) == pytest.approx(1.0)
    nash = found.deals["nash"]
    gains = truths.deal_gain.sel(deal="nash").values
    assert nash["all"].count == int((gains.min(axis=1) >= -1e-9).sum())
    assert nash["russia"].count >= nash["all"].count
    assert found.deals[MOST_ACCEPTED]["all"].count > 0
    assert max(found.deals[MOST_ACCEPTED]["all"].count, nash["all"].count) <= found.zone.count


def test_the_deal_accepted_most_often_beats_every_deal_of_a_small_space() -> None:
    plan = plan_of(str(SCENARIOS / "teaching" / "logroll.yaml"), 200, doubt=0.9, solved=0)
    best = most_accepted(plan.table, plan.truths, plan.levels)
    reservation = no_deal_values(plan.table, plan.truths, plan.levels)

    def count(chosen: np.ndarray) -> int:
        return int((utilities_at(plan.table, plan.truths, chosen) - reservation >= -1e-9).all(axis=1).sum())

    sizes = [len(rows) for rows in plan.table.among.levels]
    assert np.prod(sizes) < 5_000
    assert best is not None
    assert count(best) == max(count(np.array(deal)) for deal in np.ndindex(*sizes))
    levels = plan.game.level_numbers(plan.deals[MOST_ACCEPTED])[0]
    assert combination(plan.table, levels) is not None


def test_no_outcome_is_an_answer() -> None:
    found = sim.answers(sim.ensemble(str(SCENARIOS / "core-demands.yaml"), 20))
    assert found.zone.count == 0
    assert found.margin == {}
    assert any("leave no outcome" in line for line in answer_lines(found, {}))


def test_sentences_name_what_they_count(truths: xr.Dataset) -> None:
    found = sim.answers(truths)
    labels = {str(x): str(x).title() for x in (*truths.party.values, *truths.issue.values)}
    text = "\n".join(answer_lines(found, labels))
    assert f"{100 * found.zone.value:.1f} % (" in text
    assert "within 0.4 of its number (rng 1)" in text
    assert f"{found.left_out} more had no zone" in text
    assert "Russia could gain" in text
    mapped = sim.ensemble(CRISIS, 50, doubt=0.5, over={"strength": [-0.5, 0.5]})
    assert "50 truths, the same at each of 2 points" in "\n".join(map_lines(mapped))


@pytest.mark.parametrize("what", [None, 3, xr.Dataset()])
def test_only_truths_have_answers(what: Any) -> None:
    with pytest.raises(RequestError, match=r"expected what sim\.ensemble returns"):
        sim.answers(what)


def private(scenario: Scenario, **beliefs: Distribution) -> Scenario:
    """Return a scenario in which each cost is known to its bearer alone."""
    paths = {f"parties.{name}.no_deal.war.cost": (name, written) for name, written in beliefs.items()}
    records = {path: Private(known_to=name, distribution=written) for path, (name, written) in paths.items()}
    return replace(scenario, spec=replace(scenario.spec, private=records))


def test_the_chance_of_a_zone_under_both_beliefs_is_that_of_simulation(study: sim.Study) -> None:
    found = sim.beliefs(study)
    assert found is not None
    assert found.exact
    known = {path: belief(record.distribution) for path, record in study.game.scenario.spec.private.items()}
    drawn = _drawn(study.game, study.folded, known, study.leverage)
    assert found.probability == pytest.approx(drawn / _DRAWS, abs=0.01)
    assert found.peace == "none"
    assert found.toughest < found.toughest_mixed < 0


@pytest.mark.parametrize(
    ("cost", "chance", "peace"),
    # Fighting is worth p - c to a and 1 - p - c to b: a zone where the two costs are at least 0 together.
    [((0.1, 0.2), 1.0, "deal"), ((-0.2, 0.2), 0.5, "none")],
)
def test_costs_that_nobody_else_knows(cost: tuple[float, float], chance: float, peace: str) -> None:
    both = Distribution(uniform=cost)
    found = sim.beliefs(sim.study(private(sim.load(CRISIS), a=both, b=both)))
    assert found is not None
    assert found.probability == pytest.approx(chance, abs=0.02)
    assert found.peace == peace


def test_without_a_toughest_type_peace_is_never_certain() -> None:
    found = sim.beliefs(sim.study(private(sim.load(CRISIS), a=Distribution(normal=(0.1, 0.05)))))
    assert found is not None
    assert found.toughest == -np.inf
    assert found.peace == "none"
    assert sim.beliefs(sim.study(CRISIS)) is None


def test_lotteries_at_the_toughest_types_are_those_of_the_hull() -> None:
    rng = np.random.default_rng(2)
    utilities = rng.random((40, 2))
    r = np.array([0.6, 0.7])
    shares = np.linspace(0, 1, 2001)[:, None]
    pairs = [shares * a + (1 - shares) * b for a in utilities for b in utilities]
    best = max(float((mix - r).min(axis=1).max()) for mix in pairs)
    assert _mixed(utilities, r) == pytest.approx(best, abs=1e-3)
    assert _mixed(utilities, r) >= float(margins(utilities, r[None, :])[0])
