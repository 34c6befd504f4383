"""Ensembles against a scenario made anew for each truth; engines, stores, maps; what cannot be asked."""

from __future__ import annotations

import csv
import io
import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import xarray as xr
from scipy.stats import norm

import sim
from sim.ensembles.plans import Plan, forget
from sim.ensembles.requests import plan_of
from sim.errors import RequestError, SimError
from sim.execution.executors import LocalProcesses
from sim.game.compiled import compile
from sim.game.terms import leverage_levels, terms
from sim.model.paths import dotted
from sim.model.scenario import Scenario, with_values
from sim.model.situation import Distribution, Uncertain
from sim.model.statements import weights
from sim.output.datasets import write_dataset
from sim.space.trees import fold_space
from sim.space.zone import margins
from sim.sweeps.sweep import Progress
from sim.theory.talks.distributions import Normal
from sim.theory.talks.uncertain_zone import zone_probability

SCENARIOS = Path(__file__).parents[2] / "scenarios"
ISTANBUL = str(SCENARIOS / "istanbul-2022.yaml")
BALLOON = str(SCENARIOS / "trial-balloon-2023.yaml")
MAY = str(SCENARIOS / "may-2025.yaml")
HUMANITARIAN = str(SCENARIOS / "humanitarian-track.yaml")
CRISIS = str(SCENARIOS / "teaching" / "fearon-crisis.yaml")
BUYER = str(SCENARIOS / "teaching" / "buyer-and-seller.yaml")


def in_truth(plan: Plan, row: int) -> tuple[Scenario, dict[str, float]]:
    """Return the scenario made anew with the numbers of one truth."""
    numbers = {dotted(keys): float(values[row]) for keys, values in plan.truths.numbers.items()}
    for name in plan.game.signers:
        party = plan.scenario.spec.parties[name]
        for issue, weight in zip(party.values, plan.truths.weights[name][row].tolist(), strict=True):
            numbers[f"parties.{name}.values.{issue}.importance"] = weight
        for link, weight in weights(party)[1].items():
            numbers[f"parties.{name}.linkages.{link}.importance"] = weight
    changed = with_values(plan.scenario, numbers)
    # A cost belongs to the file's discount rate; in a truth it moves with it as leverage moves it.
    return replace(changed, file_rates=plan.scenario.file_rates), numbers


def margin_anew(plan: Plan, row: int) -> tuple[float, np.ndarray]:
    game = compile(in_truth(plan, row)[0])
    levels = leverage_levels(game, plan.leverage)
    r = terms(game, levels).reservation[:, game.columns]
    return float(margins(fold_space(game.space).frontier.points.utilities, r)[0]), r[0]


@pytest.mark.parametrize(
    ("file", "doubt"), [(ISTANBUL, None), (BALLOON, 0.4), (MAY, None), (BUYER, 0.5), (CRISIS, 0.5)]
)
def test_every_truth_is_judged_as_the_scenario_made_anew(file: str, doubt: float | None) -> None:
    plan = plan_of(file, 40, doubt=doubt, solved=0, rng=3)
    found = sim.ensemble(file, 40, doubt=doubt, solved=0, rng=3)
    close = np.argsort(np.abs(found.margin.values))[:2].tolist()
    for row in [0, 7, *close]:
        margin, reservation = margin_anew(plan, row)
        np.testing.assert_allclose(found.reservation.values[row], reservation, atol=1e-9)
        assert float(found.margin[row]) <= margin + 1e-9
        assert float(found.margin_high[row]) >= min(margin, float(found.margin[row])) - 1e-9
        assert bool(found.exists[row]) == (margin >= -1e-9)
        if found.exists[row]:
            assert float(found.margin_high[row]) >= margin - 1e-9
    assert not found.undecided.any()


def test_the_deals_of_the_first_truths_are_those_of_studies() -> None:
    plan = plan_of(ISTANBUL, 6, solved=3)
    found = sim.ensemble(ISTANBUL, 6, solved=3)
    assert found.solved.values.tolist() == [True] * 3 + [False] * 3
    study = sim.study(in_truth(plan, 2)[0])
    names = json.loads(found.attrs["level_names"])
    for issue, level in study.solutions["nash"].outcome.items():
        value = names[issue].index(level) if isinstance(level, str) else level
        assert float(found.term.sel(issue=issue)[2]) == pytest.approx(value)
    for party in study.game.signers:
        assert float(found.gain.sel(party=party)[2]) == pytest.approx(study.solutions["nash"].gains[party], abs=1e-9)
        assert float(found.surplus.sel(party=party)[2]) == pytest.approx(study.zone.surplus[party], abs=1e-9)
    assert np.isnan(found.term.values[3:]).all()


