"""A sweep equals the studies of its points, whatever the order of its axes and however it is cut."""

from __future__ import annotations

import itertools
import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import strategies
import xarray as xr
from hypothesis import given, settings
from hypothesis import strategies as st
from same import same
from scenario_texts import FULL, SMALL, edited, faults, read

import sim
from sim.errors import RequestError, ScenarioError, SizeError
from sim.model.frozen import thawed
from sim.model.scenario import Scenario
from sim.studies.games.lasting import discount_rates
from sim.studies.games.setting import Absent
from sim.studies.study import LevelRange, Study
from sim.sweeps import plans
from sim.sweeps.axes import find_axes
from sim.sweeps.measures import MEASURES
from sim.sweeps.requests import plan_of
from sim.sweeps.sweep import sweep

FEW = settings(max_examples=25)


@st.composite
def sweeps(draw: Any, **wish: Any) -> tuple[Scenario, dict[str, list[float]]]:
    """A random scenario with some axes of every kind that it has."""
    data = draw(strategies.scenarios(strategies.Wish(outcomes=60, **wish)))
    scenario = strategies.built(data)
    axes: dict[str, list[float]] = {}
    for name in data.get("leverage", {}):
        if draw(st.booleans()):
            axes[name] = draw(st.sampled_from([[-1, 0.5], [2], [0, 0.7, -0.5]]))
    paths = st.sampled_from(strategies.movable(data))
    for path in draw(st.lists(paths, max_size=1)):
        axes[path] = draw(st.sampled_from([[0.1, 0.4], [0.25], [-0.2, 0.3]]))
    deep = [f"parties.{p}.values.{k}.importance" for p, party in data["parties"].items() for k in party["values"]]
    if draw(st.integers(0, 2)) == 0 or not axes:
        axes[draw(st.sampled_from(deep))] = [1, 4]
    return scenario, dict(draw(st.permutations(list(axes.items()))))


def studies(scenario: Scenario, axes: dict[str, list[float]]) -> Any:
    """Yield each cell with its study, or None where there is none."""
    for cell in itertools.product(*(range(len(levels)) for levels in axes.values())):
        chosen = {name: levels[k] for (name, levels), k in zip(axes.items(), cell, strict=True)}
        leverage = {name: x for name, x in chosen.items() if name in scenario.spec.leverage}
        numbers = {name: x for name, x in chosen.items() if name not in leverage}
        try:
            found = sim.study(scenario, leverage, set=numbers)
        except (ScenarioError, RequestError):
            found = None
        yield dict(zip(axes, cell, strict=True)), found


def values(ds: xr.Dataset, name: str, cell: dict[str, int]) -> Any:
    return ds[name].isel(cell).values


def check_zone(cell: xr.Dataset, study: Study) -> None:
    game, zone = study.game, study.zone
    assert bool(cell.exists) == bool(zone.exists)
    assert bool(cell.undecided) == (zone.exists is None)
    assert np.array_equal(cell.margin, np.nan if zone.margin is None else zone.margin, equal_nan=True)
    assert cell.surplus.values.tolist() == pytest.approx(
        [zone.surplus.get(p, np.nan) for p in game.parties], abs=0, nan_ok=True
    )
    short = [p for p, blocks in zip(game.parties, cell.blocking.values, strict=True) if blocks]
    assert short == [p for p in game.parties if p in study.why.blocking]
    if "share" in cell:
        found = (cell.share, cell.share_low, cell.share_high)
        assert [float(x) for x in found] == [float(x[0]) for x in (zone.share.share, zone.share.low, zone.share.high)]


def code(study: Study, issue: str, level: Any) -> float:
    every = study.game.scenario.spec.issues[issue].all_levels()
    return float(every.index(level)) if isinstance(level, str) else level


def ends(study: Study, issue: str, levels: LevelRange | None) -> tuple[float, float]:
    if levels is None or not levels.levels:
        return np.nan, np.nan
    codes = [code(study, issue, level) for level in levels.levels]
    return min(codes), max(codes)


