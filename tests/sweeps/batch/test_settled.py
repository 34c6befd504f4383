"""Sweeps of three signers on frontiers of a handful of points: settled cells are those of whole frontiers, of single
studies and of enumeration; what is not settled says so and lies within what it says.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from unittest import mock

import numpy as np
import pytest
import twin
import xarray as xr
from rivals import Data, rivals, with_leverage
from strategies import built

import sim
from sim.game.compiled import compile
from sim.game.terms import terms
from sim.show.sweep import summary_lines
from sim.space import folds
from sim.space.programs import budgets
from sim.sweeps.batch import batch, settled
from sim.sweeps.findings.summaries import summarise
from sim.sweeps.plans import forget

SEEDS = (6, 11)
LEVELS = [-1.0, -0.6, -0.25, 0.0, 0.2, 0.55, 1.0]
SETTLED = ["margin", "surplus", "ranges", "solutions", "within", "levels"]
CLOSE = 1e-7
MOVES = {"hold": {}, "push": {"leverage": {"v0": -0.4}, "cost": 0.01}}


def three(seed: int) -> Data:
    rng = np.random.default_rng(seed)
    no_deal = (0.2, 0.3, 0.4) if seed % 2 else (0.4, 0.5, 0.55)
    return with_leverage(rng, rivals(rng, parties=3, issues=4, lines=1, no_deal=no_deal))


@contextmanager
def thin(cells: int = 200, steps: int = 6_000) -> Iterator[None]:
    """Keep six points of a frontier; solve so many cells by programs, in so many steps."""
    forget()
    with (
        mock.patch.dict(folds.MOST, {3: 6}),
        mock.patch.object(settled, "CELLS", cells),
        mock.patch.object(batch, "STEPS", steps),
    ):
        yield
    forget()


def swept(data: Data, measures: list[str]) -> xr.Dataset:
    return sim.sweep(built(data), {"v0": LEVELS}, measures=measures)


@pytest.fixture(scope="module", params=SEEDS)
def pair(request: pytest.FixtureRequest) -> tuple[Data, xr.Dataset, xr.Dataset]:
    data = three(request.param)
    forget()
    fine = swept(data, SETTLED)
    with thin():
        return data, swept(data, SETTLED), fine


def test_settled_cells_are_those_of_the_whole_frontier(pair: tuple[Data, xr.Dataset, xr.Dataset]) -> None:
    _, rough, fine = pair
    assert not fine["resolution"].any()
    assert not rough["resolution"].any()
    for name, values in fine.items():
        if name == "blocking":  # of outcomes equally near to a zone either may be named
            continue
        if values.dtype == bool:
            np.testing.assert_array_equal(rough[name], values, err_msg=str(name))
        else:
            np.testing.assert_allclose(rough[name], values, rtol=0, atol=CLOSE, err_msg=str(name))


def test_zones_open_and_close_in_them() -> None:
    found = [swept(three(seed), ["margin"])["exists"].values for seed in SEEDS]
    assert any(part.any() for part in found)
    assert any(not part.all() for part in found)


def test_margins_are_those_of_all_outcomes(pair: tuple[Data, xr.Dataset, xr.Dataset]) -> None:
    data, rough, _ = pair
    game = compile(built(data))
    every = np.array(list(itertools.product(*map(range, game.space.sizes))))
    u = game.factors.utilities(every[game.factors.allowed(every)])[:, game.columns]
    levels = {name: float(record.default) for name, record in game.scenario.spec.leverage.items()}
    for k, level in enumerate(LEVELS):
        r = terms(game, {**levels, "v0": level}).reservation[0, game.columns]
        assert float(rough["margin"][k]) == pytest.approx((u - r).min(axis=1).max(), abs=CLOSE)


def test_cells_are_single_studies(pair: tuple[Data, xr.Dataset, xr.Dataset]) -> None:
    data, rough, _ = pair
    with thin():
        for k, level in list(enumerate(LEVELS))[::6]:
            study, cell = sim.study(built(data), {"v0": level}, samples=10), rough.isel(v0=k)
            assert bool(cell["exists"]) == study.zone.exists
            assert float(cell["margin"]) == pytest.approx(study.zone.margin, abs=CLOSE)
            for name, deal in study.solutions.items():
                assert cell[f"{name}_utility"].values.tolist() == pytest.approx(
                    list(deal.utilities.values()), abs=CLOSE
                )


@pytest.mark.parametrize(("cells", "seconds"), [(2, 60.0), (200, 0.0)])
def test_what_is_not_settled_says_so(pair: tuple[Data, xr.Dataset, xr.Dataset], cells: int, seconds: float) -> None:
    data, _, fine = pair
    with thin(cells, seconds):
        rough = swept(data, ["margin", "surplus", "solutions"])
    low, doubt, true = (part.values for part in (rough["margin"], rough["resolution"], fine["margin"]))
    assert (low <= true + CLOSE).all()
    assert (true <= low + doubt + CLOSE).all()
    told = ~rough["undecided"].values
    np.testing.assert_array_equal(rough["exists"].values[told], fine["exists"].values[told])
    exact = doubt == 0
    assert not exact.all() or not fine["exists"].any()
    for name in ("surplus", "nash_utility", "egalitarian_deal"):
        np.testing.assert_allclose(rough[name].values[exact], fine[name].values[exact], rtol=0, atol=CLOSE)
    if seconds:
        assert told.all(), "brackets and a few programs decide existence everywhere"


def test_margins_alone_need_no_deals(pair: tuple[Data, xr.Dataset, xr.Dataset]) -> None:
    data, _, fine = pair
    with thin(), mock.patch.object(batch, "settled_cells", side_effect=AssertionError("asked")):
        found: Any = swept(data, ["margin"])
    np.testing.assert_allclose(found["margin"], fine["margin"], rtol=0, atol=CLOSE)
    assert not found["resolution"].any()


def test_moves_lead_where_they_do_on_the_whole_frontier() -> None:
    data = three(11) | {"moves": {"alpha": {"hold": {}, "push": {"leverage": {"v0": 0.4}}}, "beta": MOVES}}
    forget()
    fine = swept(data, ["margin", "games"])
    with thin():
        rough = swept(data, ["margin", "games"])
    with thin(cells=0):
        loose = swept(data, ["margin", "games"])
    assert not rough["resolution"].any()
    assert loose["resolution"].all()
    for name in ("moves_count", "moves_payoff", "moves_probability"):
        np.testing.assert_allclose(rough[name], fine[name], rtol=0, atol=1e-6)


@pytest.mark.parametrize("seed", SEEDS)
def test_what_lasts_is_what_does_on_the_whole_frontier(seed: int) -> None:
    data = three(seed) | {"future": {"later": {"after_years": 2, "leverage": {"v0": -0.5}}}}
    data["enforcement"] = {"beta": {"i0": {str(twin.levels_of(data["issues"]["i0"])[0]): 0.1}}}
    forget()
    fine = swept(data, ["margin", "durability"])
    with thin():
        rough = swept(data, ["margin", "durability"])
    with thin(cells=0, steps=0):
        loose = swept(data, ["margin", "durability"])
    assert not fine["resolution"].any()
    assert not rough["resolution"].any()
    assert loose["resolution"].all()
    for name in ("lasting_margin", "durable_margin", "future_reservation"):
        np.testing.assert_allclose(rough[name], fine[name], rtol=0, atol=CLOSE, err_msg=name)
    for name in ("durable_exists", "war_now_harsh", "war_now_fair"):
        np.testing.assert_array_equal(rough[name], fine[name], err_msg=name)
    assert (loose["durable_margin"] <= fine["durable_margin"] + CLOSE).all()
    assert (fine["durable_margin"] <= loose["durable_margin"] + loose["resolution"] + CLOSE).all()


def test_offers_of_two_are_exact_and_last_offers_say_how_exact() -> None:
    """On the hull, which is exact however few points of a frontier are kept."""
    data = with_leverage(np.random.default_rng(3), rivals(np.random.default_rng(0), issues=5, no_deal=(0.2, 0.3)))
    data["talks"] = {"breakdown": 0.1}
    data["private"] = {
        "parties.beta.no_deal": {"known_to": "beta", "distribution": {"uniform": [0.1, 0.6]}},
    }
    forget()
    fine = swept(data, ["offers", "last_offers"])
    with thin(), mock.patch.dict(folds.MOST, {2: 5}):
        offers, last = swept(data, ["offers"]), swept(data, ["last_offers"])
    assert not offers["resolution"].any()
    assert last["resolution"].values.all()
    np.testing.assert_allclose(offers["offers_utility"], fine["offers_utility"], rtol=0, atol=1e-9)
    short = (fine["last_offer_payoff"] - last["last_offer_payoff"]).values[:, 0]
    assert (short >= -1e-9).all()
    assert (short <= last["resolution"].values + 1e-9).all()


def test_what_is_settled_does_not_depend_on_the_clock() -> None:
    """With few steps some cells stay open, the same ones however slow the machine; what is open is said to be."""
    data, found = three(SEEDS[0]), []
    for hours in (0, 1):
        clock = itertools.count(step=3600 * hours)
        with thin(steps=40), mock.patch.object(budgets.time, "monotonic", lambda ticks=clock: float(next(ticks))):
            found.append(swept(data, ["margin", "surplus", "solutions"]))
    quick, slow = found
    assert quick.equals(slow)
    assert (quick["resolution"].values > 0).any()
    assert (quick["resolution"].values == 0).any()
    with thin(cells=0, steps=0):
        none = swept(data, ["margin"])
    forget()
    fine = swept(data, ["margin"])
    high = none["margin"] + none["resolution"]
    assert ((none["margin"] <= fine["margin"] + CLOSE) & (fine["margin"] <= high + CLOSE)).all()
    unsure = ~none["exists"].values & (high.values >= -1e-9)
    assert unsure.any(), "nothing was left undecided"
    assert (none["resolution"].values[unsure] > 0).all()
    np.testing.assert_array_equal(none["undecided"].values, unsure)
    said = " ".join(summary_lines(summarise(none)))
    assert f"At {unsure.sum()} points it was not settled whether there is one." in said
    assert "as far as was settled" in said
    assert "settled" not in " ".join(summary_lines(summarise(fine)))