def test_the_worth_of_named_deals_is_known_in_every_truth() -> None:
    study = sim.study(ISTANBUL)
    deal = dict(study.solutions["nash"].outcome)
    beyond = deal | {"nato": "membership"}
    found = sim.ensemble(ISTANBUL, 30, solved=0, deals={"ours": deal, "beyond": beyond})
    plan = plan_of(ISTANBUL, 30, solved=0)
    game = compile(in_truth(plan, 4)[0])
    worth = game.factors.utilities(game.level_numbers(deal))[0][game.columns] - found.reservation.values[4]
    np.testing.assert_allclose(found.deal_gain.sel(deal="ours").values[4], worth, atol=1e-9)
    assert (found.deal_gain.sel(deal="ours").min("party") <= found.margin_high + 1e-9).all()
    assert (found.deal_gain.sel(deal="beyond") == -np.inf).all(), "a red line rules it out"


def test_one_deal_for_every_truth_means_a_share_of_one() -> None:
    robust = sim.robustness(sim.study(HUMANITARIAN), full=False)
    assert robust is not None
    assert robust.holds
    found = sim.ensemble(HUMANITARIAN, 3_000, solved=0, rng=9, deals={"robust": robust.deal})
    assert bool(found.exists.all())
    assert float(found.margin.min()) >= robust.margin - 1e-9
    assert float(found.deal_gain.sel(deal="robust").min()) >= robust.margin - 1e-9
    assert float(found.margin.max()) <= robust.possible + 1e-9


def test_normal_values_of_no_deal_give_the_share_in_closed_form() -> None:
    # One price in fine steps: a zone where what both ask together is no more than all there is.
    loaded = sim.load(str(SCENARIOS / "teaching" / "divide-the-dollar.yaml"))
    first, second = loaded.spec.parties
    fine = with_values(loaded, {"issues.share.step": 0.1})
    belief = {
        f"parties.{name}.no_deal": Uncertain(distribution=Distribution(normal=(0.45, 0.1))) for name in (first, second)
    }
    found = sim.ensemble(replace(fine, spec=replace(fine.spec, uncertain=belief)), 1 << 12, solved=0)
    # r_1 + r_2 is normal with mean 0.9 and standard deviation 0.1 sqrt 2.
    assert float(found.exists.mean()) == pytest.approx(norm.cdf(0.1 / (0.1 * np.sqrt(2))), abs=0.004)
    coarse = sim.ensemble(replace(loaded, spec=replace(loaded.spec, uncertain=belief)), 1 << 12, solved=0)
    deals = np.stack([np.arange(101), 100 - np.arange(101)], axis=1) / 100
    exact = zone_probability(deals, Normal(0.45, 0.1), Normal(0.45, 0.1))
    assert float(coarse.exists.mean()) == pytest.approx(exact, abs=0.004)


@pytest.fixture(scope="module")
def wanted() -> xr.Dataset:
    return sim.ensemble(BALLOON, 90, doubt=0.3, solved=4, block=40)


def alike(found: xr.Dataset, wanted: xr.Dataset) -> None:
    assert set(found.variables) == set(wanted.variables)
    for name, variable in wanted.variables.items():
        values = found.variables[name].transpose(*variable.dims).values
        if variable.dtype.kind in "fib":
            assert np.ascontiguousarray(values).tobytes() == np.ascontiguousarray(variable.values).tobytes(), name
        else:
            assert values.tolist() == variable.values.tolist()


def test_processes_give_the_same_bits() -> None:
    here, there = (
        sim.ensemble(CRISIS, 90, doubt=0.3, solved=50, block=40, engine=engine) for engine in (None, LocalProcesses(2))
    )
    alike(there, here)


def test_an_interrupted_ensemble_goes_on(wanted: xr.Dataset, tmp_path: Path) -> None:
    pytest.importorskip("zarr")
    store = tmp_path / "truths.zarr"
    seen: list[Progress] = []

    def stop(progress: Progress) -> None:
        seen.append(progress)
        if len(seen) == 2:
            raise KeyboardInterrupt

    options: dict[str, Any] = {"doubt": 0.3, "solved": 4, "block": 40, "store": store}
    with pytest.raises(KeyboardInterrupt):
        sim.ensemble(BALLOON, 90, **options, progress=stop)
    forget()
    found = sim.ensemble(BALLOON, 90, **options, resume=True, progress=seen.append)
    assert [(p.points, p.kept) for p in seen] == [(40, 0), (80, 0), (90, 80)]
    alike(found.load(), wanted)
    with pytest.raises(RequestError, match="rng: 1 there, 2 here"):
        sim.ensemble(BALLOON, 90, **options, rng=2, resume=True)