def check_deals(cell: xr.Dataset, study: Study) -> None:
    issues = study.game.issues
    wanted = np.array([ends(study, k, study.zone.issues.get(k)) for k in issues])
    assert np.array_equal(np.stack([cell.range_low, cell.range_high], axis=1), wanted, equal_nan=True)
    for name in ("nash", "kalai_smorodinsky", "egalitarian", "utilitarian", "equal_loss"):
        deal = study.solutions.get(name)
        if deal is None:
            assert cell[f"{name}_deal"].isnull().all()
            assert cell[f"{name}_within_low"].isnull().all()
            continue
        assert cell[f"{name}_deal"].values.tolist() == [code(study, k, deal.outcome[k]) for k in issues]
        assert cell[f"{name}_utility"].values.tolist() == list(deal.utilities.values())
        assert cell[f"{name}_gain"].values.tolist() == list(deal.gains.values())
        within = [ends(study, k, deal.within[k]) for k in issues]
        assert np.stack([cell[f"{name}_within_{e}"] for e in ("low", "high")], axis=1).tolist() == [
            list(w) for w in within
        ]


def check_games(cell: xr.Dataset, study: Study) -> None:
    parties, signers, games = study.game.parties, study.game.signers, study.games
    if "offers_utility" in cell:
        for name in signers:
            wanted = {} if isinstance(games.offers, Absent) else games.offers.first[name].utilities
            found = cell.offers_utility.sel(first=name).values.tolist()
            assert found == pytest.approx([wanted.get(p, np.nan) for p in parties], abs=1e-12, nan_ok=True)
    if "demand_count" in cell:
        found = () if isinstance(games.demand, Absent) else games.demand.equilibria
        wanted = np.nan if isinstance(games.demand, Absent) else len(found)
        assert float(cell.demand_count) == pytest.approx(wanted, nan_ok=True)
        for k, equilibrium in enumerate(found[:31]):
            paid = cell.demand_payoff.sel(party=list(signers)).values[k].tolist()
            assert paid == pytest.approx(list(equilibrium.payoffs.values()), abs=1e-9)
        picked = None if isinstance(games.demand, Absent) else games.demand.selected
        wanted = [np.nan, np.nan] if picked is None else [own[picked] for own in games.demand.values.values()]
        assert cell.demand_selected.sel(party=list(signers)).values.tolist() == pytest.approx(wanted, nan_ok=True)
    if "fixed_costs_least" in cell:
        for name in signers:
            for end in ("least", "most"):
                fixed = {} if isinstance(games.fixed_costs, Absent) else getattr(games.fixed_costs, end)[name]
                found = cell[f"fixed_costs_{end}"].sel(first=name).values.tolist()
                assert found == pytest.approx([fixed.get(p, np.nan) for p in parties], abs=1e-9, nan_ok=True)
    if "last_offer_risk" in cell:
        check_last_offers(cell, study)
    if "moves_count" in cell:
        found = () if isinstance(games.leverage, Absent) else games.leverage.equilibria
        wanted = np.nan if isinstance(games.leverage, Absent) else len(found)
        assert float(cell.moves_count) == pytest.approx(wanted, nan_ok=True)
        for k, equilibrium in enumerate(found):
            chances = [x for strategy in equilibrium.strategies.values() for x in strategy.values()]
            assert cell.moves_probability.values[k].tolist() == pytest.approx(chances, abs=1e-9)


def check_last_offers(cell: xr.Dataset, study: Study) -> None:
    for k, game in enumerate(study.games.ultimatum):
        assert not isinstance(game, Absent)
        here = cell.isel(private=k)
        best = game.best
        risk, payoff = (np.nan, np.nan) if best is None else (best.risk, best.payoff)
        assert float(here.last_offer_risk) == pytest.approx(risk, abs=1e-9, nan_ok=True)
        assert float(here.last_offer_payoff) == pytest.approx(payoff, abs=1e-9, nan_ok=True)
        if best is not None:
            assert here.last_offer_utility.values.tolist() == pytest.approx(list(best.utilities.values()), abs=1e-9)
        price = np.nan if game.price is None else game.price
        assert float(here.safe_price) == pytest.approx(price, abs=1e-9, nan_ok=True)


