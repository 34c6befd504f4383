"""What is derived from sweeps: break-even levels, robust deals, elasticities, pairs of scenarios."""

from __future__ import annotations

import csv
import json
import runpy
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import strategies
import xarray as xr
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from scenario_texts import SMALL, edited, read

import sim
from sim.errors import RequestError, SizeError
from sim.game.compiled import compile
from sim.game.terms import leverage_levels, terms
from sim.output.datasets import write_dataset
from sim.space.trees import frontier
from sim.sweeps.findings.crossings import contour, crossings
from sim.sweeps.findings.summaries import summarise

LEVERED = edited(
    SMALL,
    ("range: [0, 1], step: 0.1", "range: [0, 1], step: 0.01"),
    (
        "no_deal: 0.3}",
        "no_deal: 0.3}\n"
        "leverage:\n"
        "  push: {range: [-1, 2], default: 0, shifts: {parties.a.no_deal: {by: 0.4}}}\n"
        "  pull: {range: [0, 1], default: 0, shifts: {parties.b.no_deal: {by: 0.4}}}\n"
        "  idle: {range: [0, 1], default: 0, shifts: {parties.a.power: {factor: 1}}}",
    ),
)


def test_break_even_follows_the_line_where_the_cake_is_just_enough() -> None:
    """a needs 0.2 + 0.4 push, b needs 0.3 + 0.4 pull, of a cake of 1: the zone closes at push = 1.25 - pull."""
    ds = sim.sweep(read(LEVERED), {"pull": [0, 0.25, 0.5], "push": np.linspace(-1, 2, 61)})
    found = sim.break_even(ds, "push")
    assert found.level.dims == ("pull", "crossing")
    assert found.level.values[:, 0].tolist() == pytest.approx([1.25, 1.0, 0.75], abs=0.02)
    assert not found.opens.any()
    (line,) = contour(ds, "push", "pull")
    assert line.sum(axis=1).tolist() == pytest.approx([1.25] * len(line), abs=0.02)


def test_crossings_where_the_levels_fall() -> None:
    scenario = read(LEVERED)
    up = crossings(sim.sweep(scenario, {"push": np.linspace(-1, 2, 31)}), "push")
    down = crossings(sim.sweep(scenario, {"push": np.linspace(2, -1, 31)}), "push")
    assert [crossing.opens for crossing in up] == [crossing.opens for crossing in down] == [False]
    assert up[0].level == pytest.approx(down[0].level)


def test_undecided_points_lie_within_a_crossing() -> None:
    ds = sim.sweep("scenarios/teaching/logroll.yaml", {"claim": np.linspace(0, 0.5, 11)}, ["margin"])
    (closes,) = crossings(ds, "claim")
    between = np.flatnonzero(~ds["exists"].values)[:2]
    ds["undecided"][between] = True
    (found,) = crossings(ds, "claim")
    assert (found.opens, closes.opens) == (False, False)
    assert found.level == pytest.approx(closes.level, abs=1e-9)
    levels = ds["claim"].values
    ds["margin"][between[-1] + 1] = -3 * ds["margin"].values[between[0] - 1]
    (found,) = crossings(ds, "claim")
    last, first = levels[between[0] - 1], levels[between[-1] + 1]
    assert found.level == pytest.approx(last + (first - last) / 4)


def test_break_even_of_what_is_no_axis() -> None:
    ds = sim.sweep(read(LEVERED), {"push": [0, 1]})
    with pytest.raises(RequestError, match=r"no axis 'pusch' .did you mean push"):
        sim.break_even(ds, "pusch")
    with pytest.raises(RequestError, match="expected push and push alone"):
        contour(ds, "push", "push")


def test_a_summary_looks_along_lines_through_the_scenario() -> None:
    ds = sim.sweep(read(LEVERED), {"push": np.linspace(-1, 2, 7), "pull": [0.1, 0.9]})
    found = summarise(ds)
    assert found.at == {"push": 0.0, "pull": 0.1}
    assert found.points == 14
    assert found.zone == int(ds.exists.sum())
    assert {crossing.axis for crossing in found.crossings} == {"push"}


