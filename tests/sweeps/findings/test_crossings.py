"""Where a zone opens or closes along one axis, and along the border between two."""

from __future__ import annotations

import numpy as np
import pytest
from scenario_texts import LEVERED, lines_of, read

import sim
from sim.errors import RequestError
from sim.sweeps.findings.crossings import contour, crossings


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