def check_lasting(cell: xr.Dataset, study: Study) -> None:
    if "durable_margin" not in cell or isinstance(study.durability, Absent):
        return
    lasting = study.durability
    margins = [lasting.deals[n].margin if n in lasting.deals else np.nan for n in cell.solution.values.tolist()]
    assert cell.lasting_margin.values.tolist() == pytest.approx(margins, abs=1e-12, nan_ok=True)
    for name, deal in lasting.deals.items():
        worth = study.solutions[name].utilities if deal.lasts else deal.pause_value
        got = cell.signing_value.sel(solution=name, party=list(study.game.signers)).values.tolist()
        rates = discount_rates(study.game, study.leverage)
        if rates is None or worth is None:
            assert np.isnan(got).all()
        else:
            assert got == pytest.approx([worth[party] for party in study.game.signers], abs=1e-9)
    assert float(cell.durable_margin) == pytest.approx(lasting.zone_margin, abs=1e-12)
    assert bool(cell.durable_exists) == bool(lasting.zone_exists)
    for war in lasting.preventive_war:
        for name, kind in (("war_now_harsh", war.harsh), ("war_now_fair", war.fair)):
            assert cell[name].sel(date=war.date, party=list(kind)).values.tolist() == list(kind.values())


def check(ds: xr.Dataset, scenario: Scenario, axes: dict[str, list[float]]) -> None:
    assert tuple(ds.margin.dims) == tuple(axes)
    for cell, study in studies(scenario, axes):
        here = ds.isel(cell)
        assert (study is None) == (int(here.fault) != 0)
        if study is None:
            assert str(int(here.fault)) in json.loads(ds.attrs["faults"])
            assert np.isnan(here.margin)
            continue
        for part in (check_zone, check_deals, check_games, check_lasting):
            part(here, study)


@FEW
@given(sweeps())
def test_a_sweep_equals_the_studies_of_its_points(case: Any) -> None:
    scenario, axes = case
    check(sweep(scenario, axes), scenario, axes)


@settings(max_examples=15)
@given(sweeps(parties=(2, 2), modest=True, issues=(2, 5)))
def test_two_parties_that_mostly_agree(case: Any) -> None:
    scenario, axes = case
    check(sweep(scenario, axes), scenario, axes)


def test_talks_that_cost_and_break_down() -> None:
    scenario = sim.load("scenarios/teaching/cost-of-talking.yaml")
    axes = {"parties.first.no_deal": [0.0, 0.3, 0.7], "talks.breakdown": [0.1, 0.4], "talks.costs.first": [0.1, 0.2]}
    ds = sweep(scenario, axes)
    check(ds, scenario, axes)
    assert ds.offers_utility.sel(first="first", party="first").values[0, 1, 0] == pytest.approx(1 / 1.6, abs=1e-9)


def test_talks_with_a_last_round() -> None:
    data = thawed(sim.load("scenarios/teaching/cost-of-talking.yaml").tree.data)
    data["talks"] = {"last_round": 3, "breakdown": 0.1}
    scenario = strategies.built(data)
    axes = {"parties.first.no_deal": [0.0, 0.3, 0.7], "talks.last_round": [1.0, 2.0]}
    ds = sweep(scenario, axes)
    check(ds, scenario, axes)
    assert ds.offers_utility.sel(first="first", party="first").values[0].tolist() == pytest.approx([1.0, 0.1])


def test_games_as_the_talks_section_says() -> None:
    data = thawed(sim.load("scenarios/istanbul-2022.yaml").tree.data)
    plain = sweep(strategies.built(data), {"battlefield": [-0.3, 0.0]}, ("margin", "games"))
    data["talks"] = {"stances": 3, "solution": "utilitarian"}
    scenario = strategies.built(data)
    ds = sweep(scenario, {"battlefield": [-0.3, 0.0]})
    check(ds, scenario, {"battlefield": [-0.3, 0.0]})
    assert not ds.moves_payoff.equals(plain.moves_payoff)
    assert (ds.demand_count < plain.demand_count).all()


def test_every_equilibrium_of_the_moves_is_kept() -> None:
    """Moves that come to the same make every mixture an equilibrium: four extreme ones."""
    data = thawed(sim.load("scenarios/istanbul-2022.yaml").tree.data)
    data["moves"] = {"russia": {"hold": {}, "wait": {}}, "ukraine": {"hold": {}, "wait": {"cost": 0}}}
    scenario, axes = strategies.built(data), {"battlefield": [0.0, 0.5]}
    ds = sweep(scenario, axes)
    assert ds.moves_count.values.tolist() == [4, 4]
    assert ds.sizes["moves_equilibrium"] >= 4
    check(ds, scenario, axes)


