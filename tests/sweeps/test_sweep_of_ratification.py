"""Sweeps say of ratification what single studies do; on a thinned frontier the same, or that it is open."""

from __future__ import annotations

import copy
from unittest import mock

import numpy as np
import pytest
from rivals import Data, rivals, with_leverage
from strategies import built

import sim
from sim.errors import RequestError
from sim.space import folds
from sim.studies.ratification import Ratification
from sim.sweeps.plans import forget

AXES = {"v0": [-1.0, 0.0, 1.0], "ratification.house.blocs.left.no_deal": [0.3, 0.6, 0.95]}


def with_house(seed: int) -> Data:
    """Three signers, the first of whom needs two of three blocs, and an outsider who must agree in a second body."""
    rng = np.random.default_rng(seed)
    data = with_leverage(rng, rivals(rng, parties=3, issues=4, lines=1, no_deal=(0.2, 0.3)))
    blocs = {}
    for name, like in (("left", "alpha"), ("middle", "beta"), ("right", "gamma")):
        values = copy.deepcopy(data["parties"][like]["values"])
        for value in values.values():
            value["importance"] = int(rng.integers(1, 9))
        blocs[name] = {"seats": 1, "values": values, "no_deal": 0.75}
    data["ratification"] = {
        "house": {"party": "alpha", "quota": 2, "blocs": blocs},
        "table": {"quota": 2, "parties": ["alpha", "beta", "gamma"]},
    }
    return data


@pytest.mark.parametrize("seed", [1, 2])
def test_every_point_is_its_study(seed: int) -> None:
    scenario = built(with_house(seed))
    found = sim.sweep(scenario, AXES, measures=["ratification"], solutions=["nash", "egalitarian"])
    assert not found["resolution"].any()
    for point in ((0, 0), (1, 2), (2, 1)):
        level, bloc = (list(AXES.values())[k][point[k]] for k in range(2))
        cell = found.isel(dict(zip(AXES, point, strict=True)))
        study = sim.study(scenario, {"v0": level}, set={list(AXES)[1]: bloc}, samples=100)
        true = study.ratification
        assert isinstance(true, Ratification)
        assert float(cell["ratified_margin"]) == pytest.approx(
            np.nan if true.margin is None else true.margin, nan_ok=True
        )
        assert bool(cell["ratified_exists"]) == true.exists
        assert not cell["ratified_undecided"]
        for name in ("nash", "egalitarian"):
            votes = true.deals.get(name)
            expected = votes is not None and all(each.passes for each in votes.values())
            assert bool(cell[f"{name}_passes"]) == expected, name


def test_both_answers_occur() -> None:
    found = [sim.sweep(built(with_house(s)), AXES, measures=["ratification"], solutions=["nash"]) for s in (1, 2)]
    for name in ("ratified_exists", "nash_passes"):
        assert {bool(value) for each in found for value in each[name].values.ravel()} == {True, False}


def test_a_thinned_frontier_changes_nothing_or_says_so() -> None:
    data = with_house(1)
    forget()
    fine = sim.sweep(built(data), AXES, measures=["ratification"], solutions=["nash"])
    forget()
    with mock.patch.dict(folds.MOST, {3: 6}):
        rough = sim.sweep(built(data), AXES, measures=["ratification"], solutions=["nash"])
    forget()
    sure = rough["resolution"].values == 0
    assert sure.any()
    for name in ("ratified_exists", "ratified_margin", "nash_passes"):
        np.testing.assert_allclose(rough[name].values[sure], fine[name].values[sure], rtol=0, atol=1e-7)


def test_without_a_body_it_is_refused() -> None:
    data = with_house(1)
    del data["ratification"]
    with pytest.raises(RequestError, match="no body has to ratify"):
        sim.sweep(built(data), {"v0": [0.0]}, measures=["ratification"])
