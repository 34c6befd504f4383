"""Figures of one leverage point show the study's own numbers."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from figure_reading import by_name, drawn, texts, titles
from figure_scenes import scenario, studied
from matplotlib.axes import Axes

import sim
from sim.model.base import label_of
from sim.plots.party_triangle import _CORNERS
from sim.studies.acceptance import pair_map
from sim.studies.games.coalitions import Coalitions
from sim.studies.games.lasting import Durability
from sim.studies.replay import played_again


def marks(ax: Axes, marker: str) -> list[tuple[float, float]]:
    """Return where single marks of a kind stand."""
    found = [line for line in ax.get_lines() if line.get_marker() == marker and len(line.get_xdata()) == 1]  # type: ignore[arg-type]
    return [(float(np.asarray(line.get_xdata())[0]), float(np.asarray(line.get_ydata())[0])) for line in found]


def labelled(ax: Axes, label: str) -> Any:
    return next(artist for artist in ax.get_children() if artist.get_label() == label)


# The utility plane


def test_the_plane_shows_frontier_reservation_lines_and_solutions() -> None:
    study = studied("istanbul-2022")
    ax = sim.plots.utility_plane(study)
    line = labelled(ax, "Pareto frontier")
    np.testing.assert_array_equal(line.get_xydata(), study.folded.frontier.points.utilities)
    for party, axis in (("russia", 0), ("ukraine", 1)):
        own = [ln for ln in ax.get_lines() if np.ptp(np.asarray(ln.get_xydata())[:, axis]) == 0]
        assert study.reservation[party] in [float(np.asarray(ln.get_xydata())[0, axis]) for ln in own]
    nash = study.solutions["nash"].utilities
    assert (nash["russia"], nash["ukraine"]) in marks(ax, "*")
    assert f"{study.zone.margin:.2f}" in titles(ax)[0]


def test_the_shaded_zone_lies_above_both_reservation_values() -> None:
    study = studied("full")
    ax = sim.plots.utility_plane(study)
    corners = labelled(ax, "zone").get_paths()[0].vertices
    assert corners.min(axis=0) == pytest.approx([study.reservation["north"], study.reservation["south"]])
    ideal = [study.reservation[p] + study.zone.surplus[p] for p in ("north", "south")]
    assert corners.max(axis=0) == pytest.approx(ideal)


def test_the_plane_takes_the_parties_in_any_order() -> None:
    study = studied("full")
    there = labelled(sim.plots.utility_plane(study), "Pareto frontier").get_xydata()
    back = labelled(sim.plots.utility_plane(study, parties=["south", "north"]), "Pareto frontier").get_xydata()
    np.testing.assert_array_equal(back[::-1, ::-1], there)


def test_without_a_zone_an_arrow_leads_from_the_nearest_outcome() -> None:
    study = studied("no zone")
    ax = sim.plots.utility_plane(study)
    (spot,) = marks(ax, "X")
    assert study.zone.margin == pytest.approx(min(spot[0] - study.reservation["a"], spot[1] - study.reservation["b"]))


def test_three_parties_are_dots() -> None:
    study = studied("three")
    dots = labelled(sim.plots.utility_plane(study, parties=["bob", "cat"]), "zone").get_offsets()
    inside = study.frontier.utilities[:, 1:]
    np.testing.assert_allclose(np.sort(dots, axis=0), np.sort(inside, axis=0))


@pytest.mark.parametrize("parties", [["ann", "ann"], ["dan"], ["nobody"], ["ann", "bob", "cat"]])
def test_parties_that_cannot_be_shown_are_refused(parties: list[str]) -> None:
    with pytest.raises(sim.RequestError, match=r"party|parties"):
        sim.plots.utility_plane(studied("three"), parties=parties)


# Agreement ranges


def test_bars_cover_the_levels_that_a_side_accepts() -> None:
    study = studied("full")
    ax = sim.plots.agreement_ranges(study, issues=["tax"])
    (north,) = by_name(ax, "tax north")
    # Five levels on a track of five equal cells: Northland's line is at 10, so it gives up the first cell.
    assert (north.get_x(), north.get_x() + north.get_width()) == pytest.approx((0.2, 1.0))
    (south,) = by_name(ax, "tax south")
    assert (south.get_x(), south.get_x() + south.get_width()) == pytest.approx((0.0, 0.8))
    assert any("both accept 10 to 30 %" in text for text, _ in texts(drawn(ax)))


def test_deals_and_their_near_ranges_stand_on_the_track() -> None:
    study = studied("istanbul-2022")
    ax = sim.plots.agreement_ranges(study, issues=["army_cap"])
    deal = study.solutions["nash"]
    edges = (82_500, 252_500)
    (star,) = by_name(ax, "army_cap nash")
    share = (float(deal.outcome["army_cap"]) - edges[0]) / (edges[1] - edges[0])
    assert float(star.get_xdata()[0]) == pytest.approx(share)
    (bar,) = by_name(ax, "army_cap nash within")
    low = (deal.within["army_cap"].min - 2500 - edges[0]) / (edges[1] - edges[0])
    high = (deal.within["army_cap"].max + 2500 - edges[0]) / (edges[1] - edges[0])
    assert (bar.get_x(), bar.get_x() + bar.get_width()) == pytest.approx((low, high))


def test_ranges_of_unknown_issues_are_refused() -> None:
    with pytest.raises(sim.RequestError, match=r"no issue 'flagg' \(did you mean flag\?\)"):
        sim.plots.agreement_ranges(studied("full"), issues=["flagg"])


def test_names_of_levels_are_cut_only_where_they_have_no_room() -> None:
    pages = [sim.plots.agreement_ranges(studied("may-2025"), page_number=n) for n in (1, 2)]
    shown = [text for ax in pages for text, _ in texts(drawn(ax))]
    assert "former Soviet states" in shown
    assert [text for text in shown if "…" in text] == ["Ukraine Georgia Mo…"]


def test_without_an_outcome_the_red_lines_are_named_that_would_have_to_go() -> None:
    study = studied("no outcome")
    words = " ".join(text for text, _ in texts(drawn(sim.plots.agreement_ranges(study))))
    assert study.why.lifts
    for lines in study.why.lifts:
        for party, line in lines:
            assert f"{study.game.label(party)}: {line}" in words
    assert "suits" not in words


# Profiles


def test_a_profile_is_that_of_the_deal() -> None:
    study = studied("istanbul-2022")
    ax = sim.plots.issue_profile(study, issue="army_cap", solution="egalitarian")
    deal = study.solutions["egalitarian"]
    line = labelled(ax, "profile")
    np.testing.assert_array_equal(line.get_ydata(), deal.profile["army_cap"])
    np.testing.assert_array_equal(line.get_xdata(), study.game.levels[study.game.issues.index("army_cap")])
    shaded = [a for a in ax.patches if (a.get_gid() or "").startswith("within")]
    assert len(shaded) == len(deal.within["army_cap"].levels)


def test_levels_of_no_agreement_are_hatched() -> None:
    ax = sim.plots.issue_profile(studied("istanbul-2022"), issue="nato")
    (patch,) = by_name(ax, "no agreement")
    assert patch.get_x() == -0.5
    assert patch.get_hatch()


def test_a_profile_without_a_zone_says_why_it_is_empty() -> None:
    ax = drawn(sim.plots.issue_profile(studied("no zone")))
    words = [text for text, _ in texts(ax)]
    assert "No level of cake is in any agreement,\nso there is no best deal to compare" in words
    (nearest,) = by_name(ax, "nearest")
    closest = studied("no zone").why.closest
    assert closest is not None
    assert nearest.get_xdata()[0] == closest["cake"]
    assert not by_name(sim.plots.issue_profile(studied("no outcome")), "nearest")


# Zone maps


def test_a_map_shows_the_share_of_completions() -> None:
    study = studied("full")
    ax = sim.plots.zone_map(study, issues=["tax", "fleet"])
    found = pair_map(study, "tax", "fleet")
    assert found.fraction is not None
    (mesh,) = by_name(ax, "cells")
    shown = np.ma.masked_invalid(mesh.get_array()).reshape(found.fraction.T.shape)
    np.testing.assert_array_equal(~np.ma.getmaskarray(shown), found.possible.T)
    np.testing.assert_allclose(shown.compressed(), 100 * found.fraction.T[found.possible.T])
    assert len(by_name(ax, "red line")) == found.crossed.sum()


def test_a_map_turned_round_is_the_same_map() -> None:
    study = studied("full")
    one, other = pair_map(study, "tax", "flag"), pair_map(study, "flag", "tax")
    for name in ("possible", "crossed", "fraction"):
        np.testing.assert_array_equal(getattr(one, name), getattr(other, name).T)


def test_solutions_stand_at_their_levels() -> None:
    study = studied("istanbul-2022")
    ax = sim.plots.zone_map(study, issues=["army_cap", "sanctions"])
    (star,) = by_name(ax, "nash")
    deal = study.solutions["nash"].outcome
    assert star.get_xdata()[0] == deal["army_cap"]
    assert star.get_ydata()[0] == ["kept", "suspended", "lifted"].index(str(deal["sanctions"]))


def test_a_map_needs_two_issues() -> None:
    with pytest.raises(sim.RequestError, match=r"here is one, cake \(plot issue_profile"):
        sim.plots.zone_map(studied("small"))
    for issues in (["tax", "tax"], ["tax", "flag", "fleet"]):
        with pytest.raises(sim.RequestError, match="expected two different issues"):
            sim.plots.zone_map(studied("full"), issues=issues)


def test_an_axis_of_numbers_ends_where_they_end() -> None:
    ax = sim.plots.zone_map(studied("full"), issues=["tax", "flag"])
    assert ax.get_xlim() == (0, 40)
    assert ax.get_ylim() == (-0.5, 2.5)
    assert sim.plots.issue_profile(studied("full"), issue="tax").get_xlim() == (0, 40)


# The triangle


def test_the_triangle_divides_gains() -> None:
    study = studied("three")
    ax = sim.plots.party_triangle(study)
    (star,) = by_name(ax, "nash")
    gains = np.array([study.solutions["nash"].utilities[p] - study.reservation[p] for p in study.game.signers])
    parts = gains / [study.zone.surplus[p] for p in study.game.signers]
    assert [star.get_xdata()[0], star.get_ydata()[0]] == pytest.approx((parts / parts.sum() @ _CORNERS).tolist())


def test_the_triangle_needs_three() -> None:
    with pytest.raises(sim.RequestError, match=r"needs three parties .*let guild sign with --sign guild, or plot"):
        sim.plots.party_triangle(studied("full"))
    with pytest.raises(sim.RequestError, match=r"here a and b must \(plot utility_plane\)"):
        sim.plots.party_triangle(studied("small"))


# Last offers, durability, coalitions


def test_risk_and_return_are_those_of_the_offers() -> None:
    study = studied("istanbul-2022")
    ax = sim.plots.risk_return(study)
    for game in study.games.ultimatum:
        assert not isinstance(game, sim.studies.games.setting.Absent)
        (line,) = by_name(ax, f"curve {game.path}")
        some = game.curve[game.curve[:, 0] < 0.999]
        np.testing.assert_allclose(line.get_xydata(), some * [100, 1])
        assert game.best is not None
        assert (100 * game.best.risk, game.best.utilities[game.proposer]) in marks(ax, "*")


def test_durability_shows_both_zones_and_both_margins() -> None:
    study = studied("istanbul-2022")
    found = study.durability
    assert isinstance(found, Durability)
    ax = sim.plots.durability(study)
    (today,), (later,) = by_name(ax, "margin today"), by_name(ax, "margin lasting")
    assert study.zone.margin is not None
    assert later.get_width() / today.get_width() == pytest.approx(found.zone_margin / study.zone.margin)
    (bar,) = by_name(ax, "nato lasting")
    assert (bar.get_x(), bar.get_width()) == pytest.approx((1 / 3, 2 / 3))
    assert found.issues["nato"] == ("open door", "neutrality")


def test_durability_without_a_zone_is_one_panel() -> None:
    study = studied("may-2025")
    assert not study.zone.exists
    ax = drawn(sim.plots.durability(study))
    words = [text for text, _ in texts(ax)]
    assert any("so there is none that could last" in text for text in words)
    assert len(by_name(ax, "margin today")) == 1
    assert not any("Star" in text for text in words)
    assert not any(study.game.label(issue) in words for issue in study.game.issues)
    assert ax.get_figure(root=True).get_figheight() < 3  # type: ignore[union-attr]


def test_a_single_coalition_is_no_table() -> None:
    for name, instead in (("may-2025", "party_triangle"), ("istanbul-2022", "utility_plane")):
        with pytest.raises(sim.RequestError, match=rf"coalition_table: .*expected several; plot {instead} instead"):
            sim.plots.coalition_table(studied(name))


def test_coalitions_are_rows_with_their_margins() -> None:
    study = studied("three")
    found = study.coalitions
    assert isinstance(found, Coalitions)
    ax = sim.plots.coalition_table(study)
    widths = [bar.get_width() for bar in by_name(ax, "margin")]
    margins = [coalition.margin for coalition in found.coalitions]
    assert np.array(widths) / widths[0] == pytest.approx(np.array(margins) / margins[0])
    words = [text for text, _ in texts(ax)]
    for coalition in found.coalitions:
        assert f"{coalition.stable:,} of {coalition.efficient:,}" in words


def test_a_disc_stands_where_moves_hold() -> None:
    study = studied("may-2025")
    played = played_again(study)
    assert played is not None
    assert played.stable is not None
    ax = drawn(sim.plots.stability_table(study))
    held = {tuple(profile.items()) for own in played.stable.values() for profile in own}
    assert 3 < len(held) <= 12
    for kind, own in played.stable.items():
        assert len(by_name(ax, f"{kind} True")) == len(own)
        assert len(by_name(ax, f"{kind} False")) == len(held) - len(own)
    heights = {round(float(mark.get_ydata()[0]), 6) for mark in by_name(ax, "nash True")}
    assert heights == {-1.0, -2.0}
    words = " ".join(text for text, _ in texts(ax))
    for moves in played.stable["nash"]:
        named = [label_of(move, study.game.scenario.spec.moves[party][move]) for party, move in moves.items()]
        assert all(f": {name}" in words for name in named)
    assert titles(ax)[0].startswith("In 2 choices of moves nobody gains by leaving")


@pytest.mark.parametrize(
    ("figure", "words"),
    [
        ("stability_table", "moves"),
        ("risk_return", "private"),
        ("durability", "no later dates"),
        ("coalition_table", "no further signature"),
    ],
)
def test_what_a_scenario_lacks_is_named(figure: str, words: str) -> None:
    with pytest.raises(sim.RequestError, match=words):
        getattr(sim.plots, figure)(studied("small"))


def test_scenes_are_what_they_say() -> None:
    assert studied("no zone").zone.exists is False
    assert studied("no outcome").zone.margin is None
    assert studied("three").zone.exists
    assert len(studied("three").game.signers) == 3
    assert "$x_{1}$" in scenario("hostile").name