@settings(max_examples=25)
@given(strategies.scenarios(strategies.Wish(outcomes=60)), st.data())
def test_steady_deals_by_counting(data: Any, drawn: Any) -> None:
    scenario = strategies.built(data)
    path = drawn.draw(st.sampled_from(strategies.movable(data)))
    over = {path: [0.1, 0.2, 0.45]} | {name: [-0.5, 1.0] for name in data.get("leverage", {})}
    game = compile(scenario)
    u = frontier(game.space).points.utilities
    assume(len(u))
    margins = []
    for values in np.stack(np.meshgrid(*over.values(), indexing="ij"), axis=-1).reshape(-1, len(over)):
        chosen = dict(zip(over, values.tolist(), strict=True))
        own = {path: chosen.pop(path)}
        found = terms(game, leverage_levels(game, chosen), numbers=own)
        if not found.illegal:
            margins.append((u - found.reservation[0, game.columns]).min(axis=1))
    assume(margins)
    robust = sim.steady_deals(scenario, over)
    table = np.stack(margins)
    assert robust.attrs["points"] == len(table)
    assert robust.acceptable.values == pytest.approx((table >= -1e-9).mean(axis=0))
    assert robust.margin.values == pytest.approx(table.min(axis=0))
    regret = (table.max(axis=1, keepdims=True) - table).max(axis=0)
    assert robust.regret.values == pytest.approx(regret)
    assert table.min(axis=0)[int(robust.maximin)] == pytest.approx(table.min(axis=0).max())
    assert regret[int(robust.minimax_regret)] == pytest.approx(regret.min())


def test_steady_deals_need_outcomes_that_stay() -> None:
    with pytest.raises(RequestError, match="changes the outcomes themselves"):
        sim.steady_deals(read(LEVERED), {"parties.a.values.cake.importance": [1, 2]})


def test_elasticities_say_which_lever_moves_which_term() -> None:
    """The Nash deal gives a half the cake, plus half of what push adds to its no-deal value, less half of pull's."""
    found = sim.elasticities(read(LEVERED))
    assert found.slope.sel(issue="cake").values.tolist() == pytest.approx([0.2, -0.2, 0.0], abs=0.01)
    assert found.zone.values.tolist() == pytest.approx([31 / 41, 1.0, 1.0])
    assert found.share.sel(lever="push", issue="cake").item() == pytest.approx(0.6, abs=0.03)
    assert found["first"].sel(lever="push", issue="cake").item() == pytest.approx(0.25, abs=0.011)
    cake = found.sel(issue="cake")
    assert cake.moved.values.tolist() == pytest.approx(np.abs(cake["last"] - cake["first"]).values.tolist())
    assert cake.moved.values[0] > 0.4
    with pytest.raises(RequestError, match="no leverage variables"):
        sim.elasticities(read(SMALL))


def test_two_scenarios_on_the_same_axes() -> None:
    harder = edited(LEVERED, ("no_deal: 0.3}", "no_deal: 0.6}"), ("name: One cake", "name: A hard cake"))
    both = sim.compare_sweeps(read(LEVERED), read(harder), {"push": np.linspace(-1, 2, 13)}, ["surplus", "solutions"])
    assert both["scenario_name"].values.tolist() == ["One cake", "A hard cake"]
    assert both.margin.dims == ("scenario", "push")
    assert both.margin_change.values == pytest.approx([-0.15] * 13, abs=0.01)
    assert both.closes.values.tolist() == (both.exists[0] & ~both.exists[1]).values.tolist()
    assert both.closes.any()
    assert not both.opens.any()