def test_moves_that_would_leave_the_range_stop_at_its_end() -> None:
    scenario = sim.load("scenarios/istanbul-2022.yaml")
    ds = sweep(scenario, {"battlefield": [0.0, 1.0]}, ["games"])
    assert ds.moves_count.values.tolist() == [1, 1]
    assert np.isfinite(ds.moves_payoff.values[:, 0, :2]).all()


def test_durability_along_leverage_that_moves_enforcement() -> None:
    scenario = sim.load("scenarios/istanbul-2022.yaml")
    written = scenario.spec.enforcement.items()
    paths = [f"enforcement.{p}.{k}.{level}" for p, issues in written for k, table in issues.items() for level in table]
    resolve = {"range": [-1, 1], "default": 0, "shifts": {path: {"by": 0.2} for path in paths}}
    data = thawed(scenario.tree.data)
    data["leverage"]["resolve"] = resolve
    scenario = strategies.built(data)
    ds = sweep(scenario, {"resolve": [0.0, 0.4, 1.0, -1.0], "battlefield": [0.0, 0.5]})
    assert (ds.fault.sel(resolve=-1.0) != 0).all(), "an expected loss below 0"
    assert ds.durable_margin.sel(resolve=1.0, battlefield=0.5) > ds.durable_margin.sel(resolve=0.0, battlefield=0.5)
    check(ds, scenario, {"resolve": [0.0, 0.4, 1.0, -1.0], "battlefield": [0.0, 0.5]})


def test_a_real_scenario_with_every_measure() -> None:
    scenario = sim.load("scenarios/istanbul-2022.yaml")
    axes = {
        "battlefield": [-1.0, 0.25, 0.5],
        "parties.ukraine.no_deal.war.cost": [0.0, 0.15],
        "parties.russia.values.nato.importance": [22.0, 35.0],
    }
    measures = [name for name in MEASURES if name not in ("levels", "ratification")]
    check(sweep(scenario, axes, measures), scenario, axes)


@pytest.mark.parametrize("name", ["four-party-2025", "may-2025", "core-demands", "teaching/fearon-crisis"])
def test_shipped_scenarios(name: str) -> None:
    scenario = sim.load(f"scenarios/{name}.yaml")
    lever, variable = next(iter(scenario.spec.leverage.items()))
    axes = {lever: [float(level) for level in variable.range]}
    check(sweep(scenario, axes), scenario, axes)


@FEW
@given(sweeps(), st.randoms())
def test_the_order_of_axes_and_the_size_of_blocks_do_not_matter(case: Any, random: Any) -> None:
    scenario, axes = case
    whole = sweep(scenario, axes)
    names = list(axes)
    random.shuffle(names)
    other = sweep(scenario, {name: axes[name] for name in names}, block=random.choice([1, 2, 3]))
    same(other, whole)


@pytest.mark.parametrize("name", ["scenario", "crossing", "level", "opens", "party_label", "issue_unit", "private"])
def test_names_that_results_need_cannot_be_axes(name: str) -> None:
    data = thawed(sim.load("scenarios/teaching/logroll.yaml").tree.data)
    data["leverage"][name] = data["leverage"].pop("claim")
    with pytest.raises(RequestError, match=f"{name}: a result has this name"):
        sweep(strategies.built(data), {name: [0.0, 0.1]})


def test_an_axis_may_begin_with_many_illegal_levels() -> None:
    """`power` is not written in the file, so levels are tried until one is sound."""
    ds = sweep("scenarios/teaching/logroll.yaml", {"parties.north.power": np.linspace(-1, 1, 201)}, ["margin"])
    assert ((ds.fault != 0) == (ds["parties.north.power"] <= 0)).all()


