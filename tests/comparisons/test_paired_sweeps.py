"""Two scenarios swept over the same axes: what differs, and which cells are left out."""

from __future__ import annotations

import csv
import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import xarray as xr
from scenario_texts import LEVERED, SMALL, edited, lines_of, read

import sim
from sim.errors import RequestError
from sim.output.datasets import write_dataset


def test_two_scenarios_on_the_same_axes() -> None:
    harder = edited(LEVERED, ("no_deal: 0.3}", "no_deal: 0.6}"), ("name: One cake", "name: A hard cake"))
    both = sim.compare_sweeps(read(LEVERED), read(harder), {"push": np.linspace(-1, 2, 13)}, ["surplus", "solutions"])
    assert both["scenario_name"].values.tolist() == ["One cake", "A hard cake"]
    assert both.margin.dims == ("scenario", "push")
    assert both.margin_change.values == pytest.approx([-0.15] * 13, abs=0.01)
    assert both.closes.values.tolist() == (both.exists[0] & ~both.exists[1]).values.tolist()
    assert both.closes.any()
    assert not both.opens.any()


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


# Cells that are left out of a comparison, and what a comparison keeps


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
