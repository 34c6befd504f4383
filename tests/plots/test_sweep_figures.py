"""Figures of sweeps show the dataset's own numbers."""

from __future__ import annotations

import json
from typing import Any

import numpy as np
import pytest
from figure_reading import by_name, drawn, shown, texts, titles
from figure_scenes import gathered, scenario, swept

import sim
from sim.plots import Request, draw
from sim.plots.points import lever_of, measure_of

# Maps


def test_a_map_shows_the_margin_and_its_zero_line() -> None:
    data = swept("three", "court", "gossip")
    ax = sim.plots.leverage_map(data)
    (field,) = by_name(ax, "field")
    np.testing.assert_allclose(shown(field, (21, 21)), data["margin"].values.T)
    border = by_name(ax, "zone border")
    assert border
    for line in border:
        near = data["margin"].interp(court=("n", line.get_xdata()), gossip=("n", line.get_ydata()))
        assert np.abs(near.values).max() < 0.02
    assert f"{100 * data['exists'].values.mean():.0f} % of this map" in titles(ax)[0]
    (today,) = by_name(ax, "default")
    assert (today.get_xdata()[0], today.get_ydata()[0]) == (0, 0)


def test_colours_part_at_no_deal_and_lines_tell_values() -> None:
    data = swept("three", "court", "gossip")
    ax = sim.plots.leverage_map(data)
    (field,) = by_name(ax, "field")
    assert field.norm.vmin == -field.norm.vmax == -np.abs(data["margin"].values).max()
    (lines,) = by_name(ax, "equal")
    told = {text.replace("\N{MINUS SIGN}", "-") for text, _ in texts(drawn(ax))}
    assert {f"{round(level, 10):g}" for level in lines.levels} <= told
    assert 0 not in lines.levels
    terms = sim.plots.leverage_map(data, measure="nash_deal:house")
    assert by_name(terms, "equal") == []
    count = len(json.loads(data.attrs["level_names"])["house"])
    (field,) = by_name(terms, "field")
    assert (field.norm.vmin, field.norm.vmax, field.cmap.N) == (-0.5, count - 0.5, count)


def test_titles_speak_of_what_is_shown() -> None:
    data = swept("three", "court", "gossip")
    values = data["surplus"].sel(party="ann").values
    title = titles(sim.plots.leverage_map(data, measure="surplus:ann"))[0]
    assert f"{np.nanmin(values):.3g} to {np.nanmax(values):.3g}; a zone exists on" in title
    house = titles(sim.plots.leverage_map(data, measure="nash_deal:house"))[0]
    names = json.loads(data.attrs["level_names"])["house"]
    seen = {names[int(k)] for k in np.unique(data["nash_deal"].sel(issue="house").values) if np.isfinite(k)}
    assert "in the Nash deal: " in house
    assert {name for name in names if name in house} == seen


def test_levers_say_what_their_ends_stand_for() -> None:
    data = swept("istanbul-2022", "battlefield", "aid")
    ax = sim.plots.leverage_map(data)
    assert ax.get_xlabel() == "Battlefield momentum\n\N{MINUS SIGN}1 Ukraine advances, +1 Russia advances"
    assert ax.get_ylabel().startswith("Aid to Ukraine\n\N{MINUS SIGN}1 withdrawn")
    bare = data.copy()
    del bare["battlefield"].attrs["meaning"]
    assert sim.plots.leverage_map(bare).get_xlabel() == "Battlefield momentum"


def test_hatching_leaves_colours_as_they_are_on_the_bar() -> None:
    ax = sim.plots.leverage_map(swept("three", "court", "gossip"))
    veils = [part for part in ax.collections if part.get_alpha() not in (None, 1) and part.get_gid() != "field"]
    assert veils == []
    hatched = [part for part in ax.collections if any(getattr(part, "hatches", None) or [])]
    assert hatched


def test_a_sweep_says_the_date_of_its_scenario() -> None:
    data = swept("three", "court", "gossip")
    assert "as of" not in titles(sim.plots.leverage_map(data))[1]
    dated = titles(sim.plots.leverage_map(data.assign_attrs(as_of="2031-02")))[1]
    assert dated.startswith("Three heirs · as of 2031-02 · ")
    old = data.copy()
    old.attrs.pop("as_of", None)
    assert titles(sim.plots.leverage_map(old))[1].startswith("Three heirs · ")


def test_axes_follow_the_sweep_not_the_order_of_levels() -> None:
    data = swept("three", "court", "gossip")
    there, back = (measure_of(d, "margin", (lever_of(d, "court"), lever_of(d, "gossip"))) for d in (data, data[{"court": slice(None, None, -1)}]))  # fmt: skip  # noqa: E501
    np.testing.assert_array_equal(there.values, back.values)


def test_a_measure_of_one_party_or_issue() -> None:
    data = swept("three", "court", "gossip")
    ax = sim.plots.leverage_map(data, measure="nash_deal:house")
    (field,) = by_name(ax, "field")
    values = data["nash_deal"].sel(issue="house").values.T
    np.testing.assert_array_equal(shown(field, (21, 21)).filled(np.nan), values)
    labels = [text for text, _ in texts(drawn(ax))]
    assert {"first", "second", "third"} <= set(labels)