def test_only_cells_where_war_ends_off_a_table_are_at_fault() -> None:
    data = {
        "format": 1,
        "name": "Steps",
        "issues": {"steps": {"range": [0, 2], "step": 1}},
        "parties": {
            "up": {"values": {"steps": {"importance": 1, "best": 2, "worst": 0}}, "no_deal": {"war": {"cost": 0.1}}},
            "down": {
                "values": {"steps": {"importance": 1, "table": {"0": 1, "1": 0.6, "2": 0}}},
                "no_deal": {"war": {"cost": 0.1}},
            },
        },
        "war": {"outcomes": {"one": {"odds": 1, "levels": {"steps": 1}}, "two": {"odds": 1, "levels": {"steps": 0}}}},
        "leverage": {"front": {"range": [-1, 1], "default": 0, "shifts": {"war.outcomes.one.levels.steps": {"by": 1}}}},
    }
    scenario = strategies.built(data)
    axes = {"front": [-1.0, -0.5, 0.0, 0.5, 1.0]}
    ds = sweep(scenario, axes)
    check(ds, scenario, axes)
    assert (ds.fault != 0).values.tolist() == [False, True, False, True, False]
    (reason,) = json.loads(ds.attrs["faults"]).values()
    assert reason == "war.outcomes.one.levels.steps: not allowed at this leverage (expected a level in down's table)"


def test_faults_of_an_axis_do_not_speak_of_values_set() -> None:
    with pytest.raises(RequestError) as caught:
        sweep("scenarios/teaching/logroll.yaml", {"parties.north.power": [-1.0, 0.0]})
    assert "--set" not in str(caught.value)
    assert str(caught.value).startswith("parties.north.power: ")


@pytest.mark.parametrize("wrong", [{"measures": "margin"}, {"solutions": "nash"}, {"sign": "x"}, {"lift_lines": "x.y"}])
def test_a_single_text_is_no_list(wrong: Any) -> None:
    with pytest.raises(RequestError, match="a single text"):
        sweep("scenarios/teaching/logroll.yaml", {"claim": [0.0]}, **wrong)


def test_levels_beside_the_axes_are_single_numbers() -> None:
    with pytest.raises(RequestError, match=r"optimism: 2 levels \(expected one number"):
        sweep("scenarios/teaching/fearon-crisis.yaml", {"strength": [0.0]}, leverage={"optimism": [0, 1]})


def test_spans_that_cannot_be() -> None:
    with pytest.raises(RequestError, match="not finite"):
        sim.Span(-1, float("inf"), 3)
    with pytest.raises(RequestError, match="count: -3"):
        sim.Span(-1, 1, -3)
    with pytest.raises(SizeError, match="expected at most"):
        sweep("scenarios/teaching/logroll.yaml", {"claim": sim.Span(0, 0.5, 10**20)})


def test_stances_can_be_swept() -> None:
    scenario = sim.load("scenarios/teaching/cost-of-talking.yaml")
    data = thawed(scenario.tree.data)
    data["talks"]["stances"] = 5
    ds = sweep(strategies.built(data), {"talks.stances": [2, 4]}, ["games"])
    assert ds.demand_count.values[0] < ds.demand_count.values[1]


# Numbers that a file leaves out, and levels that it could not hold


LEVELS = ([0.1, 0.4], [0.25], [-0.2, 0.3], [1.5, 0.5], [0.0, 2.0], [-1.0, 1.0])


def left_out(draw: Any, data: dict[str, Any]) -> list[str]:
    """Take some numbers out that need not be there; return the paths of those that are not."""
    moved = {path for variable in data.get("leverage", {}).values() for path in variable["shifts"]}
    fights = {
        name: party["no_deal"]["war"] for name, party in data["parties"].items() if "war" in dict_of(party["no_deal"])
    }
    rates = {f"parties.{name}.no_deal.war.discount_rate": (war, "discount_rate") for name, war in fights.items()}
    optional = {f"war.{key}": (data["war"], key) for key in ("end_rate", "round")}
    optional |= {
        f"parties.{n}.{key}": (party, key) for n, party in data["parties"].items() for key in ("power", "patience")
    }
    if draw(st.booleans()) and "war.end_rate" not in moved:
        data["war"].pop("end_rate", None)
    if "end_rate" not in data["war"]:
        for path, (war, key) in rates.items():
            if path not in moved and draw(st.booleans()):
                war.pop(key, None)
    if draw(st.booleans()):
        for party in data["parties"].values():
            party["patience"] = draw(st.sampled_from([0.5, 0.9]))
    return [path for path, (section, key) in (optional | rates).items() if key not in section]


