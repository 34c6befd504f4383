"""Figures of many truths show what the ensemble holds."""

from __future__ import annotations

import numpy as np
import pytest
from figure_reading import drawn, texts
from figure_scenes import gathered
from matplotlib.axes import Axes

import sim
from sim.ensembles.answers import answers
from sim.plots import Request, draw
from sim.plots.requests import InDoubt, doubt_for

OVER = {"strength": [-0.2, 0.0, 0.2], "optimism": [0.0, 0.1]}


@pytest.fixture(scope="module")
def found() -> InDoubt:
    told: InDoubt = gathered(doubt_for, "three")
    return told


def words(ax: Axes) -> str:
    return " ".join(" ".join(text for text, _ in texts(ax)).split()).replace("−", "-")


def ids(ax: Axes) -> list[str]:
    return [str(artist.get_gid()) for artist in [*ax.lines, *ax.patches] if artist.get_gid()]


def test_the_tornado_has_a_bar_for_each_input_that_moves_the_margin(found: InDoubt) -> None:
    ax = drawn(sim.plots.tornado(found))
    moving = {spread.inputs: spread for spread in found.sensitivity.tornado if spread.greatest > spread.least}
    drawn_bars = [patch for patch in ax.patches if str(patch.get_gid()).startswith("range ")]
    assert {str(bar.get_gid())[6:] for bar in drawn_bars} == set(moving)
    for inputs, spread in moving.items():
        ends = [bar.get_x() for bar in drawn_bars if bar.get_gid() == f"range {inputs}"]
        ends += [bar.get_x() + bar.get_width() for bar in drawn_bars if bar.get_gid() == f"range {inputs}"]
        assert (min(ends), max(ends)) == pytest.approx((spread.least, spread.greatest))
    assert f"from {found.sensitivity.tornado[0].least:+.3f}" in words(ax)


def test_terms_under_doubt_have_a_cell_for_each_level_that_occurs(found: InDoubt) -> None:
    ax = drawn(sim.plots.doubt_terms(found, issues=["house", "land"]))
    told = answers(found.truths)
    shown = ids(ax)
    assert told.solved > 0
    for issue in ("house", "land"):
        cells = [
            name for name in shown if name.startswith(f"{issue} ") and name.split(" ", 1)[1] not in ("deal", "within")
        ]
        assert len(cells) == len(told.terms[issue])
    assert not any(name.startswith("rent ") for name in shown)
    assert f"in {told.solved} truths with a zone" in words(ax)


def test_the_discovery_box_shows_every_truth(found: InDoubt) -> None:
    ax = drawn(sim.plots.discovery_box(found))
    count = {str(line.get_gid()): len(line.get_xdata()) for line in ax.lines}
    exists = found.truths.exists.values
    assert (count["zone"], count["none"]) == (int(exists.sum()), int((~exists).sum()))


def test_convergence_ends_at_the_indices(found: InDoubt) -> None:
    ax = drawn(sim.plots.convergence(found))
    margin = found.sensitivity.margin
    for k, group in enumerate(margin.groups[:6]):
        (line,) = [each for each in ax.lines if each.get_gid() == f"index {group.inputs}"]
        assert list(line.get_xdata()) == list(margin.path)
        assert line.get_ydata()[-1] == pytest.approx(group.total)
        assert line.get_ydata()[0] == pytest.approx(next(iter(margin.path.values()))[k])


def test_the_share_map_shows_the_share(found: InDoubt) -> None:
    shares = sim.ensemble("scenarios/teaching/fearon-crisis.yaml", 60, doubt=0.5, over=OVER)
    ax = drawn(sim.plots.share_map(shares))
    (mesh,) = [each for each in ax.collections if each.get_gid() == "share"]
    shown = np.asarray(mesh.get_array()).reshape(len(OVER["optimism"]), len(OVER["strength"]))
    np.testing.assert_allclose(shown, 100 * shares.share.transpose("optimism", "strength"))
    assert "60 truths, the same everywhere" in words(ax)
    with pytest.raises(sim.RequestError, match="share_map draws what"):
        sim.plots.share_map(found.truths)


def test_a_doubt_is_told_to_figures_that_take_it() -> None:
    with pytest.raises(sim.RequestError, match="cannot be told doubt"):
        draw("zone_map", Request(scenario="scenarios/teaching/logroll.yaml", doubt=0.2))
    with pytest.raises(sim.RequestError, match="doubt: -1"):
        draw("tornado", Request(scenario="scenarios/teaching/logroll.yaml", doubt=-1))
