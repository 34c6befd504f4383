"""The share that a run says: proven by the margins over all truths, else drawn, as full brackets would have it."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from scipy.stats import norm

import sim
from sim.__main__ import main
from sim.ensembles.draws import draw
from sim.ensembles.inputs import inputs
from sim.ensembles.judging import judge
from sim.ensembles.quick import zone_share
from sim.errors import NotDefined
from sim.studies.robust.sides import table

SCENARIOS = Path(__file__).parents[2] / "scenarios"
CRISIS = SCENARIOS / "teaching" / "fearon-crisis.yaml"


def stated(*lines: str) -> sim.Scenario:
    """Return the crisis, in which fighting is worth p - c to a and 1 - p - c to b, with statements."""
    return sim.load(CRISIS.read_text(encoding="utf-8") + "uncertain:\n" + "".join(f"  {line}\n" for line in lines))


@pytest.mark.parametrize("name", ["may-2025", "trial-balloon-2023"])
def test_existence_alone_is_what_brackets_brought_together_say(name: str) -> None:
    study = sim.study(str(SCENARIOS / f"{name}.yaml"))
    truths = draw(inputs(study.game.scenario, 0.3, signers=study.game.signers), 120, 1, sobol=False)
    quick, whole = (judge(table(study.game), truths, study.leverage, closely=closely) for closely in (False, True))
    assert 0 < whole.exists.sum() < 120
    np.testing.assert_array_equal(quick.exists, whole.exists)
    np.testing.assert_array_equal(quick.undecided, whole.undecided)
    assert (quick.bracket.low <= whole.bracket.high + 1e-9).all()
    assert (quick.bracket.high >= whole.bracket.low - 1e-9).all()


def test_the_share_is_that_of_a_closed_form() -> None:
    costs = "parties.{}.no_deal.war.cost: {{distribution: {{normal: [{}, 0.05]}}}}"
    study = sim.study(stated(costs.format("a", -0.02), costs.format("b", 0.04)))
    found = zone_share(study, sim.robustness(study, full=False), n=4000)
    # A zone where the costs are at least 0 together, up to half a step of the grid.
    assert found.of == 4000
    assert found.low < found.value < found.high
    assert found.value == pytest.approx(norm.cdf(0.02 / np.hypot(0.05, 0.05)), abs=0.03)


@pytest.mark.parametrize(("ends", "share"), [([0.05, 0.2], 1.0), ([-0.9, -0.5], 0.0)])
def test_what_is_proven_is_not_drawn(ends: list[float], share: float, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sim.ensembles.quick.draw", lambda *_, **__: pytest.fail("drawn"))
    study = sim.study(stated(*(f"parties.{name}.no_deal.war.cost: {{between: {ends}}}" for name in "ab")))
    robust = sim.robustness(study, full=False)
    assert robust is not None
    found = zone_share(study, robust)
    assert (found.of, found.value, found.low, found.high) == (0, share, share, share)
    monkeypatch.undo()
    # What some margin held at the file's number says nothing of numbers that are drawn.
    assert zone_share(study, replace(robust, left_out=("a path",)), n=30).count == 30 * share


def test_a_run_says_the_share_after_what_holds_for_every_truth_and_for_some(
    capsys: pytest.CaptureFixture[str],
) -> None:
    path = str(SCENARIOS / "may-2025.yaml")
    assert main(["run", path]) == 0
    told = " ".join(capsys.readouterr().out.split())
    assert main(["run", path, "--json"]) == 0
    share = json.loads(capsys.readouterr().out)["robust"]["share"]
    words = f"A zone exists in {100 * share['value']:.1f} % of 400 truths drawn"
    assert told.index("For every truth") < told.index("In the truth that is kindest") < told.index(words)
    assert share["of"] == 400
    assert share["low"] < share["count"] / 400 == share["value"] < share["high"]


def test_where_truths_cannot_be_drawn_the_reason_is_told(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def refused(*_: object) -> None:
        raise NotDefined("no truths here")

    for place in ("sim.output.robust_json", "sim.show.holds"):
        monkeypatch.setattr(f"{place}.zone_share", refused)
    path = str(SCENARIOS / "core-demands.yaml")
    assert main(["run", path, "--json"]) == 0
    data = json.loads(capsys.readouterr().out)
    assert data["robust"]["share"] is None
    assert data["notes"]["robust.share"] == "no truths here"
    assert main(["run", path]) == 0
    assert "truths drawn" not in capsys.readouterr().out