def dict_of(no_deal: Any) -> dict[str, Any]:
    return no_deal if isinstance(no_deal, dict) else {}


@st.composite
def numbers_of_all_kinds(draw: Any) -> tuple[Scenario, dict[str, list[float]]]:
    """A random scenario at war; axes that are there or not, with levels that are legal or not."""
    lasting = draw(st.booleans())
    data = draw(strategies.scenarios(strategies.Wish(outcomes=40, parties=(2, 3), war=True, end_rate=lasting)))
    absent = left_out(draw, data)
    paths = st.sampled_from(strategies.movable(data))
    chosen = draw(st.lists(paths, max_size=2)) + (draw(st.lists(st.sampled_from(absent), max_size=2)) if absent else [])
    chosen = chosen or [strategies.movable(data)[0]]
    return strategies.built(data), {path: draw(st.sampled_from(LEVELS)) for path in dict.fromkeys(chosen)}


@settings(max_examples=25)
@given(numbers_of_all_kinds())
def test_exactly_the_cells_whose_study_is_refused_are_at_fault(case: Any) -> None:
    scenario, axes = case
    try:
        ds = sweep(scenario, axes)
    except RequestError:
        assert all(study is None for _, study in studies(scenario, axes))
        return
    check(ds, scenario, axes)
    assert not any("--set" in words for words in json.loads(ds.attrs["faults"]).values())


def at_once() -> Scenario:
    """The talks of Istanbul, with one costly lottery instead of a war that lasts."""
    data = thawed(sim.load("scenarios/istanbul-2022.yaml").tree.data)
    del data["war"]["end_rate"], data["war"]["round"]
    return strategies.built(data)


def test_a_war_that_lasts_is_brought_into_being_by_an_axis() -> None:
    scenario = at_once()
    assert isinstance(sim.study(scenario).games.offers, Absent)
    axes = {"war.end_rate": [-0.1, 0.2, 0.8], "war.round": [0.25, 0.5]}
    ds = sweep(scenario, axes | {"parties.ukraine.no_deal.war.cost": [0.1]})
    check(ds, scenario, axes | {"parties.ukraine.no_deal.war.cost": [0.1]})
    assert (ds.fault != 0).values[:, 0, 0].tolist() == [True, False, False]
    assert float(ds.margin[1, 0, 0]) > float(ds.margin[2, 0, 0]) + 0.05
    assert np.isfinite(ds.offers_utility[1:]).all()
    assert ds["parties.ukraine.no_deal.war.cost"].attrs["units"] == "utility per year"
    assert json.loads(ds.attrs["defaults"])["war.end_rate"] is None


def test_patience_that_is_not_in_the_file_brings_offers() -> None:
    axes = {"parties.north.patience": [-0.5, 0.5, 0.9], "parties.south.patience": [0.8, 1.0]}
    scenario = sim.load("scenarios/teaching/logroll.yaml")
    ds = sweep(scenario, axes)
    check(ds, scenario, axes)
    assert (ds.fault == 0).values.tolist() == [[False, False], [True, False], [True, False]]
    assert np.isfinite(ds.offers_utility.where(ds.fault == 0, drop=True)).all()
    assert float(ds.offers_utility.sel(first="north", party="north")[2, 0]) > float(
        ds.offers_utility.sel(first="north", party="north")[1, 0]
    )


def test_axes_that_are_sound_only_together() -> None:
    """Without `discount_rate` no war may last; both axes together make one that does."""
    data = thawed(at_once().tree.data)
    rates = [f"parties.{name}.no_deal.war.discount_rate" for name in data["parties"]]
    for name in data["parties"]:
        del data["parties"][name]["no_deal"]["war"]["discount_rate"]
    data["uncertain"] = {}
    data["sources"] = {path: who for path, who in data["sources"].items() if not path.startswith("uncertain")}
    scenario = strategies.built(data)
    axes = {"war.end_rate": [0.2, 0.8], **{rate: [0.05, 0.1] for rate in rates}}
    check(sweep(scenario, axes), scenario, axes)
    with pytest.raises(RequestError, match="discount_rate is missing"):
        sweep(scenario, {"war.end_rate": [0.2, 0.8]})


