"""What decides: known indices, planted boxes, learning worked out by hand."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import xarray as xr
from SALib.analyze import sobol
from scipy.stats import qmc

import sim
from sim.ensembles.boxes import discovery_box, induced
from sim.ensembles.learning import learning, term_ties
from sim.ensembles.sensitivity import indices, sensitivity
from sim.errors import RequestError
from sim.model.situation import Uncertain
from sim.space.pareto import Floats

SCENARIOS = Path(__file__).parents[2] / "scenarios"
CRISIS = str(SCENARIOS / "teaching" / "fearon-crisis.yaml")
DOLLAR = str(SCENARIOS / "teaching" / "divide-the-dollar.yaml")


def ishigami(x: Floats) -> Floats:
    """sin x_1 + 7 sin^2 x_2 + 0.1 x_3^4 sin x_1 (Ishigami and Homma 1990)."""
    return np.asarray(np.sin(x[:, 0]) + 7 * np.sin(x[:, 1]) ** 2 + 0.1 * x[:, 2] ** 4 * np.sin(x[:, 0]))


def outputs_of(function: Any, n: int, d: int) -> Floats:
    points = qmc.Sobol(2 * d, scramble=True, seed=np.random.default_rng(4)).random(n) * 2 * np.pi - np.pi
    first, second = points[:, :d], points[:, d:]
    mixed = []
    for k in range(d):
        other = first.copy()
        other[:, k] = second[:, k]
        mixed.append(function(other))
    return np.array([function(first), function(second), *mixed])


def test_indices_of_the_ishigami_function_are_the_known_ones() -> None:
    found = {index.inputs: index for index in indices(("a", "b", "c"), outputs_of(ishigami, 1 << 13, 3)).groups}
    for name, first, total in (("a", 0.314, 0.558), ("b", 0.442, 0.442), ("c", 0.0, 0.244)):
        assert found[name].first == pytest.approx(first, abs=0.01)
        assert found[name].total == pytest.approx(total, abs=0.01)
        assert found[name].first_low <= first + 0.01
        assert found[name].total_low <= found[name].total <= found[name].total_high


def test_indices_agree_with_those_of_salib() -> None:
    n, d = 1 << 10, 3
    outputs = outputs_of(ishigami, n, d)
    # SALib takes A, then A with each column of B, then B, row by row.
    ordered = np.concatenate([outputs[:1], outputs[2:], outputs[1:2]]).T.ravel()
    problem = {"num_vars": d, "names": ["a", "b", "c"], "bounds": [[-np.pi, np.pi]] * d}
    wanted = sobol.analyze(problem, ordered, calc_second_order=False, seed=1, num_resamples=50)
    found = {index.inputs: index for index in indices(("a", "b", "c"), outputs).groups}
    for k, name in enumerate("abc"):
        assert found[name].first == pytest.approx(wanted["S1"][k], abs=0.02)
        assert found[name].total == pytest.approx(wanted["ST"][k], abs=0.02)
        width = found[name].total_high - found[name].total_low
        assert width == pytest.approx(2 * wanted["ST_conf"][k], rel=0.5)


def test_what_never_varies_has_no_indices() -> None:
    assert indices(("a",), np.ones((3, 8))).groups == ()
    assert indices(("a",), np.full((3, 8), -np.inf)).groups == ()


def test_more_truths_settle_the_indices() -> None:
    few, many = (indices(("a", "b", "c"), outputs_of(ishigami, 1 << k, 3)).moved for k in (7, 13))
    assert many < 0.02 < few


def test_additive_margins_are_decided_by_their_widest_numbers() -> None:
    # Half a dollar each less what they have apart: margin = (1 - r_1 - r_2) / 2 up to the grid.
    loaded = sim.load(DOLLAR, {"issues.share.step": 0.1})
    wide, narrow = Uncertain(between=(0.0, 0.9)), Uncertain(between=(0.2, 0.5))
    said = {"parties.first.no_deal": wide, "parties.second.no_deal": narrow}
    found = sensitivity(replace(loaded, spec=replace(loaded.spec, uncertain=said)), 512)
    shares = {index.inputs: (index.first, index.total) for index in found.margin.groups}
    assert shares["parties.first.no_deal"] == pytest.approx((0.9, 0.9), abs=0.02)
    assert shares["parties.second.no_deal"] == pytest.approx((0.1, 0.1), abs=0.02)
    spreads = {spread.inputs: (spread.least, spread.greatest) for spread in found.tornado}
    assert spreads["parties.first.no_deal"] == pytest.approx((0.05, 0.5), abs=1e-3)
    assert found.tornado[0].inputs == "parties.first.no_deal"
    assert found.file_margin == pytest.approx(0.5)
    # A zone where r_1 + r_2 <= 1: both take part in deciding that.
    assert {index.inputs for index in found.existence.groups} == set(shares)
    assert found.undecided == 0


@pytest.mark.parametrize("n", [0, 3, 100, 2.5])
def test_sensitivity_wants_a_power_of_two(n: Any) -> None:
    with pytest.raises(RequestError, match="n: "):
        sensitivity(CRISIS, n, doubt=0.3)


def test_a_box_planted_in_noise_is_found() -> None:
    rng = np.random.default_rng(8)
    values = rng.random((4_000, 6))
    planted = (values[:, 1] > 0.6) & (values[:, 4] < 0.35)
    sought = np.where(planted, rng.random(4_000) < 0.95, rng.random(4_000) < 0.05)
    low, high = induced(values, sought)
    assert np.flatnonzero(np.isfinite(low)).tolist() == [1]
    assert np.flatnonzero(np.isfinite(high)).tolist() == [4]
    assert low[1] == pytest.approx(0.6, abs=0.03)
    assert high[4] == pytest.approx(0.35, abs=0.03)


def dataset(values: Floats, exists: Any, gains: Any = None, terms: Any = None) -> xr.Dataset:
    """Return an ensemble made by hand."""
    n = len(values)
    variables: dict[str, Any] = {
        "exists": ("truth", exists),
        "undecided": ("truth", np.zeros(n, dtype=bool)),
        "margin": ("truth", np.where(exists, 0.1, -0.1)),
        "margin_high": ("truth", np.where(exists, 0.1, -0.1)),
        "value": (("truth", "input"), values),
    }
    coordinates: dict[str, Any] = {"truth": np.arange(n), "input": [f"x{k}" for k in range(values.shape[1])]}
    if gains is not None:
        variables["deal_gain"] = (("truth", "deal", "party"), gains)
        coordinates |= {"deal": ["one", "other"], "party": ["a", "b"]}
    if terms is not None:
        variables |= {"term": (("truth", "issue"), terms), "solved": ("truth", np.isfinite(terms).all(axis=1))}
        coordinates["issue"] = ["cap"]
    return xr.Dataset(variables, coordinates, {"level_names": json.dumps({}), "solved_first": n})


def test_a_box_says_how_much_it_holds_and_how_surely() -> None:
    values = np.random.default_rng(3).random((1_500, 3))
    found = discovery_box(dataset(values, values[:, 2] < 0.8))
    assert found is not None
    assert not found.zone, "the rarer answer is sought"
    assert [limit.input for limit in found.limits] == ["x2"]
    (limit,) = found.limits
    assert limit.low == pytest.approx(0.8, abs=0.02)
    assert limit.high is None
    assert limit.again == 1.0
    assert found.coverage > 0.95
    assert found.density > 0.95
    assert found.base == pytest.approx(0.2, abs=0.03)
    assert discovery_box(dataset(values, np.ones(1_500, dtype=bool))) is None


def test_learning_is_worth_the_regret_that_it_spares() -> None:
    n = 4_000
    values = np.random.default_rng(5).random((n, 2))
    gains = np.full((n, 2, 2), 0.1)
    # The one is accepted where x0 < 0.7, the other where x0 > 0.6.
    gains[values[:, 0] >= 0.7, 0, 0] = -0.1
    gains[values[:, 0] <= 0.6, 1, 1] = -0.1
    found = learning(dataset(values, np.ones(n, dtype=bool), gains), "one", "other")
    assert found.chosen == "one"
    assert found.regret == pytest.approx(0.3, abs=0.02)
    assert found.value["x0"] == pytest.approx(found.regret, abs=0.03), "knowing it, one never regrets"
    assert found.value["x1"] < 0.02
    with pytest.raises(RequestError, match="no deal 'third'"):
        learning(dataset(values, np.ones(n, dtype=bool), gains), "one", "third")


def test_terms_are_tied_to_inputs_where_there_is_a_zone_alone() -> None:
    n = 1_200
    values = np.random.default_rng(6).random((n, 3))
    exists = values[:, 2] > 0.25
    terms = np.where(exists, 10 * values[:, 0] + 2 * values[:, 1], np.nan)[:, None]
    found = term_ties(dataset(values, exists, terms=terms))
    assert found.left_out == int((~exists).sum())
    assert found.truths == int(exists.sum())
    ties = found.share["cap"]
    assert ties["x0"] == pytest.approx(100 / 104, abs=0.03)
    assert ties["x1"] == pytest.approx(4 / 104, abs=0.04)
    assert ties["x2"] < 0.03


def test_how_long_the_war_lasts_matters_most_in_the_trial_balloon() -> None:
    found = sensitivity(str(SCENARIOS / "trial-balloon-2023.yaml"), 128, doubt=0.3)
    assert found.margin.groups[0].inputs == "war.end_rate"
    assert 0.2 < found.margin.groups[0].total < 0.36