def test_a_map_counts_the_same_truths_at_every_level() -> None:
    lever = "battlefield"
    found = sim.ensemble(BALLOON, 60, doubt=0.5, over={lever: [-0.5, 0.0, 0.5], "aid": [0.0, 0.3]})
    assert found.share.dims == (lever, "aid")
    for level in (-0.5, 0.5):
        single = sim.ensemble(BALLOON, 60, doubt=0.5, leverage={lever: level, "aid": 0.3}, solved=0)
        at = found.sel({lever: level, "aid": 0.3})
        assert float(at.share) == float(single.exists.mean())
        np.testing.assert_allclose(at.margin_quantile, np.quantile(single.margin, found["quantile"].values))
        assert float(at.share_low) <= float(at.share) <= float(at.share_high)


def test_an_rng_is_a_number_or_makes_one() -> None:
    first = sim.ensemble(CRISIS, 8, doubt=0.5, rng=np.random.default_rng(1))
    again = sim.ensemble(CRISIS, 8, doubt=0.5, rng=int(first.attrs["rng"]))
    np.testing.assert_array_equal(first.value, again.value)


BAD: tuple[tuple[dict[str, Any], str], ...] = (
    ({"n": 0}, "n: 0"),
    ({"n": 2.5}, "n: 2.5"),
    ({"n": 10**9}, "n: "),
    ({"rng": -1}, "rng: -1"),
    ({"doubt": 0}, "doubt: 0"),
    ({"correlation": 2}, "correlation: 2"),
    ({"leverage": {"nothing": 1}}, "nothing"),
    ({"over": {"war.end_rate": [1, 2]}}, "no leverage variable 'war.end_rate'"),
    ({"over": {"battlefield": [9]}}, "out of range"),
    ({"over": {}}, "0 points"),
    ({"deals": {"x": {"nato": "neutrality"}}}, "no level given"),
    ({"solution": "best"}, "no solution"),
    ({"solved": -1}, "solved: -1"),
    ({"set": {"nowhere": 1}}, "nowhere"),
)


@pytest.mark.parametrize(("more", "words"), BAD)
def test_what_cannot_be_asked_is_refused_before_any_work(more: dict[str, Any], words: str) -> None:
    asked: dict[str, Any] = {"n": 10, "doubt": 0.3} | more
    with pytest.raises(SimError, match=words.replace(".", r"\.")):
        sim.ensemble(BALLOON, asked.pop("n"), **asked)


def test_where_nothing_is_uncertain_there_is_nothing_to_draw() -> None:
    scenario = sim.load(CRISIS)
    statement = {"parties.a.no_deal.war.cost": Uncertain(between=(0.1, 0.1))}
    known = replace(scenario, spec=replace(scenario.spec, uncertain=statement))
    with pytest.raises(RequestError, match="nothing is uncertain"):
        sim.ensemble(known, 10)


UNEVEN = """
format: 1
name: Uneven
issues:
  x: {label: X, unit: euro, levels: [1, 1.5, 2, 2.5]}
  y: {label: Y, levels: [a, b]}
parties:
  a: {no_deal: 0.2, values: {x: {importance: 5, best: 1, worst: 2.5}, y: {importance: 5, table: {a: 1, b: 0}}}}
  b: {no_deal: 0.2, values: {x: {importance: 5, best: 2.5, worst: 1}, y: {importance: 3, table: {a: 0, b: 1}}}}
sources: {issues: {assumption: Made up for a test.}, parties: {assumption: Made up for a test.}}
"""


def test_uneven_numbers_are_numbers_and_no_places_in_a_list(tmp_path: Path) -> None:
    """Each of 1 and 2 is a level and the place of another level too."""
    scenario = sim.load(io.StringIO(UNEVEN))
    deal = sim.study(scenario).solutions["nash"].outcome
    found = sim.ensemble(scenario, 16, doubt=0.01)
    assert sim.answers(found).terms["x"] == {deal["x"]: 1.0}
    swept = sim.sweep(scenario, {"parties.a.no_deal": [0.2]}, ["solutions"])
    write_dataset(swept, tmp_path / "x.csv")
    with (tmp_path / "x.csv").open(newline="", encoding="utf-8-sig") as stream:
        (row,) = csv.DictReader(stream)
    assert (float(row["nash_deal.x"]), row["nash_deal.y"]) == (deal["x"], deal["y"])