@pytest.mark.parametrize(
    ("path", "levels", "words"),
    [
        ("parties.a.no_deal.war.discount_rate", [-0.21, 0.1], "at least 0"),
        ("parties.a.patience", [0.5, 1.0], "less than 1"),
        ("war.outcomes.a_wins.odds", [-0.1, 0.1], "at least 0"),
        ("war.end_rate", [0.0, 0.2], "more than 0"),
    ],
)
def test_levels_that_nothing_reads_are_checked_all_the_same(path: str, levels: list[float], words: str) -> None:
    data = thawed(sim.load("scenarios/teaching/fearon-crisis.yaml").tree.data)
    data["war"]["status_quo"] = {"prize": 0.5}
    for party in data["parties"].values():
        party["no_deal"]["war"]["discount_rate"] = 0.1
    data["leverage"]["strength"]["shifts"] = {"war.outcomes.a_wins.odds": {"by": 0.3}}
    data["leverage"]["strength"]["default"] = 1
    scenario = strategies.built(data)
    ds = sweep(scenario, {path: levels}, [])
    assert (ds.fault != 0).values.tolist() == [study is None for _, study in studies(scenario, {path: levels})]
    (reason,) = json.loads(ds.attrs["faults"]).values()
    assert reason == f"{path}: not allowed (expected {words})"


def test_odds_that_are_all_zero_although_no_party_fights() -> None:
    data = thawed(sim.load("scenarios/teaching/fearon-crisis.yaml").tree.data)
    for party in data["parties"].values():
        party["no_deal"] = 0.1
    data["leverage"] = {}
    scenario = strategies.built(data)
    axes = {f"war.outcomes.{name}.odds": [0.0, 1.0] for name in data["war"]["outcomes"]}
    ds = sweep(scenario, axes)
    check(ds, scenario, axes)
    assert (ds.fault != 0).values.tolist() == [[True, False], [False, False]]


@pytest.mark.parametrize(
    "value",
    [1e101, -1e300, 10**400, np.float64(1e101), [[0, 0], [1, 1e101]]],
    ids=["above", "below", "integer", "numpy", "list"],
)
def test_values_set_are_no_larger_than_those_of_a_file(value: Any) -> None:
    path = "parties.a.values.cake.points" if isinstance(value, list) else "parties.a.no_deal"
    for work in (
        lambda: sim.study(read(SMALL), set={path: value}),
        lambda: sweep(read(SMALL), {"parties.a.power": [1.0, 2.0]}, set={path: value}),
    ):
        with pytest.raises(ScenarioError, match=r"too large \(expected at most 1e\+100\)"):
            work()


@pytest.mark.parametrize("path", ["parties.a.no_deal", "parties.a.power", "parties.a.values.cake.importance"])
def test_levels_are_no_larger_than_numbers_of_a_file(path: str) -> None:
    for levels in ([0.1, 1e101], [-1e200, 0.1]):
        with pytest.raises(RequestError, match=rf"{path}: level .* is too large \(expected at most 1e\+100\)"):
            sweep(read(SMALL), {path: levels})


def test_ends_of_a_span_are_no_larger_than_numbers_of_a_file() -> None:
    for low, high in ((0.1, 1e101), (-1e308, 1e308)):
        with pytest.raises(RequestError, match=r"an end is too large \(expected at most 1e\+100\)"):
            sim.Span(low, high, 3)


def test_a_value_set_that_is_an_axis_is_refused() -> None:
    path = "parties.a.power"
    with pytest.raises(RequestError, match="power: a value set and an axis"):
        sweep(read(SMALL), {path: [1.0, 2.0]}, set={path: 3})


# What a sweep says about itself