@pytest.mark.parametrize("name", ["one_lever", "two_levers"])
def test_the_examples_run(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    path = Path(__file__).parents[3] / "docs" / "examples" / f"{name}.py"
    runpy.run_path(str(path), run_name="__main__")
    assert "army_cap" in capsys.readouterr().out


def test_scenarios_with_different_parties_keep_what_each_has() -> None:
    third = edited(
        SMALL,
        ("  b: {values", "  c: {values: {cake: {importance: 1, best: 0, worst: 1}}, no_deal: 0.1}\n  b: {values"),
    )
    both = sim.compare_sweeps(read(SMALL), read(third), {"parties.a.no_deal": [0.1, 0.3]}, ["surplus"])
    assert set(both.party.values.tolist()) == {"a", "b", "c"}
    assert np.isnan(both.surplus.sel(party="c").values[0]).all()
    assert np.isfinite(both.surplus.sel(party="c").values[1]).all()
    assert both.exists.dtype == bool


def test_contours_do_not_depend_on_the_order_of_levels() -> None:
    low, high = "parties.ukraine.no_deal.war.cost", "aid"
    scenario = sim.load("scenarios/istanbul-2022.yaml")
    tidy = sim.sweep(scenario, {low: [-0.3, -0.1, 0.0, 0.1], high: [-1.0, 0.0, 1.0]}, ["margin"])
    mixed = sim.sweep(scenario, {low: [0.1, -0.3, 0.0, -0.1], high: [1.0, -1.0, 0.0]}, ["margin"])
    lines = [np.concatenate(contour(ds, high, low)).tolist() for ds in (tidy, mixed)]
    assert lines[0]
    assert lines[0] == lines[1]
    with pytest.raises(RequestError, match="aid: one level"):
        contour(sim.sweep(scenario, {low: [0.0, 0.1], high: [0.0]}, ["margin"]), high, low)


def test_compared_sweeps_count_levels_alike_and_can_be_saved(tmp_path: Path) -> None:
    """The lists of levels of foreign weapons differ between the two; one code means one name."""
    files = ["scenarios/istanbul-2022.yaml", "scenarios/may-2025.yaml"]
    over = {"battlefield": [0.5, 0.9]}
    both = sim.compare_sweeps(*files, over, ["solutions"])
    names = json.loads(both.attrs["level_names"])
    for k, file in enumerate(files):
        for level in over["battlefield"]:
            study = sim.study(file, {"battlefield": level})
            here = both.nash_deal.isel(scenario=k).sel(battlefield=level)
            for issue, term in study.solutions["nash"].outcome.items() if study.solutions else ():
                code = float(here.sel(issue=issue))
                if issue == "territory":
                    assert np.isnan(code), "a number in the one and a name in the other"
                    continue
                assert (names[issue][int(code)] if isinstance(term, str) else code) == term
    both.to_netcdf(tmp_path / "both.nc", engine="scipy")
    with xr.open_dataset(tmp_path / "both.nc") as again:
        assert again.scenario_name.values.tolist()[0].startswith("Istanbul")
    with pytest.raises(RequestError, match="store: holds one sweep"):
        sim.compare_sweeps(*files, over, store=tmp_path / "x.zarr")


def test_what_is_a_number_in_one_and_a_name_in_the_other_is_not_compared() -> None:
    files = ["scenarios/istanbul-2022.yaml", "scenarios/may-2025.yaml"]
    over = {"battlefield": [-1.0, 0.5]}
    both = sim.compare_sweeps(*files, over, ["levels", "ranges", "solutions", "within"])
    assert json.loads(both.attrs["not_compared"]) == ["territory"]
    assert "territory" not in json.loads(both.attrs["level_names"])
    assert not {"level_territory", "possible_territory"} & set(both.variables)
    assert "possible_army_cap" in both
    single = sim.sweep(files[0], over, ["levels", "ranges", "solutions", "within"])
    told = [name for name, values in both.data_vars.items() if "issue" in values.dims]
    assert {"range_low", "nash_deal", "nash_within_high"} <= set(told)
    for name in told:
        assert both[name].sel(issue="territory").isnull().all()
        assert both[name][0].sel(issue="army_cap").values.tolist() == single[name].sel(issue="army_cap").values.tolist()
    turned = sim.compare_sweeps(*files[::-1], over, ["ranges"])
    assert json.loads(turned.attrs["not_compared"]) == ["territory"]
    alike = sim.compare_sweeps(files[0], files[0], over, ["ranges"])
    assert json.loads(alike.attrs["not_compared"]) == []
    assert alike.range_low.sel(issue="territory").notnull().any()


def test_two_scenarios_compared_can_be_written_as_a_table(tmp_path: Path) -> None:
    harder = edited(LEVERED, ("no_deal: 0.3}", "no_deal: 0.6}"), ("name: One cake", "name: A hard cake"))
    both = sim.compare_sweeps(read(LEVERED), read(harder), {"push": [-1.0, 0.5, 2.0]}, ["surplus", "solutions"])
    write_dataset(both, tmp_path / "both.csv")
    with (tmp_path / "both.csv").open(newline="", encoding="utf-8") as stream:
        rows = list(csv.DictReader(stream))
    assert [(row["scenario"], row["scenario_name"], row["push"]) for row in rows] == [
        (str(k), name, str(push))
        for k, name in enumerate(["One cake", "A hard cake"])
        for push in both.push.values.tolist()
    ]
    assert [row["closes"] for row in rows] == [str(closes) for closes in both.closes.values.tolist()] * 2
    assert [float(row["margin"]) for row in rows] == both.margin.values.ravel().tolist()


def test_steady_deals_refuse_what_is_too_large_or_doubled() -> None:
    file = "scenarios/istanbul-2022.yaml"
    with pytest.raises(SizeError, match="expected at most 10,000,000"):
        sim.steady_deals(file, {"battlefield": sim.Span(-1, 1, 10**9)})
    with pytest.raises(RequestError, match="a level and an axis"):
        sim.steady_deals(file, {"battlefield": [0.0]}, leverage={"battlefield": 1})
    cost = "parties.ukraine.no_deal.war.cost"
    with pytest.raises(RequestError, match="cost: a value set and an axis"):
        sim.steady_deals(file, {cost: [0.0, 0.1]}, set={cost: 0.2})
    four = "scenarios/four-party-2025.yaml"
    alone = sim.steady_deals(four, {"battlefield": [0.0, 0.1]})
    joined = sim.steady_deals(four, {"battlefield": [0.0, 0.1]}, sign=["european_allies"])
    assert not alone.equals(joined)


# Cells that are left out of a comparison, and what a comparison keeps


def lines_of(first: str, second: str) -> list[str]:
    """Two scenarios: `a` needs at least so much of the cake, and at most `most`; `b` gives half of it at most."""
    line = "no_deal: 0.2, red_lines: {least: {issue: cake, min: 0.2, max: MOST}}}"
    most = edited(
        SMALL, ("no_deal: 0.2}", line), ("no_deal: 0.3}", "no_deal: 0.3, red_lines: {half: {issue: cake, max: 0.5}}}")
    )
    return [most.replace("MOST", given) for given in (first, second)]


def test_failed_and_undecided_cells_neither_open_nor_close() -> None:
    """The least that `a` takes rises past 0.7, which is the most that the second allows: there it has no scenario."""
    first, second = (read(text) for text in lines_of("1", "0.7"))
    over = {"parties.a.red_lines.least.min": [0.2, 0.4, 0.9], "parties.a.no_deal": [0.1, 0.4]}
    both = sim.compare_sweeps(first, second, over, ["margin"])
    assert (both.fault != 0).values.tolist() == [[[False] * 2] * 3, [[False] * 2, [False] * 2, [True] * 2]]
    assert not both.exists[0, 2].any(), "no outcome at all, which is known"
    assert both.attrs["left_out"] == 2
    assert np.isnan(both.margin_change[2]).all()
    assert np.isfinite(both.margin_change[:2]).all()
    assert not both.opens[2].any()
    giving = read(lines_of("1", "")[0].replace("no_deal: 0.3", "no_deal: 0").replace("max: 0.5", "max: 1"))
    turned = sim.compare_sweeps(second, giving, over, ["margin"])
    assert turned.exists[1, 2].any()
    assert not turned.opens[2].any(), "the first has no scenario there, so nothing opens"
    assert not turned.closes.any()
    words = json.loads(turned.attrs["faults"])
    assert {str(code) for code in np.unique(turned.fault) if code} == set(words)


def test_undecided_cells_are_left_out(monkeypatch: pytest.MonkeyPatch) -> None:
    from sim.comparisons import sweeps as paired_sweeps

    plain = paired_sweeps.sweep

    def doubtful(*given: Any, **options: Any) -> xr.Dataset:
        found = plain(*given, **options)
        found["undecided"][:] = ~found["exists"].values & (found["push"].values < 2)
        return found

    monkeypatch.setattr(paired_sweeps, "sweep", doubtful)
    harder = edited(LEVERED, ("no_deal: 0.3}", "no_deal: 0.6}"))
    both = sim.compare_sweeps(read(LEVERED), read(harder), {"push": [0.0, 1.2, 2.0]}, ["margin"])
    assert both.exists.values.tolist() == [[True, True, False], [True, False, False]]
    assert not both.closes.any()
    assert np.isnan(both.margin_change).values.tolist() == [False, True, False]
    assert both.attrs["left_out"] == 1


def test_a_comparison_keeps_faults_and_arguments_of_both() -> None:
    rates = {"parties.a.power": [-1.0, 1.0]}
    both = sim.compare_sweeps(read(LEVERED), read(SMALL), rates, ["margin"], leverage={})
    told = json.loads(both.attrs["arguments"])
    assert told["measures"] == "margin"
    assert told["axis parties.a.power"] == "-1.0, 1.0"
    assert told["scenario"].count("One cake (") == 2
    words = json.loads(both.attrs["faults"])
    assert {str(code) for code in np.unique(both.fault) if code} == set(words)


FLAGS = """\
format: 1
name: Flags
issues:
  flag: {levels: [LEVELS]}
parties:
  a: {values: {flag: {importance: 1, table: {red: 0, white: 0.5, blue: 1}}}, no_deal: 0}
  b: {values: {flag: {importance: 1, table: {red: 1, white: 0.5, blue: 0}}}, no_deal: 0}
"""


def test_ranges_rise_whatever_the_order_of_names() -> None:
    texts = [FLAGS.replace("LEVELS", levels) for levels in ("red, white, blue", "blue, white, red")]
    both = sim.compare_sweeps(*map(read, texts), {"parties.a.no_deal": [0.0, 0.5, 1.0]}, ["ranges", "within"])
    for low in ("range_low", "nash_within_low"):
        high = low.replace("low", "high")
        assert (both[low] <= both[high]).all()
        assert both[low][0].equals(both[low][1])
        assert both[high][0].equals(both[high][1])
    assert both.range_low.values[0, :, 0].tolist() == [0, 1, 2]


def test_names_from_a_generator_serve_both_scenarios() -> None:
    names = ["nash", "egalitarian"]
    over = {"push": [0.0, 0.5]}
    told = sim.compare_sweeps(read(LEVERED), read(LEVERED), over, ["solutions"], solutions=names)
    once = sim.compare_sweeps(
        read(LEVERED), read(LEVERED), over, (m for m in ["solutions"]), solutions=(name for name in names)
    )
    assert once.identical(told)
    assert {"nash_deal", "egalitarian_deal"} <= set(once.data_vars)
    with pytest.raises(RequestError, match="measures: a single text"):
        sim.compare_sweeps(read(LEVERED), read(LEVERED), over, "margin")


# Borders with no outcome at all


def test_contours_and_break_even_agree_where_no_outcome_is_left() -> None:
    """`a` takes 0.2 at least, then 0.4, then more than `b` may give, and at last more than its own most."""
    scenario = read(lines_of("0.7", "")[0])
    least, worth = "parties.a.red_lines.least.min", "parties.a.no_deal"
    ds = sim.sweep(scenario, {least: [0.2, 0.4, 0.6, 0.9], worth: [0.0, 0.1, 0.2, 0.3]}, ["margin"])
    assert ds.exists[:2].all()
    assert np.isnan(ds.margin[2]).all()
    assert (ds.fault[2] == 0).all()
    assert (ds.fault[3] != 0).all()
    (line,) = contour(ds, least, worth)
    levels = sim.break_even(ds, least).level.values
    assert line[:, 0].tolist() == pytest.approx([0.5] * len(line))
    assert levels == pytest.approx(np.full((4, 1), 0.5))
    assert (line[:, 1].min(), line[:, 1].max()) == (0.0, 0.3)
    (turned,) = contour(ds, worth, least)
    assert sorted(map(tuple, turned[:, ::-1].tolist())) == sorted(map(tuple, line.tolist()))


def test_a_contour_that_meets_a_border_with_no_outcome() -> None:
    """Beside the border halfway from 0.4 to 0.6 the zone also closes where `a` has more than half without a deal."""
    scenario = read(lines_of("0.7", "")[0])
    least, worth = "parties.a.red_lines.least.min", "parties.a.no_deal"
    ds = sim.sweep(scenario, {least: [0.2, 0.4, 0.6], worth: [0.3, 0.45, 0.6]}, ["margin"])
    (line,) = contour(ds, least, worth)
    across = sim.break_even(ds, worth).level.values[:2, 0]
    for level, crossing in zip([0.2, 0.4], across, strict=True):
        here = line[np.isclose(line[:, 0], level)]
        assert here[:, 1].tolist() == pytest.approx([crossing] * len(here))
    assert line[:, 0].max() == pytest.approx(0.5)
    assert (line[:, 1] <= max(across) + 1e-9).all()


def test_failed_cells_make_no_border() -> None:
    scenario = read(lines_of("0.45", "")[0].replace("max: 0.5", "max: 1"))
    least, worth = "parties.a.red_lines.least.min", "parties.a.no_deal"
    ds = sim.sweep(scenario, {least: [0.2, 0.4, 0.6], worth: [0.0, 0.1]}, ["margin"])
    assert (ds.fault[2] != 0).all()
    assert contour(ds, least, worth) == ()
    assert sim.break_even(ds, least).sizes["crossing"] == 0


# Requests are checked as those of sweeps are


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"leverage": {"aid": [0, 1]}}, "aid: 2 levels beside the axes"),
        ({"leverage": {"aid": "much"}}, "aid: 'much' is not a level"),
        ({"leverage": {"aidd": 0.0}}, "no leverage variable 'aidd'"),
        ({"lift_lines": "russia.x"}, "lift_lines: a single text 'russia.x'"),
        ({"sign": "russia"}, "sign: a single text 'russia'"),
    ],
)
def test_what_is_derived_checks_its_request(wrong: Any, words: str) -> None:
    file = "scenarios/istanbul-2022.yaml"
    with pytest.raises(RequestError, match=words):
        sim.steady_deals(file, {"battlefield": [0.0, 0.5]}, **wrong)
    with pytest.raises(RequestError, match=words):
        sim.elasticities(file, steps=2, **wrong)
    with pytest.raises(RequestError, match=words):
        sim.sweep(file, {"battlefield": [0.0, 0.5]}, ["margin"], **wrong)


