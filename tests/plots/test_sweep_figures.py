"""Figures of sweeps show the dataset's own numbers."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from figure_reading import by_name, drawn, texts, titles
from figure_scenes import scenario, swept

import sim
from sim.plots import Request, draw
from sim.plots.equilibrium_path import _rows
from sim.plots.points import Lever, lever_of, measure_of


def shown(artist: Any, shape: tuple[int, int]) -> np.ma.MaskedArray[Any, Any]:
    return np.ma.masked_invalid(np.ma.asarray(artist.get_array())).reshape(shape)


# Maps


def test_a_map_shows_the_gap_and_its_zero_line() -> None:
    data = swept("three", "court", "gossip")
    ax = sim.plots.leverage_map(data)
    (field,) = by_name(ax, "field")
    np.testing.assert_allclose(shown(field, (21, 21)), data["gap"].values.T)
    border = by_name(ax, "zone border")
    assert border
    for line in border:
        near = data["gap"].interp(court=("n", line.get_xdata()), gossip=("n", line.get_ydata()))
        assert np.abs(near.values).max() < 0.02
    assert f"{100 * data['exists'].values.mean():.0f} % of this map" in titles(ax)[0]
    (today,) = by_name(ax, "default")
    assert (today.get_xdata()[0], today.get_ydata()[0]) == (0, 0)


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
    there, back = (measure_of(d, "gap", (lever_of(d, "court"), lever_of(d, "gossip"))) for d in (data, data[{"court": slice(None, None, -1)}]))  # fmt: skip  # noqa: E501
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
        ("gaps", r"no measure 'gaps' \(did you mean gap\?\)"),
        ("surplus", r"surplus:NAME \(expected one of: ann, bob, cat, dan\)"),
        ("surplus:anne", r"did you mean ann\?"),
        ("gap:ann", "has no entries"),
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
    ax = sim.plots.leverage_map(sim.sweep(scenario("three"), over, ["gap"]))
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
    assert any(f"closes at +{expected:.3g}" in text for text, _ in texts(drawn(ax)))
    (no_deal,) = by_name(ax, "no deal")
    assert no_deal.get_x() == pytest.approx(expected)


def test_a_path_of_a_missing_solution_is_refused() -> None:
    with pytest.raises(sim.RequestError, match="no solution 'raiffa'"):
        sim.plots.leverage_path(swept("three", "court"), solution="raiffa")


# Equilibria


def chances(*levels: list[list[float]]) -> Any:
    """Return a sweep of a game of two sides with two moves each and some equilibria at each level."""
    import xarray as xr

    most = max(map(len, levels))
    table = np.full((len(levels), most, 4), np.nan)
    for k, level in enumerate(levels):
        for j, equilibrium in enumerate(level):
            table[k, j] = equilibrium
    return xr.Dataset(
        {
            "moves_probability": (("x", "moves_equilibrium", "move"), table),
            "moves_count": (("x",), [len(level) for level in levels]),
            "gap": (("x",), np.zeros(len(levels))),
        },
        {
            "x": np.linspace(-1, 1, len(levels)),
            "party": ["a", "b"],
            "party_label": ("party", ["A", "B"]),
            "move": ["a.hold", "a.push", "b.hold", "b.push"],
        },
        {"scenario": "Made up"},
    )


HOLD, PUSH, MIXED = [1.0, 0.0, 1.0, 0.0], [0.0, 1.0, 0.0, 1.0], [0.4, 0.6, 0.7, 0.3]


def test_all_equilibria_are_shown_with_their_stability() -> None:
    data = chances([HOLD], [HOLD, PUSH, MIXED], [HOLD, PUSH, MIXED], [PUSH], [MIXED], [])
    lever = lever_of(data, "x")
    assert isinstance(lever, Lever)
    hold, push, mixed = _rows(data, lever)
    assert hold.name == "A: hold\nB: hold"
    assert mixed.name == "A: hold or push\nB: hold or push"
    assert hold.present.tolist() == hold.stable.tolist() == [True, True, True, False, False, False]
    assert push.present.tolist() == push.stable.tolist() == [False, True, True, True, False, False]
    assert mixed.present.tolist() == [False, True, True, False, True, False]
    assert mixed.stable.tolist() == [False, False, False, False, True, False]


def test_equilibria_appear_and_vanish() -> None:
    data = chances([HOLD], [HOLD, PUSH, MIXED], [HOLD, PUSH, MIXED], [PUSH], [MIXED], [])
    ax = drawn(sim.plots.equilibrium_path(data))
    words = [text for text, _ in texts(ax)]
    assert words.count("vanishes at −0.2") == 2
    assert words.count("appears at −0.6") == 2
    assert "vanishes at +0.6" not in words, "beyond it nothing was found, so nothing vanished"
    assert len(by_name(ax, "none found")) == 1
    (open_marks,) = by_name(ax, "unstable -2")
    assert open_marks.get_xdata().tolist() == pytest.approx([-0.6, -0.2])


def test_a_scenario_without_moves_is_refused() -> None:
    with pytest.raises(sim.RequestError, match="section moves"):
        sim.plots.equilibrium_path(swept("three", "court"))
    with pytest.raises(sim.RequestError, match="section moves"):
        draw("equilibrium_path", Request(scenario=scenario("three")))


# Levers and terms


def test_the_table_of_levers_and_terms_reads_from_where_to_where() -> None:
    request = Request(scenario=scenario("three"), solution="egalitarian")
    ax = drawn(draw("lever_terms", request))
    data = sim.elasticities(scenario("three"), solution="egalitarian")
    words = [text for text, _ in texts(ax)]
    first, last = (float(data[name].sel(lever="court", issue="land")) for name in ("first", "last"))
    assert f"{first:g} → {last:g}" in words
    (cells,) = by_name(ax, "cells")
    np.testing.assert_allclose(shown(cells, (3, 2)), 100 * np.minimum(np.abs(data["share"].values.T), 1))
    assert ax.get_xticklabels()[0].get_text() == "Court"


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
    with pytest.raises(sim.RequestError, match=r"2 different leverage variables \(1 can be moved here\)"):
        draw("leverage_map", Request(scenario=scenario("full")))
    with pytest.raises(sim.RequestError, match="needs a leverage variable"):
        draw("leverage_path", Request(scenario=scenario("small")))
