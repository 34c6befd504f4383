"""Figures of paths in time show what the simulation holds."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from figure_reading import by_name, drawn, outside, overlaps, texts, titles
from figure_scenes import NO_OUTCOME, SCENARIOS, scenario
from matplotlib.axes import Axes
from scenario_texts import SMALL, edited, read

import sim
from sim.__main__ import main
from sim.plots import Request, draw
from sim.simulations.answers import event_study, survival, windows
from sim.simulations.records import Simulation

LEVER = """\
leverage:
  storm: {range: [-1, 1], default: 0.8, shifts: {parties.a.no_deal: {by: 0.9}}}
"""
WANDERING = """\
dynamics:
  months: 12
  storm: {volatility: 0.12}
  events: [{at: 4, label: A calm, leverage: {storm: -0.2}}]
"""


def wandering(text: str, **sections: str) -> sim.Scenario:
    party = next(line.split(":")[0].strip() for line in text.split("parties:\n")[1].splitlines())
    lever = LEVER.replace("parties.a.", f"parties.{party}.")
    return read("\n".join([text.rstrip(), lever, sections.get("dynamics", WANDERING)]))


@pytest.fixture(scope="module")
def found() -> Simulation:
    return sim.simulate(wandering(SMALL), 60)


def words(ax: Axes) -> str:
    return " ".join(" ".join(text for text, _ in texts(ax)).split()).replace("−", "-")


def line(ax: Axes, gid: str) -> Any:
    (only,) = [each for each in ax.lines if each.get_gid() == gid]
    return only


def test_the_fan_holds_the_quantiles_and_the_shading_the_windows(found: Simulation) -> None:
    ax = drawn(sim.plots.fan_chart(found))
    np.testing.assert_array_equal(line(ax, "middle").get_ydata(), np.median(found.margin, axis=0))
    np.testing.assert_array_equal(line(ax, "one path").get_ydata(), found.margin[0])
    for low, high in ((0.05, 0.95), (0.25, 0.75)):
        (band,) = by_name(ax, f"band {low:g} {high:g}")
        corners = band.get_paths()[0].vertices
        for s, month in enumerate(found.months):
            own = corners[corners[:, 0] == month, 1]
            ends = np.quantile(found.margin[:, s], [low, high])
            assert (own.min(), own.max()) == pytest.approx(tuple(ends))
    (mesh,) = by_name(ax, "windows")
    share = windows(found).share
    assert share.min() < share.max() < 1
    np.testing.assert_allclose(np.asarray(mesh.get_array()).ravel(), share)
    assert line(ax, "event 4").get_xdata() == [4, 4]
    assert "A calm" in words(ax)
    assert outside(ax) == overlaps(ax) == []


def test_the_finding_of_a_fan_says_how_often_windows_open(found: Simulation) -> None:
    told = windows(found)
    finding, _ = titles(drawn(sim.plots.fan_chart(found)))
    assert f"on {100 * (told.count > 0).mean():.1f} % of the paths within 12 months" in finding
    assert f"{100 * len(told.lengths) / len(told.opens):.1f} % of the windows close again" in finding


@pytest.mark.parametrize(("no_deal", "finding"), [(-0.9, "A zone is open on every path"), (2.0, "No window opens")])
def test_fans_that_are_all_zone_or_none_say_so(no_deal: float, finding: str) -> None:
    still = "dynamics: {months: 3, storm: {volatility: 0.01}}\n"
    steady = wandering(edited(SMALL, ("no_deal: 0.2", f"no_deal: {no_deal}")), dynamics=still)
    ax = drawn(sim.plots.fan_chart(sim.simulate(steady, 5)))
    assert titles(ax)[0].startswith(finding)
    assert outside(ax) == overlaps(ax) == []


def test_the_survival_curve_is_the_product_limit(found: Simulation) -> None:
    told, ax = survival(found), drawn(sim.plots.survival_curve(found))
    np.testing.assert_allclose(line(ax, "share").get_ydata(), 100 * told.share)
    corners = by_name(ax, "band")[0].get_paths()[0].vertices
    assert (corners[:, 1].min(), corners[:, 1].max()) == pytest.approx((100 * told.low.min(), 100 * told.high.max()))
    assert told.median is not None
    assert line(ax, "median").get_xdata()[-1] == told.median
    assert f"by month {told.median:g}" in titles(ax)[0]
    assert f"{told.at_risk[3]:,}" in [text for text, _ in texts(ax)]
    assert outside(ax) == overlaps(ax) == []


def test_paths_at_risk_are_those_without_deal_or_end(found: Simulation) -> None:
    steps = np.arange(len(found.months))
    until = np.where(found.settled >= 0, found.settled, found.ends - 1)
    np.testing.assert_array_equal(survival(found).at_risk, (until[:, None] >= steps).sum(axis=0))


@pytest.mark.parametrize("figure", ["fan_chart", "survival_curve", "event_study"])
def test_what_a_scenario_lacks_is_said_with_its_place(
    figure: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "figure.png"
    assert main(["plot", figure, str(SCENARIOS / "teaching" / "logroll.yaml"), "-o", str(file)]) == 3
    assert capsys.readouterr().err.startswith("dynamics: this scenario has none (expected how leverage moves")
    assert not file.exists()


def test_a_fan_without_any_outcome_is_refused() -> None:
    with pytest.raises(sim.RequestError, match="the red lines leave no outcome"):
        draw("fan_chart", Request(scenario=wandering(NO_OUTCOME)))


def test_the_source_names_leverage_today() -> None:
    request = Request(scenario=wandering(SMALL), leverage={"storm": -0.5})
    _, source = titles(draw("survival_curve", request))
    assert "storm -0.5 · scenario sha256" in source
    assert scenario("small").name in source


@pytest.mark.parametrize("figure", [sim.plots.fan_chart, sim.plots.survival_curve, sim.plots.event_study])
def test_words_stay_apart_on_small_pages(figure: Any, found: Simulation) -> None:
    ax = drawn(figure(found, size=(5.0, 4.0)))
    assert outside(ax) == overlaps(ax) == []


def test_the_event_study_draws_the_mean_difference_of_each_event(found: Simulation) -> None:
    (effect,), ax = event_study(found), drawn(sim.plots.event_study(found))
    np.testing.assert_array_equal(line(ax, "effect 0").get_ydata(), effect.margin)
    assert effect.margin[:4].tolist() == [0.0] * 4
    assert effect.margin[4] > 0
    assert f"deals {100 * effect.deals:+.1f} points" in words(ax)
    assert titles(ax)[0].startswith("A calm moves the margin most")


def test_an_event_study_without_events_is_refused() -> None:
    still = "dynamics: {months: 3, storm: {volatility: 0.01}}\n"
    with pytest.raises(sim.RequestError, match=r"dynamics\.events: this scenario has none"):
        draw("event_study", Request(scenario=wandering(SMALL, dynamics=still)))