@pytest.mark.parametrize("over", [{}, {"battlefield": []}])
def test_steady_deals_need_points(over: Any) -> None:
    with pytest.raises(RequestError, match="there are no levels"):
        sim.steady_deals("scenarios/istanbul-2022.yaml", over)


def test_steady_deals_over_a_number_that_the_file_leaves_out() -> None:
    """War that lasts is worth the more the sooner it ends; without the axis the file has one lottery."""
    file = "scenarios/istanbul-2022.yaml"
    once = {"war.end_rate": None, "war.round": None}
    robust = sim.steady_deals(file, {"war.end_rate": [0.2, 0.8]}, set=once)
    assert robust.equals(sim.steady_deals(file, {"war.end_rate": [0.2, 0.8]}))
    assert not robust.margin.equals(sim.steady_deals(file, {"war.end_rate": [0.2]}).margin)


def test_what_is_derived_says_what_it_is_made_from() -> None:
    scenario = sim.load("scenarios/istanbul-2022.yaml", {"parties.ukraine.power": 2})
    robust = sim.steady_deals(scenario, {"battlefield": [0.0, 0.5]}, leverage={"aid": 0.5})
    answers = sim.elasticities(scenario, leverage={"aid": 0.5}, steps=3)
    for found in (robust, answers):
        told = json.loads(found.attrs["arguments"])
        assert (told["values set"], told["leverage"]) == ("parties.ukraine.power=2", "aid=0.5")
        assert found.attrs["scenario_sha256"] == scenario.sha256
        assert found.attrs["sim_version"] == sim.__version__
        assert json.loads(found.attrs["level_names"])["nato"]
        assert found["issue_unit"].sel(issue="army_cap").item() == "soldiers"
        assert all(
            {"long_name", "units"} <= set(variable.attrs) or not variable.dims for variable in found.data_vars.values()
        )
    assert json.loads(robust.attrs["arguments"])["axis battlefield"] == "0.0, 0.5"
    assert answers["lever_label"].sel(lever="aid").item() == scenario.spec.leverage["aid"].label
    assert answers.attrs["solution"] == "nash"