def test_values_set_are_recorded_and_named_when_they_differ(tmp_path: Path) -> None:
    file, over, store = "scenarios/teaching/logroll.yaml", {"claim": [0.0, 0.1]}, tmp_path / "x.zarr"
    ds = sweep(file, over, ["margin"], set={"parties.north.power": "2", "parties.north.no_deal": 0.3}, store=store)
    told = json.loads(ds.attrs["arguments"])
    assert told["values set"] == "parties.north.no_deal=0.3, parties.north.power=2"
    assert json.loads(sweep(file, over, ["margin"]).attrs["arguments"])["values set"] == "none"
    again = sweep(
        sim.load(file, {"parties.north.power": 2}),
        over,
        ["margin"],
        set={"parties.north.no_deal": 0.3},
        store=store,
        resume=True,
    )
    assert again.attrs["arguments"] == ds.attrs["arguments"]
    with pytest.raises(RequestError, match=r"values set: parties.north.no_deal=0.3, .* there, none here") as caught:
        sweep(file, over, ["margin"], store=store, resume=True)
    assert len(str(caught.value).splitlines()) == 2, "the heading and that one difference"


@pytest.mark.parametrize(
    ("path", "unit"),
    [
        ("future.spring.after_years", "years"),
        ("moves.north.sail.cost", "utility"),
        ("talks.costs.north", "utility"),
        ("talks.breakdown", "1"),
        ("parties.north.red_lines.floor.min", "percent"),
        ("parties.north.red_lines.banner.when.tax.max", "percent"),
        ("parties.north.values.tax.best", "percent"),
        ("parties.north.values.tax.importance", "1"),
        ("parties.south.values.fleet.table.4", "1"),
        ("issues.fleet.step", "ships"),
        ("war.outcomes.north_wins.levels.tax", "percent"),
        ("war.outcomes.north_wins.worse_by.south", "utility"),
        ("war.round", "years"),
        ("war.end_rate", "1 per year"),
        ("enforcement.north.tax.10", "utility"),
        ("dynamics.step_months", "months"),
    ],
)
def test_units_of_axes(path: str, unit: str) -> None:
    scenario = read(FULL)
    (axis,) = find_axes(scenario, {path: [1.0]})
    assert axis.units == unit


def test_one_tolerance_for_the_range_of_leverage() -> None:
    text = edited(
        SMALL,
        (
            "no_deal: 0.3}",
            "no_deal: 0.3}\n"
            "leverage: {push: {range: [0, 0.3], default: 0, shifts: {parties.a.no_deal: {by: 0.4}}}}\n"
            "future: {later: {after_years: 1, leverage: {push: LATER}}}",
        ),
    )
    near, far = 0.1 + 0.2, 0.3 + 1e-6
    assert near > 0.3
    scenario = read(text.replace("LATER", repr(near)))
    assert scenario.spec.leverage["push"].holds(near)
    assert scenario.spec.leverage["push"].holds(np.array([-1e-6, 0.0, near, far])).tolist() == [
        False,
        True,
        True,
        False,
    ]
    check(sweep(scenario, {"push": [0.0, near]}), scenario, {"push": [0.0, near]})
    assert [fault.path for fault in faults(text.replace("LATER", repr(far)))] == ["future.later.leverage.push"]
    for ask in (lambda: sweep(scenario, {"push": [far]}), lambda: sim.study(scenario, {"push": far})):
        with pytest.raises(RequestError, match=r"push: level 0.300001 is out of range"):
            ask()


# Compiled scenarios that are kept


def kept(monkeypatch: pytest.MonkeyPatch, most: int) -> tuple[Any, list[float]]:
    """Return a way to ask for the scenario with a power of 2, and which were really compiled."""
    path = "parties.north.values.border.importance"
    plan, plain, made = plan_of("scenarios/teaching/logroll.yaml", {path: [1, 2, 3]}, ["margin"]), plans._compile, []

    def noted(plan: Any, values: Any) -> Any:
        made.append(values[path])
        return plain(plan, values)

    monkeypatch.setattr(plans, "_compile", noted)
    monkeypatch.setattr(plans, "_CACHED", most)
    plans.forget()
    return lambda level: plans.compiled(plan, {path: level}), made


def test_the_latest_compiled_scenarios_are_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    ask, made = kept(monkeypatch, 2)
    for level in (1.0, 2.0, 1.0, 3.0, 1.0):
        assert ask(level).game.scenario.spec.parties["north"].values["border"].importance == level
    assert made == [1.0, 2.0, 3.0], "1 was asked for after 2, so 2 gave way to 3"


def test_what_is_not_kept_is_given_all_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    """As where other threads push it out at once."""
    ask, _ = kept(monkeypatch, 0)
    assert ask(1.0) is not None
