"""The page's map of shares and terms under doubt are those of ensembles."""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np
import pytest

import sim
from sim.ensembles.draws import draw
from sim.ensembles.inputs import inputs
from sim.errors import NotDefined
from sim.report.truths import truths_section

CRISIS = Path(__file__).parents[2] / "scenarios" / "teaching" / "fearon-crisis.yaml"
STATED = "uncertain:\n" + "".join(
    f"  parties.{name}.no_deal.war.cost: {{between: [-0.2, 0.25]}}\n" for name in ("a", "b")
)


@pytest.fixture(scope="module")
def study() -> sim.Study:
    return sim.study(sim.load(CRISIS.read_text(encoding="utf-8") + STATED))


@pytest.fixture(scope="module")
def text(study: sim.Study) -> str:
    return truths_section(study, "<p>lead</p>")


def test_the_map_is_that_of_looking_at_each_truth(study: sim.Study, text: str) -> None:
    first, second = list(study.game.scenario.spec.leverage.items())[:2]
    rows = [re.findall(r'<td class="s\d+">(\d+)</td>', row) for row in text.split("<tr>")]
    cells = np.array([row for row in rows if len(row) == 9], dtype=int)[::-1]
    assert cells.shape == (9, 9)
    assert cells.min() < cells.max()
    drawn = draw(inputs(study.game.scenario, signers=study.game.signers), 100, 1, sobol=False)
    costs = {".".join(keys): values for keys, values in drawn.numbers.items()}
    for i, j in ((0, 0), (8, 2), (4, 8)):
        at = {name: float(np.linspace(*lever.range, 9)[k]) for (name, lever), k in ((first, i), (second, j))}
        found = sim.sweep(study.game.scenario, costs, ["margin"], leverage=at)
        exists = np.diagonal(found["margin"].values) >= -1e-9
        assert cells[j, i] == round(100 * exists.mean())


def test_the_terms_are_those_of_an_ensemble(study: sim.Study, text: str) -> None:
    found = sim.answers(sim.ensemble(study.game.scenario, 60, solved=60))
    assert 0 < found.solved < 60
    assert f"in {found.solved} truths with a zone; {found.left_out} more had no deal and are left out" in text
    heights = [float(x) for x in re.findall(r"M\d+ 20v-([\d.]+)h", text)]
    shares = sorted(share / max(own.values()) for own in found.terms.values() for share in own.values())
    assert sorted(heights) == pytest.approx([20 * share for share in shares], abs=0.051)
    assert "As in the file" in text


def test_where_levers_do_not_matter_one_number_stands_for_the_map() -> None:
    found = truths_section(
        sim.study(sim.load(CRISIS.read_text(encoding="utf-8") + STATED.replace("-0.2, 0.25", "0.9, 1")))
    )
    assert '<table class="shares">' not in found
    assert re.search(r"Wherever [^<]* stand: 100\.", found)


def test_without_statements_or_where_truths_cannot_be_drawn_there_is_no_section(
    study: sim.Study, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert truths_section(sim.study(str(CRISIS))) == ""

    def refused(*_: object, **__: object) -> None:
        raise NotDefined("not here")

    monkeypatch.setattr("sim.report.truths.inputs", refused)
    assert truths_section(study) == ""
