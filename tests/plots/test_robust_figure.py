"""The figure of what holds for every truth says what `sim.robustness` finds."""

from __future__ import annotations

import pytest
from figure_reading import drawn, texts
from matplotlib.axes import Axes

import sim


def words(ax: Axes) -> str:
    return " ".join(" ".join(text for text, _ in texts(ax)).split())


def ids(ax: Axes) -> set[str]:
    return {str(artist.get_gid()) for artist in [*ax.lines, *ax.patches] if artist.get_gid()}


def test_terms_that_hold_and_the_deal_are_drawn() -> None:
    study = sim.study("scenarios/humanitarian-track.yaml")
    found = sim.robustness(study)
    assert found is not None
    assert found.margin is not None
    ax = drawn(sim.plots.robust(study))
    assert f"each gains {found.margin:.3f} or more" in words(ax)
    shown = ids(ax)
    for issue, levels in found.levels.items():
        assert f"{issue} every truth" in shown
        assert f"{issue} D" in shown
        bars = [p for p in ax.patches if p.get_gid() == f"{issue} every truth"]
        share = sum(bar.get_width() for bar in bars)
        assert 0 < share <= 1 + 1e-9
        count = len(study.game.levels[study.game.issues.index(issue)])
        assert (share > 1 - 1e-9) == (len(levels) == count)


def test_without_a_deal_for_every_truth_it_says_how_far_short_and_for_whom() -> None:
    study = sim.study("scenarios/four-party-2025.yaml")
    ax = drawn(sim.plots.robust(study, issues=["territory", "us_sanctions"]))
    assert "the best falls 0.053 short for Russia" in words(ax)
    assert "nearest: front line" in words(ax)
    assert {"territory X", "territory zone"} <= ids(ax)
    assert "territory every truth" not in ids(ax)


def test_a_doubt_stands_for_statements() -> None:
    study = sim.study("scenarios/teaching/logroll.yaml")
    with pytest.raises(sim.RequestError, match="nothing is stated about uncertain numbers"):
        sim.plots.robust(study)
    assert "with assumptions off by up to 10 %" in words(drawn(sim.plots.robust(study, doubt=0.1)))
