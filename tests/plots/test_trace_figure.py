"""The trace of a session shows the offers that were made, and what came of them."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from figure_reading import by_name, drawn, outside, overlaps, texts, titles
from figure_scenes import NO_OUTCOME, NO_ZONE, SCENARIOS, scenario
from matplotlib.axes import Axes
from scenario_texts import read

import sim
from sim.__main__ import main
from sim.plots import Request, draw
from sim.simulations.session_records import Sessions

BOTH = {"russia": "boulware", "ukraine": "linear"}


@pytest.fixture(scope="module")
def found() -> Sessions:
    return sim.sessions(scenario("istanbul-2022"), 3, tactics=BOTH, opens="ukraine", rounds=9)


def shown(ax: Axes) -> list[str]:
    return [text for text, _ in texts(ax)]


def test_marks_are_offers(found: Sessions) -> None:
    ax, told = drawn(sim.plots.trace(found, session=2)), found.trace(2)
    for name in ("russia", "ukraine"):
        made = [s for s, by in enumerate(told.proposer) if by == name]
        (line,) = by_name(ax, f"offers {name}")
        np.testing.assert_allclose(np.asarray(line.get_xydata()), told.utilities[made])
        (lane,) = by_name(ax, f"army_cap {name}")
        levels = [float(deal["army_cap"]) for s in made if (deal := told.outcomes[s])]
        assert len(levels) == len(made)
        np.testing.assert_allclose(lane.get_xdata(), [(s + 0.5) / 9 for s in made])
        order = np.argsort(levels, kind="stable")
        assert (np.diff(np.asarray(lane.get_ydata())[order]) >= -1e-9).all()
    (ring,) = by_name(ax, "agreed")
    np.testing.assert_allclose(np.asarray(ring.get_xydata())[0], found.utilities[2])
    (star,) = by_name(ax, "nash")
    np.testing.assert_allclose(np.asarray(star.get_xydata())[0], found.nash[2])
    assert f"agree at offer {found.round[2]} of 9, {found.to_nash[2]:.2f} from" in titles(ax)[0]
    assert "Russia's offers (boulware)" in shown(ax)
    assert "A thinking aid, not a forecast" in " ".join(" ".join(shown(ax)).split())
    assert outside(ax) == overlaps(ax) == []


def test_terms_on_which_offers_differ_are_shown_unless_told(found: Sessions) -> None:
    told = found.trace(0)
    moved = [name for name in found.game.issues if len({deal[name] for deal in told.outcomes if deal}) > 1]
    ax = drawn(sim.plots.trace(found))
    lanes = [name for name in found.game.issues if by_name(ax, f"{name} nash")]
    assert lanes == moved[:6]
    one = drawn(sim.plots.trace(found, issues=["sanctions"]))
    assert [name for name in found.game.issues if by_name(one, f"{name} nash")] == ["sanctions"]


def test_three_sides_are_seen_from_two_of_them() -> None:
    ax = drawn(draw("trace", Request(scenario=scenario("three"), parties=["cat", "ann"])))
    assert all(by_name(ax, f"offers {name}") for name in ("ann", "bob", "cat"))
    assert "Worth to cat" in shown(ax)
    assert "Worth to ann" in shown(ax)


@pytest.mark.parametrize("name", ["may-2025", "teaching/empty-zone"])
def test_talks_without_a_zone_are_drawn_too(name: str) -> None:
    ax = drawn(draw("trace", Request(scenario=scenario(name))))
    assert titles(ax)[0].startswith("No deal between ")
    assert "there is no zone to meet in" in titles(ax)[0]
    assert by_name(ax, "agreed") == by_name(ax, "nash") == []
    assert outside(ax) == overlaps(ax) == []


def test_what_cannot_be_drawn_is_said(found: Sessions, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(sim.RequestError, match="the red lines leave no outcome to offer"):
        draw("trace", Request(scenario=read(NO_OUTCOME)))
    with pytest.raises(sim.RequestError, match=r"no session 3 \(expected from 0 to 2\)"):
        sim.plots.trace(found, session=3)
    with pytest.raises(sim.RequestError, match="did you mean russia"):
        sim.plots.trace(found, parties=["rusia"])
    file = tmp_path / "trace.png"
    words = ["plot", "trace", str(SCENARIOS / "istanbul-2022.yaml"), "-o", str(file), "--tactic"]
    assert main([*words, "russia=boulwar"]) == 3
    assert "did you mean boulware?" in capsys.readouterr().err
    assert main(["plot", "utility-plane", *words[2:], "russia=boulware"]) == 3
    assert "utility_plane cannot be told tactics" in capsys.readouterr().err
    assert not file.exists()
    assert draw("trace", Request(scenario=read(NO_ZONE))) is not None