@pytest.mark.parametrize(
    ("measure", "words"),
    [
        ("margins", r"no measure 'margins' \(did you mean margin\?\)"),
        ("surplus", r"surplus:NAME \(expected one of: ann, bob, cat, dan\)"),
        ("surplus:anne", r"did you mean ann\?"),
        ("margin:ann", "has no entries"),
    ],
)
def test_measures_that_do_not_exist(measure: str, words: str) -> None:
    with pytest.raises(sim.RequestError, match=words):
        sim.plots.leverage_map(swept("three", "court", "gossip"), measure=measure)


def test_a_map_wants_two_axes_and_a_path_one() -> None:
    data = swept("three", "court", "gossip")
    with pytest.raises(sim.RequestError, match=r"2 axes \(court, gossip\) \(expected one axis"):
        sim.plots.leverage_path(data)
    with pytest.raises(sim.RequestError, match="expected 2 axes"):
        sim.plots.leverage_map(data.isel(court=0))
    with pytest.raises(sim.RequestError, match="one level"):
        sim.plots.leverage_map(data.isel(court=[0]))


def test_an_axis_that_is_a_path_has_its_unit() -> None:
    over = {"parties.ann.no_deal": np.linspace(0, 0.5, 5), "gossip": np.linspace(0, 1, 4)}
    ax = sim.plots.leverage_map(sim.sweep(scenario("three"), over, ["margin"]))
    assert ax.get_xlabel() == "parties.ann.no_deal (utility)"


# Paths


def test_a_path_follows_the_deal_and_marks_where_the_zone_ends() -> None:
    data = swept("three", "court")
    ax = sim.plots.leverage_path(data, issues=["land", "rent"])
    (line,) = by_name(ax, "land deal")
    deal = data["nash_deal"].sel(issue="land").values
    heights = np.asarray(line.get_ydata())
    assert np.array_equal(np.isnan(heights), np.isnan(deal))
    some = ~np.isnan(deal)
    assert np.corrcoef(heights[some], deal[some])[0, 1] == pytest.approx(1.0)
    (crossing,) = by_name(ax, "crossing")
    (expected,) = sim.break_even(data, "court")["level"].values
    assert crossing.get_xdata()[0] == pytest.approx(expected)
    assert any(f"closes near +{expected:.3g}" in text for text, _ in texts(drawn(ax)))
    (no_deal,) = by_name(ax, "no deal")
    assert no_deal.get_x() == pytest.approx(expected)


def test_a_lane_runs_over_the_levels_that_agreements_reach() -> None:
    data = gathered(sim.plots.requests.path_for, "istanbul-2022")
    assert data["range_low"].sel(issue="nato").min() == 1, "a red line forbids the first level"
    words = [text for text, _ in texts(drawn(sim.plots.leverage_path(data, issues=["nato"])))]
    assert "open door" in words
    assert "membership" not in words


def test_there_is_a_strip_above_the_lanes_only_where_words_stand_in_it() -> None:
    assert sim.plots.leverage_path(gathered(sim.plots.requests.path_for, "istanbul-2022")).get_ylim()[1] == 0.05
    assert sim.plots.leverage_path(swept("three", "court")).get_ylim()[1] == 0.5


def test_a_path_of_a_missing_solution_is_refused() -> None:
    with pytest.raises(sim.RequestError, match="no solution 'raiffa'"):
        sim.plots.leverage_path(swept("three", "court"), solution="raiffa")


# Requests


def test_levers_held_at_a_level_cannot_be_moved() -> None:
    with pytest.raises(sim.RequestError, match=r"court: is moved by this figure \(leave --at court out"):
        draw("leverage_path", Request(scenario=scenario("three"), leverage={"court": 0.1}, levers=["court"]))
    ax = draw("leverage_path", Request(scenario=scenario("three"), leverage={"court": 0.1}))
    assert ax.get_xlabel() == "Gossip"
    assert "court=0.1" in titles(ax)[1]


@pytest.mark.parametrize(
    ("figure", "options", "words"),
    [
        ("leverage_map", {"levers": ["cort"]}, r"did you mean court\?"),
        ("leverage_map", {"levers": ["court", "court"]}, "2 different leverage variables"),
        ("leverage_path", {"levers": ["court", "gossip"]}, "expected 1 for this figure"),
        ("utility_plane", {"issues": ["land"]}, r"cannot be told issues \(it takes parties\)"),
        ("issue_profile", {"issues": ["land", "rent"]}, "shows one issue"),
        ("issue_profile", {"solution": "nsh"}, r"did you mean nash\?"),
        ("zone_map", {"issues": ["land", "hous"]}, r"did you mean house\?"),
        ("lever_terms", {"sign": ["dan"]}, "leave --sign out"),
        ("utility-plan", {}, r"no figure 'utility-plan' \(did you mean utility_plane\?\)"),
    ],
)
def test_requests_that_cannot_be_met(figure: str, options: dict[str, Any], words: str) -> None:
    with pytest.raises(sim.RequestError, match=words):
        draw(figure, Request(scenario=scenario("three"), **options))


def test_a_scenario_with_too_few_levers() -> None:
    with pytest.raises(
        sim.RequestError, match=r"2 different leverage variables; 1 can be moved here \(plot leverage_path"
    ):
        draw("leverage_map", Request(scenario=scenario("full")))
    with pytest.raises(sim.RequestError, match="needs a leverage variable"):
        draw("leverage_path", Request(scenario=scenario("small")))
    with pytest.raises(sim.RequestError, match=r"0 can be moved here \(leave --at out\)"):
        draw("leverage_path", Request(scenario=scenario("full"), leverage={"storm": 0.5}))
